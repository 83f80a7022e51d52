import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

describe('flag control', () => {
  it.each<[string, string, Given, string]>([
    ['CMC complements', 'f5', { flags: 'C' }, 'flags=-'],
    ['CLC clears', 'f8', { flags: 'ZC' }, 'flags=Z'],
    ['STC sets', 'f9', {}, 'flags=C'],
    ['CLD clears', 'fc', { flags: 'D' }, 'flags=-'],
    ['STD sets', 'fd', {}, 'flags=D'],
    ['CLI is refused at CPL 3', 'fa', {}, '#GP(0)'],
    ['CLI clears at CPL 0', 'fa', { isSystem: true, flags: 'I' }, 'flags=-'],
    ['STI sets at CPL 0', 'fb', { isSystem: true }, 'flags=I'],
    ['SAHF leaves O', '9e', { registers: { rax: 0xd500n }, flags: 'O' }, 'flags=OSZAPC'],
    ['SAHF takes no other bits', '9e', { registers: { rax: 0x2a00n }, flags: 'OSZAPC' }, 'flags=O'],
    ['LAHF has bit 1', '9f', { flags: 'OSZAPC' }, 'rax=d700'],
    ['SALC spreads the carry', 'd6', { mode: 32, flags: 'C' }, 'eax=ff'],
    ['SALC clears AL without', 'd6', { mode: 32, registers: { rax: 0xffffn } }, 'eax=ff00'],
    ['CLAC is no instruction at CPL 3', '0f 01 ca', {}, '#UD'],
    ['STAC sets AC at CPL 0', '0f 01 cb', { isSystem: true }, 'flags=-+40000'],
  ])('%s (%s)', (_, code, given, expected) => {
    expect(run(code, given)).toBe(expected);
  });
});
