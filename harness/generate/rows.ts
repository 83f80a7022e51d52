/**
 * Inputs from the rows: every form of a mode with every addressing shape, register, prefix and size, legal and illegal.
 * The same options give the same inputs in the same order. 64-bit mode has about 400,000 on `quick` and 2.1 million on
 * `default`; 16- and 32-bit mode two thirds and a third of that.
 */
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { suffixMap } from '../../emulator/isa/opcode-map.ts';
import type { Input } from '../subject.ts';
import { assemble, longestInput, type Parts, plainParts, type VexParts } from './assemble.ts';
import type { Level } from './level.ts';
import { Numbers } from './numbers.ts';
import { type PrefixSet, prefixPairs, prefixTriples, singlePrefixes } from './prefix-sets.ts';
import { Random } from './random.ts';
import { Seen } from './seen.ts';
import { addressingShapes } from './shapes.ts';
import { escapes, hasFreeReg, hasFreeRm, hasVvvv, type Skeleton, skeletonsOf, vexOf } from './skeleton.ts';
import { vexVariants } from './vex-variants.ts';

export interface RowsOptions {
  readonly mode: Mode;
  readonly seed: number;
  readonly level: Level;
  /** Default intel. */
  readonly vendor?: Vendor;
  /** One part of the forms: those whose place is `index` modulo `of`. All by default. */
  readonly slice?: { readonly index: number; readonly of: number };
}

export function* rows(options: RowsOptions): Generator<Input> {
  const { mode, seed, level, vendor = 'intel', slice = { index: 0, of: 1 } } = options;
  const seen = new Seen(level === 'full' ? 20 : 18);
  for (const [place, skeleton] of skeletonsOf(mode, vendor).entries()) {
    if (place % slice.of !== slice.index) continue;
    // Each form has its own stream, so that a form more does not change what is made of the others.
    const name = `${skeleton.form.opcodeText} ${skeleton.form.syntax}`;
    const random = new Random(seed, `rows/${mode}/${vendor}/${name}`);
    for (const parts of partsOf(skeleton, { level, random, numbers: new Numbers(random.below(40)) })) {
      const bytes = assemble(mode, parts);
      if (seen.add(bytes)) yield { bytes, mode, vendor };
    }
  }
  if (slice.index > 0) return;
  for (const bytes of absentForms({ mode, vendor, random: new Random(seed, `rows/${mode}/${vendor}/absent`) })) {
    if (seen.add(bytes)) yield { bytes, mode, vendor };
  }
}

/** Opcodes of the forms that this mode or vendor lacks: invalid, or something else. */
function* absentForms({ mode, vendor, random }: { mode: Mode; vendor: Vendor; random: Random }): Generator<Uint8Array> {
  const present = new Set(skeletonsOf(mode, vendor).map(({ form }) => form));
  for (const form of forms) {
    if (present.has(form)) continue;
    const isSuffixed = form.map === suffixMap;
    const opcode = [...(escapes[form.map] ?? []), ...(isSuffixed ? [] : [form.opcode])];
    const suffix = isSuffixed ? [form.opcode] : [];
    const vex = vexOf(form);
    const rex = form.operandSize === 64 || form.w === 1 ? 0x48 : 0;
    const reg = Math.max(form.reg, 0) << 3;
    const rm = Math.max(form.rm, 0);
    for (const modrm of form.hasModrm ? [reg, reg | 0x05, reg | 0x80, reg | 0xc0 | rm] : [-1]) {
      for (const prefixes of vex === null ? absentPrefixes[form.prefix] : [[]]) {
        yield assemble(mode, followed({ ...plainParts, prefixes, rex, vex, opcode, suffix, modrm }, { random }));
      }
    }
  }
}

const absentPrefixes: Readonly<Record<Form['prefix'], readonly (readonly number[])[]>> = {
  '': [[], [0x66], [0xf0]],
  NP: [[]],
  NFx: [[], [0x66]],
  '66': [[0x66]],
  F2: [[0xf2]],
  F3: [[0xf3]],
};

interface Context {
  readonly level: Level;
  readonly random: Random;
  readonly numbers: Numbers;
}

function* partsOf(skeleton: Skeleton, context: Context): Generator<Parts> {
  for (const plain of [skeleton.register, skeleton.memory]) {
    if (plain === null) continue;
    yield* immediates(skeleton, plain, context);
    yield* prefixed(skeleton, plain, context);
    yield* cut(skeleton, plain, context);
    yield* vexed(plain, context);
  }
  yield* addressed(skeleton, context);
  yield* registers(skeleton, context);
  yield* neighbours(skeleton, context);
  yield* stretched(skeleton, context);
}

const sampled = <T>(all: readonly T[], { random }: Context, share: number): readonly T[] => {
  const first = random.below(share);
  return all.filter((_, k) => k % share === first);
};

const filled = (parts: Parts, skeleton: Skeleton, { numbers, random }: Context): Parts => ({
  ...parts,
  vex: parts.vex !== null && hasVvvv(skeleton.form) ? withVvvv(parts.vex, random) : parts.vex,
  displacement: numbers.displacement(),
  immediate: numbers.immediate(skeleton.immediateBytes),
});

const withVvvv = (vex: VexParts, random: Random): VexParts => ({
  ...vex,
  vvvv: random.below(vex.encoding === 'evex' ? 32 : 16),
});

/** With bytes behind, because another prefix or another instruction of the group may ask for more of them. */
const followed = (parts: Parts, { random }: Pick<Context, 'random'>): Parts => ({
  ...parts,
  tail: Array.from({ length: 8 }, () => random.byte()),
});

/** Every boundary value; on `full` every value of a single byte. */
function* immediates(skeleton: Skeleton, plain: Parts, context: Context): Generator<Parts> {
  const { immediateBytes } = skeleton;
  const isWhole = immediateBytes > 0 || plain.isDirect;
  const turns = !isWhole ? 1 : context.level === 'quick' ? 3 : 8;
  for (let turn = 0; turn < turns; turn++) yield filled(plain, skeleton, context);
  if (context.level !== 'full' || immediateBytes !== 1) return;
  for (let value = 0; value < 256; value++) yield { ...plain, immediate: [value] };
}

function* prefixed(skeleton: Skeleton, plain: Parts, context: Context): Generator<Parts> {
  const { mode } = skeleton;
  const { level } = context;
  const sets: PrefixSet[] = [...singlePrefixes(mode, level)];
  if (level === 'quick') sets.push(...sampled(prefixPairs(mode), context, 40));
  if (level === 'default')
    sets.push(...sampled(prefixPairs(mode), context, 8), ...sampled(prefixTriples(mode), context, 24));
  if (level === 'full') sets.push(...prefixPairs(mode), ...prefixTriples(mode));
  for (const { prefixes, rex } of sets) {
    const own = filled(plain, skeleton, context);
    yield followed({ ...own, prefixes: [...prefixes, ...plain.prefixes], rex: plain.rex | rex }, context);
    // Behind the mandatory prefix the same may mean something else.
    if (prefixes.length === 1 && plain.prefixes.length > 0)
      yield followed({ ...own, prefixes: [...plain.prefixes, ...prefixes], rex: plain.rex | rex }, context);
  }
}

/** Every beginning of the instruction. */
function* cut(skeleton: Skeleton, plain: Parts, context: Context): Generator<Parts> {
  if (context.level === 'quick') return;
  const { mode } = skeleton;
  const modrm = plain.modrm >= 0 && plain.modrm < 0xc0 ? (plain.modrm & 0x38) | 0x84 : plain.modrm;
  const whole = assemble(mode, filled({ ...plain, modrm }, skeleton, context));
  for (let length = 1; length < whole.length; length++) {
    yield { ...plainParts, prefixes: [...whole.subarray(0, length)] };
  }
}

/** Every field of VEX, legal and illegal; of the values one in so many. */
function* vexed(plain: Parts, context: Context): Generator<Parts> {
  const share = { quick: 6, default: 3, full: 1 }[context.level];
  for (const parts of sampled([...vexVariants(plain, context.level)], context, share)) yield followed(parts, context);
}

/** Every addressing shape in both address sizes. */
function* addressed(skeleton: Skeleton, context: Context): Generator<Parts> {
  const plain = skeleton.memory ?? (hasFreeRm(skeleton) ? skeleton.register : null);
  if (plain === null) return;
  const { mode } = skeleton;
  const sizes = mode === 64 ? ([64, 32] as const) : mode === 32 ? ([32, 16] as const) : ([16, 32] as const);
  for (const size of sizes) {
    const isToggled = size !== mode;
    const prefixes = [...(isToggled ? [0x67] : []), ...plain.prefixes.filter((prefix) => prefix !== 0x67)];
    const shapes = addressingShapes(size, skeleton.memory === null ? 'quick' : context.level, mode === 64);
    // What the other address size does to decoding, a sample of the shapes shows as well.
    const some = isToggled && context.level !== 'full' ? sampled(shapes, context, 3) : shapes;
    for (const { modrm, sib, rex } of some) {
      const reg = hasFreeReg(skeleton) ? context.random.below(8) << 3 : plain.modrm & 0x38;
      yield filled({ ...plain, prefixes, rex: plain.rex | rex, modrm: modrm | reg, sib }, skeleton, context);
    }
  }
}

/** Every value of each register field, also where there is no such register, and both fields the same. */
function* registers(skeleton: Skeleton, context: Context): Generator<Parts> {
  const { form, mode } = skeleton;
  const plain = skeleton.register ?? skeleton.memory;
  if (plain === null) return;
  const extensions = [0, 0x40, 0x44, 0x41, 0x45];
  const rexes = mode !== 64 ? [0] : context.level === 'quick' ? sampled(extensions, context, 2) : extensions;
  for (const rex of rexes) {
    const own = { ...plain, rex: plain.rex | rex };
    if (form.opcodeRegister) {
      for (let low = 0; low < 8; low++) yield filled({ ...own, opcode: withLow(plain.opcode, low) }, skeleton, context);
    }
    if (form.hasModrm)
      for (const modrm of registerBytes(skeleton, context)) yield filled({ ...own, modrm }, skeleton, context);
  }
}

const withLow = (opcode: readonly number[], low: number): readonly number[] =>
  opcode.map((byte, k) => (k === opcode.length - 1 ? (byte & 0xf8) | low : byte));

/** ModRM bytes with mod 3; the memory forms among them are invalid. */
function* registerBytes(skeleton: Skeleton, { level, random }: Context): Generator<number> {
  const { form } = skeleton;
  const fixed = (Math.max(form.reg, 0) << 3) | Math.max(form.rm, 0);
  const regs = hasFreeReg(skeleton) ? 8 : 1;
  const rms = hasFreeRm(skeleton) ? 8 : 1;
  if (level === 'full') {
    for (let reg = 0; reg < regs; reg++) for (let rm = 0; rm < rms; rm++) yield 0xc0 | fixed | (reg << 3) | rm;
    return;
  }
  const other = random.below(8);
  const step = level === 'quick' ? 3 : 1;
  for (let reg = random.below(step); reg < regs; reg += step) yield 0xc0 | fixed | (reg << 3) | (rms === 8 ? other : 0);
  // Where no operand is in it (LFENCE), each value is an encoding by itself.
  const rmStep = form.operands.length === 0 ? 1 : step;
  for (let rm = random.below(rmStep); rm < rms; rm += rmStep) yield 0xc0 | fixed | (regs === 8 ? other << 3 : 0) | rm;
  if (regs === 8 && rms === 8) for (let same = 0; same < 8; same += step) yield 0xc0 | (same * 9);
  // MOV CR and its kin ignore mod.
  if (form.mod === 'ignored') for (const mod of [0, 0x40, 0x80]) yield mod | (other << 3) | 4;
}

/** The other instructions of a group, those that are none among them; and the other of memory and register. */
function* neighbours(skeleton: Skeleton, context: Context): Generator<Parts> {
  const { form } = skeleton;
  const plain = skeleton.memory ?? skeleton.register;
  if (plain === null || form.reg < 0 || context.level === 'quick') return;
  for (let reg = 0; reg < 8; reg++) {
    for (const rest of [0x00, 0x05, 0x44, ...[0, 1, 2, 3, 4, 5, 6, 7].map((rm) => 0xc0 | rm)]) {
      yield followed({ ...filled(plain, skeleton, context), modrm: rest | (reg << 3) }, context);
    }
  }
}

/** Prefixes that change nothing, up to the limit of 15 bytes and one more. */
function* stretched(skeleton: Skeleton, context: Context): Generator<Parts> {
  const plain = skeleton.memory ?? skeleton.register;
  if (plain === null) return;
  const own = filled(plain, skeleton, context);
  const room = longestInput - assemble(skeleton.mode, own).length;
  const prefix = context.random.pick([0x2e, 0x3e, 0x26, 0x36]);
  for (const count of [room, room + 1]) {
    yield { ...own, prefixes: [...Array.from({ length: count }, () => prefix), ...own.prefixes] };
  }
}
