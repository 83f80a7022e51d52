/** What the decode loop needs to know of each form, as flat integers compiled from the rows. */
import type { Form, OperandSpec } from '../isa/form.ts';
import { OperandKind } from '../isa/instruction.ts';
import type { Need } from '../isa/needs.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';
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
  /** Three bits, whatever REX says: MMX and x87. */
  regLow: 13,
  rmLow: 14,
  /** Five bits, of EVEX. */
  reg5: 15,
  rm5: 16,
  is4: 17,
  /** Numbers 0 to 7 of mask and tile registers: a higher one is none. */
  regSmall: 18,
  rmSmall: 19,
  vvvvSmall: 20,
  /** From a multiple of two or four on. */
  regPair: 21,
  vvvvFour: 22,
  /** A general register in EVEX, whose R' must not be there. */
  regGeneral: 23,
} as const;

const fillBits = 5;
export const fillMask = (1 << fillBits) - 1;

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
  vsib: 2048,
  distinct: 4096,
  distinctDestination: 8192,
} as const;

/** What EVEX allows a form, as bits of `evex`; above them shifts of displacements of 8 bits. */
export const Evex = { maskable: 1, zeroable: 2, broadcast: 4, rounding: 8, needsMask: 16, usesVvvv: 32 } as const;
export const memoryShift = 8;
export const elementShift = 12;

/** Operand slots a form takes in `fills`: one count, then up to five. */
export const slots = 6;

export interface FormTables {
  readonly shapes: Uint8Array;
  readonly checks: Uint16Array;
  /** Bits of `Evex`, and the shifts of a displacement of 8 bits: 4 bits each for all of memory and for one element. */
  readonly evex: Uint16Array;
  /** `slots` entries a form: the count, then `argument << 5 | fill` each. */
  readonly fills: Uint16Array;
  /** Class of the index register of VSIB, 0 without. */
  readonly indexClasses: Uint8Array;
}

export const compileForms = (forms: readonly Form[]): FormTables => {
  const shapes = new Uint8Array(forms.length);
  const checks = new Uint16Array(forms.length);
  const evex = new Uint16Array(forms.length);
  const fills = new Uint16Array(forms.length * slots);
  for (const form of forms) {
    shapes[form.id] = shapeOf(form);
    checks[form.id] = checksOf(form);
    evex[form.id] = evexOf(form);
    fills[form.id * slots] = form.operands.length;
    let immediates = 0;
    for (const [k, operand] of form.operands.entries()) {
      if (operand.place === 'immediate') immediates++;
      fills[form.id * slots + 1 + k] = fillOf(form, operand, immediates);
    }
  }
  const indexClasses = Uint8Array.from(forms, ({ operands }) => Math.max(0, ...operands.map((one) => one.indexClass)));
  return { shapes, checks, evex, fills, indexClasses };
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
  (operandSize === 32 ? Check.size32 : 0) |
  (operands.some(({ indexClass }) => indexClass !== 0) ? Check.vsib : 0) |
  (needs.has('DISTINCT') ? Check.distinct : 0) |
  (needs.has('DISTINCT-DESTINATION') ? Check.distinctDestination : 0);

const evexOf = ({ map, needs, operands }: Form): number => {
  if (encodingOf(map) !== Encoding.evex) return 0;
  const memory = operands.find(({ memoryBits }) => memoryBits > 0);
  const elements = [1, 2, 4, 8].find((bytes) => needs.has(elementNeeds[bytes]));
  const bytes = elements ?? (memory?.memoryBits ?? 8) >> 3;
  return (
    (operands.some(({ masked }) => masked) ? Evex.maskable : 0) |
    (operands.some(({ zeroing }) => zeroing) ? Evex.zeroable : 0) |
    (operands.some(({ broadcastBits }) => broadcastBits > 0) ? Evex.broadcast : 0) |
    (operands.some(({ rounding }) => rounding !== '') ? Evex.rounding : 0) |
    (needs.has('MASK-REQUIRED') ? Evex.needsMask : 0) |
    (operands.some(({ place }) => place === 'vvvv') ? Evex.usesVvvv : 0) |
    (logOf(bytes) << memoryShift) |
    (logOf((memory?.broadcastBits ?? 8) >> 3) << elementShift)
  );
};

const elementNeeds: Readonly<Record<number, Need>> = { 1: 'DISP8-1', 2: 'DISP8-2', 4: 'DISP8-4', 8: 'DISP8-8' };

const logOf = (bytes: number): number => (bytes === 0 ? 0 : 31 - Math.clz32(bytes));

const fillOf = (form: Form, operand: OperandSpec, immediates: number): number => {
  const registerBase = operand.registerClass << 5;
  const special = vectorFill(form, operand);
  if (special !== null) return pack(special, registerBase);
  const isByte = operand.registerClass === RegisterClass.gpr8;
  switch (operand.place) {
    case 'fixed':
    case 'string':
      return pack(Fill.fixed, operand.fixed);
    case 'immediate':
      return pack(
        Fill.fixed,
        immediates > 1 || operand.token === 'imm4' ? OperandKind.immediate2 : OperandKind.immediate,
      );
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
    case 'is4':
      return pack(Fill.is4, registerBase);
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

const isVector = (registerClass: number): boolean =>
  registerClass === RegisterClass.xmm || registerClass === RegisterClass.ymm || registerClass === RegisterClass.zmm;

const isSmall = (registerClass: number): boolean =>
  registerClass === RegisterClass.mask || registerClass === RegisterClass.tile;

/** Registers that REX does not reach, or EVEX reaches further; null for the others, and for memory alone. */
const vectorFill = ({ map }: Form, { place, registerClass, memory, groupSize, fixed }: OperandSpec): number | null => {
  if (registerClass === 0 || fixed !== 0 || (place === 'rm' && memory === 'must')) return null;
  const isEvex = encodingOf(map) === Encoding.evex;
  if (registerClass === RegisterClass.mm || registerClass === RegisterClass.st)
    return place === 'reg' ? Fill.regLow : place === 'rm' ? Fill.rmLow : null;
  if (isSmall(registerClass)) {
    if (groupSize > 1) return Fill.regPair;
    if (place === 'rm') return registerClass === RegisterClass.mask ? Fill.rmLow : Fill.rmSmall;
    return place === 'reg' ? Fill.regSmall : Fill.vvvvSmall;
  }
  if (groupSize > 1) return Fill.vvvvFour;
  if (!isEvex) return null;
  if (isVector(registerClass)) return place === 'reg' ? Fill.reg5 : place === 'rm' ? Fill.rm5 : null;
  return place === 'reg' ? Fill.regGeneral : null;
};

const pack = (fill: number, argument: number): number => (argument << fillBits) | fill;
