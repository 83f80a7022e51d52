/** What the encodings of one form have in common, as parts: made by the encoder, so that the plain ones are valid. */
import type { Memory } from '../../emulator/encode/choices.ts';
import { instructionOf } from '../../emulator/encode/instruction-of.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { type Instruction, Prefix } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { Encoding, encodingOf, isVectorMap, numberOfMap, suffixMap } from '../../emulator/isa/opcode-map.ts';
import { RegisterClass } from '../../emulator/isa/registers.ts';
import { type Parts, plainEvex, plainParts, type VexParts } from './assemble.ts';

export interface Skeleton {
  readonly form: Form;
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** ModRM.mod selects a register; a form without ModRM counts as such. Null where the form has memory only. */
  readonly register: Parts | null;
  /** ModRM.mod selects memory. Null where the form has none in ModRM. */
  readonly memory: Parts | null;
  readonly immediateBytes: number;
}

const cache = new Map<string, readonly Skeleton[]>();

/** Of every form that can be encoded in the mode for the vendor, in the order of `forms`. */
export const skeletonsOf = (mode: Mode, vendor: Vendor): readonly Skeleton[] => {
  const key = `${mode} ${vendor}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const skeletons = forms.flatMap((form) => skeletonOf(form, mode, vendor) ?? []);
  cache.set(key, skeletons);
  return skeletons;
};

const skeletonOf = (form: Form, mode: Mode, vendor: Vendor): Skeleton | null => {
  const plain = instructionOf(form, { mode, vendor });
  const inMemory = form.hasModrm ? instructionOf(form, { mode, vendor, rm: plainMemory(form, mode) }) : plain;
  const memory = form.hasModrm && inMemory.status === 'encodable' ? inMemory.instruction : null;
  if (plain.status !== 'encodable') return null;
  const isRegister = plain.instruction.modrm < 0 || plain.instruction.modrm >= 0xc0;
  return {
    form,
    mode,
    vendor,
    register: isRegister ? partsOf(form, plain.instruction) : null,
    memory: memory === null ? null : partsOf(form, memory),
    immediateBytes: plain.instruction.immediateBytes,
  };
};

/** [rAX], [BX] or [rIP], of VSIB [rAX+xmm1]: what is around it is put in by others. */
const plainMemory = (form: Form, mode: Mode): Memory => {
  const indexClass = indexClassOf(form);
  const isWide = form.needs.has('MPX') || needsSib(form);
  const is16 = (form.addressSize === 0 ? mode : form.addressSize) === 16 && !isWide;
  if (is16) return { base: (RegisterClass.gpr16 << 5) + 3, displacement: 0 };
  const size = form.addressSize === 0 ? Math.max(mode, 32) : form.addressSize;
  if (form.needs.has('RIP-RELATIVE')) return { base: (RegisterClass.instructionPointer << 5) + 2, displacement: 0 };
  const base = (size === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32) << 5;
  return indexClass === 0 ? { base, displacement: 0 } : { base, index: (indexClass << 5) + 1, displacement: 0 };
};

/** Memory of the form has a SIB byte: VSIB, tiles. */
export const needsSib = (form: Form): boolean => indexClassOf(form) !== 0 || form.needs.has('SIB-NEEDED');

/** The class of VSIB's index, or 0. */
export const indexClassOf = ({ operands }: Form): number =>
  Math.max(0, ...operands.map((operand) => operand.indexClass));

const partsOf = (form: Form, instruction: Instruction): Parts => {
  const { map, opcode, modrm, sib, rex, prefixes, vexBytes, vvvv, mask } = instruction;
  const vex = vexOf(form);
  const evex = { ...plainEvex, mask };
  return {
    ...plainParts,
    prefixes: prefixBytes.filter(([bit]) => (prefixes & bit) !== 0).map(([, byte]) => byte),
    rex,
    vex: vex === null ? null : { ...vex, ...(vexBytes === 2 ? { encoding: 'vex2' } : {}), vvvv, evex },
    opcode: [...(escapes[map] ?? []), ...(map === suffixMap ? [] : [opcode])],
    suffix: map === suffixMap ? [opcode] : [],
    modrm,
    sib: sib < 0 ? plainParts.sib : sib,
    isDirect: form.immediateBytes < 0,
  };
};

/** VEX of three bytes, XOP or EVEX as the form wants it, with register 0 in vvvv; null where it has none. */
export const vexOf = (form: Form): VexParts | null =>
  isVectorMap(form.map)
    ? {
        encoding: encodings[encodingOf(form.map)] ?? 'vex3',
        map: numberOfMap(form.map),
        vvvv: 0,
        l: form.vectorLength >> 8,
        pp: Math.max(0, mandatory.indexOf(form.prefix)),
        evex: { ...plainEvex, mask: form.needs.has('MASK-REQUIRED') ? 1 : 0 },
      }
    : null;

const encodings: Readonly<Record<number, VexParts['encoding']>> = {
  [Encoding.vex]: 'vex3',
  [Encoding.xop]: 'xop',
  [Encoding.evex]: 'evex',
};

/** As pp numbers them. */
const mandatory: readonly Form['prefix'][] = ['NP', '66', 'F3', 'F2'];

const prefixBytes: readonly (readonly [bit: number, byte: number])[] = [
  [Prefix.repne, 0xf2],
  [Prefix.rep, 0xf3],
  [Prefix.lock, 0xf0],
  [Prefix.operandSize, 0x66],
  [Prefix.addressSize, 0x67],
];

/** By map. */
export const escapes: readonly (readonly number[])[] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a], [0x0f, 0x0f]];

/** An operand of the form is in ModRM.reg, which its opcode does not fix. */
export const hasFreeReg = ({ form }: Skeleton): boolean => form.hasModrm && form.reg < 0;

/** An operand of the form is in VEX.vvvv. */
export const hasVvvv = ({ operands }: Form): boolean => operands.some(({ place }) => place === 'vvvv');

/** ModRM.rm is free where a register or memory is. */
export const hasFreeRm = ({ form }: Skeleton): boolean => form.hasModrm && form.rm < 0;
