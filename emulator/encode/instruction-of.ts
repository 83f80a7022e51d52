/** Makes an Instruction for a form from operands, as an assembler would, with every field that a decoder fills. */
import { takesRex2 } from '../isa/apx.ts';
import type { Form, OperandSpec } from '../isa/form.ts';
import { Extension, Instruction, lastRex, OperandKind, Prefix } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { isVectorMap } from '../isa/opcode-map.ts';
import { isInMode, isOfVendor, isOptedFor } from '../isa/presence.ts';
import {
  classOf,
  NO_REGISTER,
  numberOf,
  Register,
  RegisterClass,
  type RegisterId,
  register,
} from '../isa/registers.ts';
import type { Choices, Encodable, Memory, Unencodable } from './choices.ts';
import { chooseDecorations, sharesRegister } from './decorations.ts';
import { displacementUnitOf } from './displacement-unit.ts';
import { maxEncodedBytes, measure } from './encode.ts';
import { fillImmediates } from './immediates.ts';
import { encodeMemory } from './memory.ts';
import { fieldOf, rexOfRegister, roomOf } from './register-field.ts';
import { selectedForm } from './selection.ts';
import { chooseSizes, settleOperandSize } from './sizes.ts';
import { chooseIs4, chooseVvvv, plainNumberOf } from './vector-fields.ts';
import { vexBytesOf } from './vex.ts';

export const instructionOf = (form: Form, choices: Choices): Encodable => {
  const { vendor = 'intel', options = [] } = choices;
  if (!isInMode(form, choices.mode)) return unencodable('mode');
  if (!isOfVendor(form, vendor)) return unencodable('vendor');
  if (!isOptedFor(form, options)) return unencodable('option');
  const into = blank(form, choices);
  const problem =
    chooseSizes(form, choices, into) ??
    choosePrefixes(choices, into) ??
    chooseRegisters(form, choices, into) ??
    chooseRm(form, choices, into) ??
    chooseVvvv(form, choices, into) ??
    chooseIs4(form, choices, into) ??
    fillImmediates(form, choices, into) ??
    chooseDecorations(form, choices, into) ??
    chooseRex(form, choices, into);
  if (problem !== null) return unencodable(problem);
  if (sharesRegister(form, into)) return unencodable('same-register');
  if (form.needs.has('NO-RSP') && into.operands.subarray(0, into.operandCount).includes(stackPointer))
    return unencodable('register');
  if (selectedForm(into, { vendor, options }) !== form) return withSecondRegister(form, choices);
  settleOperandSize(form, into, vendor);
  if (form.needs.has('NO66') && (into.prefixes & Prefix.operandSize) !== 0) return unencodable('prefix');
  if (!isLockAllowed(form, into, vendor)) return unencodable('lock-not-allowed');
  return measured(into);
};

const stackPointer = register(RegisterClass.gpr64, 4);

/** 90 with its register 0 is NOP, so that the plainest XCHG has register 1. */
const withSecondRegister = (form: Form, choices: Choices): Encodable => {
  const spec = form.operands.find(({ place }) => place === 'opcode');
  if (spec === undefined || choices.reg !== undefined) return unencodable('another-form');
  return instructionOf(form, { ...choices, reg: (spec.registerClass << 5) + 1 });
};

const unencodable = (reason: Unencodable): Encodable => ({ status: 'unencodable', reason });

const blank = (form: Form, choices: Choices): Instruction => {
  const into = new Instruction();
  into.mode = choices.mode;
  into.form = form.id;
  into.map = form.map;
  into.opcode = form.opcode;
  into.prefixes = (choices.prefixes ?? 0) | (isVectorMap(form.map) ? 0 : mandatoryPrefix[form.prefix]);
  into.modrm = form.hasModrm ? (Math.max(form.reg, 0) << 3) | Math.max(form.rm, 0) : -1;
  into.operandCount = form.operands.length;
  return into;
};

const mandatoryPrefix: Readonly<Record<Form['prefix'], number>> = {
  '': 0,
  NP: 0,
  NFx: 0,
  '66': Prefix.operandSize,
  F3: Prefix.rep,
  F2: Prefix.repne,
};

const choosePrefixes = ({ mode, segment = NO_REGISTER }: Choices, into: Instruction): Unencodable | null => {
  const both = Prefix.rep | Prefix.repne;
  if ((into.prefixes & both) === both) return 'prefix';
  if (segment === NO_REGISTER) return null;
  if (classOf(segment) !== RegisterClass.segment || numberOf(segment) > 5) return 'register';
  const byte = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65][numberOf(segment)];
  const isHint = mode === 64 && numberOf(segment) < 4;
  into.segmentOverride = isHint ? NO_REGISTER : segment;
  into.hintPrefix = isHint || mode !== 64 ? byte : 0;
  return null;
};

/** Operands that are neither in ModRM.rm nor immediate. */
const chooseRegisters = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { spareReg } = choices;
  if (spareReg !== undefined) {
    const isUsed = !form.hasModrm || form.reg >= 0 || form.operands.some(({ place }) => place === 'reg');
    if (isUsed || !isField(spareReg)) return 'register';
    into.modrm |= spareReg << 3;
  }
  for (const [k, spec] of form.operands.entries()) {
    const problem =
      spec.place === 'reg' || spec.place === 'opcode' ? chooseRegister(form, { spec, k }, choices, into) : null;
    if (problem !== null) return problem;
    if (spec.place === 'fixed' || spec.place === 'string') into.operands[k] = spec.fixed;
  }
  return null;
};

const isGeneral = (id: RegisterId): boolean => {
  const registerClass = classOf(id);
  return registerClass >= RegisterClass.gpr8 && registerClass <= RegisterClass.gpr64;
};

const isField = (number: number): boolean => Number.isInteger(number) && number >= 0 && number <= 7;

interface Place {
  readonly spec: OperandSpec;
  /** Which operand it is. */
  readonly k: number;
}

const chooseRegister = (form: Form, { spec, k }: Place, choices: Choices, into: Instruction): Unencodable | null => {
  const id = choices.reg ?? (spec.registerClass << 5) + Math.max(form.reg, plainNumberOf(form, 'reg'));
  const number = fieldOf(spec, id, roomOf(form, choices));
  if (number < 0) return 'register';
  // A reserved NOP's digit is its operand as well.
  if (form.reg >= 0 && form.reg !== (number & 7)) return 'register';
  if (id === Register.cs && form.needs.has('LOAD-SREG') && k === 0) return 'register';
  into.operands[k] = id;
  if (isLockedControl(form, id, choices, into)) into.prefixes |= Prefix.lock;
  else if (number > 7 && into.mode !== 64) return 'register';
  else into.rex |= rexOfRegister(id, number) | ((number & 8) !== 0 ? (spec.place === 'opcode' ? 1 : 4) : 0);
  if (isVectorMap(into.map)) into.registerHigh = number & 16;
  else if (number > 15) into.rex |= spec.place === 'opcode' ? Extension.b4 : Extension.r4;
  if (spec.place === 'opcode') into.opcode |= number & 7;
  else into.modrm |= (number & 7) << 3;
  return null;
};

/** On AMD, LOCK makes CR8 of CR0, which outside 64-bit mode is the only way to it (APM 3 MOV CRn). */
const isLockedControl = (
  form: Form,
  id: RegisterId,
  { vendor, prefixes = 0 }: Choices,
  { mode }: Instruction,
): boolean =>
  vendor === 'amd' &&
  form.needs.has('CR8-LOCK') &&
  numberOf(id) === 8 &&
  (mode !== 64 || (prefixes & Prefix.lock) !== 0);

/** ModRM.rm: its register or memory, or its spare bits. And moffs. */
const chooseRm = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const k = form.operands.findIndex(({ place }) => place === 'rm');
  if (k >= 0) return chooseRmOperand(form, { spec: form.operands[k], k }, choices, into);
  if (choices.spareRm !== undefined) {
    if (form.rm !== -2 || !isField(choices.spareRm)) return 'register';
    into.modrm |= choices.spareRm;
  }
  if (form.hasModrm) into.modrm |= 0xc0;
  return null;
};

const chooseRmOperand = (form: Form, { spec, k }: Place, choices: Choices, into: Instruction): Unencodable | null => {
  const { registerClass, indexClass } = spec;
  const chosen =
    choices.rm ??
    (spec.memory === 'must' ? plainMemory(form, indexClass, into) : (registerClass << 5) + plainNumberOf(form, 'rm'));
  if (typeof chosen === 'number') {
    if (spec.memory === 'must') return 'memory-needed';
    const number = fieldOf(spec, chosen, roomOf(form, choices));
    if (number < 0) return 'register';
    into.operands[k] = chosen;
    into.modrm |= 0xc0 | (number & 7);
    into.rex |= rexOfRegister(chosen, number) | ((number >> 3) & 1);
    // Bit 4 is B4 of a general register, and X of another one in EVEX.
    if (isGeneral(chosen)) into.rex |= (number & 16) << 4;
    else into.rex |= (number >> 3) & 2;
    return null;
  }
  if (spec.memory === 'never') return 'register-needed';
  into.operands[k] = OperandKind.memory;
  const { generalRegisters } = roomOf(form, choices);
  const needsSib = form.needs.has('SIB-NEEDED');
  const rules = { unit: displacementUnitOf(form, into), indexClass, needsSib, generalRegisters };
  const problem = encodeMemory(chosen, rules, into);
  if (problem !== null) return problem;
  if (form.needs.has('NO-RIP') && classOf(into.base) === RegisterClass.instructionPointer) return 'addressing';
  into.segment = into.segmentOverride === NO_REGISTER ? defaultSegment(into) : into.segmentOverride;
  return null;
};

/** [BX+SI], [rAX], [rAX+xmm1], or what RIP-relative forms need. */
const plainMemory = (form: Form, indexClass: number, { addressSize }: Instruction): Memory => {
  if (form.needs.has('RIP-RELATIVE')) return { base: addressSize === 64 ? Register.rip : Register.eip };
  if (addressSize === 16) return { base: (RegisterClass.gpr16 << 5) + 3, index: (RegisterClass.gpr16 << 5) + 6 };
  const base = (addressSize === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32) << 5;
  return indexClass === 0 ? { base } : { base, index: (indexClass << 5) + 1 };
};

/** SS where rBP or rSP is the base (SDM 1 table 3-5). */
const defaultSegment = ({ base, addressSize }: Instruction): RegisterId => {
  if (base === NO_REGISTER || classOf(base) === RegisterClass.instructionPointer) return Register.ds;
  const number = numberOf(base);
  return number === 5 || (number === 4 && addressSize !== 16) ? Register.ss : Register.ds;
};

/** AH, CH, DH and BH do not stand with REX. */
const chooseRex = (form: Form, { hasRex = false, hasRex2 = false }: Choices, into: Instruction): Unencodable | null => {
  if (isVectorMap(into.map)) {
    // W, R, X and B, which VEX has without a REX byte.
    into.rex &= ~0xf0;
    into.vexBytes = vexBytesOf(into);
    if (hasRex2) return 'prefix';
    return hasHighByte(into) ? 'register' : null;
  }
  if (hasRex2 || form.rex2 >= 0 || into.rex > lastRex) {
    if (form.rex2 < 0 && !takesRex2(form)) return 'prefix';
    into.rex |= Extension.rex2;
  }
  if (hasRex) into.rex |= 0x40;
  if (into.rex === 0) return null;
  into.rex |= 0x40;
  if (into.mode !== 64) return 'register';
  return hasHighByte(into) ? 'register' : null;
};

const hasHighByte = ({ operands, operandCount }: Instruction): boolean =>
  operands.subarray(0, operandCount).some((id) => classOf(id) === RegisterClass.gpr8High);

const isLockAllowed = (form: Form, { prefixes, operands }: Instruction, vendor: Vendor): boolean => {
  if ((prefixes & Prefix.lock) === 0) return true;
  if (form.needs.has('LOCK')) return operands[0] === OperandKind.memory;
  return form.needs.has('CR8-LOCK') && vendor === 'amd' && operands.includes(controlRegister8);
};

const controlRegister8 = register(RegisterClass.control, 8);

const measured = (into: Instruction): Encodable => {
  const { opcodeOffset, lengthBytes } = measure(into);
  if (lengthBytes > maxEncodedBytes) return unencodable('too-long');
  into.opcodeOffset = opcodeOffset;
  into.lengthBytes = lengthBytes;
  return { status: 'encodable', instruction: into };
};
