/** The run at a glance: the outcome in a sentence, the table per mode and subject, form coverage, what is missing, versions. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { AreaCounts } from '../area.ts';
import { countText, shareText } from '../hex.ts';
import type { Coverage, RunReport, Tally } from '../run.ts';
import { coverageInOrder, talliesInOrder } from '../run-json.ts';
import { html, type Markup, nothing } from './markup.ts';

export function outcomeMarkup(run: RunReport): Markup {
  const failing = run.findings.filter((finding) => finding.bucket.known === null).length;
  const explained = run.findings.length - failing;
  const cases = run.tallies.reduce((total, tally) => total + tally.cases, 0);
  const others = explained === 0 ? '' : `${countText(explained)} ${plural(explained, 'bucket')} explained. `;
  return html`<p class="outcome ${failing + run.stale.length > 0 ? 'outcome-bad' : 'outcome-good'}">${outcomeText(run, failing)}</p>
<p class="outcome-more">${others}${countText(cases)} answers held against ${nameList(askedNames(run))}, in ${modesText(run.modes)}.</p>`;
}

export const outcomeText = (run: RunReport, failing: number): string => {
  if (failing > 0) return `${countText(failing)} unexplained ${plural(failing, 'bucket')}`;
  if (run.stale.length > 0) return `${countText(run.stale.length)} stale known ${plural(run.stale.length, 'row')}`;
  return run.findings.length > 0 ? 'Every difference is explained' : 'Every answer agrees';
};

/** Ours stands first and is who they are held against. */
export const askedNames = (run: RunReport): string[] => run.subjects.slice(1).map((subject) => subject.name);

/** `a, b and c`; `nobody` for none. */
export const nameList = (names: readonly string[]): string => {
  const last = names.at(-1) ?? 'nobody';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
};

/** `16-, 32- and 64-bit mode`. */
export const modesText = (modes: readonly Mode[]): string =>
  `${nameList(modes.map((mode, index) => (index < modes.length - 1 ? `${mode}-` : `${mode}-bit`)))} mode`;

const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);

export const noticesMarkup = (run: RunReport): Markup => {
  const early =
    run.interrupted === undefined
      ? nothing
      : html`<div class="notice"><h2>Ended early</h2><p>${run.interrupted} What was found until then is here.</p></div>`;
  const missing = run.missing.map(
    ({ name, unavailable, remedy, cases }) =>
      html`<div class="notice"><h2>${name} was not asked</h2><p>${unavailable} ${countText(cases)} cases did not reach it; they count as nobody’s agreement. ${remedy}</p></div>`,
  );
  const stale = run.stale.map(
    ({ id, detail }) =>
      html`<div class="notice notice-bad"><h2>Known row <code>${id}</code> is stale</h2><p>It explains nothing any more: delete it. ${detail}</p></div>`,
  );
  if (run.interrupted === undefined && missing.length + stale.length === 0) return nothing;
  return html`<section class="notices" aria-label="Notices">${early}${missing}${stale}</section>`;
};

export const tallyMarkup = (run: RunReport): Markup => {
  const tallies = talliesInOrder(run.tallies);
  const modes = [...new Set(tallies.map((tally) => tally.mode))];
  return html`<section aria-labelledby="agreement"><h2 id="agreement" tabindex="-1">Agreement</h2>
<table class="tally"><thead><tr><th scope="col">Subject</th><th scope="col" class="number">Cases</th><th scope="col" class="number narrow-off">Agreed</th><th scope="col" class="number">Explained</th><th scope="col" class="number">Unexplained</th><th scope="col" class="number wide">Unsupported</th><th scope="col" class="number wide">Unavailable</th><th scope="col" class="wide">Agreed of compared</th></tr></thead>
${modes.map(
  (mode) => html`<tbody><tr class="mode"><th scope="rowgroup" colspan="8">${mode}-bit</th></tr>
${tallies.filter((tally) => tally.mode === mode).map(tallyRow)}</tbody>`,
)}</table></section>`;
};

const tallyRow = (tally: Tally): Markup => {
  const compared = tally.agreed + tally.explained + tally.unexplained;
  return html`<tr><th scope="row">${tally.subject}</th><td class="number">${countText(tally.cases)}</td><td class="number narrow-off">${countText(tally.agreed)}</td><td class="number${tally.explained > 0 ? ' is-explained' : ''}">${countText(tally.explained)}</td><td class="number${tally.unexplained > 0 ? ' is-unexplained' : ' is-zero'}">${countText(tally.unexplained)}</td><td class="number wide">${countText(tally.unsupported)}</td><td class="number wide">${countText(tally.unavailable)}</td><td class="wide">${barMarkup(tally, compared)} <span class="share">${shareText(tally.agreed, compared)}</span></td></tr>`;
};

/** Forms of an area; the ground is those that nobody compared. */
export const areaBar = (area: AreaCounts): Markup => barMarkup(area, area.forms);

/** A share that is not zero is at least a pixel or two wide: what is rare must not vanish. */
const barMarkup = (tally: Pick<Tally, 'agreed' | 'explained' | 'unexplained'>, compared: number): Markup => {
  const width = (part: number): number => (part === 0 ? 0 : Math.max(2, Math.round((part * 100) / compared)));
  const unexplained = width(tally.unexplained);
  const explained = width(tally.explained);
  const rest = compared - tally.agreed - tally.explained - tally.unexplained;
  const agreed = compared === 0 ? 0 : Math.max(0, 100 - explained - unexplained - width(rest));
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-ground" width="100" height="6"/><rect class="bar-agreed" width="${agreed}" height="6"/><rect class="bar-explained" x="${agreed}" width="${explained}" height="6"/><rect class="bar-unexplained" x="${agreed + explained}" width="${unexplained}" height="6"/></svg>`;
};

export const coverageMarkup = ({ coverage, outcomes = [] }: RunReport): Markup => {
  const forms =
    coverage.length === 0
      ? nothing
      : html`<section aria-labelledby="coverage"><h2 id="coverage" tabindex="-1">Forms reached</h2><ul class="coverage">${coverageInOrder(coverage).map(coverageItem)}</ul></section>`;
  if (outcomes.length === 0) return forms;
  return html`${forms}<section aria-labelledby="outcomes"><h2 id="outcomes" tabindex="-1">Outcomes reached</h2><ul class="coverage">${coverageInOrder(outcomes).map(coverageItem)}</ul></section>`;
};

/** A list that is longer is not read; run.json has all of it. */
const mostListed = 1000;

const coverageItem = ({ mode, total, unreached }: Coverage): Markup => {
  const reached = total - unreached.length;
  const more = unreached.length - mostListed;
  const list =
    unreached.length === 0
      ? nothing
      : html`<details><summary>${countText(unreached.length)} not reached in ${mode}-bit mode</summary><ul>${unreached.slice(0, mostListed).map(({ form, why }) => html`<li><code>${form}</code> <span>${why}</span></li>`)}${more > 0 ? html`<li>and ${countText(more)} more, which run.json lists</li>` : nothing}</ul></details>`;
  return html`<li><p><strong>${mode}-bit</strong> ${countText(reached)} of ${countText(total)} <span class="share">${shareText(reached, total)}</span></p>${list}</li>`;
};

export const versionsMarkup = (run: RunReport): Markup =>
  html`<section aria-labelledby="versions"><h2 id="versions" tabindex="-1">Versions</h2>
<dl class="versions">${run.subjects.map(({ name, version }) => html`<div><dt>${name}</dt><dd>${version}</dd></div>`)}</dl>
${run.corpora.length === 0 ? nothing : html`<h3>Corpora</h3><dl class="versions">${run.corpora.map(({ name, version, cases }) => html`<div><dt>${name}</dt><dd>version ${version}, ${countText(cases)} cases</dd></div>`)}</dl>`}
</section>`;
