/** One instruction in a world that both back ends understand: its outcome, as text, on each of them. */
import { setBigInt, toBigInt } from '../../bits/word.ts';
import { Decoder } from '../../decode/decoder.ts';
import { MachineEvaluator } from '../../execute/machine-evaluator.ts';
import { StopKind } from '../../execute/stop.ts';
import { Instruction, Status } from '../../isa/instruction.ts';
import type { Mode } from '../../isa/modes.ts';
import { RegisterClass, register, registerName } from '../../isa/registers.ts';
import { Memory, pageBytes } from '../../machine/memory.ts';
import { setFlatMode } from '../../machine/presets.ts';
import { MachineState } from '../../machine/state.ts';
import { semanticOf } from '../semantics.ts';
import { runReference } from './reference.ts';
import type { ReferenceOutcome, ReferenceState } from './reference-state.ts';

export interface WorldPage {
  readonly bytes: Uint8Array;
  readonly isWritable: boolean;
}

export interface World {
  readonly mode: Mode;
  readonly privilegeLevel: 0 | 3;
  readonly profile: 'intel' | 'amd-zen3';
  readonly code: Uint8Array;
  /** rAX rCX rDX rBX rSP rBP rSI rDI R8 … R15. */
  readonly registers: readonly bigint[];
  readonly flags: number;
  /** Of FS and GS in 64-bit mode. */
  readonly bases: readonly [fs: bigint, gs: bigint];
  /** By number, besides the page of the code. */
  readonly pages: ReadonlyMap<bigint, WorldPage>;
}

/** Where the code is: a page of its own. */
export const codeAddress = 0x1000n;
const FS = 4;
const GS = 5;

export const pageOf = (address: bigint): bigint => address / BigInt(pageBytes);

export const decodedIn = ({ mode, code, profile }: World): Instruction | null => {
  const instruction = new Instruction();
  const decoder = new Decoder(mode, profile === 'intel' ? 'intel' : 'amd');
  return decoder.decode(code, 0, code.length, instruction) === Status.valid ? instruction : null;
};

/** `rax=5 rip=1003 [2000]=7f OSZAPC=-SZ--- undefined=----P-`: all that changed; or `#PF(6) at 2000`, or `unsupported`. */
export const sayReference = (world: World, instruction: Instruction): string =>
  textOf(world, outcomeOf(world, instruction));

/** On the reference. */
export const outcomeOf = (world: World, instruction: Instruction): ReferenceOutcome =>
  runReference(stateOf(world), instruction, semanticOf(instruction.form));

/** The same from the back end that users get. */
export const sayFast = (world: World): string => textOf(world, runFast(world));

/** Every address that the instruction touches where all memory is mapped. */
export const touchedBy = (world: World, instruction: Instruction): readonly bigint[] => {
  const touched = new Set<bigint>();
  const memory = {
    byteAt(address: bigint): number {
      touched.add(address);
      return 0;
    },
    isWritable: () => true,
  };
  runReference({ ...stateOf(world), memory }, instruction, semanticOf(instruction.form));
  return [...touched];
};

const stateOf = (world: World): ReferenceState => {
  const [fs, gs] = world.mode === 64 ? world.bases : [0n, 0n];
  return {
    ...world,
    ip: codeAddress,
    flags: BigInt(world.flags),
    selectors: selectorsOf(machineStateOf(world)),
    bases: [0n, 0n, 0n, 0n, fs, gs],
    memory: {
      byteAt: (address) => world.pages.get(pageOf(address))?.bytes[Number(address % BigInt(pageBytes))],
      isWritable: (address) => world.pages.get(pageOf(address))?.isWritable ?? false,
    },
  };
};

const selectorsOf = ({ segments }: MachineState): readonly number[] => segments.map(({ selector }) => selector);

const machineStateOf = (world: World): MachineState => {
  const state = new MachineState(new Memory());
  setFlatMode(state, world.mode, world.privilegeLevel);
  for (const [number, value] of world.registers.entries()) setBigInt(value, state.general[number]);
  state.flags.value = world.flags;
  setBigInt(codeAddress, state.ip);
  // The reference has no limits.
  for (const segment of state.segments) segment.limit = 0xffff_ffff;
  if (world.mode === 64) {
    for (const [k, segment] of [FS, GS].entries()) {
      state.segments[segment].baseLo = Number(BigInt.asIntN(32, world.bases[k]));
      state.segments[segment].baseHi = Number(BigInt.asIntN(32, world.bases[k] >> 32n));
    }
  }
  return state;
};

const runFast = (world: World): ReferenceOutcome => {
  const state = machineStateOf(world);
  const { memory } = state;
  memory.map(codeAddress, pageBytes);
  memory.write(codeAddress, world.code);
  for (const [number, { bytes, isWritable }] of world.pages) {
    memory.map(number * BigInt(pageBytes), pageBytes, { write: isWritable, bytes: bytes.slice() });
  }
  const evaluator = new MachineEvaluator(state, {
    profile: world.profile,
    delivers: false,
    identify: () => [0, 0, 0, 0],
    timeStamp: () => 0n,
    random: () => null,
  });
  const { stop } = evaluator;
  const kind = evaluator.step(1);
  if (kind === StopKind.unsupported) return { kind: 'unsupported' };
  if (kind === StopKind.fault) {
    const address = stop.vector === 14 ? toBigInt(64, stop.address) : null;
    return { kind: 'fault', vector: stop.vector, error: stop.error, address };
  }
  return {
    kind: 'done',
    registers: state.general.map((word) => toBigInt(64, word)),
    flags: BigInt(state.flags.value),
    ip: toBigInt(64, state.ip),
    selectors: selectorsOf(state),
    written: writtenIn(world, memory),
    undefinedFlags: evaluator.undefinedFlags,
    isHalted: kind === StopKind.halt,
    blocksInterrupts: state.interruptShadow,
  };
};

const writtenIn = ({ pages }: World, memory: Memory): ReadonlyMap<bigint, number> => {
  const written = new Map<bigint, number>();
  for (const [number, { bytes }] of pages) {
    const start = number * BigInt(pageBytes);
    const now = memory.read(start, pageBytes);
    for (const [offset, byte] of now.entries()) if (byte !== bytes[offset]) written.set(start + BigInt(offset), byte);
  }
  return written;
};

const vectorNames: Readonly<Record<number, string>> = {
  0: '#DE',
  6: '#UD',
  12: '#SS',
  13: '#GP',
  14: '#PF',
  17: '#AC',
};

const textOf = (world: World, outcome: ReferenceOutcome): string => {
  if (outcome.kind === 'unsupported') return 'unsupported';
  if (outcome.kind === 'fault') {
    const name = vectorNames[outcome.vector] ?? `vector ${outcome.vector}`;
    const error = outcome.vector < 10 ? '' : `(${outcome.error})`;
    return outcome.address === null ? name + error : `${name}${error} at ${outcome.address.toString(16)}`;
  }
  const words = registersIn(world, outcome.registers);
  const nextIp = codeAddress + BigInt(decodedIn(world)?.lengthBytes ?? 0);
  if (outcome.ip !== nextIp) words.push(`rip=${outcome.ip.toString(16)}`);
  words.push(...memoryIn(world, outcome.written));
  const flags = Number(outcome.flags);
  if (flags !== world.flags) words.push(`flags=${flagsText(flags)}`);
  if (outcome.undefinedFlags !== 0) words.push(`undefined=${flagsText(outcome.undefinedFlags)}`);
  if (outcome.isHalted) words.push('halted');
  return words.join(' ');
};

/** Bits 63:32 are undefined outside 64-bit mode (SDM 1 3.4.1.1). */
const registersIn = ({ mode, registers }: World, after: readonly bigint[]): string[] =>
  after.flatMap((value, number) => {
    const bits = mode === 64 ? 64 : 32;
    const now = BigInt.asUintN(bits, value);
    if (now === BigInt.asUintN(bits, registers[number])) return [];
    const name = registerName(register(mode === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32, number));
    return [`${name}=${now.toString(16)}`];
  });

/** Bytes that changed, in runs. */
const memoryIn = ({ pages }: World, written: ReadonlyMap<bigint, number>): string[] => {
  const runs: { end: bigint; text: string }[] = [];
  for (const [address, byte] of [...written].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (pages.get(pageOf(address))?.bytes[Number(address % BigInt(pageBytes))] === byte) continue;
    const digits = byte.toString(16).padStart(2, '0');
    const last = runs.at(-1);
    if (last?.end === address) {
      last.end++;
      last.text += ` ${digits}`;
    } else {
      runs.push({ end: address + 1n, text: `[${address.toString(16)}]=${digits}` });
    }
  }
  return runs.map(({ text }) => text);
};

const flagLetters: readonly (readonly [letter: string, position: number])[] = [
  ['O', 11],
  ['D', 10],
  ['I', 9],
  ['S', 7],
  ['Z', 6],
  ['A', 4],
  ['P', 2],
  ['C', 0],
];

/** Letters of the flags that are 1, as rows name them; `-` for none. */
const flagsText = (flags: number): string => {
  const rest = flags & ~(0xed7 | 0x200);
  const letters = flagLetters.filter(([, position]) => ((flags >> position) & 1) === 1).map(([letter]) => letter);
  return (letters.join('') || '-') + (rest === 0 ? '' : `+${rest.toString(16)}`);
};

/** Bits of flags from their letters. */
export const flagBits = (letters: string): number =>
  flagLetters.reduce((bits, [letter, position]) => (letters.includes(letter) ? bits | (1 << position) : bits), 2);
