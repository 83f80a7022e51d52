/**
 * Byte edits of an execution. An operand that moves to another register, or is addressed by other ones, is the same
 * operand only if it keeps its value or its place: so each edited encoding is tried as it is, and with that carried over.
 */
import { decode } from '../../emulator/decode/decode.ts';
import { type Instruction, OperandKind } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { classOf, RegisterClass } from '../../emulator/isa/registers.ts';
import { evaluateOperand } from '../../emulator/operand/evaluate.ts';
import { explicitOperandsOf } from '../../emulator/operand/operands.ts';
import { registersOf } from '../compare/execution-registers.ts';
import { generalNumber } from '../compare/execution-role.ts';
import { type CpuState, type Execution, StateWord } from '../execution.ts';
import { aim, Pair } from '../generate/states/aim.ts';
import { homeState } from '../generate/states/home.ts';
import { settleBases } from '../generate/states/segments.ts';
import { windowBase } from '../sandbox.ts';

export interface Reencoded {
  readonly bytes: Uint8Array;
  readonly mode: Mode;
}

/** The execution with other bytes, plain and carried. None where the bytes are cut: what follows would complete them. */
export const reencoded = (from: Execution, to: Reencoded, vendor: Vendor): readonly Execution[] => {
  const now = decode(to.bytes, to.mode, { vendor });
  if (now.status === 'truncated') return [];
  const moved = to.mode === from.mode ? from : rehomed(from, to.mode);
  const plain: Execution = { ...moved, ...to };
  const before = decode(from.bytes, from.mode, { vendor });
  if (before.status !== 'valid' || now.status !== 'valid') return [plain];
  return [carried({ before: before.instruction, now: now.instruction, from, to: plain }), plain];
};

interface Carrying {
  readonly before: Instruction;
  readonly now: Instruction;
  readonly from: Execution;
  readonly to: Execution;
}

const carried = ({ before, now, from, to }: Carrying): Execution => {
  const state = to.state.clone();
  const bytes = new Uint8Array(to.bytes);
  const count = Math.min(before.operandCount, now.operandCount);
  // Where two operands become one register, the first one's value counts: it is the destination.
  for (let k = count - 1; k >= 0; k--) carryRegister(from.state, state, before.operands[k] ?? 0, now.operands[k] ?? 0);
  const linear = addressOf(before, from);
  if (linear !== null && now.operands.includes(OperandKind.memory)) {
    const address = new Pair();
    address.low = Number(linear & 0xffff_ffffn);
    address.high = Number(linear >> 32n);
    aim({ instruction: now, state, bytes }, address);
  }
  if (to.mode !== 64) clearUpperHalves(state);
  return { ...to, state, bytes };
};

const carryRegister = (from: CpuState, to: CpuState, before: number, now: number): void => {
  const [source, destination] = [generalNumber(before), generalNumber(now)];
  if (source < 0 || destination < 0) return;
  const isHigh = classOf(before) === RegisterClass.gpr8High;
  const value = from.get64(StateWord.gpr + 2 * source);
  if (classOf(now) !== RegisterClass.gpr8High) {
    to.set64(StateWord.gpr + 2 * destination, isHigh ? (value >> 8n) & 0xffn : value);
    return;
  }
  const kept = to.get64(StateWord.gpr + 2 * destination) & ~0xff00n;
  to.set64(StateWord.gpr + 2 * destination, kept | (isHigh ? value & 0xff00n : (value & 0xffn) << 8n));
};

/** Where ModRM memory lies; null without such. */
export const addressOf = (instruction: Instruction, execution: Execution): bigint | null => {
  const k = instruction.operands.indexOf(OperandKind.memory);
  if (k < 0 || k >= instruction.operandCount) return null;
  const registers = registersOf(execution);
  const operand = explicitOperandsOf(instruction, registers.read('rip'))[k];
  const value = operand === undefined ? null : evaluateOperand(instruction, operand, registers);
  return value?.kind === 'address' ? value.linear : null;
};

/** The same in another mode: its own segments and place; pointers to strings and stack still point where they did. */
const rehomed = (from: Execution, mode: Mode): Execution => {
  const state = homeState(mode);
  const { words } = state;
  for (let word = 0; word < 32; word++) words[word] = mode === 64 || word < 16 ? (from.state.words[word] ?? 0) : 0;
  words[StateWord.rflags] = from.state.words[StateWord.rflags] ?? 0;
  const distance = (from.mode === 16 ? windowBase : 0) - (mode === 16 ? windowBase : 0);
  for (const number of pointers) words[2 * number] = (words[2 * number] ?? 0) + distance;
  if (mode !== 64) clearUpperHalves(state);
  settleBases(state, mode);
  return { ...from, mode, state };
};

/** rSP, rBP, rSI, rDI. */
const pointers = [4, 5, 6, 7] as const;

const clearUpperHalves = ({ words }: CpuState): void => {
  for (let word = 1; word < 16; word += 2) words[word] = 0;
};
