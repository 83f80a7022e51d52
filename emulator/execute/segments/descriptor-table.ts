/** Descriptors in the GDT and the LDT (SDM 3A 3.5.1). */
import { type Descriptor, DescriptorBit } from '../../machine/segments.ts';
import type { SegmentMachine } from './segment-machine.ts';

const localTable = 4;

/** The descriptor that a selector names; null beyond the end of its table. Null selectors name the GDT's entry 0. */
export const descriptorOf = (machine: SegmentMachine, selector: number): Descriptor | null => {
  const { gdtr, ldtr } = machine.state;
  const isLocal = (selector & localTable) !== 0;
  const limit = isLocal ? ldtr.limit : gdtr.limit;
  if ((isLocal && ldtr.isNull) || offsetOf(selector) + 7 > limit) return null;
  return { low: readAt(machine, selector, 0), high: readAt(machine, selector, 4) };
};

/** The CPU notes that a segment has been loaded (SDM 3A 3.4.5.1). */
export const markAccessed = (machine: SegmentMachine, selector: number, { high }: Descriptor): void => {
  if ((high & DescriptorBit.accessed) !== 0) return;
  const [lo, hi] = addressOf(machine, selector, 4);
  machine.writeTable(lo, hi, high | DescriptorBit.accessed);
};

const offsetOf = (selector: number): number => selector & 0xfff8;

const readAt = (machine: SegmentMachine, selector: number, displacement: number): number => {
  const [lo, hi] = addressOf(machine, selector, displacement);
  return machine.readTable(lo, hi) | 0;
};

const addressOf = (machine: SegmentMachine, selector: number, displacement: number): readonly [number, number] => {
  const { gdtr, ldtr } = machine.state;
  const isLocal = (selector & localTable) !== 0;
  const baseLo = isLocal ? ldtr.baseLo : gdtr.base.lo;
  const baseHi = isLocal ? ldtr.baseHi : gdtr.base.hi;
  const lo = (baseLo + offsetOf(selector) + displacement) | 0;
  if (!machine.isLongMode) return [lo, 0];
  return [lo, lo >>> 0 < baseLo >>> 0 ? (baseHi + 1) | 0 : baseHi];
};

/** Null selectors differ in their RPL only (SDM 3A 3.4.2). */
export const isNullSelector = (selector: number): boolean => (selector & 0xfffc) === 0;

/** The error code that names a selector (SDM 3A 6.13). */
export const errorOf = (selector: number): number => selector & 0xfffc;

export const rplOf = (selector: number): number => selector & 3;

export const has = ({ high }: Descriptor, bit: number): boolean => (high & bit) !== 0;

export const isCode = (descriptor: Descriptor): boolean =>
  has(descriptor, DescriptorBit.codeOrData) && has(descriptor, DescriptorBit.code);

export const isData = (descriptor: Descriptor): boolean =>
  has(descriptor, DescriptorBit.codeOrData) && !has(descriptor, DescriptorBit.code);

/** Conforming code, which may be used from any outer privilege level (SDM 3A 5.8.1.2). */
export const isConforming = (descriptor: Descriptor): boolean =>
  isCode(descriptor) && has(descriptor, DescriptorBit.conforming);

export const isPresent = (descriptor: Descriptor): boolean => has(descriptor, DescriptorBit.present);
