/** The folder of captures: one folder a CPU, in it one a mode, in it a file a chapter; beside them the revocations. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CaptureFile } from './capture.ts';
import { type CaptureFailure, capturePath, readCaptureFile } from './file.ts';
import { isFailure, type Revoked, readRevoked, revokedName } from './revoked.ts';

export interface CaptureFolder {
  /** By path; without captures that are revoked. */
  readonly files: readonly CaptureFile[];
  readonly revoked: Revoked;
  /** Revocations of captures that are in no file. */
  readonly idle: readonly string[];
}

/** A file that is not what it should be: path, line and reason. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/** Throws a CaptureError at the first file that is broken, and the system's error where one cannot be read. */
export const readCaptureFolder = async (folder: string): Promise<CaptureFolder> => {
  const paths = (await readdir(folder, { recursive: true })).map((path) => path.replaceAll('\\', '/')).sort();
  const revoked = paths.includes(revokedName) ? await readRevocations(join(folder, revokedName)) : new Map();
  const files: CaptureFile[] = [];
  const seen = new Set<string>();
  for (const path of paths.filter((one) => /\/.*\.txt(?:\.gz)?$/.test(one))) {
    const file = orThrow(readCaptureFile(await readText(join(folder, path))), join(folder, path));
    const wanted = capturePath(file.head);
    if (path.replace(/\.gz$/, '') !== wanted)
      throw new CaptureError(`${join(folder, path)}: its head says that it stands at ${wanted}; move it there.`);
    for (const { hash } of file.captures) seen.add(hash);
    files.push({ ...file, captures: file.captures.filter(({ hash }) => !revoked.has(hash)) });
  }
  return { files, revoked, idle: [...revoked.keys()].filter((hash) => !seen.has(hash)) };
};

const readRevocations = async (path: string): Promise<Revoked> => orThrow(readRevoked(await readText(path)), path);

const orThrow = <T extends object>(read: T | CaptureFailure, path: string): T => {
  if (!isFailure(read)) return read;
  throw new CaptureError(`${path}:${read.line}: ${read.reason}.`);
};

const readText = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CaptureError(`${path}: it cannot be decompressed (${detail}); restore it, or capture again.`);
  }
};
