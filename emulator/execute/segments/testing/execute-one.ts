/** One instruction in a small world with a GDT and an LDT, for tables of tests. */
import { setBigInt, toBigInt } from '../../../bits/word.ts';
import type { Mode } from '../../../isa/modes.ts';
import { Memory } from '../../../machine/memory.ts';
import { setFlatMode, setRealMode } from '../../../machine/presets.ts';
import { readRegister, writeRegister } from '../../../machine/register-names.ts';
import { loadFromDescriptor, loadNull, readDescriptor } from '../../../machine/segments.ts';
import { MachineState } from '../../../machine/state.ts';
import { MachineEvaluator, type Profile } from '../../machine-evaluator.ts';
import { StopKind } from '../../stop.ts';

/** Four pages that code at CPL 3 may use, and the last one of 64 KiB; around them nothing is mapped. */
export const windowBase = 0x10_0000;
/** Offset of the instruction in the window, and in segments that begin there. */
const codeOffset = 0x3400;

/** Of all segments in real mode, whose hidden bases are the window's. */
const realSelector = 0x1000;
/** Of DS in real mode: more than 64 KiB, from protected mode. */
export const realLimit = 0x1ffff;

const globalTable = 0xf0_0000;
const localTable = 0xf0_1000;

/** Selectors of the descriptors below. */
export const Select = {
  innerCode64: 0x08,
  innerCode32: 0x10,
  innerData: 0x18,
  code32: 0x23,
  data: 0x2b,
  code64: 0x33,
  conforming: 0x38,
  task: 0x40,
  callGate: 0x48,
  absentCode: 0x5b,
  longAndBig: 0x63,
  fresh: 0x6b,
  beyond: 0x7b,
  code16: 0x07,
  data16: 0x0f,
  data32: 0x17,
  short: 0x1f,
  readOnly: 0x27,
  down16: 0x2f,
  absent: 0x37,
  executeOnly: 0x3f,
  shortCode: 0x47,
  outerData: 0x4f,
} as const;

interface Entry {
  readonly base?: number;
  readonly limit: number;
  /** Type, S, DPL and P, as the sixth byte has them. */
  readonly access: number;
  /** G, D/B, L, AVL, as the upper half of the seventh byte has them. */
  readonly flags?: number;
}

const flat = { limit: 0xfffff } as const;
const inWindow = { base: windowBase, limit: 0xffff } as const;

const globalEntries: readonly Entry[] = [
  { limit: 0, access: 0 },
  { ...flat, access: 0x9b, flags: 0xa },
  { ...flat, access: 0x9b, flags: 0xc },
  { ...flat, access: 0x93, flags: 0xc },
  { ...flat, access: 0xfb, flags: 0xc },
  { ...flat, access: 0xf3, flags: 0xc },
  { ...flat, access: 0xfb, flags: 0xa },
  { ...flat, access: 0x9f, flags: 0xc },
  { limit: 0x67, access: 0xe9 },
  { limit: 0x08, access: 0xec },
  { limit: 0, access: 0 },
  { ...flat, access: 0x7b, flags: 0xc },
  { ...flat, access: 0xfb, flags: 0xe },
  { ...flat, access: 0xf2, flags: 0xc },
];

const localEntries: readonly Entry[] = [
  { ...inWindow, access: 0xfb },
  { ...inWindow, access: 0xf3 },
  { ...inWindow, access: 0xf3, flags: 4 },
  { ...inWindow, limit: 0xfff, access: 0xf3, flags: 4 },
  { ...inWindow, access: 0xf1, flags: 4 },
  { ...inWindow, limit: 0xfff, access: 0xf7 },
  { ...inWindow, access: 0x73, flags: 4 },
  { ...inWindow, access: 0xf9, flags: 4 },
  { ...inWindow, limit: 0x3fff, access: 0xfb, flags: 4 },
  { ...flat, access: 0xf3, flags: 0xc },
];

const bytesOf = ({ base = 0, limit, access, flags = 0 }: Entry): readonly number[] => [
  limit & 255,
  (limit >> 8) & 255,
  base & 255,
  (base >> 8) & 255,
  (base >> 16) & 255,
  access,
  (flags << 4) | (limit >> 16),
  base >>> 24,
];

const globalBytes = Uint8Array.from(globalEntries.flatMap(bytesOf));
const localBytes = Uint8Array.from(localEntries.flatMap(bytesOf));

type SegmentName = 'es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs';
const segmentNames: readonly SegmentName[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

/** What differs from the usual: 64-bit code at CPL 3 on an Intel CPU, in the middle of an empty window. */
export interface Setting {
  readonly mode?: Mode;
  /** Real mode, or virtual-8086 mode; 16-bit. */
  readonly kind?: 'real' | 'virtual-8086';
  readonly cpl?: 0 | 3;
  readonly isLegacy?: boolean;
  readonly profile?: Profile;
  readonly delivers?: boolean;
  /** Hex bytes. */
  readonly code: string;
  readonly registers?: Readonly<Record<string, number | bigint>>;
  readonly segments?: Readonly<Partial<Record<SegmentName, number>>>;
  /** Hex bytes at linear addresses. */
  readonly memory?: Readonly<Record<number, string>>;
}

const parseHex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Hex bytes of a number, least significant first. */
export const hexOf = (value: number | bigint, bytes: number): string =>
  Array.from({ length: bytes }, (_, k) =>
    Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * k)) & 255n)
      .toString(16)
      .padStart(2, '0'),
  ).join(' ');

const vectorNames: Readonly<Record<number, string>> = {
  0: '#DE',
  3: '#BP',
  4: '#OF',
  5: '#BR',
  6: '#UD',
  11: '#NP',
  12: '#SS',
  13: '#GP',
  14: '#PF',
  17: '#AC',
};

export interface Executed {
  /** `done`, `#GP(10)`, `#PF(4) at 2010`, `trap #BP`, `halted`, `system call`, `unsupported`. */
  readonly outcome: string;
  readonly state: MachineState;
  readonly mode: Mode;
  readonly cpl: number;
  /** A register by its name, in hex. */
  get(name: string): string;
  /** Hex bytes at a linear address. */
  read(address: number, count: number): string;
}

export const executeOne = (setting: Setting): Executed => {
  const { profile = 'intel', delivers = setting.kind === 'real' } = setting;
  const state = stateOf(setting);
  const evaluator = new MachineEvaluator(state, {
    profile,
    delivers,
    identify: () => [0, 0, 0, 0],
    timeStamp: () => 0n,
    random: () => null,
  });
  const outcome = say(evaluator.step(1), evaluator);
  return {
    outcome,
    state,
    mode: evaluator.mode,
    cpl: evaluator.privilegeLevel,
    get: (name) => readRegister(state, name).toString(16),
    read: (address, count) =>
      Array.from(state.memory.read(BigInt(address), count), (byte) => byte.toString(16).padStart(2, '0')).join(' '),
  };
};

const say = (kind: number, { stop }: MachineEvaluator): string => {
  const name = vectorNames[stop.vector] ?? `vector ${stop.vector}`;
  switch (kind) {
    case StopKind.none:
      return 'done';
    case StopKind.fault:
      if (stop.vector === 14) return `#PF(${stop.error}) at ${toBigInt(64, stop.address).toString(16)}`;
      return stop.vector >= 10 ? `${name}(${stop.error.toString(16)})` : name;
    case StopKind.trap:
      return `trap ${name}`;
    case StopKind.halt:
      return 'halted';
    case StopKind.systemCall:
      return 'system call';
    default:
      return 'unsupported';
  }
};

const stateOf = (setting: Setting): MachineState => {
  const { mode = setting.kind === undefined ? 64 : 16, code, registers = {}, memory = {} } = setting;
  const state = new MachineState(new Memory());
  state.memory.map(BigInt(windowBase), 0x4000);
  state.memory.map(BigInt(windowBase + 0xf000), 0x1000);
  state.memory.map(BigInt(globalTable), 0x2000, { user: false });
  state.memory.write(BigInt(globalTable), globalBytes);
  state.memory.write(BigInt(localTable), localBytes);
  if (setting.kind === 'real') state.memory.map(0n, 0x1000);
  setUp(state, mode, setting);
  const isShort = mode === 16 || setting.segments?.cs === Select.shortCode;
  writeRegister(state, 'rip', BigInt(codeOffset + (isShort ? 0 : windowBase)));
  state.memory.write(BigInt(windowBase + codeOffset), parseHex(code));
  for (const [address, text] of Object.entries(memory)) state.memory.write(BigInt(address), parseHex(text));
  for (const [name, value] of Object.entries(registers)) writeRegister(state, name, BigInt(value));
  return state;
};

const setUp = (state: MachineState, mode: Mode, setting: Setting): void => {
  const { kind, cpl = 3, isLegacy = false, segments = {} } = setting;
  if (kind === 'real') setRealMode(state);
  else setFlatMode(state, mode, cpl);
  state.isLongMode = kind === undefined && !isLegacy;
  setBigInt(BigInt(globalTable), state.gdtr.base);
  state.gdtr.limit = globalBytes.length - 1;
  state.ldtr.baseLo = localTable;
  state.ldtr.limit = localBytes.length - 1;
  if (kind !== undefined) {
    for (const segment of state.segments) {
      segment.selector = realSelector;
      segment.baseLo = windowBase;
      segment.limit = segment === state.segments[3] ? realLimit : 0xffff;
      segment.isBig = false;
      segment.isWritable = true;
    }
    if (kind === 'virtual-8086') state.flags.value |= 1 << 17;
    return;
  }
  const code = mode === 16 ? Select.code16 : mode === 32 ? Select.code32 : Select.code64;
  const data = mode === 16 ? Select.data16 : Select.data;
  const inner = {
    es: Select.innerData,
    cs: mode === 64 ? Select.innerCode64 : Select.innerCode32,
    ss: Select.innerData,
  };
  const usual = {
    es: data,
    cs: code,
    ss: data,
    ds: data,
    fs: 0,
    gs: 0,
    ...(cpl === 0 ? { ...inner, ds: Select.innerData } : {}),
  };
  for (const [number, name] of segmentNames.entries()) {
    const selector = segments[name] ?? usual[name];
    const table = (selector & 4) === 0 ? globalBytes : localBytes;
    if ((selector & 0xfffc) === 0) loadNull(state.segments[number], selector);
    else loadFromDescriptor(state.segments[number], selector, readDescriptor(table, selector & 0xfff8));
  }
};
