/** Report pages in headless Chromium. A machine without it fails the tests that need it: nothing is skipped. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { htmlText } from '../html.ts';
import { coveragePage } from '../page/coverage-page.ts';
import { cleanRun, sampleAnatomy, sampleCoverage, sampleRun } from './sample-run.ts';

export const startTimeoutMs = 60_000;
export const testTimeoutMs = 30_000;

export interface View {
  readonly file?: 'run.html' | 'clean.html' | 'coverage.html';
  readonly hash?: string;
}

/** Background look-ups fail, or wait, on a machine without a network. */
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export class ReportBrowser {
  readonly #browser: Browser;
  readonly #folder: string;

  constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<ReportBrowser> {
    const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
    if (!existsSync(executablePath)) {
      throw new Error(
        `Chromium is not at ${executablePath}: the report page cannot be tried. Install it (apt-get install chromium), or set CHROMIUM_PATH.`,
      );
    }
    const browser = await chromium.launch({ executablePath, args: chromiumArguments });
    const folder = mkdtempSync(join(tmpdir(), 'touchstone-page-'));
    writeFileSync(join(folder, 'run.html'), htmlText(sampleRun(), sampleAnatomy));
    writeFileSync(join(folder, 'coverage.html'), coveragePage(sampleCoverage(), 'run.html'));
    writeFileSync(join(folder, 'clean.html'), htmlText(cleanRun(), sampleAnatomy));
    return new ReportBrowser(browser, folder);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  url({ file = 'run.html', hash = '' }: View): string {
    return `${pathToFileURL(join(this.#folder, file))}${hash}`;
  }

  /** Fails where the page complained on the console or asked the network for anything. */
  async withPage(options: BrowserContextOptions & View, use: (page: Page) => Promise<void>): Promise<void> {
    const { file, hash, ...contextOptions } = options;
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
      });
      await page.goto(this.url({ ...(file === undefined ? {} : { file }), ...(hash === undefined ? {} : { hash }) }));
      await use(page);
    } finally {
      await context.close();
    }
    if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
  }
}
