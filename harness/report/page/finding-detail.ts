/** One finding in full: what differs, who is right, what each byte is, what everyone says, and how to run it again. */
import {
  type AnyFinding,
  type AnyMismatch,
  type Finding,
  isExecution,
  isExecutionFinding,
  type SubjectAnswer,
} from '../../mismatch.ts';
import { countText } from '../hex.ts';
import { executionReproductions, reproductionsOf } from '../reproduction.ts';
import type { AnatomyOf, Segment } from '../run.ts';
import { differenceSentence, evidenceText, formText, modeText, smallestSample, whoIsRight } from '../sentence.ts';
import { bytesMarkup, bytesOf, colourOf, kindLabel, wholeSegments } from './bytes.ts';
import { executionFields } from './execution-field.ts';
import { type Cell, type Field, fieldsOf } from './field.ts';
import { statusOf } from './finding-row.ts';
import { html, type Markup, nothing } from './markup.ts';

/** `ourName` heads the column of our answers where the finding has only the two. */
export function detailMarkup(finding: AnyFinding, anatomyOf: AnatomyOf, ourName: string): Markup {
  const sample = smallestSample(finding);
  const { bytes, mode, vendor } = sample.input;
  const segments = wholeSegments(bytes, anatomyOf(bytes, mode, vendor));
  const form = formText(sample);
  const status = statusOf(finding);
  return html`<article class="detail" id="f-${finding.id}" aria-labelledby="h-${finding.id}">
<div class="detail-head">
<p class="eyebrow"><span class="pill pill-${status}">${status}</span> <span>${modeText(sample)}</span> <span>${countText(finding.bucket.count)} ${finding.bucket.count === 1 ? 'case' : 'cases'}</span></p>
<button type="button" class="quiet" data-close>Close <kbd>Esc</kbd></button>
</div>
<h3 id="h-${finding.id}" tabindex="-1"><code class="bytes">${bytesMarkup(bytes, segments)}</code></h3>
${form === '' ? nothing : html`<p class="form">${form}</p>`}
<p class="difference">${capital(differenceSentence(sample))}</p>
${verdictMarkup(finding)}
${anatomyMarkup(bytes, segments)}
${answersMarkup(columnsOf(finding, ourName), finding.id)}
${commandsMarkup(finding)}
${samplesMarkup(finding, anatomyOf)}
<dl class="facts"><div><dt>Bucket</dt><dd><code>${finding.bucket.key}</code></dd></div><div><dt>Finding</dt><dd><code>${finding.id}</code></dd></div></dl>
</article>`;
}

const capital = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

const verdictMarkup = (finding: AnyFinding): Markup => {
  const { verdict, bucket } = finding;
  const who = whoIsRight(verdict, smallestSample(finding).subject);
  return html`<div class="verdict verdict-${verdict.right}">
<h4>${who}${evidenceText[verdict.evidence]}</h4>
${verdict.detail === '' ? nothing : html`<p>${verdict.detail}</p>`}
${verdict.place === undefined ? nothing : html`<p class="place"><span>Manual</span> ${verdict.place}</p>`}
${bucket.known === null ? nothing : html`<p class="place"><span>Known row</span> <code>${bucket.known}</code></p>`}
</div>`;
};

const anatomyMarkup = (bytes: Uint8Array, segments: readonly Segment[]): Markup =>
  html`<div class="part"><h4>Anatomy</h4>
<table class="anatomy"><thead><tr><th scope="col">Bytes</th><th scope="col">Field</th><th scope="col">Meaning</th></tr></thead><tbody>${segments.map(
    (segment) =>
      html`<tr><td><code class="bytes"><span class="field ${colourOf(segment.kind)}">${bytesOf(bytes, segment)}</span></code></td><th scope="row">${kindLabel(segment.kind)}</th><td>${segment.meaning}</td></tr>`,
  )}</tbody></table></div>`;

/** Who says what, field by field. */
interface Columns {
  readonly subjects: readonly string[];
  readonly fields: readonly Field[];
}

/** Of executions the state before stands first. */
const columnsOf = (finding: AnyFinding, ourName: string): Columns => {
  if (!isExecutionFinding(finding)) {
    const answers = answersOf(finding, ourName);
    const { observable } = smallestSample(finding);
    return { subjects: answers.map(({ subject }) => subject), fields: fieldsOf(answers, observable) };
  }
  const answers = answersOf(finding, ourName);
  const [sample] = finding.bucket.samples;
  return {
    subjects: ['before', ...answers.map(({ subject }) => subject)],
    fields: sample === undefined ? [] : executionFields(sample.execution, answers),
  };
};

const answersOf = <M extends AnyMismatch>(
  finding: Finding<M>,
  ourName: string,
): readonly SubjectAnswer<M['ours']>[] => {
  if (finding.answers !== undefined && finding.answers.length > 0) return finding.answers;
  const [sample] = finding.bucket.samples;
  if (sample === undefined) return [];
  return [
    { subject: ourName, answer: sample.ours },
    { subject: sample.subject, answer: sample.theirs },
  ];
};

const answersMarkup = ({ subjects, fields }: Columns, id: string): Markup =>
  html`<div class="part"><h4 id="b-${id}">Answers</h4>
<div class="scroll" tabindex="0" role="region" aria-labelledby="b-${id}"><table class="answers"><thead><tr><td></td>${subjects.map(
    (subject) => html`<th scope="col">${subject}</th>`,
  )}</tr></thead><tbody>${fields.map(fieldMarkup)}</tbody></table></div></div>`;

const fieldMarkup = ({ name, cells }: Field): Markup =>
  html`<tr><th scope="row">${name}</th>${cells.map(cellMarkup)}</tr>`;

const cellMarkup = ({ text, differs }: Cell): Markup => {
  if (text === null)
    return html`<td class="untold"><span aria-hidden="true">·</span><span class="vh">not told</span></td>`;
  return differs ? html`<td class="differs"><span class="vh">differs: </span>${text}</td>` : html`<td>${text}</td>`;
};

const commandsMarkup = (finding: AnyFinding): Markup => {
  const sample = smallestSample(finding);
  const { bytes, mode } = sample.input;
  const others = isExecution(sample) ? executionReproductions(sample.execution) : [];
  const lines = [{ label: 'replay', line: finding.replay }, ...others, ...reproductionsOf(bytes, mode)];
  return html`<div class="part"><h4>Run it again</h4>
<dl class="lines">${lines.map(
    ({ label, line }) =>
      html`<div class="line" data-line="${label}"><dt>${label}</dt><dd><code>${line}</code><button type="button" class="quiet" data-copy aria-label="Copy the ${label} line">Copy</button></dd></div>`,
  )}</dl></div>`;
};

const samplesMarkup = (finding: AnyFinding, anatomyOf: AnatomyOf): Markup => {
  const others = finding.bucket.samples.slice(1);
  if (others.length === 0) return nothing;
  return html`<div class="part"><h4>Other samples of this bucket</h4>
<ul class="samples">${others.map((sample) => sampleMarkup(sample, anatomyOf))}</ul></div>`;
};

const sampleMarkup = (sample: AnyMismatch, anatomyOf: AnatomyOf): Markup => {
  const { bytes, mode, vendor } = sample.input;
  return html`<li><code class="bytes">${bytesMarkup(bytes, anatomyOf(bytes, mode, vendor))}</code> <span class="says"><span class="side">ours</span> ${sample.says.ours}</span> <span class="says"><span class="side">${sample.subject}</span> ${sample.says.theirs}</span></li>`;
};
