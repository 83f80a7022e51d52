/** The page as people meet it, in headless Chromium. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportBrowser, startTimeoutMs, testTimeoutMs } from './testing/chromium.ts';

let browser: ReportBrowser;
beforeAll(async () => {
  browser = await ReportBrowser.start();
}, startTimeoutMs);
afterAll(() => browser?.stop());

const shownRows = (page: Page): Promise<string[]> =>
  page
    .locator('#rows > .row:visible [data-finding]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('data-finding') ?? ''));

const bitTest = '0123456789abcdef';
const lock = '3123456789abcdef';

describe('the report page', { timeout: testTimeoutMs }, () => {
  it('lists every bucket, unexplained ones first, and opens none by itself', () =>
    browser.withPage({}, async (page) => {
      expect(await page.locator('.pill:visible').allTextContents()).toEqual([
        ...Array.from({ length: 3 }, () => 'unexplained'),
        ...Array.from({ length: 3 }, () => 'explained'),
      ]);
      expect(await page.locator('.detail:visible').count()).toBe(0);
      expect(await page.locator('#count').textContent()).toBe('6 of 6 buckets');
    }));

  it('filters by mode, subject, observable, state and free text, and keeps the filters in the hash', () =>
    browser.withPage({}, async (page) => {
      await page.getByLabel('Mode').selectOption('64');
      expect(await shownRows(page)).toHaveLength(4);
      await page.getByLabel('State').selectOption('explained');
      expect(await shownRows(page)).toHaveLength(3);
      await page.getByLabel('Subject').selectOption('objdump');
      await page.getByLabel('Observable').selectOption('validity');
      expect(await shownRows(page)).toEqual([lock]);
      expect(await page.locator('#count').textContent()).toBe('1 of 6 buckets');
      const hash = new URL(page.url()).hash;
      expect(hash).toBe('#mode=64&status=explained&subject=objdump&observable=validity');
      await page.reload();
      expect(await shownRows(page)).toEqual([lock]);
      expect(await page.getByLabel('Subject').inputValue()).toBe('objdump');
    }));

  it.each([
    ['bytes with spaces', '66 0f ba', [bitTest]],
    ['bytes without spaces', '660fba', [bitTest]],
    ['the manual’s place', 'sdm 2a lock', [lock]],
    ['a known row', 'LOCK-ANYTHING', [lock]],
    ['words in any order', 'eax bt', [bitTest]],
  ])('finds %s', (_, text, expected) =>
    browser.withPage({}, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type(text);
      expect(await shownRows(page)).toEqual(expected);
    }),
  );

  it('says so where nothing matches, and clears the filters on request', () =>
    browser.withPage({ hash: '#q=no-such-thing' }, async (page) => {
      expect(await page.locator('#none').isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Clear the filters' }).click();
      expect(await shownRows(page)).toHaveLength(6);
      expect(new URL(page.url()).hash).toBe('');
    }));

  it('opens a finding by a click, closes it by its button and by going back', () =>
    browser.withPage({}, async (page) => {
      await page.locator(`[data-finding="${bitTest}"]`).click();
      expect(await page.locator('.detail:visible').getAttribute('id')).toBe(`f-${bitTest}`);
      expect(new URL(page.url()).hash).toBe(`#finding=${bitTest}`);
      await page.getByRole('button', { name: 'Close' }).click();
      expect(await page.locator('.detail:visible').count()).toBe(0);
      await page.goBack();
      expect(await page.locator('.detail:visible').getAttribute('id')).toBe(`f-${bitTest}`);
    }));

  it('moves with j and k, opens with Enter and closes with Escape, back to the row', () =>
    browser.withPage({}, async (page) => {
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-finding'));
      const ids = await shownRows(page);
      for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
      expect(await focused()).toBe(ids[1]);
      await page.keyboard.press('Enter');
      expect(await page.locator('.detail:visible').getAttribute('id')).toBe(`f-${ids[1]}`);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(`h-${ids[1]}`);
      await page.keyboard.press('j');
      expect(await page.locator('.detail:visible').getAttribute('id')).toBe(`f-${ids[2]}`);
      await page.keyboard.press('Escape');
      expect(await page.locator('.detail:visible').count()).toBe(0);
      expect(await focused()).toBe(ids[2]);
    }));

  it('colours the bytes by field, each field in a colour of its own', () =>
    browser.withPage({ hash: `#finding=4123456789abcdef` }, async (page) => {
      const fields = page.locator('.detail:visible h3 .field');
      expect(await fields.allTextContents()).toEqual(['F0', '48', '01', '84', '98', '10 00 00 00']);
      const colours = await fields.evaluateAll((all) => all.map((field) => getComputedStyle(field).color));
      expect(new Set(colours).size).toBe(6);
    }));

  it('shows every subject’s answer and marks what differs', () =>
    browser.withPage({ hash: `#finding=${bitTest}` }, async (page) => {
      const answers = page.locator('.detail:visible .answers');
      expect(await answers.locator('thead th').allTextContents()).toEqual([
        'touchstone',
        'iced',
        'objdump',
        'ndisasm',
        'nasm',
      ]);
      expect(await answers.locator('.differs').allTextContents()).toEqual(['differs: ax 16 bits r']);
    }));

  it('gives the verdict with the manual’s place', () =>
    browser.withPage({ hash: `#finding=${bitTest}` }, async (page) => {
      const verdict = page.locator('.detail:visible .verdict');
      expect(await verdict.textContent()).toContain('iced is right, by the manual');
      expect(await verdict.textContent()).toContain('SDM 2A BT');
    }));

  it.each([
    ['replay', 'npx touchstone replay --bytes 660fbae007 --mode 64'],
    ['objdump', "printf '\\146\\017\\272\\340\\007' > t.bin && objdump -D -b binary -m i386:x86-64 -M intel t.bin"],
    ['gas', '.byte 0x66, 0x0f, 0xba, 0xe0, 0x07'],
  ])('copies the %s line', (label, line) =>
    browser.withPage(
      { hash: `#finding=${bitTest}`, permissions: ['clipboard-read', 'clipboard-write'] },
      async (page) => {
        await page.getByRole('button', { name: `Copy the ${label} line` }).click();
        await page.locator('#said', { hasText: 'Copied' }).waitFor({ state: 'attached' });
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line);
      },
    ),
  );

  it('selects the line where the clipboard is refused', () =>
    browser.withPage({ hash: `#finding=${bitTest}` }, async (page) => {
      await page.evaluate(() => {
        Object.defineProperty(navigator, 'clipboard', { value: undefined });
      });
      await page.getByRole('button', { name: 'Copy the replay line' }).click();
      await page.locator('#said', { hasText: 'Press Ctrl+C' }).waitFor({ state: 'attached' });
      expect(await page.evaluate(() => String(getSelection()))).toContain('npx touchstone replay --bytes 660fbae007');
    }));

  it('lets nothing that a subject printed become an element', () =>
    browser.withPage({}, async (page) => {
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(2);
      expect(await page.locator('#rows').textContent()).toContain('</script><img src=x onerror=alert(1)>');
    }));

  it('jumps within the page without losing the filters', () =>
    browser.withPage({ hash: '#mode=64' }, async (page) => {
      await page.getByRole('link', { name: 'Agreement' }).click();
      expect(new URL(page.url()).hash).toBe('#mode=64');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('agreement');
    }));

  it('shows every finding in full where scripts do not run', () =>
    browser.withPage({ javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.detail').evaluateAll((all) => all.length)).toBe(6);
      expect(await page.locator('#filters').isVisible()).toBe(false);
    }));

  it('without findings says what was run', () =>
    browser.withPage({ file: 'clean.html' }, async (page) => {
      expect(await page.locator('#findings').textContent()).toContain('No findings: every answer agrees.');
    }));

  it.each([
    ['the list', 'run.html', ''],
    ['a finding', 'run.html', `#finding=${bitTest}`],
    ['the longest finding', 'run.html', '#finding=4123456789abcdef'],
    ['a clean run', 'clean.html', ''],
  ] as const)('fits a phone without scrolling sideways: %s', (_, file, hash) =>
    browser.withPage({ file, hash, viewport: { width: 360, height: 740 } }, async (page) => {
      const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(widths).toEqual([360, 360]);
    }),
  );
});

describe('the coverage page', { timeout: testTimeoutMs }, () => {
  it('has a table a mode, tells each area in words, and lists what is open', () =>
    browser.withPage({ file: 'coverage.html' }, async (page) => {
      expect(await page.locator('.outcome').textContent()).toBe('Unexplained differences of 1 form');
      expect(await page.locator('h2').allTextContents()).toEqual(['16-bit mode', '64-bit mode']);
      const cells = page.locator('section:has(#mode-64) tbody tr').first().locator('td');
      expect((await cells.last().textContent())?.trim()).toBe('1 agreed, 1 explained, 1 unexplained, 1 unreached');
      await page.locator('summary').first().click();
      expect(await page.locator('details[open] li').allTextContents()).toEqual([
        '31 /r XOR r/m, r unexplained',
        'F7 /2 NOT r/m unreached',
      ]);
      await page.getByRole('link', { name: 'Findings' }).click();
      expect(page.url()).toContain('run.html');
    }));

  it('keeps a wide table from widening a narrow page', () =>
    browser.withPage({ file: 'coverage.html', viewport: { width: 360, height: 800 } }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }));
});
