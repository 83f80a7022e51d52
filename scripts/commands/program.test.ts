import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Terminal } from '../terminal.ts';
import { type RecordingOptions, recording } from '../testing/recording.ts';
import { exitCodes } from './failure.ts';
import { runCommandLine } from './program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-program-'));
  await writeFile(join(folder, 'empty.bin'), '');
  await writeFile(join(folder, 'text.txt'), 'hello, this is no ELF file');
  await writeFile(join(folder, 'header.elf'), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1));
  await writeFile(join(folder, 'finding.json'), '{"samples":[]}');
  await writeFile(join(folder, 'code.bin'), Uint8Array.of(0x90, 0x06, 0xc3));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (args: readonly string[], options: RecordingOptions = {}) => {
  const streams = recording(options);
  const exitCode = await runCommandLine(
    args.map((arg) => arg.replace('FOLDER', folder)),
    new Terminal(streams),
  );
  return { exitCode, out: streams.out(), notes: streams.notes() };
};

describe('bad use ends with 2, and says what to do', () => {
  it.each([
    [[], 'Usage: touchstone'],
    [['confrom'], 'Did you mean conform?'],
    [['conform', '--moed', '64'], 'Did you mean --mode?'],
    [['conform', '--mode', '8'], 'Modes are 16, 32 and 64'],
    [['conform', '--mode'], 'argument missing'],
    [['conform', '--subject', 'icd'], 'Subjects are iced, objdump, ndisasm, nasm, llvm, zydis'],
    [['conform', '--quick', '--full'], 'cannot be used with'],
    [['conform', '--shard', '3/2'], '2/4 is the second quarter'],
    [['conform', '--seed', 'x'], 'A seed is a whole number'],
    [['conform', 'extra'], 'too many arguments'],
    [['conform', '--elf', 'FOLDER/none'], 'there is no such file or folder'],
    [['conform', '--elf', 'FOLDER/text.txt'], 'is no ELF file'],
    [['conform', '--elf', 'FOLDER/header.elf'], 'within the ELF header'],
    [['conform', '--elf', 'FOLDER/empty.bin'], 'is no ELF file'],
    [['conform', '--elf', 'FOLDER'], 'it is a folder'],
    [['conform', '--report', 'FOLDER/text.txt/report'], 'Reports cannot be written'],
    [['fuzz', '--for', '30'], '30s, 8h, 1h30m'],
    [['fuzz', '--report', 'FOLDER/text.txt'], 'cannot be written'],
    [['replay'], 'Nothing to replay is named'],
    [['replay', '0123', '--bytes', '90'], 'Give one of them'],
    [['replay', '--bytes', '90'], '--bytes needs --mode'],
    [['replay', '--bytes', '90'.repeat(65), '--mode', '64'], 'at most 64'],
    [['replay', '0123456789abcdef'], 'No finding has an id that starts with'],
    [['replay', 'nosuch'], 'neither a file nor an id'],
    [['replay', 'FOLDER/finding.json'], 'holds no finding'],
    [['replay', 'FOLDER/text.txt'], 'holds no finding'],
    [['explain'], "missing required argument 'hex'"],
    [['explain', ''], 'No bytes are given'],
    [['explain', '4'], 'A byte has two digits: write 04'],
    [['explain', '48', '8g'], '"g", character 5, is no hex digit'],
    [['explain', '90'.repeat(16)], 'an instruction has at most 15'],
    [['explain', '90', '--mode', '128'], 'Modes are 16, 32 and 64'],
    [['explain', '90', '--vendor', 'via'], 'Vendors are intel, amd'],
    [['decode', 'FOLDER/none'], 'neither hex nor a file that is there'],
    [['decode', 'FOLDER'], 'it is a folder'],
    [['decode', 'FOLDER/empty.bin'], 'is empty'],
    [['decode', 'FOLDER/text.txt', '--input', 'elf'], 'is no ELF file'],
    [['decode', 'FOLDER/header.elf'], 'within the ELF header'],
    [['decode', '123'], '3 hex digits'],
    [['decode', '90', '--address', 'main'], 'An address is 0x'],
    [['decode', '90', '--syntax', 'masm'], 'Syntaxes are intel, nasm, gas'],
    [['decode', '90', '--option', 'apy'], 'Options are PADLOCK'],
    [['decode', '-'], 'Standard input is empty'],
    [['subject', 'extra'], 'too many arguments'],
    [['help', 'confrom'], 'touchstone'],
  ] as const)('%j: %s', async (args, message) => {
    const { exitCode, out, notes } = await run(args);
    expect(notes).toContain(message);
    expect(out).toBe('');
    expect(exitCode).toBe(exitCodes.usage);
  });

  it('decode without input says so where a terminal would wait for ever', async () => {
    const { exitCode, notes } = await run(['decode'], { isTTY: true });
    expect(notes).toContain('Nothing to decode is given');
    expect(exitCode).toBe(exitCodes.usage);
  });
});

describe('help', () => {
  it.each([[[]], [['conform']], [['fuzz']], [['replay']], [['explain']], [['decode']], [['subject']], [['doctor']]])(
    'of %j has examples and exit codes, on standard output',
    async (command) => {
      const { exitCode, out, notes } = await run([...command, '--help']);
      expect(out).toContain(`Usage: touchstone ${command.join(' ')}`.trim());
      expect(out).toContain('Examples:');
      expect(out).toContain('Exit codes:');
      expect(notes).toBe('');
      expect(exitCode).toBe(exitCodes.clean);
    },
  );

  it('prints the version', async () => {
    expect(await run(['--version'])).toMatchObject({
      exitCode: exitCodes.clean,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('decode', () => {
  const lines = (out: string): string[] => out.trimEnd().split('\n');

  it('lists address, bytes and text', async () => {
    const { exitCode, out } = await run(['decode', '48 89 d8', 'c3', '--address', '0x401000']);
    expect(lines(out)).toEqual([
      '00401000  48 89 D8                       mov rax, rbx',
      '00401003  C3                             ret',
    ]);
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('knows what an option asks for', async () => {
    const bytes = '62 f5 6d 08 58 c9';
    expect(lines((await run(['decode', bytes, '--option', 'avx10'])).out)).toEqual([
      '00000000  62 F5 6D 08 58 C9              vaddbf16 xmm1, xmm2, xmm1',
    ]);
    expect((await run(['decode', bytes])).out).toContain('invalid');
  });

  it('shows what is no instruction as data, with the reason, and goes on', async () => {
    const { exitCode, out } = await run(['decode', '06 90 0f']);
    expect(lines(out)).toEqual([
      '00000000  06                             db 0x06  ; invalid: this instruction does not exist in 64-bit mode',
      '00000001  90                             nop',
      '00000002  0F                             db 0x0f  ; truncated: the bytes end within an instruction',
    ]);
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('writes data for GAS as GAS has it', async () => {
    const { out } = await run(['decode', '06', '--syntax', 'gas']);
    expect(out).toContain('.byte 0x06  # invalid');
  });

  it('lists the same from hex, a file, raw standard input and hex on standard input', async () => {
    const { out: fromHex } = await run(['decode', '9006c3', '--mode', '32']);
    const { out: fromFile } = await run(['decode', 'FOLDER/code.bin', '--mode', '32']);
    const { out: fromInput } = await run(['decode', '-', '--mode', '32'], { input: Uint8Array.of(0x90, 0x06, 0xc3) });
    const { out: fromText } = await run(['decode', '--mode', '32'], { input: '90 06 c3\n' });
    expect(lines(fromHex)).toHaveLength(3);
    expect([fromFile, fromInput, fromText]).toEqual([fromHex, fromHex, fromHex]);
  });

  it('takes text on standard input for code where it is told so', async () => {
    const { out } = await run(['decode', '--input', 'raw', '--mode', '32'], { input: 'PPP' });
    expect(lines(out)).toHaveLength(3);
  });
});

describe('explain', () => {
  it('shows bytes, answers and verdict', async () => {
    const { exitCode, out } = await run(['explain', '66 0f ba e0 07', '--subject', 'iced']);
    expect(out).toContain('66 0F BA E0 07  64-bit, Intel');
    expect(out).toMatch(/0F BA \/4 ib: BT r\/m16, imm8/);
    expect(out).toMatch(/iced +1\.21\.0 +valid, 5 bytes/);
    expect(out).toContain('iced agrees with ours');
    expect(exitCode).toBe(exitCodes.clean);
  });
});

describe('replay', () => {
  it('says that an agreed encoding does not fail', async () => {
    const { exitCode, out } = await run(['replay', '--bytes', '90', '--mode', '64', '--subject', 'iced']);
    expect(out).toContain('no longer fails');
    expect(exitCode).toBe(exitCodes.clean);
  });
});

describe('oracles that are missing', () => {
  it('end a command that names them with 3, and say what to do', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      const { exitCode, notes } = await run(['explain', '90', '--subject', 'objdump,nasm']);
      expect(notes).toContain('objdump cannot be asked: objdump was not found');
      expect(notes).toContain('apt-get install binutils');
      expect(notes).toContain('apt-get install nasm');
      expect(exitCode).toBe(exitCodes.oracle);

      const required = await run(['doctor'], { env: { TOUCHSTONE_REQUIRE_ORACLES: '1' } });
      expect(required.out).toMatch(/^no {2}objdump/m);
      expect(required.exitCode).toBe(exitCodes.oracle);

      const optional = await run(['doctor']);
      expect(optional.out).toContain('Runs go on without them');
      expect(optional.exitCode).toBe(exitCodes.clean);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
