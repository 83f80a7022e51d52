/** What the decode loop needs to know of each form, as flat integers compiled from the rows. */
import type { Form, OperandSpec } from '../isa/form.ts';
import { OperandKind } from '../isa/instruction.ts';
import { RegisterClass } from '../isa/registers.ts';

/** How the decode loop reads immediates. */
export const ImmediateShape = {
  none: 0,
  byte: 1,
  signedByte: 2,
  word: 3,
  dword: 4,
  signedDword: 5,
  qword: 6,
  relativeByte: 7,
  relativeWord: 8,
  relativeDword: 9,
  farPointer16: 10,
  farPointer32: 11,
  direct: 12,
  wordAndByte: 13,
} as const;

/** How the decode loop fills one operand; the argument is a register class's base or a fixed entry. */
export const Fill = {
  fixed: 0,
  reg: 1,
  regByte: 2,
  rm: 3,
  rmByte: 4,
  opcode: 5,
  opcodeByte: 6,
  segment: 7,
  control: 8,
  debug: 9,
  bound: 10,
  boundRm: 11,
  vvvv: 12,
} as const;

/** Checks that few forms need, as bits of `checks`. */
export const Check = {
  lockable: 1,
  cr8Lock: 2,
  loadsSegment: 4,
  modIgnored: 8,
  default64: 16,
  forced64: 32,
  always64: 64,
  no66: 128,
  noRip: 256,
  bounds: 512,
  size32: 1024,
} as const;

/** Operand slots a form takes in `fills`: one count, then up to five. */
export const slots = 6;

export interface FormTables {
  readonly shapes: Uint8Array;
  readonly checks: Uint16Array;
  /** `slots` entries a form: the count, then `argument << 4 | fill` each. */
  readonly fills: Uint16Array;
}

export const compileForms = (forms: readonly Form[]): FormTables => {
  const shapes = new Uint8Array(forms.length);
  const checks = new Uint16Array(forms.length);
  const fills = new Uint16Array(forms.length * slots);
  for (const form of forms) {
    shapes[form.id] = shapeOf(form);
    checks[form.id] = checksOf(form);
    fills[form.id * slots] = form.operands.length;
    let immediates = 0;
    for (const [k, operand] of form.operands.entries()) {
      if (operand.place === 'immediate') immediates++;
      fills[form.id * slots + 1 + k] = fillOf(operand, immediates);
    }
  }
  return { shapes, checks, fills };
};

const shapeOf = (form: Form): number => {
  const encoded = form.operands.filter((operand) => operand.encodedBits > 0 || operand.place === 'moffs');
  const first = encoded[0];
  if (first === undefined) return ImmediateShape.none;
  if (encoded.length === 2) return ImmediateShape.wordAndByte;
  if (first.place === 'moffs') return ImmediateShape.direct;
  if (first.place === 'far-pointer')
    return first.encodedBits === 16 ? ImmediateShape.farPointer16 : ImmediateShape.farPointer32;
  if (first.place === 'relative') return relativeShapes[first.encodedBits];
  return first.signExtended ? signedShapes[first.encodedBits] : plainShapes[first.encodedBits];
};

const relativeShapes: Readonly<Record<number, number>> = {
  8: ImmediateShape.relativeByte,
  16: ImmediateShape.relativeWord,
  32: ImmediateShape.relativeDword,
};
const signedShapes: Readonly<Record<number, number>> = { 8: ImmediateShape.signedByte, 32: ImmediateShape.signedDword };
const plainShapes: Readonly<Record<number, number>> = {
  8: ImmediateShape.byte,
  16: ImmediateShape.word,
  32: ImmediateShape.dword,
  64: ImmediateShape.qword,
};

const checksOf = ({ needs, operands, operandSize }: Form): number =>
  (needs.has('LOCK') ? Check.lockable : 0) |
  (needs.has('CR8-LOCK') ? Check.cr8Lock : 0) |
  (needs.has('LOAD-SREG') && operands[0]?.token === 'Sreg' ? Check.loadsSegment : 0) |
  (needs.has('MOD-IGNORED') ? Check.modIgnored : 0) |
  (needs.has('D64') ? Check.default64 : 0) |
  (needs.has('F64') ? Check.forced64 : 0) |
  (needs.has('ALWAYS64') ? Check.always64 : 0) |
  (needs.has('NO66') ? Check.no66 : 0) |
  (needs.has('NO-RIP') ? Check.noRip : 0) |
  (needs.has('MPX') ? Check.bounds : 0) |
  (operandSize === 32 ? Check.size32 : 0);

const fillOf = (operand: OperandSpec, immediates: number): number => {
  const registerBase = operand.registerClass << 5;
  const isByte = operand.registerClass === RegisterClass.gpr8;
  switch (operand.place) {
    case 'fixed':
    case 'string':
      return pack(Fill.fixed, operand.fixed);
    case 'immediate':
      return pack(Fill.fixed, immediates > 1 ? OperandKind.immediate2 : OperandKind.immediate);
    case 'relative':
      return pack(Fill.fixed, OperandKind.branch);
    case 'far-pointer':
      return pack(Fill.fixed, OperandKind.farPointer);
    case 'moffs':
      return pack(Fill.fixed, OperandKind.memory);
    case 'opcode':
      return pack(isByte ? Fill.opcodeByte : Fill.opcode, registerBase);
    case 'rm':
      if (operand.registerClass === RegisterClass.bound) return pack(Fill.boundRm, registerBase);
      return pack(isByte ? Fill.rmByte : Fill.rm, registerBase);
    case 'vvvv':
      return pack(Fill.vvvv, registerBase);
    case 'reg':
      if (operand.fixed !== 0) return pack(Fill.fixed, operand.fixed);
      return pack(regFills[operand.registerClass] ?? (isByte ? Fill.regByte : Fill.reg), registerBase);
  }
};

const regFills: Readonly<Record<number, number>> = {
  [RegisterClass.segment]: Fill.segment,
  [RegisterClass.control]: Fill.control,
  [RegisterClass.debug]: Fill.debug,
  [RegisterClass.bound]: Fill.bound,
};

const pack = (fill: number, argument: number): number => (argument << 4) | fill;
