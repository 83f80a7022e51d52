import { describe, expect, it } from 'vitest';
import { compare } from '../compare/compare.ts';
import type { Mismatch, Observable } from '../mismatch.ts';
import type { Answer, AnswerOperand, Decoded } from '../subject.ts';
import { bucketKey, isSameCause } from './bucket.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
const observes = new Set(['validity', 'length', 'mnemonic', 'operands', 'access', 'flags', 'uses', 'text'] as const);

const mismatchOf = (hex: string, ours: Answer, theirs: Answer): Mismatch => {
  const mismatch = compare({ bytes: bytes(hex), mode: 64, vendor: 'intel' }, ours, theirs, { name: 'iced', observes });
  if (mismatch === null) throw new Error('These answers agree.');
  return mismatch;
};

const valid = (parts: Partial<Decoded> = {}): Decoded => ({ status: 'valid', lengthBytes: 3, ...parts });
const register = (name: string): AnswerOperand => ({ kind: 'register', register: name });
const memory = (parts: Partial<AnswerOperand & { kind: 'memory' }>): AnswerOperand => ({
  kind: 'memory',
  segment: 'ds',
  base: 'rax',
  index: null,
  scale: 1,
  displacement: 0n,
  addressBits: 64,
  ...parts,
});
const none = { read: '', written: '', cleared: '', set: '', undefined: '' };

describe('bucketKey', () => {
  it.each<[hex: string, ours: Answer, theirs: Answer, key: string]>([
    ['f0 90', { status: 'invalid', reason: 'lock-not-allowed' }, valid(), 'validity ours=invalid iced=valid | F0 90'],
    ['66 e9 00', valid(), valid({ lengthBytes: 5 }), 'length ours=shorter iced=longer | 66 E9'],
    ['98', valid({ mnemonic: 'cbw' }), valid({ mnemonic: 'cwde' }), 'mnemonic ours=cbw iced=cwde | 98'],
    [
      '01 c8',
      valid({ operands: [register('edi')] }),
      valid({ operands: [register('bx')] }),
      'operand-0 size ours=32 iced=16 | 01 /r reg',
    ],
    [
      '01 c8',
      valid({ operands: [register('edi')] }),
      valid({ operands: [register('esi')] }),
      'operand-0 register ours=gpr32 iced=gpr32 | 01 /r reg',
    ],
    [
      '01 08',
      valid({ operands: [memory({ bits: 32 }), register('ecx')] }),
      valid({ operands: [memory({ bits: 16 }), register('cx')] }),
      'operand-0 size ours=32 iced=16 | 01 /r mem',
    ],
    [
      '01 08',
      valid({ operands: [memory({}), register('ecx')] }),
      valid({ operands: [register('ecx'), memory({})] }),
      'operand-0 order ours=one iced=another | 01 /r mem',
    ],
    [
      '01 08',
      valid({ operands: [memory({})] }),
      valid({ operands: [memory({ displacement: 5n })] }),
      'operand-0 displacement ours= iced= | 01 /r mem',
    ],
    [
      '01 08',
      valid({ operands: [memory({})] }),
      valid({ operands: [memory({ base: null })] }),
      'operand-0 base ours=gpr64 iced=none | 01 /r mem',
    ],
    [
      '01 c8',
      valid({ flags: { ...none, written: 'OSZAPC' } }),
      valid({ flags: { ...none, written: 'SZAPC', cleared: 'O' } }),
      'flags written,cleared ours=OSZAPC,none iced=SZAPC,O | 01 /r reg',
    ],
    [
      '01 c8',
      valid({ registersUsed: 'rax=rw rbx=r' }),
      valid({ registersUsed: 'rax=rw' }),
      'registers-used ours=gpr64=r iced=none | 01 /r reg',
    ],
    [
      '01 08',
      valid({ memoryUsed: 'rw 32 ds:rax' }),
      valid({ memoryUsed: 'r 32 ds:rax' }),
      'memory-used ours=rw 32 iced=r 32 | 01 /r mem',
    ],
    [
      '01 c8',
      valid({ text: { intel: 'add eax, 0x12' } }),
      valid({ text: { intel: 'add rcx, 0x13' } }),
      'text-intel ours=gpr32 iced=gpr64 | 01 /r reg',
    ],
    ['d6', valid(), { status: 'crashed', detail: 'at 0x7ffd' }, 'crash ours=valid iced=crashed | D6'],
  ])('names %s by what differs', (hex, ours, theirs, key) => {
    expect(bucketKey(mismatchOf(hex, ours, theirs))).toBe(`64-bit iced ${key}`);
  });

  it('is the same for other registers, numbers and orders of prefixes', () => {
    const one = mismatchOf(
      '66 f3 01 c8',
      valid({ operands: [register('eax')] }),
      valid({ operands: [register('ax')] }),
    );
    const other = mismatchOf(
      'f3 66 01 fb',
      valid({ operands: [register('esi')] }),
      valid({ operands: [register('si')] }),
    );
    expect(bucketKey(one)).toBe(bucketKey(other));
  });

  it('has the vendor only where it is not Intel', () => {
    const mismatch = mismatchOf('d6', valid(), { status: 'invalid' });
    expect(bucketKey({ ...mismatch, input: { ...mismatch.input, vendor: 'amd' } })).toMatch(/^64-bit amd iced /);
  });

  it('keeps what a dead subject said out of the key', () => {
    const observable: Observable = 'crash';
    const dead = (detail: string): Mismatch => mismatchOf('d6', valid(), { status: 'crashed', detail });
    expect(dead('a').observable).toBe(observable);
    expect(bucketKey(dead('a'))).toBe(bucketKey(dead('b')));
  });
});

describe('isSameCause', () => {
  it('looks past prefixes, mode and vendor, and not past the opcode or the direction', () => {
    const plain = mismatchOf('d6', valid(), { status: 'invalid' });
    expect(isSameCause(plain, mismatchOf('26 66 d6', valid(), { status: 'invalid' }))).toBe(true);
    expect(isSameCause(plain, mismatchOf('d6', { status: 'invalid' }, valid()))).toBe(false);
    expect(isSameCause(plain, mismatchOf('d7', valid(), { status: 'invalid' }))).toBe(false);
  });

  it('takes memory and register forms for one, and not other digits of a group', () => {
    const inc = mismatchOf('ff c0', valid(), { status: 'invalid' });
    expect(isSameCause(inc, mismatchOf('ff 00', valid(), { status: 'invalid' }))).toBe(true);
    expect(isSameCause(inc, mismatchOf('ff c8', valid(), { status: 'invalid' }))).toBe(false);
  });
});
