/** Fetches what an argument names, from registers and memory as they were at the probe, and writes it as the log does. */
import type { FetchArgument } from './argument.ts';
import type { Fetch } from './expression.ts';
import type { FetchType } from './type.ts';

export interface FetchRegisters {
  /** By names of the mode: rax, r8, rip, rflags; eax, eip, eflags where a word has 32 bits. */
  read(name: string): bigint;
}

export interface FetchSource {
  readonly registers: FetchRegisters;
  /** Null where it cannot be read. */
  readonly read: (address: bigint, lengthBytes: number) => Uint8Array | null;
  /** Default 64. */
  readonly wordBits?: 32 | 64;
  /** Name of the running program. */
  readonly commandName?: string;
  /** The symbol that an address belongs to. */
  readonly symbolOf?: (address: bigint) => { readonly name: string; readonly offset: bigint } | undefined;
}

export interface Fetched {
  readonly name: string;
  /** Null where memory cannot be read. */
  readonly value: bigint | string | readonly (bigint | string | null)[] | null;
  /** As in the log, without the name. */
  readonly text: string;
}

/** The value of an argument. */
export const fetchArgument = (argument: FetchArgument, source: FetchSource): Fetched => {
  const { name, type } = argument;
  if (type.count === 0) {
    const value = fetchedValue(argument.fetch, type, source);
    return { name, value, text: textOf(value, type, source) };
  }
  const value = elementsOf(argument.fetch, type, source);
  return { name, value, text: `{${value.map((one) => textOf(one, type, source)).join(',')}}` };
};

/** All arguments, as a line of the log has them. */
export const fetchLine = (args: readonly FetchArgument[], source: FetchSource): string =>
  args
    .map((argument) => fetchArgument(argument, source))
    .map(({ name, text }) => `${name}=${text}`)
    .join(' ');

const wordBitsOf = ({ wordBits = 64 }: FetchSource): 32 | 64 => wordBits;
const wordBytesOf = (source: FetchSource): number => wordBitsOf(source) >> 3;

const elementsOf = (fetch: Fetch, type: FetchType, source: FetchSource): readonly (bigint | string | null)[] => {
  const first = addressOf(fetch, source);
  // An array of strings is one of their addresses.
  const isString = type.kind === 'string';
  const elementBytes = isString ? wordBytesOf(source) : type.bits >> 3;
  return Array.from({ length: type.count }, (_, k) => {
    if (first === null) return null;
    const address = first + BigInt(k * elementBytes);
    if (!isString) return loaded(address, type, source);
    const pointer = load(address, wordBytesOf(source), source);
    return pointer === null ? null : stringAt(pointer, source);
  });
};

const fetchedValue = (fetch: Fetch, type: FetchType, source: FetchSource): bigint | string | null => {
  if (fetch.kind === 'text') return fetch.text;
  if (fetch.kind === 'command name') return source.commandName ?? '';
  if (fetch.kind === 'memory') {
    const address = addressOf(fetch, source);
    if (address === null) return null;
    return type.kind === 'string' ? stringAt(address, source) : loaded(address, type, source);
  }
  const word = wordOf(fetch, source);
  return word === null ? null : typed(word, type);
};

/** Of memory, where it is. */
const addressOf = (fetch: Fetch, source: FetchSource): bigint | null => {
  if (fetch.kind !== 'memory') return null;
  const base = wordOf(fetch.of, source);
  return base === null ? null : BigInt.asUintN(wordBitsOf(source), base + fetch.offset);
};

/** A machine word, as what is dereferenced is. */
const wordOf = (fetch: Fetch, source: FetchSource): bigint | null => {
  const { registers } = source;
  const bits = wordBitsOf(source);
  switch (fetch.kind) {
    case 'register':
      return registerOf(fetch.name, source);
    case 'stack':
      return registerOf('sp', source);
    case 'stack entry':
      return load(registerOf('sp', source) + BigInt(fetch.index * wordBytesOf(source)), wordBytesOf(source), source);
    case 'argument':
      return functionArgument(fetch.index, source);
    case 'return value':
      return registers.read(bits === 64 ? 'rax' : 'eax');
    case 'immediate':
      return BigInt.asUintN(bits, fetch.value);
    case 'memory': {
      const address = addressOf(fetch, source);
      return address === null ? null : load(address, wordBytesOf(source), source);
    }
    default:
      return null;
  }
};

const asTheyAre = /^(?:r\d+|[cdefgs]s)$/;

const registerOf = (name: string, { registers, wordBits = 64 }: FetchSource): bigint => {
  // A breakpoint is no system call: the kernel writes -1 where its number would be.
  if (name === 'orig_ax') return BigInt.asUintN(wordBits, -1n);
  if (asTheyAre.test(name)) return registers.read(name);
  return registers.read(`${wordBits === 64 ? 'r' : 'e'}${name}`);
};

/** In registers by the kernel's calling convention, then on the stack behind the return address. */
const functionArgument = (index: number, source: FetchSource): bigint | null => {
  const names = wordBitsOf(source) === 64 ? ['di', 'si', 'dx', 'cx', 'r8', 'r9'] : ['ax', 'dx', 'cx'];
  if (index < names.length) return registerOf(names[index], source);
  const offset = BigInt((index - names.length + 1) * wordBytesOf(source));
  return load(registerOf('sp', source) + offset, wordBytesOf(source), source);
};

const load = (address: bigint, lengthBytes: number, { read }: FetchSource): bigint | null =>
  read(address, lengthBytes)?.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) ?? null;

const loaded = (address: bigint, type: FetchType, source: FetchSource): bigint | null => {
  const value = load(address, type.bits >> 3, source);
  return value === null ? null : typed(value, type);
};

const typed = (value: bigint, { kind, bits, field }: FetchType): bigint => {
  if (field !== null) return BigInt.asUintN(field.width, value >> BigInt(field.offset));
  return kind === 'signed' ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
};

const longestString = 4096;

const stringAt = (address: bigint, { read }: FetchSource): string | null => {
  let text = '';
  for (let k = 0; k < longestString; k++) {
    const byte = read(address + BigInt(k), 1)?.[0];
    if (byte === undefined) return null;
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
};

const textOf = (value: bigint | string | null, { kind }: FetchType, source: FetchSource): string => {
  if (value === null) return '(fault)';
  if (typeof value === 'string') return `"${value}"`;
  if (kind === 'symbol') return symbolText(value, source);
  if (kind === 'symbol string') return `"${symbolText(value, source)}"`;
  return kind === 'hexadecimal' ? `0x${value.toString(16)}` : value.toString();
};

const symbolText = (address: bigint, { symbolOf }: FetchSource): string => {
  const symbol = symbolOf?.(address);
  return symbol === undefined ? `0x${address.toString(16)}` : `${symbol.name}+0x${symbol.offset.toString(16)}`;
};
