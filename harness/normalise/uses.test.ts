import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerAccess } from '../subject.ts';
import {
  formatMemoryUse,
  formatMemoryUses,
  formatRegisterUses,
  fullRegister,
  type MemoryUse,
  mergeAccess,
} from './uses.ts';

const accesses: readonly AnswerAccess[] = ['', 'r', 'w', 'rw', 'cr', 'cw', 'rcw'];
const access = fc.constantFrom(...accesses);

describe('mergeAccess', () => {
  it.each<[AnswerAccess, AnswerAccess, AnswerAccess]>([
    ['r', 'w', 'rw'],
    ['r', 'cr', 'r'],
    ['w', 'cw', 'w'],
    ['r', 'cw', 'rcw'],
    ['cr', 'cw', 'rcw'],
    ['cr', 'w', 'rw'],
    ['rcw', 'w', 'rw'],
    ['', 'cr', 'cr'],
  ])('merges "%s" and "%s" to "%s"', (a, b, merged) => {
    expect(mergeAccess(a, b)).toBe(merged);
  });

  it('is a join: order, grouping and repetition do not matter, and "" changes nothing', () => {
    fc.assert(
      fc.property(access, access, access, (a, b, c) => {
        expect(mergeAccess(a, b)).toBe(mergeAccess(b, a));
        expect(mergeAccess(mergeAccess(a, b), c)).toBe(mergeAccess(a, mergeAccess(b, c)));
        expect(mergeAccess(a, a)).toBe(a);
        expect(mergeAccess(a, '')).toBe(a);
      }),
    );
  });
});

describe('fullRegister', () => {
  it.each([
    ['al', 'rax'],
    ['bh', 'rbx'],
    ['spl', 'rsp'],
    ['si', 'rsi'],
    ['r8b', 'r8'],
    ['r15d', 'r15'],
    ['xmm31', 'zmm31'],
    ['eip', 'rip'],
    ['fs', 'fs'],
    ['cr0', 'cr0'],
  ])('widens %s to %s', (name, full) => {
    expect(fullRegister(name)).toBe(full);
  });
});

describe('formatRegisterUses', () => {
  it('merges the parts of a register, sorts by name, and leaves RIP and untouched registers out', () => {
    const uses = [
      { register: 'ecx', access: 'r' },
      { register: 'ah', access: 'r' },
      { register: 'rip', access: 'rw' },
      { register: 'rbx', access: '' },
      { register: 'eax', access: 'w' },
    ] as const;
    expect(formatRegisterUses(uses)).toBe('rax=rw rcx=r');
  });
});

describe('formatMemoryUse', () => {
  const use: MemoryUse = { access: 'r', bits: 32, segment: 'ds', base: 'rbx', index: null, scale: 1, displacement: 0n };

  it.each<[string, Partial<MemoryUse>]>([
    ['r 32 ds:rbx', {}],
    ['r 32 ds:rbx+0x10', { displacement: 0x10n }],
    ['r 32 ds:rbx-0x8', { displacement: -8n }],
    ['r 32 ds:rbx-0x8', { displacement: 0xffff_ffff_ffff_fff8n }],
    ['r 32 ds:ebx-0x8', { base: 'ebx', displacement: 0xffff_fff8n }],
    ['r 32 ds:ebx-0x8', { base: 'ebx', displacement: 0xffff_ffff_ffff_fff8n }],
    ['w 16 ss:sp-0x2', { access: 'w', bits: 16, segment: 'ss', base: 'sp', displacement: 0xfffen }],
    ['r 32 ds:rbx+rcx*4+0x1', { index: 'rcx', scale: 4, displacement: 1n }],
    ['r 32 ds:ecx*8-0x80000000', { base: null, index: 'ecx', scale: 8, displacement: 0x8000_0000n }],
    ['r 8 ds:bx+al*1', { bits: 8, base: 'bx', index: 'al' }],
    ['r 32 ds:rip-0x10', { base: 'rip', displacement: -16n }],
    ['r 32 ds:eip-0x10', { base: 'eip', displacement: 0xffff_ffff_ffff_fff0n }],
    ['r 32 ds:0x0', { base: null }],
    ['r 32 ds:0x80000000', { base: null, displacement: 0x8000_0000n }],
    ['r 32 ds:0xffffffff80000000', { base: null, displacement: 0xffff_ffff_8000_0000n }],
  ])('prints %s', (text, change) => {
    expect(formatMemoryUse({ ...use, ...change })).toBe(text);
  });

  it('merges accesses to one place, keeps others apart, and sorts', () => {
    const stack: MemoryUse = { ...use, access: 'w', bits: 64, segment: 'ss', base: 'rsp', displacement: -8n };
    expect(formatMemoryUses([stack, { ...use, access: '' }, { ...stack, access: 'r' }, use])).toBe(
      'r 32 ds:rbx; rw 64 ss:rsp-0x8',
    );
  });
});
