import { describe, expect, it } from 'vitest';
import { createToy, decodeToy } from '../campaign/testing/toy-subject.ts';
import type { Answer, Input, Subject } from '../subject.ts';
import { checkLaws, type LawCase, type LawTools, lawNames } from './laws.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
const toy = createToy('touchstone', []);
const sound = (input: Input): Answer => decodeToy(input, new Set());

/** A toy whose answers go through `bend`. */
const bent = (bend: (answer: Answer, input: Input, together: number) => Answer): Subject => ({
  ...toy,
  decode: async (inputs) => inputs.map((input) => bend(sound(input), input, inputs.length)),
});

const breachesOf = async (subject: Subject, hexes: readonly string[], tools: LawTools = {}): Promise<string[]> => {
  const inputs = hexes.map((hex): Input => ({ bytes: bytes(hex), mode: 64, vendor: 'intel' }));
  const answers = await subject.decode(inputs);
  const cases = inputs.map((input, k): LawCase => ({ input, ours: answers[k] ?? { status: 'invalid' } }));
  return (await checkLaws(cases, subject, tools)).map(
    (breach) => `${breach.subject}: ${breach.says.ours}/${breach.says.theirs}`,
  );
};

const hexes = ['01 c8', '66 01 08', '48 c1 e0 05', 'e8 01 02 03 04', '06', '91 90 90', 'f0 90', '0f af c1'];

describe('the laws', () => {
  it('are kept by a sound decoder', async () => {
    const tools: LawTools = {
      reencode: (encoding) => encoding,
      anatomyOf: (encoding) => Array.from(encoding, (_, offset) => ({ offset, lengthBytes: 1 })),
    };
    expect(await breachesOf(toy, hexes, tools)).toEqual([]);
  });

  it.each<[law: string, subject: Subject]>([
    [
      'length-at-most-15: at most 15/more',
      bent((answer) => (answer.status === 'valid' ? { ...answer, lengthBytes: answer.lengthBytes + 14 } : answer)),
    ],
    [
      'tail-changes-nothing: valid/mnemonic',
      bent((answer, { bytes: all }) =>
        answer.status === 'valid' && all.at(-1) === 0xff ? { ...answer, mnemonic: 'ff' } : answer,
      ),
    ],
    [
      'proper-prefix-is-truncated: truncated/invalid',
      bent((answer) => (answer.status === 'truncated' ? { status: 'invalid' } : answer)),
    ],
    [
      'ignored-segment-changes-nothing: valid/invalid',
      bent((answer, { bytes: all }) => (all[0] === 0x36 ? { status: 'invalid' } : answer)),
    ],
    [
      'ignored-rex-changes-nothing: valid/mnemonic',
      bent((answer, { bytes: all }) =>
        answer.status === 'valid' && all[0] === 0x4f ? { ...answer, mnemonic: 'rex' } : answer,
      ),
    ],
    [
      'batch-is-one-at-a-time: valid/flags',
      bent((answer, _, together) =>
        answer.status === 'valid' && together === 1
          ? { ...answer, flags: { read: 'D', written: '', cleared: '', set: '', undefined: '' } }
          : answer,
      ),
    ],
  ])('report %s', async (breach, subject) => {
    expect(await breachesOf(subject, ['01 c8 01 c8', '91'])).toContain(breach);
  });

  it('report an encoder that does not give the instruction back', async () => {
    const tools: LawTools = { reencode: () => bytes('89 c8') };
    expect(await breachesOf(toy, ['01 c8'], tools)).toEqual(['encode-then-decode: valid/mnemonic']);
  });

  it.each([
    [[{ offset: 0, lengthBytes: 1 }], 'length/short'],
    [[{ offset: 0, lengthBytes: 3 }], 'length/long'],
    [[{ offset: 1, lengthBytes: 1 }], 'end to end/gap'],
    [
      [
        { offset: 0, lengthBytes: 2 },
        { offset: 1, lengthBytes: 1 },
      ],
      'end to end/overlap',
    ],
  ])('report an anatomy that does not cover the instruction', async (segments, says) => {
    expect(await breachesOf(toy, ['01 c8'], { anatomyOf: () => segments })).toEqual([
      `segments-sum-to-length: ${says}`,
    ]);
  });

  it('name one breach a law and case, and only laws asked for', async () => {
    const refusing = bent((answer, { bytes: all }) => (all.length === 2 ? answer : { status: 'invalid' }));
    const input: Input = { bytes: bytes('01 c8'), mode: 64, vendor: 'intel' };
    const breaches = await checkLaws([{ input, ours: sound(input) }], refusing, {}, ['tail-changes-nothing']);
    expect(breaches).toMatchObject([{ observable: 'law', subject: 'tail-changes-nothing', input }]);
  });

  it('have distinct names', () => {
    expect(new Set(lawNames).size).toBe(lawNames.length);
  });
});
