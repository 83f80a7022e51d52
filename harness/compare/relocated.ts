/**
 * Holds what became of an instruction in place against what became of its copy in a slot. rIP is mapped back where it
 * follows the copy or stands at it, and so is what a call has pushed; everything else must be the same as it is.
 */
import { endOf, type Placed } from '../../emulator/clients/code/placed.ts';
import { transferOf } from '../../emulator/clients/code/transfer.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { accessesOf } from '../../emulator/operand/evaluate.ts';
import { type CpuState, type Execution, type ExecutionAnswer, type MemoryRun, StateWord } from '../execution.ts';
import { memoryBefore } from '../generate/states/image.ts';
import type { Relocated } from '../generate/states/relocated.ts';
import { descriptorOf } from '../generate/states/segments.ts';
import { registersOf } from './execution-registers.ts';
import { isSilent } from './execution-say.ts';

/** Null where both are the same, or one does not speak of it; else what differs. */
export const relocationDifference = (
  pair: Relocated,
  inPlace: ExecutionAnswer,
  inSlot: ExecutionAnswer,
): string | null => {
  if (isSilent(inPlace) || isSilent(inSlot)) return null;
  if (inPlace.status !== inSlot.status) return `${inPlace.status} in place, ${inSlot.status} in the slot`;
  if (inPlace.status === 'fault' && inSlot.status === 'fault') {
    const [here, there] = [faultOf(inPlace), faultOf(inSlot)];
    if (here !== there) return `${here} in place, ${there} in the slot`;
    return afterDifference(pair, inPlace, inSlot);
  }
  if (inPlace.status === 'executed' && inSlot.status === 'executed') return afterDifference(pair, inPlace, inSlot);
  return inPlace.status === 'system call' ? null : `the executor ${inPlace.status}`;
};

type Fault = ExecutionAnswer & { readonly status: 'fault' };
type After = Pick<ExecutionAnswer & { readonly status: 'executed' }, 'state' | 'memory'>;

const faultOf = ({ vector, error, address = 0n }: Fault): string =>
  `vector ${vector} (${error}) at ${address.toString(16)}`;

const afterDifference = (pair: Relocated, inPlace: After, inSlot: After): string | null => {
  const mapped = mappedIp(pair, inSlot.state);
  for (let word = 0; word < StateWord.count; word++) {
    if (word >= StateWord.rip && word < StateWord.rip + 2) continue;
    if (inPlace.state.words[word] !== inSlot.state.words[word]) return `word ${word} of the state`;
  }
  const [here, there] = [inPlace.state.get64(StateWord.rip), inSlot.state.get64(StateWord.rip)];
  if (here !== mapped && here !== there) return `rIP ${here.toString(16)} in place, ${there.toString(16)} in the slot`;
  const [left, right] = [bytesOf(inPlace.memory), bytesOf(inSlot.memory)];
  if (pushesReturn(pair.copy)) mapPushed(pair, inSlot, right);
  for (const address of new Set([...left.keys(), ...right.keys()])) {
    const before = memoryBefore(pair.inPlace, address);
    const [one, other] = [left.get(address) ?? before, right.get(address) ?? before];
    if (one !== other) return `the byte at ${address.toString(16)}: ${one} in place, ${other} in the slot`;
  }
  return null;
};

const mappedIp = ({ original, copy }: Relocated, state: CpuState): bigint => {
  const ip = state.get64(StateWord.rip);
  if (ip === copy.address) return original.address;
  return ip === endOf(copy) ? endOf(original) : ip;
};

const bytesOf = (runs: readonly MemoryRun[]): Map<number, number> => {
  const all = new Map<number, number>();
  for (const { address, bytes } of runs) for (const [k, byte] of bytes.entries()) all.set(address + k, byte);
  return all;
};

const pushesReturn = ({ instruction }: Placed): boolean =>
  ['call', 'far call'].includes(transferOf(forms[instruction.form] ?? missing()));

const missing = (): never => {
  throw new Error('A decoded instruction has a form.');
};

const rSP = 4;

/** The return address that the copy has pushed becomes the original's. */
const mapPushed = (pair: Relocated, { state, memory }: After, into: Map<number, number>): void => {
  const { instruction } = pair.copy;
  const [pushed, wanted] = [endOf(pair.copy), endOf(pair.original)];
  for (const { linear, bits, isWrite } of accessesOf(instruction, registersOf(pair.inSlot))) {
    const at = Number(stackAddress(linear, pair.inSlot, state));
    const places = Array.from({ length: bits >> 3 }, (_, k) => k);
    const isReturn = places.every((k) => {
      const byte = into.get(at + k) ?? memoryBefore(pair.inSlot, at + k);
      return byte === byteOf(pushed, k);
    });
    // A call that faults before it pushes leaves what happens to look like a return address.
    const isPushed = memory.length > 0 || state.get64(2 * rSP) !== pair.inSlot.state.get64(2 * rSP);
    if (isWrite && isReturn && isPushed) for (const k of places) into.set(at + k, byteOf(wanted, k));
  }
};

/** A far call from 64-bit code into other code pushes there, on the stack that this code has. */
const stackAddress = (linear: bigint, { mode }: Execution, { words }: CpuState): bigint => {
  const [code, stack] = [1, 2].map((number) => descriptorOf(words[StateWord.selectors + number] ?? 0));
  if (mode !== 64) return linear;
  // Where the CPU faults behind the pushes, CS is still the old one: 64-bit stacks of the sandbox are below 4 GiB all the same.
  if (code?.long === true) return BigInt.asUintN(32, linear);
  return BigInt.asUintN(32, BigInt(stack?.base ?? 0) + BigInt.asUintN(stack?.big === false ? 16 : 32, linear));
};

const byteOf = (value: bigint, k: number): number => Number((value >> BigInt(8 * k)) & 0xffn);
