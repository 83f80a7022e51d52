/** Settles buckets by a crew, and those that slip out of them, until no new ones come. */
import type { Finding } from '../mismatch.ts';
import type { Crew, Job, Outcome } from './crew.ts';
import { type Draft, mergeDrafts } from './draft.ts';
import { type Settlement, unsettled } from './settle.ts';

export async function settleAll(drafts: readonly Draft[], crew: Crew): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  let waiting = drafts;
  for (let round = 0; waiting.length > 0 && round < rounds; round++) {
    const parts = partsOf(waiting);
    const jobs = parts.map((part): Job => ({ kind: 'settle', drafts: part }));
    const outcomes = await crew.run(jobs, () => undefined);
    const slipped: Draft[] = [];
    for (const [k, part] of parts.entries()) {
      const settlements = settlementsOf(outcomes[k]);
      for (const [at, draft] of part.entries()) {
        findings.set(draft.key, settlements[at]?.finding ?? unsettled(draft, crew.about.known));
        slipped.push(...(settlements[at]?.slipped ?? []));
      }
    }
    waiting = mergeDrafts(slipped).filter(({ key }) => !findings.has(key));
  }
  return [...findings.values()].sort((left, right) => (left.bucket.key < right.bucket.key ? -1 : 1));
}

/** Slips of slips of slips are left to the next run. */
const rounds = 3;

/** Buckets about one subject stay together; not too many, since a worker that dies takes its part with it. */
const partsOf = (drafts: readonly Draft[]): readonly (readonly Draft[])[] => {
  const bySubject = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const subject = draft.samples[0]?.subject ?? '';
    const those = bySubject.get(subject) ?? [];
    bySubject.set(subject, those);
    those.push(draft);
  }
  return [...bySubject.values()].flatMap((those) =>
    Array.from({ length: Math.ceil(those.length / partSize) }, (_, k) => those.slice(k * partSize, (k + 1) * partSize)),
  );
};

const partSize = 64;

const settlementsOf = (outcome: Outcome | undefined): readonly Settlement[] =>
  outcome?.status === 'done' && outcome.result.kind === 'settle' ? outcome.result.settlements : [];
