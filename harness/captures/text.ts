/**
 * A capture as a line: `4801d8 rax=1 rbx=2 > rax=3 fl=206 0123456789`. Bytes, what of the state before is not plain, `>`,
 * what came of it, hash. corpus/exec/README.md has the whole of it.
 */
import type { Mode } from '../../emulator/isa/modes.ts';
import { type CpuState, type Execution, type MemoryRun, StateWord } from '../execution.ts';
import { settleBases } from '../generate/states/segments.ts';
import type { RecordedAnswer } from './capture.ts';
import { plainState } from './plain-state.ts';

/** The part before the hash. */
export const captureText = (execution: Execution, answer: RecordedAnswer): string =>
  `${questionText(execution)} > ${answerText(execution, answer)}`.trimEnd();

/** What is asked; two executions are the same where these are. */
export const questionText = ({ mode, bytes, state, memory }: Execution): string =>
  [hexOf(bytes), ...stateTokens(plainState(mode), state, mode), ...memory.map(runToken)].join(' ');

const answerText = (execution: Execution, answer: RecordedAnswer): string => {
  if (answer.status === 'system call') return 'system-call';
  const expected = expectedState(execution, answer.status);
  const tokens = [...stateTokens(expected, answer.state, execution.mode), ...answer.memory.map(runToken)];
  return [...(answer.status === 'fault' ? [faultToken(answer)] : []), ...tokens].join(' ');
};

/** As before, but behind the instruction where it was executed. */
const expectedState = ({ mode, bytes, state }: Execution, status: RecordedAnswer['status']): CpuState => {
  const expected = state.clone();
  if (status === 'executed')
    expected.set64(StateWord.rip, BigInt.asUintN(mode, state.get64(StateWord.rip) + BigInt(bytes.length)));
  return expected;
};

const faultToken = ({ vector, error, address }: RecordedAnswer & { readonly status: 'fault' }): string =>
  `#${vector}${error === 0 ? '' : `:${error.toString(16)}`}${address === undefined ? '' : `@${address.toString(16)}`}`;

interface Field {
  readonly name: string;
  readonly word: number;
  readonly isWide: boolean;
}

const names = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

const fields: readonly Field[] = [
  ...names.map((name, number) => ({ name, word: StateWord.gpr + 2 * number, isWide: true })),
  { name: 'rip', word: StateWord.rip, isWide: true },
  { name: 'fl', word: StateWord.rflags, isWide: true },
  ...['es', 'cs', 'ss', 'ds', 'fs', 'gs'].map((name, number) => ({
    name,
    word: StateWord.selectors + number,
    isWide: false,
  })),
  { name: 'fsb', word: StateWord.fsBase, isWide: true },
  { name: 'gsb', word: StateWord.gsBase, isWide: true },
];

const fieldByName: ReadonlyMap<string, Field> = new Map(fields.map((field) => [field.name, field]));

const fieldOf = (state: CpuState, { word, isWide }: Field): bigint =>
  isWide ? state.get64(word) : BigInt(state.words[word] ?? 0);

/** What differs; bases of FS and GS only where they do not follow from the selectors. */
const stateTokens = (plain: CpuState, state: CpuState, mode: Mode): readonly string[] => {
  const follows = plain.clone();
  follows.words.set(state.words.subarray(StateWord.selectors, StateWord.selectors + 6), StateWord.selectors);
  settleBases(follows, mode);
  return fields.flatMap((field) => {
    const value = fieldOf(state, field);
    const isBase = field.word === StateWord.fsBase || field.word === StateWord.gsBase;
    const usual = fieldOf(isBase ? follows : plain, field);
    return value === usual ? [] : [`${field.name}=${value.toString(16)}`];
  });
};

const runToken = ({ address, bytes }: MemoryRun): string => `@${address.toString(16)}=${hexOf(bytes)}`;

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A line without its hash, read; or what is wrong with it. */
export const readCaptureText = (
  text: string,
  mode: Mode,
): { readonly execution: Execution; readonly answer: RecordedAnswer } | string => {
  const [before = '', after, more] = text.split(/ >(?: |$)/);
  if (after === undefined || more !== undefined) return 'there is not exactly one ">" between before and after';
  const [hex = '', ...beforeTokens] = before.split(' ');
  const bytes = bytesOf(hex);
  if (bytes === null || bytes.length > 15) return `"${hex}" is not one to fifteen bytes in hex`;
  const asked = readTokens(beforeTokens, plainState(mode), mode);
  if (typeof asked === 'string') return asked;
  const execution = { mode, bytes, ...asked };
  const answer = readAnswer(after === '' ? [] : after.split(' '), execution);
  return typeof answer === 'string' ? answer : { execution, answer };
};

const readAnswer = (tokens: readonly string[], execution: Execution): RecordedAnswer | string => {
  const [first = '', ...rest] = tokens;
  if (first === 'system-call') return rest.length === 0 ? { status: 'system call' } : 'nothing follows "system-call"';
  const status = first.startsWith('#') ? 'fault' : 'executed';
  const expected = expectedState(execution, status);
  const after = readTokens(status === 'fault' ? rest : tokens, expected, execution.mode);
  if (typeof after === 'string') return after;
  if (status === 'executed') return { status, ...after };
  const match = /^#(\d{1,3})(?::([0-9a-f]{1,8}))?(?:@([0-9a-f]{1,16}))?$/.exec(first);
  if (match === null) return `"${first}" is no fault: #vector, :error and @address in hex`;
  const [, vector = '', error = '0', address] = match;
  const fault = { status, vector: Number(vector), error: Number.parseInt(error, 16), ...after } as const;
  return address === undefined ? fault : { ...fault, address: BigInt(`0x${address}`) };
};

const readTokens = (
  tokens: readonly string[],
  plain: CpuState,
  mode: Mode,
): { readonly state: CpuState; readonly memory: readonly MemoryRun[] } | string => {
  const state = plain.clone();
  const memory: MemoryRun[] = [];
  const bases: (() => void)[] = [];
  for (const token of tokens) {
    const [, name = '', hex = ''] = /^(@?[0-9a-z]+)=([0-9a-f]+)$/.exec(token) ?? [];
    const field = fieldByName.get(name);
    const run = name.startsWith('@') ? readRun(name.slice(1), hex) : null;
    if (run !== null) memory.push(run);
    else if (field === undefined || hex.length > 16) return `"${token}" is neither register=hex nor @address=hex`;
    else if (field.name === 'fsb' || field.name === 'gsb')
      bases.push(() => state.set64(field.word, BigInt(`0x${hex}`)));
    else if (field.isWide) state.set64(field.word, BigInt(`0x${hex}`));
    else state.words[field.word] = Number.parseInt(hex, 16);
  }
  settleBases(state, mode);
  for (const put of bases) put();
  return { state, memory };
};

const readRun = (address: string, hex: string): MemoryRun | null => {
  const bytes = bytesOf(hex);
  return bytes === null || !/^[0-9a-f]{1,13}$/.test(address) ? null : { address: Number.parseInt(address, 16), bytes };
};

const bytesOf = (hex: string): Uint8Array | null => {
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, k) => Number.parseInt(hex.slice(2 * k, 2 * k + 2), 16));
};
