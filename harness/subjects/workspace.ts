/** A folder of our own for the files that tools read, gone when it is closed or the process ends. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from './process.ts';

export interface Workspace {
  readonly path: string;
  /** Writes a new file for the time of `use`. A full disk and its like are a Failure, not a throw. */
  withFile<T>(content: Uint8Array, use: (path: string) => Promise<T>): Promise<T | Failure>;
  close(): Promise<void>;
}

const open = new Set<string>();

/** `parent` is the system's folder for temporary files unless a test says otherwise. */
export async function openWorkspace(parent: string = tmpdir()): Promise<Workspace | Failure> {
  let path: string;
  try {
    path = await mkdtemp(join(parent, 'touchstone-'));
  } catch (error) {
    return fileFailure(parent, error);
  }
  if (open.size === 0) process.once('exit', removeAll);
  open.add(path);
  let count = 0;
  return {
    path,
    async withFile(content, use) {
      const file = join(path, `input-${count++}`);
      const failure = await writeInput(file, content);
      try {
        return failure ?? (await use(file));
      } finally {
        await unlink(file).catch(isGone);
      }
    },
    async close() {
      open.delete(path);
      if (open.size === 0) process.removeListener('exit', removeAll);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Null where all is written. */
export async function writeInput(file: string, content: Uint8Array): Promise<Failure | null> {
  try {
    await writeFile(file, content);
    return null;
  } catch (error) {
    return fileFailure(file, error);
  }
}

function fileFailure(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const cause =
    code === 'ENOSPC' ? 'the disk is full: make room there, or set TMPDIR to another folder' : `error ${code}`;
  return { failure: 'unavailable', detail: `cannot write ${path}: ${cause}` };
}

/** A file that was never written, or that somebody removed, need not be removed. */
function isGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** On exit by Ctrl-C or a throw nobody awaits `close`. */
function removeAll(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
}
