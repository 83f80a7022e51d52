/**
 * Bytes to Instruction: the loop that every user of the decoder is in. It allocates nothing, knows no mnemonic and no
 * form; all it knows is how encodings are laid out (SDM 2A 2.1, 2.2), and asks the trie which form it has met.
 */
import { extensions, type Instruction, lastRex, OperandKind, Prefix, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { firstEvexMap, suffixMap } from '../isa/opcode-map.ts';
import type { OpcodeOption } from '../isa/options.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import { escapedMap } from './escapes.ts';
import { breaksVector, decodeEvex, fits, scaleDisplacement } from './evex.ts';
import { decodeImmediate } from './immediate.ts';
import { decodeMemory16, decodeMemory32, extendMemory } from './memory.ts';
import { decodeMvex, isMvex } from './mvex.ts';
import { OperandFiller } from './operand-filler.ts';
import { decodePrefixes, PrefixAction, type PrefixRules, prefixRules } from './prefixes.ts';
import { breaksRareCheck, rareChecks } from './rare-checks.ts';
import { decodeRex2, rex2Byte } from './rex2.ts';
import { settledSizes, sizeChecks } from './settled-sizes.ts';
import { Check, Head, ImmediateShape, recordShift, records, Slot } from './tables.ts';
import { Layout, trieOf } from './trie.ts';
import { breaksVexPrefixes, decodeVex, isVectorPrefix, vexLengthOf } from './vex.ts';

/** Checks when operands have been filled. */
const finalChecks = Check.loadsSegment | Check.vector | rareChecks;

/** The longest instruction (SDM 2A 2.3.11). */
export const maxLengthBytes = 15;

const reasonIndex = (reason: Reason): number => reasons.indexOf(reason);
const tooLong = reasonIndex('too-long');
const badRegister = reasonIndex('register');
const badVectorLength = reasonIndex('vector-length');
const badRounding = reasonIndex('rounding');
const badPrefix = reasonIndex('prefix');
const lockNotAllowed = reasonIndex('lock-not-allowed');
const prefixBeforeVex = reasonIndex('prefix-before-vex');

/* Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const valid: Status = Status.valid;
const truncated: Status = Status.truncated;
const noRegister: number = NO_REGISTER;
const noPrefix: number = PrefixAction.none;
const rexPrefix: number = PrefixAction.rex;
const withModrm: number = Layout.modrm;
const special: number = Layout.special;
const record = records;
const modIgnored: number = Check.modIgnored;
const hasBounds: number = Check.bounds;
const noImmediate: number = ImmediateShape.none;
const lock: number = Prefix.lock;
const extended: number = extensions;
const suffixed: number = suffixMap;
const evexMaps: number = firstEvexMap;
const sizes: number = sizeChecks;
const recordSize: number = recordShift;
const checksSlot: number = Slot.checks;
const shapeShift: number = Head.shapeShift;
const readImmediate = decodeImmediate;
const readMemory16 = decodeMemory16;
const readMemory32 = decodeMemory32;
const rare: number = rareChecks;

/** By mode: what each byte does where a prefix may stand. */
const actions = Uint8Array.from(([16, 32, 64] as const).flatMap((mode) => [...prefixRules(mode).actions]));

/** Decodes for one mode of one vendor's CPUs. It keeps no state from one instruction to the next. */
export class Decoder extends OperandFiller {
  readonly #prefixRules: PrefixRules;
  readonly #settledSizes: Uint8Array;
  readonly #hasMvex: boolean;
  /** Of the mode, in `actions`. */
  readonly #actionBase: number;
  /** Sizes without prefixes. */
  readonly #operandSize: number;
  readonly #addressSize: number;

  constructor(mode: Mode, vendor: Vendor = 'intel', options: readonly OpcodeOption[] = []) {
    super(trieOf({ mode, vendor, options }), vendor);
    this.#prefixRules = prefixRules(mode);
    this.#hasMvex = this.is64 && options.includes('KNC');
    this.#settledSizes = settledSizes(mode, vendor);
    this.#actionBase = (mode >> 5) << 8;
    this.#operandSize = mode === 16 ? 16 : 32;
    this.#addressSize = mode;
  }

  /**
   * Decodes the instruction at `offset` of `bytes`, of which nothing at or after `end` is read, into `into`.
   * Returns a Status; only the fields which that status makes meaningful may be read then.
   */
  decode(bytes: Uint8Array, offset: number, end: number, into: Instruction): Status {
    const limit = end - offset > maxLengthBytes ? offset + maxLengthBytes : end;
    into.mode = this.mode;
    into.prefixes = 0;
    into.rex = 0;
    into.hintPrefix = 0;
    into.segmentOverride = noRegister;
    into.operandSize = this.#operandSize;
    into.addressSize = this.#addressSize;
    if (offset >= limit) return truncated;
    let at = offset;
    if (actions[this.#actionBase | bytes[at]] !== noPrefix) at = this.decodeStart(bytes, at, limit, into);
    if (at >= limit) return this.outOfBytes(offset, limit, into);
    let root = bytes[at++];
    if (root === 0x0f) {
      if (at >= limit) return this.outOfBytes(offset, limit, into);
      root = 0x100 | bytes[at++];
    }
    if ((this.words[root] & special) !== 0) return this.decodeSpecial(bytes, offset, at, limit, root, into);
    return this.decodeOpcode(bytes, offset, at, limit, root, into);
  }

  /** Prefixes; of which REX alone is the most frequent. */
  private decodeStart(bytes: Uint8Array, start: number, limit: number, into: Instruction): number {
    const rex = bytes[start];
    const base = this.#actionBase;
    if (actions[base | rex] !== rexPrefix || actions[base | bytes[start + 1]] !== noPrefix)
      return decodePrefixes(bytes, start, limit, this.#prefixRules, into);
    into.rex = rex;
    if (rex >= 0x48) into.operandSize = 64;
    return start + 1;
  }

  /** What may be an escape to another map, or the first byte of VEX or its kin. */
  private decodeSpecial(
    bytes: Uint8Array,
    offset: number,
    at: number,
    limit: number,
    root: number,
    into: Instruction,
  ): Status {
    const map = root > 0xff ? escapedMap(root & 0xff) : 0;
    if (map === suffixed) return this.decodeSuffixed(bytes, offset, at, limit, into);
    if (at >= limit) return this.outOfBytes(offset, limit, into);
    if (map !== 0) return this.decodeOpcode(bytes, offset, at + 1, limit, (map << 8) | bytes[at], into);
    if (!isVectorPrefix(root, bytes[at], this.is64)) return this.decodeOpcode(bytes, offset, at, limit, root, into);
    this.begin(root, at - 1 - offset, into);
    const status = this.decodeVector(bytes, offset, at, limit, into);
    if (status !== valid) return status;
    const next = offset + into.opcodeOffset + 1;
    return this.decodeOpcode(bytes, offset, next, limit, (into.map << 8) | into.opcode, into);
  }

  /** Out of bytes: at 15 the instruction is too long, before that it needs more. */
  private outOfBytes(offset: number, limit: number, into: Instruction): Status {
    return limit - offset >= maxLengthBytes ? this.invalid(tooLong, into) : truncated;
  }

  private invalid(reason: number, into: Instruction): Status {
    into.reason = reason;
    return Status.invalid;
  }

  private withoutForm(reason: number, into: Instruction): Status {
    // It was taken for 512 bits because of EVEX.b.
    const isRounded = reason === badVectorLength && into.b === 1 && into.modrm >= 0xc0;
    return this.invalid(isRounded ? badRounding : reason, into);
  }

  /** An opcode has been met, and nothing behind it: so it stays where it is no instruction. */
  private begin(root: number, opcodeOffset: number, into: Instruction): void {
    into.map = root >> 8;
    into.opcode = root & 0xff;
    into.opcodeOffset = opcodeOffset;
    into.modrm = -1;
    into.sib = -1;
    into.displacementBytes = 0;
    into.immediateBytes = 0;
    into.segment = noRegister;
  }

  /** All that comes after the opcode, which is the byte before `start`. */
  private decodeOpcode(
    bytes: Uint8Array,
    offset: number,
    start: number,
    limit: number,
    root: number,
    into: Instruction,
  ): Status {
    const { words } = this;
    this.begin(root, start - 1 - offset, into);
    let at = start;
    let modrm = -1;
    if ((words[root] & withModrm) !== 0) {
      if (at >= limit) return this.outOfBytes(offset, limit, into);
      modrm = bytes[at++];
    }
    into.modrm = modrm;
    const form = this.formAt(words, root, modrm, into);
    if (form < 0) return this.withoutForm(-1 - form, into);
    into.form = form;
    const first = form << recordSize;
    const head = record[first];
    const checks = record[first + checksSlot];
    if (modrm >= 0 && modrm < 0xc0) at = this.decodeMemory(bytes, at, limit, checks, into);
    const shape = head >> shapeShift;
    if (shape !== noImmediate) at = readImmediate(bytes, at, shape, into);
    if (at > limit) return this.outOfBytes(offset, limit, into);
    into.lengthBytes = at - offset;
    if ((checks & sizes) !== 0) into.operandSize = this.#settledSizes[(checks & sizes) | (into.operandSize >> 5)];
    if (!this.fillOperands(first, head, modrm, into)) return this.invalid(badRegister, into);
    if (((checks & finalChecks) | (into.prefixes & lock) | (into.rex & extended)) === 0) return valid;
    return this.finish(form, checks, into);
  }

  /** The memory operand of ModRM; returns where it ends, past `limit` where it does not. */
  private decodeMemory(bytes: Uint8Array, at: number, limit: number, checks: number, into: Instruction): number {
    if ((checks & modIgnored) !== 0) return at;
    // MPX ignores 67 in 64-bit mode (SDM 1 appendix E).
    if ((checks & hasBounds) !== 0 && this.is64) into.addressSize = 64;
    const end =
      into.addressSize === 16 ? readMemory16(bytes, at, into) : readMemory32(bytes, at, limit, this.mode, into);
    if ((into.map | (into.rex & extended)) >= evexMaps) this.adjustMemory(into);
    return end;
  }

  /** What APX and EVEX make of a memory operand. */
  private adjustMemory(into: Instruction): void {
    if (into.rex > lastRex) extendMemory(into);
    if (into.map >= evexMaps) scaleDisplacement(into.form, into);
  }

  /** C4, C5, 62 or 8F and the second byte of VEX or its kin at `second`: up to the opcode, or why there is none. */
  private decodeVector(bytes: Uint8Array, offset: number, second: number, limit: number, into: Instruction): Status {
    if (into.opcode === rex2Byte) return this.decodeRex2(bytes, offset, second, limit, into);
    const lengthBytes = vexLengthOf(into.opcode);
    if (breaksVexPrefixes(into)) return this.invalid(prefixBeforeVex, into);
    const opcodeAt = second - 1 + lengthBytes;
    if (opcodeAt >= limit) return this.outOfBytes(offset, limit, into);
    if (lengthBytes === 4 && this.#hasMvex && isMvex(bytes[second + 1])) {
      decodeMvex(bytes, second, into);
    } else if (lengthBytes === 4) {
      const broken = decodeEvex(bytes, second, this.is64, this.hasApx, into);
      if (broken !== fits) return this.invalid(broken, into);
    } else {
      decodeVex(bytes, second, lengthBytes, this.is64, into);
    }
    into.opcode = bytes[opcodeAt];
    into.opcodeOffset = opcodeAt - offset;
    return valid;
  }

  /** D5 and the second byte of REX2 at `second`: up to the opcode, or why there is none. */
  private decodeRex2(bytes: Uint8Array, offset: number, second: number, limit: number, into: Instruction): Status {
    if (into.rex !== 0) return this.invalid(prefixBeforeVex, into);
    if (second + 1 >= limit) return this.outOfBytes(offset, limit, into);
    decodeRex2(bytes[second], into);
    into.opcode = bytes[second + 1];
    into.opcodeOffset = second + 1 - offset;
    return valid;
  }

  /** What the form does not allow, where it is not of the many that allow everything. */
  private finish(form: number, checks: number, into: Instruction): Status {
    if (into.rex > lastRex && !this.extendOperands(form, into)) return this.invalid(badRegister, into);
    if ((checks & hasBounds) !== 0 && this.is64) into.addressSize = 64;
    if ((checks & Check.loadsSegment) !== 0 && into.operands[0] === Register.cs) return this.invalid(badRegister, into);
    if ((checks & rare) !== 0 && breaksRareCheck(checks, into)) return this.invalid(badPrefix, into);
    if ((checks & Check.vector) !== 0) {
      const broken = breaksVector(form, checks, into);
      if (broken !== fits) return this.invalid(broken, into);
    }
    if ((into.prefixes & lock) !== 0 && !this.isLockAllowed(checks, into)) return this.invalid(lockNotAllowed, into);
    return valid;
  }

  /** 0F 0F: ModRM, what it addresses, and then the opcode (APM 3 appendix A.1.2). */
  private decodeSuffixed(bytes: Uint8Array, offset: number, start: number, limit: number, into: Instruction): Status {
    let at = start;
    if (at >= limit) return this.outOfBytes(offset, limit, into);
    this.begin(suffixed << 8, at - 1 - offset, into);
    into.modrm = bytes[at++];
    if (into.modrm < 0xc0) {
      at = this.decodeMemory(bytes, at, limit, 0, into);
      if (at > limit) return this.outOfBytes(offset, limit, into);
    }
    if (at >= limit) return this.outOfBytes(offset, limit, into);
    into.opcode = bytes[at];
    into.opcodeOffset = at - offset;
    into.lengthBytes = at + 1 - offset;
    const root = (suffixed << 8) | into.opcode;
    const form = this.formAt(this.words, root, into.modrm, into);
    if (form < 0) return this.withoutForm(-1 - form, into);
    into.form = form;
    const first = form << recordSize;
    if (!this.fillOperands(first, record[first], into.modrm, into)) return this.invalid(badRegister, into);
    return this.finish(form, record[first + checksSlot], into);
  }

  private isLockAllowed(checks: number, into: Instruction): boolean {
    if ((checks & Check.lockable) !== 0) return into.operands[0] === OperandKind.memory;
    return (checks & Check.cr8Lock) !== 0 && this.isAmd;
  }
}
