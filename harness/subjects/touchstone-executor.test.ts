/** Rows and semantics hold each other: what an execution changes is what its row says that it writes. */
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../emulator/decode/decoder.ts';
import type { FlagEffect } from '../../emulator/isa/flags.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { classOf, numberOf, RegisterClass, registerByName } from '../../emulator/isa/registers.ts';
import { Flag } from '../../emulator/isa/rflags.ts';
import { accessesOf, type RegisterView } from '../../emulator/operand/evaluate.ts';
import { flagsOfExecuted } from '../../emulator/operand/flags.ts';
import { operandsOf } from '../../emulator/operand/operands.ts';
import { type CpuState, type Execution, type ExecutionAnswer, StateWord } from '../execution.ts';
import { DrawnExecution } from '../generate/states/drawn.ts';
import { ExecutionDraw } from '../generate/states/executions.ts';
import { sandboxDescriptors } from '../sandbox.ts';
import { createTouchstoneExecutor } from './touchstone-executor.ts';

type Executed = Extract<ExecutionAnswer, { readonly status: 'executed' }>;

const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

const descriptorOf = (state: CpuState, segment: number) =>
  sandboxDescriptors.find(({ selector }) => selector === state.words[StateWord.selectors + segment]);

/** A far CALL pushes on the stack as the code that it calls has it. */
const stackBitsOf = (state: CpuState, after: CpuState, mode: Mode): Pick<RegisterView, 'stackBits'> => {
  if (mode === 64) return descriptorOf(after, 1)?.long === true ? {} : { stackBits: 32 };
  // A far call into 64-bit code pushes there, where the stack is flat.
  if (descriptorOf(after, 1)?.long === true) return { stackBits: 32 };
  return { stackBits: descriptorOf(state, 2)?.big === true ? 32 : 16 };
};

/** Registers of a state by their names. */
const viewOf = (state: CpuState, after: CpuState, mode: Mode): RegisterView => ({
  ...stackBitsOf(state, after, mode),
  read(name) {
    if (name === 'rip') return state.get64(StateWord.rip);
    if (name === 'rflags') return BigInt(state.words[StateWord.rflags] ?? 0);
    const id = registerByName(name) ?? 0;
    const full = state.get64(2 * numberOf(id));
    switch (classOf(id)) {
      case RegisterClass.gpr8:
        return full & 0xffn;
      case RegisterClass.gpr8High:
        return (full >> 8n) & 0xffn;
      case RegisterClass.gpr16:
        return full & 0xffffn;
      case RegisterClass.gpr32:
        return full & 0xffffffffn;
      default:
        return full;
    }
  },
  segment(name) {
    const number = segmentNames.indexOf(name);
    if (mode === 64) return { base: number < 4 ? 0n : state.get64(number === 4 ? StateWord.fsBase : StateWord.gsBase) };
    if (number === 2 && descriptorOf(after, 1)?.long === true) return { base: 0n };
    return { base: BigInt(descriptorOf(state, number)?.base ?? 0) };
  },
});

const flagBits: Readonly<Record<string, number>> = Flag;
const bitsOf = (letters: string): number => [...letters].reduce((bits, letter) => bits | (flagBits[letter] ?? 0), 0);

/** Complaints about one execution: '' where the row tells all. */
const complaints = (instruction: Instruction, { state }: Execution, answer: Executed, mode: Mode): string => {
  const effect = flagsOfExecuted(instruction, (state.words[2] ?? 0) & 0xff);
  return [
    flagComplaint(effect, state, answer.state),
    registerComplaint(instruction, state, answer.state),
    memoryComplaint(instruction, viewOf(state, answer.state, mode), answer, mode),
  ].join('');
};

const flagComplaint = (effect: FlagEffect, before: CpuState, after: CpuState): string => {
  const [was, is] = [before.words[StateWord.rflags] ?? 0, after.words[StateWord.rflags] ?? 0];
  const told = bitsOf(effect.written + effect.cleared + effect.set + effect.undefined) | Flag.R;
  const stray = (was ^ is) & ~told;
  const uncleared = is & bitsOf(effect.cleared);
  const unset = ~is & bitsOf(effect.set);
  return stray + uncleared + unset === 0 ? '' : `flags ${stray.toString(16)} ${uncleared} ${unset}; `;
};

const registerComplaint = (instruction: Instruction, before: CpuState, after: CpuState): string => {
  const written = new Set<number>();
  for (const operand of operandsOf(instruction, 0n)) {
    if (operand.kind !== 'register' || !operand.access.includes('w')) continue;
    const id = registerByName(operand.register) ?? 0;
    if (classOf(id) <= RegisterClass.gpr64) written.add(numberOf(id));
  }
  const stray = Array.from({ length: 16 }, (_, number) => number).filter(
    (number) => before.get64(2 * number) !== after.get64(2 * number) && !written.has(number),
  );
  return stray.length === 0 ? '' : `registers ${stray.join(' ')}; `;
};

const memoryComplaint = (instruction: Instruction, view: RegisterView, { memory }: Executed, mode: Mode): string => {
  if (memory.length === 0) return '';
  const writes = accessesOf(instruction, view, 4096).filter(({ isWrite }) => isWrite);
  const isTold = (address: bigint): boolean =>
    // A push may wrap around the end of 32-bit addresses.
    writes.some(({ linear, bits }) => BigInt.asUintN(mode === 64 ? 64 : 32, address - linear) < BigInt(bits >> 3));
  const stray = memory.filter(({ address, bytes }) => !bytes.every((_, k) => isTold(BigInt(address + k))));
  return stray.length === 0 ? '' : `memory ${stray.map(({ address }) => address.toString(16)).join(' ')}; `;
};

describe.each<Mode>([16, 32, 64])('executions in %i-bit mode', (mode) => {
  it('change nothing that their rows do not name', async () => {
    const executor = createTouchstoneExecutor();
    const draw = new ExecutionDraw({ mode, vendor: 'intel', seed: 4 });
    const execution = new DrawnExecution();
    const decoder = new Decoder(mode);
    const instruction = new Instruction();
    const found = new Map<string, string>();
    for (let k = 0; k < 30_000; k++) {
      draw.draw(execution);
      const { bytes } = execution;
      if (decoder.decode(bytes, 0, bytes.length, instruction) !== Status.valid) continue;
      const [answer] = await executor.execute([execution]);
      if (answer?.status !== 'executed') continue;
      const told = complaints(instruction, execution, answer, mode);
      if (told !== '') found.set(forms[instruction.form]?.syntax ?? '', `${told}${Buffer.from(bytes).toString('hex')}`);
    }
    expect(Object.fromEntries(found)).toEqual({});
  });
});
