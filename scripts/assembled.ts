/**
 * `node dist/scripts/assembled.js COMMAND…` makes harness/subjects/assembler/lines.txt anew, by a clang of LLVM 21 or
 * later: COMMAND is what turns a `.s` file, which comes behind it with `-c` and `-o`, into an object. objcopy is needed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { lineText, textsToAssemble } from '../harness/subjects/assembler/assembled.ts';

const [command, ...options] = process.argv.slice(2);

const assembled = (assembler: string, folder: string): readonly string[] =>
  ([64, 32] as const).flatMap((mode) => {
    const texts = textsToAssemble(mode);
    const source = join(folder, 'in.s');
    const [object, code, sizes] = ['out.o', 'code', 'sizes'].map((name) => join(folder, name));
    if (object === undefined || code === undefined || sizes === undefined) return [];
    writeFileSync(source, sourceOf(mode, texts));
    execaSync(assembler, [...options, '-c', source, '-o', object]);
    execaSync('objcopy', ['-O', 'binary', '-j', '.text', object, code]);
    execaSync('objcopy', ['-O', 'binary', '-j', '.data', object, sizes]);
    const [bytes, lengths] = [readFileSync(code), readFileSync(sizes)];
    let at = 0;
    return texts.map((text, k) => {
      const start = at;
      at += lengths[k] ?? 0;
      const hex = bytes.subarray(start, at).toString('hex');
      return lineText({ mode, hex, text });
    });
  });

/** Each between two labels, whose distances stand in the data. Some have a shorter VEX. */
const sourceOf = (mode: 32 | 64, texts: readonly string[]): string =>
  [
    `.code${mode}`,
    ...texts.map((text, k) => `L${k}: ${/^v/.test(text) ? '{evex} ' : ''}${text}`),
    `L${texts.length}:`,
    '.data',
    ...texts.map((_, k) => `.byte L${k + 1}-L${k}`),
    '',
  ].join('\n');

if (command === undefined) {
  console.error('Say which assembler: node dist/scripts/assembled.js clang --target=x86_64-linux-gnu');
  process.exitCode = 2;
} else {
  const version = execaSync(command, [...options, '--version']).stdout.split('\n')[0];
  const folder = mkdtempSync(join(tmpdir(), 'assembled-'));
  try {
    const lines = [`# Assembled by ${version}.`, ...assembled(command, folder)];
    writeFileSync('harness/subjects/assembler/lines.txt', `${lines.join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
