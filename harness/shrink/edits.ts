/**
 * The ways to make an encoding smaller, pass by pass in the order of shrinking. An edit names the bits it sets and the
 * bytes it drops, so that several edits can be made at once.
 */
import { type Mode, modes, type Vendor } from '../../emulator/isa/modes.ts';
import { isLegacyPrefix } from '../bucket/identity.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Input } from '../subject.ts';
import { type Layout, layoutOf } from './layout.ts';

export interface Edit {
  readonly set?: readonly BitsSet[];
  /** Offsets of bytes to drop, after setting. */
  readonly drop?: readonly number[];
  readonly mode?: Mode;
  readonly vendor?: Vendor;
}

interface BitsSet {
  readonly offset: number;
  readonly mask: number;
  readonly value: number;
}

/** What there is to shrink; of the answers their lengths count. */
export type Encoded = Pick<Mismatch, 'input' | 'ours' | 'theirs'>;

export type Pass = (mismatch: Encoded) => readonly Edit[];

/** Several edits at once; where two set the same bits, the later one stands. */
export const applyEdits = (input: Input, edits: readonly Edit[]): Input => {
  // Not `slice`: a Buffer's is a view, and whoever gave the input may still read it.
  const bytes = new Uint8Array(input.bytes);
  const dropped = new Set<number>();
  let { mode, vendor } = input;
  for (const edit of edits) {
    for (const { offset, mask, value } of edit.set ?? [])
      bytes[offset] = ((bytes[offset] ?? 0) & ~mask) | (value & mask);
    for (const offset of edit.drop ?? []) dropped.add(offset);
    mode = edit.mode ?? mode;
    vendor = edit.vendor ?? vendor;
  }
  return { bytes: bytes.filter((_, offset) => !dropped.has(offset)), mode, vendor };
};

/** The order in which inputs are small: Intel, short, narrow mode, then by bytes, those of VEX with registers as numbers. */
export const isSmaller = (left: Input, right: Input): boolean => {
  if (left.vendor !== right.vendor) return left.vendor === 'intel';
  if (left.bytes.length !== right.bytes.length) return left.bytes.length < right.bytes.length;
  if (left.mode !== right.mode) return left.mode < right.mode;
  const [bytes, others] = [plainVex(left), plainVex(right)];
  for (const [k, byte] of bytes.entries()) {
    const other = others[k] ?? 0;
    if (byte !== other) return byte < other;
  }
  return false;
};

/** R, X, B and vvvv, R' and V' stand inverted, where the plainest register has the highest bits. */
const plainVex = ({ bytes, mode }: Input): Uint8Array => {
  if (!bytes.some((byte) => vexHeads.has(byte))) return bytes;
  const { vexOffset, identity } = layoutOf(bytes, mode);
  if (identity.vex === null) return bytes;
  const plain = new Uint8Array(bytes);
  for (const [k, mask] of inverted[identity.vex.lengthBytes].entries())
    plain[vexOffset + 1 + k] = (plain[vexOffset + 1 + k] ?? 0) ^ mask;
  return plain;
};

const vexHeads: ReadonlySet<number> = new Set([0xc4, 0xc5, 0x62, 0x8f]);

/** By length: what is inverted in the bytes behind the first. */
const inverted: Readonly<Record<2 | 3 | 4, readonly number[]>> = { 2: [0xf8], 3: [0xe0, 0x78], 4: [0xf0, 0x78, 0x08] };

const layoutIn = ({ input }: Encoded): Layout => layoutOf(input.bytes, input.mode);

/** Everything at once: most mismatches need no prefix, no SIB and no number. */
export const leaps: Pass = (mismatch) => {
  const layout = layoutIn(mismatch);
  const { length } = mismatch.input.bytes;
  const bare: Edit = { drop: layout.prefixOffsets };
  const plain: Edit = merged([...plainAddress(layout), ...lowRegisters(layout)]);
  const zeros: Edit = { set: range(layout.restOffset, length).map(zeroByte) };
  return [merged([bare, plain, zeros]), merged([plain, zeros]), merged([bare, zeros])];
};

const merged = (edits: readonly Edit[]): Edit => ({
  set: edits.flatMap((edit) => edit.set ?? []),
  drop: edits.flatMap((edit) => edit.drop ?? []),
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
const zeroByte = (offset: number): BitsSet => ({ offset, mask: 0xff, value: 0 });

export const prefixes: Pass = (mismatch) => layoutIn(mismatch).prefixOffsets.map((offset) => ({ drop: [offset] }));

/** Of every REX byte, ignored ones too. */
export const rexBits: Pass = (mismatch) => {
  const { bytes, mode } = mismatch.input;
  const rexOffsets = layoutIn(mismatch).prefixOffsets.filter((offset) => mode === 64 && isRex(bytes[offset] ?? 0));
  return rexOffsets.flatMap((offset) => [1, 2, 4, 8].map((mask) => ({ set: [{ offset, mask, value: 0 }] })));
};

const isRex = (byte: number): boolean => (byte & 0xf0) === 0x40;

/** Where any prefix would do, ES stands for it. */
export const plainPrefixes: Pass = (mismatch) => {
  const { bytes } = mismatch.input;
  const legacy = layoutIn(mismatch).prefixOffsets.filter((offset) => isLegacyPrefix(bytes[offset] ?? 0));
  return legacy.map((offset) => ({ set: [{ offset, mask: 0xff, value: 0x26 }] }));
};

/** Cuts behind the lengths that either side names, and behind the opcode. */
export const tails: Pass = (mismatch) => {
  const { length } = mismatch.input.bytes;
  const { opcodeOffset, restOffset } = layoutIn(mismatch);
  const ends = [opcodeOffset + 1, restOffset, lengthOf(mismatch.ours), lengthOf(mismatch.theirs), length - 1];
  return [...new Set(ends)]
    .filter((end) => end > 0 && end < length)
    .sort((a, b) => a - b)
    .map((end) => ({ drop: range(end, length) }));
};

const lengthOf = (answer: Mismatch['ours']): number => (answer.status === 'valid' ? answer.lengthBytes : 0);

/** SIB away, displacement of 32 bits to 8 bits to none. */
export const addresses: Pass = (mismatch) => {
  const layout = layoutIn(mismatch);
  const plain = plainAddress(layout);
  if (plain.length === 0) return [];
  const { modrmOffset, displacementOffset, displacementBytes } = layout;
  const narrow: Edit = {
    set: [{ offset: modrmOffset, mask: 0xc0, value: 0x40 }],
    drop: range(displacementOffset + 1, displacementOffset + displacementBytes),
  };
  const withoutDisplacement: Edit = {
    set: [{ offset: modrmOffset, mask: 0xc0, value: 0 }],
    drop: range(displacementOffset, displacementOffset + displacementBytes),
  };
  return [merged(plain), withoutSib(layout), withoutDisplacement, ...(displacementBytes > 1 ? [narrow] : [])];
};

/** `[rAX]`, or `[BX+SI]`: no SIB, no displacement. */
const plainAddress = (layout: Layout): readonly Edit[] => {
  const { identity, modrmOffset, displacementOffset, displacementBytes } = layout;
  if (modrmOffset < 0 || identity.modrm >= 0xc0) return [];
  const set = [{ offset: modrmOffset, mask: 0xc7, value: 0 }];
  return [{ set, drop: range(displacementOffset, displacementOffset + displacementBytes) }, withoutSib(layout)];
};

const withoutSib = ({ modrmOffset, sibOffset }: Layout): Edit =>
  sibOffset < 0 ? {} : { set: [{ offset: modrmOffset, mask: 7, value: 0 }], drop: [sibOffset] };

const lowRegisters = ({ identity, modrmOffset }: Layout): readonly Edit[] => {
  if (modrmOffset < 0) return [];
  const rm = identity.modrm >= 0xc0 ? 7 : 0;
  return [{ set: [{ offset: modrmOffset, mask: identity.isGroup ? rm : rm | 0x38, value: 0 }] }];
};

/** Each field to zero: registers, SIB fields, each byte of displacement and immediate. */
export const zeroedFields: Pass = (mismatch) => {
  const layout = layoutIn(mismatch);
  const { sibOffset, displacementOffset } = layout;
  const masks = registerFields(layout);
  if (sibOffset >= 0) masks.push(...[0xc0, 0x38, 7].map((mask) => ({ offset: sibOffset, mask })));
  for (const offset of range(displacementOffset, mismatch.input.bytes.length)) masks.push({ offset, mask: 0xff });
  return masks.map(({ offset, mask }) => ({ set: [{ offset, mask, value: 0 }] }));
};

/** ModRM.reg also where it is an opcode extension: what comes of it is another bucket, and kept as such. */
const registerFields = ({ identity, modrmOffset, opcodeOffset }: Layout): { offset: number; mask: number }[] => {
  const fields: { offset: number; mask: number }[] = [];
  if (identity.opcodeRegister) fields.push({ offset: opcodeOffset, mask: 7 });
  if (modrmOffset >= 0) fields.push({ offset: modrmOffset, mask: 0x38 }, { offset: modrmOffset, mask: 7 });
  return fields;
};

/** Immediates that no zero will do for: 1, and the sign bit alone. */
export const smallNumbers: Pass = (mismatch) => {
  const { length } = mismatch.input.bytes;
  const { displacementOffset } = layoutIn(mismatch);
  const offsets = range(displacementOffset, length);
  return offsets.flatMap((at) =>
    [1, 0x80].map((value) => ({
      set: offsets.map((offset) => ({ offset, mask: 0xff, value: offset === at ? value : 0 })),
    })),
  );
};

/** Registers that cannot be 0: the lowest that will do, then both the same. */
export const lowerRegisters: Pass = (mismatch) => {
  const layout = layoutIn(mismatch);
  const { identity, modrmOffset } = layout;
  const lower = registerFields(layout).flatMap(({ offset, mask }) => {
    const unit = mask & -mask;
    const now = ((mismatch.input.bytes[offset] ?? 0) & mask) / unit;
    return range(1, now).map((value) => ({ set: [{ offset, mask, value: value * unit }] }));
  });
  if (identity.modrm < 0xc0) return lower;
  const least = Math.min((identity.modrm >> 3) & 7, identity.modrm & 7);
  return [...lower, { set: [{ offset: modrmOffset, mask: 0x3f, value: least * 9 }] }];
};

/** A register form that memory will do for as well: the shortest address. */
export const memoryForms: Pass = (mismatch) => {
  const { identity, modrmOffset } = layoutIn(mismatch);
  return identity.modrm < 0xc0 ? [] : [{ set: [{ offset: modrmOffset, mask: 0xc7, value: 0 }] }];
};

/** The same the other way, where memory needs more than its bytes: an address, and what stands there. */
export const registerForms: Pass = (mismatch) => {
  const { identity, modrmOffset, displacementOffset, displacementBytes, sibOffset } = layoutIn(mismatch);
  if (identity.modrm < 0 || identity.modrm >= 0xc0) return [];
  const drop = range(displacementOffset, displacementOffset + displacementBytes);
  const set = [{ offset: modrmOffset, mask: 0xc7, value: 0xc0 }];
  return [{ set, drop: sibOffset < 0 ? drop : [sibOffset, ...drop] }];
};

export const anyByte: Pass = ({ input }) => range(0, input.bytes.length).map((offset) => ({ drop: [offset] }));

/** Intel before AMD; and another mode, narrower, or one in which a size prefix has no more to do. */
export const settings: Pass = ({ input }) => {
  const { bytes, mode, vendor } = input;
  const sizes = layoutOf(bytes, mode).prefixOffsets.filter(
    (offset) => bytes[offset] === 0x66 || bytes[offset] === 0x67,
  );
  const others = modes.filter((other) => other !== mode);
  return [
    ...(vendor === 'amd' ? [{ vendor: 'intel' as const }] : []),
    ...others.flatMap((other) => [
      { mode: other },
      { mode: other, drop: sizes },
      ...sizes.map((at) => ({ mode: other, drop: [at] })),
    ]),
  ];
};
