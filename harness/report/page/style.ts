/** The page's style sheet. A touchstone is a dark stone on which gold is rubbed: slate, paper and one streak of gold. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f7f6f2; --panel: #ffffff; --sunken: #f0eee8; --line: #dedad0; --strong-line: #b9b3a4;
  --ink: #1d1f21; --soft: #5a5c58; --accent: #7a5a00; --streak: #c79a2b; --focus: #1d4ed8;
  --good: #14683b; --bad: #a61b1b; --bad-ground: #fbeaea; --warm: #7a5200; --warm-ground: #faf1dc; --good-ground: #e6f3ea;
  --bar-agreed: #3d8f63; --bar-explained: #d09a1e; --bar-unexplained: #c43a3a;
  --prefix: #7a3db8; --rex: #a82a74; --opcode: #1a4fc4; --modrm: #0b6a3c; --sib: #07677a; --displacement: #8a5000; --immediate: #b0241a; --other: #5a5c58;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131517; --panel: #1b1e21; --sunken: #16181b; --line: #2e3236; --strong-line: #4a5056;
    --ink: #e9e7e1; --soft: #a5a8a6; --accent: #e0bb62; --streak: #d9ae4a; --focus: #9dbcff;
    --good: #7fd0a0; --bad: #ff9c92; --bad-ground: #3a1d1d; --warm: #e8bf68; --warm-ground: #33290f; --good-ground: #162b20;
    --bar-agreed: #4fa678; --bar-explained: #d9ae4a; --bar-unexplained: #e5645a;
    --prefix: #c9a6f7; --rex: #f49acb; --opcode: #93b6ff; --modrm: #83d6a5; --sib: #74d2e0; --displacement: #efb868; --immediate: #ff9f92; --other: #a5a8a6;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 1rem/1.55 var(--sans); overflow-wrap: break-word; }
code, kbd, .bytes { font-family: var(--mono); font-size: .925em; }
h1, h2, h3, h4, p, dl, dd, ol, ul, table { margin: 0; padding: 0; }
ol, ul { list-style: none; }
h2 { font-size: 1.25rem; font-weight: 600; letter-spacing: -.01em; margin-bottom: .75rem; }
h4 { font-size: .9375rem; font-weight: 600; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--panel); color: var(--ink); padding: .5rem 1rem; z-index: 2; }
.skip:focus { left: 0; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
#findings:focus, h2:focus, h3:focus { outline: none; }
.top, main { max-width: 78rem; margin: 0 auto; padding: 0 1.5rem; }
body::before { content: ""; display: block; height: 4px; background: linear-gradient(90deg, var(--strong-line) 0 18%, var(--streak) 32% 44%, var(--strong-line) 61%); }
.top { padding-top: 2.25rem; padding-bottom: 2rem; }
.brand { font-size: .9375rem; font-weight: 600; color: var(--accent); }
h1 { font-size: .9375rem; font-weight: 400; color: var(--soft); }
.outcome { font-size: clamp(1.75rem, 4.5vw, 2.625rem); font-weight: 600; letter-spacing: -.025em; line-height: 1.15; margin-top: 1rem; }
.outcome-bad { color: var(--bad); }
.outcome-good { color: var(--good); }
.outcome-more { max-width: 68ch; text-wrap: pretty; margin-top: .5rem; }
.made { margin-top: 1rem; color: var(--soft); font-size: .875rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.contents { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-top: 1.25rem; font-size: .9375rem; }
.contents a { color: var(--accent); text-underline-offset: .2em; }
main > section { margin-bottom: 3rem; }
.notices { display: grid; gap: .75rem; }
.notice { background: var(--warm-ground); padding: .75rem 1rem; border-radius: 6px; }
.notice h2 { font-size: 1rem; letter-spacing: 0; margin: 0; color: var(--warm); }
.notice-bad { background: var(--bad-ground); }
.notice-bad h2 { color: var(--bad); }

table { border-collapse: collapse; width: 100%; text-align: left; font-variant-numeric: tabular-nums; }
th { font-weight: 400; }
thead th { color: var(--soft); font-size: .8125rem; vertical-align: bottom; }
.number { text-align: right; }
.tally { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; border-collapse: separate; border-spacing: 0; overflow: hidden; }
.tally th, .tally td { padding: .375rem .75rem; }
.tally thead th { padding-top: .625rem; }
.tally tr.mode th { font-weight: 600; border-top: 1px solid var(--line); padding-top: .625rem; }
.tally tbody tr:last-child > * { padding-bottom: .75rem; }
.tally .is-explained { color: var(--warm); }
.tally .is-unexplained { color: var(--bad); font-weight: 600; }
.tally .is-zero { color: var(--good); }
.bar { width: 7rem; height: .5rem; border-radius: 2px; vertical-align: middle; }
.bar-ground { fill: var(--line); } .bar-agreed { fill: var(--bar-agreed); } .bar-explained { fill: var(--bar-explained); } .bar-unexplained { fill: var(--bar-unexplained); }
.share { color: var(--soft); font-size: .875rem; margin-left: .375rem; white-space: nowrap; }

.areas .bar { display: block; }
.areas .share { margin-left: 0; white-space: normal; }
.areas td { min-width: 8.5rem; vertical-align: top; }
.areas td.number { min-width: 0; }
.areas .area-none { color: var(--soft); }
.areas ~ h3, .scroll + h3 { font-size: 1rem; font-weight: 600; margin: 1rem 0 .25rem; }

.filters { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; }
.filter { display: grid; gap: .125rem; font-size: .8125rem; color: var(--soft); flex: 0 1 auto; min-width: 0; }
.filter-text { flex: 1 1 14rem; }
select, input { font: inherit; font-size: .9375rem; color: var(--ink); background: var(--panel); border: 1px solid var(--strong-line); border-radius: 6px; padding: .375rem .5rem; min-height: 2.375rem; width: 100%; }
input::placeholder { color: var(--soft); opacity: 1; }
.count { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; margin: .75rem 0 .5rem; color: var(--soft); font-size: .875rem; }
html:not(.live) .filters, html:not(.live) .keys, html:not(.live) [data-close], html:not(.live) [data-copy] { display: none; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 .3em; background: var(--panel); color: var(--soft); }
.quiet { font: inherit; font-size: .8125rem; color: var(--ink); background: var(--panel); border: 1px solid var(--strong-line); border-radius: 6px; padding: .25rem .625rem; cursor: pointer; white-space: nowrap; min-height: 2rem; }
.quiet:hover { border-color: var(--ink); }
.none, .empty { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 1.5rem; }
.empty p + p { margin-top: .5rem; }

.rows { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
/* No list items: hiding one would count all after it again. */
.row { display: block; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.row + .row { border-top: 1px solid var(--line); }
.row a { display: grid; grid-template: "bytes what where count state" auto / minmax(10rem, 1.2fr) minmax(0, 2fr) 5.5rem 4.5rem minmax(11rem, 1.1fr); gap: .125rem 1rem; align-items: baseline; padding: .5rem 1rem; color: inherit; text-decoration: none; }
.row a:hover { background: var(--sunken); }
.row a:focus-visible { outline-offset: -2px; }
.row a[aria-current] { background: var(--sunken); box-shadow: inset 4px 0 var(--streak); }
.row-bytes { grid-area: bytes; } .row-what { grid-area: what; min-width: 0; } .row-where { grid-area: where; color: var(--soft); font-size: .875rem; }
.row-count { grid-area: count; text-align: right; font-variant-numeric: tabular-nums; }
.row-state { grid-area: state; font-size: .8125rem; min-width: 0; }
.row-what strong { font-weight: 600; margin-right: .25rem; }
.says { margin-right: .625rem; }
.side { color: var(--soft); font-size: .875rem; }
.pill { font-size: .8125rem; padding: .0625rem .5rem; border-radius: 999px; white-space: nowrap; }
.pill-unexplained { color: var(--bad); background: var(--bad-ground); }
.pill-explained { color: var(--warm); background: var(--warm-ground); }
.known { color: var(--soft); font-family: var(--mono); font-size: .75rem; }

.field { white-space: nowrap; }
.field-other { white-space: normal; }
.field-prefix { color: var(--prefix); } .field-rex { color: var(--rex); } .field-opcode { color: var(--opcode); font-weight: 700; } .field-modrm { color: var(--modrm); }
.field-sib { color: var(--sib); } .field-displacement { color: var(--displacement); } .field-immediate { color: var(--immediate); } .field-other { color: var(--other); }

.detail { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.5rem 1.5rem; }
.detail + .detail { margin-top: 1rem; }
html.live .detail { margin-top: 0; }
html.live .detail:not(.is-shown) { display: none; }
.detail-head { display: flex; justify-content: space-between; align-items: start; gap: 1rem; }
.eyebrow { display: flex; flex-wrap: wrap; gap: .25rem .875rem; color: var(--soft); font-size: .875rem; }
.detail h3 { margin-top: .5rem; font-weight: 400; line-height: 1.5; }
.detail h3 .bytes { font-size: clamp(1.375rem, 4vw, 1.875rem); letter-spacing: .01em; }
.detail h3 .field { border-bottom: 3px solid currentColor; padding-bottom: .0625rem; }
.form { font-family: var(--mono); font-size: .875rem; color: var(--soft); margin-top: .375rem; }
.difference { font-size: 1.0625rem; font-weight: 600; margin-top: .75rem; max-width: 65ch; }
.part { margin-top: 1.5rem; }
.part > h4 { margin-bottom: .375rem; }
.verdict { margin-top: .875rem; border-radius: 6px; padding: .75rem 1rem; background: var(--sunken); }
.verdict p { max-width: 70ch; }
.verdict-ours, .verdict-both { background: var(--good-ground); }
.verdict-theirs { background: var(--bad-ground); }
.verdict-undecided { background: var(--warm-ground); }
.place { font-size: .9375rem; }
.place > span { color: var(--ink); font-weight: 600; margin-right: .375rem; }
.anatomy th, .anatomy td, .answers th, .answers td { padding: .3125rem .75rem .3125rem 0; border-top: 1px solid var(--line); vertical-align: top; }
.anatomy thead th, .answers thead > tr > * { border-top: 0; padding-top: 0; }
.anatomy th:nth-child(-n+2), .anatomy td:first-child { white-space: nowrap; width: 1%; padding-right: 1.5rem; }
.anatomy td:last-child { overflow-wrap: anywhere; }
.anatomy tbody th { color: var(--soft); }
.scroll { overflow-x: auto; position: relative; }
.answers { font-size: .9375rem; }
.answers tbody th { color: var(--soft); white-space: nowrap; }
.answers tbody td { font-family: var(--mono); font-size: .875rem; min-width: 6rem; padding-left: .5rem; overflow-wrap: anywhere; }
.answers thead th { padding-left: .5rem; font-size: .875rem; color: var(--ink); font-weight: 600; }
.answers td.differs { background: var(--bad-ground); color: var(--bad); font-weight: 600; }
.answers td.untold { color: var(--soft); }
.line { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: .25rem .75rem; align-items: baseline; padding: .25rem 0; }
.line dt { color: var(--soft); font-size: .875rem; }
.line dd { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .5rem; align-items: start; }
.line code { background: var(--sunken); border-radius: 6px; padding: .3125rem .625rem; font-size: .8125rem; overflow-wrap: anywhere; white-space: pre-wrap; min-height: 2rem; }
.samples li { padding: .25rem 0; border-top: 1px solid var(--line); }
.samples .bytes { margin-right: .75rem; }
.facts { margin-top: 1.5rem; color: var(--soft); font-size: .8125rem; }
.facts div { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: .75rem; }
.facts code { overflow-wrap: anywhere; }

.coverage { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
.coverage strong { font-weight: 600; margin-right: .25rem; }
.coverage summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
.coverage details li { font-size: .875rem; padding: .25rem 0; }
.coverage details span { color: var(--soft); }
#versions ~ h3 { font-size: 1rem; font-weight: 600; margin: 1rem 0 .25rem; }
.versions div { display: grid; grid-template-columns: minmax(6rem, 10rem) minmax(0, 1fr); gap: 1rem; font-size: .9375rem; }
.versions dt { color: var(--soft); }

@media (min-width: 70rem) {
  .panes.is-open { display: grid; grid-template-columns: minmax(18rem, 25rem) minmax(0, 1fr); gap: 1rem; align-items: start; }
  .is-open .pane-list { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; border-radius: 8px; }
  .is-open .row a { grid-template: "bytes bytes count" auto "what what what" auto "where state state" auto / auto minmax(0, 1fr) auto; }
  .is-open .row-state { text-align: right; }
}
@media (max-width: 69.99rem) {
  .is-open .pane-list { display: none; }
}
@media (max-width: 52rem) {
  .wide { display: none; }
  .row a { grid-template: "bytes bytes count" auto "what what what" auto "where state state" auto / auto minmax(0, 1fr) auto; }
  .row-state { text-align: right; }
  .keys { display: none; }
}
@media (max-width: 34rem) {
  .top, main { padding-left: 1rem; padding-right: 1rem; }
  .tally { font-size: .875rem; }
  .tally th, .tally td { padding-left: .375rem; padding-right: .375rem; }
  .tally thead th { font-size: .6875rem; }
  .narrow-off { display: none; }
  .anatomy th:nth-child(-n+2), .anatomy td:first-child { padding-right: .75rem; }
  .answers tbody td { font-size: .8125rem; min-width: 5rem; }
  .filter { flex: 1 1 45%; }
  .filter-text { flex-basis: 100%; }
  .detail { padding: .75rem 1rem 1rem; }
  .line { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media (prefers-reduced-motion: no-preference) { .quiet, .row a { transition: background-color .12s, border-color .12s; } }
@media print { .filters, .count, [data-close], [data-copy] { display: none; } }
`;
