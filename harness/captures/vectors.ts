/** Captures as plain JSON for other emulators: nothing is left to be known but x86. corpus/exec/README.md documents it. */
import type { CpuState, MemoryRun } from '../execution.ts';
import { StateWord } from '../execution.ts';
import { pageBytes, pageImage, sandboxDescriptors, sandboxPages } from '../sandbox.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import type { Capture, CaptureFile } from './capture.ts';
import { capturePath } from './file.ts';
import { sandboxDigest } from './hash.ts';
import { hexOf } from './text.ts';
import { undefinedResults } from './undefined-results.ts';

export interface VectorFile {
  readonly path: string;
  readonly text: string;
}

/** The world in which all vectors are run, told once. */
export const sandboxVector = (): VectorFile => ({
  path: 'sandbox.json',
  text: `${JSON.stringify(
    {
      format: 1,
      digest: sandboxDigest(),
      cpl: 3,
      iopl: 0,
      cr0: { PE: 1, PG: 1, AM: 1, WP: 1 },
      cr4: { UMIP: 1, FSGSBASE: 1, PCE: 0, TSD: 0 },
      pageBytes,
      pages: sandboxPages.map((page) => ({
        address: hexNumber(page.address),
        readable: true,
        writable: page.access !== 'read-only',
        executable: page.access === 'execute',
        bytes: hexOf(pageImage(page)),
      })),
      descriptors: sandboxDescriptors.map(({ selector, base, limit, ...rest }) => ({
        selector: hexNumber(selector),
        base: hexNumber(base),
        limit: hexNumber(limit),
        dpl: 3,
        ...rest,
      })),
    },
    null,
    2,
  )}\n`,
});

/** One line a vector, so that files can be compared and searched. */
export const vectorFile = (file: CaptureFile): VectorFile => {
  const { head, captures } = file;
  const { cpu, mode, chapter, sandbox } = head;
  const vectors = captures.map((capture) => JSON.stringify(vectorOf(capture, file)));
  const top = { format: 1, cpu: signatureText(cpu), name: cpu.name, mode, chapter, sandbox };
  const text = `${JSON.stringify(top).slice(0, -1)},"vectors":[\n${vectors.join(',\n')}\n]}\n`;
  return { path: capturePath(head).replace(/\.txt$/, '.json'), text };
};

const vectorOf = (capture: Capture, { head }: CaptureFile): object => {
  const { execution, answer, hash } = capture;
  const before = { registers: registersOf(execution.state), memory: memoryOf(execution.memory) };
  const asked = { hash, bytes: hexOf(execution.bytes), before };
  if (answer.status === 'system call') return { ...asked, outcome: 'system-call' };
  const after = { registers: changesOf(execution.state, answer.state), memory: memoryOf(answer.memory) };
  if (answer.status === 'fault') {
    const { vector, error, address } = answer;
    const fault = { vector, error, ...(address === undefined ? {} : { address: hexNumber(address) }) };
    return { ...asked, outcome: 'fault', fault, after };
  }
  const { flags, registers, isMemory } = undefinedResults(capture, head.cpu.vendor);
  const open = {
    ...(flags === 0 ? {} : { flags: hexNumber(flags) }),
    ...(registers.length === 0 ? {} : { registers: registers.map((number) => names[number]) }),
    ...(isMemory ? { memory: true } : {}),
  };
  return { ...asked, outcome: 'executed', after, ...(Object.keys(open).length === 0 ? {} : { undefined: open }) };
};

/** 64 bits do not fit JSON's numbers everywhere, so that all are text. */
const hexNumber = (value: number | bigint): string => `0x${value.toString(16)}`;

const names = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
const segments = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

/** Every register, in the order of the encoding. */
const registersOf = (state: CpuState): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...names.map((name, number) => [name, hexNumber(state.get64(StateWord.gpr + 2 * number))]),
    ['rip', hexNumber(state.get64(StateWord.rip))],
    ['rflags', hexNumber(state.get64(StateWord.rflags))],
    ...segments.map((name, number) => [name, hexNumber(state.words[StateWord.selectors + number] ?? 0)]),
    ['fsbase', hexNumber(state.get64(StateWord.fsBase))],
    ['gsbase', hexNumber(state.get64(StateWord.gsBase))],
  ]);

const changesOf = (before: CpuState, after: CpuState): Readonly<Record<string, string>> => {
  const old = registersOf(before);
  return Object.fromEntries(Object.entries(registersOf(after)).filter(([name, value]) => old[name] !== value));
};

const memoryOf = (runs: readonly MemoryRun[]): readonly (readonly [address: string, bytes: string])[] =>
  runs.map(({ address, bytes }) => [hexNumber(address), hexOf(bytes)] as const);
