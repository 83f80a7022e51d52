/** The recipe: each form in turn with everything about it drawn at random, never ending. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { assemble, longestInput, type Parts } from './assemble.ts';
import { Numbers } from './numbers.ts';
import { legacyPrefixes } from './prefix-sets.ts';
import type { Random } from './random.ts';
import { hasFreeReg, hasFreeRm, needsSib, type Skeleton, skeletonsOf } from './skeleton.ts';
import { drawVex } from './vex-draw.ts';

export interface RecipeOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly random: Random;
  /** Begin with each form as plain as can be, so that each is among the first inputs. */
  readonly startsPlain: boolean;
}

export function* recipe({ mode, vendor, random, startsPlain }: RecipeOptions): Generator<Uint8Array, never> {
  const numbers = new Numbers(0);
  const skeletons = [...skeletonsOf(mode, vendor)];
  for (let round = 0; ; round++) {
    shuffle(skeletons, random);
    for (const skeleton of skeletons) {
      const parts = startsPlain && round === 0 ? plainOf(skeleton, random) : drawn(skeleton, random);
      const immediate = random.chance(1, 2)
        ? numbers.immediate(skeleton.immediateBytes)
        : randomBytes(random, skeleton.immediateBytes);
      const displacement = random.chance(1, 2) ? numbers.displacement() : random.next() | 0;
      yield finished(assemble(mode, { ...parts, immediate, displacement }), random);
    }
  }
}

const shuffle = (skeletons: Skeleton[], random: Random): void => {
  for (let last = skeletons.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [a, b] = [skeletons[last], skeletons[other]];
    if (a === undefined || b === undefined) continue;
    skeletons[last] = b;
    skeletons[other] = a;
  }
};

const randomBytes = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.byte());

const plainOf = ({ register, memory }: Skeleton, random: Random): Parts => {
  const plain = random.chance(1, 2) ? (register ?? memory) : (memory ?? register);
  if (plain === null) throw new Error('A form has neither a register nor a memory encoding.');
  return plain;
};

const drawn = (skeleton: Skeleton, random: Random): Parts => {
  const plain = plainOf(skeleton, random);
  const { vex } = plain;
  const any = drawPrefixes(random);
  // Most prefixes that could stand before VEX make it invalid.
  const extra = vex === null || random.chance(1, 8) ? any : any.filter((prefix) => !invalidBeforeVex.has(prefix));
  const prefixes = random.chance(3, 4) ? [...extra, ...plain.prefixes] : [...plain.prefixes, ...extra];
  const rex = plain.rex | (drawRex(random) & rexMask(skeleton, random));
  // REX before another prefix is ignored.
  if (skeleton.mode === 64 && prefixes.length > 0 && random.chance(1, 24))
    prefixes.splice(random.below(prefixes.length), 0, 0x40 | random.below(16));
  const drawnVex = vex === null ? null : drawVex(skeleton.form, { vex, isMemory: plain.modrm < 0xc0 }, random);
  return { ...plain, prefixes, rex, vex: drawnVex, ...drawOperands(skeleton, plain, random) };
};

/** Of a form that W selects, another W is another instruction or none, which is tried now and then. */
const rexMask = ({ form }: Skeleton, random: Random): number => (form.w < 0 || random.chance(1, 8) ? 0x4f : 0x47);

const invalidBeforeVex: ReadonlySet<number> = new Set([0x66, 0xf0, 0xf2, 0xf3]);

/** None 45 %, one 30 %, two 15 %, three and more 10 %. LOCK, which makes most instructions invalid, comes less often. */
export const drawPrefixes = (random: Random): number[] => {
  const lot = random.below(100);
  const count = lot < 45 ? 0 : lot < 75 ? 1 : lot < 90 ? 2 : 3 + random.below(2);
  return Array.from({ length: count }, () => {
    const prefix = random.pick(legacyPrefixes);
    return prefix === 0xf0 && random.chance(1, 3) ? 0x66 : prefix;
  });
};

const drawRex = (random: Random): number => (random.chance(1, 2) ? 0 : 0x40 | random.below(16));

const drawOperands = (skeleton: Skeleton, plain: Parts, random: Random): Partial<Parts> => {
  const { form } = skeleton;
  const sib = random.byte();
  if (form.opcodeRegister) {
    const low = random.below(8);
    return { opcode: plain.opcode.map((byte, k) => (k === plain.opcode.length - 1 ? (byte & 0xf8) | low : byte)) };
  }
  if (!form.hasModrm) return {};
  if (random.chance(1, 12)) return { modrm: random.byte(), sib };
  const isMemory = plain.modrm < 0xc0;
  if (isMemory && form.needs.has('RIP-RELATIVE') && random.chance(7, 8)) return {};
  const reg = hasFreeReg(skeleton) ? random.below(8) << 3 : plain.modrm & 0x38;
  const rm = hasFreeRm(skeleton) ? random.below(8) : plain.modrm & 7;
  const hasSib = needsSib(form) && !random.chance(1, 16);
  if (isMemory) return { modrm: (random.below(3) << 6) | reg | (hasSib ? 4 : rm), sib };
  return { modrm: 0xc0 | reg | (hasFreeReg(skeleton) && hasFreeRm(skeleton) && random.chance(1, 8) ? reg >> 3 : rm) };
};

/** 15 bytes; one in 32 is cut somewhere, and one in 64 has prefixes before it up to the limit or past it. */
const finished = (bytes: Uint8Array, random: Random): Uint8Array => {
  const lot = random.below(64);
  if (lot < 2) return bytes.subarray(0, 1 + random.below(bytes.length));
  const whole = new Uint8Array(longestInput);
  if (lot === 2) {
    const start = Math.min(longestInput - bytes.length + random.below(2), longestInput - 1);
    whole.fill(random.pick(legacyPrefixes.filter((prefix) => prefix !== 0xf0)), 0, start);
    whole.set(bytes.subarray(0, longestInput - start), start);
    return whole;
  }
  random.fill(whole);
  whole.set(bytes);
  return whole;
};
