/** The files that are kept: all but what .gitignore names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextFile } from './source.ts';

export const readTree = (root: string): readonly TextFile[] => {
  const isIgnored = ignoring(readFileSync(join(root, '.gitignore'), 'utf8'));
  const files: TextFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name === '.git' || isIgnored(path)) continue;
      if (entry.isDirectory()) walk(path);
      // Bytes that are no text are harmless: they are looked at for words and paths only.
      else if (entry.isFile()) files.push({ path, text: readFileSync(join(root, path), 'utf8') });
    }
  };
  walk('');
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
};

/** The part of .gitignore's language that ours speaks: `name/`, `folder/name/` from the top, `*.ending`. */
const ignoring = (text: string): ((path: string) => boolean) => {
  const patterns = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return patterns.some((pattern) => {
      const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
      if (bare.startsWith('*')) return name.endsWith(bare.slice(1));
      return pattern.replace(/\/$/, '').includes('/') ? path === bare : name === bare;
    });
  };
};
