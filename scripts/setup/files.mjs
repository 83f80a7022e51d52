/** Files of this tree, read so that one which is not there, or is half there, is no text. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path from the top of the tree. */
export const at = (...parts) => join(root, ...parts);

export const readText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

export const readJson = (path) => {
  try {
    return JSON.parse(readText(path));
  } catch {
    return undefined;
  }
};

export const hash = (data) => createHash('sha256').update(data).digest('hex');
