/** Forms by chapter and subject as an HTML page of its own, beside the report: it needs nothing else and has no script. */
import { createHash } from 'node:crypto';
import { type Area, areasOf, chaptersIn, modesIn, reachOf, subjectsIn } from '../area.ts';
import { countText, shareText } from '../hex.ts';
import type { RunReport } from '../run.ts';
import { html, type Markup, nothing } from './markup.ts';
import { areaBar, modesText, nameList } from './overview.ts';
import { style } from './style.ts';

/** `beside` is the page of findings in the same folder, if there is one. */
export function coveragePage(run: RunReport, beside: string | null): string {
  const areas = areasOf(run);
  const { forms, compared, unexplained } = reachOf(run);
  const title =
    unexplained > 0
      ? `Unexplained differences of ${countText(unexplained)} ${unexplained === 1 ? 'form' : 'forms'}`
      : `${shareText(compared, forms)} of forms compared`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '${hashOf(style)}'">
<title>${title} · Touchstone</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
</head>
<body>
<a class="skip" href="#areas">Skip to the table</a>
<header class="top">
<p class="brand">Touchstone</p>
<h1>Coverage by chapter</h1>
<p class="outcome ${unexplained > 0 ? 'outcome-bad' : 'outcome-good'}">${title}</p>
<p class="outcome-more">${countText(compared)} of ${countText(forms)} forms, by chapter of the SDM, held against ${nameList(subjectsIn(areas))} in ${modesText(modesIn(areas))}. A form is agreed where all its cases are, explained where known rows claim every difference.</p>
<p class="made"><code>${run.command}</code> <span>seed ${run.seed}</span></p>
<nav class="contents" aria-label="Contents">${modesIn(areas).map((mode) => html`<a href="#mode-${mode}">${mode}-bit</a> `)}${beside === null ? nothing : html`<a href="${beside}">Findings</a>`}</nav>
</header>
<main id="areas">
${modesIn(areas).map((mode) => modeMarkup(areas.filter((area) => area.mode === mode)))}
</main>
</body>
</html>
`.markup;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const modeMarkup = (areas: readonly Area[]): Markup => {
  const mode = areas[0]?.mode ?? 64;
  const subjects = subjectsIn(areas);
  return html`<section aria-labelledby="mode-${mode}"><h2 id="mode-${mode}" tabindex="-1">${mode}-bit mode</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of ${mode}-bit mode"><table class="tally areas"><thead><tr><th scope="col">Chapter</th><th scope="col" class="number">Forms</th>${subjects.map((subject) => html`<th scope="col">${subject}</th>`)}</tr></thead>
<tbody>${chaptersIn(areas).map((chapter) => {
    const own = areas.filter((area) => area.chapter === chapter);
    return html`<tr><th scope="row">${chapter}</th><td class="number">${countText(own[0]?.forms ?? 0)}</td>${subjects.map((subject) => cellMarkup(own.find((area) => area.subject === subject)))}</tr>`;
  })}</tbody></table></div>
${openMarkup(areas)}</section>`;
};

const cellMarkup = (area: Area | undefined): Markup => {
  if (area === undefined || area.unreached === area.forms)
    return html`<td class="area-none"><span class="vh">none compared</span><span aria-hidden="true">·</span></td>`;
  const { agreed, explained, unexplained, unreached } = area;
  return html`<td>${areaBar(area)} <span class="share">${countText(agreed)} agreed${explained > 0 ? html`, <span class="is-explained">${countText(explained)} explained</span>` : nothing}${unexplained > 0 ? html`, <span class="is-unexplained">${countText(unexplained)} unexplained</span>` : nothing}${unreached > 0 ? html`, ${countText(unreached)} unreached` : nothing}</span></td>`;
};

/** A list that is longer is not read; the JSON has all of it. */
const mostListed = 400;

/** By subject and chapter, but of those that were asked nothing of, which would list the chapter. */
const openMarkup = (areas: readonly Area[]): Markup => {
  const listed = areas.filter(({ open, unreached, forms }) => open.length > 0 && unreached < forms);
  if (listed.length === 0) return nothing;
  return html`<h3>Forms not compared, or not explained</h3><ul class="coverage">${listed.map(
    ({ chapter, subject, open }) =>
      html`<li><details><summary>${chapter}, ${subject}: ${countText(open.length)}</summary><ul>${open.slice(0, mostListed).map(({ form, state }) => html`<li><code>${form}</code> <span>${state}</span></li>`)}${open.length > mostListed ? html`<li>and ${countText(open.length - mostListed)} more</li>` : nothing}</ul></details></li>`,
  )}</ul>`;
};
