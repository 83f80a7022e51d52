/**
 * The operands of an instruction for those who ask millions of times: what `operandsOf` says of kinds, registers, sizes and
 * access, in small integers, into arrays that are filled again and again.
 */
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { memoryBitsOf } from '../isa/memory-bits.ts';
import { lastRegister, NO_REGISTER, Register, RegisterClass, registerBits } from '../isa/registers.ts';
import { leavesElements } from './decorations.ts';
import {
  accessBits,
  ListedAccess,
  type OperandSource,
  type OperandSources,
  Source,
  sourcesOf,
} from './operand-plan.ts';

export { ListedAccess };

/** Kinds of operands in a list. */
export const ListedKind = { register: 0, memory: 1, immediate: 2, branch: 3, farPointer: 4 } as const;

/** ENTER has most. */
const mostOperands = 80;

/** Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const { register, memory, immediate, branch, farPointer }: Readonly<Record<keyof typeof ListedKind, number>> =
  ListedKind;
const explicit: number = Source.explicit;
const fixedRegister: number = Source.register;
const noRegister: number = NO_REGISTER;
const conditionalBit: number = ListedAccess.conditional;
const inMemory: number = OperandKind.memory;
const inCode: number = OperandKind.immediate;
const repeatPrefixes = Prefix.rep | Prefix.repne;

const rCX = 1;

const [onlyRead, readAndWritten] = [accessBits.r, accessBits.rw];
const [perhapsWritten, repeated] = [accessBits.cw, accessBits.rcw];

/** Widths of registers in 64-bit mode, and outside it, where CR and DR have 32 bits. */
const widths64 = Uint16Array.from({ length: lastRegister + 1 }, (_, id) => registerBits(id));
const widths = widths64.map((bits, id) => {
  const isSystem = id >> 5 === RegisterClass.control || id >> 5 === RegisterClass.debug;
  return isSystem && bits !== 0 ? 32 : bits;
});

/** Of a size in bits, by what is general register 0 of it. */
const generalOf = (bits: number): number =>
  bits === 64 ? RegisterClass.gpr64 << 5 : bits === 32 ? RegisterClass.gpr32 << 5 : RegisterClass.gpr16 << 5;

export class OperandList {
  /** Those of the last `fill`: the explicit ones in Intel order, then the implicit ones. */
  count = 0;
  explicitCount = 0;
  /** A `ListedKind` each. */
  readonly kinds = new Uint8Array(mostOperands);
  /** A register's identity, or the base of memory: a RegisterId, NO_REGISTER without one. */
  readonly registers = new Uint16Array(mostOperands);
  /** Of memory: index and segment, as RegisterIds. */
  readonly indexes = new Uint16Array(mostOperands);
  readonly segments = new Uint16Array(mostOperands);
  /** Width of what is accessed; 0 where it has none. */
  readonly bits = new Uint16Array(mostOperands);
  /** Bits of `ListedAccess`. */
  readonly access = new Uint8Array(mostOperands);

  /** The operands of a valid instruction: how many. */
  fill(instruction: Instruction): number {
    const form = sourcesOf(instruction.form);
    const { sources, repeats } = form;
    const isRepeated = repeats && (instruction.prefixes & repeatPrefixes) !== 0;
    const certain = isRepeated ? conditionalBit : 0;
    const { operands } = instruction;
    const width = instruction.mode === 64 ? widths64 : widths;
    this.count = 0;
    this.explicitCount = instruction.operandCount;
    for (let k = 0; k < sources.length; k++) {
      const source = sources[k];
      if (source.source === explicit) {
        const entry = operands[source.number];
        if (!source.isPlain || certain !== 0) this.#addExplicit(instruction, source, form, certain);
        else if (entry >= 32) this.bits[this.#push(register, entry, source.access)] = width[entry];
        else if (entry === inMemory) this.#addMemory(instruction, source, form.isAddressOnly ? 0 : source.access);
        else if (entry === inCode) this.bits[this.#push(immediate, noRegister, source.access)] = source.bits;
        else this.#addExplicit(instruction, source, form, certain);
      } else if (source.source === fixedRegister) {
        const at = this.#push(register, source.number, withCondition(source.access, certain));
        this.bits[at] = width[source.number];
      } else this.#addImplicit(instruction, source, certain);
    }
    if (isRepeated) {
      const at = this.#push(register, generalOf(instruction.addressSize) + rCX, repeated);
      this.bits[at] = instruction.addressSize;
    }
    return this.count;
  }

  #push(kind: number, id: number, access: number): number {
    const at = this.count++;
    this.kinds[at] = kind;
    this.registers[at] = id;
    this.access[at] = access;
    return at;
  }

  /** At the address that ModRM or an absolute one gives. */
  #addMemory(instruction: Instruction, { spec, bits }: OperandSource, access: number): void {
    const at = this.#push(memory, instruction.base, access);
    this.indexes[at] = instruction.index;
    this.segments[at] = instruction.segment;
    this.bits[at] = spec === null ? bits : memoryBitsOf(instruction, spec);
  }

  #addExplicit(instruction: Instruction, source: OperandSource, form: OperandSources, certain: number): void {
    const { spec, number, bits } = source;
    if (spec === null) return;
    const entry = instruction.operands[number];
    const access = explicitAccess(instruction, source, form, certain);
    if (entry >= 32) {
      const at = this.#push(register, entry, access);
      this.bits[at] = instruction.mode === 64 ? widths64[entry] : widths[entry];
    } else if (entry === inMemory) {
      this.#addMemory(instruction, source, form.isAddressOnly ? 0 : access);
    } else if (entry > OperandKind.farPointer && entry < OperandKind.constantOne) {
      this.#addString(instruction, entry, memoryBitsOf(instruction, spec), form.isAddressOnly ? 0 : access);
    } else if (entry === OperandKind.branch) {
      const at = this.#push(branch, noRegister, onlyRead);
      this.bits[at] = form.hasFullTarget ? (instruction.mode === 64 ? 64 : 32) : instruction.operandSize;
    } else {
      const isFar = entry === OperandKind.farPointer;
      const at = this.#push(isFar ? farPointer : immediate, noRegister, access);
      this.bits[at] = isFar ? spec.encodedBits : bits;
    }
  }

  /** At rSI, rDI, and rBX with AL. */
  #addString(instruction: Instruction, entry: number, bits: number, access: number): void {
    const isDestination = entry === OperandKind.memoryDi;
    const isTable = entry === OperandKind.memoryXlat;
    const number = isDestination ? 7 : isTable ? 3 : 6;
    const at = this.#push(memory, generalOf(instruction.addressSize) + number, access);
    this.indexes[at] = isTable ? Register.al : noRegister;
    this.segments[at] = isDestination ? Register.es : overridden(instruction);
    this.bits[at] = bits;
  }

  #addImplicit(instruction: Instruction, source: OperandSource, certain: number): void {
    const { number, bits } = source;
    const access = withCondition(source.access, certain);
    switch (source.source) {
      case Source.addressRegister:
        this.#addGeneral(instruction.addressSize, number, access);
        return;
      case Source.stackRegister:
        // What the stack pointer becomes is certain.
        this.#addGeneral(instruction.mode, number, source.access);
        return;
      case Source.stack:
        this.#addStack(instruction, number, bits, source.access);
        return;
      case Source.nestedFrames: {
        const level = instruction.immediate2 & 31;
        for (let k = 1; k < level; k++) this.#addStack(instruction, 5, bits, onlyRead);
        for (let k = 0; k < level; k++) this.#addStack(instruction, 4, bits, source.access);
        return;
      }
      default: {
        const at = this.#push(memory, pointerOf(instruction, source), access);
        this.indexes[at] = noRegister;
        this.segments[at] = source.segment === noRegister ? overridden(instruction) : source.segment;
        this.bits[at] = bits;
      }
    }
  }

  #addGeneral(size: number, number: number, access: number): void {
    const at = this.#push(register, generalOf(size) + number, access);
    this.bits[at] = size;
  }

  #addStack(instruction: Instruction, number: number, bits: number, access: number): void {
    const at = this.#push(memory, generalOf(instruction.mode) + number, access);
    this.indexes[at] = noRegister;
    this.segments[at] = Register.ss;
    this.bits[at] = bits;
  }
}

/** Nothing stays nothing. */
const withCondition = (access: number, condition: number): number => (access === 0 ? 0 : access | condition);

const explicitAccess = (
  instruction: Instruction,
  { access, spec, bits, merging, mergingMemory }: OperandSource,
  { zeroExtends }: OperandSources,
  certain: number,
): number => {
  if (spec?.masked === true && leavesElements(instruction))
    return instruction.modrm < 0xc0 && spec.memory !== 'never' ? mergingMemory : merging;
  if (certain !== 0) return withCondition(access, certain);
  // 32 bits that are not written leave no upper half alone.
  return zeroExtends && access === perhapsWritten && bits === 32 && instruction.mode === 64 ? readAndWritten : access;
};

const overridden = ({ segmentOverride }: Instruction): number =>
  segmentOverride === noRegister ? Register.ds : segmentOverride;

const pointerOf = ({ addressSize, modrm, rex }: Instruction, { source, number }: OperandSource): number => {
  switch (source) {
    case Source.namedPointer:
      return number;
    case Source.rmPointer:
      return generalOf(addressSize) + (modrm & 7) + ((rex & 1) << 3);
    case Source.regPointer:
      return generalOf(addressSize) + ((modrm >> 3) & 7) + ((rex & 4) << 1);
    default:
      return generalOf(addressSize) + number;
  }
};
