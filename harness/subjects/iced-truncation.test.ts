import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import type { Answer } from '../subject.ts';
import { createIced, deadEnd } from './iced.ts';

const iced = createIced();
afterAll(() => iced.close());

const ask = (mode: Mode, vendor: Vendor, ...inputs: readonly Uint8Array[]): Promise<readonly Answer[]> =>
  iced.decode(inputs.map((bytes) => ({ bytes, mode, vendor })));

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

/** Bytes that begin in a way instructions do; uniform ones would seldom get past a prefix or an escape. */
const instructionLike = fc
  .record({
    prefixes: fc.array(fc.constantFrom(0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x64, 0x41, 0x48), { maxLength: 3 }),
    map: fc.constantFrom(
      [],
      [],
      [0x0f],
      [0x0f],
      [0x0f, 0x38],
      [0x0f, 0x3a],
      [0x0f, 0x0f],
      [0xc4],
      [0xc5],
      [0x8f],
      [0x62, 0xf1],
    ),
    rest: fc.uint8Array({ minLength: 15, maxLength: 15 }),
  })
  .map(({ prefixes, map, rest }) => Uint8Array.from([...prefixes, ...map, ...rest]).subarray(0, 15));

describe('truncation', () => {
  it('is the answer to every proper prefix of a valid instruction', async () => {
    await fc.assert(
      fc.asyncProperty(
        instructionLike,
        fc.constantFrom(...modes),
        fc.constantFrom(...vendors),
        async (bytes, mode, vendor) => {
          const [answer] = await ask(mode, vendor, bytes);
          fc.pre(answer?.status === 'valid');
          const lengths = Array.from({ length: answer.lengthBytes }, (_, k) => k + 1);
          const statuses = await ask(mode, vendor, ...lengths.map((length) => bytes.slice(0, length)));
          expect(statuses.map(({ status }) => status)).toEqual(
            lengths.map((length) => (length < answer.lengthBytes ? 'truncated' : 'valid')),
          );
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('is no answer to bytes that are valid by themselves, whatever they end with', async () => {
    const answers = await ask(64, 'intel', bytesOf('0F A2'), bytesOf('B8 00 00 00 00'), bytesOf('C5 F8 77'));
    expect(answers.map(({ status }) => status)).toEqual(['valid', 'valid', 'valid']);
  });

  it.each<[string, Mode]>([
    ['0F C7', 64],
    ['F0', 64],
    ['F0 0F', 32],
    ['C4', 64],
    ['C5 F9', 64],
    ['62 F1 7D', 64],
    ['8F E9', 64],
    ['0F 0F C0', 32],
    ['0F 3A', 64],
    ['66 66 66 66 66 66 66 66 66 66 66 66 66 66', 64],
  ])('is the answer to %s in %i-bit mode, though zeros do not complete it', async (hex, mode) => {
    expect(await ask(mode, 'intel', bytesOf(hex))).toEqual([{ status: 'truncated' }]);
  });

  it.each<[string, Mode]>([
    ['06', 64],
    ['F0 05', 64],
    ['F0 0F 38', 32],
    ['66 66 66 66 66 66 66 66 66 66 66 66 66 81', 64],
  ])('is not the answer to %s in %i-bit mode, which nothing completes: a dead end', async (hex, mode) => {
    expect(await ask(mode, 'intel', bytesOf(hex))).toEqual([{ status: 'invalid', reason: deadEnd }]);
  });

  it('is not asked for where iced rejects without missing a byte', async () => {
    expect(await ask(64, 'intel', bytesOf('F0 90'), bytesOf('0F 04 C0'))).toEqual([
      { status: 'invalid' },
      { status: 'invalid' },
    ]);
  });
});
