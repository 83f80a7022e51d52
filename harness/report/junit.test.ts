import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { junitText } from './junit.ts';
import { ReportBrowser, startTimeoutMs, testTimeoutMs } from './testing/chromium.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

describe('JUnit XML', () => {
  it('counts one test a bucket, one a suite, one a missing subject and one a stale row', () => {
    expect(junitText(sampleRun())).toContain(
      '<testsuites name="touchstone" tests="20" failures="4" errors="0" skipped="1">',
    );
  });

  it('fails on an unexplained bucket and gives its replay line', () => {
    expect(junitText(sampleRun())).toContain('Replay: npx touchstone replay --bytes 660fbae007 --mode 64</failure>');
  });

  it('passes an explained bucket and names its known row', () => {
    const text = junitText(sampleRun());
    expect(text).toContain('<system-out>Explained by known row objdump-lock-anything.');
    expect(text).not.toContain('<failure message="F0 90');
  });

  it('of a clean run has no failure and still a test a suite', () => {
    expect(junitText(cleanRun())).toContain(
      '<testsuites name="touchstone" tests="12" failures="0" errors="0" skipped="0">',
    );
  });

  it('skips a suite whose subject answered nothing', () => {
    const tallies = cleanRun().tallies.map((tally) => ({ ...tally, agreed: 0, unavailable: tally.cases }));
    expect(junitText({ ...cleanRun(), tallies })).toContain('tests="12" failures="0" errors="0" skipped="12"');
  });

  it('strips what XML 1.0 forbids and keeps characters beyond 16 bits', () => {
    const [row] = sampleRun().stale;
    const stale = [{ id: row?.id ?? '', detail: 'a\u0000b\uFFFEc\uD800d\u{1F600}e]]>\r\nf' }];
    expect(junitText({ ...sampleRun(), stale })).toContain('abcd\u{1F600}e]]&gt;\nf');
  });
});

let browser: ReportBrowser;
beforeAll(async () => {
  browser = await ReportBrowser.start();
}, startTimeoutMs);
afterAll(() => browser?.stop());

describe('JUnit XML in a real parser', { timeout: testTimeoutMs }, () => {
  const readBack = async (xml: string) => {
    let result: { error: string | null; failures: (string | null)[]; tests: number } | undefined;
    await browser.withPage({ file: 'clean.html' }, async (page) => {
      result = await page.evaluate((text) => {
        const document = new DOMParser().parseFromString(text, 'application/xml');
        return {
          error: document.querySelector('parsererror')?.textContent ?? null,
          failures: [...document.querySelectorAll('failure')].map((failure) => failure.textContent),
          tests: document.querySelectorAll('testcase').length,
        };
      }, xml);
    });
    return result;
  };

  it('is XML, and says the same when read back', async () => {
    const read = await readBack(junitText(sampleRun()));
    expect(read?.error).toBeNull();
    expect(read?.tests).toBe(20);
    expect(read?.failures).toHaveLength(4);
    expect(read?.failures.join('\n')).toContain('</script><img src=x onerror=alert(1)>');
  });

  it('is XML whatever a subject printed', async () => {
    const everything = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code * 0x1d)).join('');
    const stale = [{ id: everything, detail: everything }];
    expect((await readBack(junitText({ ...sampleRun(), stale })))?.error).toBeNull();
  });
});
