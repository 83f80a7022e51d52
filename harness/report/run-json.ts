/** A whole run as JSON (reports/schema/run.schema.json). */
import { findingFormat, findingJson } from './finding-json.ts';
import type { Json } from './json.ts';
import { byText, findingsInOrder } from './order.ts';
import type { Coverage, RunReport, Tally } from './run.ts';

export function runText(run: RunReport): string {
  return `${JSON.stringify(runJson(run), null, 2)}\n`;
}

const runJson = (run: RunReport): Json => ({
  format: findingFormat,
  command: run.command,
  seed: run.seed,
  interrupted: run.interrupted,
  modes: [...run.modes].sort((left, right) => left - right),
  subjects: run.subjects.map(({ name, version }) => ({ name, version })),
  missing: run.missing.map(({ name, unavailable, remedy, cases }) => ({ name, unavailable, remedy, cases })),
  corpora: run.corpora.map(({ name, version, cases, portable }) => ({ name, version, cases, portable })),
  tallies: talliesInOrder(run.tallies).map(tallyJson),
  coverage: coverageInOrder(run.coverage).map(coverageJson),
  outcomes: run.outcomes === undefined ? undefined : coverageInOrder(run.outcomes).map(coverageJson),
  stale: run.stale.map(({ id, detail }) => ({ id, detail })),
  findings: findingsInOrder(run.findings).map(findingJson),
});

/** By mode, then subject. */
export const talliesInOrder = (tallies: readonly Tally[]): Tally[] =>
  [...tallies].sort((left, right) => left.mode - right.mode || byText(left.subject, right.subject));

export const coverageInOrder = (coverage: readonly Coverage[]): Coverage[] =>
  [...coverage].sort((left, right) => left.mode - right.mode);

const tallyJson = (tally: Tally): Json => ({
  mode: tally.mode,
  subject: tally.subject,
  cases: tally.cases,
  agreed: tally.agreed,
  explained: tally.explained,
  unexplained: tally.unexplained,
  unsupported: tally.unsupported,
  unavailable: tally.unavailable,
});

const coverageJson = ({ mode, total, unreached }: Coverage): Json => ({
  mode,
  total,
  unreached: unreached.map(({ form, why }) => ({ form, why })),
});
