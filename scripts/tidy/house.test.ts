/** Every rule, with a sample that breaks it and one that does not. */
import { describe, expect, it } from 'vitest';
import { checkHouse } from './house.ts';
import { violationText } from './violation.ts';

/** Violations in a tree of these files; one path may stand for all. */
const complaints = (files: Readonly<Record<string, string>>): readonly string[] =>
  checkHouse(Object.entries(files).map(([path, text]) => ({ path, text }))).map(violationText);

const inCode = (text: string, path = 'emulator/decode/a.ts'): readonly string[] => complaints({ [path]: text });

/** Put together, so that this file itself names no machine's path. */
const machinePath = (folder: string): string => ['', folder, 'someone', 'x.ts'].join('/');

describe('floors', () => {
  it.each([
    [
      'a higher floor',
      'emulator/isa/a.ts',
      '../decode/b.ts',
      'emulator/isa/ may not import emulator/decode/, which stands above it',
    ],
    [
      'a sibling',
      'harness/known/a.ts',
      '../shrink/b.ts',
      'harness/known/ may not import harness/shrink/, which stands beside it',
    ],
    [
      'its own public door',
      'emulator/isa/a.ts',
      '../index.ts',
      'emulator/isa/ may not import emulator/index.ts, which stands above it',
    ],
    [
      'a higher package, in a test',
      'emulator/isa/a.test.ts',
      '../../harness/subject.ts',
      'may not import harness/subject.ts',
    ],
    ['a file above', 'harness/subject.ts', './judge.ts', 'harness/subject.ts may not import harness/judge.ts'],
  ])('refuse %s', (_, path, specifier, expected) => {
    const beside = path.replace('.test.ts', '.ts');
    expect(complaints({ [beside]: '', [path]: `\nimport { a } from '${specifier}';` })).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it.each([
    ['types', "import type { A } from '../decode/b.ts';"],
    ['all names', "import * as b from '../decode/b.ts';"],
    ['effects', "import '../decode/b.ts';"],
    ['names to hand on', "export { a } from '../decode/b.ts';"],
    ['types to hand on', "export type { A } from '../decode/b.ts';"],
    ['modules at run time', "const b = await import('../decode/b.ts');"],
    ['worker files', "new Worker(new URL('../decode/b.ts', import.meta.url));"],
  ])('see imports of %s', (_, text) => {
    expect(inCode(text, 'emulator/isa/a.ts')).toEqual([
      expect.stringContaining('emulator/isa/a.ts:1: emulator/isa/ may not'),
    ]);
  });

  it.each([
    ['a lower floor', 'harness/compare/a.ts', '../../emulator/isa/b.ts'],
    ['its own folder', 'harness/compare/a.ts', './b.ts'],
    ['a file beside', 'harness/campaign/a.ts', '../judge.ts'],
    ['everything, from the door', 'emulator/index.ts', './operand/a.ts'],
    ['everything, from scripts', 'scripts/commands/a.ts', '../../harness/index.ts'],
  ])('allow %s', (_, path, specifier) => {
    expect(complaints({ [path]: `import { a } from '${specifier}';` })).toEqual([]);
  });

  it('keep packages and Node out of emulator/, but not out of its tests', () => {
    expect(inCode("import { readFileSync } from 'node:fs';")).toEqual([
      "emulator/decode/a.ts:1: emulator/ imports no package and no module of Node's, but this imports node:fs",
    ]);
    expect(complaints({ 'emulator/isa/a.ts': '', 'emulator/isa/a.test.ts': "import { it } from 'vitest';" })).toEqual(
      [],
    );
  });

  it('know every folder, and no index.ts but the doors', () => {
    expect(inCode('', 'harness/extra/a.ts')).toEqual([expect.stringContaining('stands on no floor')]);
    expect(inCode('', 'harness/known/index.ts')).toEqual([expect.stringContaining('no index.ts but the public doors')]);
  });

  it('refuse circles of modules, but not of types', () => {
    const circle = (word: string): readonly string[] =>
      complaints({
        'emulator/isa/a.ts': "import { b } from './b.ts';",
        'emulator/isa/b.ts': `import ${word} { a } from './a.ts';`,
      });
    expect(circle('')).toEqual([
      'emulator/isa/a.ts: these files import each other in a circle: emulator/isa/a.ts -> emulator/isa/b.ts -> emulator/isa/a.ts',
    ]);
    expect(circle('type')).toEqual([]);
  });
});

describe('length', () => {
  const lines = (count: number): string => 'a();\n'.repeat(count);

  it('has a limit for files, tables and tests excepted', () => {
    expect(inCode(lines(301))).toEqual([expect.stringContaining('301 lines; a file has at most 300')]);
    expect(inCode(lines(300))).toEqual([]);
    expect(inCode(lines(301), 'emulator/isa/rows/a.ts')).toEqual([]);
    expect(complaints({ 'emulator/isa/a.ts': '', 'emulator/isa/a.test.ts': lines(301) })).toEqual([]);
  });

  it('has a limit for functions, lists of tests excepted', () => {
    const long = `const f = () => {\n${lines(69)}};\n`;
    expect(inCode(`\n${long}`)).toEqual([expect.stringContaining('a.ts:2: a function of 71 lines; at most 70')]);
    expect(inCode(long.replace('a();\n', ''))).toEqual([]);
    const suite = `describe('a', () => {\n${lines(80)}it('b', () => {});\n});\n`;
    expect(complaints({ 'emulator/isa/a.ts': '', 'emulator/isa/a.test.ts': suite })).toEqual([]);
  });
});

describe('words', () => {
  it.each(['helper', 'string-utils', 'misc', 'common', 'manager', 'plugin', 'engine', 'anomaly'])(
    'refuse %s as the name of a file',
    (name) => {
      expect(inCode('', `harness/report/${name}.ts`)).toEqual([expect.stringContaining('has the word')]);
    },
  );

  it('refuse them as names of folders', () => {
    expect(inCode('', 'harness/report/helpers/a.ts')).toEqual([expect.stringContaining('has the word "helpers"')]);
  });

  it.each([
    ['const parseHelper = 1;', 'helper'],
    ['class SubjectManager {}', 'manager'],
    ['interface PluginOptions {}', 'plugin'],
    ['type Engine = 1;', 'engine'],
    ['function findAnomalies() {}', 'anomalies'],
    ['const COMMON_BITS = 1;', 'common'],
  ])('refuse %s', (text, word) => {
    expect(inCode(text)).toEqual([expect.stringContaining(`has the word "${word}"`)]);
  });

  it.each([
    'export const targetOf = 1;',
    'export const branchTarget = 1;',
    'const engineer = 1;',
    "import { type Plugin } from './b.ts';",
  ])('allow %s', (text) => {
    expect(inCode(text)).toEqual([]);
  });
});

describe('leftovers', () => {
  it.each([
    "it.skip('a', b);",
    "describe.only('a', b);",
    "it.todo('a');",
    "it.skipIf(c)('a', b);",
    "xit('a', b);",
    'context.skip();',
  ])('refuse %s in a test', (text) => {
    expect(complaints({ 'emulator/isa/a.ts': '', 'emulator/isa/a.test.ts': text })).toEqual([
      expect.stringContaining('every test runs'),
    ]);
  });

  it.each([
    'let a: any;',
    'f<any>(b);',
    'const a = (b: any): void => {};',
    'let a: any[];',
    'let a: Map<string, any>;',
  ])('refuse %s', (text) => {
    expect(inCode(text)).toEqual([expect.stringContaining('any: `any` switches types off')]);
  });

  it.each(['AbortSignal.any(a);', 'const { any } = a;', 'interface A { any: 1 }', 'expect(a).toEqual(any);'])(
    'allow %s',
    (text) => {
      expect(inCode(text)).toEqual([]);
    },
  );

  it.each(['a!.b;', 'f()!;', 'a[0]!.b;', 'const a = b!;'])('refuse %s', (text) => {
    expect(inCode(text)).toEqual([expect.stringContaining('a non-null `!` hides a case')]);
  });

  it.each(['if (!a) b();', 'a !== b;', 'a!==b;', 'return !a;', "'a!';", 'let a = !b;'])('allow %s', (text) => {
    expect(inCode(text)).toEqual([]);
  });

  it.each(['const a = b as C;', 'f(b() as unknown);', 'const a = {} as C;', 'const a = <const T,>(b: T) => b as D;'])(
    'refuse %s',
    (text) => {
      expect(inCode(text)).toEqual([expect.stringContaining('casts stand in')]);
      expect(inCode(text, 'emulator/bits/a.ts')).toEqual([]);
    },
  );

  it.each([
    'const a = [1] as const;',
    "import * as b from './b.ts';",
    "import { b as c } from './b.ts';",
    'export { b as c };',
    "import { type b as c } from './b.ts';",
  ])('allow %s', (text) => {
    expect(inCode(text)).toEqual([]);
  });

  it.each([
    'Date.now();',
    'new Date();',
    'Math.random();',
    'performance.now();',
    "process.env['A'];",
    'crypto.randomUUID();',
  ])('refuse %s below scripts/', (text) => {
    expect(inCode(text, 'harness/report/a.ts')).toEqual([expect.stringContaining('below scripts/')]);
    expect(inCode(text, 'scripts/a.ts')).toEqual([]);
  });

  it.each(['// TODO: b', '/* FIXME */', '// @ts-expect-error', '// @ts-ignore'])('refuse %s', (text) => {
    expect(inCode(`a();\n${text}`)).toEqual([expect.stringMatching(/a\.ts:2: ".*": do it, or file an issue/)]);
  });
});

describe('places', () => {
  it('put tests beside code', () => {
    const code = { 'harness/report/a.ts': '' };
    expect(complaints({ ...code, 'harness/report/tests/a.test.ts': '' })).toEqual([
      expect.stringContaining('beside the code'),
    ]);
    expect(complaints({ ...code, 'harness/report/a.spec.ts': '' })).toEqual([
      expect.stringContaining('beside the code'),
    ]);
    expect(complaints({ ...code, 'harness/known/a.test.ts': '' })).toEqual([
      expect.stringContaining('beside the code'),
    ]);
    expect(complaints({ ...code, 'harness/report/page.test.ts': '' })).toEqual([]);
  });

  it.each(['harness/report/a.html', 'junit.xml', 'scripts/a.js', 'a.elf', 'harness/__snapshots__/a.snap'])(
    'refuse %s',
    (path) => {
      expect(complaints({ [path]: '' })).toEqual([
        expect.stringContaining('generated output stands in reports/ or corpus/'),
      ]);
    },
  );

  it('want the command on the first line of a snapshot', () => {
    expect(complaints({ 'reports/iced.snap': 'cases 3' })).toEqual([expect.stringContaining('reports/iced.snap:1:')]);
    expect(complaints({ 'reports/iced.snap': '# npx touchstone conform --seed 1\ncases 3' })).toEqual([]);
  });
});

describe('documents', () => {
  it('have one title, on the first line', () => {
    expect(complaints({ 'A.md': 'Text' })).toEqual([expect.stringContaining('this one has none')]);
    expect(complaints({ 'A.md': '# A\n\n# B\n' })).toEqual([expect.stringContaining('this one has on lines 1, 3')]);
    expect(complaints({ 'A.md': '# A\n\n```sh\n# a comment\n```\n' })).toEqual([]);
  });

  it('have no notes to oneself', () => {
    expect(complaints({ 'A.md': '# A\n\nTODO: b' })).toEqual([expect.stringContaining('A.md:3: a note to oneself')]);
  });

  it('and sources name no path of one machine', () => {
    for (const folder of ['work', 'home', 'root']) {
      const path = machinePath(folder);
      expect(inCode(`const a = '${path}';`)).toEqual([expect.stringContaining('is a path of one machine')]);
      expect(complaints({ 'A.md': `# A\n\n\`${path}\`` })).toEqual([expect.stringContaining('A.md:3:')]);
    }
    expect(complaints({ 'A.md': `# A\n\n${machinePath('tmp')}` })).toEqual([expect.stringContaining('A.md:3:')]);
    expect(complaints({ 'A.md': `# A\n\nhttps://example.org${machinePath('home')}` })).toEqual([]);
  });
});

describe('dependencies', () => {
  const manifest = (version: string): string => JSON.stringify({ dependencies: { execa: version } });
  const reasons = '# A\n\n## Dependencies\n\n| name | why |\n|---|---|\n| `execa` | Runs tools. |\n';

  it('are pinned', () => {
    expect(complaints({ 'package.json': manifest('^9.6.1'), 'ARCHITECTURE.md': reasons })).toEqual([
      'package.json: execa is "^9.6.1"; pin it to one version',
    ]);
  });

  it('have a reason, and reasons a dependency', () => {
    expect(complaints({ 'package.json': manifest('9.6.1'), 'ARCHITECTURE.md': '# A\n' })).toEqual([
      expect.stringContaining('the dependency execa has no line of reason'),
    ]);
    expect(complaints({ 'package.json': '{}', 'ARCHITECTURE.md': reasons })).toEqual([
      'ARCHITECTURE.md: execa is no dependency any more; delete its line',
    ]);
    expect(complaints({ 'package.json': manifest('9.6.1'), 'ARCHITECTURE.md': reasons })).toEqual([]);
  });
});
