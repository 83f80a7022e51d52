/** What an answer says of one field, short enough for a line: `invalid`, `4`, `eax r 32`. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Observable } from '../mismatch.ts';
import { normaliseText } from '../normalise/text.ts';
import type { Answer, AnswerFlags, AnswerOperand, Decoded, MemoryOperand, Syntax } from '../subject.ts';

/** What normalising a text needs. */
export interface TextContext {
  readonly mode: Mode;
  readonly subject: string;
}

/** Text is said as it is compared: normalised. */
export function sayOf(observable: Observable, answer: Answer, context: TextContext): string {
  if (answer.status === 'crashed') return `crashed: ${answer.detail}`;
  if (answer.status === 'timed out') return `timed out after ${answer.timeoutMs} ms`;
  return answer.status === 'valid' ? decodedSay(observable, answer, context) : answer.status;
}

const decodedSay = (observable: Observable, answer: Decoded, { mode, subject }: TextContext): string => {
  switch (observable) {
    case 'validity':
    case 'crash':
    case 'law':
      return answer.status;
    case 'length':
      return String(answer.lengthBytes);
    case 'mnemonic':
      return answer.mnemonic ?? untold;
    case 'operand-count':
      return String(answer.operands?.length ?? untold);
    case 'rounding':
      return answer.rounding ?? 'none';
    case 'flags':
      return answer.flags === undefined ? untold : flagsText(answer.flags);
    case 'registers-used':
      return answer.registersUsed ?? untold;
    case 'memory-used':
      return answer.memoryUsed ?? untold;
    case 'cpuid-features':
      return answer.cpuidFeatures ?? untold;
    case 'text-intel':
    case 'text-nasm':
    case 'text-gas': {
      const syntax = syntaxOf[observable];
      const text = answer.text?.[syntax];
      return text === undefined ? untold : normaliseText(text, syntax, subject, mode);
    }
    default: {
      const operand = answer.operands?.[operandNumber(observable)];
      return operand === undefined ? untold : operandText(operand);
    }
  }
};

const untold = '-';

const syntaxOf: Readonly<Record<'text-intel' | 'text-nasm' | 'text-gas', Syntax>> = {
  'text-intel': 'intel',
  'text-nasm': 'nasm',
  'text-gas': 'gas',
};

/** The number of `operand-k`; -1 for another observable. */
export const operandNumber = (observable: Observable): number => {
  const number = /^operand-(\d+)$/.exec(observable)?.[1];
  return number === undefined ? -1 : Number(number);
};

/** Effects that are not empty: `read C; written OSZAPC`. */
const flagsText = (flags: AnswerFlags): string =>
  [
    ['read', flags.read],
    ['written', flags.written],
    ['cleared', flags.cleared],
    ['set', flags.set],
    ['undefined', flags.undefined],
  ]
    .filter(([, letters]) => letters !== '')
    .map((effect) => effect.join(' '))
    .join('; ') || 'none';

/** `eax r 32`, `ds:[rax] a64 w 8`, `zmm1{k1}{z} w 512`. */
export const operandText = (operand: AnswerOperand): string =>
  [operandContent(operand) + decorationText(operand), operand.access, operand.bits]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');

/** `{eh}{float16}`, `{1to16}`, `+3`, `{k1}{z}`. */
const decorationText = (operand: AnswerOperand): string => {
  const broadcast = operand.kind === 'memory' && operand.broadcast !== undefined ? `{1to${operand.broadcast}}` : '';
  const group = operand.kind === 'register' && operand.count !== undefined ? `+${operand.count - 1}` : '';
  const mask = operand.mask === undefined ? '' : `{${operand.mask}}`;
  const hint = operand.kind === 'memory' && operand.evictionHint === true ? '{eh}' : '';
  const conversion = operand.conversion === undefined ? '' : `{${operand.conversion}}`;
  return `${hint}${conversion}${broadcast}${group}${mask}${operand.zeroing === true ? '{z}' : ''}`;
};

const operandContent = (operand: AnswerOperand): string => {
  switch (operand.kind) {
    case 'register':
      return operand.register;
    case 'memory':
      return memoryText(operand);
    case 'immediate':
      return hex(operand.value);
    case 'branch':
      return `to ${hex(operand.target)}`;
    case 'far-pointer':
      return `${hex(operand.selector)}:${hex(operand.offset)}`;
  }
};

/** `ds:[eax+ecx*4+0x10] a32`. */
const memoryText = (memory: MemoryOperand): string => {
  const parts: string[] = [];
  if (memory.base !== null) parts.push(memory.base);
  if (memory.index !== null) parts.push(`${memory.index}*${memory.scale}`);
  if (memory.displacement !== 0n || parts.length === 0) parts.push(hex(memory.displacement));
  return `${memory.segment}:[${parts.join('+')}] a${memory.addressBits}`;
};

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
