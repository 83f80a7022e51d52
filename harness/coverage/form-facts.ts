/** What the outcome classes ask of a form: derived from its row, or by its opcode where no column says it. */
import type { Form, ImplicitSpec, OperandSpec } from '../../emulator/isa/form.ts';
import { OperandKind } from '../../emulator/isa/instruction.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { classOf, RegisterClass, registerByName } from '../../emulator/isa/registers.ts';

export interface FormFacts {
  readonly form: Form;
  readonly mode: Mode;
  /** Accesses memory at all, by an operand or on the stack. */
  readonly reads: boolean;
  readonly writes: boolean;
  /** Widest access in bits, 0 without one. */
  readonly accessBits: number;
  /** Memory in DS, ES, FS or GS; memory in SS, by rSP, rBP or an override. */
  readonly usesData: boolean;
  readonly usesStackSegment: boolean;
  /** Goes to another place of the same code segment: from the instruction, from a register or memory, from the stack. */
  readonly near: 'relative' | 'indirect' | 'return' | null;
  /** Loads CS. */
  readonly isFar: boolean;
  /** Segment registers that it loads, CS left aside. */
  readonly loads: readonly string[];
  /** Does nothing but fault at CPL 3. */
  readonly neverExecutes: boolean;
}

export const factsOf = (form: Form, mode: Mode): FormFacts => {
  const memory = isForbidden(form) || isAlwaysUndefined(form) ? [] : memoryOf(form);
  const near = isForbidden(form) ? null : nearOf(form);
  const stack = memory.filter(({ isStack }) => isStack);
  const data = memory.filter(({ isStack }) => !isStack);
  return {
    form,
    mode,
    // What is read and written is checked for writing at once (SDM 3A 4.7).
    reads: memory.some(({ access }) => access.includes('r') && !access.includes('w')),
    writes: memory.some(({ access }) => access.includes('w')),
    accessBits: Math.max(0, ...memory.map(({ bits }) => bits)),
    usesData: data.length > 0,
    usesStackSegment: stack.length > 0 || data.some((one) => mayBeInStackSegment(one, mode)),
    near,
    isFar: !isForbidden(form) && isFarTransfer(form),
    loads: isForbidden(form) || isSystemCall(form) ? [] : segmentsLoaded(form),
    neverExecutes: isForbidden(form) || isAlwaysUndefined(form) || isTrap(form),
  };
};

interface MemoryFacts {
  readonly access: string;
  readonly bits: number;
  readonly isStack: boolean;
  readonly place: OperandSpec['place'] | 'implicit';
  /** ES:rDI, which no prefix moves. */
  readonly isFixed: boolean;
}

const memoryOf = (form: Form): readonly MemoryFacts[] => {
  const isUnread = form.needs.has('UNEVALUATED') || form.needs.has('ADDRESS-ONLY');
  const explicit = form.operands.flatMap(({ memory, memoryBits, access, place, fixed }): MemoryFacts[] =>
    memory === 'never' || access === '' || isUnread
      ? []
      : [{ access, bits: memoryBits, isStack: false, place, isFixed: fixed === OperandKind.memoryDi }],
  );
  return [...explicit, ...form.implicit.flatMap(implicitMemory)];
};

const implicitMemory = ({ kind, access, bits }: ImplicitSpec): readonly MemoryFacts[] => {
  if (kind === 'push' || kind === 'pop' || kind === 'frame')
    return [{ access, bits, isStack: true, place: 'implicit', isFixed: true }];
  return kind === 'memory' ? [{ access, bits, isStack: false, place: 'implicit', isFixed: true }] : [];
};

/** In 64-bit mode SS is no override, and strings and direct addresses have no base (SDM 1 3.7.4, table 3-5). */
const mayBeInStackSegment = ({ place, isFixed }: MemoryFacts, mode: Mode): boolean =>
  place === 'rm' || (mode !== 64 && !isFixed);

/** What the row says by its opcode alone. `digits` are ModRM.reg. */
export interface OpcodeSet {
  readonly map: 0 | 1;
  readonly opcodes: readonly number[];
  readonly digits?: readonly number[];
}

export const isOneOf = (form: Form, { map, opcodes, digits }: OpcodeSet): boolean =>
  form.map === map && opcodes.includes(form.opcode) && (digits?.includes(form.reg) ?? true);

/** SDM 2A INT n/INTO/INT3/INT1. */
export const softwareInterrupt: OpcodeSet = { map: 0, opcodes: [0xcd] };
export const breakpoint: OpcodeSet = { map: 0, opcodes: [0xcc] };
export const debugTrap: OpcodeSet = { map: 0, opcodes: [0xf1] };
/** SDM 2B UD. */
const undefinedOpcodes: OpcodeSet = { map: 1, opcodes: [0x0b, 0xb9, 0xff] };
/** CR4.UMIP (SDM 3A 2.5). */
const hiddenRegisters: readonly OpcodeSet[] = [
  { map: 1, opcodes: [0x00], digits: [0, 1] },
  { map: 1, opcodes: [0x01], digits: [0, 1, 4] },
];
/** CR4.PCE = 0 (SDM 2B RDPMC). */
const performanceCounter: OpcodeSet = { map: 1, opcodes: [0x33] };
const nearIndirect: OpcodeSet = { map: 0, opcodes: [0xff], digits: [2, 4] };
const nearReturn: OpcodeSet = { map: 0, opcodes: [0xc2, 0xc3] };
const farReturn: OpcodeSet = { map: 0, opcodes: [0xca, 0xcb, 0xcf] };
const farIndirect: OpcodeSet = { map: 0, opcodes: [0xff], digits: [3, 5] };

export const isAlwaysUndefined = (form: Form): boolean => isOneOf(form, undefinedOpcodes) || isForeignCall(form);

/** SYSCALL and SYSRET outside 64-bit mode on Intel's CPUs (SDM 2B SYSCALL); CLAC and STAC above CPL 0 (SDM 2A CLAC). */
const isForeignCall = ({ needs }: Form): boolean => (needs.has('SYSCALL') && needs.has('NO64')) || needs.has('SMAP');

/** #GP(0) at CPL 3 and IOPL 0, before anything else is looked at. Flags that depend on IOPL are another matter. */
export const isPrivileged = (form: Form): boolean =>
  !isAlwaysUndefined(form) &&
  (form.needs.has('CPL0') ||
    (form.needs.has('IOPL') && form.implicit.length === 0) ||
    hiddenRegisters.some((one) => isOneOf(form, one)) ||
    isOneOf(form, performanceCounter));

/** The kernel's business, and its segments. */
const isSystemCall = ({ needs }: Form): boolean => needs.has('SYSCALL') || needs.has('SEP');

const isForbidden = (form: Form): boolean => isPrivileged(form) || isForeignCall(form);

const isTrap = (form: Form): boolean => [softwareInterrupt, breakpoint, debugTrap].some((one) => isOneOf(form, one));

const nearOf = (form: Form): FormFacts['near'] => {
  if (form.operands.some(({ place }) => place === 'relative')) return 'relative';
  if (isOneOf(form, nearIndirect)) return 'indirect';
  return isOneOf(form, nearReturn) ? 'return' : null;
};

const isFarTransfer = (form: Form): boolean =>
  form.operands.some(({ place }) => place === 'far-pointer') || isOneOf(form, farReturn) || isOneOf(form, farIndirect);

const segmentsLoaded = (form: Form): readonly string[] => [
  ...form.operands.flatMap(({ registerClass, access, fixed, token }) =>
    registerClass === RegisterClass.segment && access.includes('w') ? [fixed === 0 ? 'any' : token.toLowerCase()] : [],
  ),
  ...form.implicit.flatMap(({ kind, register, access }) =>
    kind === 'register' && access === 'w' && isDataSegment(register) ? [register] : [],
  ),
];

const isDataSegment = (name: string): boolean =>
  name !== 'cs' && classOf(registerByName(name) ?? 0) === RegisterClass.segment;
