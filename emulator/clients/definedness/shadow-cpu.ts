/** One instruction on values with their undefined bits: operands, flags, and where an undefined value decides something. */
import { widthOf } from '../../bits/word.ts';
import { forms } from '../../isa/forms.ts';
import { OperandKind } from '../../isa/instruction.ts';
import {
  classOf,
  NO_REGISTER,
  numberOf,
  Register,
  RegisterClass,
  type RegisterId,
  registerName,
} from '../../isa/registers.ts';
import { type Cpu, Flag, statusFlags, type Width } from '../../semantics/cpu.ts';
import { ShadowSystem } from './shadow-system.ts';
import { defined, type Shadowed, type ShadowedTruth } from './shadow-values.ts';

const ES = 0;
const [rAX, rBX, rSI, rDI] = [0, 3, 6, 7];

export class ShadowCpu extends ShadowSystem implements Cpu<Shadowed, ShadowedTruth> {
  /** Nothing is known of what it does: its row has to do. */
  isUnmodelled = false;
  #undefinedFlags = 0;
  #changedFlags = 0;
  #flagsLive: ShadowedTruth = { truth: true, isDefined: true };

  #spec(k: number) {
    return forms[this.instruction.form].operands[k];
  }
  get width(): Width {
    return this.operandCount === 0 ? this.operandSize : this.bits(0);
  }
  get operandSize(): 16 | 32 | 64 {
    const { operandSize } = this.instruction;
    return operandSize === 16 ? 16 : operandSize === 32 ? 32 : 64;
  }
  get addressSize(): 16 | 32 | 64 {
    const { addressSize } = this.instruction;
    return addressSize === 16 ? 16 : addressSize === 32 ? 32 : 64;
  }
  get operandCount(): number {
    return this.instruction.operandCount;
  }
  #entry(k: number): number {
    return this.instruction.operands[k];
  }
  isMemory(k: number): boolean {
    const entry = this.#entry(k);
    const isFar = this.isFarPointer(k);
    return (
      !isFar && (entry === OperandKind.memory || (entry >= OperandKind.memorySi && entry <= OperandKind.memoryXlat))
    );
  }
  isFarPointer(k: number): boolean {
    return this.#entry(k) === OperandKind.farPointer || this.#spec(k).token.startsWith('m16:');
  }
  bits(k: number): Width {
    return widthOf(this.#entry(k) >= 32 ? this.#spec(k).bits : this.#spec(k).memoryBits || this.#spec(k).bits);
  }
  registerOf(k: number): RegisterId {
    return this.#entry(k) >= 32 ? this.#entry(k) : NO_REGISTER;
  }
  immediateOf(k: number): number {
    return this.#entry(k) === OperandKind.immediate2 ? this.instruction.immediate2 : this.instruction.immediate;
  }

  read(k: number): Shadowed {
    const entry = this.#entry(k);
    const { immediate, immediateHigh, immediate2 } = this.instruction;
    if (entry >= 32) return this.register(entry);
    if (this.isMemory(k)) return this.loadLinear(this.#addressOf(k), this.bits(k));
    if (entry === OperandKind.immediate2) return defined(BigInt(immediate2));
    if (entry === OperandKind.constantOne) return defined(1n);
    return defined((BigInt(immediateHigh >>> 0) << 32n) | BigInt(immediate >>> 0));
  }
  write(k: number, value: Shadowed): void {
    if (this.#entry(k) >= 32) this.setRegister(this.#entry(k), value);
    else this.storeLinear(this.#addressOf(k), this.bits(k), value);
  }
  writeIf(condition: ShadowedTruth, k: number, value: Shadowed): void {
    if (condition.isDefined && !condition.truth) return;
    this.write(k, this.select(condition, value, this.read(k)));
  }
  probeWrite(): void {}
  touch(): void {}
  requireAlignment(): void {}
  farOffset(): Shadowed {
    return defined(0n);
  }
  farSelector(): Shadowed {
    return defined(0n);
  }

  addressOf(k: number): Shadowed {
    const { addressSize } = this;
    switch (this.#entry(k)) {
      case OperandKind.memorySi:
        return this.part(rSI, addressSize);
      case OperandKind.memoryDi:
        return this.part(rDI, addressSize);
      case OperandKind.memoryXlat:
        return this.zeroExtend(addressSize, this.add(addressSize, this.part(rBX, addressSize), this.part(rAX, 8)));
      default:
        return this.#located();
    }
  }
  #located(): Shadowed {
    const { base, index, scale, displacement, displacementBytes, displacementHigh, lengthBytes } = this.instruction;
    const { addressSize } = this;
    const isWide = displacementBytes === 8;
    const low = isWide ? (BigInt(displacementHigh) << 32n) | BigInt(displacement >>> 0) : BigInt(displacement);
    let sum = defined(BigInt.asUintN(64, low));
    if (base === Register.rip || base === Register.eip) {
      sum = this.add(64, sum, defined(this.context.machine.get('rip') + BigInt(lengthBytes)));
    } else if (base !== NO_REGISTER) sum = this.add(addressSize, this.part(numberOf(base), addressSize), sum);
    if (index !== NO_REGISTER) {
      const count = defined(BigInt(31 - Math.clz32(scale)));
      sum = this.add(addressSize, sum, this.shiftLeft(addressSize, this.part(numberOf(index), addressSize), count));
    }
    return this.zeroExtend(addressSize, sum);
  }
  #addressOf(k: number): bigint {
    const segment = this.#entry(k) === OperandKind.memoryDi ? ES : this.segment;
    return this.linear(segment, this.addressOf(k));
  }
  readAt(k: number, displacement: Shadowed): Shadowed {
    return this.load(this.segment, this.#displaced(k, displacement), this.bits(k));
  }
  writeAt(k: number, displacement: Shadowed, value: Shadowed): void {
    this.store(this.segment, this.#displaced(k, displacement), this.bits(k), value);
  }
  #displaced(k: number, displacement: Shadowed): Shadowed {
    return this.zeroExtend(this.addressSize, this.add(this.addressSize, this.addressOf(k), displacement));
  }

  register(id: RegisterId): Shadowed {
    const registerClass = classOf(id);
    if (registerClass === RegisterClass.gpr8High) return this.part(numberOf(id), 8, 8);
    const width = gprWidths[registerClass];
    return width === undefined ? defined(this.context.machine.get(registerName(id))) : this.part(numberOf(id), width);
  }
  setRegister(id: RegisterId, value: Shadowed): void {
    const registerClass = classOf(id);
    const width = gprWidths[registerClass];
    if (registerClass === RegisterClass.gpr8High) this.setPart(numberOf(id), 8, value, 8);
    else if (width !== undefined) this.setPart(numberOf(id), width, value);
  }

  flag(flag: number): ShadowedTruth {
    const { machine, state } = this.context;
    return { truth: (Number(machine.get('eflags')) & flag) !== 0, isDefined: (state.flags & flag) === 0 };
  }
  setFlag(flags: number, { isDefined }: ShadowedTruth): void {
    this.#changedFlags |= flags;
    this.#undefinedFlags = isDefined ? this.#undefinedFlags & ~flags : this.#undefinedFlags | flags;
  }
  setStatus(width: Width, result: Shadowed, carries: Shadowed): void {
    this.setResultFlags(width, result);
    const top = this.bit(carries, width - 1);
    this.setFlag(Flag.C, top);
    this.setFlag(Flag.O, this.differ(top, this.bit(carries, width - 2)));
    this.setFlag(Flag.A, this.bit(carries, 3));
  }
  setResultFlags(width: Width, result: Shadowed): void {
    this.setFlag(Flag.Z, this.isZero(width, result));
    this.setFlag(Flag.S, this.sign(width, result));
    this.setFlag(Flag.P, this.evenParity(result));
  }
  /** The manual leaves them undefined: nobody has given them a value. */
  setUndefined(flags: number): void {
    this.setFlag(flags, { truth: false, isDefined: false });
  }
  setUndefinedIf(condition: ShadowedTruth, flags: number): void {
    if (condition.truth || !condition.isDefined) this.setUndefined(flags);
  }
  flagsOnlyIf(condition: ShadowedTruth): void {
    this.#flagsLive = condition;
  }
  flagsImage(): Shadowed {
    const { machine, state } = this.context;
    return { value: machine.get('rflags'), mask: BigInt(state.flags) };
  }
  loadFlags(_width: Width, { mask }: Shadowed): void {
    this.#changedFlags |= statusFlags;
    this.#undefinedFlags = Number(mask & BigInt(statusFlags));
  }

  override commit(): void {
    super.commit();
    const { state } = this.context;
    const { truth, isDefined } = this.#flagsLive;
    if (isDefined && !truth) return;
    const undefinedNow = isDefined ? this.#undefinedFlags : this.#undefinedFlags | this.#changedFlags;
    state.flags = (state.flags & ~this.#changedFlags) | (undefinedNow & this.#changedFlags);
  }

  fault(): void {}
  faultIf({ isDefined }: ShadowedTruth): void {
    if (!isDefined) this.context.report('fault');
  }
  nextInstruction(): Shadowed {
    return defined(this.context.machine.get('rip') + BigInt(this.instruction.lengthBytes));
  }
  branchTarget(): Shadowed {
    return defined(0n);
  }
  jump({ mask }: Shadowed): void {
    if (mask !== 0n) this.context.report('jump target');
  }
  jumpIf({ isDefined }: ShadowedTruth): void {
    if (!isDefined) this.context.report('condition');
  }

  softwareInterruptIf({ isDefined }: ShadowedTruth): void {
    if (!isDefined) this.context.report('condition');
  }
  unsupported(): void {
    this.isUnmodelled = true;
  }
}

const gprWidths: Readonly<Record<number, Width | undefined>> = {
  [RegisterClass.gpr8]: 8,
  [RegisterClass.gpr16]: 16,
  [RegisterClass.gpr32]: 32,
  [RegisterClass.gpr64]: 64,
};
