/**
 * Bytes to Instruction: the loop that every user of the decoder is in. It allocates nothing, knows no mnemonic and no
 * form; all it knows is how encodings are laid out (SDM 2A 2.1, 2.2), and asks the trie which form it has met.
 */
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { opcodeCount, suffixMap } from '../isa/opcode-map.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import { isUnsupported } from '../isa/unsupported.ts';
import { breaksVector, decodeEvex, firstEvexMap, fits, scaleDisplacement } from './evex.ts';
import { FormFinder } from './form-finder.ts';
import { decodeImmediate } from './immediate.ts';
import { decodeMemory16, decodeMemory32 } from './memory.ts';
import { decodePrefixes, PrefixAction, type PrefixRules, prefixRules } from './prefixes.ts';
import { breaksRareCheck, rareChecks } from './rare-checks.ts';
import { byteRegister, systemRegister, vectorRegister } from './register-fields.ts';
import { Check, compileForms, Fill, type FormTables, fillMask, ImmediateShape, slots } from './tables.ts';
import { trieOf } from './trie.ts';
import { breaksVexPrefixes, decodeVex, isVectorPrefix, Layout, layoutsOf, vexLengthOf } from './vex.ts';

/** Above it VEX and its kin. */
const lastLegacyMap = 15;

/** Checks that settle the operand size in 64-bit mode. */
const sizeChecks = Check.default64 | Check.forced64 | Check.always64;

/** The longest instruction (SDM 2A 2.3.11). */
export const maxLengthBytes = 15;

let formTables: FormTables | undefined;

const reasonIndex = (reason: Reason): number => reasons.indexOf(reason);
const tooLong = reasonIndex('too-long');
const badRegister = reasonIndex('register');
const badPrefix = reasonIndex('prefix');
const lockNotAllowed = reasonIndex('lock-not-allowed');
const prefixBeforeVex = reasonIndex('prefix-before-vex');

const unsupportedByOpcode = Uint8Array.from({ length: opcodeCount }, (_, index) =>
  isUnsupported(index >> 8, index & 0xff) ? 1 : 0,
);

/** Decodes for one mode of one vendor's CPUs. It keeps no state from one instruction to the next. */
export class Decoder extends FormFinder {
  readonly vendor: Vendor;
  readonly #prefixRules: PrefixRules;
  readonly #actions: Uint8Array;
  readonly #layouts: Uint8Array;
  readonly #shapes: Uint8Array;
  readonly #checks: Uint16Array;
  readonly #evex: Uint16Array;
  readonly #fills: Uint16Array;
  readonly #indexClasses: Uint8Array;
  readonly #isAmd: boolean;
  /** Sizes without prefixes. */
  readonly #operandSize: number;
  readonly #addressSize: number;

  constructor(mode: Mode, vendor: Vendor = 'intel') {
    const trie = trieOf(mode, vendor);
    super(mode, trie);
    formTables ??= compileForms(forms);
    this.vendor = vendor;
    this.#prefixRules = prefixRules(mode);
    this.#actions = this.#prefixRules.actions;
    this.#layouts = layoutsOf(trie.modrm);
    this.#shapes = formTables.shapes;
    this.#checks = formTables.checks;
    this.#evex = formTables.evex;
    this.#fills = formTables.fills;
    this.#indexClasses = formTables.indexClasses;
    this.#isAmd = vendor === 'amd';
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
    if (this.#actions[bytes[at]] !== PrefixAction.none) at = decodePrefixes(bytes, at, limit, this.#prefixRules, into);
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
      } else if (opcode === 0x0f) {
        return this.#decodeSuffixed(bytes, offset, at, limit, into);
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
    if (form < 0) {
      if (unsupportedByOpcode[root] === 1) return Status.unsupported;
      return this.#invalid(-1 - form, into);
    }
    into.form = form;
    const checks = this.#checks[form];
    // MPX ignores 67 in 64-bit mode (SDM 1 appendix E).
    if ((checks & Check.bounds) !== 0 && this.is64) into.addressSize = 64;
    if (into.modrm >= 0 && into.modrm < 0xc0 && (checks & Check.modIgnored) === 0) {
      const length =
        into.addressSize === 16 ? decodeMemory16(bytes, at, into) : decodeMemory32(bytes, at, limit, this.is64, into);
      at += length;
      if (at > limit || length < 0) return this.#outOfBytes(offset, limit, into);
      if (into.map >= firstEvexMap) scaleDisplacement(this.#evex[form], into);
    }
    const shape = this.#shapes[form];
    if (shape !== ImmediateShape.none) {
      at = decodeImmediate(bytes, at, shape, into);
      if (at > limit) return this.#outOfBytes(offset, limit, into);
    } else {
      into.immediateBytes = 0;
    }
    into.lengthBytes = at - offset;
    if (this.is64) this.#settleOperandSize(checks, into);
    return this.#fillOperands(form, checks, into);
  }

  /** C4, C5, 62 or 8F and the second byte of VEX or its kin at `second`: up to the opcode, or why there is none. */
  #decodeVector(bytes: Uint8Array, offset: number, second: number, limit: number, into: Instruction): Status {
    const lengthBytes = vexLengthOf(into.opcode);
    if (breaksVexPrefixes(into)) return this.#invalid(prefixBeforeVex, into);
    const opcodeAt = second - 1 + lengthBytes;
    if (opcodeAt >= limit) return this.#outOfBytes(offset, limit, into);
    if (lengthBytes === 4) {
      const broken = decodeEvex(bytes, second, this.is64, into);
      if (broken !== fits) return this.#invalid(broken, into);
    } else {
      decodeVex(bytes, second, lengthBytes, this.is64, into);
    }
    into.opcode = bytes[opcodeAt];
    into.opcodeOffset = opcodeAt - offset;
    return Status.valid;
  }

  #settleOperandSize(checks: number, into: Instruction): void {
    // REX.W means nothing to a form of 32 bits that has no sibling of 64 bits.
    if (into.operandSize === 64 && (checks & Check.size32) !== 0) into.operandSize = 32;
    if ((checks & sizeChecks) === 0) return;
    const isForced = (checks & Check.always64) !== 0 || ((checks & Check.forced64) !== 0 && !this.#isAmd);
    if (isForced || into.operandSize === 32) into.operandSize = 64;
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
      const argument = fill >> 5;
      switch (fill & fillMask) {
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
        case Fill.vvvv:
          operands[k] = argument + (this.is64 ? into.vvvv : into.vvvv & 7);
          break;
        case Fill.opcodeByte:
          operands[k] = byteRegister((into.opcode & 7) + ((rex & 1) << 3), rex);
          break;
        case Fill.reg5:
          operands[k] = argument + ((modrm >> 3) & 7) + ((rex & 4) << 1) + into.registerHigh;
          break;
        case Fill.rm5:
          operands[k] =
            modrm >= 0xc0 ? argument + (modrm & 7) + ((rex & 1) << 3) + ((rex & 2) << 3) : OperandKind.memory;
          break;
        default:
          operands[k] =
            (fill & fillMask) > Fill.vvvv
              ? vectorRegister(fill & fillMask, argument, this.is64, into)
              : systemRegister(fill & fillMask, into, this.#isAmd);
          if (operands[k] === NO_REGISTER) return this.#invalid(badRegister, into);
      }
    }
    if ((checks & Check.loadsSegment) !== 0 && operands[0] === Register.cs) return this.#invalid(badRegister, into);
    if ((checks & rareChecks) !== 0 && breaksRareCheck(checks, into)) return this.#invalid(badPrefix, into);
    if (into.map > lastLegacyMap) {
      const broken = breaksVector(this.#evex[form], checks, this.#indexClasses[form], into);
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
    if (form < 0) return unsupportedByOpcode[root] === 1 ? Status.unsupported : this.#invalid(-1 - form, into);
    into.form = form;
    return this.#fillOperands(form, this.#checks[form], into);
  }

  #isLockAllowed(checks: number, into: Instruction): boolean {
    if ((checks & Check.lockable) !== 0) return into.operands[0] === OperandKind.memory;
    return (checks & Check.cr8Lock) !== 0 && this.#isAmd;
  }
}
