import { afterAll, expect, it } from 'vitest';
import type { Mode } from '../../../emulator/isa/modes.ts';
import { type Execution, type ExecutionAnswer, type Executor, StateWord } from '../../execution.ts';
import { homeState, realHomeState } from '../../generate/states/home.ts';
import { changedFields, runText } from '../../report/execution-line.ts';
import { windowBase } from '../../sandbox.ts';
import { askedUnicorn } from './testing/asked-unicorn.ts';
import { createUnicorn } from './unicorn.ts';

const { ofUnicorn, opened } = await askedUnicorn();
const asked = (): Executor => {
  if ('unavailable' in opened) throw new Error(opened.unavailable);
  return opened;
};
afterAll(async () => {
  if (!('unavailable' in opened)) await opened.close();
});

const [rax, rcx, rbx, rsp, rdi] = [0, 2, 6, 8, 14];
type Setting = 'real' | Mode;
type Words = Readonly<Record<number, number>>;

const execution = (setting: Setting, hex: string, words: Words = {}, memory: Execution['memory'] = []): Execution => {
  const mode = setting === 'real' ? 16 : setting;
  const state = setting === 'real' ? realHomeState() : homeState(mode);
  state.words[rsp] = mode === 16 ? 0x2800 : windowBase + 0x2800;
  for (const [word, value] of Object.entries(words)) state.words[Number(word)] = value;
  return { mode, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), state, memory };
};

/** What is other than before, in words of a line. */
const told = (answer: ExecutionAnswer | undefined, { state: before }: Execution): string => {
  if (answer?.status === 'refused') return answer.reason;
  if (answer?.status !== 'executed' && answer?.status !== 'fault') return answer?.status ?? 'nothing';
  const parts = [...changedFields(answer.state, before), ...answer.memory.map(runText)];
  if (answer.status === 'executed') return parts.join(' ');
  const address = answer.address === undefined ? '' : ` at ${answer.address.toString(16)}`;
  return [`#${answer.vector} ${answer.error.toString(16)}${address}`, ...parts].join(' ');
};

const ask = async (...question: Parameters<typeof execution>): Promise<string> => {
  const one = execution(...question);
  const [answer] = await asked().execute([one]);
  return told(answer, one);
};

ofUnicorn('Unicorn as an executor', () => {
  it('tells its version, and knows all modes', () => {
    expect(asked().name).toBe('unicorn');
    expect(asked().version).toMatch(/^2\.\d+\.\d+$/);
    expect(asked().modes).toEqual([16, 32, 64]);
  });

  it.each([
    [64, '48 01 D8', 'rax=1 rip=103003'],
    [32, '01 D8', 'rax=1 rip=103002'],
    [16, '01 D8', 'rax=1 rip=3002'],
    ['real', '01 D8', 'rax=1 rip=3002'],
  ] as const)('executes in %s: %s', async (setting, code, wanted) => {
    expect(await ask(setting, code, { [rbx]: 1 })).toBe(wanted);
  });

  it.each([
    [64, 'rsp=1027f8 rip=103001 @1027f8=0500000000000000'],
    [32, 'rsp=1027fc rip=103001 @1027fc=05000000'],
    [16, 'rsp=27fe rip=3001 @1027fe=0500'],
    ['real', 'rsp=27fe rip=3001 @127fe=0500'],
  ] as const)('pushes as %s has its stack', async (setting, wanted) => {
    expect(await ask(setting, '50', { [rax]: 5 })).toBe(wanted);
  });

  it('keeps what a 16-bit stack does not move', async () => {
    expect(await ask(16, '50', { [rsp]: 0x1234_2800 })).toMatch(/rsp=123427fe/);
  });

  it.each([
    [64, '8B 00', { [rax]: 5 }, '#14 4 at 5'],
    [64, '89 00', { [rax]: 5 }, '#14 6 at 5'],
    [32, '88 00', { [rax]: windowBase + 0x1000 }, '#14 7 at 101000'],
    [64, '0F 0B', {}, '#6 0'],
    [64, 'F4', {}, '#13 0'],
    [64, 'F7 F1', {}, '#0 0'],
    [16, '8E D8', { [rax]: 0x1234 }, '#13 1234'],
    [32, '8E D8', { [rax]: 0x3f }, '#11 3c'],
    [64, 'CC', {}, '#3 0 rip=103001'],
    ['real', 'CD 21', {}, '#33 0 rip=3002'],
    ['real', 'F7 F1', {}, '#0 0'],
  ] as const)('tells the fault of %s %s', async (setting, code, words, fault) => {
    expect(await ask(setting, code, words)).toBe(fault);
  });

  it('tells a fetch that faults from a branch to where nothing is', async () => {
    expect(await ask(64, '8B 04 25 00', { [StateWord.rip]: windowBase + 0x3ffd })).toBe('#14 14 at 104000');
    expect(await ask(64, 'FF E0', { [rax]: 0x5000 })).toBe('rip=5000');
    expect(await ask('real', 'FF E0', { [rax]: 0x5000 })).toBe('rip=5000');
  });

  it('executes a repetition to its end, and a branch to itself once', async () => {
    expect(await ask(64, 'F3 AA', { [rax]: 1, [rcx]: 3, [rdi]: windowBase })).toMatch(
      /^rcx=0 rdi=100003 rip=103002 @100000=010101$/,
    );
    expect(await ask(32, 'EB FE')).toBe('');
  });

  it('leaves nothing behind for the next one', async () => {
    const [store, load] = [
      execution(64, '88 00', { [rax]: windowBase }),
      execution(64, '8A 00', { [rax]: windowBase }),
    ];
    const [before] = await asked().execute([load]);
    const [, after] = await asked().execute([store, load]);
    expect(told(after, load)).toBe(told(before, load));
  });

  it('takes memory from an execution, and its code where it stands', async () => {
    const memory = [{ address: windowBase + 0x10, bytes: Uint8Array.of(0x7f) }];
    const line = await ask(64, '8A 00', { [rax]: windowBase + 0x10, [StateWord.rip]: windowBase + 0x3100 }, memory);
    expect(line).toBe('rax=10007f rip=103102');
  });

  it('loads segments of real mode by their selectors', async () => {
    expect(await ask('real', '8E D8', { [rax]: 0x1234 })).toBe('rip=3002 ds=1234');
    expect(await ask('real', '9A 00 20 34 12')).toBe('rsp=27fc rip=2000 cs=1234 @127fc=05300010');
  });

  it.each([
    [64, '0F 31', 'it is about state or about a machine that an execution does not tell'],
    [64, 'CD 21', 'it reports INT n without a look at the gate'],
    ['real', 'F4', 'in real mode it works on a machine that an execution does not tell'],
    ['real', '67 8B 00', 'there is no memory where it goes'],
  ] as const)('refuses %s %s', async (setting, code, reason) => {
    expect(await ask(setting, code, { [rax]: 0x5000 })).toBe(reason);
  });

  it('refuses a state in real mode that is not of 16-bit code', async () => {
    const one = { ...execution('real', '90'), mode: 32 } as const;
    expect(await asked().execute([one])).toEqual([{ status: 'refused', reason: 'real mode is of 16-bit code' }]);
  });

  it('answers many at once in their order', async () => {
    const settings = [16, 32, 'real'] as const;
    const many = Array.from({ length: 999 }, (_, k) => execution(settings[k % 3] ?? 16, '40', { [rax]: k }));
    const answers = await asked().execute(many);
    const sums = answers.map((answer) => answer.status === 'executed' && answer.state.words[rax]);
    expect(sums).toEqual(Array.from({ length: 999 }, (_, k) => k + 1));
  });
});

it('says what to do where its runner is missing', async () => {
  const missing = await createUnicorn({ command: '/nowhere/runner' });
  expect(missing).toMatchObject({ name: 'unicorn', remedy: expect.stringContaining('libunicorn-dev') });
});
