/** What the decode loop needs to know of each form, as flat integers compiled from the rows. */
import type { Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { OperandKind } from '../isa/instruction.ts';
import { Encoding, encodingOf, isVectorMap } from '../isa/opcode-map.ts';
import { RegisterClass } from '../isa/registers.ts';
import { conversionShiftsOf, evexRulesOf } from './evex-rules.ts';

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
  twoBytes: 14,
} as const;

/**
 * How the decode loop fills one operand; the argument is a register class's base or a fixed entry. The first kinds are
 * shifts: what the word of register numbers (`OperandFiller`) has there is added to the argument.
 */
export const Fill = {
  reg: 0,
  rm: 5,
  opcode: 10,
  vvvv: 15,
  fixed: 20,
  /** The same shifts for registers of 8 bits. */
  regByte: 32,
  rmByte: 37,
  opcodeByte: 42,
  /** From here on no shifts. */
  segment: 64,
  control: 65,
  debug: 66,
  bound: 67,
  boundRm: 68,
  /** Three bits, whatever REX says: MMX and x87. */
  regLow: 69,
  rmLow: 70,
  /** Five bits, of EVEX. */
  reg5: 71,
  rm5: 72,
  is4: 73,
  /** Numbers 0 to 7 of mask and tile registers: a higher one is none. */
  regSmall: 74,
  rmSmall: 75,
  vvvvSmall: 76,
  /** From a multiple of two or four on. */
  regPair: 77,
  vvvvFour: 78,
  /** A general register in EVEX, whose R' must not be there without APX. */
  regGeneral: 79,
} as const;

export const fillBits = 7;
export const fillMask = (1 << fillBits) - 1;
/** Of a fill that is no shift. */
export const isSpecial = 64;

/** Checks that few forms need, as bits of `checks`. */
export const Check = {
  // Bits 0 and 1 are free for a size, see settled-sizes.ts.
  default64: 4,
  forced64: 8,
  always64: 16,
  size32: 32,
  lockable: 64,
  cr8Lock: 128,
  loadsSegment: 256,
  modIgnored: 512,
  no66: 1024,
  noRip: 2048,
  bounds: 4096,
  vsib: 8192,
  distinct: 0x4000,
  distinctDestination: 0x8000,
  sibNeeded: 0x1_0000,
  noStackPointer: 0x2_0000,
  /** VEX and its kin. */
  vector: 0x4_0000,
} as const;

/**
 * A form's record in `records`: its head, its checks, and for each operand `argument << fillBits | fill`. So what the
 * decode loop wants of a form lies side by side.
 */
export const Slot = { head: 0, checks: 1, fills: 2 } as const;
export const recordShift = 3;
const recordSlots = 1 << recordShift;

/**
 * A head: how many operands there are, which of them may be memory of ModRM.rm, and the shape of the immediate.
 * `unusual`: the form is VEX's or its kin's, has more than three operands, or one that no shift fills.
 */
export const Head = { countMask: 15, memoryShift: 4, memoryMask: 7, unusual: 128, shapeShift: 8 } as const;

/** Nobody reads so many operands. */
const noMemory = 5;
const usualOperands = 3;

/*
 * Of all forms, by their ids; those of a form are there once it has been added. They belong to the module and not to an
 * object, because compilers of JavaScript then know where they are.
 */

/** See `Slot`. */
export const records = new Int32Array(forms.length << recordShift);
/** Bits of `Evex`, and the shifts of a displacement of 8 bits: 4 bits each for all of memory and for one element. */
export const evexRules = new Int32Array(forms.length);
/** Of MVEX: 4 bits for each SSS. */
export const conversions = new Int32Array(forms.length);
/** Class of the index register of VSIB, 0 without. */
export const indexClasses = new Uint8Array(forms.length);

export const addForm = (form: Form): void => {
  evexRules[form.id] = evexRulesOf(form);
  conversions[form.id] = conversionShiftsOf(form);
  indexClasses[form.id] = Math.max(0, ...form.operands.map(({ indexClass }) => indexClass));
  const first = form.id << recordShift;
  const fills = fillsOf(form);
  records.fill(nothing, first, first + recordSlots);
  records[first + Slot.head] = headOf(form, fills);
  records[first + Slot.checks] = checksOf(form);
  records.set(fills, first + Slot.fills);
};

const fillsOf = (form: Form): readonly number[] => {
  let immediates = 0;
  return form.operands.map((operand) => {
    if (operand.place === 'immediate') immediates++;
    return fillOf(form, operand, immediates);
  });
};

const shapeOf = (form: Form): number => {
  const encoded = form.operands.filter((operand) => operand.encodedBits > 0 || operand.place === 'moffs');
  const first = encoded[0];
  if (first === undefined) return ImmediateShape.none;
  if (encoded.length === 2) return first.encodedBits === 16 ? ImmediateShape.wordAndByte : ImmediateShape.twoBytes;
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

const checksOf = ({ map, needs, operands, operandSize }: Form): number =>
  (isVectorMap(map) ? Check.vector : 0) |
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
  (needs.has('DISTINCT-DESTINATION') ? Check.distinctDestination : 0) |
  (needs.has('SIB-NEEDED') ? Check.sibNeeded : 0) |
  (needs.has('NO-RSP') ? Check.noStackPointer : 0);

const headOf = (form: Form, fills: readonly number[]): number => {
  const { operands, needs, map } = form;
  const place = operands.findIndex(({ place, memory }) => place === 'rm' && memory !== 'never');
  const inMemory = place < 0 || needs.has('MOD-IGNORED') ? noMemory : place;
  const isShifted = fills.every((fill) => (fill & isSpecial) === 0);
  const isUsual = isShifted && fills.length <= usualOperands && !isVectorMap(map);
  const memory = inMemory << Head.memoryShift;
  return fills.length | memory | (isUsual ? 0 : Head.unusual) | (shapeOf(form) << Head.shapeShift);
};

const fillOf = (form: Form, operand: OperandSpec, immediates: number): number => {
  const registerBase = operand.registerClass << 5;
  const special = vectorFill(form, operand);
  if (special !== null) return pack(special, registerBase);
  // EVEX has no AH, as REX has none.
  const isByte = operand.registerClass === RegisterClass.gpr8 && !isVectorMap(form.map);
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
  const isEvex = encodingOf(map) >= Encoding.evex;
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

/** Of an operand that there is not. */
const nothing = Fill.fixed;

const pack = (fill: number, argument: number): number => (argument << fillBits) | fill;
