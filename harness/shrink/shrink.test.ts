import { describe, expect, it } from 'vitest';
import { bucketKey } from '../bucket/bucket.ts';
import { type Identity, identify } from '../bucket/identity.ts';
import type { Vex } from '../bucket/vex.ts';
import { askSubject } from '../campaign/ask.ts';
import { createToy, type ToyBug } from '../campaign/testing/toy-subject.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Input } from '../subject.ts';
import { type Ask, type Shrunk, shrink, shrinkBudget } from './shrink.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
const hexOf = (mismatch: Mismatch): string =>
  Array.from(mismatch.input.bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
const input = (hex: string, parts: Partial<Input> = {}): Input => ({
  bytes: bytes(hex),
  mode: 64,
  vendor: 'intel',
  ...parts,
});

const askToy = (...bugs: readonly ToyBug[]): Ask => askSubject(createToy('touchstone', []), createToy('toy', bugs));

const shrinkInput = async (start: Input, ask: Ask): Promise<Shrunk> => {
  const [mismatch] = await ask([start]);
  if (mismatch === undefined || mismatch === null) throw new Error('There is nothing to shrink.');
  return shrink(mismatch, ask);
};

describe('shrink', () => {
  it.each<[bug: ToyBug, start: string, end: string, mode: number]>([
    ['lock-anywhere', '26 66 f0 4f 01 d9 11 22 33', 'f0 01 c0', 16],
    ['lock-anywhere', '67 f0 2e 43 89 84 8b 11 22 33 44 55', 'f0 89 00', 16],
    ['short-call', '26 66 67 e8 11 22 33 44 55', '66 e8 00 00 00 00', 64],
    ['wrong-name', '65 4b ff 84 c1 11 22 33 44 55', 'ff 00', 16],
    ['swapped', '67 66 01 94 fb 11 22 33 44', '01 00', 16],
    ['flags', '26 48 c1 e7 1f 90 90', 'c1 20 00', 16],
    ['wide', '2e 66 45 0f af fe', '0f af 00', 16],
    ['unused', '66 49 97 90', '41 91', 64],
    ['crash', '26 2e 36 66 d6 90', 'd6', 16],
    ['text', '66 3d 11 22 33', '3d 00 00', 16],
  ])('brings %s from %s to %s', async (bug, start, end, mode) => {
    const { mismatch, isMinimal, calls } = await shrinkInput(input(start), askToy(bug));
    expect([hexOf(mismatch), mismatch.input.mode, isMinimal]).toEqual([end, mode, true]);
    expect(calls).toBeLessThanOrEqual(shrinkBudget);
  });

  /** A subject that differs where the test says so, in validity. */
  const askWhere =
    (differs: (identity: Identity) => boolean): Ask =>
    (inputs) =>
      Promise.resolve(
        inputs.map((one) => {
          const identity = identify(one.bytes, one.mode);
          if (identity.modrm < 0 || !differs(identity)) return null;
          const ours = { status: 'invalid' } as const;
          const theirs = { status: 'valid', lengthBytes: one.bytes.length } as const;
          const says = { ours: 'invalid', theirs: 'valid' };
          return { input: one, observable: 'validity', subject: 'toy', ours, theirs, says };
        }),
      );

  it.each<[what: string, differs: (vex: Vex) => boolean, start: string, end: string]>([
    ['an opcode', () => true, 'c4 42 33 f5 44 8b 10', 'c4 e2 7b f5 00'],
    ['an opcode of map 0F', () => true, '26 c4 41 28 ae 44 8b 10', 'c5 f8 ae 00'],
    ['VEX.B', ({ rxb }) => (rxb & 1) !== 0, 'c4 02 33 f5 44 8b 10', 'c4 c2 7b f5 00'],
    ['some register in vvvv', ({ vvvv }) => vvvv !== 0, 'c4 42 03 f5 44 8b 10', 'c4 e2 73 f5 00'],
    [
      'three bytes where two would do',
      ({ lengthBytes }) => lengthBytes === 3,
      'c4 41 28 ae 44 8b 10',
      'c4 e1 78 ae 00',
    ],
    ['an opcode of EVEX', ({ encoding }) => encoding === 'EVEX', '62 81 15 92 ae 44 8b 10', '62 f1 7d 08 ae 00'],
    ['a mask', ({ mask }) => mask !== 0, '62 81 15 93 ae 44 8b 10', '62 f1 7d 09 ae 00'],
    ["EVEX.R'", ({ high }) => high !== 0, '62 81 15 92 ae 44 8b 10', '62 e1 7d 08 ae 00'],
    ['a reserved bit', ({ isBroken }) => isBroken, '62 81 11 92 ae 44 8b 10', '62 f1 79 08 ae 00'],
    ['XOP', ({ encoding }) => encoding === 'XOP', '8f 48 11 ae 44 8b 10', '8f e8 79 ae 00'],
  ])('makes VEX and its kin plain but for %s', async (_, differs, start, end) => {
    const ask = askWhere(({ vex, opcode }) => vex !== null && (opcode === 0xf5 || opcode === 0xae) && differs(vex));
    const { mismatch, isMinimal } = await shrinkInput(input(start), ask);
    expect([hexOf(mismatch), isMinimal]).toEqual([end, true]);
  });

  it('ends where no prefix or byte can be dropped and no byte zeroed', async () => {
    const ask = askToy('short-call');
    const { mismatch } = await shrinkInput(input('26 f3 66 2e e8 11 22 33 44 55'), ask);
    const small = mismatch.input.bytes;
    const candidates = Array.from(small).flatMap((byte, at) => {
      const dropped = { ...mismatch.input, bytes: small.filter((_, k) => k !== at) };
      const zeroed = { ...mismatch.input, bytes: small.map((other, k) => (k === at ? 0 : other)) };
      return byte === 0 ? [dropped] : [dropped, zeroed];
    });
    const key = bucketKey(mismatch);
    const found = await ask(candidates);
    expect(found.filter((one) => one !== null && bucketKey(one) === key)).toEqual([]);
  });

  it('prefers Intel to AMD where the vendor does not matter', async () => {
    const { mismatch } = await shrinkInput(input('d6', { vendor: 'amd' }), askToy('crash'));
    expect(mismatch.input.vendor).toBe('intel');
  });

  it('keeps what slips into another bucket, and does not follow it', async () => {
    const { mismatch, slipped } = await shrinkInput(input('66 f0 ff c9'), askToy('lock-anywhere'));
    expect(hexOf(mismatch)).toBe('f0 ff c8');
    expect(mismatch.observable).toBe('validity');
    expect(slipped.map((one) => [hexOf(one), one.observable])).toEqual([['f0 ff c0', 'validity']]);
  });

  it('asks no more than its budget, and says that it did not come to the end', async () => {
    let asked = 0;
    const ask = askToy('lock-anywhere');
    const counting: Ask = (inputs) => {
      asked += inputs.length;
      return ask(inputs);
    };
    const start = input('26 2e 36 3e 64 65 66 67 f0 4f 01 d9');
    const [mismatch] = await ask([start]);
    if (mismatch === undefined || mismatch === null) throw new Error('There is nothing to shrink.');
    const { calls, isMinimal } = await shrink(mismatch, counting, { budget: 7 });
    expect([asked, calls, isMinimal]).toEqual([calls, 7, false]);
  });

  it('leaves the bytes that it was given alone, also where they are a view of others', async () => {
    const start = Buffer.from('26d690', 'hex');
    await shrinkInput({ bytes: start, mode: 64, vendor: 'intel' }, askToy('crash'));
    expect(start.toString('hex')).toBe('26d690');
  });

  it('gives the same result for the same mismatch', async () => {
    const once = await shrinkInput(input('26 66 f0 4f 01 d9'), askToy('lock-anywhere', 'swapped'));
    const again = await shrinkInput(input('26 66 f0 4f 01 d9'), askToy('lock-anywhere', 'swapped'));
    expect(again).toEqual(once);
  });

  it('stops at what must not change, where it is told so', async () => {
    const ask = askToy('crash');
    const [mismatch] = await ask([input('26 d6')]);
    if (mismatch === undefined || mismatch === null) throw new Error('There is nothing to shrink.');
    const isSame = (candidate: Mismatch): boolean => candidate.input.mode === 64;
    expect((await shrink(mismatch, ask, { isSame })).mismatch.input.mode).toBe(64);
  });
});
