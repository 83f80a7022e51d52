/**
 * Bytes to Instruction: the loop that every user of the decoder is in. It allocates nothing, knows no mnemonic and no
 * form; all it knows is how encodings are laid out (SDM 2A 2.1, 2.2), and asks the trie which form it has met.
 */
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { NO_REGISTER, Register, RegisterClass } from '../isa/registers.ts';
import { isUnsupported } from '../isa/unsupported.ts';
import { decodeMemory16, decodeMemory32 } from './memory.ts';
import { PrefixAction, prefixActions } from './prefixes.ts';
import { Check, compileForms, Fill, type FormTables, ImmediateShape, slots } from './tables.ts';
import { compileTrie, invalidLeaf, Question, type Trie } from './trie.ts';

/** Checks that settle the operand size in 64-bit mode. */
const sizeChecks = Check.default64 | Check.forced64 | Check.always64;

/** Checks that few forms have: see `breaksRareCheck`. */
const rareChecks = Check.no66 | Check.noRip | Check.bounds;

/** The longest instruction (SDM 2A 2.3.11). */
export const maxLengthBytes = 15;

let formTables: FormTables | undefined;
const tries = new Map<string, Trie>();

const trieOf = (mode: Mode, vendor: Vendor): Trie => {
  const key = `${mode} ${vendor}`;
  const known = tries.get(key);
  if (known !== undefined) return known;
  const trie = compileTrie(forms, mode, vendor);
  tries.set(key, trie);
  return trie;
};

const reasonIndex = (reason: Reason): number => reasons.indexOf(reason);
const tooLong = reasonIndex('too-long');
const badRegister = reasonIndex('register');
const badPrefix = reasonIndex('prefix');
const lockNotAllowed = reasonIndex('lock-not-allowed');

const gpr8 = RegisterClass.gpr8 << 5;
const gpr8High = RegisterClass.gpr8High << 5;
const segments = RegisterClass.segment << 5;
const controls = RegisterClass.control << 5;
const bounds = RegisterClass.bound << 5;
const debugs = RegisterClass.debug << 5;

/** Control registers that exist: CR0, CR2, CR3, CR4, CR8 (SDM 3A 2.5). */
const controlRegisters = 0b1_0001_1101;

const unsupportedByOpcode = Uint8Array.from({ length: 1024 }, (_, index) =>
  isUnsupported(index < 256 ? 0 : index < 512 ? 1 : index < 768 ? 2 : 3, index & 0xff) ? 1 : 0,
);

/** Decodes for one mode of one vendor's CPUs. It keeps no state from one instruction to the next. */
export class Decoder {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly #actions: Uint8Array;
  readonly #nodes: Int32Array;
  readonly #roots: Int32Array;
  readonly #modrm: Uint8Array;
  readonly #shapes: Uint8Array;
  readonly #checks: Uint16Array;
  readonly #fills: Uint16Array;
  readonly #is64: boolean;
  readonly #isAmd: boolean;
  /** Sizes without and with a prefix. */
  readonly #operandSize: number;
  readonly #operandSizeToggled: number;
  readonly #addressSize: number;
  readonly #addressSizeToggled: number;

  constructor(mode: Mode, vendor: Vendor = 'intel') {
    formTables ??= compileForms(forms);
    const trie = trieOf(mode, vendor);
    this.mode = mode;
    this.vendor = vendor;
    this.#actions = prefixActions(mode);
    this.#nodes = trie.nodes;
    this.#roots = trie.roots;
    this.#modrm = trie.modrm;
    this.#shapes = formTables.shapes;
    this.#checks = formTables.checks;
    this.#fills = formTables.fills;
    this.#is64 = mode === 64;
    this.#isAmd = vendor === 'amd';
    this.#operandSize = mode === 16 ? 16 : 32;
    this.#operandSizeToggled = mode === 16 ? 32 : 16;
    this.#addressSize = mode;
    this.#addressSizeToggled = mode === 32 ? 16 : 32;
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
    into.segmentOverride = NO_REGISTER;
    into.operandSize = this.#operandSize;
    into.addressSize = this.#addressSize;
    if (offset >= limit) return Status.truncated;
    let at = offset;
    if (this.#actions[bytes[at]] !== PrefixAction.none) at = this.#decodePrefixes(bytes, at, limit, into);
    if (at >= limit) return this.#outOfBytes(offset, limit, into);
    let opcode = bytes[at++];
    let map = 0;
    if (opcode === 0x0f) {
      if (at >= limit) return this.#outOfBytes(offset, limit, into);
      opcode = bytes[at++];
      map = 1;
      if (opcode === 0x38 || opcode === 0x3a) {
        if (at >= limit) return this.#outOfBytes(offset, limit, into);
        map = opcode === 0x38 ? 2 : 3;
        opcode = bytes[at++];
      }
    }
    into.map = map;
    into.opcode = opcode;
    into.opcodeOffset = at - 1 - offset;
    return this.#decodeOperands(bytes, offset, at, limit, into);
  }

  /** Reads legacy prefixes and REX; returns where the opcode is. */
  #decodePrefixes(bytes: Uint8Array, start: number, limit: number, into: Instruction): number {
    const actions = this.#actions;
    let at = start;
    let rex = 0;
    while (at < limit) {
      const byte = bytes[at];
      const action = actions[byte];
      if (action === PrefixAction.none) break;
      at++;
      if (action === PrefixAction.rex) {
        rex = byte;
        continue;
      }
      // REX counts only directly before the opcode (SDM 2A 2.2.1).
      rex = 0;
      this.#applyPrefix(action, byte, into);
    }
    into.rex = rex;
    if ((rex & 8) !== 0) into.operandSize = 64;
    return at;
  }

  #applyPrefix(action: number, byte: number, into: Instruction): void {
    switch (action) {
      case PrefixAction.operandSize:
        into.prefixes |= Prefix.operandSize;
        into.operandSize = this.#operandSizeToggled;
        break;
      case PrefixAction.addressSize:
        into.prefixes |= Prefix.addressSize;
        into.addressSize = this.#addressSizeToggled;
        break;
      case PrefixAction.lock:
        into.prefixes |= Prefix.lock;
        break;
      case PrefixAction.rep:
        into.prefixes = (into.prefixes & ~Prefix.repne) | Prefix.rep;
        break;
      case PrefixAction.repne:
        into.prefixes = (into.prefixes & ~Prefix.rep) | Prefix.repne;
        break;
      case PrefixAction.ignoredSegment:
        // In 64-bit mode CS, DS, ES and SS overrides are hints at most, and leave FS and GS in force.
        if (into.segmentOverride === NO_REGISTER) into.hintPrefix = byte;
        break;
      default:
        into.segmentOverride = segments + action;
        into.hintPrefix = this.#is64 ? 0 : byte;
    }
  }

  /** Out of bytes: at 15 the instruction is too long, before that it needs more. */
  #outOfBytes(offset: number, limit: number, into: Instruction): Status {
    return limit - offset >= maxLengthBytes ? this.#invalid(tooLong, into) : Status.truncated;
  }

  #invalid(reason: number, into: Instruction): Status {
    into.reason = reason;
    return Status.invalid;
  }

  #decodeOperands(bytes: Uint8Array, offset: number, start: number, limit: number, into: Instruction): Status {
    const root = (into.map << 8) | into.opcode;
    let at = start;
    into.modrm = -1;
    into.sib = -1;
    into.displacementBytes = 0;
    into.segment = NO_REGISTER;
    if (this.#is64 && isVectorEscape(root)) return Status.unsupported;
    if (this.#modrm[root] === 1) {
      if (at >= limit) return this.#outOfBytes(offset, limit, into);
      into.modrm = bytes[at++];
      if (isOtherEncoding(root, into.modrm)) return Status.unsupported;
    }
    const form = this.#formAt(root, into);
    if (form < 0) {
      if (unsupportedByOpcode[root] === 1) return Status.unsupported;
      return this.#invalid(-1 - form, into);
    }
    into.form = form;
    const checks = this.#checks[form];
    // MPX ignores 67 in 64-bit mode (SDM 1 appendix E).
    if ((checks & Check.bounds) !== 0 && this.#is64) into.addressSize = 64;
    if (into.modrm >= 0 && into.modrm < 0xc0 && (checks & Check.modIgnored) === 0) {
      const length =
        into.addressSize === 16 ? decodeMemory16(bytes, at, into) : decodeMemory32(bytes, at, limit, this.#is64, into);
      at += length;
      if (at > limit || length < 0) return this.#outOfBytes(offset, limit, into);
    }
    const shape = this.#shapes[form];
    if (shape !== ImmediateShape.none) {
      at = this.#decodeImmediate(bytes, at, shape, into);
      if (at > limit) return this.#outOfBytes(offset, limit, into);
    } else {
      into.immediateBytes = 0;
    }
    into.lengthBytes = at - offset;
    if (this.#is64) this.#settleOperandSize(checks, into);
    return this.#fillOperands(form, checks, into);
  }

  /** Walks the trie to a form's id, or to the complement of a reason's index. */
  #formAt(root: number, into: Instruction): number {
    const nodes = this.#nodes;
    let link = this.#roots[root];
    while (link >= 0) link = nodes[link + 1 + this.#answer(nodes[link], into)];
    const leaf = ~link;
    return leaf >= invalidLeaf ? invalidLeaf - 1 - leaf : leaf;
  }

  #answer(question: number, into: Instruction): number {
    switch (question) {
      case Question.operandSize:
        return into.operandSize >> 5;
      case Question.mod:
        return into.modrm >= 0xc0 ? 1 : 0;
      case Question.reg:
        return (into.modrm >> 3) & 7;
      case Question.prefix: {
        const prefixes = into.prefixes;
        if ((prefixes & Prefix.rep) !== 0) return 2;
        if ((prefixes & Prefix.repne) !== 0) return 3;
        return (prefixes & Prefix.operandSize) !== 0 ? 1 : 0;
      }
      case Question.operandSizeDefault64:
        return into.operandSize === 16 ? 0 : 2;
      case Question.operandSizeForced64:
        return 2;
      case Question.rm:
        return into.modrm & 7;
      case Question.rexB:
        return into.rex & 1;
      case Question.ripRelative:
        return this.#is64 && (into.modrm & 0xc7) === 5 ? 1 : 0;
      default:
        return into.addressSize >> 5;
    }
  }

  #settleOperandSize(checks: number, into: Instruction): void {
    // REX.W means nothing to a form of 32 bits that has no sibling of 64 bits.
    if (into.operandSize === 64 && (checks & Check.size32) !== 0) into.operandSize = 32;
    if ((checks & sizeChecks) === 0) return;
    const isForced = (checks & Check.always64) !== 0 || ((checks & Check.forced64) !== 0 && !this.#isAmd);
    if (isForced || into.operandSize === 32) into.operandSize = 64;
  }

  /** Returns where the instruction ends, which may be past the bytes there are. */
  #decodeImmediate(bytes: Uint8Array, at: number, shape: number, into: Instruction): number {
    into.immediateHigh = 0;
    switch (shape) {
      case ImmediateShape.byte:
        into.immediateBytes = 1;
        into.immediate = bytes[at];
        return at + 1;
      case ImmediateShape.signedByte:
      case ImmediateShape.relativeByte:
        into.immediateBytes = 1;
        into.immediate = (bytes[at] << 24) >> 24;
        into.immediateHigh = into.immediate >> 31;
        return at + 1;
      case ImmediateShape.dword:
        into.immediateBytes = 4;
        into.immediate = readDword(bytes, at);
        return at + 4;
      case ImmediateShape.signedDword:
      case ImmediateShape.relativeDword:
        into.immediateBytes = 4;
        into.immediate = readDword(bytes, at);
        into.immediateHigh = into.immediate >> 31;
        return at + 4;
      case ImmediateShape.word:
        into.immediateBytes = 2;
        into.immediate = bytes[at] | (bytes[at + 1] << 8);
        return at + 2;
      case ImmediateShape.relativeWord:
        into.immediateBytes = 2;
        into.immediate = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
        into.immediateHigh = into.immediate >> 31;
        return at + 2;
      default:
        return decodeRareImmediate(bytes, at, shape, into);
    }
  }

  #fillOperands(form: number, checks: number, into: Instruction): Status {
    const fills = this.#fills;
    const operands = into.operands;
    const modrm = into.modrm;
    const rex = into.rex;
    const first = form * slots;
    const count = fills[first];
    into.operandCount = count;
    for (let k = 0; k < count; k++) {
      const fill = fills[first + 1 + k];
      const argument = fill >> 4;
      switch (fill & 15) {
        case Fill.fixed:
          operands[k] = argument;
          break;
        case Fill.reg:
          operands[k] = argument + ((modrm >> 3) & 7) + ((rex & 4) << 1);
          break;
        case Fill.rm:
          operands[k] =
            modrm >= 0xc0 || (checks & Check.modIgnored) !== 0
              ? argument + (modrm & 7) + ((rex & 1) << 3)
              : OperandKind.memory;
          break;
        case Fill.regByte:
          operands[k] = byteRegister(((modrm >> 3) & 7) + ((rex & 4) << 1), rex);
          break;
        case Fill.rmByte:
          operands[k] = modrm >= 0xc0 ? byteRegister((modrm & 7) + ((rex & 1) << 3), rex) : OperandKind.memory;
          break;
        case Fill.opcode:
          operands[k] = argument + (into.opcode & 7) + ((rex & 1) << 3);
          break;
        case Fill.opcodeByte:
          operands[k] = byteRegister((into.opcode & 7) + ((rex & 1) << 3), rex);
          break;
        default:
          operands[k] = systemRegister(fill & 15, into, this.#isAmd);
          if (operands[k] === NO_REGISTER) return this.#invalid(badRegister, into);
      }
    }
    if ((checks & Check.loadsSegment) !== 0 && operands[0] === Register.cs) return this.#invalid(badRegister, into);
    if ((checks & rareChecks) !== 0 && breaksRareCheck(checks, into)) return this.#invalid(badPrefix, into);
    if ((into.prefixes & Prefix.lock) !== 0 && !this.#isLockAllowed(checks, into))
      return this.#invalid(lockNotAllowed, into);
    return Status.valid;
  }

  #isLockAllowed(checks: number, into: Instruction): boolean {
    if ((checks & Check.lockable) !== 0) return into.operands[0] === OperandKind.memory;
    return (checks & Check.cr8Lock) !== 0 && this.#isAmd;
  }
}

/** LES, LDS and BOUND, whose opcodes are VEX and EVEX in 64-bit mode. */
const isVectorEscape = (root: number): boolean => root === 0xc4 || root === 0xc5 || root === 0x62;

/** VEX, EVEX and XOP stand where LES, LDS, BOUND and POP have encodings without meaning (SDM 2A 2.3.1, APM 3 1.2.5). */
const isOtherEncoding = (root: number, modrm: number): boolean =>
  root === 0x8f ? (modrm & 0x1f) >= 8 : isVectorEscape(root) && modrm >= 0xc0;

/** Without REX, numbers 4 to 7 are AH, CH, DH, BH; with any REX, SPL, BPL, SIL, DIL (SDM 2A 2.2.1.2). */
const byteRegister = (number: number, rex: number): number =>
  rex === 0 && number >= 4 ? gpr8High + number - 4 : gpr8 + number;

/** A 66 prefix, RIP-relative or 16-bit address that the form does not allow. */
const breaksRareCheck = (checks: number, into: Instruction): boolean => {
  if ((checks & Check.no66) !== 0 && (into.prefixes & Prefix.operandSize) !== 0) return true;
  if ((checks & Check.noRip) !== 0 && (into.base === Register.rip || into.base === Register.eip)) return true;
  // Bounds are never at 16-bit addresses (SDM 2A BNDMK).
  return (checks & Check.bounds) !== 0 && into.addressSize === 16;
};

/** A segment, control, debug or bound register by ModRM.reg, or NO_REGISTER where none has the number. */
const systemRegister = (fill: number, into: Instruction, isAmd: boolean): number => {
  const low = (into.modrm >> 3) & 7;
  if (fill === Fill.segment) return low < 6 ? segments + low : NO_REGISTER;
  if (fill === Fill.boundRm) return boundRegisterOrMemory(into);
  const number = low + ((into.rex & 4) << 1);
  if (fill === Fill.bound) return number < 4 ? bounds + number : NO_REGISTER;
  if (fill === Fill.debug) return number < 8 ? debugs + number : NO_REGISTER;
  const chosen = isAmd && (into.prefixes & Prefix.lock) !== 0 ? number + 8 : number;
  return ((controlRegisters >> chosen) & 1) !== 0 ? controls + chosen : NO_REGISTER;
};

const boundRegisterOrMemory = (into: Instruction): number => {
  if (into.modrm < 0xc0) return OperandKind.memory;
  const number = (into.modrm & 7) + ((into.rex & 1) << 3);
  return number < 4 ? bounds + number : NO_REGISTER;
};

const readDword = (bytes: Uint8Array, at: number): number =>
  bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);

/** Immediates of MOV r64, far pointers, ENTER, and direct addresses. */
const decodeRareImmediate = (bytes: Uint8Array, at: number, shape: number, into: Instruction): number => {
  switch (shape) {
    case ImmediateShape.qword:
      into.immediateBytes = 8;
      into.immediate = readDword(bytes, at);
      into.immediateHigh = readDword(bytes, at + 4);
      return at + 8;
    case ImmediateShape.wordAndByte:
      into.immediateBytes = 3;
      into.immediate = bytes[at] | (bytes[at + 1] << 8);
      into.immediate2 = bytes[at + 2];
      return at + 3;
    case ImmediateShape.farPointer16:
    case ImmediateShape.farPointer32: {
      const size = shape === ImmediateShape.farPointer16 ? 2 : 4;
      into.immediateBytes = size + 2;
      into.immediate = size === 2 ? bytes[at] | (bytes[at + 1] << 8) : readDword(bytes, at);
      into.immediate2 = bytes[at + size] | (bytes[at + size + 1] << 8);
      return at + size + 2;
    }
    default:
      return decodeDirect(bytes, at, into);
  }
};

/** A moffs operand: an address of the address size, without ModRM. */
const decodeDirect = (bytes: Uint8Array, at: number, into: Instruction): number => {
  const size = into.addressSize >> 3;
  into.immediateBytes = 0;
  into.displacementBytes = size;
  into.displacement = size === 2 ? bytes[at] | (bytes[at + 1] << 8) : readDword(bytes, at);
  into.displacementHigh = size === 8 ? readDword(bytes, at + 4) : 0;
  into.base = NO_REGISTER;
  into.index = NO_REGISTER;
  into.scale = 1;
  into.segment = into.segmentOverride === NO_REGISTER ? Register.ds : into.segmentOverride;
  return at + size;
};
