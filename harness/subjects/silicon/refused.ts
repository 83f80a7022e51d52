/**
 * Instructions that the CPU must not be asked about from here: what they do is the hypervisor's or the kernel's, is not the
 * same twice, or is of state that an execution does not tell. Told by their bytes, so that no error of a decoder can let
 * one through.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { type Execution, StateWord } from '../../execution.ts';
import { memoryBefore } from '../../generate/states/image.ts';
import { baseOf, descriptorOf } from '../../generate/states/segments.ts';

const reasons = {
  vector: 'it works on x87, MMX, SSE or AVX state, which an execution does not tell',
  saved: 'it saves or restores state that an execution does not tell',
  kernelEntry: 'the kernel is entered by it in a way that comes back elsewhere',
  interrupt80: 'whether the kernel has 32-bit system calls is its configuration',
  icebp: 'hypervisors raise its #DB in their own way',
  emulated: 'the kernel emulates it with invented values where UMIP forbids it',
  virtual: 'hypervisors answer it',
  time: 'it reads a clock or a counter',
  chance: 'it reads random numbers',
  identity: 'it tells which CPU, core or hypervisor this is',
  waits: 'it waits',
  security: 'it is of enclaves, transactions, protection keys or shadow stacks, which machines turn on or off',
  splitLock: 'the kernel takes the #AC of flags that it is popping for a split lock, and tries it again for ever',
  table: 'its selector is of the one descriptor that the kernel keeps for itself and shows',
} as const;

type Why = keyof typeof reasons;

/** Why it is not to be asked; null where it is. */
export const reasonToRefuse = (execution: Execution): string | null => {
  const why = whyOf(execution);
  return why === null ? null : reasons[why];
};

export const tableReason = reasons.table;

/** Null, or the prefix that decides between instructions of one opcode. */
interface Prefixes {
  at: number;
  has66: boolean;
  /** The last of F2 and F3, or 0. */
  repeat: number;
}
const prefixes: Prefixes = { at: 0, has66: false, repeat: 0 };

const legacy = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
const isLegacy = Uint8Array.from({ length: 256 }, (_, byte) => (legacy.has(byte) ? 1 : 0));

const skipPrefixes = (bytes: Uint8Array, mode: Mode): void => {
  prefixes.at = 0;
  prefixes.has66 = false;
  prefixes.repeat = 0;
  for (; prefixes.at < bytes.length; prefixes.at++) {
    const byte = bytes[prefixes.at] ?? 0;
    if (byte === 0x66) prefixes.has66 = true;
    else if (byte >= 0xf2 && byte <= 0xf3) prefixes.repeat = byte;
    else if (isLegacy[byte] === 0 && (mode !== 64 || (byte & 0xf0) !== 0x40)) break;
  }
};

/** POPF and IRET. */
export const loadsFlags = (bytes: Uint8Array, mode: Mode): boolean => {
  skipPrefixes(bytes, mode);
  const opcode = bytes[prefixes.at];
  return opcode === 0x9d || opcode === 0xcf;
};

/** A string instruction behind F2 or F3. */
export const isRepetition = (bytes: Uint8Array, mode: Mode): boolean => {
  skipPrefixes(bytes, mode);
  const opcode = bytes[prefixes.at] ?? filler;
  if (prefixes.repeat === 0) return false;
  return (opcode & 0xfc) === 0x6c || (opcode & 0xfc) === 0xa4 || (opcode >= 0xaa && opcode <= 0xaf);
};

/** What is behind the given bytes in memory. */
const filler = 0xcc;

const whyOf = (execution: Execution): Why | null => {
  const { bytes, mode } = execution;
  skipPrefixes(bytes, mode);
  const { at } = prefixes;
  const opcode = bytes[at] ?? filler;
  const next = bytes[at + 1] ?? filler;
  if (opcode === 0x0f) return whyOfTwoBytes(execution, next, bytes[at + 2] ?? filler);
  if (opcode === 0xf1) return 'icebp';
  if (opcode === 0x9b || (opcode >= 0xd8 && opcode <= 0xdf)) return 'vector';
  if (opcode === 0xcf) return popsAlignmentCheck(execution) ? 'splitLock' : null;
  // XABORT, XBEGIN: why a transaction ends depends on what ends it, and here that is us.
  if ((opcode & 0xfe) === 0xc6 && next === 0xf8) return 'security';
  if (opcode === 0xcd) return next === 0x80 ? 'interrupt80' : null;
  if (opcode === 0x8e) return isTableSelector(execution, next) ? 'table' : null;
  const isLong = mode === 64 || next >= 0xc0;
  if (opcode === 0x62) return isLong ? 'vector' : null;
  if (!isLong || (opcode & 0xfe) !== 0xc4) return null;
  // VEX: of its instructions, those on general registers remain.
  const map = opcode === 0xc5 ? 1 : next & 0x1f;
  const code = bytes[at + (opcode === 0xc5 ? 2 : 3)] ?? filler;
  return (map === 2 && code >= 0xf2 && code <= 0xf7) || (map === 3 && code === 0xf0) ? null : 'vector';
};

const whyOfTwoBytes = (execution: Execution, opcode: number, next: number): Why | null => {
  switch (opcode) {
    case 0x00:
      return whyOfGroup6(execution, next);
    case 0x01:
      return whyOfGroup7(next);
    case 0x02:
    case 0x03:
      return isTableSelector(execution, next) ? 'table' : null;
    case 0x05:
      return execution.mode === 64 ? null : 'kernelEntry';
    case 0x38:
      return whyOfMap2(next);
    case 0x3a:
      return 'vector';
    case 0xae:
      return whyOfGroup15(next);
    case 0xc7:
      return whyOfGroup9(next);
    default:
      return twoBytes[opcode] ?? null;
  }
};

const whyOfGroup6 = (execution: Execution, modrm: number): Why | null => {
  const operation = (modrm >> 3) & 7;
  if (operation < 2) return 'emulated';
  return (operation === 4 || operation === 5) && isTableSelector(execution, modrm) ? 'table' : null;
};

const whyOfGroup7 = (modrm: number): Why | null => {
  const operation = (modrm >> 3) & 7;
  if (modrm < 0xc0) return operation < 2 || operation === 4 ? 'emulated' : operation === 5 ? 'security' : null;
  if (operation === 4) return 'emulated';
  if (modrm < 0xc8 || (modrm >= 0xd8 && modrm < 0xe0)) return 'virtual';
  if (modrm === 0xca || modrm === 0xcb || modrm === 0xf8 || operation === 6) return null;
  if (modrm < 0xca || modrm === 0xfa || modrm === 0xfb) return 'waits';
  if (modrm === 0xd0) return 'identity';
  if (modrm === 0xd1) return 'saved';
  return modrm === 0xf9 || modrm === 0xfd ? 'time' : 'security';
};

const whyOfMap2 = (opcode: number): Why | null => {
  if (opcode >= 0x80 && opcode <= 0x82) return 'virtual';
  if (opcode === 0xf8) return 'security';
  return opcode < 0xf0 || opcode > 0xf9 ? 'vector' : null;
};

const whyOfGroup15 = (modrm: number): Why | null => {
  const operation = (modrm >> 3) & 7;
  const { has66, repeat } = prefixes;
  if (modrm < 0xc0) return operation < 6 || (operation === 6 && !has66) ? 'saved' : null;
  if (operation === 4) return 'time';
  if (operation === 5 && repeat !== 0) return 'security';
  return operation === 6 && (has66 || repeat !== 0) ? 'waits' : null;
};

const whyOfGroup9 = (modrm: number): Why | null => {
  const operation = (modrm >> 3) & 7;
  if (modrm < 0xc0) return operation >= 6 ? 'virtual' : operation >= 3 ? 'saved' : null;
  if (operation < 6) return null;
  return operation === 7 && prefixes.repeat === 0xf3 ? 'identity' : 'chance';
};

const twoBytes: readonly (Why | undefined)[] = ((): (Why | undefined)[] => {
  const all: (Why | undefined)[] = new Array(256).fill(undefined);
  const put = (why: Why, from: number, to: number = from): void => {
    all.fill(why, from, to + 1);
  };
  put('vector', 0x0e, 0x17);
  put('security', 0x1a, 0x1b);
  put('vector', 0x28, 0x2f);
  put('time', 0x31);
  put('time', 0x33);
  put('kernelEntry', 0x34, 0x35);
  put('security', 0x37);
  put('vector', 0x50, 0x7f);
  put('virtual', 0x78, 0x79);
  put('identity', 0xa2);
  put('vector', 0xc2);
  put('vector', 0xc4, 0xc6);
  put('vector', 0xd0, 0xfe);
  return all;
})();

/** IRET from an unaligned stack, where AC is among the flags that it pops: other than memory says, AC is 0 before. */
const popsAlignmentCheck = (execution: Execution): boolean => {
  const { mode, bytes, state } = execution;
  const rex = mode === 64 ? (bytes[prefixes.at - 1] ?? 0) : 0;
  if (prefixes.has66 === (mode !== 16) && (rex & 0xf8) !== 0x48) return false;
  const itemBytes = (rex & 0xf8) === 0x48 ? 8 : 4;
  const pointer = state.words[StateWord.gpr + 8] ?? 0;
  if ((pointer + baseOf(state, mode, 2)) % itemBytes === 0) return false;
  const place = (offset: number): number => ((pointer + offset) & (isSmallStack(execution) ? 0xffff : -1)) >>> 0;
  const flags = (place(2 * itemBytes + 2) + baseOf(state, mode, 2)) % 2 ** 32;
  return ((memoryBefore(execution, flags) ?? 0) & 4) !== 0;
};

const isSmallStack = ({ mode, state }: Execution): boolean =>
  mode !== 64 && descriptorOf(state.words[StateWord.selectors + 2] ?? 0)?.big !== true;

/** The GDT's entry that holds the number of the core: 78, with any RPL. */
export const isTableValue = (selector: number): boolean => (selector & 0xfffc) === 0x78;

/** In the register that ModRM names; in memory, wherever a run holds such a word. */
const isTableSelector = ({ bytes, state, memory, mode }: Execution, modrm: number): boolean => {
  if (modrm < 0xc0) return memory.some(({ bytes: run }) => holdsTableValue(run));
  const rex = mode === 64 ? (bytes[prefixes.at - 1] ?? 0) : 0;
  const high = (rex & 0xf1) === 0x41 ? 8 : 0;
  return isTableValue((state.words[StateWord.gpr + 2 * ((modrm & 7) | high)] ?? 0) & 0xffff);
};

const holdsTableValue = (run: Uint8Array): boolean => {
  for (let k = 0; k + 1 < run.length; k++) if (run[k + 1] === 0 && isTableValue(run[k] ?? 0)) return true;
  // At its ends a byte of the page's own may complete the word.
  return run[0] === 0 || isTableValue(run[run.length - 1] ?? 0);
};
