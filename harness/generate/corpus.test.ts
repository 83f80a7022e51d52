import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { optionOf } from '../../emulator/isa/presence.ts';
import { corpusFiles, corpusPath, corpusPlace, corpusSeed, readCorpus } from './corpus.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = corpusFiles(corpusSeed);

describe('corpusFiles', () => {
  it.each([...files.keys()])('regenerates %s bit for bit', async (path) => {
    await expect(files.get(path)).toMatchFileSnapshot(join(root, path));
  });

  it('makes every file that is there', () => {
    const folder = join(root, 'corpus/cases');
    const there = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'));
    expect(there.map((name) => `corpus/cases/${name.replaceAll('\\', '/')}`).sort()).toEqual([...files.keys()]);
  });

  it('gives other cases for another seed, and stays small', () => {
    expect(corpusFiles(2)).not.toEqual(files);
    expect([...files.values()].join('').length).toBeLessThan(3 * 2 ** 20);
  });

  it('has sorted lines that decode to the form behind them, and every form without an option in some mode', () => {
    const reached = new Set<string>();
    for (const [path, content] of files) {
      const place = corpusPlace(path);
      const cases = readCorpus(content);
      if (place === null || 'problem' in cases) throw new Error(path);
      for (const { bytes, form } of cases) {
        const decoding = decode(bytes, place.mode, { vendor: place.vendor });
        if (decoding.status !== 'valid') throw new Error(`${path}: ${form} is ${decoding.status}`);
        const { opcodeText, syntax } = forms[decoding.instruction.form] ?? { opcodeText: '', syntax: '' };
        if (`${opcodeText} ${syntax}` !== form) expect(`${opcodeText} ${syntax}`, path).toBe(form);
        reached.add(form);
      }
      const lines = content.trimEnd().split('\n').slice(1);
      expect(lines).toEqual([...lines].sort());
    }
    const usual = forms.filter((form) => optionOf(form) === undefined);
    expect(
      usual.map(({ opcodeText, syntax }) => `${opcodeText} ${syntax}`).filter((form) => !reached.has(form)),
    ).toEqual([]);
  });
});

describe('corpusPlace', () => {
  it.each([
    { mode: 16, map: 0, vendor: 'intel' },
    { mode: 64, map: 1, vendor: 'amd' },
    { mode: 32, map: 3, vendor: 'intel' },
  ] as const)('reads back the path of %o', (place) => {
    expect(corpusPlace(corpusPath(place))).toEqual(place);
    expect(corpusPlace(`/somewhere/${corpusPath(place)}`)).toEqual(place);
  });

  it.each(['corpus/cases/48/0f.txt', 'corpus/cases/64/vex.txt', 'corpus/findings/64/0f.txt'])(
    'knows no place of %s',
    (path) => {
      expect(corpusPlace(path)).toBeNull();
    },
  );
});

describe('readCorpus', () => {
  it('reads cases, comments and empty lines, with spaces and without', () => {
    const text = '# cases\n\n90  # 90 NOP\r\n48 89 c0\n';
    expect(readCorpus(text)).toEqual([
      { bytes: Uint8Array.of(0x90), form: '90 NOP', line: 3 },
      { bytes: Uint8Array.of(0x48, 0x89, 0xc0), form: '', line: 4 },
    ]);
  });

  it.each([
    ['90\n9g', { problem: 'bad-hex', line: 2, detail: 'line 2: "g" is no hex digit' }],
    ['# cases\n909', { problem: 'odd-digits', line: 2, detail: 'line 2: 3 hex digits make no whole bytes' }],
    ['# cases\n\n', { problem: 'empty', line: 1, detail: 'it has no case' }],
    ['', { problem: 'empty', line: 1, detail: 'it has no case' }],
    ['00'.repeat(16), { problem: 'too-long', line: 1, detail: 'line 1: 16 bytes, and an instruction has at most 15' }],
  ])('says what is wrong with %j', (text, failure) => {
    expect(readCorpus(text)).toEqual(failure);
  });
});
