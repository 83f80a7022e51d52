import { describe, expect, it } from 'vitest';
import { isVersionWithin } from './version.ts';

describe('isVersionWithin', () => {
  it.each<[version: string, range: string, expected: boolean]>([
    ['2.40', '>=2.30 <3', true],
    ['2.9', '>=2.30', false],
    ['GNU objdump (GNU Binutils for Debian) 2.40', '=2.40', true],
    ['NASM version 2.16.01', '>=2.16.1', true],
    ['2.40', '<2.40.1', true],
    ['2.40', '<=2.40', true],
    ['2.40', '>2.40', false],
    ['3', '>=2.30', true],
  ])('%s is within %s: %s', (version, range, expected) => {
    expect(isVersionWithin(version, range)).toBe(expected);
  });

  it('names a comparator that it cannot read', () => {
    expect(() => isVersionWithin('1.0', '~2.0')).toThrow('Not a version comparator: "~2.0"');
  });
});
