/**
 * The committed cases: a few of each form in each mode, as sorted text that regenerates bit for bit from its seed.
 * `corpus/cases/<mode>/<map>.txt` has those of Intel's CPUs, `<map>-amd.txt` those that only AMD's decode so.
 *
 * A line is a case: its bytes in hex, then `#` and the form. Empty lines and lines that start with `#` say nothing.
 */
import { encode } from '../../emulator/encode/encode.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn, type OpcodeMap, suffixMap } from '../../emulator/isa/opcode-map.ts';
import { longestInput } from './assemble.ts';
import { Random } from './random.ts';
import { drawValid } from './valid.ts';

/** The seed of the committed corpus. */
export const corpusSeed = 1;

/** Contents by path from the project's root, in the order of paths. */
export const corpusFiles = (seed: number): ReadonlyMap<string, string> => {
  const files: [path: string, content: string][] = [];
  for (const mode of modes) {
    for (const map of mapNames.keys()) {
      for (const vendor of vendors) {
        const lines = linesOf({ mode, map, vendor, seed });
        if (lines.length > 0)
          files.push([
            corpusPath({ mode, map, vendor }),
            `${header({ mode, map, vendor }, seed)}\n${lines.join('\n')}\n`,
          ]);
      }
    }
  }
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
};

export interface CorpusPlace {
  readonly mode: Mode;
  readonly map: OpcodeMap;
  readonly vendor: Vendor;
}

const mapNames: ReadonlyMap<OpcodeMap, string> = new Map([
  [0, 'one-byte'],
  [1, '0f'],
  [2, '0f38'],
  [3, '0f3a'],
  [mapIn(Encoding.vex, 1), 'vex0f'],
  [mapIn(Encoding.vex, 2), 'vex0f38'],
  [suffixMap, '0f0f'],
  [mapIn(Encoding.vex, 3), 'vex0f3a'],
  [mapIn(Encoding.vex, 7), 'vex7'],
  [mapIn(Encoding.xop, 8), 'xop08'],
  [mapIn(Encoding.xop, 9), 'xop09'],
  [mapIn(Encoding.xop, 10), 'xop0a'],
  [mapIn(Encoding.evex, 1), 'evex0f'],
  [mapIn(Encoding.evex, 2), 'evex0f38'],
  [mapIn(Encoding.evex, 3), 'evex0f3a'],
  [mapIn(Encoding.evex, 5), 'evex5'],
  [mapIn(Encoding.evex, 6), 'evex6'],
]);

export const corpusPath = ({ mode, map, vendor }: CorpusPlace): string =>
  `corpus/cases/${mode}/${mapNames.get(map)}${vendor === 'amd' ? '-amd' : ''}.txt`;

/** Where a file of that path belongs, or null where it is none of the corpus. */
export const corpusPlace = (path: string): CorpusPlace | null => {
  const match = /(?:^|\/)corpus\/cases\/(\d+)\/([0-9a-z-]+?)(-amd)?\.txt$/.exec(path.replaceAll('\\', '/'));
  const mode = modes.find((one) => String(one) === match?.[1]);
  const map = [...mapNames.keys()].find((one) => mapNames.get(one) === match?.[2]);
  return mode === undefined || map === undefined
    ? null
    : { mode, map, vendor: match?.[3] === undefined ? 'intel' : 'amd' };
};

const header = ({ mode, map, vendor }: CorpusPlace, seed: number): string =>
  `# ${mode}-bit mode, ${mapNames.get(map)} map${vendor === 'amd' ? ', AMD only' : ''}, seed ${seed}: npx vitest run harness/generate/corpus -u`;

const linesOf = ({ mode, map, vendor, seed }: CorpusPlace & { readonly seed: number }): readonly string[] => {
  const lines = new Set<string>();
  for (const form of forms) {
    if (form.map !== map || (vendor === 'amd' && !isAmdOnly(form, mode, seed))) continue;
    for (const line of casesOf(form, mode, vendor, seed)) lines.add(line);
  }
  return [...lines].sort();
};

/** Forms that Intel's CPUs have no encoding of: AMD's own, and near branches of 16 bits in 64-bit mode. */
const isAmdOnly = (form: Form, mode: Mode, seed: number): boolean => {
  const random = new Random(seed);
  return drawValid(form, { mode, vendor: 'intel', random }) === null;
};

/** One with registers, one with memory and one of either, where the form has them. */
const casesOf = (form: Form, mode: Mode, vendor: Vendor, seed: number): readonly string[] => {
  const name = `${form.opcodeText} ${form.syntax}`;
  const random = new Random(seed, `corpus/${mode}/${vendor}/${name}`);
  return [{ place: 'register' as const }, { place: 'memory' as const }, {}].flatMap((kind) => {
    const instruction = drawValid(form, { mode, vendor, random, ...kind });
    return instruction === null ? [] : `${hexOf(encode(instruction))}  # ${name}`;
  });
};

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export interface CorpusCase {
  readonly bytes: Uint8Array;
  /** What stands behind `#`, '' without it. */
  readonly form: string;
  /** From 1. */
  readonly line: number;
}

export type CorpusProblem = 'bad-hex' | 'odd-digits' | 'empty' | 'too-long';

export interface CorpusFailure {
  readonly problem: CorpusProblem;
  /** From 1. */
  readonly line: number;
  /** A sentence without the file's name. */
  readonly detail: string;
}

/** The cases of a file, or the first thing that is wrong with it. */
export const readCorpus = (text: string): readonly CorpusCase[] | CorpusFailure => {
  const cases: CorpusCase[] = [];
  for (const [k, line] of text.split('\n').entries()) {
    const mark = line.indexOf('#');
    const hex = (mark < 0 ? line : line.slice(0, mark)).trim();
    const comment = mark < 0 ? '' : line.slice(mark + 1).trim();
    if (hex === '' && (mark < 0 || line.trim().startsWith('#'))) continue;
    const read = readCase(hex, k + 1);
    if ('problem' in read) return read;
    cases.push({ bytes: read, form: comment, line: k + 1 });
  }
  if (cases.length === 0) return { problem: 'empty', line: 1, detail: 'it has no case' };
  return cases;
};

const readCase = (hex: string, line: number): Uint8Array | CorpusFailure => {
  const digits = hex.replaceAll(/\s/g, '');
  const stranger = /[^0-9a-fA-F]/.exec(digits)?.[0];
  if (stranger !== undefined)
    return { problem: 'bad-hex', line, detail: `line ${line}: ${JSON.stringify(stranger)} is no hex digit` };
  if (digits.length % 2 !== 0)
    return { problem: 'odd-digits', line, detail: `line ${line}: ${digits.length} hex digits make no whole bytes` };
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, k) =>
    Number.parseInt(digits.slice(2 * k, 2 * k + 2), 16),
  );
  if (bytes.length > longestInput)
    return {
      problem: 'too-long',
      line,
      detail: `line ${line}: ${bytes.length} bytes, and an instruction has at most ${longestInput}`,
    };
  return bytes;
};
