/** Holds the accesses that an instruction's operands say against those that were performed, byte by byte. */
import { memAccesses } from '../../emulator/clients/kmemcheck/accesses.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Instruction } from '../../emulator/isa/instruction.ts';
import type { Vendor } from '../../emulator/isa/modes.ts';
import { isRepeated } from '../../emulator/operand/places.ts';
import type { Execution } from '../execution.ts';
import { windowBase } from '../sandbox.ts';
import { registersOf } from './execution-registers.ts';

export interface Performed {
  readonly kind: 'read' | 'write';
  readonly address: number;
  readonly sizeBytes: number;
}

/** Descriptors, and what else is no program's, lie elsewhere. */
const windowBytes = 0x10_0000;
const isProgram = (address: number): boolean => address >= windowBase && address < windowBase + windowBytes;

/** Bytes that are read, and bytes that are written. */
interface Touched {
  readonly read: Set<number>;
  readonly written: Set<number>;
}

const touchedBy = (accesses: readonly Performed[]): Touched => {
  const touched: Touched = { read: new Set(), written: new Set() };
  for (const { kind, address, sizeBytes } of accesses) {
    const into = kind === 'read' ? touched.read : touched.written;
    for (let k = 0; k < sizeBytes; k++) if (isProgram(address + k)) into.add(address + k);
  }
  return touched;
};

/** Null where the instruction has no access of a known size, or its effect on memory is not its operands'. */
export const expectedAccesses = (
  execution: Execution,
  vendor: Vendor,
  iterations: number,
): readonly Performed[] | null => {
  const decoding = decode(execution.bytes, execution.mode, { vendor });
  if (decoding.status !== 'valid' || !isHeld(decoding.instruction)) return null;
  const { instruction } = decoding;
  const accesses = memAccesses(instruction, registersOf(execution), isRepeated(instruction) ? iterations : 1);
  if (accesses.length === 0 || accesses.some(({ sizeBytes }) => sizeBytes === 0)) return null;
  const parts = partsOf(instruction);
  return accesses.flatMap(({ kind, address, sizeBytes }) => {
    const at = { address: Number(BigInt.asUintN(32, address)), sizeBytes };
    if (kind === 'read-write') return [{ kind: 'read', ...at } as const, { kind: 'write', ...at } as const];
    return kind === 'read' && sizeBytes === parts.reduce((sum, part) => sum + part, 0)
      ? inParts(at.address, parts)
      : [{ kind, ...at }];
  });
};

/** Far pointers and bounds are read in their two parts. */
const partsOf = ({ form }: Instruction): readonly number[] => {
  for (const { token } of forms[form]?.operands ?? []) {
    const pair = /^m(\d+)([:&])(\d+)$/.exec(token);
    if (pair !== null) return pair[2] === ':' ? [Number(pair[3]) / 8, 2] : [Number(pair[1]) / 8, Number(pair[3]) / 8];
  }
  return [];
};

const inParts = (address: number, [first = 0, second = 0]: readonly number[]): readonly Performed[] => [
  { kind: 'read', address, sizeBytes: first },
  { kind: 'read', address: address + first, sizeBytes: second },
];

/** Transfers and loads of segments look at descriptors, and stacks of other levels. */
const isHeld = ({ form }: Instruction): boolean => !forms[form]?.needs.has('LOAD-SREG');

/** What differs, in words; null where nothing does. */
export const accessDifference = (expected: readonly Performed[], performed: readonly Performed[]): string | null => {
  const [ours, theirs] = [touchedBy(expected), touchedBy(performed)];
  return sayDifference('read', ours.read, theirs.read) ?? sayDifference('written', ours.written, theirs.written);
};

const sayDifference = (what: string, ours: ReadonlySet<number>, theirs: ReadonlySet<number>): string | null => {
  const missing = [...theirs].filter((address) => !ours.has(address));
  const tooMany = [...ours].filter((address) => !theirs.has(address));
  if (missing.length + tooMany.length === 0) return null;
  const say = (addresses: readonly number[]): string => addresses.map((address) => address.toString(16)).join(' ');
  return `${what} and not said: ${say(missing) || 'nothing'}; said and not ${what}: ${say(tooMany) || 'nothing'}`;
};
