import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Mode } from '../../../emulator/isa/modes.ts';
import { type Execution, type ExecutionAnswer, StateWord } from '../../execution.ts';
import { Random } from '../../generate/random.ts';
import { homeState } from '../../generate/states/home.ts';
import { windowBase } from '../../sandbox.ts';
import type { Silicon } from './silicon.ts';
import { askedCpu } from './testing/asked-cpu.ts';

let silicon: Silicon;
const { ofCpu, opened } = await askedCpu();
beforeAll(() => {
  if (!('unavailable' in opened)) silicon = opened;
});
afterAll(() => silicon?.close());

const [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi] = [0, 2, 4, 6, 8, 10, 12, 14];

interface Wanted {
  readonly memory?: Execution['memory'];
  readonly [word: number]: number;
}

const execution = (mode: Mode, hex: string, { memory = [], ...words }: Wanted = {}): Execution => {
  const state = homeState(mode);
  state.words[rsp] = mode === 16 ? 0x2800 : windowBase + 0x2800;
  for (const [word, value] of Object.entries(words)) state.words[Number(word)] = value;
  return { mode, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), state, memory };
};

/** What is other than before, in words of a line. */
const told = (answer: ExecutionAnswer | undefined, { state: { words: before } }: Execution): string => {
  if (answer === undefined) return 'nothing';
  if (answer.status !== 'executed' && answer.status !== 'fault') return answer.status;
  const { state, memory } = answer;
  const parts = answer.status === 'fault' ? [`#${answer.vector} ${answer.error.toString(16)}`] : [];
  if (answer.status === 'fault' && answer.address !== undefined) parts.push(`at ${answer.address.toString(16)}`);
  for (let word = 0; word < StateWord.count; word++) {
    if (state.words[word] !== before[word]) parts.push(`${nameOf(word)}=${(state.words[word] ?? 0).toString(16)}`);
  }
  for (const run of memory) parts.push(`[${run.address.toString(16)}]=${Buffer.from(run.bytes).toString('hex')}`);
  return parts.join(' ');
};

const names = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15 rip rflags'.split(' ');
const segments = 'es cs ss ds fs gs'.split(' ');
const nameOf = (word: number): string => {
  if (word < StateWord.selectors) return `${names[word >> 1]}${word % 2 === 0 ? '' : '+'}`;
  return word < StateWord.fsBase ? (segments[word - StateWord.selectors] ?? '') : `base ${word}`;
};

const ask = async (one: Execution): Promise<string> => {
  const [fast] = await silicon.execute([one]);
  const [sure] = await silicon.recheck([one]);
  expect(told(sure, one)).toBe(told(fast, one));
  return told(fast, one);
};

const bytesAt = (address: number, hex: string): Execution['memory'] => [
  { address, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')) },
];

ofCpu('64-bit mode', () => {
  it.each<[string, string, Wanted, string]>([
    ['NOP', '90', {}, 'rip=103001'],
    ['ADD with overflow', '48 01 C8', { [rax + 1]: 0x80000000, [rcx + 1]: 0x80000000 }, 'rax+=0 rip=103003 rflags=a47'],
    ['a 32-bit result clears the upper half', '89 C8', { [rax + 1]: 5, [rcx]: 7 }, 'rax=7 rax+=0 rip=103002'],
    ['PUSH', '50', { [rax]: 0x11223344 }, 'rsp=1027f8 rip=103001 [1027f8]=4433221100000000'],
    [
      'POP FS base stays out of it',
      '65 48 8B 00',
      { [rax]: 0x100000, memory: bytesAt(0x100000, '0807060504030201') },
      'rax=5060708 rax+=1020304 rip=103004',
    ],
    ['a taken JMP', 'EB 10', {}, 'rip=103012'],
    ['a JMP to itself', 'EB FE', {}, ''],
    ['a JMP to where nothing is', 'FF E0', { [rax]: 0x12345678 }, 'rip=12345678'],
    ['a JMP into its own middle', 'EB FF', {}, 'rip=103001'],
    ['what stands behind the instruction stays out of it: NOP', '90 F4 0F 0B', {}, 'rip=103001'],
    ['a CALL', 'E8 00 01 00 00', {}, 'rsp=1027f8 rip=103105 [1027f8]=0530100000000000'],
    ['INT3', 'CC', {}, '#3 0 rip=103001'],
    ['UD2', '0F 0B', {}, '#6 0'],
    ['HLT', 'F4', {}, '#13 0'],
    ['DIV by zero', 'F7 F1', {}, '#0 0'],
    ['a store to a page that is read-only', '88 00', { [rax]: windowBase + 0x1000 }, '#14 7 at 101000'],
    ['a load from where nothing is', '8A 00', { [rax]: 0x5000 }, '#14 4 at 5000'],
    ['a load from the upper half', '8A 00', { [rax]: 0, [rax + 1]: 0xffff8000 }, '#14 4 at ffff800000000000'],
    ['an address that is not canonical', '8A 00', { [rax + 1]: 0x800000 }, '#13 0'],
    ['an unaligned load under AC', '8B 00', { [rax]: windowBase + 1, [StateWord.rflags]: 0x40202 }, '#17 0'],
    [
      'REP STOSB',
      'F3 AA',
      { [rax]: 0xab, [rcx]: 3, [rdi]: windowBase, memory: bytesAt(windowBase, '000000') },
      'rcx=0 rdi=100003 rip=103002 [100000]=ababab',
    ],
    [
      'REP STOSB up to the end of what is mapped',
      'F3 AA',
      { [rcx]: 0x1000, [rdi]: windowBase + 0xfffe, memory: bytesAt(windowBase + 0xfffe, 'ffff') },
      '#14 6 at 110000 rcx=ffe rdi=110000 [10fffe]=0000',
    ],
    ['POPF', '9D', { memory: bytesAt(0x102800, 'd50c2400 00000000') }, 'rsp=102808 rip=103001 rflags=240ed7'],
    ['POPF with TF', '9D', { memory: bytesAt(0x102800, '02030000 00000000') }, 'rsp=102808 rip=103001 rflags=302'],
    [
      'PUSHF',
      '9C',
      { memory: bytesAt(0x1027f8, 'ffffffff ffffffff') },
      'rsp=1027f8 rip=103001 [1027f8]=0202000000000000',
    ],
    ['MOV SS', '8E D0', { [rax]: 0x2b }, 'rip=103002'],
    ['MOV to a segment that is absent', '8E D8', { [rax]: 0x3f }, '#11 3c'],
    ['WRFSBASE', 'F3 48 0F AE D0', { [rax]: 0x1234 }, 'rip=103005 base 42=1234'],
    ['SYSCALL', '0F 05', {}, 'system call'],
  ])('%s is told as it happened', async (_, hex, wanted, expected) => {
    expect(await ask(execution(64, hex, wanted))).toBe(expected);
  });
});

ofCpu('32-bit mode', () => {
  it.each<[string, string, Wanted, string]>([
    ['INC', '40', { [rax]: 0xffffffff }, 'rax=0 rip=103001 rflags=256'],
    [
      'PUSHA',
      '60',
      {
        [rax]: 1,
        [rcx]: 2,
        [rdx]: 3,
        [rbx]: 4,
        [rbp]: 5,
        [rsi]: 6,
        [rdi]: 7,
        memory: bytesAt(0x1027e0, 'ff'.repeat(32)),
      },
      'rsp=1027e0 rip=103001 [1027e0]=0700000006000000050000000028100004000000030000000200000001000000',
    ],
    ['INTO', 'CE', { [StateWord.rflags]: 0xa02 }, '#4 0 rip=103001'],
    ['BOUND', '62 08', { [rax]: windowBase, [rcx]: 9, memory: bytesAt(windowBase, '00000000 08000000') }, '#5 0'],
    ['AAM', 'D4 0A', { [rax]: 0x63 }, 'rax=909 rip=103002 rflags=206'],
    ['a far JMP into 64-bit code', 'EA 00 34 10 00 33 00', {}, 'rip=103400 cs=33'],
    ['a store behind the limit', '88 00', { [rax]: 0x1800, [StateWord.selectors + 3]: 0x1f }, '#13 0'],
    ['LAR', '0F 02 C1', { [rcx]: 0x27 }, 'rax=40f100 rip=103003 rflags=242'],
  ])('%s is told as it happened', async (_, hex, wanted, expected) => {
    expect(await ask(execution(32, hex, wanted))).toBe(expected);
  });
});

ofCpu('16-bit mode', () => {
  it.each<[string, string, Wanted, string]>([
    [
      'PUSH leaves the upper half of ESP',
      '50',
      { [rax]: 0x1234, [rsp]: 0xabcd2800 },
      'rsp=abcd27fe rip=3001 [1027fe]=3412',
    ],
    ['a stack that wraps', '50', { [rax]: 0x1234, [rsp]: 0 }, 'rsp=fffe rip=3001 [10fffe]=3412'],
    ['MOV over the end of the segment', '89 07', { [rbx]: 0xffff }, '#13 0'],
    ['LOOP', 'E2 10', { [rcx]: 0x10001 }, 'rcx=10000 rip=3002'],
    ['a JMP that wraps', 'E9 FD CF', {}, 'rip=0'],
    ['a 32-bit operation', '66 05 01 00 00 00', { [rax]: 0xffff }, 'rax=10000 rip=3006 rflags=216'],
    ['RET', 'C3', { memory: bytesAt(0x102800, '3412') }, 'rsp=2802 rip=1234'],
    ['LSL', '0F 03 C1', { [rcx]: 0x1f }, 'rax=17ff rip=3003 rflags=242'],
  ])('%s is told as it happened', async (_, hex, wanted, expected) => {
    expect(await ask(execution(16, hex, wanted))).toBe(expected);
  });
});

ofCpu('what is not asked', () => {
  it.each<[string, Mode, string]>([
    ['RDTSC', 64, '0F 31'],
    ['CPUID', 32, '0F A2'],
    ['SYSENTER', 64, '0F 34'],
    ['SYSCALL of 32-bit code', 32, '0F 05'],
    ['INT 80', 64, 'CD 80'],
    ['SIDT', 16, '0F 01 0F'],
    ['VMCALL', 64, '0F 01 C1'],
    ['RDRAND', 64, '48 0F C7 F0'],
    ['FLD1', 64, 'D9 E8'],
    ['PADDB', 64, '66 0F FC C1'],
    ['VPADDB', 64, 'C5 F1 FC C1'],
    ['UMWAIT', 64, 'F2 0F AE F0'],
    ['MOV from the selector that tells the core', 64, '8E D8'],
    ['XBEGIN', 64, 'C7 F8 00 00 00 00'],
  ])('%s is refused with a reason', async (_, mode, hex) => {
    const [answer] = await silicon.execute([execution(mode, hex, { [rax]: 0x7b })]);
    expect(answer).toMatchObject({ status: 'refused', reason: expect.stringMatching(/./) });
  });

  it.each([
    ['BLSI', 'C4 E2 78 F3 D9'],
    ['LFENCE', '0F AE E8'],
    ['CLAC', '0F 01 CA'],
    ['MOVNTI', '0F C3 08'],
    ['CMPXCHG8B', '0F C7 08'],
  ])('%s is asked', async (_, hex) => {
    const [answer] = await silicon.execute([execution(64, hex)]);
    expect(answer?.status).toMatch(/executed|fault/);
  });
});

ofCpu('memory in many runs', () => {
  const scattered = (count: number): Execution => {
    const memory = Array.from({ length: count }, (_, k) => ({ address: windowBase + 16 * k, bytes: Uint8Array.of(k) }));
    return execution(64, 'F3 A4', { [rcx]: 0x800, [rsi]: windowBase, [rdi]: windowBase + 0xf000, memory });
  };

  it.each([64, 255])('is there, and told, of %d runs', async (count) => {
    const asked = scattered(count);
    const [fast] = await silicon.execute([asked]);
    const [sure] = await silicon.recheck([asked]);
    expect(fast).toMatchObject({ status: 'executed' });
    expect(sure).toEqual(fast);
    if (fast?.status !== 'executed') return;
    const bytes = new Map(fast.memory.flatMap((run) => [...run.bytes].map((byte, k) => [run.address + k, byte])));
    for (let k = 1; k < Math.min(count, 0x80); k++) expect(bytes.get(windowBase + 0xf000 + 16 * k)).toBe(k);
  });

  it('is not asked in part', async () => {
    const [answer] = await silicon.execute([scattered(256)]);
    expect(answer).toEqual({ status: 'refused', reason: 'more than 255 runs of memory are not asked at once' });
  });
});

const noise = (mode: Mode, count: number): readonly Execution[] => {
  const random = new Random(1, `noise/${mode}`);
  return Array.from({ length: count }, () => {
    const one = execution(mode, '00'.repeat(8));
    for (let k = 0; k < one.bytes.length; k++) one.bytes[k] = random.next() & 0xff;
    for (let word = 0; word < 16; word += 2) one.state.words[word] = windowBase + (random.next() & 0xffff);
    return one;
  });
};

const digest = (answers: readonly ExecutionAnswer[], asked: readonly Execution[]): readonly string[] =>
  answers.map((answer, k) => told(answer, asked[k] ?? execution(64, '90')));

ofCpu('random bytes', () => {
  it.each<Mode>([64, 32, 16])('are answered the same twice in %d-bit mode, and none ends the runner', async (mode) => {
    const asked = noise(mode, 100_000);
    const first = digest(await silicon.execute(asked), asked);
    expect(digest(await silicon.execute(asked), asked)).toEqual(first);
    expect(first.filter((one) => /crashed|timed out|nothing/.test(one))).toEqual([]);
  });
});
