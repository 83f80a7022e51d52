/** A machine's whole state as JSON, and back. */
import { PageAccess, pageBytes } from './memory.ts';
import { readRegister, writeRegister } from './register-names.ts';
import type { SegmentRegister } from './segments.ts';
import { type MachineState, ModelSpecific, type TableRegister } from './state.ts';

/** A snapshot that cannot be restored, and why. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

interface SegmentSnapshot {
  readonly selector: number;
  readonly base: string;
  readonly limit: number;
  /** Names of the attributes that hold. */
  readonly attributes: string;
  readonly dpl: number;
}

interface TableSnapshot {
  readonly base: string;
  readonly limit: number;
}

interface PageSnapshot {
  /** Of the first byte. */
  readonly address: string;
  /** Letters of r, w, x, u. */
  readonly access: string;
  /** Hex, or null of a page that is served by its owner. */
  readonly bytes: string | null;
}

/** Numbers wider than 32 bits are hex strings with 0x. Registers that are 0 are left out. */
export interface Snapshot {
  readonly version: 1;
  readonly isLongMode: boolean;
  readonly interruptShadow: boolean;
  readonly isEnablingInterrupts?: boolean;
  readonly registers: Readonly<Record<string, string>>;
  readonly segments: Readonly<Record<string, SegmentSnapshot>>;
  readonly tables: { readonly gdtr: TableSnapshot; readonly idtr: TableSnapshot };
  readonly memory: readonly PageSnapshot[];
}

const upTo = (count: number, name: (n: number) => string): string[] => Array.from({ length: count }, (_, n) => name(n));

const registerNames: readonly string[] = [
  ...['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi'],
  ...upTo(8, (n) => `r${n + 8}`),
  ...['rip', 'rflags', 'mxcsr', 'fcw', 'fsw', 'ftw', 'xcr0'],
  ...Object.keys(ModelSpecific).map((name) => name.toLowerCase()),
  ...upTo(16, (n) => `cr${n}`),
  ...upTo(16, (n) => `dr${n}`),
  ...upTo(32, (n) => `zmm${n}`),
  ...upTo(8, (n) => `k${n}`),
  // After FSW, whose TOP says which register is ST(0).
  ...upTo(8, (n) => `st${n}`),
];

const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
const attributeNames = [
  'isNull',
  'isPresent',
  'isCode',
  'isReadable',
  'isWritable',
  'isExpandDown',
  'isConforming',
  'isAccessed',
  'isBig',
  'isLong',
] as const;

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const hex64 = (lo: number, hi: number): string => hex((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0));
const halves = (text: string): readonly [lo: number, hi: number] => {
  const value = parseHex(text);
  return [Number(value & 0xffffffffn) | 0, Number((value >> 32n) & 0xffffffffn) | 0];
};

const parseHex = (text: string): bigint => {
  if (!/^0x[0-9a-f]+$/i.test(text)) throw new SnapshotError(`${JSON.stringify(text)} is no hex number with 0x`);
  return BigInt(text);
};

const segmentSnapshot = (segment: SegmentRegister): SegmentSnapshot => ({
  selector: segment.selector,
  base: hex64(segment.baseLo, segment.baseHi),
  limit: segment.limit,
  attributes: attributeNames.filter((name) => segment[name]).join(' '),
  dpl: segment.dpl,
});

const restoreSegment = (segment: SegmentRegister, from: SegmentSnapshot): void => {
  segment.selector = from.selector;
  [segment.baseLo, segment.baseHi] = halves(from.base);
  segment.limit = from.limit;
  segment.dpl = from.dpl;
  const attributes = from.attributes.split(' ');
  for (const name of attributeNames) segment[name] = attributes.includes(name);
};

const tableSnapshot = ({ base, limit }: TableRegister): TableSnapshot => ({ base: hex64(base.lo, base.hi), limit });

const restoreTable = (table: TableRegister, from: TableSnapshot): void => {
  [table.base.lo, table.base.hi] = halves(from.base);
  table.limit = from.limit;
};

const letters = [
  ['r', PageAccess.read],
  ['w', PageAccess.write],
  ['x', PageAccess.execute],
  ['u', PageAccess.user],
] as const;

const bytesToHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const hexToBytes = (text: string): Uint8Array => {
  if (text.length !== 2 * pageBytes || !/^[0-9a-f]*$/i.test(text)) {
    throw new SnapshotError(`A page needs ${2 * pageBytes} hex digits, not ${text.length}`);
  }
  return Uint8Array.from({ length: pageBytes }, (_, k) => Number.parseInt(text.slice(2 * k, 2 * k + 2), 16));
};

export const takeSnapshot = (state: MachineState): Snapshot => ({
  version: 1,
  isLongMode: state.isLongMode,
  interruptShadow: state.interruptShadow,
  isEnablingInterrupts: state.isEnablingInterrupts,
  registers: Object.fromEntries(
    registerNames
      .map((name) => [name, readRegister(state, name)] as const)
      .filter(([, value]) => value !== 0n)
      .map(([name, value]) => [name, hex(value)]),
  ),
  segments: Object.fromEntries([
    ...segmentNames.map((name, k) => [name, segmentSnapshot(state.segments[k])] as const),
    ['ldtr', segmentSnapshot(state.ldtr)] as const,
    ['tr', segmentSnapshot(state.tr)] as const,
  ]),
  tables: { gdtr: tableSnapshot(state.gdtr), idtr: tableSnapshot(state.idtr) },
  memory: state.memory.pages().map((page) => ({
    address: hex(BigInt(page.number) * BigInt(pageBytes)),
    access: letters.map(([letter, bit]) => ((page.access & bit) === 0 ? '' : letter)).join(''),
    bytes: page.isServed ? null : bytesToHex(page.bytes),
  })),
});

/** Fills a fresh state. Throws a SnapshotError (or what the registers and memory throw) and leaves nothing usable then. */
export const restoreSnapshot = (state: MachineState, snapshot: Snapshot): void => {
  if (snapshot.version !== 1) throw new SnapshotError(`Snapshots of version ${String(snapshot.version)} are not known`);
  state.isLongMode = snapshot.isLongMode;
  state.interruptShadow = snapshot.interruptShadow;
  state.isEnablingInterrupts = snapshot.isEnablingInterrupts ?? false;
  for (const name of registerNames) writeRegister(state, name, parseHex(snapshot.registers[name] ?? '0x0'));
  for (const [k, name] of segmentNames.entries()) restoreSegment(state.segments[k], snapshot.segments[name]);
  restoreSegment(state.ldtr, snapshot.segments['ldtr']);
  restoreSegment(state.tr, snapshot.segments['tr']);
  restoreTable(state.gdtr, snapshot.tables.gdtr);
  restoreTable(state.idtr, snapshot.tables.idtr);
  for (const { address, access, bytes } of snapshot.memory) {
    const mapping = {
      read: access.includes('r'),
      write: access.includes('w'),
      execute: access.includes('x'),
      user: access.includes('u'),
    };
    if (bytes === null) state.memory.serve(parseHex(address), pageBytes, mapping);
    else state.memory.map(parseHex(address), pageBytes, { ...mapping, bytes: hexToBytes(bytes) });
  }
};
