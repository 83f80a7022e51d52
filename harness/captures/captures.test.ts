import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chapter } from '../../emulator/isa/chapters.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Execution, ExecutionAnswer, Executor } from '../execution.ts';
import { CpuState, StateWord } from '../execution.ts';
import { ExecutionKnownRows } from '../known/execution-match.ts';
import { executionKnownRows } from '../known/execution-rows.ts';
import type { CpuSignature } from '../subjects/silicon/signature.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import { createTouchstoneExecutor } from '../subjects/touchstone-executor.ts';
import type { CaptureFile } from './capture.ts';
import { captureFileText, readCaptureFile } from './file.ts';
import { readCaptureFolder } from './folder.ts';
import { captureHash, sandboxDigest } from './hash.ts';
import { plainState } from './plain-state.ts';
import { recordCaptures } from './record.ts';
import { replayCaptures } from './replay.ts';
import { profileOf, readSignature, signatureFolder } from './signature.ts';
import { captureSources } from './source.ts';
import { captureText, questionText, readCaptureText } from './text.ts';
import { sandboxVector, vectorFile } from './vectors.ts';

const cpu: CpuSignature = { vendor: 'intel', family: 6, model: 0xa7, stepping: 1, name: 'A Test' };
const head = { cpu, mode: 64, chapter: 'flag-control', sandbox: sandboxDigest() } as const;
const ours = createTouchstoneExecutor('intel');
const known = new ExecutionKnownRows(executionKnownRows, new Map());

const record = async (executor: Executor, chapter: Chapter): Promise<string> => {
  for await (const file of recordCaptures({ cpu, executor, modes: [64], chapters: [chapter] })) return file.text;
  throw new Error(`No file of ${chapter} came.`);
};

const read = (text: string): CaptureFile => {
  const file = readCaptureFile(text);
  if ('reason' in file) throw new Error(`${file.line}: ${file.reason}`);
  return file;
};

/** Ours, but for what `spoil` makes of an answer. */
const spoiled = (spoil: (answer: ExecutionAnswer, execution: Execution) => ExecutionAnswer): Executor => ({
  ...ours,
  execute: async (executions) => {
    const answers = await ours.execute(executions);
    return executions.map((execution, k) => spoil(answers[k] ?? { status: 'unsupported' }, execution));
  },
});

let flags = '';
beforeAll(async () => {
  flags = await record(ours, 'flag-control');
});

describe('a line', () => {
  const state = plainState(64);
  state.set64(StateWord.gpr, 0xffff_ffff_ffff_ffffn);
  state.set64(StateWord.fsBase, 0x10_0000n);
  const bytes = Uint8Array.of(0x01, 0xd8);
  const execution = { mode: 64, bytes, state, memory: [{ address: 0x10_0000, bytes: Uint8Array.of(1, 0) }] } as const;

  it('names only what is not plain', () => {
    const after = state.clone();
    after.set64(StateWord.rip, 0x10_3002n);
    expect(captureText(execution, { status: 'executed', state: after, memory: [] })).toBe(
      '01d8 rax=ffffffffffffffff fsb=100000 @100000=0100 >',
    );
  });

  it.each<ExecutionAnswer & { readonly status: 'executed' | 'fault' | 'system call' }>([
    { status: 'executed', state: new CpuState(), memory: [{ address: 0xffff_f000, bytes: Uint8Array.of(7) }] },
    { status: 'fault', vector: 14, error: 6, address: 0xffff_8000_0000_0000n, state, memory: [] },
    { status: 'fault', vector: 13, error: 0, state, memory: [] },
    { status: 'system call' },
  ])('is read as it was written: %#', (answer) => {
    const text = captureText(execution, answer);
    expect(readCaptureText(text, 64)).toEqual({ execution, answer });
  });

  it.each([
    '',
    '01d8',
    '1d8 >',
    '01d8 > > ',
    '01d8 rax=q >',
    '01d8 xyz=1 >',
    '01d8 > #x',
    '01d8 @=00 >',
    '01d8 @1=0 >',
  ])('that says nothing is told, not guessed: %j', (text) => expect(readCaptureText(text, 64)).toBeTypeOf('string'));
});

describe('a file', () => {
  it('is the same when it is recorded again', async () => {
    expect(await record(ours, 'flag-control')).toBe(flags);
  });

  it('holds twenty states and more of each form', () => {
    const { captures } = read(flags);
    const byForm = new Map<number, number>();
    for (const { execution } of captures) {
      const opcode = execution.bytes.at(-1) ?? 0;
      byForm.set(opcode, (byForm.get(opcode) ?? 0) + 1);
    }
    expect(Math.min(...byForm.values())).toBeGreaterThanOrEqual(20);
  });

  it('tells an edited line, and where', () => {
    const lines = flags.split('\n');
    const at = lines.findIndex((line) => /^f8 fl=/.test(line));
    lines[at] = (lines[at] ?? '').replace(/fl=\w+/, 'fl=203');
    expect(readCaptureFile(lines.join('\n'))).toMatchObject({
      line: at + 1,
      reason: expect.stringMatching(/it was edited/),
    });
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -20), /hash|cut off/],
    ['without its head', (text: string) => text.split('\n').slice(6).join('\n'), /in the head/],
    ['of another sandbox', (text: string) => text.replace(/sandbox \w+/, 'sandbox 0'), /another sandbox/],
    ['of another format', (text: string) => text.replace('format 1', 'format 2'), /format 2 is not known/],
    ['of no CPU', (text: string) => text.replace(/^cpu .*$/m, 'cpu z80'), /names no CPU/],
    ['of no mode', (text: string) => text.replace(/^mode .*$/m, 'mode 8'), /no mode/],
    ['of no chapter', (text: string) => text.replace(/^chapter .*$/m, 'chapter x'), /no chapter/],
    [
      'short of captures',
      (text: string) => `${text.split('\n').slice(0, 9).join('\n')}\n`,
      /has \d captures, and its head says/,
    ],
    ['of bytes that are none', (text: string) => text.replace(/^f8 .*$/m, '\u0000\u0001'), /hash/],
  ])('that is %s is refused with the reason', (_, spoil, reason) => {
    expect(readCaptureFile(spoil(flags))).toMatchObject({
      line: expect.any(Number),
      reason: expect.stringMatching(reason),
    });
  });

  it('leaves out forms that the CPU does not have, and says so', async () => {
    const without = spoiled((answer) =>
      answer.status === 'executed' ? { ...answer, status: 'fault', vector: 6, error: 0 } : answer,
    );
    expect(await record(without, 'flag-control')).toContain('this CPU does not have it');
  });

  it('leaves out what the CPU is not asked, and says why', async () => {
    const mute = spoiled(() => ({ status: 'refused', reason: 'not today' }));
    expect(await record(mute, 'flag-control')).toMatch(/^# left out: 2\d of F5 CMC: not today$/m);
  });
});

describe('a folder', () => {
  let folder = '';
  const put = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'captures-'));
    await put('intel-06-a7-01/64/flag-control.txt.gz', gzipSync(flags));
    await put('README.md', '# Not a capture\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is read compressed or not', async () => {
    expect((await readCaptureFolder(folder)).files).toEqual([read(flags)]);
  });

  it('hides what is revoked, and tells of revocations that hide nothing', async () => {
    const hash = read(flags).captures[0]?.hash ?? '';
    await put('revoked.txt', `# why not\n${hash}  made on a broken machine\n0000000000 never was\n`);
    const { files, idle } = await readCaptureFolder(folder);
    expect(files[0]?.captures.map((capture) => capture.hash)).not.toContain(hash);
    expect(idle).toEqual(['0000000000']);
    await rm(join(folder, 'revoked.txt'));
  });

  it.each([
    ['revoked.txt', '0123456789\n', /revoked\.txt:1: a line is a hash/],
    ['revoked.txt', 'x why\n', /revoked\.txt:1: a line is a hash/],
    ['revoked.txt', '0123456789 a\n0123456789 b\n', /revoked\.txt:2: 0123456789 is revoked twice/],
    ['intel-06-a7-01/64/logic.txt', 'nonsense\n', /logic\.txt:1: here stands "format/],
    ['intel-06-a7-01/64/logic.txt.gz', 'nonsense\n', /cannot be decompressed/],
  ])('with a broken %s says where and why: %j', async (path, content, message) => {
    await put(path, content);
    await expect(readCaptureFolder(folder)).rejects.toThrow(message);
    await rm(join(folder, path));
  });

  it('refuses a file that stands where another belongs', async () => {
    await put('intel-06-a7-01/32/flag-control.txt', flags);
    await expect(readCaptureFolder(folder)).rejects.toThrow(/its head says that it stands at/);
    await rm(join(folder, 'intel-06-a7-01/32'), { recursive: true });
  });
});

describe('captures as an executor', () => {
  it('answer what was captured, and refuse what was not', async () => {
    const file = read(flags);
    const [source] = captureSources([file]);
    const [capture] = file.captures;
    if (source === undefined || capture === undefined) throw new Error('There is no capture.');
    const other = { ...capture.execution, bytes: Uint8Array.of(0x90) };
    expect(await source.execute([capture.execution, other])).toEqual([
      capture.answer,
      { status: 'refused', reason: 'not captured' },
    ]);
  });

  it('stand side by side, one a CPU', () => {
    const file = read(flags);
    const amd: CpuSignature = { vendor: 'amd', family: 0x19, model: 1, stepping: 1, name: '' };
    const sources = captureSources([file, { ...file, head: { ...file.head, cpu: amd } }, file]);
    expect(sources.map(({ version }) => version)).toEqual(['amd 19-01-01', 'intel 06-a7-01']);
  });
});

describe('replaying', () => {
  const replay = async (text: string, profile: string) => {
    const [source] = captureSources([read(text)]);
    if (source === undefined) throw new Error('There is no capture.');
    return replayCaptures({ source, ours, profile, known });
  };

  it('finds nothing where ours is what was captured', async () => {
    const { compared, same, mismatches } = await replay(flags, 'intel');
    expect(mismatches).toEqual([]);
    expect(same).toBe(compared);
  });

  it('finds a flag that is wrong', async () => {
    const wrong = spoiled((answer, { bytes }) => {
      if (answer.status === 'executed' && bytes[0] === 0xf9) answer.state.words[StateWord.rflags] = 0x202;
      return answer;
    });
    const { mismatches } = await replay(await record(wrong, 'flag-control'), 'intel');
    expect(mismatches.length).toBeGreaterThan(0);
    expect(mismatches[0]).toMatchObject({ observable: 'rflags', says: { ours: expect.stringContaining('C=1') } });
  });

  it('masks what rows leave undefined, but not from the same CPU', async () => {
    const other = spoiled((answer, { bytes }) => {
      // A of AND.
      if (answer.status === 'executed' && bytes[0] === 0x21)
        answer.state.words[StateWord.rflags] = (answer.state.words[StateWord.rflags] ?? 0) ^ 0x10;
      return answer;
    });
    const text = await record(other, 'logic');
    expect((await replay(text, 'amd-zen3')).mismatches).toEqual([]);
    expect((await replay(text, 'amd-zen3')).masked).toBeGreaterThan(0);
    expect((await replay(text, 'intel')).mismatches[0]?.observable).toBe('undefined-flags');
  });
});

describe('signatures', () => {
  it('are read as they are written', () => {
    expect(signatureText(cpu)).toBe('intel 06-a7-01');
    expect(readSignature(`${signatureText(cpu)} A Test`)).toEqual(cpu);
    expect(readSignature('via 06-a7-01')).toBeNull();
    expect(signatureFolder(cpu)).toBe('intel-06-a7-01');
  });

  it('have a profile where one describes them', () => {
    expect(profileOf(cpu)).toBe('intel');
    expect(profileOf({ ...cpu, vendor: 'amd', family: 0x19 })).toBe('amd-zen3');
    expect(profileOf({ ...cpu, vendor: 'amd', family: 0x17 })).toBeNull();
  });
});

describe('vectors', () => {
  it('tell all registers before, changes after, and what is undefined', () => {
    const form = forms.find(({ syntax }) => syntax === 'SHL r/m32, imm8');
    const state = plainState(64);
    state.set64(StateWord.gpr, 0x8000_0001n);
    const execution = { mode: 64, bytes: Uint8Array.of(0xc1, 0xe0, 2), state, memory: [] } as const;
    const after = state.clone();
    after.set64(StateWord.gpr, 4n);
    after.set64(StateWord.rip, 0x10_3003n);
    const texts = [captureText(execution, { status: 'executed', state: after, memory: [] })];
    const file = read(
      captureFileText({ ...head, chapter: 'shift' }, [{ form: form?.syntax ?? '', texts, leftOut: [] }]),
    );
    const { path, text } = vectorFile(file);
    const { vectors } = JSON.parse(text);
    expect(path).toBe('intel-06-a7-01/64/shift.json');
    expect(Object.keys(vectors[0].before.registers)).toHaveLength(26);
    expect(vectors[0]).toMatchObject({
      hash: captureHash('intel 06-a7-01', 64, texts[0] ?? ''),
      bytes: 'c1e002',
      outcome: 'executed',
      after: { registers: { rax: '0x4', rip: '0x103003' }, memory: [] },
      undefined: { flags: '0x810' },
    });
  });

  it('tell the whole sandbox', () => {
    const { pages, descriptors } = JSON.parse(sandboxVector().text);
    expect(pages).toHaveLength(6);
    expect(pages[0].bytes).toHaveLength(8192);
    expect(descriptors).toHaveLength(13);
  });
});

describe('questions', () => {
  it('are the same where executions are', () => {
    const execution = { mode: 16, bytes: Uint8Array.of(0x90), state: plainState(16), memory: [] } as const;
    expect(questionText(execution)).toBe('90');
    expect(questionText({ ...execution, state: execution.state.clone() })).toBe('90');
  });
});
