/**
 * A walk's progress as a file's text, with what it was a walk of: it is gone on with by the same walk alone. Nothing here
 * knows of files.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { slotBytes } from '../../subjects/lengths.ts';
import type { Shard } from '../slice.ts';
import type { Progress, SpaceCounts } from './walk.ts';

/** What must be the same, for counts before and after to be of one walk. */
export interface WalkIdentity {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly shard: Shard;
  readonly spaces: readonly string[];
  /** `iced 1.21.0`, ours and its forms among them. */
  readonly subjects: readonly string[];
}

const format = 'touchstone walk 1';

export const checkpointText = (identity: WalkIdentity, { spaces, position, drafts }: Progress): string =>
  `${JSON.stringify({
    format,
    identity,
    spaces: spaces.map(({ name, counts, followers }) => ({
      name,
      counts: { ...counts, agreed: [...counts.agreed], explained: [...counts.explained] },
      followers,
    })),
    position: position === null ? null : { ...position, bytes: Buffer.from(position.bytes).toString('hex') },
    drafts,
  })}\n`;

export type Reading =
  | { readonly status: 'read'; readonly progress: Progress }
  /** A sentence's end: what the file is instead. */
  | { readonly status: 'refused'; readonly reason: string };

export const readCheckpoint = (text: string, identity: WalkIdentity): Reading => {
  const saved = parsed(text);
  if (saved === null) return refused('it is no JSON object');
  if (saved['format'] !== format)
    return refused(`its format is ${show(saved['format'])}, and "${format}" is known here`);
  const theirs = saved['identity'];
  const other = Object.entries(identity).find(([name, value]) => !isDeepStrictEqual(fieldOf(theirs, name), value));
  if (other !== undefined)
    return refused(`it is of another walk: ${other[0]} ${show(fieldOf(theirs, other[0]))}, and not ${show(other[1])}`);
  const progress = progressOf(saved);
  return progress === null ? refused('its counts or its position are damaged') : { status: 'read', progress };
};

const refused = (reason: string): Reading => ({ status: 'refused', reason });

const show = (value: unknown): string => JSON.stringify(value) ?? 'missing';

type Fields = Readonly<Record<string, unknown>>;

const parsed = (text: string): Fields | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (value: unknown, name: string): unknown => (isFields(value) ? value[name] : undefined);

const progressOf = ({ spaces, position, drafts }: Fields): Progress | null => {
  if (!Array.isArray(spaces) || !Array.isArray(drafts)) return null;
  const read = spaces.map(spaceOf);
  if (!read.every((space) => space !== null) || !drafts.every(isDraft)) return null;
  if (position === null) return { spaces: read, position, drafts };
  const place = positionOf(position);
  return place === null ? null : { spaces: read, position: place, drafts };
};

const positionOf = (value: unknown): Progress['position'] => {
  const [unit, index, last, bytes] = ['unit', 'index', 'last', 'bytes'].map((name) => fieldOf(value, name));
  if (!isCount(unit) || !isCount(index) || index >= slotBytes || typeof last !== 'number') return null;
  if (typeof bytes !== 'string' || !/^(?:[0-9a-f]{2}){15}$/.test(bytes)) return null;
  return { unit, index, last, bytes: Buffer.from(bytes, 'hex') };
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const spaceOf = (value: unknown): SpaceCounts | null => {
  const counts = fieldOf(value, 'counts');
  const [name, followers] = [fieldOf(value, 'name'), fieldOf(value, 'followers')];
  const [agreed, explained] = [fieldOf(counts, 'agreed'), fieldOf(counts, 'explained')];
  const [candidates, rejected, unexplained, unsupported] = [
    fieldOf(counts, 'candidates'),
    fieldOf(counts, 'rejected'),
    fieldOf(counts, 'unexplained'),
    fieldOf(counts, 'unsupported'),
  ];
  if (typeof name !== 'string' || !Array.isArray(followers) || !followers.every(isFollower)) return null;
  if (!isCount(candidates) || !isCount(rejected) || !isCount(unexplained) || !isCount(unsupported)) return null;
  if (!Array.isArray(agreed) || !agreed.every(isMapCount)) return null;
  if (!Array.isArray(explained) || !explained.every(isRowCount)) return null;
  return {
    name,
    followers,
    counts: { candidates, rejected, unexplained, unsupported, agreed: new Map(agreed), explained: new Map(explained) },
  };
};

const isMapCount = (value: unknown): value is [number, number[]] =>
  Array.isArray(value) && isCount(value[0]) && Array.isArray(value[1]) && value[1].every(isCount);

const isRowCount = (value: unknown): value is [string, number] =>
  Array.isArray(value) && typeof value[0] === 'string' && isCount(value[1]);

const isFollower = (value: unknown): value is SpaceCounts['followers'][number] =>
  typeof fieldOf(value, 'subject') === 'string' &&
  ['agreed', 'explained', 'unexplained', 'unsupported', 'unavailable'].every((name) => isCount(fieldOf(value, name)));

const isDraft = (value: unknown): value is Progress['drafts'][number] => {
  const samples = fieldOf(value, 'samples');
  const known = fieldOf(value, 'known');
  return (
    typeof fieldOf(value, 'key') === 'string' &&
    typeof fieldOf(value, 'subject') === 'string' &&
    (known === null || typeof known === 'string') &&
    isCount(fieldOf(value, 'count')) &&
    Array.isArray(samples) &&
    samples.every((sample) => isSample(sample))
  );
};

const isSample = (value: unknown): boolean =>
  [16, 32, 64].some((mode) => mode === fieldOf(value, 'mode')) &&
  ['intel', 'amd'].some((vendor) => vendor === fieldOf(value, 'vendor')) &&
  /^(?:[0-9a-f]{2})+$/.test(String(fieldOf(value, 'bytes')));
