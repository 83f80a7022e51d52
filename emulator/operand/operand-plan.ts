/** Which operands a form has, explicit and implicit, compiled from its row for `OperandList`. */
import type { Access, Form, ImplicitSpec, OperandSpec } from '../isa/form.ts';
import { OperandKind } from '../isa/instruction.ts';
import { onceByForm } from '../isa/once-by-form.ts';
import { NO_REGISTER, Register, registerByName } from '../isa/registers.ts';
import { mergingAccess } from './decorations.ts';

/** Where an operand comes from. Those up to `explicit` are in the instruction's text. */
export const Source = {
  explicit: 0,
  /** A register that the form names. */
  register: 1,
  /** General register `number`, as wide as addresses, and as wide as the stack's. */
  addressRegister: 2,
  stackRegister: 3,
  /** Memory at rSP or rBP, and at another register. */
  stack: 4,
  pointer: 5,
  /** At a register of 64 bits that the form names. */
  namedPointer: 6,
  /** At the general register that ModRM.rm or ModRM.reg names. */
  rmPointer: 7,
  regPointer: 8,
  /** ENTER's copies of frame pointers. */
  nestedFrames: 9,
} as const;

export interface OperandSource {
  readonly source: number;
  /** Of an explicit operand its place in the text; else a register's number or identity. */
  readonly number: number;
  readonly bits: number;
  /** Bits of `ListedAccess`. */
  readonly access: number;
  /** The segment of a pointer: ES, or DS as `Register` has them; NO_REGISTER for DS that an override replaces. */
  readonly segment: number;
  readonly spec: OperandSpec | null;
  /** Its access does not depend on masks, or on how wide its register is. */
  readonly isPlain: boolean;
  /** Bits of `ListedAccess` where a mask leaves elements alone: of a register, and of memory. */
  readonly merging: number;
  readonly mergingMemory: number;
}

export interface OperandSources {
  readonly sources: readonly OperandSource[];
  readonly repeats: boolean;
  readonly isAddressOnly: boolean;
  readonly zeroExtends: boolean;
  readonly hasFullTarget: boolean;
}

/** Access in a list, as bits. */
export const ListedAccess = { read: 1, write: 2, conditional: 4 } as const;

export const accessBits: Readonly<Record<Access, number>> = { '': 0, r: 1, w: 2, rw: 3, cr: 5, cw: 6, rcw: 7 };

const sourceOf = (source: number, number: number, access: Access, bits = 0): OperandSource => ({
  source,
  number,
  bits,
  access: accessBits[access],
  segment: NO_REGISTER,
  spec: null,
  isPlain: true,
  merging: 0,
  mergingMemory: 0,
});

/** All of one shape, which the loop that reads them is quicker for. */
const explicitSource = (spec: OperandSpec, place: number, form: Form): OperandSource => {
  const source = sourceOf(Source.explicit, place, spec.access, spec.bits);
  return Object.assign(source, {
    spec,
    isPlain: !spec.masked && spec.access !== 'cw',
    merging: accessBits[mergingAccess(form, spec, false)],
    mergingMemory: accessBits[mergingAccess(form, spec, true)],
  });
};

const numbers: Readonly<Record<string, number>> = { ax: 0, cx: 1, dx: 2, bx: 3, sp: 4, bp: 5, si: 6, di: 7 };

const implicitSources = (spec: ImplicitSpec, nests: boolean): readonly OperandSource[] => {
  const { kind, register, access, bits } = spec;
  switch (kind) {
    case 'register':
      return [sourceOf(Source.register, registerByName(register) ?? NO_REGISTER, access)];
    case 'address-register':
      return [sourceOf(Source.addressRegister, numbers[register], access)];
    case 'stack-register':
      return [sourceOf(Source.stackRegister, numbers[register], access)];
    case 'memory':
      return [pointerSource(spec)];
    case 'frame':
      return [sourceOf(Source.stack, numbers['bp'], access, bits)];
    default:
      return stackSources(spec, nests);
  }
};

const pointerSource = ({ register, access, bits }: ImplicitSpec): OperandSource => {
  switch (register) {
    case 'ax':
    case 'di':
      return sourceOf(Source.pointer, numbers[register], access, bits);
    case 'rm':
      return sourceOf(Source.rmPointer, 0, access, bits);
    case 'reg':
      return { ...sourceOf(Source.regPointer, 0, access, bits), segment: Register.es };
    default: {
      const segment = register === 'rdi' ? Register.es : Register.ds;
      return { ...sourceOf(Source.namedPointer, registerByName(register) ?? NO_REGISTER, access, bits), segment };
    }
  }
};

const stackSources = ({ access, bits, count, skipped }: ImplicitSpec, nests: boolean): readonly OperandSource[] => {
  const items = Array.from({ length: count }, (_, k) => k).filter((k) => k !== skipped);
  return [
    sourceOf(Source.stackRegister, numbers['sp'], 'rw'),
    ...(nests ? [sourceOf(Source.nestedFrames, count, access, bits)] : []),
    ...items.map(() => sourceOf(Source.stack, numbers['sp'], access, bits)),
  ];
};

/** String instructions move rSI and rDI; XLAT reads rBX and AL. */
const pointersOf = ({ place, fixed }: OperandSpec): readonly OperandSource[] => {
  if (place !== 'string') return [];
  if (fixed === OperandKind.memorySi) return [sourceOf(Source.addressRegister, numbers['si'], 'rw')];
  if (fixed === OperandKind.memoryDi) return [sourceOf(Source.addressRegister, numbers['di'], 'rw')];
  return [sourceOf(Source.addressRegister, numbers['bx'], 'r'), sourceOf(Source.register, Register.al, 'r')];
};

const readSources = (form: Form): OperandSources => {
  const { operands, implicit, needs } = form;
  const nests = operands.filter(({ place }) => place === 'immediate').length === 2;
  return {
    sources: [
      ...operands.map((spec, k) => explicitSource(spec, k, form)),
      ...implicit.flatMap((spec) => implicitSources(spec, nests)),
      ...operands.flatMap((spec) => pointersOf(spec)),
    ],
    repeats: needs.has('REP') || needs.has('REPE'),
    isAddressOnly: needs.has('ADDRESS-ONLY'),
    zeroExtends: needs.has('ZERO-EXTENDS'),
    hasFullTarget: needs.has('FULL-TARGET'),
  };
};

/** By `Instruction.form`. */
export const sourcesOf = onceByForm(readSources);
