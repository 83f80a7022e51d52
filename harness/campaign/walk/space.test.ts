import { describe, expect, it } from 'vitest';
import { eachPrefix, spaceNamed, vectorSpaces } from './space.ts';

const headsOf = (name: string, mode: 16 | 32 | 64 = 64): string[] =>
  (spaceNamed(name, mode)?.heads ?? []).map((head) => Buffer.from(head).toString('hex'));

describe('spaces', () => {
  it('begin with no prefix, or with those that are named, and go on with none', () => {
    expect(headsOf('none')).toEqual(['']);
    expect(headsOf('F3 48')).toEqual(['f348']);
    expect(spaceNamed('f348', 64)?.name).toBe('F3 48');
    for (const name of ['none', '66']) {
      const { firstBytes = [] } = spaceNamed(name, 64) ?? {};
      expect(firstBytes).toHaveLength(256 - 27);
      for (const prefix of [0x40, 0x66, 0xf0]) expect(firstBytes).not.toContain(prefix);
    }
    expect(spaceNamed('none', 32)?.firstBytes).toContain(0x40);
  });

  it('are one for each prefix of the mode', () => {
    expect(eachPrefix(64)).toHaveLength(27);
    expect(eachPrefix(16)).toEqual(['26', '2E', '36', '3E', '64', '65', '66', '67', 'F0', 'F2', 'F3']);
    for (const mode of [16, 32, 64] as const)
      for (const name of eachPrefix(mode)) expect(spaceNamed(name, mode)?.name).toBe(name);
  });

  it('have no two equal heads', () => {
    for (const name of vectorSpaces) expect(new Set(headsOf(name)).size).toBe(headsOf(name).length);
    expect(vectorSpaces.map((name) => headsOf(name).length)).toEqual([256, 1024, 768, 4096]);
  });

  it('leave LES, LDS and BOUND to the space without prefix', () => {
    for (const name of vectorSpaces)
      for (const head of headsOf(name, 32)) expect(Number.parseInt(head.slice(2, 4), 16)).toBeGreaterThanOrEqual(0xc0);
    expect(headsOf('vex2', 32)).toHaveLength(64);
  });

  it.each(['', 'constructor', '90', '6', 'REX', '48 90', '6666666666666666 66'])('are not named %j', (name) => {
    expect(spaceNamed(name, 64)).toBeNull();
  });

  it('have no REX outside 64-bit mode', () => {
    expect(spaceNamed('48', 32)).toBeNull();
  });
});
