import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

describe('logical instructions', () => {
  it.each<[string, string, Given, string]>([
    [
      'AND clears O and C',
      '20 c8',
      { registers: { rax: 0xf0n, rcx: 0x8fn }, flags: 'OC' },
      'rax=80 flags=S undefined=A',
    ],
    ['OR changes memory', '08 0e', { registers: { rsi: 0x2000n, rcx: 3n }, memory: '04' }, '[2000]=07 undefined=A'],
    ['XOR of a register with itself is 0', '48 31 c0', { registers: { rax: 7n } }, 'rax=0 flags=ZP undefined=A'],
    ['NOT leaves flags', 'f7 d0', { registers: { rax: 1n << 40n }, flags: 'Z' }, 'rax=ffffffff'],
    ['TEST writes nothing', '84 0e', { registers: { rsi: 0x3000n, rcx: 1n } }, 'flags=ZP undefined=A'],
    ['NOT asks for the right to write', 'f6 16', { registers: { rsi: 0x3000n } }, '#PF(7) at 3000'],
  ])('%s (%s)', (_, code, given, expected) => {
    expect(run(code, given)).toBe(expected);
  });
});
