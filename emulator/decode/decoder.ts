/**
 * Bytes to Instruction: the loop that every user of the decoder is in. It allocates nothing, knows no mnemonic and no
 * form; all it knows is how encodings are laid out (SDM 2A 2.1, 2.2), and asks the trie which form it has met.
 */
import { forms } from '../isa/forms.ts';
import { extensions, type Instruction, lastRex, OperandKind, Prefix, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { firstEvexMap, opcodeCount, suffixMap } from '../isa/opcode-map.ts';
import type { OpcodeOption } from '../isa/options.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import { isUnsupported } from '../isa/unsupported.ts';
import { escapesOf } from './escapes.ts';
import { breaksVector, decodeEvex, fits, scaleDisplacement } from './evex.ts';
import { decodeImmediate } from './immediate.ts';
import { decodeMemory16, decodeMemory32, extendMemory } from './memory.ts';
import { decodeMvex, isMvex } from './mvex.ts';
import { OperandFiller } from './operand-filler.ts';
import { decodePrefixes, PrefixAction, type PrefixRules, prefixRules } from './prefixes.ts';
import { breaksRareCheck, rareChecks } from './rare-checks.ts';
import { decodeRex2, rex2Byte } from './rex2.ts';
import { settledSizes, sizeChecks } from './settled-sizes.ts';
import { Check, FormTables, ImmediateShape } from './tables.ts';
import { trieOf } from './trie.ts';
import { breaksVexPrefixes, decodeVex, isVectorPrefix, Layout, layoutsOf, vexLengthOf } from './vex.ts';

/** Above it VEX and its kin. */
const lastLegacyMap = 15;

/** Checks when operands have been filled. */
const finalChecks = Check.loadsSegment | rareChecks;

/** The longest instruction (SDM 2A 2.3.11). */
export const maxLengthBytes = 15;

let formTables: FormTables | undefined;

const reasonIndex = (reason: Reason): number => reasons.indexOf(reason);
const tooLong = reasonIndex('too-long');
const badRegister = reasonIndex('register');
const badVectorLength = reasonIndex('vector-length');
const badRounding = reasonIndex('rounding');
const badPrefix = reasonIndex('prefix');
const lockNotAllowed = reasonIndex('lock-not-allowed');
const prefixBeforeVex = reasonIndex('prefix-before-vex');

/** Whether an opcode has no rows yet, once it has been asked: 0 where it has not, else 1 for no and 2 for yes. */
const unsupported = new Uint8Array(opcodeCount);

const isUnsupportedRoot = (root: number): boolean => {
  if (unsupported[root] === 0) unsupported[root] = isUnsupported(root >> 8, root & 0xff) ? 2 : 1;
  return unsupported[root] === 2;
};

/** Decodes for one mode of one vendor's CPUs. It keeps no state from one instruction to the next. */
export class Decoder extends OperandFiller {
  readonly #prefixRules: PrefixRules;
  readonly #actions: Uint8Array;
  readonly #layouts: Uint8Array;
  readonly #settledSizes: Uint8Array;
  readonly #escapes: Uint8Array;
  readonly #shapes: Uint8Array;
  readonly #checks: Int32Array;
  readonly #hasMvex: boolean;
  /** Sizes without prefixes. */
  readonly #operandSize: number;
  readonly #addressSize: number;

  constructor(mode: Mode, vendor: Vendor = 'intel', options: readonly OpcodeOption[] = []) {
    const trie = trieOf({ mode, vendor, options });
    formTables ??= new FormTables(forms.length);
    super(trie, formTables, vendor);
    this.#prefixRules = prefixRules(mode);
    this.#actions = this.#prefixRules.actions;
    this.#layouts = layoutsOf(trie.modrm, this.hasApx);
    this.#escapes = escapesOf(trie);
    this.#shapes = formTables.shapes;
    this.#checks = formTables.checks;
    this.#hasMvex = this.is64 && options.includes('KNC');
    this.#settledSizes = settledSizes(mode, vendor);
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
    into.segmentOverride = NO_REGISTER;
    into.operandSize = this.#operandSize;
    into.addressSize = this.#addressSize;
    if (offset >= limit) return Status.truncated;
    let at = offset;
    const action = this.#actions[bytes[at]];
    if (action !== PrefixAction.none) {
      if (action === PrefixAction.rex && this.#actions[bytes[at + 1]] === PrefixAction.none) {
        const rex = bytes[at++];
        into.rex = rex;
        if (rex >= 0x48) into.operandSize = 64;
      } else at = decodePrefixes(bytes, at, limit, this.#prefixRules, into);
    }
    if (at >= limit) return this.#outOfBytes(offset, limit, into);
    let opcode = bytes[at++];
    let map = 0;
    if (opcode === 0x0f) {
      if (at >= limit) return this.#outOfBytes(offset, limit, into);
      opcode = bytes[at++];
      map = this.#escapes[opcode];
      if (map !== 1) {
        if (map === suffixMap) return this.#decodeSuffixed(bytes, offset, at, limit, into);
        if (at >= limit) return this.#outOfBytes(offset, limit, into);
        opcode = bytes[at++];
      }
    }
    into.map = map;
    into.opcode = opcode;
    into.opcodeOffset = at - 1 - offset;
    return this.#decodeOperands(bytes, offset, at, limit, into);
  }

  /** Out of bytes: at 15 the instruction is too long, before that it needs more. */
  #outOfBytes(offset: number, limit: number, into: Instruction): Status {
    return limit - offset >= maxLengthBytes ? this.#invalid(tooLong, into) : Status.truncated;
  }

  #invalid(reason: number, into: Instruction): Status {
    into.reason = reason;
    return Status.invalid;
  }

  #withoutForm(root: number, reason: number, into: Instruction): Status {
    if (isUnsupportedRoot(root)) return Status.unsupported;
    // It was taken for 512 bits because of EVEX.b.
    const isRounded = reason === badVectorLength && into.b === 1 && into.modrm >= 0xc0;
    return this.#invalid(isRounded ? badRounding : reason, into);
  }

  #decodeOperands(bytes: Uint8Array, offset: number, start: number, limit: number, into: Instruction): Status {
    let root = (into.map << 8) | into.opcode;
    let at = start;
    into.modrm = -1;
    into.sib = -1;
    into.displacementBytes = 0;
    into.segment = NO_REGISTER;
    let layout = this.#layouts[root];
    if (layout > Layout.modrm) {
      if (at >= limit) return this.#outOfBytes(offset, limit, into);
      if (isVectorPrefix(root, bytes[at], this.is64)) {
        const status = this.#decodeVector(bytes, offset, at, limit, into);
        if (status !== Status.valid) return status;
        at = offset + into.opcodeOffset + 1;
        root = (into.map << 8) | into.opcode;
      }
      layout = this.#layouts[root] & Layout.modrm;
    }
    if (layout === Layout.modrm) {
      if (at >= limit) return this.#outOfBytes(offset, limit, into);
      into.modrm = bytes[at++];
    }
    const form = this.formAt(root, into);
    if (form < 0) return this.#withoutForm(root, -1 - form, into);
    into.form = form;
    const checks = this.#checks[form];
    // MPX ignores 67 in 64-bit mode (SDM 1 appendix E).
    if ((checks & Check.bounds) !== 0 && this.is64) into.addressSize = 64;
    if (into.modrm >= 0 && into.modrm < 0xc0 && (checks & Check.modIgnored) === 0) {
      const length =
        into.addressSize === 16 ? decodeMemory16(bytes, at, into) : decodeMemory32(bytes, at, limit, this.is64, into);
      at += length;
      if (at > limit || length < 0) return this.#outOfBytes(offset, limit, into);
      if ((into.map | (into.rex & extensions)) >= firstEvexMap) this.#adjustMemory(form, into);
    }
    const shape = this.#shapes[form];
    if (shape !== ImmediateShape.none) {
      at = decodeImmediate(bytes, at, shape, into);
      if (at > limit) return this.#outOfBytes(offset, limit, into);
    } else {
      into.immediateBytes = 0;
    }
    into.lengthBytes = at - offset;
    into.operandSize = this.#settledSizes[(checks & sizeChecks) | (into.operandSize >> 5)];
    return this.#finish(form, checks, into);
  }

  /** What APX and EVEX make of a memory operand. */
  #adjustMemory(form: number, into: Instruction): void {
    if (into.rex > lastRex) extendMemory(into);
    if (into.map >= firstEvexMap) scaleDisplacement(this.tables, form, into);
  }

  /** C4, C5, 62 or 8F and the second byte of VEX or its kin at `second`: up to the opcode, or why there is none. */
  #decodeVector(bytes: Uint8Array, offset: number, second: number, limit: number, into: Instruction): Status {
    if (into.opcode === rex2Byte) return this.#decodeRex2(bytes, offset, second, limit, into);
    const lengthBytes = vexLengthOf(into.opcode);
    if (breaksVexPrefixes(into)) return this.#invalid(prefixBeforeVex, into);
    const opcodeAt = second - 1 + lengthBytes;
    if (opcodeAt >= limit) return this.#outOfBytes(offset, limit, into);
    if (lengthBytes === 4 && this.#hasMvex && isMvex(bytes[second + 1])) {
      decodeMvex(bytes, second, into);
    } else if (lengthBytes === 4) {
      const broken = decodeEvex(bytes, second, this.is64, this.hasApx, into);
      if (broken !== fits) return this.#invalid(broken, into);
    } else {
      decodeVex(bytes, second, lengthBytes, this.is64, into);
    }
    into.opcode = bytes[opcodeAt];
    into.opcodeOffset = opcodeAt - offset;
    return Status.valid;
  }

  /** D5 and the second byte of REX2 at `second`: up to the opcode, or why there is none. */
  #decodeRex2(bytes: Uint8Array, offset: number, second: number, limit: number, into: Instruction): Status {
    if (into.rex !== 0) return this.#invalid(prefixBeforeVex, into);
    if (second + 1 >= limit) return this.#outOfBytes(offset, limit, into);
    decodeRex2(bytes[second], into);
    into.opcode = bytes[second + 1];
    into.opcodeOffset = second + 1 - offset;
    return Status.valid;
  }

  /** All that is left when the bytes have been read: operands, and what the form does not allow. */
  #finish(form: number, checks: number, into: Instruction): Status {
    if (!this.fillOperands(form, into)) return this.#invalid(badRegister, into);
    const rare = (checks & finalChecks) | (into.prefixes & Prefix.lock) | (into.rex & extensions);
    if (rare === 0 && into.map <= lastLegacyMap) return Status.valid;
    if (into.rex > lastRex && !this.extendOperands(form, into)) return this.#invalid(badRegister, into);
    if ((checks & Check.loadsSegment) !== 0 && into.operands[0] === Register.cs)
      return this.#invalid(badRegister, into);
    if ((checks & rareChecks) !== 0 && breaksRareCheck(checks, into)) return this.#invalid(badPrefix, into);
    if (into.map > lastLegacyMap) {
      const broken = breaksVector(this.tables, form, checks, into);
      if (broken !== fits) return this.#invalid(broken, into);
    }
    if ((into.prefixes & Prefix.lock) !== 0 && !this.#isLockAllowed(checks, into))
      return this.#invalid(lockNotAllowed, into);
    return Status.valid;
  }

  /** 0F 0F: ModRM, what it addresses, and then the opcode (APM 3 appendix A.1.2). */
  #decodeSuffixed(bytes: Uint8Array, offset: number, start: number, limit: number, into: Instruction): Status {
    let at = start;
    if (at >= limit) return this.#outOfBytes(offset, limit, into);
    into.modrm = bytes[at++];
    into.sib = -1;
    into.displacementBytes = 0;
    into.segment = NO_REGISTER;
    if (into.modrm < 0xc0) {
      const length =
        into.addressSize === 16 ? decodeMemory16(bytes, at, into) : decodeMemory32(bytes, at, limit, this.is64, into);
      at += length;
      if (at > limit || length < 0) return this.#outOfBytes(offset, limit, into);
    }
    if (at >= limit) return this.#outOfBytes(offset, limit, into);
    into.map = suffixMap;
    into.opcode = bytes[at];
    into.opcodeOffset = at - offset;
    into.immediateBytes = 0;
    into.lengthBytes = at + 1 - offset;
    const root = (suffixMap << 8) | into.opcode;
    const form = this.formAt(root, into);
    if (form < 0) return this.#withoutForm(root, -1 - form, into);
    into.form = form;
    return this.#finish(form, this.#checks[form], into);
  }

  #isLockAllowed(checks: number, into: Instruction): boolean {
    if ((checks & Check.lockable) !== 0) return into.operands[0] === OperandKind.memory;
    return (checks & Check.cr8Lock) !== 0 && this.isAmd;
  }
}
