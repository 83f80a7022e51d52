import { describe, expect, it } from 'vitest';
import { askSubject } from '../../harness/campaign/ask.ts';
import { fuzz } from '../../harness/campaign/fuzz.ts';
import type { Finding, Mismatch } from '../../harness/mismatch.ts';
import { createSetup, type PlantedBug, plantedBugs, plantedSetup } from './testing/planted-setup.ts';

/** A round is some seconds of `touchstone fuzz` on one core: three of them are well within a minute. */
const mostRounds = 3;

const search = async (bug: PlantedBug): Promise<readonly Finding[]> => {
  const { findings, died } = await fuzz({
    setup: plantedSetup(bug),
    workers: 1,
    modes: [16, 32, 64],
    vendors: ['intel'],
    seed: 1,
    roundsDone: 0,
    mostRounds,
    signal: new AbortController().signal,
    isKept: () => false,
    onFinding: async () => {},
  });
  expect(died).toEqual([]);
  return findings;
};

/** Every encoding that is one byte shorter, or has one field's bits at zero. */
const smaller = (bytes: Uint8Array): readonly Uint8Array[] => {
  const dropped = Array.from(bytes, (_, at) => bytes.filter((_byte, k) => k !== at));
  const zeroed = Array.from(bytes, (byte, at) => ({ byte, at })).flatMap(({ byte, at }) =>
    [0x00, byte & 0xc7, byte & 0xf8, byte & 0x3f, byte & 0xc0]
      .filter((value) => value !== byte)
      .map((value) => bytes.map((old, k) => (k === at ? value : old))),
  );
  return [...dropped, ...zeroed].filter((candidate) => candidate.length > 0);
};

const says = ({ observable, says: { ours, theirs } }: Mismatch): string => `${observable} ${ours} ${theirs}`;

describe('touchstone fuzz', () => {
  it.each(plantedBugs)('finds a planted bug of %s, in one bucket, with nothing left to drop', async (bug) => {
    const findings = await search(bug);
    expect(findings.map(({ bucket }) => bucket.key)).toEqual([expect.any(String)]);
    const sample = findings[0]?.bucket.samples[0];
    if (sample === undefined) throw new Error('The finding has no sample.');
    const setup = await createSetup(plantedSetup(bug).options);
    const subject = setup.others.find(({ name }) => name === sample.subject);
    if (subject === undefined || 'unavailable' in subject) throw new Error('The subject is missing.');
    const inputs = smaller(sample.input.bytes).map((bytes) => ({ ...sample.input, bytes }));
    const left = await askSubject(setup.ours, subject)(inputs);
    for (const other of setup.others) if (!('unavailable' in other)) await other.close();
    const survivors = left.flatMap((mismatch, k) => {
      const bytes = inputs[k]?.bytes ?? new Uint8Array();
      const isSame = mismatch !== null && says(mismatch) === says(sample) && bytes.length < sample.input.bytes.length;
      return isSame ? [Buffer.from(bytes).toString('hex')] : [];
    });
    expect(survivors).toEqual([]);
  });
});
