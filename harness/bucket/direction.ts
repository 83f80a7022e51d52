/**
 * In which direction each side points, with what varies from case to case taken out: `ours=gpr32 theirs=gpr16`, never
 * `ours=edi theirs=di`. Mismatches of one cause have one direction, which shrinking must keep.
 */
import { classOf, RegisterClass, registerBits, registerByName } from '../../emulator/isa/registers.ts';
import { type OperandPart, operandDifference } from '../compare/operand.ts';
import { operandNumber, operandText } from '../compare/say.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Answer, AnswerFlags, AnswerOperand, Decoded } from '../subject.ts';

export interface Direction {
  /** The part of the field that differs, or ''. */
  readonly part: string;
  readonly ours: string;
  readonly theirs: string;
}

export function directionOf({ observable, ours, theirs, says }: Mismatch): Direction {
  if (observable === 'law') return { part: '', ours: says.ours, theirs: says.theirs };
  if (ours.status !== 'valid' || theirs.status !== 'valid') {
    return { part: '', ours: statusOf(ours), theirs: statusOf(theirs) };
  }
  switch (observable) {
    case 'length':
      return { part: '', ...ranked(ours.lengthBytes, theirs.lengthBytes) };
    case 'flags':
      return flagsDirection(ours, theirs);
    case 'registers-used':
      return wordsDirection(ours.registersUsed, theirs.registersUsed, / /, registerUse);
    case 'memory-used':
      return wordsDirection(ours.memoryUsed, theirs.memoryUsed, /; /, memoryUse);
    case 'text-intel':
    case 'text-nasm':
    case 'text-gas':
      return textDirection(says.ours, says.theirs);
    case 'validity':
    case 'crash':
    case 'mnemonic':
    case 'operand-count':
    case 'cpuid-features':
      return { part: '', ours: says.ours, theirs: says.theirs };
    default: {
      const k = operandNumber(observable);
      return isReordered(ours, theirs) ? reordered : operandDirection(ours.operands?.[k], theirs.operands?.[k]);
    }
  }
}

const reordered: Direction = { part: 'order', ours: 'one', theirs: 'another' };

/** The same operands in another order, bits left aside; where they are the same registers, access tells them apart. */
const isReordered = ({ operands: ours = [] }: Decoded, { operands: theirs = [] }: Decoded): boolean =>
  isMoved(ours, theirs, contentOf) || isMoved(ours, theirs, useOf);

type TextOf = (operand: AnswerOperand | undefined) => string;

const isMoved = (ours: readonly AnswerOperand[], theirs: readonly AnswerOperand[], textOf: TextOf): boolean => {
  const [left, right] = [ours.map(textOf), theirs.map(textOf)];
  const isSame = left.every((text) => right.includes(text)) && right.every((text) => left.includes(text));
  return isSame && left.some((text, k) => text !== right[k]);
};

const useOf: TextOf = (operand) => (operand === undefined ? '' : `${operand.access} ${contentOf(operand)}`);

const contentOf = (operand: AnswerOperand | undefined): string =>
  operand === undefined ? '' : operandText({ ...operand, bits: 0, access: '' });

/** What a dead subject said on its way is not the direction: it may hold addresses. */
const statusOf = (answer: Answer): string => answer.status;

const ranked = (ours: number, theirs: number): { ours: string; theirs: string } =>
  ours < theirs ? { ours: 'shorter', theirs: 'longer' } : { ours: 'longer', theirs: 'shorter' };

const flagParts: readonly (keyof AnswerFlags)[] = ['read', 'written', 'cleared', 'set', 'undefined'];

/** Every effect that differs, since one wrong effect shows as two (written and not cleared). */
const flagsDirection = (ours: Decoded, theirs: Decoded): Direction => {
  const differing = flagParts.filter((part) => ours.flags?.[part] !== theirs.flags?.[part]);
  const say = (answer: Decoded): string => differing.map((part) => answer.flags?.[part] || 'none').join(',');
  return { part: differing.join(','), ours: say(ours), theirs: say(theirs) };
};

/** Words that one side alone has, each abstracted and once. */
const wordsDirection = (
  ours: string | undefined,
  theirs: string | undefined,
  separator: RegExp,
  abstract: (word: string) => string,
): Direction => {
  const left = (ours ?? '').split(separator);
  const right = (theirs ?? '').split(separator);
  const only = (these: readonly string[], those: readonly string[]): string =>
    [...new Set(these.filter((word) => word !== '' && !those.includes(word)).map(abstract))].sort().join(' ') || 'none';
  return { part: '', ours: only(left, right), theirs: only(right, left) };
};

/** `rax=rw` is `gpr=rw`. */
const registerUse = (word: string): string => {
  const [name = '', access = ''] = word.split('=');
  return `${classNameOf(name) ?? name}=${access}`;
};

/** `rw 32 ds:rax+rcx*4+0x10` is `rw 32`. */
const memoryUse = (entry: string): string => entry.split(' ').slice(0, 2).join(' ');

const operandDirection = (ours: AnswerOperand | undefined, theirs: AnswerOperand | undefined): Direction => {
  if (ours === undefined || theirs === undefined) {
    return { part: '', ours: ours?.kind ?? 'none', theirs: theirs?.kind ?? 'none' };
  }
  const part = operandDifference(ours, theirs, { access: true, decorations: true }) ?? 'access';
  if (part === 'register' && ours.kind === 'register' && theirs.kind === 'register') {
    const [left, right] = [gprBits(ours.register), gprBits(theirs.register)];
    // Another width of a register and another width of memory have one cause: the operand size.
    if (left !== 0 && right !== 0 && left !== right) return { part: 'size', ours: String(left), theirs: String(right) };
  }
  return { part: part === 'bits' ? 'size' : part, ours: partText(part, ours), theirs: partText(part, theirs) };
};

/** 0 where it is no general-purpose register. */
const gprBits = (name: string): number => {
  const id = registerByName(name) ?? 0;
  return classOf(id) >= RegisterClass.gpr8 && classOf(id) <= RegisterClass.gpr64 ? registerBits(id) : 0;
};

const partText = (part: OperandPart, operand: AnswerOperand): string => {
  switch (part) {
    case 'kind':
      return operand.kind;
    case 'bits':
      return String(operand.bits);
    case 'access':
      return operand.access || 'none';
    case 'register':
      return operand.kind === 'register' ? (classNameOf(operand.register) ?? operand.register) : '';
    default:
      return operand.kind === 'memory' ? memoryPart(part, operand) : '';
  }
};

const memoryPart = (part: OperandPart, operand: AnswerOperand & { readonly kind: 'memory' }): string => {
  switch (part) {
    case 'segment':
      return operand.segment;
    case 'base':
    case 'index': {
      const name = operand[part];
      return name === null ? 'none' : (classNameOf(name) ?? name);
    }
    case 'scale':
      return operand.scale === 1 ? '1' : 'scaled';
    case 'address-size':
      return String(operand.addressBits);
    default:
      return '';
  }
};

/** The first token that differs, numbers and registers abstracted. */
const textDirection = (ours: string, theirs: string): Direction => {
  const left = tokens(ours);
  const right = tokens(theirs);
  let k = 0;
  while (k < left.length && k < right.length && left[k] === right[k]) k++;
  return { part: '', ours: abstractToken(left[k]), theirs: abstractToken(right[k]) };
};

const tokens = (text: string): string[] => text.toLowerCase().match(/[%$]?[a-z_0-9.]+|[^\sa-z_0-9.%$]/g) ?? [];

const abstractToken = (token: string | undefined): string => {
  if (token === undefined) return 'end';
  if (/^\$?(0x[0-9a-f]+|[0-9][0-9a-f]*h?)$/.test(token)) return '#';
  return classNameOf(token.replace('%', '')) ?? token;
};

const classNames = new Map<number, string>(Object.entries(RegisterClass).map(([name, number]) => [number, name]));

const classNameOf = (name: string): string | undefined => {
  const id = registerByName(name);
  return id === undefined ? undefined : classNames.get(classOf(id));
};
