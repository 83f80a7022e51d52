/** One finding in the list, and the filters over the list. */
import type { AnyFinding } from '../../mismatch.ts';
import { countText, hexBytes } from '../hex.ts';
import { byText } from '../order.ts';
import type { AnatomyOf } from '../run.ts';
import { formText, modeText, observableText, smallestSample } from '../sentence.ts';
import { bytesMarkup } from './bytes.ts';
import { html, type Markup } from './markup.ts';

export function rowMarkup(finding: AnyFinding, anatomyOf: AnatomyOf): Markup {
  const sample = smallestSample(finding);
  const { bytes, mode, vendor } = sample.input;
  const status = statusOf(finding);
  return html`<li class="row" data-mode="${mode}" data-subject="${sample.subject}" data-observable="${sample.observable}" data-status="${status}" data-search="${searchText(finding)}">
<a href="#f-${finding.id}" data-finding="${finding.id}">
<span class="row-bytes"><code class="bytes">${bytesMarkup(bytes, anatomyOf(bytes, mode, vendor))}</code></span>
<span class="row-what"><strong>${observableText(sample.observable)}</strong> <span class="says"><span class="side">ours</span> ${sample.says.ours}</span> <span class="says"><span class="side">${sample.subject}</span> ${sample.says.theirs}</span></span>
<span class="row-where">${modeText(sample)}</span>
<span class="row-count">${countText(finding.bucket.count)}<span class="vh"> cases</span></span>
<span class="row-state"><span class="pill pill-${status}">${status}</span>${finding.bucket.known === null ? '' : html` <span class="known">${finding.bucket.known}</span>`}</span>
</a></li>`;
}

export const statusOf = (finding: AnyFinding): 'unexplained' | 'explained' =>
  finding.bucket.known === null ? 'unexplained' : 'explained';

/** What free text finds beside what the row shows: bytes without spaces, the key, the form, the verdict. */
const searchText = (finding: AnyFinding): string => {
  const samples = finding.bucket.samples.map(({ input }) => hexBytes(input.bytes));
  const words = [
    finding.id,
    finding.bucket.key,
    ...samples,
    ...samples.map((bytes) => bytes.replaceAll(' ', '')),
    formText(smallestSample(finding)),
    finding.verdict.detail,
    finding.verdict.place ?? '',
  ];
  return words.join(' ').toLowerCase();
};

export const filtersMarkup = (findings: readonly AnyFinding[]): Markup => {
  const samples = findings.map(smallestSample);
  const modes = [...new Set(samples.map((sample) => sample.input.mode))].sort((left, right) => left - right);
  const subjects = [...new Set(samples.map((sample) => sample.subject))].sort(byText);
  const observables = [...new Set(samples.map((sample) => sample.observable))].sort(byText);
  return html`<form class="filters" id="filters" role="search" aria-label="Filter findings">
${selectMarkup('status', 'State', [
  ['unexplained', 'unexplained'],
  ['explained', 'explained'],
])}
${selectMarkup(
  'mode',
  'Mode',
  modes.map((mode) => [String(mode), `${mode}-bit`]),
)}
${selectMarkup(
  'subject',
  'Subject',
  subjects.map((subject) => [subject, subject]),
)}
${selectMarkup(
  'observable',
  'Observable',
  observables.map((observable) => [observable, observableText(observable)]),
)}
<label class="filter filter-text"><span>Search</span><input type="search" name="q" placeholder="bytes, mnemonic, row, manual" autocomplete="off" spellcheck="false"></label>
</form>`;
};

const selectMarkup = (name: string, label: string, options: readonly (readonly [string, string])[]): Markup =>
  html`<label class="filter"><span>${label}</span><select name="${name}"><option value="">all</option>${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select></label>`;
