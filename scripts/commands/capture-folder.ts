/** Where the committed captures are, and how they are read: what is wrong with a file is told to the user. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CaptureError, type CaptureFolder, readCaptureFolder } from '../../harness/captures/folder.ts';
import { CommandFailure, systemFailure } from './failure.ts';

/** In the project's folder, of which this file is a part as source and as built. */
export const committedCaptures = (): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'corpus', 'exec');
};

export const openCaptures = async (folder: string): Promise<CaptureFolder> => {
  const captures = await readCaptureFolder(folder).catch((error: unknown) => {
    if (error instanceof CaptureError) throw new CommandFailure(error.message);
    throw systemFailure(`The captures in "${folder}"`, error);
  });
  if (captures.files.length === 0)
    throw new CommandFailure(
      `"${folder}" has no captures; make some with touchstone capture on a Linux x86-64 machine.`,
    );
  return captures;
};
