import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import * as read from './options.ts';

describe('options', () => {
  it.each([
    ['16,32,64', [16, 32, 64]],
    ['64', [64]],
    ['64,16,64', [16, 64]],
    ['32, 64', [32, 64]],
  ])('reads modes %j, each once and in order', (text, modes) => {
    expect(read.readModes(text)).toEqual(modes);
  });

  it.each([
    ['30s', 30_000],
    ['8h', 28_800_000],
    ['1h30m', 5_400_000],
    ['0.5s', 500],
    ['2d', 172_800_000],
  ])('reads duration %j', (text, milliseconds) => {
    expect(read.readDuration(text)).toBe(milliseconds);
  });

  it.each([
    ['0', 0],
    ['1000000', 1_000_000],
    ['1_000_000', 1_000_000],
    ['1,000', 1000],
  ])('reads count %j', (text, count) => {
    expect(read.readCount(text)).toBe(count);
  });

  it.each(['', '-1', '1e6', '9999999999', 'many'])('refuses count %j', (text) => {
    expect(() => read.readCount(text)).toThrow(InvalidArgumentError);
  });

  it.each([
    ['0', 0],
    ['42', 42],
    ['4294967295', 0xffff_ffff],
    ['0xdeadbeef', 0xdead_beef],
  ])('reads seed %j', (text, seed) => {
    expect(read.readSeed(text)).toBe(seed);
  });

  it.each([
    ['0x401000', 0x40_1000n],
    ['4198400', 0x40_1000n],
    ['0xffff_ffff_ffff_ffff', 0xffff_ffff_ffff_ffffn],
  ])('reads address %j', (text, address) => {
    expect(read.readAddress(text)).toBe(address);
  });

  it('reads a shard', () => {
    expect(read.readShard('2/4')).toEqual({ index: 2, count: 4 });
  });

  it('takes AT&T for GAS', () => {
    expect(read.readSyntax('att')).toBe('gas');
  });

  it('collects names over commas and repetitions, each once', () => {
    const collect = read.collectNames(['iced', 'nasm', 'objdump']);
    expect(collect('nasm', collect('iced,nasm'))).toEqual(['iced', 'nasm']);
  });

  const refusals: readonly (readonly [name: string, (text: string) => unknown, readonly string[]])[] = [
    ['mode', read.readModes, ['', '8', '64,', '16;32', '064', 'sixty']],
    ['mode', read.readMode, ['16,32', '128']],
    ['vendor', read.readVendor, ['', 'via']],
    ['syntax', read.readSyntax, ['', 'masm']],
    ['seed', read.readSeed, ['', '-1', '1.5', '4294967296', '99999999999', '0x', 'one']],
    ['workers', read.readWorkers, ['', '-1', '65', '1.5', 'two']],
    ['address', read.readAddress, ['', '-1', '0x', '0x10000000000000000', '18446744073709551616', 'main']],
    ['shard', read.readShard, ['', '0/4', '5/4', '1/0', '1', '1/2/3', 'a/b']],
    ['duration', read.readDuration, ['', '30', 's', '0s', '-1s', '1w', '25d', '1h 30m']],
    ['subject', read.collectNames(['iced']), ['', 'icd', 'iced,']],
  ];
  it.each(refusals.flatMap(([name, reader, texts]) => texts.map((text) => [name, text, reader] as const)))(
    'refuses %s %j',
    (_, text, reader) => {
      expect(() => reader(text)).toThrow(InvalidArgumentError);
    },
  );
});
