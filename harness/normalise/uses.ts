/**
 * How an instruction uses registers and memory, as one text that two subjects can be held against.
 * Knows nothing of who reported the uses.
 */
import {
  classOf,
  RegisterClass,
  register,
  registerBits,
  registerByName,
  registerName,
} from '../../emulator/isa/registers.ts';
import type { AnswerAccess } from '../subject.ts';

/** One register touched. */
export interface RegisterUse {
  /** Any register name in lower case; it is widened to its full register. */
  readonly register: string;
  readonly access: AnswerAccess;
}

/** One memory access. */
export interface MemoryUse {
  readonly access: AnswerAccess;
  /** 0 where the size is not known before execution (REP string instructions, XSAVE areas). */
  readonly bits: number;
  readonly segment: string;
  readonly base: string | null;
  readonly index: string | null;
  /** Ignored without an index. */
  readonly scale: number;
  /** Any representative modulo the address size; without base and index the unsigned address. */
  readonly displacement: bigint;
}

/** No, conditional or certain: how sure a read, and a write, is. */
const certainty: Readonly<Record<AnswerAccess, readonly [read: number, write: number]>> = {
  '': [0, 0],
  cr: [1, 0],
  r: [2, 0],
  cw: [0, 1],
  w: [0, 2],
  rcw: [2, 1],
  rw: [2, 2],
};

/** The least access that covers each pair of certainties, by read then write: no word says "maybe read, maybe written". */
const leastAccess: readonly (readonly AnswerAccess[])[] = [
  ['', 'cw', 'w'],
  ['cr', 'rcw', 'rw'],
  ['r', 'rcw', 'rw'],
];

/**
 * Both accesses by one word: the join in the order of certainty (nothing < conditional < certain, for reads and writes
 * each). Certain beats conditional: `r`+`cr` is `r`, `w`+`cw` is `w`. A read and a write combine: `r`+`w` is `rw`,
 * `r`+`cw` is `rcw`. Where no word fits, the least one above stands: `cr`+`cw` is `rcw`, `cr`+`w` is `rw`.
 */
export const mergeAccess = (a: AnswerAccess, b: AnswerAccess): AnswerAccess => {
  const [readA, writeA] = certainty[a];
  const [readB, writeB] = certainty[b];
  return leastAccess[Math.max(readA, readB)]?.[Math.max(writeA, writeB)] ?? 'rw';
};

/** The full register of a name: `ah`, `ax`, `eax` are `rax`, `xmm3` is `zmm3`, `ip` is `rip`; others are themselves. */
export const fullRegister = (name: string): string => fullNames.get(name) ?? name;

const fullNames = new Map<string, string>();

const widenTo = (wide: RegisterClass, ...narrow: readonly RegisterClass[]): void => {
  for (const registerClass of narrow) {
    for (let number = 0; number < 32; number++) {
      const name = registerName(register(registerClass, number));
      if (name !== '') fullNames.set(name, registerName(register(wide, number)));
    }
  }
};
widenTo(RegisterClass.gpr64, RegisterClass.gpr8, RegisterClass.gpr8High, RegisterClass.gpr16, RegisterClass.gpr32);
widenTo(RegisterClass.zmm, RegisterClass.xmm, RegisterClass.ymm);
fullNames.set('ip', 'rip').set('eip', 'rip');

/** `rax=rw rbx=r`: sorted by name, one word a full register, accesses merged; the instruction pointer left out. */
export const formatRegisterUses = (uses: Iterable<RegisterUse>): string => {
  const merged = new Map<string, AnswerAccess>();
  for (const use of uses) {
    const name = fullRegister(use.register);
    if (name !== 'rip' && use.access !== '') merged.set(name, mergeAccess(merged.get(name) ?? '', use.access));
  }
  return [...merged]
    .map(([name, access]) => `${name}=${access}`)
    .sort()
    .join(' ');
};

/**
 * One access: `w 64 ss:rsp-0x8`, `r 32 ds:rbx+rcx*4+0x10`, `r 8 ds:0x1017`.
 * The displacement is signed by the width of base or index; without either it is an unsigned address.
 */
export const formatMemoryUse = (use: MemoryUse): string => `${use.access} ${formatPlace(use)}`;

const formatPlace = ({ bits, segment, base, index, scale, displacement }: MemoryUse): string => {
  const registers = [base ?? '', index === null ? '' : `${index}*${scale}`].filter((part) => part !== '').join('+');
  return `${bits} ${segment}:${registers}${formatDisplacement(displacement, addressBitsOf(base, index), registers === '')}`;
};

/** The address size that a base or index shows; AL is XLAT's index and shows none. */
const addressBitsOf = (base: string | null, index: string | null): number => {
  const id = registerByName(base ?? index ?? '');
  if (id === undefined) return 64;
  // IP-relative displacements are signed 32-bit numbers whatever the address size: 64 bits hold them.
  return classOf(id) >= RegisterClass.gpr16 && classOf(id) <= RegisterClass.gpr64 ? registerBits(id) : 64;
};

const formatDisplacement = (displacement: bigint, addressBits: number, absolute: boolean): string => {
  if (absolute) return `0x${BigInt.asUintN(addressBits, displacement).toString(16)}`;
  const signed = BigInt.asIntN(addressBits, displacement);
  if (signed === 0n) return '';
  return signed < 0n ? `-0x${(-signed).toString(16)}` : `+0x${signed.toString(16)}`;
};

/** All accesses, those of one place merged, sorted, joined by `; `. Places neither read nor written are left out. */
export const formatMemoryUses = (uses: Iterable<MemoryUse>): string => {
  const merged = new Map<string, AnswerAccess>();
  for (const use of uses) {
    if (use.access === '') continue;
    const place = formatPlace(use);
    merged.set(place, mergeAccess(merged.get(place) ?? '', use.access));
  }
  return [...merged]
    .map(([place, access]) => `${access} ${place}`)
    .sort()
    .join('; ');
};
