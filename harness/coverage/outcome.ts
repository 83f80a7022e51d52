/** One execution and what came of it, seen as an outcome of its form. */
import { Decoder } from '../../emulator/decode/decoder.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { MemoryAccess } from '../../emulator/operand/evaluate.ts';
import { accessesOf } from '../../emulator/operand/evaluate.ts';
import { registersOf } from '../compare/execution-registers.ts';
import { type Execution, type ExecutionAnswer, StateWord } from '../execution.ts';
import { descriptorOf } from '../generate/states/segments.ts';

export interface Outcome {
  readonly form: Form;
  /** As decoded; reused by the next outcome. Of a LOCK that is not allowed, what it would be without. */
  readonly instruction: Instruction;
  readonly hasWrongLock: boolean;
  readonly execution: Execution;
  readonly answer: ExecutionAnswer;
}

/** Finds the form of executions. */
export class OutcomeReader {
  readonly #decoders = new Map<Mode, Decoder>();
  readonly #instruction = new Instruction();
  readonly #vendor: Vendor;

  constructor(vendor: Vendor) {
    this.#vendor = vendor;
  }

  /** Null where the bytes belong to no form. */
  read(execution: Execution, answer: ExecutionAnswer): Outcome | null {
    const { bytes, mode } = execution;
    const decoder = this.#decoders.get(mode) ?? new Decoder(mode, this.#vendor);
    this.#decoders.set(mode, decoder);
    const instruction = this.#instruction;
    let status = decoder.decode(bytes, 0, bytes.length, instruction);
    const hasWrongLock = status === Status.invalid && prefixesOf(bytes).includes(lock);
    if (hasWrongLock) {
      const end = prefixesOf(bytes).length;
      const plain = bytes.filter((byte, at) => byte !== lock || at >= end);
      status = decoder.decode(plain, 0, plain.length, instruction);
    }
    const form = status === Status.valid ? forms[instruction.form] : undefined;
    return form === undefined ? null : { form, instruction, hasWrongLock, execution, answer };
  }
}

const lock = 0xf0;
const legacyPrefixes: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

const prefixesOf = (bytes: Uint8Array): Uint8Array => {
  const end = bytes.findIndex((byte) => !legacyPrefixes.has(byte));
  return end < 0 ? bytes : bytes.subarray(0, end);
};

/** Iterations of a repeated instruction that are looked at. */
const mostIterations = 64;

const accesses = ({ instruction, execution }: Outcome): readonly MemoryAccess[] =>
  accessesOf(instruction, registersOf(execution), mostIterations);

/** Does some access begin before this address, and end behind it? */
export const isAcross = (outcome: Outcome, address: bigint): boolean =>
  accesses(outcome).some(({ linear, bits }) => linear < address && address < linear + BigInt(bits >> 3));

/** Is some access refused by its segment, or not canonical? SS left aside, whose accesses are #SS (SDM 3A 6.15). */
export const isRefusedInData = (outcome: Outcome): boolean =>
  accesses(outcome).some((access) => access.operand.segment !== 'ss' && isRefused(outcome, access));

const isRefused = ({ execution }: Outcome, access: MemoryAccess): boolean => {
  const { mode, state } = execution;
  const last = BigInt.asUintN(64, access.linear + BigInt(Math.max(access.bits >> 3, 1) - 1));
  if (mode === 64) return !isCanonical(access.linear) || !isCanonical(last);
  const number = segmentNames.indexOf(access.operand.segment);
  const selector = state.words[StateWord.selectors + number] ?? 0;
  const descriptor = descriptorOf(selector);
  if (descriptor === undefined || !access.isInside) return true;
  return descriptor.kind === 'code'
    ? access.isWrite || descriptor.readable !== true
    : access.isWrite && descriptor.writable !== true;
};

/** With 48-bit linear addresses (SDM 1 3.3.7.1). */
const isCanonical = (address: bigint): boolean =>
  BigInt.asUintN(64, BigInt.asIntN(48, address)) === BigInt.asUintN(64, address);

const segmentNames: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
