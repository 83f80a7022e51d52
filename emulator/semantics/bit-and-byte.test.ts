import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

const upper = 0xdeadbeef_00000000n;
const ones = 0xffff_ffff_ffff_ffffn;

const check = (_: string, code: string, given: Given, expected: string): void =>
  expect(run(code, given)).toBe(expected);

describe('bit tests', () => {
  it.each<[string, string, Given, string]>([
    [
      'BT takes a register offset modulo the width',
      '0f a3 c8',
      { registers: { rax: 2n, rcx: 33n }, flags: 'OSZAP' },
      'flags=OSZAPC undefined=OSAP',
    ],
    ['BTS zero-extends 32 bits', '0f ba e8 21', { registers: { rax: upper } }, 'rax=2 undefined=OSAP'],
    [
      'BTR clears',
      '48 0f b3 c8',
      { registers: { rax: ones, rcx: 127n } },
      'rax=7fffffffffffffff flags=C undefined=OSAP',
    ],
    [
      'BTC reaches back from memory',
      '48 0f bb 0e',
      { registers: { rsi: 0x2010n, rcx: ones } },
      '[200f]=80 undefined=OSAP',
    ],
    [
      'an immediate does not reach past memory',
      '0f ba 2e ff',
      { registers: { rsi: 0x2000n } },
      '[2003]=80 undefined=OSAP',
    ],
    [
      'a 16-bit offset has its own sign',
      '66 0f ab 0e',
      { registers: { rsi: 0x2010n, rcx: 0x1ffffn } },
      '[200f]=80 undefined=OSAP',
    ],
    [
      'a 32-bit offset has no more than 32 bits',
      '0f a3 0e',
      { registers: { rsi: 0x2000n, rcx: upper | 100n }, memory: `${'00'.repeat(12)} 10` },
      'flags=C undefined=OSAP',
    ],
    [
      'the displaced address wraps at the address size',
      '67 48 0f ab 0e',
      { registers: { rsi: 0xf000_2000n, rcx: 1n << 31n } },
      '[2000]=01 undefined=OSAP',
    ],
    [
      'BTS asks for the right to write where the bit is',
      '0f ab 0e',
      { registers: { rsi: 0x2ffcn, rcx: 32n } },
      '#PF(7) at 3000',
    ],
    [
      'BT faults where the bit is',
      '0f a3 0e',
      { registers: { rsi: 0x2000n, rcx: 0x7fff_ffffn } },
      '#PF(4) at 10001ffc',
    ],
  ])('%s (%s)', check);
});

describe('bit scans and counts', () => {
  it.each<[string, string, Given, string]>([
    [
      'BSF finds the lowest bit',
      '0f bc c1',
      { registers: { rax: upper, rcx: 0x18n }, flags: 'OSZAC' },
      'rax=3 flags=P undefined=OSAPC',
    ],
    [
      'BSF of 0 leaves all of the destination',
      '0f bc c1',
      { registers: { rax: upper | 5n } },
      'flags=ZP undefined=OSAPC',
    ],
    [
      'BSR finds the highest bit',
      '48 0f bd c1',
      { registers: { rcx: (1n << 63n) | 1n } },
      'rax=3f flags=P undefined=OSAPC',
    ],
    ['TZCNT of 0 is the width', 'f3 0f bc c1', { registers: { rax: upper } }, 'rax=20 flags=C undefined=OSAP'],
    [
      'LZCNT looks at 16 bits',
      '66 f3 0f bd c1',
      { registers: { rax: 1n, rcx: 0xffff_8000n } },
      'rax=0 flags=Z undefined=OSAP',
    ],
    ['LZCNT counts zeros', 'f3 0f bd c1', { registers: { rcx: 1n } }, 'rax=1f undefined=OSAP'],
    [
      'POPCNT clears all flags but Z',
      'f3 48 0f b8 c1',
      { registers: { rcx: ones }, flags: 'OSZAPC' },
      'rax=40 flags=-',
    ],
  ])('%s (%s)', check);
});

describe('bytes', () => {
  it.each<[string, string, Given, string]>([
    ['SETA needs neither C nor Z', '0f 97 c0', { registers: { rax: 0xff00n } }, 'rax=ff01'],
    ['SETA is 0 with C', '0f 97 c0', { registers: { rax: 0xffffn }, flags: 'C' }, 'rax=ff00'],
    ['SETL compares S and O', '0f 9c 06', { registers: { rsi: 0x2000n }, flags: 'S' }, '[2000]=01'],
    ['CRC32 zero-extends', 'f2 0f 38 f0 c1', { registers: { rax: ones, rcx: 0x61n } }, 'rax=3e2fbccf'],
    [
      'CRC32 takes 64 bits',
      'f2 48 0f 38 f1 c1',
      { registers: { rax: ones, rcx: 0x0123_4567_89ab_cdefn } },
      'rax=9a4f27dc',
    ],
  ])('%s (%s)', check);

  it('SETcc and its opposite differ in every state of the flags', () => {
    for (let opcode = 0x90; opcode < 0xa0; opcode += 2) {
      for (let state = 0; state < 32; state++) {
        const flags = [...'OSZPC'].filter((_, k) => ((state >> k) & 1) === 1).join('');
        const [one, other] = [opcode, opcode + 1].map((byte) =>
          run(`0f ${byte.toString(16)} c0`, { registers: { rax: 2n }, flags }),
        );
        expect([one, other].sort(), `0f ${opcode.toString(16)} with ${flags}`).toEqual(['rax=0', 'rax=1']);
      }
    }
  });
});
