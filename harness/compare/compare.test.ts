import { describe, expect, it } from 'vitest';
import type { Answer, AnswerOperand, Decoded, Input } from '../subject.ts';
import { compare, standingOf } from './compare.ts';

const input: Input = { bytes: Uint8Array.of(0x90), mode: 64, vendor: 'intel' };
const all = {
  name: 'other',
  observes: new Set([
    ...([
      'validity',
      'length',
      'mnemonic',
      'operands',
      'access',
      'decorations',
      'flags',
      'uses',
      'features',
      'text',
    ] as const),
  ]),
};
const eax: AnswerOperand = { kind: 'register', register: 'eax', bits: 32, access: 'rw' };
const memory: AnswerOperand = {
  kind: 'memory',
  segment: 'ds',
  base: 'rax',
  index: null,
  scale: 1,
  displacement: 16n,
  addressBits: 64,
  bits: 32,
  access: 'r',
};
const flags = { read: '', written: 'OSZAPC', cleared: '', set: '', undefined: '' };
const base: Decoded = {
  status: 'valid',
  lengthBytes: 3,
  mnemonic: 'add',
  operands: [eax, memory],
  flags,
  registersUsed: 'rax=rw',
  memoryUsed: 'r 32 ds:rax+0x10',
  cpuidFeatures: 'AVX GFNI',
  text: { intel: 'add eax, [rax+0x10]' },
};
const withOperand = (operand: AnswerOperand): Decoded => ({ ...base, operands: [eax, operand] });

describe('compare', () => {
  it('finds nothing where all fields agree', () => {
    expect(compare(input, base, { ...base, operands: [{ ...eax }, { ...memory }] }, all)).toBeNull();
  });

  it.each<[name: string, theirs: Answer, observable: string, says: string]>([
    ['validity', { status: 'invalid' }, 'validity', 'invalid'],
    ['a truncated answer against a valid one', { status: 'truncated' }, 'validity', 'truncated'],
    ['length', { ...base, lengthBytes: 4, mnemonic: 'sub' }, 'length', '4'],
    ['CPUID features', { ...base, cpuidFeatures: 'AVX' }, 'cpuid-features', 'AVX'],
    ['mnemonic', { ...base, mnemonic: 'sub', operands: [] }, 'mnemonic', 'sub'],
    ['operand count', { ...base, operands: [eax] }, 'operand-count', '1'],
    ['operand kind', { ...base, operands: [memory, memory] }, 'operand-0', 'ds:[rax+0x10] a64 r 32'],
    ['register', { ...base, operands: [{ ...eax, register: 'ecx' }, memory] }, 'operand-0', 'ecx rw 32'],
    ['base', withOperand({ ...memory, base: 'rcx' }), 'operand-1', 'ds:[rcx+0x10] a64 r 32'],
    ['index', withOperand({ ...memory, index: 'rcx', scale: 4 }), 'operand-1', 'ds:[rax+rcx*4+0x10] a64 r 32'],
    ['segment', withOperand({ ...memory, segment: 'fs' }), 'operand-1', 'fs:[rax+0x10] a64 r 32'],
    ['displacement', withOperand({ ...memory, displacement: 0n }), 'operand-1', 'ds:[rax] a64 r 32'],
    ['address size', withOperand({ ...memory, addressBits: 32 }), 'operand-1', 'ds:[rax+0x10] a32 r 32'],
    ['bits', withOperand({ ...memory, bits: 16 }), 'operand-1', 'ds:[rax+0x10] a64 r 16'],
    ['access', withOperand({ ...memory, access: 'w' }), 'operand-1', 'ds:[rax+0x10] a64 w 32'],
    ['mask', withOperand({ ...memory, mask: 'k1' }), 'operand-1', 'ds:[rax+0x10] a64{k1} r 32'],
    ['zeroing', withOperand({ ...memory, zeroing: true }), 'operand-1', 'ds:[rax+0x10] a64{z} r 32'],
    ['broadcast', withOperand({ ...memory, broadcast: 16 }), 'operand-1', 'ds:[rax+0x10] a64{1to16} r 32'],
    ['a group', { ...base, operands: [{ ...eax, count: 4 }, memory] }, 'operand-0', 'eax+3 rw 32'],
    ['rounding', { ...base, rounding: 'rn-sae', registersUsed: '' }, 'rounding', 'rn-sae'],
    ['flags', { ...base, flags: { ...flags, read: 'C' }, registersUsed: '' }, 'flags', 'read C; written OSZAPC'],
    ['registers used', { ...base, registersUsed: 'rax=r' }, 'registers-used', 'rax=r'],
    ['memory used', { ...base, memoryUsed: '' }, 'memory-used', ''],
    ['text', { ...base, text: { intel: 'sub eax, [rax+0x10]' } }, 'text-intel', 'sub eax, [qword rax+0x10]'],
    ['a crash', { status: 'crashed', detail: 'signal 11' }, 'crash', 'crashed: signal 11'],
    ['a hang', { status: 'timed out', timeoutMs: 500 }, 'crash', 'timed out after 500 ms'],
  ])('finds a difference in %s first', (_, theirs, observable, says) => {
    expect(compare(input, base, theirs, all)).toMatchObject({ observable, subject: 'other', says: { theirs: says } });
  });

  it('compares the flags that the subject tells of, and no others', () => {
    const ours: Decoded = { ...base, flags: { ...flags, written: 'OSZAPCTN' } };
    expect(compare(input, ours, base, all)?.observable).toBe('flags');
    expect(compare(input, ours, base, { ...all, flagsTold: 'OSZAPCDI' })).toBeNull();
    const theirs: Decoded = { ...base, flags: { ...flags, written: 'OSZAP' } };
    expect(compare(input, ours, theirs, { ...all, flagsTold: 'OSZAPCDI' })?.observable).toBe('flags');
  });

  it('lets two that refuse agree, whatever their reasons', () => {
    expect(compare(input, { status: 'invalid', reason: 'mode' }, { status: 'truncated' }, all)).toBeNull();
    expect(compare(input, { status: 'truncated' }, { status: 'invalid' }, all)).toBeNull();
  });

  it('compares nothing that the subject does not observe', () => {
    const theirs: Decoded = { ...base, mnemonic: 'sub', operands: [], text: { intel: 'sub' } };
    expect(compare(input, base, theirs, { name: 'other', observes: new Set(['validity', 'length']) })).toBeNull();
  });

  it('takes a field that the subject observes but did not tell for silence', () => {
    expect(compare(input, base, { status: 'valid', lengthBytes: 3 }, all)).toBeNull();
    expect(compare(input, base, withOperand({ ...memory, access: 'r', bits: 32 }), all)).toBeNull();
  });

  it('reads an immediate of untold width in the width of the other', () => {
    const ours: Decoded = { ...base, operands: [{ kind: 'immediate', value: 0xffffn, bits: 16 }] };
    const same: Decoded = { ...base, operands: [{ kind: 'immediate', value: -1n }] };
    const other: Decoded = { ...base, operands: [{ kind: 'immediate', value: 1n }] };
    expect(compare(input, ours, same, all)).toBeNull();
    expect(compare(input, ours, other, all)?.observable).toBe('operand-0');
  });

  it('compares implicit operands only where both tell some', () => {
    const implicit: AnswerOperand = { kind: 'register', register: 'rcx', implicit: true };
    const ours: Decoded = { ...base, operands: [eax, memory, implicit] };
    expect(compare(input, ours, base, all)).toBeNull();
    const theirs: Decoded = { ...base, operands: [eax, memory, { ...implicit, register: 'rdx' }] };
    expect(compare(input, ours, theirs, all)?.observable).toBe('operand-2');
  });

  it.each<[Answer, Answer, string]>([
    [{ status: 'unsupported' }, base, 'unsupported'],
    [base, { status: 'unsupported' }, 'unsupported'],
    [base, { status: 'unavailable', detail: 'gone' }, 'unavailable'],
    [{ status: 'unsupported' }, { status: 'crashed', detail: 'boom' }, 'unsupported'],
  ])('counts silence apart and never as a mismatch', (ours, theirs, standing) => {
    expect(compare(input, ours, theirs, all)).toBeNull();
    expect(standingOf(ours, theirs)).toBe(standing);
  });
});
