/**
 * Instructions that move rIP or IF, done to registers and memory that somebody shows, without being executed: in a slot
 * they would jump from the slot, push its address, or let interrupts in.
 */
import type { Form } from '../../isa/form.ts';
import { forms } from '../../isa/forms.ts';
import type { Instruction } from '../../isa/instruction.ts';
import {
  classOf,
  NO_REGISTER,
  numberOf,
  RegisterClass,
  register,
  registerBits,
  registerByName,
  registerName,
} from '../../isa/registers.ts';
import { Flag } from '../../isa/rflags.ts';
import { evaluateOperand, type RegisterView } from '../../operand/evaluate.ts';
import type { Operand } from '../../operand/operand.ts';
import { explicitOperandsOf } from '../../operand/operands.ts';
import { endOf, type Placed } from './placed.ts';
import { transferOf } from './transfer.ts';

/** What is shown; a `Machine` is one. Addresses of the stack and of code are flat. */
export interface ControlContext {
  /** By names of 64-bit mode: rax, rip, rflags, cs, fsbase. */
  get(name: string): bigint;
  set(name: string, value: bigint): void;
  readonly memory: {
    /** Throws where it cannot. */
    read(address: bigint, lengthBytes: number): Uint8Array;
    write(address: bigint, bytes: Uint8Array): void;
  };
}

export type Emulated =
  | 'emulated'
  /** It is not one of those; nothing has happened. */
  | 'not control'
  /** CPL and IOPL forbid it: #GP(0), and nothing has happened. */
  | 'not allowed';

/** Does the instruction at its address. Throws what the memory throws, with nothing changed. */
export const emulateControl = (placed: Placed, context: ControlContext): Emulated => {
  const { instruction } = placed;
  const form = forms[instruction.form];
  switch (transferOf(form)) {
    case 'conditional':
      return jumpIf(placed, context, isConditionMet(instruction.opcode & 15, context.get('rflags')));
    case 'counted':
      return emulateCounted(placed, form, context);
    case 'jump':
      return jumpIf(placed, context, true);
    case 'call':
      return emulateCall(placed, context);
    case 'return':
    case 'far return':
      return emulateReturn(placed, form, context);
    case 'none':
      return emulateFlags(placed, form, context);
    default:
      return 'not control';
  }
};

/** Whether `emulateControl` does it. */
export const isEmulatedControl = ({ instruction }: Placed): boolean => {
  const form = forms[instruction.form];
  const transfer = transferOf(form);
  if (transfer === 'none') return flagsAction(form) !== null;
  return ['conditional', 'counted', 'jump', 'call', 'return', 'far return'].includes(transfer);
};

const jumpIf = (placed: Placed, context: ControlContext, isTaken: boolean): Emulated => {
  context.set('rip', isTaken ? targetOf(placed, context) : endOf(placed));
  return 'emulated';
};

/** O, B, Z, BE, S, P, L, LE, each followed by its opposite (SDM 1 appendix B). */
export const isConditionMet = (condition: number, rflags: bigint): boolean => {
  const is = (flag: number): boolean => (Number(rflags) & flag) !== 0;
  const isLess = is(Flag.S) !== is(Flag.O);
  const met = [
    is(Flag.O),
    is(Flag.C),
    is(Flag.Z),
    is(Flag.C) || is(Flag.Z),
    is(Flag.S),
    is(Flag.P),
    isLess,
    is(Flag.Z) || isLess,
  ];
  return met[condition >> 1] !== ((condition & 1) === 1);
};

/** Of LOOPNE, LOOPE, LOOP and JrCXZ the first three count down; the first two look at ZF, which bit 0 wants set. */
const emulateCounted = (placed: Placed, form: Form, context: ControlContext): Emulated => {
  const { addressSize, opcode } = placed.instruction;
  const rcx = context.get('rcx');
  const countsDown = form.implicit.some(({ kind, access }) => kind === 'address-register' && access === 'rw');
  if (!countsDown) return jumpIf(placed, context, BigInt.asUintN(addressSize, rcx) === 0n);
  const count = BigInt.asUintN(addressSize, rcx - 1n);
  const zero = (Number(context.get('rflags')) & Flag.Z) !== 0;
  const wantsZero = (opcode & 1) === 1;
  const isTaken = count !== 0n && (form.flags.read === '' || zero === wantsZero);
  jumpIf(placed, context, isTaken);
  setPart(context, 'rcx', count, addressSize);
  return 'emulated';
};

const emulateCall = (placed: Placed, context: ControlContext): Emulated => {
  const bits = placed.instruction.operandSize;
  // The target may be addressed by rSP: it is read before anything is pushed.
  const target = targetOf(placed, context);
  push(placed.instruction, context, bits, endOf(placed));
  context.set('rip', target);
  return 'emulated';
};

const emulateReturn = ({ instruction }: Placed, form: Form, context: ControlContext): Emulated => {
  const items = form.implicit.find(({ kind }) => kind === 'pop');
  const bytes = (items?.bits ?? 0) >> 3;
  const pointer = stackPointer(instruction, context);
  const target = load(context, pointer, bytes);
  const isFar = items?.count === 2;
  const selector = isFar ? load(context, stackAddress(instruction, pointer + BigInt(bytes)), 2) : null;
  const released = instruction.immediateBytes === 0 ? 0 : instruction.immediate & 0xffff;
  setPart(context, 'rsp', pointer + BigInt(bytes * (isFar ? 2 : 1) + released), instruction.mode);
  context.set('rip', target);
  if (selector !== null) context.set('cs', selector);
  return 'emulated';
};

/** Flags that POPF writes: all but VM, VIF, VIP and RF, which it clears (SDM 2B POPF); IF and IOPL by privilege. */
const popped = Flag.C | Flag.P | Flag.A | Flag.Z | Flag.S | Flag.T | Flag.D | Flag.O | Flag.N | Flag.K | Flag.E;
const ioplShift = 12;

/** What an instruction of the flags does, told from what its row writes. */
const flagsAction = ({ flags, implicit, needs, operands }: Form): 'clear' | 'set' | 'push' | 'pop' | null => {
  if (!needs.has('IOPL') || operands.length > 0) return null;
  if (flags.cleared === 'I') return 'clear';
  if (flags.set === 'I') return 'set';
  if (implicit.some(({ kind }) => kind === 'push')) return 'push';
  return implicit.some(({ kind }) => kind === 'pop') ? 'pop' : null;
};

const emulateFlags = (placed: Placed, form: Form, context: ControlContext): Emulated => {
  const action = flagsAction(form);
  if (action === null) return 'not control';
  const flags = Number(context.get('rflags'));
  const privilege = Number(context.get('cs') & 3n);
  const mayInterrupt = privilege <= (flags & Flag.L) >> ioplShift;
  if ((action === 'clear' || action === 'set') && !mayInterrupt) return 'not allowed';
  if (action === 'clear') setFlags(context, flags & ~Flag.I);
  if (action === 'set') setFlags(context, flags | Flag.I);
  if (action === 'push')
    push(placed.instruction, context, placed.instruction.operandSize, BigInt(flags & ~(Flag.V | Flag.R)));
  if (action === 'pop') {
    const writable = popped | (mayInterrupt ? Flag.I : 0) | (privilege === 0 ? Flag.L : 0);
    popFlags(placed.instruction, context, writable);
  }
  context.set('rip', endOf(placed));
  return 'emulated';
};

const popFlags = (instruction: Instruction, context: ControlContext, writable: number): void => {
  const { operandSize } = instruction;
  const pointer = stackPointer(instruction, context);
  const value = Number(load(context, pointer, operandSize >> 3) & 0xffff_ffffn);
  const mask = operandSize === 16 ? writable & 0xffff : writable;
  const kept = Number(context.get('rflags')) & ~(mask | Flag.R);
  setFlags(context, kept | (value & mask));
  setPart(context, 'rsp', pointer + BigInt(operandSize >> 3), instruction.mode);
};

const setFlags = (context: ControlContext, value: number): void => {
  context.set('rflags', BigInt(value >>> 0));
};

/** rIP after the transfer, by its one operand. */
const targetOf = (placed: Placed, context: ControlContext): bigint => {
  const { instruction, address } = placed;
  const [operand] = explicitOperandsOf(instruction, address);
  return BigInt.asUintN(instruction.operandSize, operandValue(instruction, operand, context, address));
};

const operandValue = (instruction: Instruction, operand: Operand, context: ControlContext, address: bigint): bigint => {
  const value = evaluateOperand(instruction, operand, viewOf(context, address));
  switch (value.kind) {
    case 'address':
      return load(context, value.linear, operand.bits >> 3);
    case 'target':
      return value.offset;
    case 'far-target':
      return value.offset;
    default:
      return value.value;
  }
};

const viewOf = (context: ControlContext, address: bigint): RegisterView => ({
  read: (name) => (name === 'rip' ? address : readPart(context, name)),
  segment: (name) => ({ base: name === 'fs' || name === 'gs' ? context.get(`${name}base`) : 0n }),
});

/** Parts of general registers, from the whole ones: rax, eax, ax; r8, r8d, r8w. */
const readPart = (context: ControlContext, name: string): bigint => {
  const id = registerByName(name) ?? NO_REGISTER;
  const isPart = classOf(id) === RegisterClass.gpr32 || classOf(id) === RegisterClass.gpr16;
  if (!isPart) return context.get(name);
  return BigInt.asUintN(registerBits(id), context.get(registerName(register(RegisterClass.gpr64, numberOf(id)))));
};

/** A part of 16 bits leaves the rest; one of 32 clears it. */
const setPart = (context: ControlContext, name: string, value: bigint, bits: number): void => {
  const part = BigInt.asUintN(bits, value);
  context.set(name, bits === 16 ? (context.get(name) & ~0xffffn) | part : part);
};

const stackAddress = ({ mode }: Instruction, pointer: bigint): bigint => BigInt.asUintN(mode, pointer);

const stackPointer = (instruction: Instruction, context: ControlContext): bigint =>
  stackAddress(instruction, context.get('rsp'));

const push = (instruction: Instruction, context: ControlContext, bits: number, value: bigint): void => {
  const pointer = stackAddress(instruction, context.get('rsp') - BigInt(bits >> 3));
  const bytes = Uint8Array.from({ length: bits >> 3 }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
  context.memory.write(pointer, bytes);
  setPart(context, 'rsp', pointer, instruction.mode);
};

const load = ({ memory }: ControlContext, address: bigint, lengthBytes: number): bigint =>
  memory.read(address, lengthBytes).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
