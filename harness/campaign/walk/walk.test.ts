import { afterAll, describe, expect, it } from 'vitest';
import { knownRows } from '../../known/rows.ts';
import type { Answer, Subject } from '../../subject.ts';
import { createIced } from '../../subjects/iced.ts';
import { createIcedLengths } from '../../subjects/iced-lengths.ts';
import { type LengthSubject, slotBytes, slotsOfACall } from '../../subjects/lengths.ts';
import { createTouchstone } from '../../subjects/touchstone.ts';
import { createTouchstoneLengths } from '../../subjects/touchstone-lengths.ts';
import { createBench } from '../slice.ts';
import { checkpointText, readCheckpoint, type WalkIdentity } from './checkpoint.ts';
import type { Space } from './space.ts';
import { walkLines } from './text.ts';
import { type Progress, type WalkOptions, type WalkResult, walk } from './walk.ts';

const setting = { mode: 64, vendor: 'intel' } as const;
const ours = createTouchstone();
const iced = createIced();
const oursLengths = createTouchstoneLengths(setting);
const icedLengths = createIcedLengths(setting);
afterAll(() => iced.close());

/** iced, which takes two bytes for nothing: SYSCALL, and ADD with a displacement. */
const wrongLengths: LengthSubject = {
  name: 'iced',
  fill: (slots, into) => {
    icedLengths.fill(slots, into);
    for (let at = 0; at < slotsOfACall; at++)
      if (isWronged(slots[at * slotBytes], slots[at * slotBytes + 1])) into.bytes[at] = 0;
  },
  close: () => undefined,
};
const wrong: Subject = {
  ...iced,
  decode: async (inputs) => {
    const answers = await iced.decode(inputs);
    return answers.map((answer, k): Answer => {
      const bytes = inputs[k]?.bytes;
      return isWronged(bytes?.[0], bytes?.[1]) ? { status: 'invalid' } : answer;
    });
  },
};
const isWronged = (first: number | undefined, second: number | undefined): boolean =>
  (first === 0x0f || first === 0x00 || first === 0x01) && second === 0x05;

const space: Space = {
  name: 'small',
  heads: [Uint8Array.of()],
  firstBytes: [0x00, 0x0f, 0x90],
  depth: 3,
  vectorBytes: [],
};

const walked = (change: Partial<WalkOptions> & { readonly isWrong?: boolean } = {}): Promise<WalkResult> => {
  const { isWrong = false, ...options } = change;
  const leader = isWrong ? { subject: wrong, lengths: wrongLengths } : { subject: iced, lengths: icedLengths };
  return walk({
    ...setting,
    bench: createBench({ ours, others: [leader.subject], sources: [], known: knownRows }),
    shard: { index: 1, of: 1 },
    spaces: [space],
    ours: oursLengths,
    leaders: [leader],
    followers: [],
    ...options,
  });
};

const identity: WalkIdentity = {
  ...setting,
  shard: { index: 1, of: 1 },
  spaces: ['small'],
  subjects: ['touchstone 1, 12 forms', 'iced 1'],
};

describe('walk', () => {
  it('counts what all agree on by map and length, and what known rows claim', async () => {
    const { spaces, findings, isComplete } = await walked();
    const lines = walkLines({ ...setting, spaces });
    expect(isComplete).toBe(true);
    expect(findings.filter(({ bucket }) => bucket.known === null)).toEqual([]);
    expect(lines[1]).toMatch(/^64-bit {2}intel {2}small {2}candidates \d+ {2}agreed \d+ .* unexplained 0 /);
    expect(lines).toContainEqual(expect.stringMatching(/^map {2}one-byte {2}1:1 2:/));
    expect(lines).toContainEqual(expect.stringMatching(/^explained {2}iced-padlock {2}\d+$/));
    const { candidates, agreed, rejected, explained, unexplained, unsupported } = spaces[0]?.counts ?? {};
    const total = [...(agreed?.values() ?? []), ...(explained?.values() ?? [])]
      .flat()
      .reduce((sum, one) => sum + one, 0);
    expect(total + (rejected ?? 0) + (unexplained ?? 0) + (unsupported ?? 0)).toBe(candidates);
  });

  it('finds what is wrong, and shrinks it', async () => {
    const { findings, spaces } = await walked({ isWrong: true });
    const failing = findings.filter(({ bucket }) => bucket.known === null);
    expect(failing.map(({ bucket }) => [...(bucket.samples[0]?.input.bytes ?? [])])).toEqual([
      [0x00, 0x05],
      [0x0f, 0x05],
    ]);
    expect(spaces[0]?.counts.unexplained).toBe(failing.reduce((sum, { bucket }) => sum + bucket.count, 0));
  });

  it('comes to the same where it is broken off and gone on with, by way of its checkpoint', async () => {
    const deep = { ...space, firstBytes: [0x00, 0x01], depth: 15 };
    const abort = new AbortController();
    let saved: Progress | undefined;
    const broken = await walked({
      isWrong: true,
      spaces: [deep],
      signal: abort.signal,
      onProgress: () => abort.abort(),
      onCheckpoint: async (progress) => {
        saved = progress;
      },
    });
    expect(broken.isComplete).toBe(false);
    if (saved === undefined) throw new Error('No checkpoint was taken.');
    expect(saved.position).not.toBeNull();
    const reading = readCheckpoint(checkpointText(identity, saved), identity);
    if (reading.status !== 'read') throw new Error(reading.reason);
    const rest = await walked({ isWrong: true, spaces: [deep], from: reading.progress });
    const whole = await walked({ isWrong: true, spaces: [deep] });
    expect(rest).toEqual(whole);
  }, 60_000);

  it('asks followers about every candidate', async () => {
    const follower: Subject = { ...iced, name: 'other' };
    const { spaces } = await walked({
      spaces: [{ ...space, firstBytes: [0x0f], depth: 2 }],
      bench: createBench({ ours, others: [iced, follower], sources: [], known: knownRows }),
      followers: [follower],
    });
    const { counts, followers = [] } = spaces[0] ?? {};
    const [one] = followers;
    expect(one?.subject).toBe('other');
    expect((one?.agreed ?? 0) + (one?.explained ?? 0) + (one?.unexplained ?? 0) + (one?.unsupported ?? 0)).toBe(
      counts?.candidates,
    );
  });
});

describe('a checkpoint', () => {
  const progress: Progress = { spaces: [], position: null, drafts: [] };
  const good = checkpointText(identity, progress);

  it('is read back', () => {
    expect(readCheckpoint(good, identity)).toEqual({ status: 'read', progress });
  });

  it.each([
    ['no JSON', 'half a fi', 'no JSON object'],
    ['another format', good.replace('walk 1', 'walk 2'), 'its format is "touchstone walk 2"'],
    ['another mode', good.replace('"mode":64', '"mode":32'), 'it is of another walk: mode 32, and not 64'],
    ['another version', good.replace('iced 1', 'iced 0'), 'it is of another walk: subjects'],
    ['no position', good.replace('"position":null,', ''), 'damaged'],
    [
      'a position outside',
      good.replace('"position":null', '"position":{"unit":0,"index":15,"last":0,"bytes":""}'),
      'damaged',
    ],
    ['counts that are none', good.replace('"spaces":[],"position"', '"spaces":[{"name":"x"}],"position"'), 'damaged'],
  ])('that has %s is refused', (_, text, reason) => {
    expect(text).not.toBe(good);
    expect(readCheckpoint(text, identity)).toEqual({ status: 'refused', reason: expect.stringContaining(reason) });
  });
});
