import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportBrowser, startTimeoutMs, testTimeoutMs } from './testing/chromium.ts';

let browser: ReportBrowser;
beforeAll(async () => {
  browser = await ReportBrowser.start();
}, startTimeoutMs);
afterAll(() => browser?.stop());

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The script that the page is given puts it there. */
declare const axe: typeof import('axe-core');

describe('the report page for everybody', { timeout: testTimeoutMs }, () => {
  const views = [
    { file: 'run.html' as const, hash: '' },
    { file: 'run.html' as const, hash: '#finding=0123456789abcdef' },
    { file: 'run.html' as const, hash: '#finding=4123456789abcdef' },
    { file: 'run.html' as const, hash: '#finding=3123456789abcdef' },
    { file: 'run.html' as const, hash: '#q=no-such-thing' },
    { file: 'clean.html' as const, hash: '' },
    { file: 'coverage.html' as const, hash: '' },
  ];
  const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
    [1280, 360].map((width) => ({ colorScheme, width })),
  );

  it.each(looks)('breaks no rule of axe in $colorScheme at $width pixels', async ({ colorScheme, width }) => {
    // The page's own policy would keep axe out.
    await browser.withPage({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, async (page) => {
      for (const { file, hash } of views) {
        await page.goto(browser.url({ file, hash }));
        await page.addScriptTag({ content: axeSource });
        const violations = await page.evaluate(async () => {
          const results = await axe.run();
          return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
        });
        expect(violations, `${file}${hash}`).toEqual([]);
      }
    });
  });
});
