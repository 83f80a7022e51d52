import { describe, expect, it } from 'vitest';
import { htmlText } from './html.ts';
import { cleanRun, sampleAnatomy, sampleRun } from './testing/sample-run.ts';

const page = htmlText(sampleRun(), sampleAnatomy);

// What the page does is tried in browser.test.ts.
describe('htmlText', () => {
  it('loads nothing from anywhere', () => {
    expect(page).not.toMatch(/https?:|@import|url\(/);
    expect(page).toContain("default-src 'none'");
  });

  it('has no element that a subject printed', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\\u001B[31m');
  });

  it('holds each finding once as a row and once in full', () => {
    for (const { id } of sampleRun().findings) {
      expect(page.split(`data-finding="${id}"`)).toHaveLength(2);
      expect(page.split(`id="f-${id}"`)).toHaveLength(2);
    }
  });

  it('says in its title how the run went', () => {
    expect(page).toContain('<title>3 unexplained buckets · Touchstone</title>');
    expect(htmlText(cleanRun(), sampleAnatomy)).toContain('<title>Every answer agrees · Touchstone</title>');
  });

  it('without findings says what was run', () => {
    const clean = htmlText(cleanRun(), sampleAnatomy);
    expect(clean).toContain(
      '1,120,345 cases from rows and structured were put to iced, objdump and ndisasm in 16-, 32- and 64-bit mode',
    );
    expect(clean).not.toContain('id="filters"');
  });

  it('is the same bytes whatever order findings come in', () => {
    const run = sampleRun();
    expect(htmlText({ ...run, findings: [...run.findings].reverse() }, sampleAnatomy)).toBe(page);
  });
});
