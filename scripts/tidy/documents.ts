/** Documents have one title; no file knows the machine on which it was written. */
import { isDocument, type TextFile } from './source.ts';
import type { Violation } from './violation.ts';

export const checkDocuments = (files: readonly TextFile[]): readonly Violation[] => [
  ...files.filter(({ path }) => isDocument(path)).flatMap((file) => [...checkTitle(file), ...checkNotes(file)]),
  ...files.flatMap(checkMachinePaths),
];

const checkTitle = ({ path, text }: TextFile): readonly Violation[] => {
  const titles = numberedLines(withoutCode(text)).filter(({ line }) => /^# /.test(line));
  if (titles.length === 1 && titles[0]?.number === 1) return [];
  const found = titles.length === 0 ? 'none' : `on lines ${titles.map(({ number }) => number).join(', ')}`;
  return [{ path, line: 0, message: `a document has one # title, on its first line; this one has ${found}` }];
};

const checkNotes = ({ path, text }: TextFile): readonly Violation[] =>
  numberedLines(text)
    .filter(({ line }) => /\b(?:TODO|FIXME)\b/.test(line))
    .map(({ number }) => ({ path, line: number, message: 'a note to oneself; do it, or file an issue' }));

/** Homes and work folders nowhere; a folder for temporary files not in documents, where a reader may have none. */
const homes = ['work', 'home', 'root'].map((name) => `/${name}/`);
const documentPaths = [...homes, '/tmp/'];

const checkMachinePaths = ({ path, text }: TextFile): readonly Violation[] => {
  const wanted = isDocument(path) ? documentPaths : homes;
  return numberedLines(text).flatMap(({ line, number }) => {
    const found = wanted.find((one) => startsPath(line, one));
    return found === undefined ? [] : [{ path, line: number, message: `${found} is a path of one machine` }];
  });
};

/** Not in the middle of another path or address: `src/work/` and `example.org/home/` are none. */
const startsPath = (line: string, folder: string): boolean => {
  for (let at = line.indexOf(folder); at !== -1; at = line.indexOf(folder, at + 1)) {
    if (at === 0 || !/[\w.)*~}-]/.test(line.charAt(at - 1))) return true;
  }
  return false;
};

/** Fenced code blanked out, so that lines keep their numbers. */
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ''));

const numberedLines = (text: string): readonly { readonly line: string; readonly number: number }[] =>
  text.split('\n').map((line, k) => ({ line, number: k + 1 }));
