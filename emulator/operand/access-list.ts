/**
 * The accesses of an instruction to memory, for those who ask millions of times: what `accessesOf` says, in small integers,
 * into arrays that are filled again and again.
 */
import { regNumberOf, rmNumberOf } from '../isa/apx.ts';
import type { Instruction } from '../isa/instruction.ts';
import { memoryBitsOf } from '../isa/memory-bits.ts';
import { classOf, NO_REGISTER, numberOf, Register, RegisterClass } from '../isa/registers.ts';
import { AccessBit, Place, type Plan, planOf } from './access-plan.ts';
import { type Gather, gatherOf } from './gather.ts';
import { isRepeated } from './places.ts';

/** What accesses are evaluated against, before the instruction. */
export class RegisterFile {
  /** As `Machine.getAll` fills it: general registers, rIP, rFLAGS; low halves first. Behind them R16 to R31 of APX. */
  readonly words = new Uint32Array(36 + 32);
  /** Bases of ES, CS, SS, DS, FS, GS, low halves first. In 64-bit mode those of FS and GS count. */
  readonly bases = new Uint32Array(12);
  /** ZMM0 to ZMM31, 16 words each, lowest first: those of gathers and scatters count. */
  readonly vectors = new Uint32Array(512);
  /** K0 to K7, low halves first. */
  readonly masks = new Uint32Array(16);
  /** Width of the stack pointer outside 64-bit mode: SS.B. */
  stackBits: 16 | 32 = 32;
}

/** ENTER has most. */
const mostAccesses = 80;

const [rAX, rBX, rSP, rBP, rSI, rDI, rIP, rFLAGS] = [0, 3, 4, 5, 6, 7, 16, 17];
const [ES, SS, DS, FS] = [0, 2, 3, 4];
const directionFlag = 0x400;

/** Where a general register is among the words, counted in pairs. */
const slotOf = (number: number): number => (number < 16 ? number : number + 2);

/** Whether the mask lets element k take part. */
const isChosen = ({ mask, isVectorMask, dataBits }: Gather, { vectors, masks }: RegisterFile, k: number): boolean =>
  isVectorMask
    ? vectors[16 * numberOf(mask) + ((k + 1) * dataBits) / 32 - 1] >>> 31 === 1
    : ((masks[2 * numberOf(mask)] >>> k) & 1) === 1;

export class AccessList {
  /** Those of the last `fill`. */
  count = 0;
  /** Linear addresses, in signed halves. */
  readonly low = new Int32Array(mostAccesses);
  readonly high = new Int32Array(mostAccesses);
  /** 0 where the instruction's registers say how much. */
  readonly bits = new Uint16Array(mostAccesses);
  /** Bits of AccessBit. */
  readonly access = new Uint8Array(mostAccesses);
  #offsetLow = 0;
  #offsetHigh = 0;

  /**
   * Every access of a valid instruction, of a repeated one those of iteration `iteration`: how many. Offsets are not
   * compared with limits.
   */
  fill(instruction: Instruction, registers: RegisterFile, iteration = 0): number {
    this.count = 0;
    const { plans, popsFirst, isBitString, nests, gathers } = planOf(instruction.form);
    if (gathers) return this.#fillGathered(instruction, registers, plans);
    if (nests) this.#addNested(instruction, registers, plans[0].bits);
    for (let k = 0; k < plans.length; k++) {
      const plan = plans[k];
      if (plan.place === Place.modrm) {
        if (instruction.modrm >= 0xc0) continue;
        this.#locate(instruction, registers.words, popsFirst ? plan.bits >> 3 : 0);
        if (plan.argument !== 0) this.#advance(plan.argument, -1, instruction.addressSize);
        if (isBitString) this.#addBitDistance(instruction, registers.words, plan.bits);
        const { segment } = instruction;
        const bits = plan.varying === null ? plan.bits : memoryBitsOf(instruction, plan.varying);
        this.#push(instruction, registers, segment === NO_REGISTER ? DS : numberOf(segment), bits, plan.access);
      } else {
        this.#addFixed(instruction, registers, plan, iteration);
      }
    }
    return this.count;
  }

  #fillGathered(instruction: Instruction, registers: RegisterFile, plans: readonly Plan[]): number {
    const gather = gatherOf(instruction);
    if (gather === null) return 0;
    const { segment, addressSize, scale } = instruction;
    for (let k = 0; k < gather.count; k++) {
      if (!isChosen(gather, registers, k)) continue;
      this.#locate(instruction, registers.words, 0);
      const { index, indexBits } = gather;
      const at = 16 * numberOf(index) + k * (indexBits >> 5);
      const low = registers.vectors[at] | 0;
      const high = indexBits === 64 ? registers.vectors[at + 1] | 0 : low >> 31;
      const shift = 31 - Math.clz32(scale);
      this.#advance(low << shift, shift === 0 ? high : (high << shift) | (low >>> (32 - shift)), addressSize);
      this.#push(
        instruction,
        registers,
        segment === NO_REGISTER ? DS : numberOf(segment),
        gather.dataBits,
        plans[0].access,
      );
    }
    return this.count;
  }

  #addFixed(instruction: Instruction, registers: RegisterFile, plan: Plan, iteration: number): void {
    const { words } = registers;
    const { place, bits, access, argument, segment } = plan;
    const { segmentOverride, addressSize } = instruction;
    const overridable = segmentOverride === NO_REGISTER ? DS : numberOf(segmentOverride);
    switch (place) {
      case Place.source:
        this.#pointTo(words, rSI, this.#step(instruction, words, bits, iteration), addressSize);
        break;
      case Place.destination:
        this.#pointTo(words, rDI, this.#step(instruction, words, bits, iteration), addressSize);
        break;
      case Place.table:
        this.#pointTo(words, rBX, words[2 * rAX] & 0xff, addressSize);
        break;
      case Place.pointer:
        this.#pointTo(words, argument, 0, addressSize);
        break;
      case Place.other: {
        const number = slotOf(argument === 0 ? rmNumberOf(instruction) : regNumberOf(instruction));
        this.#pointTo(words, number, 0, addressSize);
        break;
      }
      default: {
        const width = instruction.mode === 64 ? 64 : registers.stackBits;
        this.#pointTo(words, place === Place.frame ? rBP : rSP, argument, width);
        this.#push(instruction, registers, SS, bits, access);
        return;
      }
    }
    const used = place === Place.destination ? ES : segment === -1 ? overridable : segment;
    this.#push(instruction, registers, used, bits, access);
  }

  #step(instruction: Instruction, words: Uint32Array, bits: number, iteration: number): number {
    if (iteration === 0 || !isRepeated(instruction)) return 0;
    const distance = iteration * (bits >> 3);
    return (words[2 * rFLAGS] & directionFlag) === 0 ? distance : -distance;
  }

  /** ENTER's display: items at rBP are copied, and the frame pointer is pushed after them (SDM 2A ENTER). */
  #addNested(instruction: Instruction, registers: RegisterFile, bits: number): void {
    const level = instruction.immediate2 & 31;
    const bytes = bits >> 3;
    const width = instruction.mode === 64 ? 64 : registers.stackBits;
    for (let k = 1; k < level; k++) {
      this.#pointTo(registers.words, rBP, -k * bytes, width);
      this.#push(instruction, registers, SS, bits, AccessBit.read);
    }
    for (let k = 1; k <= level; k++) {
      this.#pointTo(registers.words, rSP, -(k + 1) * bytes, width);
      this.#push(instruction, registers, SS, bits, AccessBit.write);
    }
  }

  /** The offset of the operand in ModRM or moffs, `popped` bytes on where it is at rSP. */
  #locate(instruction: Instruction, words: Uint32Array, popped: number): void {
    const { base, index, scale, displacement, displacementBytes, displacementHigh, addressSize } = instruction;
    let low = displacement;
    let high = displacementBytes === 8 ? displacementHigh : displacement >> 31;
    if (base !== NO_REGISTER) {
      const isRelative = base === Register.rip || base === Register.eip;
      const number = isRelative ? rIP : slotOf(numberOf(base));
      const more = isRelative ? instruction.lengthBytes : number === rSP ? popped : 0;
      const baseLow = words[2 * number] | 0;
      const sum = (low + baseLow) | 0;
      high = (high + words[2 * number + 1] + carryOf(sum, baseLow)) | 0;
      low = (sum + more) | 0;
      high = (high + carryOf(low, more)) | 0;
    }
    if (index !== NO_REGISTER && classOf(index) < RegisterClass.xmm) {
      const number = slotOf(numberOf(index));
      const shift = 31 - Math.clz32(scale);
      const indexLow = words[2 * number];
      const scaledLow = (indexLow << shift) | 0;
      const scaledHigh =
        shift === 0 ? words[2 * number + 1] : (words[2 * number + 1] << shift) | (indexLow >>> (32 - shift));
      low = (low + scaledLow) | 0;
      high = (high + scaledHigh + carryOf(low, scaledLow)) | 0;
    }
    this.#setOffset(low, high, addressSize);
  }

  #pointTo(words: Uint32Array, number: number, distance: number, size: number): void {
    const low = (words[2 * number] + distance) | 0;
    const high = (words[2 * number + 1] + (distance >> 31) + carryOf(low, distance)) | 0;
    this.#setOffset(low, high, size);
  }

  #setOffset(low: number, high: number, size: number): void {
    this.#offsetLow = size === 16 ? low & 0xffff : low;
    this.#offsetHigh = size === 64 ? high : 0;
  }

  /** BT and its kin with an offset in a register (SDM 2A 3.1.1.9): so many operands on, rounded down. */
  #addBitDistance(instruction: Instruction, words: Uint32Array, bits: number): void {
    const entry = instruction.operands[1];
    if (entry < 32) return;
    const number = slotOf(numberOf(entry));
    const low = words[2 * number] | 0;
    const bytesLow = bits === 16 ? (((low << 16) >> 16) >> 4) * 2 : bits === 32 ? (low >> 5) * 4 : 0;
    if (bits !== 64) {
      this.#advance(bytesLow, bytesLow >> 31, instruction.addressSize);
      return;
    }
    const high = words[2 * number + 1] | 0;
    // Of 64 bits: the offset shifted right by 6, times 8.
    this.#advance(((low >>> 3) | (high << 29)) & ~7, high >> 3, instruction.addressSize);
  }

  #advance(low: number, high: number, size: number): void {
    const sum = (this.#offsetLow + low) | 0;
    this.#setOffset(sum, (this.#offsetHigh + high + carryOf(sum, low)) | 0, size);
  }

  #push(instruction: Instruction, { bases }: RegisterFile, segment: number, bits: number, access: number): void {
    const k = this.count++;
    this.bits[k] = bits;
    this.access[k] = access;
    if (instruction.mode === 64 && segment < FS) {
      this.low[k] = this.#offsetLow;
      this.high[k] = this.#offsetHigh;
      return;
    }
    const base = bases[2 * segment];
    const low = (this.#offsetLow + base) | 0;
    this.low[k] = low;
    this.high[k] = instruction.mode === 64 ? this.#offsetHigh + bases[2 * segment + 1] + carryOf(low, base) : 0;
  }
}

/** The carry of a sum of 32 bits, of one of its terms. */
const carryOf = (sum: number, term: number): number => (sum >>> 0 < term >>> 0 ? 1 : 0);
