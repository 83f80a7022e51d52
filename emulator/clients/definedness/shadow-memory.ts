/** Registers, memory and stack of one instruction with their undefined bits; what it writes is held back. */
import type { Machine } from '../../emulator.ts';
import type { Instruction } from '../../isa/instruction.ts';
import { NO_REGISTER, numberOf } from '../../isa/registers.ts';
import type { Stack, Width } from '../../semantics/cpu.ts';
import { allOf } from './masks.ts';
import type { ShadowState } from './shadow-state.ts';
import { defined, type Shadowed, ShadowValues } from './shadow-values.ts';

/** Where an undefined value decides something. */
export type DefinednessKind = 'condition' | 'jump target' | 'address' | 'fault' | 'repetition count';

export interface ShadowContext {
  readonly machine: Machine;
  readonly state: ShadowState;
  /** Values of the general registers before the instruction. */
  readonly values: bigint[];
  readonly report: (kind: DefinednessKind) => void;
}

const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const SS = 2;
const FS = 4;
const rSP = 4;

interface Store {
  readonly address: bigint;
  readonly bits: Width;
  readonly mask: bigint;
}

export abstract class ShadowMemory extends ShadowValues implements Stack<Shadowed> {
  protected readonly context: ShadowContext;
  protected readonly instruction: Instruction;
  readonly #stores: Store[] = [];
  readonly #registers: {
    readonly number: number;
    readonly width: Width;
    readonly lowest: number;
    readonly to: Shadowed;
  }[] = [];
  #stackTop: Shadowed | null = null;

  constructor(context: ShadowContext, instruction: Instruction) {
    super();
    this.context = context;
    this.instruction = instruction;
  }

  /** `width` bits of a general register, from bit `lowest` on. */
  protected part(number: number, width: Width, lowest = 0): Shadowed {
    const { state, values } = this.context;
    const shift = BigInt(lowest);
    return { value: (values[number] >> shift) & allOf(width), mask: (state.registers[number] >> shift) & allOf(width) };
  }

  protected setPart(number: number, width: Width, to: Shadowed, lowest = 0): void {
    this.#registers.push({ number, width, lowest, to });
  }

  general(width: Width, number: number): Shadowed {
    return this.part(number, width);
  }

  setGeneral(width: Width, number: number, value: Shadowed): void {
    this.setPart(number, width, value);
  }

  get segment(): number {
    const { segment, segmentOverride } = this.instruction;
    const used = segment !== NO_REGISTER ? segment : segmentOverride;
    return used === NO_REGISTER ? 3 : numberOf(used);
  }

  protected linear(segment: number, offset: Shadowed): bigint {
    if (offset.mask !== 0n) this.context.report('address');
    const is64 = this.instruction.mode === 64;
    const base = is64 && segment < FS ? 0n : this.context.machine.get(`${segmentNames[segment]}base`);
    return BigInt.asUintN(is64 ? 64 : 32, base + offset.value);
  }

  protected loadLinear(address: bigint, bits: Width): Shadowed {
    const staged = this.#stores.find((store) => store.address === address && store.bits === bits);
    return { value: this.#peek(address, bits), mask: staged?.mask ?? this.context.state.load(address, bits) };
  }

  #peek(address: bigint, bits: Width): bigint {
    const { memory } = this.context.machine;
    let value = 0n;
    for (let k = bits / 8 - 1; k >= 0; k--) {
      const at = BigInt.asUintN(64, address + BigInt(k));
      const page = memory.find(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)));
      const byte = page === null || page.isServed ? 0 : page.bytes[Number(at & 0xfffn)];
      value = (value << 8n) | BigInt(byte);
    }
    return value;
  }

  protected storeLinear(address: bigint, bits: Width, value: Shadowed): void {
    this.#stores.push({ address, bits, mask: value.mask & allOf(bits) });
  }

  load(segment: number, offset: Shadowed, bits: Width): Shadowed {
    return this.loadLinear(this.linear(segment, offset), bits);
  }

  store(segment: number, offset: Shadowed, bits: Width, value: Shadowed): void {
    this.storeLinear(this.linear(segment, offset), bits, value);
  }

  get stackWidth(): 16 | 32 | 64 {
    return this.instruction.mode;
  }

  stackPointer(): Shadowed {
    return this.#stackTop ?? this.part(rSP, this.stackWidth);
  }

  setStackPointer(value: Shadowed): void {
    this.#stackTop = value;
  }

  push(bits: Width, value: Shadowed): void {
    const top = this.sub(this.stackWidth, this.stackPointer(), defined(BigInt(bits / 8)));
    this.#stackTop = top;
    this.store(SS, this.zeroExtend(this.stackWidth, top), bits, value);
  }

  pop(bits: Width): Shadowed {
    const top = this.stackPointer();
    const value = this.load(SS, this.zeroExtend(this.stackWidth, top), bits);
    this.#stackTop = this.add(this.stackWidth, top, defined(BigInt(bits / 8)));
    return value;
  }

  loadStack(offset: Shadowed, bits: Width): Shadowed {
    return this.load(SS, this.zeroExtend(this.stackWidth, offset), bits);
  }

  storeStack(offset: Shadowed, bits: Width, value: Shadowed): void {
    this.store(SS, this.zeroExtend(this.stackWidth, offset), bits, value);
  }

  probeStack(): void {}

  /** What was held back becomes the state. */
  commit(): void {
    const { state } = this.context;
    for (const { address, bits, mask } of this.#stores) state.store(address, bits, mask);
    if (this.#stackTop !== null) this.#commitRegister(rSP, this.stackWidth, 0, this.#stackTop);
    for (const { number, width, lowest, to } of this.#registers) this.#commitRegister(number, width, lowest, to);
  }

  #commitRegister(number: number, width: Width, lowest: number, { value, mask }: Shadowed): void {
    const { state, values } = this.context;
    const bits = allOf(width) << BigInt(lowest);
    // 32 bits clear what is above them (SDM 1 3.4.1.1).
    const kept = width === 32 ? 0n : ~bits;
    const place = (all: bigint, part: bigint): bigint => (all & kept & allOf(64)) | ((part << BigInt(lowest)) & bits);
    state.registers[number] = place(state.registers[number], mask);
    values[number] = place(values[number], value);
  }
}
