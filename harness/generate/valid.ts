/** Valid instructions of a form with operands drawn at random, through the encoder. */
import type { Choices, Memory } from '../../emulator/encode/choices.ts';
import { instructionOf } from '../../emulator/encode/instruction-of.ts';
import type { Form, OperandSpec } from '../../emulator/isa/form.ts';
import { type Instruction, Prefix } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { Encoding, encodingOf } from '../../emulator/isa/opcode-map.ts';
import type { OpcodeOption } from '../../emulator/isa/options.ts';
import { Register, RegisterClass, type RegisterId, register } from '../../emulator/isa/registers.ts';
import type { Random } from './random.ts';
import { needsSib } from './skeleton.ts';

export interface ValidOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly random: Random;
  /** Memory where the form allows it, or a register; by chance where left out. */
  readonly place?: 'register' | 'memory';
  /** For forms that are behind one. */
  readonly opted?: readonly OpcodeOption[];
}

/** Null where the form has no encoding of this kind in the mode. */
export const drawValid = (form: Form, options: ValidOptions): Instruction | null => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const made = instructionOf(form, drawChoices(form, options));
    if (made.status === 'encodable') return made.instruction;
    if (made.reason === 'mode' || made.reason === 'vendor') return null;
  }
  return null;
};

/** Most choices that are drawn together have an encoding; AH with R8B, and the like, have none. */
const attempts = 24;

const drawChoices = (form: Form, options: ValidOptions): Choices => {
  const { mode, vendor, random } = options;
  const regSpec = form.operands.find(({ place }) => place === 'reg' || place === 'opcode');
  const rmSpec = form.operands.find(({ place }) => place === 'rm');
  const vvvvSpec = form.operands.find(({ place }) => place === 'vvvv');
  const is4Spec = form.operands.find(({ place }) => place === 'is4');
  const addressSize = drawAddressSize(form, mode, random);
  const rm = rmSpec === undefined ? undefined : drawRm(form, rmSpec, addressSize, options);
  const isMemory = typeof rm === 'object';
  return {
    mode,
    vendor,
    ...(options.opted === undefined ? {} : { options: options.opted }),
    ...(isMemory || form.immediateBytes < 0 ? { addressSize } : {}),
    ...(regSpec === undefined ? {} : { reg: drawRegister(form, regSpec, mode, random) }),
    ...(rm === undefined ? {} : { rm }),
    ...(vvvvSpec === undefined ? {} : { vvvv: drawAnyRegister(form, vvvvSpec, mode, random) }),
    ...(is4Spec === undefined ? {} : { is4: drawRegister(form, is4Spec, mode, random), immediate2: random.below(4) }),
    ...drawW(form, mode, random),
    ...drawDecorations(form, isMemory, random),
    ...(is4Spec === undefined ? drawNumbers(form, random) : {}),
    ...(isMemory && random.chance(1, 6)
      ? { segment: random.pick([Register.cs, Register.ss, Register.fs, Register.gs]) }
      : {}),
    prefixes: drawRepeatOrLock(form, isMemory, random),
  };
};

/** VEX.W where it means nothing. */
const drawW = (form: Form, mode: Mode, random: Random): Partial<Choices> =>
  mode !== 64 && form.needs.has('W-IGNORED') && random.chance(1, 4) ? { w: 1 } : {};

/** Mask, zeroing, broadcast and rounding of EVEX. */
const drawDecorations = (form: Form, isMemory: boolean, random: Random): Partial<Choices> => {
  const { operands } = form;
  const isMasked = operands.some(({ masked }) => masked) && random.chance(2, 3);
  const canBroadcast = isMemory && operands.some(({ broadcastBits }) => broadcastBits > 0);
  const rounding = isMemory ? '' : (operands.find((operand) => operand.rounding !== '')?.rounding ?? '');
  return {
    ...(isMasked ? { mask: register(RegisterClass.mask, 1 + random.below(7)) } : {}),
    ...(isMasked && operands.some(({ zeroing }) => zeroing) && random.chance(1, 2) ? { zeroing: true } : {}),
    ...(canBroadcast && random.chance(1, 2) ? { broadcast: true } : {}),
    ...(rounding !== '' && random.chance(1, 2)
      ? { rounding: rounding === 'er' ? random.pick(['rn', 'rd', 'ru', 'rz'] as const) : ('sae' as const) }
      : {}),
  };
};

const drawAddressSize = (form: Form, mode: Mode, random: Random): 16 | 32 | 64 => {
  if (form.addressSize !== 0) return form.addressSize;
  // A SIB byte needs 32 bits at least.
  if (needsSib(form) && mode !== 64) return 32;
  const other = mode === 32 ? 16 : 32;
  return random.chance(1, 4) ? other : mode;
};

/** Of ModRM.reg, where a reserved NOP's digit is its operand as well. */
const drawRegister = (form: Form, spec: OperandSpec, mode: Mode, random: Random): RegisterId =>
  form.reg >= 0 ? (spec.registerClass << 5) + form.reg : drawAnyRegister(form, spec, mode, random);

const drawAnyRegister = (form: Form, spec: OperandSpec, mode: Mode, random: Random): RegisterId => {
  const { registerClass } = spec;
  switch (registerClass) {
    case RegisterClass.segment:
      return register(registerClass, random.below(6));
    case RegisterClass.control:
      return register(registerClass, random.pick(mode === 64 ? [0, 2, 3, 4, 8] : [0, 2, 3, 4]));
    case RegisterClass.bound:
      return register(registerClass, random.below(4));
    case RegisterClass.debug:
      return register(registerClass, random.below(8));
    case RegisterClass.mm:
    case RegisterClass.st:
    case RegisterClass.mask:
    case RegisterClass.tile:
      return drawGrouped(spec, 8, random);
    case RegisterClass.xmm:
    case RegisterClass.ymm:
    case RegisterClass.zmm:
      return drawGrouped(spec, vectorCount(form, mode), random);
    default:
      return drawGeneral(registerClass, mode, random);
  }
};

const drawGrouped = ({ registerClass, groupSize }: OperandSpec, count: number, random: Random): RegisterId => {
  const number = random.below(count);
  return (registerClass << 5) + number - (number % groupSize);
};

const vectorCount = ({ map }: Form, mode: Mode): number =>
  mode !== 64 ? 8 : encodingOf(map) === Encoding.evex ? 32 : 16;

const drawGeneral = (registerClass: number, mode: Mode, random: Random): RegisterId => {
  if (registerClass !== RegisterClass.gpr8) return (registerClass << 5) + random.below(mode === 64 ? 16 : 8);
  const high = random.chance(1, 4);
  return high
    ? register(RegisterClass.gpr8High, random.below(4))
    : register(RegisterClass.gpr8, random.below(mode === 64 ? 16 : 4));
};

const drawRm = (
  form: Form,
  spec: OperandSpec,
  addressSize: 16 | 32 | 64,
  options: ValidOptions,
): RegisterId | Memory => {
  const { mode, random, place } = options;
  const wantsMemory = place === undefined ? random.chance(1, 2) : place === 'memory';
  const isMemory = spec.memory === 'must' || (spec.memory === 'may' && wantsMemory);
  if (!isMemory) return drawAnyRegister(form, spec, mode, random);
  if (form.needs.has('RIP-RELATIVE'))
    return { base: addressSize === 64 ? Register.rip : Register.eip, displacement: random.next() | 0 };
  if (addressSize === 16) return drawMemory16(random);
  const memory = drawMemory32(addressSize, mode, random);
  const { indexClass } = spec;
  if (indexClass === 0) return memory;
  const { displacement = 0 } = memory;
  const index = (indexClass << 5) + random.below(vectorCount(form, mode));
  const base = (addressSize === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32) << 5;
  return { base: base + random.below(8), index, scale: random.pick([1, 2, 4, 8] as const), displacement };
};

const gpr16 = (number: number): RegisterId => register(RegisterClass.gpr16, number);
const [BX, BP, SI, DI] = [gpr16(3), gpr16(5), gpr16(6), gpr16(7)];

const drawMemory16 = (random: Random): Memory => {
  const displacement = drawDisplacement(random, 16);
  const lot = random.below(9);
  if (lot === 8) return { displacement };
  if (lot >= 4) return { base: random.pick([BX, BP, SI, DI]), displacement };
  return { base: random.pick([BX, BP]), index: random.pick([SI, DI]), displacement };
};

const drawMemory32 = (addressSize: 32 | 64, mode: Mode, random: Random): Memory => {
  const registerClass = addressSize === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32;
  const count = mode === 64 ? 16 : 8;
  const displacement = drawDisplacement(random, 32);
  const base = register(registerClass, random.below(count));
  const lot = random.below(10);
  if (lot === 0) return { displacement };
  if (lot === 1 && mode === 64) return { base: addressSize === 64 ? Register.rip : Register.eip, displacement };
  if (lot < 5) return { base, displacement };
  const index = register(registerClass, random.pick([0, 1, 2, 3, 5, 6, 7, ...(mode === 64 ? [8, 12, 13, 15] : [])]));
  const scale = random.pick([1, 2, 4, 8] as const);
  return lot === 5 ? { index, scale, displacement } : { base, index, scale, displacement };
};

const drawDisplacement = (random: Random, bits: 16 | 32): number => {
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return (random.next() << 24) >> 24;
    default:
      return bits === 16 ? (random.next() << 16) >> 16 : random.next() | 0;
  }
};

const drawNumbers = (form: Form, random: Random): Partial<Choices> => {
  if (form.immediateBytes < 0) return { offset: random.next() | 0, offsetHigh: random.next() & 0x7fff };
  const [first, second] = form.operands.filter(({ encodedBits }) => encodedBits > 0);
  if (first === undefined) return {};
  const immediate = drawSigned(first.encodedBits, random);
  return {
    immediate,
    ...(first.encodedBits === 64 ? { immediateHigh: drawSigned(32, random) } : {}),
    ...(first.place === 'far-pointer' ? { immediate2: drawSigned(16, random) } : {}),
    ...(second === undefined ? {} : { immediate2: drawSigned(second.encodedBits, random) }),
  };
};

/** Boundaries half of the time. */
const drawSigned = (bits: number, random: Random): number => {
  const unused = 32 - Math.min(bits, 32);
  const value = random.chance(1, 2) ? random.pick([0, 1, -1, 0x7fff_ffff, -0x8000_0000]) : random.next() | 0;
  return value >= -1 && value <= 1 ? value : value >> unused;
};

const drawRepeatOrLock = (form: Form, isMemory: boolean, random: Random): number => {
  if (isMemory && form.needs.has('LOCK') && random.chance(1, 3)) return Prefix.lock;
  if (form.needs.has('REP') && random.chance(1, 3)) return Prefix.rep;
  return form.needs.has('REPE') && random.chance(1, 2) ? random.pick([Prefix.rep, Prefix.repne]) : 0;
};
