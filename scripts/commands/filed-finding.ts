/** Findings as they were filed: by path, or by the beginning of an id in the folders where runs leave them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { modes, vendors } from '../../emulator/isa/modes.ts';
import type { Input } from '../../harness/subject.ts';
import { CommandFailure, systemFailure } from './failure.ts';
import { readHex } from './hex.ts';

export interface FiledCase {
  readonly input: Input;
  /** The state before, as a line; undefined where nothing was executed. */
  readonly state: string | undefined;
}

export const readFiledCase = async (name: string): Promise<FiledCase> => {
  const path = (await isFile(name)) ? name : await pathOf(name);
  const json = await readJson(path);
  const line = field(field(first(field(json, 'samples')), 'before'), 'line');
  return { input: inputOf(json, path), state: typeof line === 'string' ? line : undefined };
};

/** Below the working directory, the kept ones first. */
const folders = ['corpus/findings', 'reports/run/findings', 'out/findings', 'findings'];

const pathOf = async (id: string): Promise<string> => {
  if (!/^[0-9a-f]{1,16}$/.test(id)) {
    throw new CommandFailure(
      `"${id}" is neither a file nor an id of a finding: ids are hex digits, at most 16. For an encoding: touchstone replay --bytes HEX --mode N.`,
    );
  }
  const paths = (await Promise.all(folders.map(listFolder))).flat();
  const matching = paths.filter((path) => basename(path).startsWith(id));
  const ids = [...new Set(matching.map((path) => basename(path, '.json')))];
  const [first] = matching;
  if (first === undefined) {
    throw new CommandFailure(
      `No finding has an id that starts with ${id}: looked in ${folders.join(', ')}. Give the path of its file, or --bytes and --mode.`,
    );
  }
  if (ids.length > 1)
    throw new CommandFailure(`${ids.length} findings start with ${id}: ${ids.join(', ')}. Give more digits.`);
  return first;
};

const listFolder = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
};

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const readJson = async (path: string): Promise<unknown> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw systemFailure(`"${path}" cannot be read`, error);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notFinding(path);
  }
};

const inputOf = (json: unknown, path: string): Input => {
  const sample = first(field(json, 'samples'));
  const mode = modes.find((one) => one === field(json, 'mode'));
  const vendor = vendors.find((one) => one === field(sample, 'vendor'));
  const bytes = field(sample, 'bytes');
  if (mode === undefined || vendor === undefined || typeof bytes !== 'string') throw notFinding(path);
  return { bytes: readHex(bytes), mode, vendor };
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const notFinding = (path: string): CommandFailure =>
  new CommandFailure(
    `"${path}" holds no finding (reports/schema/finding.schema.json). Give a file from a report's findings folder.`,
  );
