/**
 * Bit-precise definedness: a value that nobody has defined may be copied and computed with, and is an error where it
 * decides something: a conditional jump, a jump's target, an address, a fault. The same semantic functions that execute an
 * instruction say how its undefined bits spread.
 */
import type { Machine } from '../../emulator.ts';
import { hasEnded, type StepResult } from '../../execute/step-result.ts';
import type { Instruction } from '../../isa/instruction.ts';
import { RegisterClass, register, registerName } from '../../isa/registers.ts';
import { isRepeated } from '../../operand/places.ts';
import { semanticOf } from '../../semantics/semantics.ts';
import { nextInstructionOf } from '../machine-view.ts';
import { ShadowCpu } from './shadow-cpu.ts';
import type { DefinednessKind } from './shadow-memory.ts';
import { ShadowState } from './shadow-state.ts';

export interface DefinednessError {
  readonly kind: DefinednessKind;
  /** rIP of the instruction. */
  readonly address: bigint;
}

const names: readonly string[] = Array.from({ length: 16 }, (_, k) => registerName(register(RegisterClass.gpr64, k)));
const counters: Readonly<Record<number, string>> = { 16: 'cx', 32: 'ecx', 64: 'rcx' };
const rCX = 1;

export class Definedness {
  readonly state = new ShadowState();
  /** Each place once. */
  readonly errors: DefinednessError[] = [];
  readonly #machine: Machine;
  readonly #seen = new Set<string>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** A register whose value nobody has defined. */
  undefineRegister(name: string): void {
    const number = names.indexOf(name);
    if (number === -1) throw new RangeError(`${name} is no general register of 64 bits`);
    this.state.registers[number] = BigInt.asUintN(64, -1n);
  }

  /** Executes the next instruction, and follows its undefined bits. */
  step(): StepResult {
    const instruction = nextInstructionOf(this.#machine);
    if (instruction === null) return this.#machine.step();
    return isRepeated(instruction) ? this.#stepRepeated(instruction) : this.#stepOnce(instruction);
  }

  #stepOnce(instruction: Instruction): StepResult {
    const cpu = this.#shadowOf(instruction, this.#values(), this.#machine.get('rip'));
    const result = this.#machine.step();
    if (hasEnded(result) || result.kind === 'need') cpu.commit();
    return result;
  }

  /** The iterations that have been done, one after the other. Memory is looked at as they have left it. */
  #stepRepeated(instruction: Instruction): StepResult {
    const counter = counters[instruction.addressSize];
    const address = this.#machine.get('rip');
    const values = this.#values();
    const before = this.#machine.get(counter);
    if (this.state.registers[rCX] !== 0n) this.#report('repetition count', address);
    const result = this.#machine.step();
    for (let left = before - this.#machine.get(counter); left > 0n; left--) {
      this.#shadowOf(instruction, values, address).commit();
    }
    return result;
  }

  #values(): bigint[] {
    return names.map((name) => this.#machine.get(name));
  }

  #shadowOf(instruction: Instruction, values: bigint[], address: bigint): ShadowCpu {
    const report = (kind: DefinednessKind): void => this.#report(kind, address);
    const cpu = new ShadowCpu({ machine: this.#machine, state: this.state, values, report }, instruction);
    semanticOf(instruction.form)(cpu);
    return cpu;
  }

  #report(kind: DefinednessKind, address: bigint): void {
    const key = `${kind} ${address}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.errors.push({ kind, address });
  }
}
