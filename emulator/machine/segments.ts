/**
 * Segment registers with their hidden parts, and the descriptors they are loaded from (SDM 3A 3.4.3, 3.4.5). Knows what
 * descriptors say, not when they may be loaded.
 */
import type { Mode } from '../isa/modes.ts';

/** Segment registers in the order of their encoding. */
export const Segment = { ES: 0, CS: 1, SS: 2, DS: 3, FS: 4, GS: 5 } as const;

/** Flat small numbers, because every access to memory asks them. */
export class SegmentRegister {
  selector = 0;
  /** Bits 31:0 and 63:32 of the base, signed. */
  baseLo = 0;
  baseHi = 0;
  /** The last offset, as an unsigned number of 32 bits; of expand-down data the last one below the segment. */
  limit = 0;
  /** Loaded with a null selector: no access through it, outside 64-bit mode. */
  isNull = false;
  isPresent = false;
  isCode = false;
  /** Data is always readable. */
  isReadable = false;
  /** Code never is (but the CS of real mode, which stores go through). */
  isWritable = false;
  isExpandDown = false;
  isConforming = false;
  isAccessed = false;
  dpl = 0;
  /** D/B: 32-bit code, 32-bit stack pointer, 4 GiB as the end of expand-down data. */
  isBig = false;
  /** L: 64-bit code. */
  isLong = false;

  copyFrom(other: SegmentRegister): void {
    this.selector = other.selector;
    this.baseLo = other.baseLo;
    this.baseHi = other.baseHi;
    this.limit = other.limit;
    this.isNull = other.isNull;
    this.isPresent = other.isPresent;
    this.isCode = other.isCode;
    this.isReadable = other.isReadable;
    this.isWritable = other.isWritable;
    this.isExpandDown = other.isExpandDown;
    this.isConforming = other.isConforming;
    this.isAccessed = other.isAccessed;
    this.dpl = other.dpl;
    this.isBig = other.isBig;
    this.isLong = other.isLong;
  }
}

/** The eight bytes of a descriptor as two words of 32 bits, the first in memory first. */
export interface Descriptor {
  readonly low: number;
  readonly high: number;
}

/** Bits of a descriptor's second word (SDM 3A 3.4.5). */
export const DescriptorBit = {
  accessed: 1 << 8,
  /** Readable code, writable data. */
  readWrite: 1 << 9,
  /** Conforming code, expand-down data. */
  conforming: 1 << 10,
  code: 1 << 11,
  /** S: code or data, and no system descriptor. */
  codeOrData: 1 << 12,
  present: 1 << 15,
  long: 1 << 21,
  big: 1 << 22,
  granularity: 1 << 23,
} as const;

/** The four bits of the type field. */
export const typeOf = ({ high }: Descriptor): number => (high >>> 8) & 15;

export const dplOf = ({ high }: Descriptor): number => (high >>> 13) & 3;

export const limitOf = ({ low, high }: Descriptor): number => {
  const limit = (high & 0xf0000) | (low & 0xffff);
  return (high & DescriptorBit.granularity) === 0 ? limit : ((limit << 12) | 0xfff) >>> 0;
};

export const baseOf = ({ low, high }: Descriptor): number => (low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000);

/** A descriptor of the eight bytes at `offset`. */
export const readDescriptor = (bytes: Uint8Array, offset = 0): Descriptor => ({
  low: bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24),
  high: bytes[offset + 4] | (bytes[offset + 5] << 8) | (bytes[offset + 6] << 16) | (bytes[offset + 7] << 24),
});

/** The segment register that holds a code or data descriptor. */
export const loadFromDescriptor = (into: SegmentRegister, selector: number, descriptor: Descriptor): void => {
  const has = (bit: number): boolean => (descriptor.high & bit) !== 0;
  const isCode = has(DescriptorBit.code);
  into.selector = selector;
  into.baseLo = baseOf(descriptor);
  into.baseHi = 0;
  into.limit = limitOf(descriptor);
  into.isNull = false;
  into.isPresent = has(DescriptorBit.present);
  into.isCode = isCode;
  into.isReadable = !isCode || has(DescriptorBit.readWrite);
  into.isWritable = !isCode && has(DescriptorBit.readWrite);
  into.isExpandDown = !isCode && has(DescriptorBit.conforming);
  into.isConforming = isCode && has(DescriptorBit.conforming);
  into.isAccessed = has(DescriptorBit.accessed);
  into.dpl = dplOf(descriptor);
  into.isBig = has(DescriptorBit.big);
  into.isLong = isCode && has(DescriptorBit.long);
};

/** What a null selector leaves: a segment that cannot be used (SDM 3A 3.4.2). The base stays as it was. */
export const loadNull = (into: SegmentRegister, selector: number): void => {
  into.selector = selector;
  into.limit = 0;
  into.isNull = true;
  into.isPresent = false;
  into.isCode = false;
  into.isReadable = false;
  into.isWritable = false;
  into.isExpandDown = false;
  into.isConforming = false;
  into.isAccessed = false;
  into.isBig = false;
  into.isLong = false;
};

const flatData = (into: SegmentRegister, dpl: number): void => {
  into.baseLo = 0;
  into.baseHi = 0;
  into.limit = 0xffffffff;
  into.isNull = false;
  into.isPresent = true;
  into.isCode = false;
  into.isReadable = true;
  into.isWritable = true;
  into.isExpandDown = false;
  into.isConforming = false;
  into.isAccessed = true;
  into.dpl = dpl;
  into.isBig = true;
  into.isLong = false;
};

/** A segment of real mode as reset leaves it, but at selector * 16 (SDM 3A 9.1.4, 20.1.1). CS can be written too. */
export const setRealSegment = (into: SegmentRegister, segment: number, selector: number): void => {
  flatData(into, 0);
  into.selector = selector;
  into.baseLo = selector << 4;
  into.limit = 0xffff;
  into.isBig = false;
  into.isCode = segment === Segment.CS;
};

/** A segment of virtual-8086 mode: 64 KiB at selector * 16, of privilege level 3 (SDM 3A 20.2). */
export const setVirtual8086Segment = (into: SegmentRegister, segment: number, selector: number): void => {
  setRealSegment(into, segment, selector);
  into.dpl = 3;
};

/** A flat segment of 4 GiB at base 0, with code of the given mode (16: the 64 KiB that its offsets reach). */
export const setFlatSegment = (
  into: SegmentRegister,
  segment: number,
  { selector, mode, dpl }: { readonly selector: number; readonly mode: Mode; readonly dpl: 0 | 3 },
): void => {
  flatData(into, dpl);
  into.selector = selector;
  into.isBig = mode === 32 || (mode === 64 && segment !== Segment.CS);
  if (mode === 16) into.limit = 0xffff;
  if (segment !== Segment.CS) return;
  into.isCode = true;
  into.isWritable = false;
  into.isLong = mode === 64;
};
