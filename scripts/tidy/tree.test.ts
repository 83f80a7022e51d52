import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTree } from './tree.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'touchstone-tree-'));
});
afterAll(() => rmSync(root, { recursive: true }));

it('reads all files but those that git ignores, in order', () => {
  const ignored = ['.git/config', 'dist/a.js', 'harness/dist/b.js', 'reports/run/c.html', 'd.tsbuildinfo'];
  const kept = ['.ci/run', '.gitignore', 'a.ts', 'harness/reports/run/e.ts', 'reports/run.snap'];
  for (const path of [...ignored, ...kept]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'dist/\n*.tsbuildinfo\n\n# a comment\nreports/run/\n');
  }
  expect(readTree(root).map(({ path }) => path)).toEqual(kept);
});
