/**
 * Findings on disk: one file each, named by the bucket, so that a bucket found again is no second finding. A file is
 * written under another name and then renamed: a full disk or a broken run leaves whole files only.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyFinding } from '../mismatch.ts';
import { findingText } from '../report/finding-json.ts';

export interface Store {
  readonly folder: string;
  has(id: string): boolean;
  /** Ids of all findings kept, sorted. */
  ids(): readonly string[];
  /** Keeps a finding; false where it is there already. */
  add(finding: AnyFinding): Promise<boolean>;
  /** Rounds that a search with this seed has finished, so that the next one goes on where it ended. */
  roundsDone(seed: number, search?: Search): number;
  finishRound(seed: number, rounds: number, search?: Search): Promise<void>;
}

/** What is searched: decoders by default. */
export type Search = 'decode' | 'execute';

const roundsKey = (seed: number, search: Search = 'decode'): string =>
  search === 'decode' ? String(seed) : `${seed} ${search}`;

/** What is kept already stays as it is; only the new thing is lost. */
export class StoreError extends Error {
  readonly kind: 'full' | 'unwritable' | 'unreadable';
  readonly path: string;

  constructor(kind: StoreError['kind'], path: string, cause: unknown) {
    super(`${sentences[kind]}: ${path} (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.path = path;
  }
}

const sentences: Readonly<Record<StoreError['kind'], string>> = {
  full: 'The disk is full. Free some space and run again; findings written before are kept',
  unwritable: 'The folder for findings cannot be written. Choose another one, or change its permissions',
  unreadable: 'The folder for findings cannot be read',
};

export async function openStore(folder: string): Promise<Store> {
  const findings = join(folder, 'findings');
  const progress = join(folder, 'fuzz-rounds.json');
  await writing(findings, () => mkdir(findings, { recursive: true }));
  const known = new Set(await listIds(findings));
  const rounds = await readRounds(progress);
  return {
    folder,
    has: (id) => known.has(id),
    ids: () => [...known].sort(),
    add: async (finding) => {
      if (known.has(finding.id)) return false;
      // Taken before it is written, so that two calls at once keep it once.
      known.add(finding.id);
      try {
        await writeWhole(join(findings, `${finding.id}.json`), findingText(finding));
      } catch (error) {
        known.delete(finding.id);
        throw error;
      }
      return true;
    },
    roundsDone: (seed, search) => rounds.get(roundsKey(seed, search)) ?? 0,
    finishRound: async (seed, done, search) => {
      const key = roundsKey(seed, search);
      rounds.set(key, Math.max(done, rounds.get(key) ?? 0));
      const text = JSON.stringify(Object.fromEntries([...rounds].sort(([a], [b]) => (a < b ? -1 : 1))), null, 2);
      await writeWhole(progress, `${text}\n`);
    },
  };
}

const listIds = async (folder: string): Promise<string[]> => {
  try {
    const names = await readdir(folder);
    return names.flatMap((name) => /^([0-9a-f]{16})\.json$/.exec(name)?.[1] ?? []);
  } catch (error) {
    throw new StoreError('unreadable', folder, error);
  }
};

/** A file that is no longer JSON costs the place where to go on, not the findings. */
const readRounds = async (path: string): Promise<Map<string, number>> => {
  const rounds = new Map<string, number>();
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return rounds;
    throw new StoreError('unreadable', path, error);
  }
  for (const [seed, done] of Object.entries(parsed(text))) if (typeof done === 'number') rounds.set(seed, done);
  return rounds;
};

const parsed = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};

const writeWhole = (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.new`;
  return writing(path, async () => {
    try {
      await writeFile(unfinished, text);
      await rename(unfinished, path);
    } catch (error) {
      // Where even this fails, the first failure says more.
      await rm(unfinished, { force: true }).catch(() => undefined);
      throw error;
    }
  });
};

const writing = async (path: string, write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    const code = codeOf(error);
    throw new StoreError(code === 'ENOSPC' || code === 'EDQUOT' ? 'full' : 'unwritable', path, error);
  }
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
