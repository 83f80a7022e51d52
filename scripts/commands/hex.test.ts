import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHexText, readHex, readInstructionHex } from './hex.ts';

const bytes = Uint8Array.of(0x48, 0x8b, 0x05);

describe('readHex', () => {
  it.each([
    ['48 8b 05'],
    ['488b05'],
    ['488B05'],
    ['48:8B:05'],
    ['48-8b-05'],
    ['0x48,0x8b,0x05'],
    ['0x48, 0x8B, 0X05'],
    ['0x488b05'],
    ['0x480x8b0x05'],
    ['\\x48\\x8b\\x05'],
    ['48;8b;05;'],
    [' 48\t8b\n05 '],
    ['48 8b05'],
  ])('reads %j', (text) => {
    expect(readHex(text)).toEqual(bytes);
  });

  it.each([
    ['48 8g 05', '"g", character 5, is no hex digit'],
    ['4$', '"$", character 2'],
    ['hello', '"h", character 1'],
    ['x48x8b', 'The shell took the backslashes away: quote it'],
    ['48 0x', 'Hex digits are missing at the end'],
    ['488', '3 hex digits (488) at character 1 make no whole bytes'],
    ['48 8b 5', 'write 05'],
    ['48 0x5', '1 hex digit (5) at character 6'],
    ['', 'No bytes are given'],
    ['  ,, ', 'No bytes are given'],
    ['48 8b é', '"é", character 7'],
  ])('refuses %j and says what and where', (text, message) => {
    expect(() => readHex(text)).toThrow(message);
  });

  it('puts a mark below the wrong character', () => {
    expect(() => readHex('48 8g 05')).toThrow('  48 8g 05\n      ^\n');
  });

  it('shows only the neighbourhood of a mistake in a long input', () => {
    const text = `${'90'.repeat(500)}zz${'90'.repeat(500)}`;
    expect(() => readHex(text)).toThrow(/character 1001, .*this:\n {2}[^\n]{60}\n {2} {30}\^\n/);
  });

  it('reads back whatever is written, in every notation', () => {
    const notations = [
      (all: readonly string[]): string => all.join(' '),
      (all: readonly string[]): string => all.join(''),
      (all: readonly string[]): string => all.join(':').toUpperCase(),
      (all: readonly string[]): string => all.map((byte) => `0x${byte}`).join(','),
      (all: readonly string[]): string => all.map((byte) => `\\x${byte}`).join(''),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.constantFrom(...notations), (any, write) => {
        const pairs = Array.from(any, (byte) => byte.toString(16).padStart(2, '0'));
        expect(readHex(write(pairs))).toEqual(any);
      }),
    );
  });
});

describe('readInstructionHex', () => {
  it('takes 15 bytes and refuses 16', () => {
    expect(readInstructionHex(`${'66'.repeat(14)}90`)).toHaveLength(15);
    expect(() => readInstructionHex(`${'66'.repeat(15)}90`)).toThrow(
      '16 bytes are given; an instruction has at most 15',
    );
  });
});

describe('isHexText', () => {
  it.each(['48 8b', '0x48', '\\x48', '48:8b\n'])('takes %j for hex', (text) => {
    expect(isHexText(text)).toBe(true);
  });

  it.each(['', '\n', 'boot.bin', '/bin/ls', '\u007FELF', 'hello'])('does not take %j for hex', (text) => {
    expect(isHexText(text)).toBe(false);
  });
});
