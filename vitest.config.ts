import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/setup/programs.mjs';

// The report page is tried in any Chromium that is here; its tests take the path from this.
const chromium = findChromium();

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'out/**', '.touchstone/**'],
    // With CI set, counts are also written down, for the last line of .ci/run.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'out/vitest.json' }]] : ['default'],
    // More do not pay: tests of subjects start processes of their own.
    maxWorkers: 2,
    // Campaigns take most; a machine under load takes several times as long as an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: chromium === null ? {} : { CHROMIUM_PATH: chromium },
  },
});
