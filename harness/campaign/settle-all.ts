/** Settles buckets by a crew, and those that slip out of them, until no new ones come. */
import type { Finding } from '../mismatch.ts';
import type { Crew, Job, Outcome } from './crew.ts';
import { type Draft, mergeDrafts } from './draft.ts';
import { unsettled } from './settle.ts';

export async function settleAll(drafts: readonly Draft[], crew: Crew): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  let waiting = drafts;
  for (let round = 0; waiting.length > 0 && round < rounds; round++) {
    const jobs = waiting.map((draft): Job => ({ kind: 'settle', draft }));
    const outcomes = await crew.run(jobs, () => undefined);
    const slipped: Draft[] = [];
    for (const [k, draft] of waiting.entries()) {
      const settlement = settlementOf(outcomes[k]);
      findings.set(draft.key, settlement?.finding ?? unsettled(draft, crew.about.known));
      slipped.push(...(settlement?.slipped ?? []));
    }
    waiting = mergeDrafts(slipped).filter(({ key }) => !findings.has(key));
  }
  return [...findings.values()].sort((left, right) => (left.bucket.key < right.bucket.key ? -1 : 1));
}

/** Slips of slips of slips are left to the next run. */
const rounds = 3;

const settlementOf = (outcome: Outcome | undefined) =>
  outcome?.status === 'done' && outcome.result.kind === 'settle' ? outcome.result.settlement : null;
