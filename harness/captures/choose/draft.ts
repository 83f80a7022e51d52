/** An execution in the making: an instruction, and a state that is given registers, memory and flags one by one. */
import { encode } from '../../../emulator/encode/encode.ts';
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { classOf, RegisterClass, type RegisterId, registerBits } from '../../../emulator/isa/registers.ts';
import { type CpuState, type Execution, type MemoryRun, StateWord } from '../../execution.ts';
import { aim, aimPointer, overriddenSegment, Pair } from '../../generate/states/aim.ts';
import { baseOf, settleBases } from '../../generate/states/segments.ts';
import { plainState } from '../plain-state.ts';
import { ones } from './boundaries.ts';

/** Registers by number. */
export const rAX = 0;
export const rCX = 1;
export const rDX = 2;
const rBX = 3;
export const rSP = 4;
export const rBP = 5;
const rSI = 6;
const rDI = 7;

/** Segment registers by number. */
export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;

export class Draft {
  readonly instruction: Instruction;
  readonly state: CpuState;
  #bytes: Uint8Array;
  readonly #runs: MemoryRun[] = [];

  constructor(instruction: Instruction) {
    this.instruction = instruction;
    this.#bytes = encode(instruction);
    this.state = plainState(instruction.mode);
  }

  get mode(): Instruction['mode'] {
    return this.instruction.mode;
  }

  /** The whole register by its number; outside 64-bit mode its low half. */
  setGeneral(number: number, value: bigint): this {
    this.state.set64(StateWord.gpr + 2 * number, value & ones(this.mode === 64 ? 64 : 32));
    return this;
  }

  general(number: number): bigint {
    return this.state.get64(StateWord.gpr + 2 * number);
  }

  /** A register, or the part of one that the identity names. */
  setRegister(id: RegisterId, value: bigint): this {
    const registerClass = classOf(id);
    const isHigh = registerClass === RegisterClass.gpr8High;
    if (!isHigh && (registerClass === 0 || registerClass > RegisterClass.gpr64)) return this;
    const number = isHigh ? id & 3 : id & 31;
    const shift = isHigh ? 8n : 0n;
    const mask = ones(registerBits(id)) << shift;
    return this.setGeneral(number, (this.general(number) & ~mask) | ((value << shift) & mask));
  }

  setFlags(flags: number): this {
    this.state.words[StateWord.rflags] = flags;
    return this;
  }

  addFlags(flags: number): this {
    return this.setFlags((this.state.words[StateWord.rflags] ?? 0) | flags);
  }

  setSelector(segment: number, selector: number): this {
    this.state.words[StateWord.selectors + segment] = selector;
    settleBases(this.state, this.mode);
    return this;
  }

  /** Of FS, in 64-bit mode. */
  setBase(base: bigint): this {
    this.state.set64(StateWord.fsBase, base);
    return this;
  }

  /** Where the instruction stands, as an offset in CS. */
  setPlace(offset: number): this {
    this.state.words[StateWord.rip] = offset;
    return this;
  }

  /** Every operand in memory; strings may lie in two places. */
  aim(address: bigint, destination = address): this {
    const { operands, operandCount } = this.instruction;
    const source = { number: rSI, segment: overriddenSegment(this.instruction) };
    for (let k = 0; k < operandCount; k++) {
      const kind = operands[k] ?? 0;
      if (kind === OperandKind.memory) aim(this.#aimed(), pairOf(address));
      if (kind === OperandKind.memorySi) aimPointer(this.#aimed(), source, pairOf(address));
      if (kind === OperandKind.memoryDi) aimPointer(this.#aimed(), { number: rDI, segment: ES }, pairOf(destination));
      if (kind === OperandKind.memoryXlat) this.#aimTable(address);
    }
    return this;
  }

  /** rSP, so that the top of the stack lies there. */
  aimStack(address: bigint): this {
    return this.setGeneral(rSP, address - BigInt(baseOf(this.state, this.mode, SS)));
  }

  /** Little-endian. Runs do not overlap; of two that would, the first stays. */
  setMemory(address: bigint, value: bigint, bits: number): this {
    const at = Number(address);
    const length = bits >> 3;
    if (this.#runs.some((run) => at < run.address + run.bytes.length && run.address < at + length)) return this;
    const bytes = Uint8Array.from({ length }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
    this.#runs.push({ address: at, bytes });
    return this;
  }

  /** As the bytes are, with LOCK before them. */
  withLock(): this {
    this.#bytes = Uint8Array.of(0xf0, ...this.#bytes);
    return this;
  }

  get lengthBytes(): number {
    return this.#bytes.length;
  }

  finish(): Execution {
    const memory = [...this.#runs].sort((a, b) => a.address - b.address);
    return { mode: this.mode, bytes: this.#bytes, state: this.state, memory };
  }

  #aimed(): Parameters<typeof aim>[0] {
    return { instruction: this.instruction, state: this.state, bytes: this.#bytes };
  }

  #aimTable(address: bigint): void {
    const index = this.general(rAX) & 0xffn;
    const place = { number: rBX, segment: overriddenSegment(this.instruction) };
    aimPointer(this.#aimed(), place, pairOf(address - index));
  }
}

const pairOf = (address: bigint): Pair => {
  const pair = new Pair();
  const whole = BigInt.asUintN(64, address);
  pair.low = Number(whole & 0xffff_ffffn);
  pair.high = Number(whole >> 32n);
  return pair;
};
