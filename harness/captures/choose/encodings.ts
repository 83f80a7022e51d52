/** Encodings of a form in turn: registers, memory at every kind of address, a register twice, LOCK where it is allowed. */
import type { Choices, Memory } from '../../../emulator/encode/choices.ts';
import { instructionOf } from '../../../emulator/encode/instruction-of.ts';
import type { Form, OperandSpec } from '../../../emulator/isa/form.ts';
import { type Instruction, Prefix } from '../../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { Register, RegisterClass, type RegisterId, register } from '../../../emulator/isa/registers.ts';

export interface FormPlace {
  readonly form: Form;
  readonly mode: Mode;
  readonly vendor: Vendor;
}

/** What an encoding is wanted for; the rest is the plainest. */
export interface Wish {
  readonly place: 'register' | 'memory';
  /** Which registers and which shape of address. */
  readonly turn: number;
  readonly isLocked?: boolean;
  /** Base of the address, in place of what the turn says. */
  readonly base?: number;
  readonly segment?: RegisterId;
  /** F2 or F3. */
  readonly repeat?: number;
  readonly immediate?: bigint;
  readonly immediate2?: number;
  /** A register for ModRM.reg, in place of what the turn says. */
  readonly reg?: RegisterId;
}

/** Null where the form has no such encoding. */
export const encodingOf = ({ form, mode, vendor }: FormPlace, wish: Wish): Instruction | null => {
  const made = instructionOf(form, choicesOf(form, mode, vendor, wish));
  if (made.status === 'encodable') return made.instruction;
  // An address of another size, or AH beside REX: the plainest kind of it.
  const plainer = instructionOf(form, choicesOf(form, mode, vendor, { ...wish, turn: 0 }));
  return plainer.status === 'encodable' ? plainer.instruction : null;
};

const choicesOf = (form: Form, mode: Mode, vendor: Vendor, wish: Wish): Choices => {
  const { place, turn, segment, immediate, immediate2, repeat = 0 } = wish;
  const regSpec = form.operands.find((spec) => spec.place === 'reg' || spec.place === 'opcode');
  const rmSpec = form.operands.find((spec) => spec.place === 'rm');
  const [first, second] = registerPairs(mode)[turn % registerPairs(mode).length] ?? [rBX, rCX];
  const vvvvSpec = form.operands.find((spec) => spec.place === 'vvvv');
  const isMemory = rmSpec !== undefined && rmSpec.memory !== 'never' && place === 'memory';
  return {
    mode,
    vendor,
    ...(regSpec === undefined ? {} : { reg: wish.reg ?? registerOf(form, regSpec, second, turn) }),
    ...(rmSpec === undefined
      ? {}
      : { rm: isMemory ? memoryOf(form, mode, wish) : registerOf(form, rmSpec, first, turn) }),
    ...(vvvvSpec === undefined ? {} : { vvvv: registerOf(form, vvvvSpec, thirds[turn % thirds.length] ?? rCX, turn) }),
    ...(segment === undefined ? {} : { segment }),
    ...(immediate === undefined ? {} : immediateOf(immediate)),
    ...(immediate2 === undefined ? {} : { immediate2 }),
    prefixes: repeat | (wish.isLocked === true ? Prefix.lock : 0),
  };
};

const immediateOf = (value: bigint): Partial<Choices> => ({
  immediate: Number(BigInt.asIntN(32, value)),
  // Only an immediate of 64 bits has an upper half.
  ...(value >> 32n > 0n ? { immediateHigh: Number(BigInt.asIntN(32, value >> 32n)) } : {}),
});

const rCX = 1;
const rBX = 3;

/** In ModRM.rm and in ModRM.reg. */
const registerPairs = (mode: Mode): readonly (readonly [rm: number, reg: number])[] =>
  mode === 64 ? pairs64 : pairs32;
const pairs32 = [
  [3, 1],
  [6, 2],
  [0, 7],
  [2, 2],
  [5, 0],
  [1, 3],
] as const;
const pairs64 = [
  [3, 1],
  [8, 9],
  [6, 15],
  [13, 2],
  [0, 7],
  [2, 2],
  [12, 0],
  [5, 10],
] as const;

/** In VEX.vvvv: beside both others, or one of them. */
const thirds = [2, 0, 7, 1, 3] as const;

/** One in four byte registers is AH to BH. */
const registerOf = (form: Form, { place, registerClass }: OperandSpec, number: number, turn: number): RegisterId => {
  // A reserved NOP's digit is its operand as well.
  if (form.reg >= 0 && place === 'reg') return (registerClass << 5) + form.reg;
  switch (registerClass) {
    case RegisterClass.gpr8:
      return turn % 4 === 1 ? register(RegisterClass.gpr8High, number & 3) : register(registerClass, plainByte(number));
    case RegisterClass.segment:
      return register(registerClass, turn % 6);
    case RegisterClass.control:
      return register(registerClass, [0, 2, 3, 4][turn % 4] ?? 0);
    default:
      return (registerClass << 5) + (registerClass === RegisterClass.debug ? number & 7 : number);
  }
};

/** SPL to DIL stand with REX only. */
const plainByte = (number: number): number => (number < 8 ? number & 3 : number);

const sized = (bits: number, number: number): RegisterId =>
  register(bits === 64 ? RegisterClass.gpr64 : bits === 32 ? RegisterClass.gpr32 : RegisterClass.gpr16, number);

/** The other address size in one turn of eight. */
const memoryOf = (form: Form, mode: Mode, { turn, base, place }: Wish): Memory => {
  if (form.needs.has('RIP-RELATIVE')) return { base: Register.rip };
  const isToggled = place === 'memory' && base === undefined && turn % 8 === 5 && form.addressSize === 0;
  const size = form.addressSize !== 0 ? form.addressSize : isToggled ? (mode === 32 ? 16 : 32) : mode;
  if (base !== undefined) return { base: sized(size, base), displacement: size === 16 || base === 5 ? 0x10 : 0 };
  return size === 16 ? shape16(turn) : shape32(size, mode, turn);
};

const shape16 = (turn: number): Memory => {
  const [BX, BP, SI, DI] = [3, 5, 6, 7].map((number) => sized(16, number));
  const shapes: readonly Memory[] = [
    { base: BX ?? 0 },
    { base: SI ?? 0, displacement: -0x20 },
    { base: BP ?? 0, displacement: 8 },
    { base: BX ?? 0, index: DI ?? 0, displacement: 0x1234 },
    { base: BP ?? 0, index: SI ?? 0 },
    { displacement: 0x2100 },
  ];
  return shapes[turn % shapes.length] ?? {};
};

const shape32 = (size: 32 | 64, mode: Mode, turn: number): Memory => {
  const at = (number: number): RegisterId => sized(size, number);
  const shapes: readonly Memory[] = [
    { base: at(rBX) },
    { base: at(6), displacement: -0x20 },
    { base: at(5), displacement: 0x1234 },
    { base: at(rBX), index: at(6), scale: 4, displacement: 8 },
    { index: at(7), scale: 2, displacement: 0x1000 },
    mode === 64 ? { base: size === 64 ? Register.rip : Register.eip } : { displacement: 0x10_2100 },
    mode === 64 ? { base: at(12), index: at(13), scale: 8 } : { base: at(7), index: at(5), scale: 1 },
    { base: at(4), displacement: 0x40 },
  ];
  return shapes[turn % shapes.length] ?? {};
};
