import { describe, expect, it } from 'vitest';
import { samplesOf } from '../format/testing/samples.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { type Mode, modes } from '../isa/modes.ts';
import { pageBytes } from '../machine/memory.ts';
import { flagsOfExecuted } from '../operand/flags.ts';
import { arithmetic } from './arithmetic.ts';
import { bitAndByte } from './bit-and-byte.ts';
import { cache } from './cache.ts';
import { Flag } from './cpu.ts';
import { dataTransfer } from './data-transfer.ts';
import { flagControl } from './flag-control.ts';
import { logic } from './logic.ts';
import { nop } from './nop.ts';
import { semanticOf } from './semantics.ts';
import { shift } from './shift.ts';
import {
  codeAddress,
  decodedIn,
  flagBits,
  outcomeOf,
  pageOf,
  sayFast,
  sayReference,
  touchedBy,
  type World,
  type WorldPage,
} from './testing/world.ts';

/** Xorshift: states in quantity, the same ones every time. */
const createRandom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

type Random = ReturnType<typeof createRandom>;

const counts = [0, 1, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 63, 64];

/** Zeros, ones, powers of two and their neighbours, shift counts, addresses, and anything. */
const anyValue = (random: Random): bigint => {
  const any = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
  switch (random(8)) {
    case 0:
      return BigInt(random(3));
    case 1:
      return BigInt.asUintN(64, -1n - BigInt(random(3)));
    case 2:
      return 1n << BigInt(random(64));
    case 3:
      return (1n << BigInt(random(64))) - 1n;
    case 4:
      return (any & ~0xffn) | BigInt(counts[random(counts.length)]);
    case 5:
      return 0x2_0ff0n + BigInt(random(32));
    case 6:
      return any & 0xffff_ffffn;
    default:
      return any;
  }
};

const worldOf = (mode: Mode, code: Uint8Array, random: Random): World => ({
  mode,
  privilegeLevel: random(8) === 0 ? 0 : 3,
  profile: 'intel',
  code,
  registers: Array.from({ length: 16 }, () => BigInt.asUintN(mode === 64 ? 64 : 32, anyValue(random))),
  flags: 0x202 | (random(0x1000) & flagBits('ODSZAPC')),
  bases: [0x5008n * BigInt(random(2)), 0x7fff_0000_0000n],
  pages: new Map(),
});

const pageWith = (isWritable: boolean, random: Random): WorldPage => ({
  bytes: Uint8Array.from({ length: pageBytes }, () => random(4) * 85),
  isWritable,
});

/** The pages that it touches; sometimes one of them is missing, or may not be written. */
const withMemory = (world: World, instruction: Instruction, random: Random): World | null => {
  const numbers = [...new Set(touchedBy(world, instruction).map(pageOf))];
  if (numbers.includes(pageOf(codeAddress))) return null;
  const missing = random(5) === 0 ? numbers[random(numbers.length)] : undefined;
  const readOnly = random(5) === 0 ? numbers[random(numbers.length)] : undefined;
  const pages = new Map<bigint, WorldPage>();
  for (const number of numbers) {
    if (number !== missing) pages.set(number, pageWith(number !== readOnly, random));
  }
  return { ...world, pages };
};

const chapters = [arithmetic, logic, shift, bitAndByte, dataTransfer, flagControl, nop, cache];
const mine = new Set(chapters.flatMap((chapter) => Object.values(chapter)));

/** Loads of segment registers need descriptors, which the reference has not. */
const isInReference = ({ form }: Instruction): boolean =>
  mine.has(semanticOf(form)) && !forms[form].needs.has('LOAD-SREG') && !/^L[DEFGS]S$/.test(forms[form].mnemonic);

const worldsOf = function* (mode: Mode, perForm: number): Generator<readonly [World, Instruction]> {
  const random = createRandom(mode);
  for (const { bytes, instruction } of samplesOf(mode, perForm)) {
    if (!isInReference(instruction)) continue;
    const world = withMemory(worldOf(mode, bytes, random), instruction, random);
    if (world !== null) yield [world, instruction];
  }
};

const sayWorld = ({ mode, code, registers, flags }: World): string =>
  `${Buffer.from(code).toString('hex')} (${mode}-bit), flags ${flags.toString(16)}, registers ${registers.map((value) => value.toString(16)).join(' ')}`;

describe('the two back ends', () => {
  it.each(modes)('do the same for every form in %i-bit mode', (mode) => {
    const outcomes = { done: 0, fault: 0 };
    const seen = new Set<number>();
    for (const [world, instruction] of worldsOf(mode, 12)) {
      const expected = sayReference(world, instruction);
      const got = sayFast(world);
      if (got !== expected) expect(got, `${forms[instruction.form].syntax}: ${sayWorld(world)}`).toBe(expected);
      outcomes[expected.startsWith('#') ? 'fault' : 'done']++;
      seen.add(instruction.form);
    }
    expect(seen.size).toBeGreaterThan(300);
    expect(outcomes.done).toBeGreaterThan(2000);
    expect(outcomes.fault).toBeGreaterThan(200);
  });

  it('go on at 0 where an access goes past 4 GiB outside 64-bit mode', () => {
    const code = Uint8Array.of(0x8b, 0x06);
    const random = createRandom(1);
    const registers = Array.from({ length: 16 }, (_, number) => (number === 6 ? 0xffff_fffen : 0n));
    const world = { ...worldOf(32, code, random), registers, pages: new Map([[0xf_ffffn, pageWith(true, random)]]) };
    const instruction = decodedIn(world);
    expect(instruction).not.toBeNull();
    if (instruction === null) return;
    expect(sayReference({ ...world, privilegeLevel: 3 }, instruction)).toBe('#PF(4) at 0');
    expect(sayFast({ ...world, privilegeLevel: 3 })).toBe('#PF(4) at 0');
  });
});

const flagOfLetter: Readonly<Record<string, number>> = {
  ...{ O: Flag.O, S: Flag.S, Z: Flag.Z, A: Flag.A, P: Flag.P, C: Flag.C },
  ...{ D: Flag.D, I: Flag.I, K: Flag.K },
};

const bitsOf = (letters: string): number => [...letters].reduce((bits, letter) => bits | flagOfLetter[letter], 0);

/** Counts past the operand leave more undefined than rows can say (SDM 2B SAL/SAR/SHL/SHR, SHLD, SHRD). */
const mayExceedRow = (instruction: Instruction): boolean =>
  ['SHL', 'SHR', 'SHLD', 'SHRD'].includes(forms[instruction.form].mnemonic) &&
  forms[instruction.form].operands[0].bits < 32;

const flagsBesideRow = (world: World, instruction: Instruction): string => {
  const outcome = outcomeOf(world, instruction);
  if (outcome.kind !== 'done') return '';
  const effect = flagsOfExecuted(instruction, Number(BigInt.asUintN(8, world.registers[1])));
  const undefinedByRow = bitsOf(effect.undefined);
  const named = bitsOf(effect.written + effect.cleared + effect.set) | undefinedByRow;
  const after = Number(outcome.flags);
  const problems = [
    ...(((after ^ world.flags) & ~named) === 0 ? [] : ['changes a flag that the row does not name']),
    ...((after & bitsOf(effect.cleared)) === 0 ? [] : ['does not clear']),
    ...((~after & bitsOf(effect.set)) === 0 ? [] : ['does not set']),
    ...((undefinedByRow & ~outcome.undefinedFlags) === 0 ? [] : ['defines a flag that the row leaves undefined']),
    ...((outcome.undefinedFlags & ~undefinedByRow) === 0 || mayExceedRow(instruction)
      ? []
      : ['leaves undefined a flag that the row defines']),
  ];
  return problems.join('; ');
};

describe('flags', () => {
  it.each(modes)('are left as rows say in %i-bit mode', (mode) => {
    for (const [world, instruction] of worldsOf(mode, 12)) {
      const problem = flagsBesideRow(world, instruction);
      if (problem !== '') expect.fail(`${forms[instruction.form].syntax} ${problem}: ${sayWorld(world)}`);
    }
  });
});
