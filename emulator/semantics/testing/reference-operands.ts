/** Operands, registers, memory and the stack of one instruction over bigint: flat segments, all at once, nothing fast. */
import { sizeOf, widthOf } from '../../bits/word.ts';
import type { Form, OperandSpec } from '../../isa/form.ts';
import { forms } from '../../isa/forms.ts';
import { type Instruction, OperandKind } from '../../isa/instruction.ts';
import {
  classOf,
  NO_REGISTER,
  numberOf,
  Register,
  RegisterClass,
  type RegisterId,
  registerBits,
} from '../../isa/registers.ts';
import { type Operands, type Stack, Vector, type Width } from '../cpu.ts';
import type { ReferenceFault, ReferenceState } from './reference-state.ts';
import { noisy, ReferenceValues, signed, unsigned } from './reference-values.ts';

const CS = 1;
const SS = 2;
const rSP = 4;

export class ReferenceOperands extends ReferenceValues implements Operands<bigint, boolean>, Stack<bigint> {
  protected readonly before: ReferenceState;
  protected readonly instruction: Instruction;
  protected readonly form: Form;
  protected readonly registers: bigint[];
  protected readonly written = new Map<bigint, number>();
  /** The first cause of an end before the end. */
  protected stop: ReferenceFault | { readonly kind: 'unsupported' } | null = null;
  #stackPointer: bigint | null = null;

  constructor(before: ReferenceState, instruction: Instruction) {
    super();
    this.before = before;
    this.instruction = instruction;
    this.form = forms[instruction.form];
    this.registers = [...before.registers];
  }

  get width(): Width {
    return this.operandCount === 0 ? this.operandSize : this.bits(0);
  }

  get operandSize(): 16 | 32 | 64 {
    return sizeOf(this.instruction.operandSize);
  }

  get addressSize(): 16 | 32 | 64 {
    return sizeOf(this.instruction.addressSize);
  }

  get operandCount(): number {
    return this.instruction.operandCount;
  }

  get segment(): number {
    const { segment, segmentOverride } = this.instruction;
    const used = segment === NO_REGISTER ? segmentOverride : segment;
    return numberOf(used === NO_REGISTER ? Register.ds : used);
  }

  isMemory(k: number): boolean {
    const kind = this.instruction.operands[k];
    return (
      kind === OperandKind.memory ||
      kind === OperandKind.memorySi ||
      kind === OperandKind.memoryDi ||
      kind === OperandKind.memoryXlat
    );
  }

  bits(k: number): Width {
    const id = this.registerOf(k);
    if (id !== NO_REGISTER) return widthOf(registerBits(id));
    return widthOf(this.isMemory(k) ? this.#spec(k).memoryBits : this.#spec(k).bits);
  }

  registerOf(k: number): RegisterId {
    const entry = this.instruction.operands[k];
    return entry >= 32 ? entry : NO_REGISTER;
  }

  #spec(k: number): OperandSpec {
    return this.form.operands[k];
  }

  read(k: number): bigint {
    const id = this.registerOf(k);
    if (id !== NO_REGISTER) return this.register(id);
    if (this.isMemory(k)) return this.readAt(k, 0n);
    return this.#immediate(k);
  }

  write(k: number, value: bigint): void {
    const id = this.registerOf(k);
    if (id !== NO_REGISTER) this.setRegister(id, value);
    else this.writeAt(k, 0n, value);
  }

  writeIf(condition: boolean, k: number, value: bigint): void {
    if (condition) this.write(k, value);
  }

  probeWrite(k: number): void {
    if (this.isMemory(k)) this.check(this.#segmentOf(k), this.addressOf(k), this.bits(k), true);
  }

  touch(k: number): void {
    this.check(this.#segmentOf(k), this.addressOf(k), 8, false);
  }

  requireAlignment(k: number, bytes: number): void {
    const linear = this.#linear(this.#segmentOf(k), this.addressOf(k));
    if (linear % BigInt(bytes) !== 0n) this.end(Vector.GP, 0);
  }

  #immediate(k: number): bigint {
    const { immediate, immediateHigh, immediate2, operands } = this.instruction;
    if (operands[k] === OperandKind.constantOne) return 1n;
    if (operands[k] === OperandKind.immediate2) return BigInt(immediate2);
    return (unsigned(32, BigInt(immediateHigh)) << 32n) | unsigned(32, BigInt(immediate));
  }

  immediateOf(k: number): number {
    return Number(signed(32, this.#immediate(k)));
  }

  isFarPointer(k: number): boolean {
    return /^(?:m|ptr)16:/.test(this.#spec(k).token);
  }

  farOffset(k: number): bigint {
    if (!this.isMemory(k)) return BigInt(this.instruction.immediate);
    return this.load(this.segment, this.addressOf(k), this.operandSize);
  }

  farSelector(k: number): bigint {
    if (!this.isMemory(k)) return BigInt(this.instruction.immediate2);
    return this.load(this.segment, this.addressOf(k) + BigInt(this.operandSize / 8), 16);
  }

  /** SDM 1 3.7.5, and the fixed registers of string instructions and XLAT. */
  addressOf(k: number): bigint {
    const address = (offset: bigint): bigint => unsigned(this.addressSize, offset);
    switch (this.instruction.operands[k]) {
      case OperandKind.memorySi:
        return address(this.before.registers[6]);
      case OperandKind.memoryDi:
        return address(this.before.registers[7]);
      case OperandKind.memoryXlat:
        return address(this.before.registers[3] + unsigned(8, this.before.registers[0]));
      default:
        return address(this.#modrmOffset());
    }
  }

  #modrmOffset(): bigint {
    const { base, index, scale, displacement, displacementHigh, displacementBytes } = this.instruction;
    let offset = BigInt(displacement);
    if (displacementBytes === 8) offset = (BigInt(displacementHigh) << 32n) | unsigned(32, offset);
    if (base === Register.rip || base === Register.eip) offset += this.nextInstruction();
    else if (base !== NO_REGISTER) offset += this.before.registers[numberOf(base)];
    if (index !== NO_REGISTER) offset += this.before.registers[numberOf(index)] * BigInt(scale);
    return offset;
  }

  readAt(k: number, displacement: bigint): bigint {
    const offset = unsigned(this.addressSize, this.addressOf(k) + displacement);
    return this.#loadFrom(this.#segmentOf(k), offset, this.bits(k), /^r?w$/.test(this.#spec(k).access));
  }

  writeAt(k: number, displacement: bigint, value: bigint): void {
    const offset = unsigned(this.addressSize, this.addressOf(k) + displacement);
    this.#storeTo(this.#segmentOf(k), offset, this.bits(k), value);
  }

  #segmentOf(k: number): number {
    return this.instruction.operands[k] === OperandKind.memoryDi ? 0 : this.segment;
  }

  register(id: RegisterId): bigint {
    if (classOf(id) === RegisterClass.segment) return BigInt(this.before.selectors[numberOf(id)]);
    const value = this.before.registers[numberOf(id)];
    return noisy(widthOf(registerBits(id)), classOf(id) === RegisterClass.gpr8High ? value >> 8n : value);
  }

  setRegister(id: RegisterId, value: bigint): void {
    const number = numberOf(id);
    const old = this.registers[number];
    if (classOf(id) === RegisterClass.gpr8High) {
      this.registers[number] = (old & ~0xff00n) | (unsigned(8, value) << 8n);
      return;
    }
    this.setGeneral(widthOf(registerBits(id)), number, value);
  }

  general(width: Width, number: number): bigint {
    return noisy(width, this.before.registers[number]);
  }

  setGeneral(width: Width, number: number, value: bigint): void {
    const kept = width >= 32 ? 0n : (this.registers[number] >> BigInt(width)) << BigInt(width);
    this.registers[number] = kept | unsigned(width, value);
  }

  load(segment: number, offset: bigint, bits: Width): bigint {
    return this.#loadFrom(segment, unsigned(this.addressSize, offset), bits, false);
  }

  store(segment: number, offset: bigint, bits: Width, value: bigint): void {
    this.#storeTo(segment, unsigned(this.addressSize, offset), bits, value);
  }

  get stackWidth(): 16 | 32 | 64 {
    return this.before.mode;
  }

  push(bits: Width, value: bigint): void {
    const top = unsigned(this.stackWidth, this.stackPointer() - BigInt(bits / 8));
    this.storeStack(top, bits, value);
    this.setStackPointer(top);
  }

  pop(bits: Width): bigint {
    const value = this.loadStack(this.stackPointer(), bits);
    this.setStackPointer(this.stackPointer() + BigInt(bits / 8));
    return value;
  }

  stackPointer(): bigint {
    return this.#stackPointer ?? unsigned(this.stackWidth, this.before.registers[rSP]);
  }

  setStackPointer(value: bigint): void {
    this.#stackPointer = unsigned(this.stackWidth, value);
    this.setGeneral(this.stackWidth, rSP, value);
  }

  loadStack(offset: bigint, bits: Width): bigint {
    return this.#loadFrom(SS, unsigned(this.stackWidth, offset), bits, false);
  }

  storeStack(offset: bigint, bits: Width, value: bigint): void {
    this.#storeTo(SS, unsigned(this.stackWidth, offset), bits, value);
  }

  probeStack(offset: bigint, bits: Width): void {
    this.check(SS, unsigned(this.stackWidth, offset), bits, true);
  }

  nextInstruction(): bigint {
    return unsigned(this.before.mode === 64 ? 64 : 32, this.before.ip + BigInt(this.instruction.lengthBytes));
  }

  /** Ends with a fault, unless another came first; false, for checks that fail so. */
  protected end(vector: Vector, error: number, address: bigint | null = null): false {
    this.stop ??= { kind: 'fault', vector, error, address };
    return false;
  }

  #linear(segment: number, offset: bigint): bigint {
    return unsigned(this.before.mode === 64 ? 64 : 32, this.before.bases[segment] + offset);
  }

  #loadFrom(segment: number, offset: bigint, bits: Width, forWrite: boolean): bigint {
    if (!this.check(segment, offset, bits, forWrite)) return noisy(bits, 0n);
    let value = 0n;
    for (let k = bits / 8 - 1; k >= 0; k--) {
      const byte = this.before.memory.byteAt(this.#linear(segment, offset + BigInt(k))) ?? 0;
      value = (value << 8n) | BigInt(byte);
    }
    return noisy(bits, value);
  }

  #storeTo(segment: number, offset: bigint, bits: Width, value: bigint): void {
    if (!this.check(segment, offset, bits, true)) return;
    for (let k = 0; k < bits / 8; k++) {
      this.written.set(this.#linear(segment, offset + BigInt(k)), Number(unsigned(8, value >> BigInt(8 * k))));
    }
  }

  /**
   * Is the access allowed? #GP where it writes to code, #GP or #SS where an address is not canonical, #PF where a byte is
   * not mapped or may not be written.
   */
  protected check(segment: number, offset: bigint, bits: Width, isWrite: boolean): boolean {
    if (isWrite && segment === CS && this.before.mode !== 64) return this.end(Vector.GP, 0);
    const addresses = Array.from({ length: bits / 8 }, (_, k) => this.#linear(segment, offset + BigInt(k)));
    if (addresses.some((address) => unsigned(64, signed(48, address)) !== address))
      return this.end(segment === SS ? Vector.SS : Vector.GP, 0);
    const { memory, privilegeLevel } = this.before;
    const isMapped = (address: bigint): boolean => memory.byteAt(address) !== undefined;
    const bad = addresses.find((address) => !isMapped(address) || (isWrite && !memory.isWritable(address)));
    if (bad === undefined) return true;
    return this.end(Vector.PF, (isMapped(bad) ? 1 : 0) | (isWrite ? 2 : 0) | (privilegeLevel === 3 ? 4 : 0), bad);
  }
}
