/** The protocol's `execute`: one instruction, on a machine that holds nothing but the state of the request. */
import { Machine } from '../../emulator/emulator.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { pageBytes } from '../../emulator/machine/memory.ts';
import { hexNumber } from '../../harness/report/hex.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, unknown>>;
export type ExecuteReply = { readonly [key: string]: Json };

/** What is wrong with the request's state. */
class StateError extends Error {}

/** An answer, or what is wrong with the request. */
export const answerExecute = (mode: Mode, bytes: Uint8Array, state: unknown): ExecuteReply | string => {
  try {
    return execute(new Machine({ mode }), bytes, fieldsOf(state ?? {}, 'state'));
  } catch (error) {
    if (error instanceof StateError || (error instanceof Error && clientErrors.has(error.name))) return error.message;
    throw error;
  }
};

const clientErrors = new Set(['RegisterError', 'MemoryError']);

const execute = (machine: Machine, bytes: Uint8Array, state: Fields): ExecuteReply => {
  loadRegisters(machine, state);
  const written = new Map<bigint, number>();
  for (const { address, bytes: content } of memoryOf(state['memory'])) poke(machine, address, content);
  poke(machine, linear(machine), bytes);
  machine.watch(({ kind, address, sizeBytes, value }) => {
    if (kind === 'read') return;
    for (let k = 0; k < sizeBytes; k++) written.set(address + BigInt(k), Number((value >> BigInt(8 * k)) & 0xffn));
  });
  const before = registersOf(machine);
  const result = machine.step();
  const after = { ...changesOf(machine, before), memory: runsOf(written) };
  switch (result.kind) {
    case 'done':
    case 'halted':
      return { status: 'executed', state: after, ...undefinedOf(machine) };
    case 'fault':
    case 'trap': {
      const { vector, error, address } = result;
      const where = address === undefined ? {} : { address: hexNumber(address) };
      return { status: 'fault', vector, error: hexNumber(BigInt(error)), ...where, state: after };
    }
    default:
      return { status: 'unsupported' };
  }
};

/** Where the instruction stands: CS:rIP. */
const linear = (machine: Machine): bigint => {
  const sum = machine.get('rip') + (machine.mode === 64 ? 0n : machine.get('csbase'));
  return machine.mode === 64 ? sum : BigInt.asUintN(32, sum);
};

const undefinedOf = ({ undefinedFlags }: Machine): ExecuteReply =>
  undefinedFlags === 0 ? {} : { undefined: { rflags: hexNumber(BigInt(undefinedFlags)) } };

const generalNames = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'].concat(
  Array.from({ length: 8 }, (_, k) => `r${k + 8}`),
);
const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const numbered = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `${name}${k}`);
const vectorNames = numbered('zmm', 32);
const maskNames = numbered('k', 8);
const stackNames = numbered('st', 8);
const x87Names = { control: 'fcw', status: 'fsw', tag: 'ftw' } as const;
const compared = [
  ...[...generalNames, ...segmentNames, ...segmentNames.map((name) => `${name}base`), 'mxcsr'],
  ...[...vectorNames, ...maskNames, ...stackNames, ...Object.values(x87Names)],
];

const registersOf = (machine: Machine): ReadonlyMap<string, bigint> =>
  new Map(compared.map((name) => [name, machine.get(name)]));

const changesOf = (machine: Machine, before: ReadonlyMap<string, bigint>): ExecuteReply => {
  const hasChanged = (name: string): boolean => machine.get(name) !== before.get(name);
  const entries = (names: readonly string[]): readonly (readonly [string, Json])[] =>
    names.filter(hasChanged).map((name) => [name, hexNumber(machine.get(name))] as const);
  const segments = segmentNames
    .filter((name) => hasChanged(name) || hasChanged(`${name}base`))
    .map(
      (name) =>
        [name, { selector: hexNumber(machine.get(name)), base: hexNumber(machine.get(`${name}base`)) }] as const,
    );
  return {
    rip: hexNumber(machine.get('rip')),
    rflags: hexNumber(machine.get('rflags')),
    gpr: Object.fromEntries(entries(generalNames)),
    ...(segments.length === 0 ? {} : { segments: Object.fromEntries(segments) }),
    ...vectorChanges(machine, hasChanged),
  };
};

/** Of vector, mask and x87 registers: groups in which nothing has changed are absent. */
const vectorChanges = (machine: Machine, hasChanged: (name: string) => boolean): ExecuteReply => {
  const vectors = vectorNames.filter(hasChanged).map((name) => [name.slice(3), vectorHex(machine.get(name))] as const);
  const masks = maskNames.filter(hasChanged).map((name) => [name, hexNumber(machine.get(name))] as const);
  const x87 = Object.entries(x87Names)
    .filter(([, name]) => hasChanged(name))
    .map(([field, name]) => [field, hexNumber(machine.get(name))] as const);
  // The list has a place for each register, so it is there whole.
  const st = stackNames.some(hasChanged) ? { st: stackNames.map((name) => bytesHex(machine.get(name), 10)) } : {};
  return {
    ...(vectors.length === 0 ? {} : { vector: Object.fromEntries(vectors) }),
    ...(masks.length === 0 ? {} : { mask: Object.fromEntries(masks) }),
    ...(hasChanged('mxcsr') ? { mxcsr: hexNumber(machine.get('mxcsr')) } : {}),
    ...(x87.length === 0 && stackNames.every((name) => !hasChanged(name))
      ? {}
      : { x87: { ...Object.fromEntries(x87), ...st } }),
  };
};

/** 16, 32 or 64 bytes: what is above them is 0. */
const vectorHex = (value: bigint): string =>
  bytesHex(value, value >> 256n !== 0n ? 64 : value >> 128n !== 0n ? 32 : 16);

const bytesHex = (value: bigint, bytes: number): string =>
  Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
    .reverse()
    .toString('hex');

/** Consecutive bytes together, by address. */
const runsOf = (written: ReadonlyMap<bigint, number>): Json => {
  const runs: { address: bigint; bytes: number[] }[] = [];
  for (const [address, byte] of [...written].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = runs.at(-1);
    if (last !== undefined && last.address + BigInt(last.bytes.length) === address) last.bytes.push(byte);
    else runs.push({ address, bytes: [byte] });
  }
  return runs.map(({ address, bytes }) => ({
    address: hexNumber(address),
    bytes: Buffer.from(bytes).toString('hex'),
  }));
};

/** Maps what pages it needs, and writes. */
const poke = (machine: Machine, address: bigint, bytes: Uint8Array): void => {
  const size = BigInt(pageBytes);
  const mapped = new Set(machine.memory.pages().map(({ number }) => BigInt(number)));
  for (let page = address / size; page * size < address + BigInt(bytes.length); page++) {
    if (!mapped.has(page)) machine.memory.map(page * size, pageBytes);
  }
  machine.memory.write(address, bytes);
};

const loadRegisters = (machine: Machine, state: Fields): void => {
  for (const name of ['rip', 'rflags', 'mxcsr']) {
    if (state[name] !== undefined) machine.set(name, hexValue(state[name], name));
  }
  for (const [name, value] of Object.entries(fieldsOf(state['gpr'] ?? {}, 'gpr'))) {
    if (!generalNames.includes(name)) throw new StateError(`"gpr" has no register named ${JSON.stringify(name)}`);
    machine.set(name, hexValue(value, name));
  }
  for (const [name, value] of Object.entries(fieldsOf(state['segments'] ?? {}, 'segments'))) {
    if (!segmentNames.includes(name)) throw new StateError(`"segments" has none named ${JSON.stringify(name)}`);
    const { selector, base } = fieldsOf(value, name);
    if (selector !== undefined) machine.set(name, hexValue(selector, name));
    if (base !== undefined) machine.set(`${name}base`, hexValue(base, name));
  }
  loadVectors(machine, state);
};

const loadVectors = (machine: Machine, state: Fields): void => {
  for (const [number, value] of Object.entries(fieldsOf(state['vector'] ?? {}, 'vector'))) {
    const bytes = hexBytes(value, `vector ${number}`);
    if (bytes.length > 64) throw new StateError(`vector ${number} has more than 64 bytes`);
    machine.set(`zmm${number}`, BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`));
  }
  for (const [name, value] of Object.entries(fieldsOf(state['mask'] ?? {}, 'mask')))
    machine.set(name, hexValue(value, name));
  const { control, status, tag, st = [] } = fieldsOf(state['x87'] ?? {}, 'x87');
  if (control !== undefined) machine.set('fcw', hexValue(control, 'control'));
  if (status !== undefined) machine.set('fsw', hexValue(status, 'status'));
  if (tag !== undefined) machine.set('ftw', hexValue(tag, 'tag'));
  if (!Array.isArray(st)) throw new StateError('"st" must be a list');
  for (const [k, value] of st.entries())
    machine.set(
      `st${k}`,
      BigInt(
        `0x0${Buffer.from(hexBytes(value, `st${k}`))
          .reverse()
          .toString('hex')}`,
      ),
    );
};

const memoryOf = (memory: unknown): readonly { readonly address: bigint; readonly bytes: Uint8Array }[] => {
  if (memory === undefined) return [];
  if (!Array.isArray(memory)) throw new StateError('"memory" must be a list');
  return memory.map((run: unknown) => {
    const { address, bytes } = fieldsOf(run, 'memory');
    return { address: hexValue(address, 'address'), bytes: hexBytes(bytes, 'bytes') };
  });
};

const fieldsOf = (value: unknown, name: string): Fields => {
  if (!isObject(value)) throw new StateError(`"${name}" must be an object`);
  return value;
};

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hexValue = (value: unknown, name: string): bigint => {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,128}$/i.test(value)) return BigInt(value);
  throw new StateError(`"${name}" must be a hex string with 0x`);
};

const hexBytes = (value: unknown, name: string): Uint8Array => {
  if (typeof value === 'string' && /^(?:[0-9a-f]{2})*$/i.test(value)) return Buffer.from(value, 'hex');
  throw new StateError(`"${name}" must be a hex string of bytes`);
};
