/** From CS:rIP to an operation that is ready to run: decoded once, remembered with its page. */

import type { Word } from '../bits/word.ts';
import { Decoder, maxLengthBytes } from '../decode/decoder.ts';
import { Instruction, Prefix, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { reasons } from '../isa/reasons.ts';
import { type Page, PageAccess, pageBytes } from '../machine/memory.ts';
import type { SegmentRegister } from '../machine/segments.ts';
import type { MachineState } from '../machine/state.ts';
import { Vector } from '../semantics/cpu.ts';
import { CodePage } from './code-cache.ts';
import { PageFault } from './linear-memory.ts';
import { Operation } from './operation.ts';
import { isCanonical } from './segmented-memory.ts';
import { type Stop, StopKind } from './stop.ts';

const CS = 1;
const nowhere = new CodePage({}, 0);
const inPage = pageBytes - 1;
const tooLong = reasons.indexOf('too-long');
const addressSizePrefix = 0x67;
const otherMode = reasons.indexOf('mode');
const prefixBeforeVex = reasons.indexOf('prefix-before-vex');

export class Fetch {
  readonly #state: MachineState;
  readonly #ip: Word;
  readonly #cs: SegmentRegister;
  readonly #stop: Stop;
  readonly #vendor: Vendor;
  readonly #decoders = new Map<Mode, Decoder>();
  #decoder: Decoder;
  readonly #instruction = new Instruction();
  readonly #operation: Operation;
  readonly #gathered = new Uint8Array(maxLengthBytes);
  /** The page whose code runs, where that is allowed. */
  #code = nowhere;
  #is64 = true;
  #isLimited = true;
  #isUser = false;
  #isPaged = true;

  constructor(state: MachineState, stop: Stop, vendor: Vendor) {
    this.#state = state;
    this.#ip = state.ip;
    this.#cs = state.segments[CS];
    this.#stop = stop;
    this.#vendor = vendor;
    this.#operation = new Operation(state);
    this.#decoder = this.#decoderOf(64);
  }

  #decoderOf(mode: Mode): Decoder {
    const known = this.#decoders.get(mode);
    if (known !== undefined) return known;
    const decoder = new Decoder(mode, this.#vendor);
    this.#decoders.set(mode, decoder);
    return decoder;
  }

  /** From now on: code of this mode and privilege. */
  follow(mode: Mode, isUser: boolean, isPaged: boolean): void {
    if (this.#decoder.mode !== mode) this.#decoder = this.#decoderOf(mode);
    this.#is64 = mode === 64;
    this.#isLimited = mode !== 64 && this.#cs.limit !== 0xffff_ffff;
    this.#isUser = isUser;
    this.#isPaged = isPaged;
    this.#code = nowhere;
  }

  /** May any operation of a page come after any other, without being asked whether it is within CS? */
  get isFlat(): boolean {
    return !this.#isLimited;
  }

  /** The linear address of offset 0. */
  get base(): number {
    return this.#is64 ? 0 : this.#cs.baseLo;
  }

  /** The page whose code is at CS:rIP, where its offsets are linear addresses. */
  knownPage(): CodePage | undefined {
    const code = this.#code;
    const { lo, hi } = this.#ip;
    const isFlat = this.#is64 || (!this.#isLimited && this.#cs.baseLo === 0);
    return isFlat && lo >>> 12 === code.low && hi === code.high ? code : undefined;
  }

  /** The operation at CS:rIP where it is known already. */
  known(): Operation | undefined {
    const code = this.#code;
    let { lo: low, hi: high } = this.#ip;
    if (this.#is64 !== true) {
      low = (this.#cs.baseLo + low) | 0;
      high = 0;
    }
    if (low >>> 12 !== code.low || high !== code.high) return undefined;
    const operation = code.operations[low & inPage];
    return this.#isLimited === true && operation !== undefined && !this.#fits(operation) ? undefined : operation;
  }

  #fits({ lengthBytes }: Operation): boolean {
    return (this.#ip.lo >>> 0) + lengthBytes - 1 <= this.#cs.limit;
  }

  /** The operation at CS:rIP; null where the stop says why there is none. */
  next(): Operation | null {
    const known = this.known();
    if (known !== undefined) return known;
    const is64 = this.#is64;
    const low = is64 ? this.#ip.lo : (this.#cs.baseLo + this.#ip.lo) | 0;
    const high = is64 ? this.#ip.hi : 0;
    const page = this.#state.memory.find(low, high);
    if (page !== null && (page.direct & this.#mask()) === this.#mask()) {
      const code = this.#codeOf(page);
      code.settle(page);
      this.#code = code;
      const operation = this.known();
      if (operation !== undefined) return operation;
    }
    return this.#decode(page, low, high, is64 ? maxLengthBytes : this.#cs.limit - (this.#ip.lo >>> 0) + 1);
  }

  #mask(): number {
    return PageAccess.execute | (this.#isUser ? PageAccess.user : 0);
  }

  /** `room` is how many bytes CS has from here on. */
  #decode(page: Page | null, low: number, high: number, room: number): Operation | null {
    if (room <= 0 || !isCanonical(high)) return this.#fault(Vector.GP);
    if (!this.#isAllowed(page, low, high)) return null;
    const offset = low & (pageBytes - 1);
    const here = pageBytes - offset;
    const instruction = this.#instruction;
    if (page !== null && here >= maxLengthBytes && room >= maxLengthBytes) {
      const status = this.#decoder.decode(page.bytes, offset, offset + maxLengthBytes, instruction);
      return this.#prepared(status, page, offset);
    }
    return this.#decodeGathered(page, low, high, room);
  }

  /** Near the end of a page or of CS. */
  #decodeGathered(page: Page | null, low: number, high: number, room: number): Operation | null {
    const offset = low & (pageBytes - 1);
    const wanted = Math.min(maxLengthBytes, room);
    const here = Math.min(pageBytes - offset, wanted);
    const bytes = this.#gathered;
    copyFrom(page, offset, here, bytes, 0);
    let status = this.#decoder.decode(bytes, 0, here, this.#instruction);
    const needsMore = status === Status.truncated || (status === Status.invalid && this.#isCutOff(bytes, here));
    if (needsMore && here < wanted) {
      const nextLow = (low + here) | 0;
      const nextHigh = nextLow === 0 && this.#decoder.mode === 64 ? (high + 1) | 0 : high;
      const next = this.#state.memory.find(nextLow, nextHigh);
      if (!this.#isAllowed(next, nextLow, nextHigh)) return null;
      copyFrom(next, 0, wanted - here, bytes, here);
      status = this.#decoder.decode(bytes, 0, wanted, this.#instruction);
    }
    // What is cut off by the limit of CS is past it (SDM 3A 5.3).
    if (status === Status.truncated) return this.#fault(Vector.GP);
    return this.#prepared(status, null, 0);
  }

  /** #UD comes after the page fault of fetching what belongs to the instruction: ModRM's memory, immediates, and all of VEX. */
  #isCutOff(bytes: Uint8Array, here: number): boolean {
    const { reason, opcodeOffset, modrm, addressSize, prefixes } = this.#instruction;
    if (reason === prefixBeforeVex) return this.#isTruncated(this.#decoder, bytes, opcodeOffset, here);
    // What 64-bit mode does not have is as long as it was: far JMP EA has its pointer.
    if (reason === otherMode && this.#decoder.mode === 64) {
      const isNarrow = (prefixes & Prefix.operandSize) !== 0;
      return this.#isTruncated(this.#decoderOf(isNarrow ? 16 : 32), bytes, opcodeOffset, here);
    }
    if (modrm < 0) return false;
    const end = opcodeOffset + 2;
    const sib = end < here ? bytes[end] : 0;
    const memoryBytes = addressSize === 16 ? memoryBytes16(modrm) : memoryBytes32(modrm, sib);
    return end + memoryBytes + immediateBytes(this.#instruction) > here;
  }

  /** Of the prefixes before `from`, only 67 counts for the length. */
  #isTruncated(decoder: Decoder, bytes: Uint8Array, from: number, end: number): boolean {
    if ((this.#instruction.prefixes & Prefix.addressSize) === 0) {
      return decoder.decode(bytes, from, end, this.#instruction) === Status.truncated;
    }
    const kept = bytes[from - 1];
    bytes[from - 1] = addressSizePrefix;
    const status = decoder.decode(bytes, from - 1, end, this.#instruction);
    bytes[from - 1] = kept;
    return status === Status.truncated;
  }

  #prepared(status: Status, page: Page | null, offset: number): Operation | null {
    if (status === Status.valid) return this.#operationOf(page, offset);
    if (status === Status.invalid) return this.#fault(this.#instruction.reason === tooLong ? Vector.GP : Vector.UD);
    this.#stop.set(StopKind.unsupported);
    return null;
  }

  #operationOf(page: Page | null, offset: number): Operation {
    const code = page === null ? null : this.#codeOf(page);
    if (code === null || !code.meet(offset)) {
      this.#operation.prepare(this.#instruction);
      return this.#operation;
    }
    const operation = new Operation(this.#state);
    operation.prepare(this.#instruction);
    if (offset + operation.lengthBytes <= pageBytes) code.keep(offset, operation);
    return operation;
  }

  #codeOf(page: Page): CodePage {
    const { code } = page;
    if (code instanceof CodePage && code.decoder === this.#decoder) return code;
    if (code !== null) code.retire();
    const made = new CodePage(this.#decoder);
    page.code = made;
    return made;
  }

  #isAllowed(page: Page | null, low: number, high: number): boolean {
    if (page === null && !this.#isPaged) return true;
    if (page !== null && (page.access & this.#mask()) === this.#mask() && !page.isServed) return true;
    const present = page === null ? 0 : PageFault.present;
    this.#stop.pageFault(present | PageFault.fetch | (this.#isUser ? PageFault.user : 0), low, high);
    return false;
  }

  #fault(vector: number): null {
    this.#stop.fault(vector, 0);
    return null;
  }
}

/** Bytes after a ModRM byte that address memory (SDM 2A tables 2-1, 2-2). */
const memoryBytes16 = (modrm: number): number => {
  const mod = modrm >> 6;
  return mod === 3 ? 0 : mod === 0 ? ((modrm & 7) === 6 ? 2 : 0) : mod;
};

const memoryBytes32 = (modrm: number, sib: number): number => {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  if (mod === 3) return 0;
  const base = rm === 4 ? sib & 7 : rm;
  const displacement = mod === 1 ? 1 : mod === 2 || base === 5 ? 4 : 0;
  return (rm === 4 ? 1 : 0) + displacement;
};

/** Immediates of groups that have reserved digits: MOV's C6 and C7, and BT's 0F BA. */
const immediateBytes = ({ map, opcode, operandSize }: Instruction): number => {
  if (map === 1) return opcode === 0xba ? 1 : 0;
  if (map !== 0) return 0;
  return opcode === 0xc6 ? 1 : opcode === 0xc7 ? (operandSize === 16 ? 2 : 4) : 0;
};

/** What is not mapped, without paging, reads as ones. */
const copyFrom = (page: Page | null, offset: number, count: number, into: Uint8Array, at: number): void => {
  if (page === null) into.fill(0xff, at, at + count);
  else into.set(page.bytes.subarray(offset, offset + count), at);
};
