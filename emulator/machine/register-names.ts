/** Every register of a machine by its name in the manuals, lower case: parts, single flags, segments, vectors, x87. */
import { setBigInt, toBigInt, Word } from '../bits/word.ts';
import { classOf, numberOf, RegisterClass, type RegisterId, registerBits, registerByName } from '../isa/registers.ts';
import type { SegmentRegister } from './segments.ts';
import { type MachineState, ModelSpecific, type TableRegister } from './state.ts';

/** A name that no register has, or a value that does not fit it. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
}

const baseOf = ({ baseLo, baseHi }: { readonly baseLo: number; readonly baseHi: number }) => ({
  lo: baseLo,
  hi: baseHi,
});

interface Access {
  readonly bits: number;
  get(state: MachineState): bigint;
  set(state: MachineState, value: bigint): void;
}

/** Lowest bit and width of single flags (SDM 1 3.4.3). */
const flagPlaces: Readonly<Record<string, readonly [lowest: number, bits: number]>> = {
  cf: [0, 1],
  pf: [2, 1],
  af: [4, 1],
  zf: [6, 1],
  sf: [7, 1],
  tf: [8, 1],
  if: [9, 1],
  df: [10, 1],
  of: [11, 1],
  iopl: [12, 2],
  nt: [14, 1],
  rf: [16, 1],
  vm: [17, 1],
  ac: [18, 1],
  vif: [19, 1],
  vip: [20, 1],
  id: [21, 1],
};

const flagsAccess = (lowest: number, bits: number): Access => {
  const mask = (2 ** bits - 1) * 2 ** lowest;
  return {
    bits,
    get: ({ flags }) => BigInt(Math.floor((flags.value >>> 0) / 2 ** lowest) % 2 ** bits),
    set: ({ flags }, value) => {
      flags.value = (flags.value & ~mask) | (Number(value) << lowest);
    },
  };
};

const wordAccess = (bits: number, wordOf: (state: MachineState) => Word): Access => ({
  bits,
  get: (state) => BigInt.asUintN(bits, toBigInt(64, wordOf(state))),
  set: (state, value) => setBigInt(value, wordOf(state)),
});

/** Part of a general register; a part of 32 bits clears what is above it, as an instruction does. */
const generalAccess = (number: number, lowest: number, bits: number): Access => ({
  bits,
  get: ({ general }) => BigInt.asUintN(bits, toBigInt(64, general[number]) >> BigInt(lowest)),
  set: ({ general }, value) => {
    const mask = ((1n << BigInt(bits)) - 1n) << BigInt(lowest);
    const kept = bits >= 32 ? 0n : toBigInt(64, general[number]) & ~mask;
    setBigInt(kept | (value << BigInt(lowest)), general[number]);
  },
});

const readLittle = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (let k = bytes.length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[k]);
  return value;
};

const writeLittle = (bytes: Uint8Array, value: bigint): void => {
  for (let k = 0; k < bytes.length; k++) bytes[k] = Number((value >> BigInt(8 * k)) & 0xffn);
};

const bytesAccess = (bytes: number, placeOf: (state: MachineState) => Uint8Array): Access => ({
  bits: bytes * 8,
  get: (state) => readLittle(placeOf(state)),
  set: (state, value) => writeLittle(placeOf(state), value),
});

const numberAccess = (
  bits: number,
  get: (state: MachineState) => number,
  set: (state: MachineState, value: number) => void,
): Access => ({
  bits,
  get: (state) => BigInt(get(state) >>> 0),
  set: (state, value) => set(state, Number(value)),
});

const top = (state: MachineState): number => (state.x87Status >> 11) & 7;

/** ST(i) of the stack, and MMi, which is the low 64 bits of physical register i (SDM 1 9.2.1). */
const x87Access = (place: (state: MachineState) => number, bytes: number): Access =>
  bytesAccess(bytes, (state) => {
    const from = place(state) * 10;
    return state.x87.subarray(from, from + bytes);
  });

/** GDTR and IDTR. */
const tableAccesses = (
  name: string,
  tableOf: (state: MachineState) => TableRegister,
): Readonly<Record<string, Access>> => ({
  [`${name}base`]: wordAccess(64, (state) => tableOf(state).base),
  [`${name}limit`]: numberAccess(
    16,
    (state) => tableOf(state).limit,
    (state, value) => {
      tableOf(state).limit = value;
    },
  ),
});

const baseAccess = (segmentOf: (state: MachineState) => SegmentRegister): Access => ({
  bits: 64,
  get: (state) => toBigInt(64, Object.assign(new Word(), baseOf(segmentOf(state)))),
  set: (state, value) => {
    const base = new Word();
    setBigInt(value, base);
    const segment = segmentOf(state);
    segment.baseLo = base.lo;
    segment.baseHi = base.hi;
  },
});

/** LDTR and TR: what a selector does not say is set with it, so that they are usable; a task has a TSS of 32 bits. */
const systemSegmentAccesses = (
  name: string,
  segmentOf: (state: MachineState) => SegmentRegister,
): Readonly<Record<string, Access>> => ({
  [name]: numberAccess(
    16,
    (state) => segmentOf(state).selector,
    (state, value) => {
      const segment = segmentOf(state);
      segment.selector = value;
      segment.isNull = (value & 0xfffc) === 0;
      segment.isPresent = !segment.isNull;
      segment.isBig = true;
    },
  ),
  [`${name}base`]: baseAccess(segmentOf),
  [`${name}limit`]: numberAccess(
    32,
    (state) => segmentOf(state).limit,
    (state, value) => {
      segmentOf(state).limit = value;
    },
  ),
});

const special: Readonly<Record<string, Access>> = {
  rflags: flagsAccess(0, 32),
  eflags: flagsAccess(0, 32),
  flags: { ...flagsAccess(0, 16), set: ({ flags }, value) => flags.set(0xffff, Number(value) | 2) },
  mxcsr: numberAccess(
    32,
    (state) => state.mxcsr,
    (state, value) => {
      state.mxcsr = value;
    },
  ),
  fcw: numberAccess(
    16,
    (state) => state.x87Control,
    (state, value) => {
      state.x87Control = value;
    },
  ),
  fsw: numberAccess(
    16,
    (state) => state.x87Status,
    (state, value) => {
      state.x87Status = value;
    },
  ),
  ftw: numberAccess(
    16,
    (state) => state.x87Tag,
    (state, value) => {
      state.x87Tag = value;
    },
  ),
  ...Object.fromEntries(Object.entries(flagPlaces).map(([name, [lowest, bits]]) => [name, flagsAccess(lowest, bits)])),
  ...Object.fromEntries(
    ['es', 'cs', 'ss', 'ds', 'fs', 'gs'].map((name, number) => [
      `${name}base`,
      baseAccess(({ segments }) => segments[number]),
    ]),
  ),
  ...tableAccesses('gdt', ({ gdtr }) => gdtr),
  ...tableAccesses('idt', ({ idtr }) => idtr),
  ...systemSegmentAccesses('ldtr', ({ ldtr }) => ldtr),
  ...systemSegmentAccesses('tr', ({ tr }) => tr),
  ...Object.fromEntries(
    Object.entries(ModelSpecific).map(([name, number]) => [
      name.toLowerCase(),
      wordAccess(64, (state) => state.modelSpecificOf(number)),
    ]),
  ),
  xcr0: wordAccess(64, ({ extendedControl }) => extendedControl),
};

const accessOfId = (id: RegisterId): Access | undefined => {
  const number = numberOf(id);
  const bits = registerBits(id);
  switch (classOf(id)) {
    case RegisterClass.gpr8:
    case RegisterClass.gpr16:
    case RegisterClass.gpr32:
    case RegisterClass.gpr64:
      return number < 16 ? generalAccess(number, 0, bits) : undefined;
    case RegisterClass.gpr8High:
      return generalAccess(number, 8, 8);
    case RegisterClass.instructionPointer:
      return wordAccess(bits, ({ ip }) => ip);
    case RegisterClass.segment:
      return numberAccess(
        16,
        ({ segments }) => segments[number].selector,
        ({ segments }, value) => {
          segments[number].selector = value;
        },
      );
    case RegisterClass.control:
      return wordAccess(64, ({ control }) => control[number]);
    case RegisterClass.debug:
      return wordAccess(64, ({ debug }) => debug[number]);
    case RegisterClass.st:
      return x87Access((state) => (top(state) + number) & 7, 10);
    case RegisterClass.mm:
      return x87Access(() => number, 8);
    case RegisterClass.xmm:
    case RegisterClass.ymm:
    case RegisterClass.zmm:
      return bytesAccess(bits / 8, ({ vector }) => vector.subarray(number * 64, number * 64 + bits / 8));
    case RegisterClass.mask:
      return wordAccess(64, ({ mask }) => mask[number]);
    default:
      return undefined;
  }
};

const accesses = new Map<string, Access>();

const accessOf = (name: string): Access => {
  const known = accesses.get(name);
  if (known !== undefined) return known;
  const id = registerByName(name);
  const access = Object.hasOwn(special, name) ? special[name] : id === undefined ? undefined : accessOfId(id);
  if (access === undefined) throw new RegisterError(`There is no register named ${JSON.stringify(name)}`);
  accesses.set(name, access);
  return access;
};

/** Unsigned. Throws a RegisterError for an unknown name. */
export const readRegister = (state: MachineState, name: string): bigint => accessOf(name).get(state);

/** Throws a RegisterError for an unknown name, and for a value that is negative or too wide. */
export const writeRegister = (state: MachineState, name: string, value: bigint): void => {
  const access = accessOf(name);
  if (value < 0n || value >> BigInt(access.bits) !== 0n) {
    throw new RegisterError(`${name} has ${access.bits} bits: 0x${value.toString(16)} does not fit`);
  }
  access.set(state, value);
};
