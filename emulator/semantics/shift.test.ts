import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

const upper = 0xdeadbeef_00000000n;

const check = (_: string, code: string, given: Given, expected: string): void =>
  expect(run(code, given)).toBe(expected);

describe('shifts', () => {
  it.each<[string, string, Given, string]>([
    ['SHL by one says whether the sign changes', 'd0 e0', { registers: { rax: 0x81n } }, 'rax=2 flags=OC undefined=A'],
    [
      'a count of 0 leaves flags, and zero-extends',
      'd3 e0',
      { registers: { rax: upper | 5n, rcx: 32n }, flags: 'OC' },
      'rax=5',
    ],
    [
      '64 bits take six bits of the count',
      '48 c1 e0 3f',
      { registers: { rax: 3n } },
      'rax=8000000000000000 flags=SPC undefined=OA',
    ],
    ['a count of 64 is 0', '48 c1 e0 40', { registers: { rax: 3n } }, ''],
    [
      'SHL by the width leaves the last bit in C',
      'c0 e0 08',
      { registers: { rax: 1n } },
      'rax=0 flags=ZPC undefined=OAC',
    ],
    ['SHL past the width leaves nothing', 'c0 e0 09', { registers: { rax: 0xffn } }, 'rax=0 flags=ZP undefined=OAC'],
    ['SHR by one has the old sign in O', 'd0 e8', { registers: { rax: 0x81n } }, 'rax=40 flags=OC undefined=A'],
    [
      'SHR past the width leaves nothing',
      '66 c1 e8 11',
      { registers: { rax: 0xffffn } },
      'rax=0 flags=OZP undefined=OAC',
    ],
    [
      'SAR past the width leaves signs, and a defined C',
      'c0 f8 1f',
      { registers: { rax: 0x80n } },
      'rax=ff flags=SPC undefined=OA',
    ],
    ['SAR keeps the sign', 'c1 f8 04', { registers: { rax: 0x8000_0018n } }, 'rax=f8000001 flags=SC undefined=OA'],
    ['/6 is SHL too', 'd0 f0', { registers: { rax: 0x40n } }, 'rax=80 flags=OS undefined=A'],
    ['memory must be writable even for a count of 0', 'd3 26', { registers: { rsi: 0x3000n } }, '#PF(7) at 3000'],
  ])('%s (%s)', check);
});

describe('rotates', () => {
  it.each<[string, string, Given, string]>([
    ['ROL by the width sets C', 'c0 c0 08', { registers: { rax: 0x81n }, flags: 'S' }, 'flags=SC undefined=O'],
    ['ROL by one leaves S, Z, A and P', '66 d1 c0', { registers: { rax: 0x8000n }, flags: 'Z' }, 'rax=1 flags=OZC'],
    [
      'ROL by CL tells O of the first step',
      'd2 c0',
      { registers: { rax: 0x41n, rcx: 3n } },
      'rax=a flags=O undefined=O',
    ],
    ['ROL of a register by an immediate leaves O', 'c0 c0 03', { registers: { rax: 0x41n } }, 'rax=a undefined=O'],
    [
      'ROL of memory by an immediate does not',
      'c0 06 03',
      { registers: { rsi: 0x2000n }, memory: '41' },
      '[2000]=0a flags=O undefined=O',
    ],
    ['ROR by one compares the two top bits', 'd1 c8', { registers: { rax: 1n } }, 'rax=80000000 flags=OC'],
    [
      'ROR by CL takes six bits of the count',
      '48 d3 c8',
      { registers: { rax: 0x11n, rcx: 68n } },
      'rax=1000000000000001 flags=O undefined=O',
    ],
    ['RCL of 8 bits by 9 is none', 'c0 d0 09', { registers: { rax: 0x55n }, flags: 'C' }, ''],
    ['RCL of 8 bits by 10 is by one', 'c0 d0 0a', { registers: { rax: 0x80n }, flags: 'C' }, 'rax=1 flags=OC'],
    ['RCR of 16 bits by 18 is by one', '66 c1 d8 12', { registers: { rax: 1n }, flags: 'C' }, 'rax=8000 flags=OC'],
    ['RCR by one has the carry as new sign', 'd1 d8', { registers: { rax: 2n }, flags: 'C' }, 'rax=80000001 flags=O'],
    [
      'RCL goes through the carry',
      '48 c1 d0 3f',
      { registers: { rax: 1n }, flags: 'C' },
      'rax=c000000000000000 flags=- undefined=O',
    ],
  ])('%s (%s)', check);
});

describe('double shifts', () => {
  it.each<[string, string, Given, string]>([
    [
      'SHLD fills from the top of the source',
      '0f a4 c8 08',
      { registers: { rax: 0x1234_5678n, rcx: 0xabcd_ef01n } },
      'rax=345678ab undefined=OA',
    ],
    [
      'SHRD fills from the bottom',
      '48 0f ad c8',
      { registers: { rax: 0x1234n, rcx: 4n } },
      'rax=4000000000000123 undefined=OA',
    ],
    [
      '16 bits by 16 are replaced',
      '66 0f a4 c8 10',
      { registers: { rax: 0x1234n, rcx: 0xabcdn } },
      'rax=abcd flags=S undefined=OA',
    ],
    [
      'SHLD of 16 bits goes on with the destination',
      '66 0f a4 c8 11',
      { registers: { rax: 0x1234n, rcx: 0xabcdn } },
      'rax=579a flags=PC undefined=OSZAPC',
    ],
    [
      'SHRD of 16 bits goes on with the destination',
      '66 0f ac c8 18',
      { registers: { rax: 0x1234n, rcx: 0xabcdn } },
      'rax=34ab flags=OC undefined=OSZAPC',
    ],
    [
      'a count of 0 leaves flags, and zero-extends',
      '0f a5 c8',
      { registers: { rax: upper | 1n, rcx: 0x20n }, flags: 'OSZAPC' },
      'rax=1',
    ],
  ])('%s (%s)', check);
});
