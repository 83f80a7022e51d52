/**
 * The run as one HTML page that needs nothing else: it opens from a file, asks no server, and reads without its script.
 * Everything is rendered here; the script only filters, opens and copies.
 */
import { createHash } from 'node:crypto';
import { Page } from './client/client.ts';
import { countText } from './hex.ts';
import { findingsInOrder } from './order.ts';
import { detailMarkup } from './page/finding-detail.ts';
import { filtersMarkup, rowMarkup } from './page/finding-row.ts';
import { html, type Markup, nothing } from './page/markup.ts';
import {
  askedNames,
  coverageMarkup,
  modesText,
  nameList,
  noticesMarkup,
  outcomeMarkup,
  outcomeText,
  tallyMarkup,
  versionsMarkup,
} from './page/overview.ts';
import { style } from './page/style.ts';
import type { AnatomyOf, RunReport } from './run.ts';

export function htmlText(run: RunReport, anatomyOf: AnatomyOf): string {
  const failing = run.findings.filter((finding) => finding.bucket.known === null).length;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '${hashOf(style)}'; script-src '${hashOf(early)}' '${hashOf(script)}'">
<title>${outcomeText(run, failing)} · Touchstone</title>
<link rel="icon" href="data:,">
<style>${{ markup: style }}</style>
<script>${{ markup: early }}</script>
</head>
<body>
<a class="skip" href="#findings">Skip to findings</a>
<header class="top">
<p class="brand">Touchstone</p>
<h1>Conformance report</h1>
${outcomeMarkup(run)}
<p class="made"><code>${run.command}</code> <span>seed ${run.seed}</span></p>
<nav class="contents" aria-label="Contents"><a href="#findings">Findings</a> <a href="#agreement">Agreement</a>${run.coverage.length === 0 ? nothing : html` <a href="#coverage">Forms reached</a>`}${run.chapters === undefined ? nothing : html` <a href="coverage.html">Coverage by chapter</a>`} <a href="#versions">Versions</a></nav>
</header>
<main>
${noticesMarkup(run)}
${findingsMarkup(run, anatomyOf)}
${tallyMarkup(run)}
${coverageMarkup(run)}
${versionsMarkup(run)}
</main>
<p class="vh" id="said" role="status"></p>
<script>${{ markup: script }}</script>
</body>
</html>
`;
  return page.markup;
}

/** Runs before the body is read, so that a thousand details are not laid out only to be hidden. */
const early = "document.documentElement.classList.add('live');";

/** Transpilers that keep names call `__name` inside the class; on the page it has nothing to do. */
const script = `const __name = (named) => named;\n${Page.toString()}\nnew Page(document).start();\n`;

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const findingsMarkup = (run: RunReport, anatomyOf: AnatomyOf): Markup => {
  const findings = findingsInOrder(run.findings);
  const ours = run.subjects[0]?.name ?? 'ours';
  return html`<section id="findings" aria-labelledby="findings-heading" tabindex="-1"><h2 id="findings-heading">Findings</h2>
${
  findings.length === 0
    ? emptyMarkup(run)
    : html`${filtersMarkup(findings)}
<p class="count"><output id="count" form="filters" aria-live="polite">${countText(findings.length)} of ${countText(findings.length)} buckets</output> <span class="keys"><kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> closes, <kbd>/</kbd> searches</span></p>
<div class="panes" id="panes">
<div class="pane-list"><ol class="rows" id="rows">${findings.map((finding) => rowMarkup(finding, anatomyOf))}</ol>
<p class="none" id="none" hidden>No bucket matches these filters. <button type="button" class="quiet" id="clear">Clear the filters</button></p></div>
<div class="pane-detail" id="details">${findings.map((finding) => detailMarkup(finding, anatomyOf, ours))}</div>
</div>`
}
</section>`;
};

const emptyMarkup = (run: RunReport): Markup => {
  const cases = run.corpora.reduce((total, corpus) => total + corpus.cases, 0);
  const corpora =
    run.corpora.length === 0 ? nothing : html` from ${nameList(run.corpora.map((corpus) => corpus.name))}`;
  return html`<div class="empty"><p><strong>No findings: every answer agrees.</strong></p><p>${countText(cases)} cases${corpora} were put to ${nameList(askedNames(run))} in ${modesText(run.modes)}, and no two answers differed.</p><p>The same run again: <code>${run.command}</code></p></div>`;
};
