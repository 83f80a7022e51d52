/** Writes the parts of a line in the one spelling that comparisons see. */
import type { TextInstruction, TextMemory, TextOperand } from './parse-text.ts';

export function printText({ prefixes, mnemonic, operands, rounding }: TextInstruction): string {
  const name = [...prefixes, mnemonic].join(' ');
  const parts = [...operands.map(printOperand), ...braced(rounding === '' ? [] : [rounding])];
  return parts.length === 0 ? name : `${name} ${parts.join(', ')}`;
}

const braced = (words: readonly string[]): readonly string[] => words.map((word) => `{${word}}`);

function printOperand(operand: TextOperand): string {
  switch (operand.kind) {
    case 'register':
      return operand.name + braced(operand.decorations).join('');
    case 'number':
      return hex(operand.value);
    case 'far-pointer':
      return `${hex(operand.selector)}:${hex(operand.offset)}`;
    case 'memory':
      return printMemory(operand);
  }
}

function printMemory(memory: TextMemory): string {
  const index = memory.index === '' ? '' : `${memory.index}*${memory.scale}`;
  const terms = [memory.base, index].filter((term) => term !== '');
  if (memory.displacement !== 0n || terms.length === 0) terms.push(hex(memory.displacement));
  const size = memory.size === '' ? '' : `${memory.size} `;
  const segment = memory.segment === '' ? '' : `${memory.segment}:`;
  const address = memory.addressSize === '' ? '' : `${memory.addressSize} `;
  return `${size}${segment}[${address}${terms.join('+')}]${braced(memory.decorations).join('')}`;
}

function hex(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
