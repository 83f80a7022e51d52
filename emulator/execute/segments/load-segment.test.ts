import { describe, expect, it } from 'vitest';
import { executeOne, hexOf, realLimit, Select, type Setting, windowBase } from './testing/execute-one.ts';

const W = windowBase;

/** POP of a segment register, with a selector on the stack. */
const pop = (code: string, selector: number, setting: Omit<Setting, 'code'> = {}) =>
  executeOne({
    ...(setting.kind === undefined ? { mode: 32 } : {}),
    ...setting,
    code,
    registers: { rsp: setting.mode === 16 || setting.kind !== undefined ? 0x800 : W + 0x800, ...setting.registers },
    memory: { [W + 0x800]: hexOf(selector, 2) },
  });

const DS = '1F';
const SS = '17';
const FS = '0F A1';

describe('loadSegment, of data', () => {
  it.each([
    [Select.data, 'done'],
    [Select.data & ~3, 'done'],
    [Select.readOnly, 'done'],
    [Select.code32, 'done'],
    [Select.conforming, 'done'],
    [Select.conforming | 3, 'done'],
    [0, 'done'],
    [3, 'done'],
    [Select.innerData, '#GP(18)'],
    [Select.innerData | 3, '#GP(18)'],
    [Select.innerCode32, '#GP(10)'],
    [Select.executeOnly, '#GP(3c)'],
    [Select.task, '#GP(40)'],
    [Select.beyond, '#GP(78)'],
    [Select.absent, '#NP(34)'],
    [0x57, '#GP(54)'],
  ])('answers selector %i at CPL 3 with %s', (selector, outcome) => {
    const { outcome: said, state } = pop(DS, selector);
    expect([said, state.segments[3].selector]).toEqual([outcome, outcome === 'done' ? selector : Select.data]);
  });

  it('takes base, limit and attributes from the descriptor', () => {
    const [, , , ds] = pop(DS, Select.short).state.segments;
    expect([ds.baseLo, ds.limit, ds.isBig, ds.isWritable]).toEqual([W, 0xfff, true, true]);
  });

  it('marks the descriptor accessed, though the table is not for programs', () => {
    const { outcome, state, read } = pop(DS, Select.fresh);
    expect([outcome, state.segments[3].isAccessed]).toEqual(['done', true]);
    expect(read(0xf0_0000 + (Select.fresh & ~7), 8)).toBe('ff ff 00 00 00 f3 cf 00');
  });

  it.each([
    ['intel', 0, '0'],
    ['intel', 3, '0'],
    ['amd-zen3', 0, '123456789000'],
  ] as const)('on %s a null selector %i leaves base %s in FS', (profile, selector, base) => {
    const { outcome, get, state } = pop(FS, selector, { mode: 64, profile, registers: { fsbase: 0x123456789000 } });
    expect([outcome, get('fsbase'), state.segments[4].selector, state.segments[4].isNull]).toEqual([
      'done',
      base,
      selector,
      true,
    ]);
  });

  it('clears the upper half of the base in 64-bit mode', () => {
    const { get } = pop(FS, Select.data16, { mode: 64, registers: { fsbase: 0x123456789000 } });
    expect(get('fsbase')).toBe('100000');
  });

  it('allows inner data at CPL 0, but not with an outer RPL', () => {
    expect(pop(DS, Select.innerData, { cpl: 0 }).outcome).toBe('done');
    expect(pop(DS, Select.innerData | 3, { cpl: 0 }).outcome).toBe('#GP(18)');
  });
});

describe('loadSegment, of SS', () => {
  it.each([
    [Select.data, 'done'],
    [Select.data16, 'done'],
    [Select.data & ~3, '#GP(28)'],
    [Select.readOnly, '#GP(24)'],
    [Select.code32, '#GP(20)'],
    [Select.innerData, '#GP(18)'],
    [Select.absent, '#SS(34)'],
    [Select.absent & ~3, '#GP(34)'],
    [Select.beyond, '#GP(78)'],
    [0, '#GP(0)'],
    [3, '#GP(0)'],
  ])('answers selector %i at CPL 3 with %s', (selector, outcome) => {
    expect(pop(SS, selector).outcome).toBe(outcome);
  });

  it('moves the old stack pointer, and has the new width after', () => {
    const { outcome, get, state } = pop(SS, Select.data16);
    expect([outcome, get('esp'), state.segments[2].isBig]).toEqual(['done', '100804', false]);
  });
});

describe('loadSegment, in real mode', () => {
  it('moves the base only, and keeps the limit, also one of protected mode', () => {
    const { outcome, state } = pop(DS, 0xffff, { kind: 'real' });
    const [, , , ds] = state.segments;
    expect([outcome, ds.selector, ds.baseLo, ds.limit]).toEqual(['done', 0xffff, 0xffff0, realLimit]);
  });

  it('gives 64 KiB of privilege level 3 in virtual-8086 mode', () => {
    const [, , , ds] = pop(DS, 0x1234, { kind: 'virtual-8086' }).state.segments;
    expect([ds.selector, ds.baseLo, ds.limit, ds.dpl, ds.isWritable]).toEqual([0x1234, 0x12340, 0xffff, 3, true]);
  });
});
