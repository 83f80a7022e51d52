/**
 * For tests: our emulator stands for the CPU, and ours is the same with bugs planted into its answers, each of which a
 * campaign must find by itself, and make small.
 */
import { decode } from '../../../../emulator/decode/decode.ts';
import { forms } from '../../../../emulator/isa/forms.ts';
import { type Instruction, OperandKind } from '../../../../emulator/isa/instruction.ts';
import type { Mode } from '../../../../emulator/isa/modes.ts';
import { Register } from '../../../../emulator/isa/registers.ts';
import { CpuState, type Execution, type ExecutionAnswer, type Executor, StateWord } from '../../../execution.ts';
import { executionKnownRows } from '../../../known/execution-rows.ts';
import { sandboxPages } from '../../../sandbox.ts';
import { createTouchstoneExecutor } from '../../../subjects/touchstone-executor.ts';
import { drawnSource } from '../drawn-source.ts';
import type { ExecutionSetup, ExecutionSource } from '../setup.ts';

export type Plant = keyof typeof plants | keyof typeof faultPlants;

export interface PlantedOptions {
  readonly plants: readonly Plant[];
  readonly sliceCases: number;
  readonly slices: number;
  /** Instructions that are drawn; all by default. */
  readonly mnemonics?: readonly string[];
  /** The fast path of the CPU errs in some executions, which its recheck does not confirm. */
  readonly isFastPathWrong?: true;
  /** A slice whose executions kill the worker. */
  readonly deadlySlice?: number;
}

export const createExecutionSetup = async (options: unknown): Promise<ExecutionSetup> => {
  if (!isPlantedOptions(options)) throw new Error('These are no options of a planted setup.');
  const { plants: names, sliceCases, slices, mnemonics, isFastPathWrong, deadlySlice } = options;
  const only = mnemonics === undefined ? undefined : forms.filter(({ mnemonic }) => mnemonics.includes(mnemonic));
  const source = drawnSource({ vendor: 'amd', sliceCases, slices, ...(only === undefined ? {} : { only }) });
  const cpu = createTouchstoneExecutor('amd-zen3');
  const recheck = { ...cpu, name: 'cpu', version: 'a CPU', close: () => Promise.resolve() };
  return {
    ours: planted(createTouchstoneExecutor('amd-zen3'), names.map(spoilOf)),
    others: [
      {
        executor: isFastPathWrong === true ? planted(recheck, [spoilsState(upsideDown)]) : recheck,
        recheck,
        isSilicon: true,
        isOneCpu: true,
      },
      { name: 'emulator', unavailable: 'it is not here', remedy: 'nothing can be done' },
    ],
    sources: [deadlySlice === undefined ? source : deadly(source, deadlySlice)],
    known: executionKnownRows,
    vendor: 'amd',
  };
};

const isPlantedOptions = (options: unknown): options is PlantedOptions =>
  typeof options === 'object' && options !== null && 'plants' in options && 'sliceCases' in options;

const deadly = (source: ExecutionSource, index: number): ExecutionSource => ({
  ...source,
  batches: (slice, size) => {
    if (slice.index === index) process.exit(7);
    return source.batches(slice, size);
  },
});

/** What was executed, its state before, and its state after, which may be changed. */
interface Done {
  readonly instruction: Instruction;
  readonly mnemonic: string;
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly mode: Mode;
}

/** Spoils the state after an execution; false where there is nothing to spoil. */
type Spoil = (done: Done) => void;

const carry = 1;
const adjust = 0x10;
const direction = 0x400;
const overflow = 0x800;

/** Each has one line of SDM pseudocode wrong. */
export const plants = {
  'sbb-adjust': ({ mnemonic, before, after }) => {
    if (mnemonic === 'SBB' && ((before[StateWord.rflags] ?? 0) & carry) !== 0) flip(after, StateWord.rflags, adjust);
  },
  'cmov-zero-extension': ({ mnemonic, instruction, before, after }) => {
    const number = (instruction.operands[0] ?? 0) & 15;
    if (!mnemonic.startsWith('CMOV') || instruction.operandSize !== 32) return;
    if (after[2 * number] === before[2 * number]) after[2 * number + 1] = before[2 * number + 1] ?? 0;
  },
  'scas-direction': ({ mnemonic, instruction, before, after }) => {
    if (!mnemonic.startsWith('SCAS') || ((before[StateWord.rflags] ?? 0) & direction) === 0) return;
    if ((instruction.prefixes & 6) === 0) after[rDI] = 2 * (before[rDI] ?? 0) - (after[rDI] ?? 0);
  },
  'rol-overflow': ({ mnemonic, instruction, before, after }) => {
    const last = instruction.operands[1];
    const count =
      last === OperandKind.immediate ? instruction.immediate : last === Register.cl ? (before[rCX] ?? 0) : 0;
    if (mnemonic === 'ROL' && (count & 31) > 1) flip(after, StateWord.rflags, overflow);
  },
  'push-wrap': ({ mnemonic, mode, before, after }) => {
    if (mode === 16 && mnemonic === 'PUSH' && ((before[rSP] ?? 0) & 0xffff) < 4) flip(after, rSP, 0x1_0000);
  },
} as const satisfies Readonly<Record<string, Spoil>>;

const isMapped = (address: bigint): boolean =>
  sandboxPages.some((page) => BigInt(page.address) >> 12n === address >> 12n);

/** The same of faults. */
export const faultPlants = {
  /** Of a store across two pages that both are missing, the second is told. */
  'crossing-priority': (instruction, fault) => {
    const { vector, error, address = 0n } = fault;
    const next = ((address >> 12n) + 1n) << 12n;
    const { mnemonic, operands } = forms[instruction.form] ?? { mnemonic: '', operands: [] };
    const isCrossing = address + BigInt((operands[0]?.memoryBits ?? 0) >> 3) > next;
    const isStore = mnemonic === 'MOV' && vector === 14 && (error & 2) !== 0;
    return isStore && isCrossing && !isMapped(next) ? { ...fault, address: next } : fault;
  },
} as const satisfies Readonly<Record<string, (instruction: Instruction, fault: Fault) => Fault>>;

const isFaultPlant = (name: Plant): name is keyof typeof faultPlants => name in faultPlants;

/** A bug as a change of answers. */
const spoilOf = (name: Plant): SpoilAnswer =>
  isFaultPlant(name) ? spoilsFault(faultPlants[name]) : spoilsState(plants[name]);

const rCX = 2;
const rSP = 8;
const rDI = 14;

const flip = (words: Uint32Array, word: number, bits: number): void => {
  words[word] = (words[word] ?? 0) ^ bits;
};

const upsideDown: Spoil = ({ before, after }) => {
  if (((before[0] ?? 0) & 0xff) === 1) flip(after, 0, 1);
};

type Fault = Extract<ExecutionAnswer, { readonly status: 'fault' }>;
type SpoilAnswer = (execution: Execution, instruction: Instruction, answer: ExecutionAnswer) => ExecutionAnswer;

const spoilsFault =
  (spoil: (instruction: Instruction, fault: Fault) => Fault): SpoilAnswer =>
  (_execution, instruction, answer) =>
    answer.status === 'fault' ? spoil(instruction, answer) : answer;

const spoilsState =
  (spoil: Spoil): SpoilAnswer =>
  (execution, instruction, answer) => {
    if (answer.status !== 'executed') return answer;
    const state = new CpuState();
    state.words.set(answer.state.words);
    const mnemonic = forms[instruction.form]?.mnemonic ?? '';
    spoil({ instruction, mnemonic, before: execution.state.words, after: state.words, mode: execution.mode });
    return { ...answer, state };
  };

const planted = (executor: Executor, spoils: readonly SpoilAnswer[]): Executor => ({
  ...executor,
  execute: async (executions) => {
    const answers = await executor.execute(executions);
    return answers.map((answer, k) => {
      const execution = executions[k];
      return execution === undefined ? answer : spoiled(execution, answer, spoils);
    });
  },
});

const spoiled = (execution: Execution, answer: ExecutionAnswer, spoils: readonly SpoilAnswer[]): ExecutionAnswer => {
  const decoded = decode(execution.bytes, execution.mode, { vendor: 'amd' });
  if (decoded.status !== 'valid') return answer;
  return spoils.reduce((spoilt, spoil) => spoil(execution, decoded.instruction, spoilt), answer);
};
