/** Buckets as a checkpoint holds them: by the bytes of their samples, which are asked about again when they are read back. */
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { compare } from '../../compare/compare.ts';
import type { Input } from '../../subject.ts';
import { answersOf } from '../ask.ts';
import { type Draft, decodings, GrowingDraft } from '../draft.ts';
import type { Bench } from '../slice.ts';

export interface SavedDraft {
  readonly key: string;
  readonly known: string | null;
  readonly count: number;
  readonly subject: string;
  readonly samples: readonly { readonly mode: Mode; readonly vendor: Vendor; readonly bytes: string }[];
}

export const savedDrafts = (drafts: readonly Draft[]): SavedDraft[] =>
  drafts.map(({ key, known, count, samples }) => ({
    key,
    known,
    count,
    subject: samples[0]?.subject ?? '',
    samples: samples.map(({ input: { mode, vendor, bytes } }) => ({
      mode,
      vendor,
      bytes: Buffer.from(bytes).toString('hex'),
    })),
  }));

/** A sample that nobody differs about any more is left out, and a bucket without samples with it. */
export const draftsOf = async (
  saved: readonly SavedDraft[],
  { bench }: { readonly bench: Bench },
): Promise<Draft[]> => {
  const drafts: Draft[] = [];
  for (const { key, known, count, subject: name, samples } of saved) {
    const subject = bench.subjects.find((one) => one.name === name);
    if (subject === undefined) continue;
    const draft = new GrowingDraft(key, known, decodings);
    const inputs = samples.map(
      ({ mode, vendor, bytes }): Input => ({ mode, vendor, bytes: Buffer.from(bytes, 'hex') }),
    );
    const [ours, theirs] = await Promise.all([answersOf(bench.setup.ours, inputs), answersOf(subject, inputs)]);
    for (const [k, input] of inputs.entries()) {
      const [our, their] = [ours[k], theirs[k]];
      const mismatch = our === undefined || their === undefined ? null : compare(input, our, their, subject);
      if (mismatch !== null) draft.show(mismatch);
    }
    draft.count = count;
    if (draft.samples.length > 0) drafts.push(draft);
  }
  return drafts;
};
