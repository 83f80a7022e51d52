import { describe, expect, it } from 'vitest';
import {
  baseOf,
  dplOf,
  limitOf,
  loadFromDescriptor,
  loadNull,
  readDescriptor,
  Segment,
  SegmentRegister,
  setFlatSegment,
  setRealSegment,
  setVirtual8086Segment,
  typeOf,
} from './segments.ts';

const descriptorOf = (hex: string) =>
  readDescriptor(Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)));

const loaded = (hex: string): SegmentRegister => {
  const register = new SegmentRegister();
  loadFromDescriptor(register, 0x0f, descriptorOf(hex));
  return register;
};

/** The attributes that hold. */
const attributesOf = (register: SegmentRegister): string =>
  Object.entries(register)
    .filter(([, value]) => value === true)
    .map(([name]) => name.replace('is', ''))
    .join(' ');

describe('descriptors', () => {
  it.each([
    ['ff ff 00 00 00 fb cf 00', 'Present Code Readable Accessed Big', 0, 0xffffffff, 3],
    ['ff ff 00 00 00 9b af 00', 'Present Code Readable Accessed Long', 0, 0xffffffff, 0],
    ['ff ff 00 00 00 f3 cf 00', 'Present Readable Writable Accessed Big', 0, 0xffffffff, 3],
    ['ff 0f 34 12 56 f1 00 78', 'Present Readable Accessed', 0x78561234, 0xfff, 3],
    ['ff 0f 00 00 10 d7 00 00', 'Present Readable Writable ExpandDown Accessed', 0x100000, 0xfff, 2],
    ['00 00 00 00 00 9c 0f 00', 'Present Code Conforming', 0, 0xf0000, 0],
    ['01 00 00 00 00 72 80 00', 'Readable Writable', 0, 0x1fff, 3],
    ['00 00 00 00 00 f8 00 ff', 'Present Code', 0xff000000 | 0, 0, 3],
  ])('loads %s as %s', (hex, attributes, base, limit, dpl) => {
    const register = loaded(hex);
    expect(attributesOf(register)).toBe(attributes);
    expect([register.selector, register.baseLo, register.baseHi]).toEqual([0x0f, base, 0]);
    expect([register.limit, register.dpl]).toEqual([limit, dpl]);
  });

  it('gives the parts of a system descriptor', () => {
    const task = descriptorOf('67 20 00 30 00 8b 00 fe');
    expect([typeOf(task), dplOf(task), limitOf(task), baseOf(task)]).toEqual([11, 0, 0x2067, 0xfe003000 | 0]);
  });
});

describe('presets', () => {
  it('has data of a null selector unusable, with the base that it had', () => {
    const register = loaded('ff 0f 34 12 56 f1 00 78');
    loadNull(register, 3);
    expect([attributesOf(register), register.selector, register.baseLo]).toEqual(['Null', 3, 0x78561234]);
  });

  it.each([
    [Segment.CS, 'Present Code Readable Writable Accessed'],
    [Segment.DS, 'Present Readable Writable Accessed'],
  ])('puts segment %i of real mode at selector * 16', (segment, attributes) => {
    const register = new SegmentRegister();
    setRealSegment(register, segment, 0xffff);
    expect([register.baseLo, register.limit, register.dpl]).toEqual([0xffff0, 0xffff, 0]);
    expect(attributesOf(register)).toBe(attributes);
    setVirtual8086Segment(register, segment, 0x1234);
    expect([register.baseLo, register.limit, register.dpl]).toEqual([0x12340, 0xffff, 3]);
  });

  it.each([
    [Segment.CS, 64, 'Present Code Readable Accessed Long', 0xffffffff],
    [Segment.CS, 32, 'Present Code Readable Accessed Big', 0xffffffff],
    [Segment.CS, 16, 'Present Code Readable Accessed', 0xffff],
    [Segment.SS, 64, 'Present Readable Writable Accessed Big', 0xffffffff],
    [Segment.SS, 16, 'Present Readable Writable Accessed', 0xffff],
  ] as const)('makes segment %i of flat %i-bit code: %s', (segment, mode, attributes, limit) => {
    const register = new SegmentRegister();
    setFlatSegment(register, segment, { selector: 0x23, mode, dpl: 3 });
    expect([attributesOf(register), register.limit, register.dpl]).toEqual([attributes, limit, 3]);
  });

  it('copies every part', () => {
    const from = loaded('ff 0f 34 12 56 f1 00 78');
    const to = new SegmentRegister();
    to.copyFrom(from);
    expect(to).toEqual(from);
  });
});
