import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Slice, Source } from '../../harness/campaign/setup.ts';
import { writeElf } from '../../harness/subjects/elf-writer.ts';
import { conformSources, fuzzSources, portableSources } from './sources.ts';

/** The first inputs of a slice, as text. */
const inputsOf = (source: Source, slice: Partial<Slice>, most = 500): readonly string[] => {
  const whole: Slice = {
    source: source.name,
    mode: 64,
    vendor: 'intel',
    index: 0,
    of: source.slices,
    seed: 1,
    ...slice,
  };
  const texts: string[] = [];
  for (const { bytes, mode, vendor } of source.inputs(whole)) {
    texts.push(`${mode} ${vendor} ${Buffer.from(bytes).toString('hex')}`);
    if (texts.length === most) break;
  }
  return texts;
};

describe('the sources of conform', () => {
  const sources = conformSources('quick', []);

  it('are the same every time', () => {
    for (const source of sources) expect(inputsOf(source, {}), source.name).toEqual(inputsOf(source, {}));
  });

  it('give inputs of the mode and vendor that are asked for', () => {
    for (const source of sources) {
      const inputs = inputsOf(source, {}, 50);
      expect(inputs.length, source.name).toBeGreaterThan(0);
      expect(
        inputs.every((text) => text.startsWith('64 intel ')),
        source.name,
      ).toBe(true);
    }
  });

  it('are portable where they say so', () => {
    expect(sources.filter(({ portable }) => portable).map(({ name }) => name)).toEqual(portableSources);
  });

  it('have names of their own, also for two files of one name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'touchstone-sources-'));
    try {
      await mkdir(join(folder, 'other'));
      const files = [join(folder, 'code.o'), join(folder, 'other', 'code.o')];
      const elf = writeElf({ machine: 'x86-64', bytes: new Uint8Array(16).fill(0x90), caseBytes: 16, address: 0x1000 });
      for (const file of files) await writeFile(file, elf);
      const names = conformSources('quick', files).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.slice(-2)).toEqual(['code of code.o', `code of ${files[1]}`]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the sources of fuzz', () => {
  it.each(fuzzSources().map((source) => [source.name, source] as const))(
    '%s has new inputs each round',
    (_, source) => {
      const rounds = [0, 1, 2].map((index) => inputsOf(source, { index, of: index + 1 }));
      const repeated = rounds.flat().length - new Set(rounds.flat()).size;
      expect(rounds.every((inputs) => inputs.length > 100)).toBe(true);
      expect(repeated).toBeLessThan(rounds.flat().length / 10);
    },
  );

  it('structured gives as many in a late round as in the first', () => {
    const [structured] = fuzzSources();
    if (structured === undefined) throw new Error('There is no structured source.');
    const counts = [0, 1000].map(
      (index) => inputsOf(structured, { index, of: index + 1 }, Number.POSITIVE_INFINITY).length,
    );
    expect(counts[1]).toBe(counts[0]);
  });
});
