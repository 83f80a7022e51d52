import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { parseTrace } from '../../emulator/clients/mmiotrace/trace.ts';
import { distinctFunctions, functionAt, functionNamed, loadImage } from './elf-image.ts';
import { fileText, functionText } from './probe-text.ts';
import { firstFunction, smallElf } from './testing/small-elf.ts';

const folder = mkdtempSync(join(tmpdir(), 'clients-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'small');
writeFileSync(
  file,
  smallElf([
    // MOV RAX, [RIP+0]; JNZ -9; CPUID; RET.
    { name: 'first', code: '48 8b 05 00 00 00 00 75 f7 0f a2 c3' },
    // MOV EAX, EDI; ADD EAX, 2; RET.
    { name: 'addTwo', code: '89 f8 83 c0 02 c3' },
    { name: 'broken', code: '90 06 90' },
  ]),
);
const image = loadImage(file);

const program = (name: string, ...args: readonly string[]) =>
  execa(process.execPath, ['--import', 'tsx', join(import.meta.dirname, `${name}.ts`), ...args], { reject: false });

const script = (name: string, ...args: readonly string[]) =>
  execa(process.execPath, ['--import', 'tsx', join(import.meta.dirname, `${name}.ts`), file, ...args], {
    reject: false,
  });

describe('an image', () => {
  it('has the functions that its symbols name', () => {
    expect(image.functions.map(({ name, lengthBytes }) => `${name} ${lengthBytes}`)).toEqual([
      'first 12',
      'addTwo 6',
      'broken 3',
    ]);
    expect(distinctFunctions(image)).toHaveLength(3);
    expect(functionNamed(image, 'addTwo')?.address).toBe(BigInt(firstFunction) + 12n);
    expect(functionAt(image, BigInt(firstFunction) + 17n)?.name).toBe('addTwo');
    expect(functionAt(image, 0n)).toBeUndefined();
  });

  it('is none where the file is no ELF file', () => {
    writeFileSync(join(folder, 'text'), 'text');
    expect(() => loadImage(join(folder, 'text'))).toThrow('no ELF file');
  });
});

describe('what probes would do', () => {
  it('is told of each instruction of a function', () => {
    const lines = functionText(image, { name: 'first', address: BigInt(firstFunction), lengthBytes: 12 }).split('\n');
    expect(lines[2]).toMatch(
      /^\+0 {4}48 8b 05 00 00 00 00 +mov rax, .* boosted by 48 8b 05 .* or a jump over 7 bytes$/,
    );
    expect(lines[3]).toMatch(/^\+7 {4}75 f7 +jne .* emulated; no jump: NotBoostable$/);
    expect(lines[4]).toMatch(/^\+9 {4}0f a2 +cpuid +stepped by 0f a2 cc; no jump: NoRoom$/);
    expect(lines[7]).toBe('4 instructions; the other 8 addresses are refused: NotBoundary, EILSEQ.');
  });

  it('is told of a whole file in numbers', () => {
    const text = fileText(image);
    expect(text).toContain('3 functions, 2 of them decoded to their end');
    expect(text).toMatch(/emulated +3 /);
    expect(text).toMatch(/no instruction +1 +33.3 %/);
  });
});

describe('the scripts', () => {
  it('probe: lists a function, and says where nothing can be probed any more', async () => {
    const { stdout, exitCode } = await script('probe', 'broken');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('No probe from there on: at 0x40008b stands no instruction (Undecodable, EILSEQ).');
  });

  it('probe: compiles an event, or points at what is wrong with it', async () => {
    const good = await script('probe', '--event', 'p:ev addTwo+2 value=%di:s32');
    expect(good.stdout).toContain('probe kprobes/ev at 0x400086');
    const bad = await script('probe', '--event', 'p:ev addTwo+3');
    expect(bad.stdout).toBe('p:ev addTwo+3\n     ^\nBAD_INSN_BNDRY: no instruction begins there');
    expect(bad.exitCode).toBe(1);
  });

  it('probe: names a function that is not there', async () => {
    const { stderr, exitCode } = await script('probe', 'absent');
    expect(stderr).toContain('has no function named absent; it has 3 functions');
    expect(exitCode).toBe(2);
  });

  it('breakpoint: steps over each instruction while INT3 stays in memory', async () => {
    const { stdout, exitCode } = await script('breakpoint', 'addTwo', '--arg', '40');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('in memory as cc f8 cc c0 02 cc');
    expect(stdout).toContain('read through the debugger:         89 f8 83 c0 02 c3');
    expect(stdout).toMatch(/add eax, 0x2 +rax=2a/);
    expect(stdout).toContain('Returned 0x2a.');
  });

  it('breakpoint: refuses the middle of an instruction and goes on', async () => {
    const { stdout } = await script('breakpoint', 'addTwo', '--arg', '1', '--at', '3', '--at', '2');
    expect(stdout).toContain('no breakpoint at +3: it is byte 1 of the 3 bytes of the instruction');
    expect(stdout).toContain('addTwo: 1 breakpoints');
    expect(stdout).toContain('Returned 0x3.');
  });

  it('relocation: holds pairs against the CPU, or says why that cannot be done here', async () => {
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'relocation.ts'), '--count', '300', '--mode', '64'],
      { reject: false },
    );
    if (exitCode === 3) expect(stderr).toContain('The CPU cannot be asked');
    else expect(stdout).toMatch(/^64-bit: 300 pairs, .* 0 differ$/);
  });
});

describe('trace-device', () => {
  it('prints the driver, and the log of its accesses', async () => {
    const log = join(folder, 'log');
    const ran = await program('trace-device', '--out', log);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toContain('13 of their accesses were the device');
    expect(ran.stdout).toContain('R 4 0.000002 1 0xfd000010 0x4e554f43 0x0 0');
    expect(parseTrace(readFileSync(log, 'utf8')).map(({ kind }) => kind)).toContain('unmap');
  });
});

describe('check-memory', () => {
  it.each([
    [[], 'Caught 8-bit read from uninitialized memory (0000000000100048)', '1 error by bytes'],
    [['--no-partial'], 'Caught 32-bit read from uninitialized memory (0000000000100040)', '2 errors by bytes'],
    [['--bits'], 'An undefined value is a condition at 40102d', '1 error by bits'],
  ])('%j reports what is read before it was written', async (args, report, count) => {
    const ran = await program('check-memory', ...args);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(report);
    expect(ran.stdout).toContain(count);
  });
});
