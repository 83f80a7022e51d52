/** In which part two operands first differ. */
import type { AnswerOperand, ImmediateOperand, MemoryOperand } from '../subject.ts';

export type OperandPart =
  | 'kind'
  | 'register'
  | 'segment'
  | 'base'
  | 'index'
  | 'scale'
  | 'displacement'
  | 'address-size'
  | 'value'
  | 'target'
  | 'selector'
  | 'offset'
  | 'bits'
  | 'access'
  | 'mask'
  | 'zeroing'
  | 'conversion'
  | 'broadcast'
  | 'eviction-hint'
  | 'count';

/** What the other side tells of operands besides what they are. */
export interface Observed {
  readonly access: boolean;
  readonly decorations: boolean;
}

/** Bits and access are compared where both tell them; decorations that are absent are none. */
export function operandDifference(
  ours: AnswerOperand,
  theirs: AnswerOperand,
  { access, decorations }: Observed,
): OperandPart | null {
  const part = contentDifference(ours, theirs) ?? (decorations ? decorationDifference(ours, theirs) : null);
  if (part !== null) return part;
  if (ours.bits !== theirs.bits && ours.bits !== undefined && theirs.bits !== undefined) return 'bits';
  if (!access || ours.access === theirs.access) return null;
  return ours.access === undefined || theirs.access === undefined ? null : 'access';
}

const contentDifference = (ours: AnswerOperand, theirs: AnswerOperand): OperandPart | null => {
  switch (ours.kind) {
    case 'register':
      if (theirs.kind !== 'register') return 'kind';
      return ours.register === theirs.register ? null : 'register';
    case 'memory':
      return theirs.kind === 'memory' ? memoryDifference(ours, theirs) : 'kind';
    case 'immediate':
      if (theirs.kind !== 'immediate') return 'kind';
      return ours.value === theirs.value || isSameValue(ours, theirs) ? null : 'value';
    case 'branch':
      if (theirs.kind !== 'branch') return 'kind';
      return ours.target === theirs.target ? null : 'target';
    case 'far-pointer':
      if (theirs.kind !== 'far-pointer') return 'kind';
      if (ours.selector !== theirs.selector) return 'selector';
      return ours.offset === theirs.offset ? null : 'offset';
  }
};

const memoryDifference = (ours: MemoryOperand, theirs: MemoryOperand): OperandPart | null => {
  if (ours.segment !== theirs.segment) return 'segment';
  if (ours.base !== theirs.base) return 'base';
  if (ours.index !== theirs.index) return 'index';
  if (ours.scale !== theirs.scale) return 'scale';
  if (ours.displacement !== theirs.displacement) return 'displacement';
  return ours.addressBits === theirs.addressBits ? null : 'address-size';
};

const decorationDifference = (ours: AnswerOperand, theirs: AnswerOperand): OperandPart | null => {
  if (ours.mask !== theirs.mask) return 'mask';
  if (ours.zeroing !== theirs.zeroing) return 'zeroing';
  if (ours.conversion !== theirs.conversion) return 'conversion';
  if (ours.kind === 'register' && theirs.kind === 'register' && ours.count !== theirs.count) return 'count';
  if (ours.kind !== 'memory' || theirs.kind !== 'memory') return null;
  if (ours.broadcast !== theirs.broadcast) return 'broadcast';
  return ours.evictionHint === theirs.evictionHint ? null : 'eviction-hint';
};

/** A value whose own width is untold is read in the other's: -1 and 0xffff are one in 16 bits. */
const isSameValue = (ours: ImmediateOperand, theirs: ImmediateOperand): boolean => {
  if ((ours.bits === undefined) === (theirs.bits === undefined)) return false;
  const bits = ours.bits ?? theirs.bits ?? 64;
  return BigInt.asUintN(bits, ours.value) === BigInt.asUintN(bits, theirs.value);
};
