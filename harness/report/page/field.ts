/** Answers laid side by side: one field a row, one subject a column, what differs from ours marked. */
import type { SubjectAnswer } from '../../mismatch.ts';
import type { Answer, AnswerOperand, Decoded, MemoryOperand } from '../../subject.ts';
import { hexNumber } from '../hex.ts';

export interface Cell {
  /** Null where the subject does not tell. */
  readonly text: string | null;
  readonly differs: boolean;
}

export interface Field {
  readonly name: string;
  /** In the order of the answers. */
  readonly cells: readonly Cell[];
}

/** Text is each printer's own spelling: unequal text is marked only where text is what was compared. */
export function fieldsOf(answers: readonly SubjectAnswer[], observable: string): Field[] {
  const told = answers.map(({ answer }) => tellings(answer));
  const names = new Set(told.flatMap((telling) => [...telling.keys()]));
  const worthARow = [...names].filter((name) => told.some((telling) => (telling.get(name) ?? none) !== none));
  return worthARow.sort(byRank).map((name) => {
    const texts = told.map((telling) => telling.get(name) ?? null);
    const ours = texts[0] ?? null;
    const compared = !name.startsWith('text') && name !== 'form' && name !== 'reason';
    const marked = compared || name === observable.replace('-', ' ');
    return {
      name,
      cells: texts.map((text) => ({ text, differs: marked && ours !== null && isTold(text) && text !== ours })),
    };
  });
}

/** Silence differs from nothing, and neither does a subject that is not there or does not know the area. */
const isTold = (text: string | null): text is string =>
  text !== null && text !== 'unavailable' && text !== 'unsupported';

const none = 'none';

const ranks = [
  'status',
  'reason',
  'detail',
  'length',
  'form',
  'mnemonic',
  'operand',
  'flags',
  'registers',
  'memory',
  'CPUID features',
  'text',
];

const rankOf = (name: string): number => ranks.findIndex((rank) => name.startsWith(rank));

const byRank = (left: string, right: string): number =>
  rankOf(left) - rankOf(right) || operandNumber(left) - operandNumber(right);

/** `operands`, their count, stands before the first. */
const operandNumber = (name: string): number =>
  name.startsWith('operand ') ? Number(name.slice('operand '.length)) : -1;

const tellings = (answer: Answer): Map<string, string> => {
  const told = new Map<string, string>([['status', answer.status]]);
  if (answer.status === 'valid') tellDecoded(answer, told);
  if (answer.status === 'invalid' && answer.reason !== undefined) told.set('reason', answer.reason);
  if (answer.status === 'crashed' || answer.status === 'unavailable') told.set('detail', answer.detail);
  if (answer.status === 'timed out') told.set('detail', `after ${answer.timeoutMs} ms`);
  return told;
};

const tellDecoded = (answer: Decoded, told: Map<string, string>): void => {
  told.set('length', String(answer.lengthBytes));
  if (answer.form !== undefined) told.set('form', answer.form);
  if (answer.mnemonic !== undefined) told.set('mnemonic', answer.mnemonic);
  if (answer.operands !== undefined) told.set('operands', String(answer.operands.length));
  for (const [index, operand] of (answer.operands ?? []).entries()) told.set(`operand ${index}`, operandText(operand));
  if (answer.flags !== undefined) {
    for (const effect of ['read', 'written', 'cleared', 'set', 'undefined'] as const) {
      told.set(`flags ${effect}`, answer.flags[effect] === '' ? none : answer.flags[effect]);
    }
  }
  if (answer.registersUsed !== undefined) told.set('registers used', answer.registersUsed);
  if (answer.memoryUsed !== undefined) told.set('memory used', answer.memoryUsed);
  if (answer.cpuidFeatures !== undefined) told.set('CPUID features', answer.cpuidFeatures || none);
  for (const syntax of ['intel', 'nasm', 'gas'] as const) {
    const text = answer.text?.[syntax];
    if (text !== undefined) told.set(`text ${syntax}`, text);
  }
};

/** `ds:[rbx+rcx*4+0x10] 32 bits rw implicit`. */
const operandText = (operand: AnswerOperand): string =>
  [
    operandValue(operand),
    ...(operand.bits === undefined ? [] : [`${operand.bits} bits`]),
    ...(operand.access === undefined || operand.access === '' ? [] : [operand.access]),
    ...(operand.implicit === true ? ['implicit'] : []),
  ].join(' ');

const operandValue = (operand: AnswerOperand): string => {
  switch (operand.kind) {
    case 'register':
      return operand.register;
    case 'memory':
      return `${operand.segment}:[${addressText(operand)}]`;
    case 'immediate':
      return hexNumber(operand.value);
    case 'branch':
      return `to ${hexNumber(operand.target)}`;
    case 'far-pointer':
      return `${hexNumber(operand.selector)}:${hexNumber(operand.offset)}`;
  }
};

const addressText = ({ base, index, scale, displacement }: MemoryOperand): string => {
  const registers = [...(base === null ? [] : [base]), ...(index === null ? [] : [`${index}*${scale}`])];
  if (registers.length === 0) return hexNumber(displacement);
  const signed = BigInt.asIntN(64, displacement);
  const sum = registers.join('+');
  if (signed === 0n) return sum;
  return signed < 0n ? `${sum}-${hexNumber(-signed)}` : `${sum}+${hexNumber(signed)}`;
};
