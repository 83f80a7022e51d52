/** Where the inputs of a campaign come from, and how much of each, by the size of the run. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { vendors as allVendors } from '../../emulator/isa/modes.ts';
import type { Slice, Source } from '../../harness/campaign/setup.ts';
import { corpusFiles, corpusPlace, corpusSeed, readCorpus } from '../../harness/generate/corpus.ts';
import { type Elf, loadElf } from '../../harness/generate/elf.ts';
import type { Level } from '../../harness/generate/level.ts';
import { instructions } from '../../harness/generate/properties.ts';
import { real } from '../../harness/generate/real.ts';
import { rows } from '../../harness/generate/rows.ts';
import { structured } from '../../harness/generate/structured.ts';
import { text } from '../../harness/generate/text.ts';
import { knownRows } from '../../harness/known/rows.ts';
import type { Input } from '../../harness/subject.ts';

/** Raised with each change of a generator after which a seed means other inputs. */
const version = '1';

/** Of the structured source, for each mode and vendor. */
const structuredCases: Readonly<Record<Level, number>> = { quick: 20_000, default: 200_000, full: 2_000_000 };

/** One block of 64 KiB in so many: large programs repeat themselves. */
const strides: Readonly<Record<Level, number>> = { quick: 32, default: 4, full: 1 };

/** Of the property source, which is slower to draw from. */
const propertyCases: Readonly<Record<Level, number>> = { quick: 1_000, default: 20_000, full: 200_000 };

export const conformSources = (level: Level, elf: readonly string[]): readonly Source[] => [
  { name: 'corpus', version, portable: true, slices: 1, inputs: committedCases },
  {
    name: 'text',
    version,
    portable: true,
    slices: 1,
    inputs: ({ mode, vendor, seed }) => text({ mode, vendor, seed }),
  },
  {
    name: 'rows',
    version,
    portable: true,
    slices: 8,
    inputs: ({ mode, vendor, seed, index, of }) => rows({ mode, vendor, seed, level, slice: { index, of } }),
  },
  {
    name: 'structured',
    version,
    portable: true,
    slices: 8,
    inputs: ({ mode, vendor, seed, index, of }) =>
      structured({ mode, vendor, seed, count: structuredCases[level], slice: { index, of } }),
  },
  {
    name: 'properties',
    version,
    portable: true,
    slices: 1,
    inputs: ({ mode, vendor, seed }) => drawn({ mode, vendor, seed, count: propertyCases[level] }),
  },
  { name: 'witnesses', version, portable: true, slices: 1, inputs: witnesses },
  ...realSources([...binariesHere(), ...elf], level),
];

/** The cases below corpus/, which regenerate from their seed: the folder need not be there. */
function* committedCases({ mode, vendor }: Slice): Generator<Input> {
  for (const [path, content] of corpusFiles(corpusSeed)) {
    const place = corpusPlace(path);
    if (place?.mode !== mode || place.vendor !== vendor) continue;
    const cases = readCorpus(content);
    if ('problem' in cases) throw new Error(`${path}: ${cases.detail}.`);
    for (const { bytes } of cases) yield { bytes, mode, vendor };
  }
}

/** What known rows name as their cases. */
function* witnesses({ mode, vendor }: Slice): Generator<Input> {
  for (const { witnesses: cases = [], vendors = allVendors } of knownRows) {
    if (!vendors.includes(vendor)) continue;
    for (const witness of cases) {
      if (witness.mode === mode)
        yield { bytes: Uint8Array.from(Buffer.from(witness.bytes.replaceAll(' ', ''), 'hex')), mode, vendor };
    }
  }
}

const drawn = ({ mode, vendor, seed, count }: Pick<Slice, 'mode' | 'vendor' | 'seed'> & { readonly count: number }) =>
  fc.sample(instructions({ modes: [mode], vendors: [vendor] }), { seed, numRuns: count });

/** Those whose inputs are the same on every machine, and so are what snapshots count. */
export const portableSources: readonly string[] = ['corpus', 'text', 'rows', 'structured', 'properties', 'witnesses'];

/** Node's own binary, and one that most systems have. */
const binariesHere = (): readonly string[] => [process.execPath, '/bin/ls'].filter((path) => existsSync(path));

/** A binary of this machine that is no ELF file for x86 is left out; those that were asked for are checked before. */
const realSources = (paths: readonly string[], level: Level): readonly Source[] => {
  const sources = new Map<string, Source>();
  for (const path of new Set(paths)) {
    const elf = loadElf(path);
    if ('problem' in elf) continue;
    const name = `code of ${basename(path)}`;
    const unique = sources.has(name) ? `code of ${path}` : name;
    sources.set(unique, realSource(unique, elf, level));
  }
  return [...sources.values()];
};

const realSource = (name: string, elf: Elf, level: Level): Source => {
  const isSmall = sizeBytes(elf) <= smallBytes;
  return {
    name,
    version,
    portable: false,
    modes: [elf.mode],
    vendors: ['intel'],
    slices: isSmall ? 1 : 8,
    inputs: ({ vendor, seed, index, of }) =>
      real({ elf, vendor, seed, stride: isSmall ? 1 : strides[level], slice: { index, of } }),
  };
};

/** Small programs are swept whole. */
const smallBytes = 4 << 20;

const sizeBytes = ({ sections }: Elf): number => sections.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Without end: each round brings inputs that none before it had. */
export const fuzzSources = (): readonly Source[] => [
  {
    name: 'structured',
    version,
    portable: true,
    slices: 1,
    inputs: ({ mode, vendor, seed, index }) =>
      // The part of `index` is the last of as many as there are now, all of one size.
      structured({ mode, vendor, seed, count: roundCases * (index + 1), slice: { index, of: index + 1 } }),
  },
  {
    name: 'rows',
    version,
    portable: true,
    slices: 1,
    inputs: ({ mode, vendor, seed, index }) =>
      rows({ mode, vendor, seed: seedOfRound(seed, index), level: 'quick', slice: part(index) }),
  },
  {
    name: 'properties',
    version,
    portable: true,
    slices: 1,
    inputs: ({ mode, vendor, seed, index }) =>
      drawn({ mode, vendor, seed: seedOfRound(seed, index), count: roundProperties }),
  },
];

/** Small enough that a finding is told within seconds. */
const roundCases = 4096;
const roundProperties = 1024;

const seedOfRound = (seed: number, round: number): number => (seed + Math.imul(round, 0x9e37_79b9)) >>> 0;

/** An eighth of the forms each round. */
const part = (round: number): { readonly index: number; readonly of: number } => ({ index: round % 8, of: 8 });
