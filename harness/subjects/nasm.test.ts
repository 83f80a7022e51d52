import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { harmfulFor, withFakeTool } from './fake-tool.ts';
import { type Assembled, createNasm, type Nasm, type NasmOptions } from './nasm.ts';

const started = async (options?: NasmOptions): Promise<Nasm> => {
  const nasm = await createNasm(options);
  if ('unavailable' in nasm) throw new Error(`${nasm.unavailable}: ${nasm.remedy}`);
  return nasm;
};

const summary = (made: Assembled | undefined): string => {
  if (made === undefined) return 'no answer';
  return 'error' in made ? `error: ${made.error}` : Buffer.from(made.bytes).toString('hex');
};

let nasm: Nasm;
beforeAll(async () => {
  nasm = await started();
});
afterAll(() => nasm.close());

describe('assemble', () => {
  it.each<[string, Mode, string]>([
    ['nop', 64, '90'],
    ['mov rax,0x123456789abcdef0', 64, '48b8f0debc9a78563412'],
    ['add eax,0FFFFFFFFh', 64, '83c0ff'],
    ['jmp short 0x1002', 64, 'eb00'],
    ['jmp near 0x1005', 64, 'e900000000'],
    ['jmp near 0xffffffff80001005', 64, 'e900000080'],
    ['jz near 0000000000001006h', 64, '0f8400000000'],
    ['call 0', 64, 'e8fbefffff'],
    ['call 0x0', 64, 'e8fbefffff'],
    ['loop 0x1000,ecx', 64, '67e2fd'],
    ['jmp near 0xffff', 16, 'e9fcef'],
    ['jmp short 0xf82', 16, 'eb80'],
    ['jmp dword 0x80001006', 16, '66e900000080'],
    ['jmp near 0x80001005', 32, 'e900000080'],
    ['jmp 0x4433:0x2211', 16, 'ea11223344'],
    ['mov rax,[rel 0x1017]', 64, '488b0510000000'],
    ['mov dword [rel fs:0x100b],0x44332211', 64, '64c7050000000011223344'],
    ['mov eax,[0x1234]', 64, '8b042534120000'],
    ['mov eax,[dword 0x1234]', 16, '6667a134120000'],
    ['mov eax,[0x1234]', 32, 'a134120000'],
    ['lock add [rax],ecx', 64, 'f00108'],
  ])('makes the bytes that %s has at 1000 in %s-bit mode', async (text, mode, expected) => {
    const [, made] = await nasm.assemble([
      { mode: 32, text: 'nop' },
      { mode, text },
      { mode: 16, text: 'nop' },
    ]);
    expect(summary(made)).toBe(expected);
  });

  it('gives every line its own bytes, in order, whatever the modes', async () => {
    const modes: readonly Mode[] = [16, 32, 64];
    const lines = modes.flatMap((mode) => ['inc eax', 'inc ax', 'ret', 'iret'].map((text) => ({ mode, text })));
    expect((await nasm.assemble(lines)).map(summary)).toEqual([
      '6640',
      '40',
      'c3',
      'cf',
      '40',
      '6640',
      'c3',
      'cf',
      'ffc0',
      '66ffc0',
      'c3',
      'cf',
    ]);
  });

  it('loses no line to a bad one, and says what is wrong with each', async () => {
    const texts = [
      'nop',
      'eretu',
      'frob nop',
      'add eax,bx',
      'mov eax,foo',
      'jmp short 0x9000',
      'cpuid',
      'mov cr9999,eax',
      'ret',
    ];
    const made = await nasm.assemble(texts.map((text) => ({ mode: 64, text })));
    expect(made.map(summary)).toEqual([
      '90',
      'error: parser: instruction expected',
      'error: parser: instruction expected',
      'error: invalid combination of opcode and operands',
      expect.stringMatching(/^error: symbol .foo. not defined/),
      'error: short jump is out of range',
      '0fa2',
      expect.stringMatching(/^error: symbol .cr9999. not defined/),
      'c3',
    ]);
  });

  it.each([
    'bits 16',
    'org 0',
    'times 9 nop',
    'incbin "x"',
    'db 0x90',
    'x: nop',
    'nop\nnop',
    '%include "x"',
    '',
    'nop ; ret',
    'nop \\',
  ])('takes %j for no instruction, and the next line is not harmed', async (text) => {
    const made = await nasm.assemble([
      { mode: 64, text },
      { mode: 64, text: 'push rax' },
    ]);
    expect(made.map(summary)).toEqual(['error: not one instruction', '50']);
  });

  it('assembles more lines than one run takes', async () => {
    const lines = Array.from({ length: nasm.batch + 2 }, (_, k) => ({
      mode: 64 as const,
      text: k % 2 === 0 ? 'nop' : 'cpuid',
    }));
    const made = await nasm.assemble(lines);
    expect(made).toHaveLength(lines.length);
    expect(new Set(made.map((each, k) => `${k % 2} ${summary(each)}`))).toEqual(new Set(['0 90', '1 0fa2']));
  });
});

describe('createNasm', () => {
  it('is unavailable, with the commands that install it, where there is none', async () => {
    expect(await createNasm({ command: 'touchstone-no-such-tool' })).toEqual({
      name: 'nasm',
      unavailable: 'touchstone-no-such-tool was not found',
      remedy: expect.stringContaining('apt-get install nasm'),
    });
  });

  it('is unavailable where it is too old', async () => {
    await withFakeTool(['echo "NASM version 2.13.03 compiled"'], async (command) => {
      expect(await createNasm({ command })).toMatchObject({
        unavailable: `${command} 2.13.03 is too old: 2.14 or newer is needed`,
      });
    });
  });

  it.each([
    ['kills itself', 'kill -KILL $$', 'was killed by SIGKILL'],
    ['fails without naming a line', 'echo "panic" >&2; exit 1', 'nasm gave up, and no line for it: "panic"'],
    ['writes no output', 'exit 0', 'wrote no output'],
    ['hangs', 'exec sleep 60', 'did not end within'],
  ])('gives the one line on which it %s an error, and all others their bytes', async (_, harm, expected) => {
    await withFakeTool(harmfulFor('nasm', { pattern: 'crashme', harm }), async (command) => {
      const fragile = await started({ command, timeoutMs: 500 });
      const made = await fragile.assemble(['nop', 'mov eax,crashme', 'ret'].map((text) => ({ mode: 64, text })));
      await fragile.close();
      expect(made.map(summary)).toEqual(['90', expect.stringContaining(expected), 'c3']);
    });
  });
});
