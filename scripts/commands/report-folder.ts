/** The folder that a run's reports go to: tried before the long run, written file by file so that none is half there. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { knownRows } from '../../harness/known/rows.ts';
import type { AnyFinding } from '../../harness/mismatch.ts';
import { bugLists } from '../../harness/report/bug-list.ts';
import { findingText } from '../../harness/report/finding-json.ts';
import { htmlText } from '../../harness/report/html.ts';
import { junitText } from '../../harness/report/junit.ts';
import { coveragePage } from '../../harness/report/page/coverage-page.ts';
import type { RunReport } from '../../harness/report/run.ts';
import { runText } from '../../harness/report/run-json.ts';
import { type SnapshotFile, snapshotFiles } from '../../harness/report/snapshot.ts';
import { anatomyOf } from './anatomy.ts';
import { systemFailure } from './failure.ts';

/** Makes the folder, and fails now rather than after the run if nothing can be written there. */
export const prepareReportFolder = async (folder: string): Promise<void> => {
  const trial = join(folder, '.touchstone-trial');
  try {
    await makeFolder(resolve(folder));
    await writeFile(trial, 'This file may be deleted.\n');
    await rm(trial);
  } catch (error) {
    throw systemFailure(`Reports cannot be written to "${folder}"`, error);
  }
};

/** Folder by folder from the nearest that exists: Node 20's recursive mkdir never ends where the system says no such file. */
const makeFolder = async (folder: string): Promise<void> => {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
};

/** All reports of a run; returns the paths, the page first. */
export const writeReports = async (folder: string, run: RunReport): Promise<readonly string[]> => {
  const files: readonly (readonly [name: string, text: string])[] = [
    ['index.html', htmlText(run, anatomyOf)],
    ...(run.chapters === undefined ? [] : [['coverage.html', coveragePage(run, 'index.html')] as const]),
    ['junit.xml', junitText(run)],
    ['run.json', runText(run)],
    ...run.findings.map((finding) => [findingPath(finding), findingText(finding)] as const),
  ];
  for (const [name, text] of files) await writeWhole(join(folder, name), text);
  return files.map(([name]) => join(folder, name));
};

/** The files that are committed, over those that were there. */
export const writeSnapshots = async (
  folder: string,
  run: RunReport,
  more: readonly SnapshotFile[] = [],
): Promise<void> => {
  for (const { name, text } of [...snapshotFiles(run), ...bugLists(run, isBug), ...more])
    await writeWhole(join(folder, name), text);
};

const bugs = new Set(
  knownRows.flatMap((row) => (row.class === 'oracle-bug' && Object.values(row.right).includes('ours') ? [row.id] : [])),
);
const isBug = (knownId: string): boolean => bugs.has(knownId);

const findingPath = ({ id }: AnyFinding): string => join('findings', `${id}.json`);

/** A reader sees the old file or the new one, never half of one: a full disk costs the new one only. */
const writeWhole = async (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.new`;
  try {
    await makeFolder(dirname(resolve(path)));
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw systemFailure(`"${path}" cannot be written`, error);
  }
};
