/** What the formatters need to know of each form, worked out once from its row. */
import type { Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';

export interface FormFacts {
  readonly form: Form;
  /** The mnemonic in lower case. */
  readonly name: string;
  /** `name` without the size letter of a string instruction. */
  readonly stem: string;
  readonly isString: boolean;
  /** Neither mnemonic nor operands show the operand size: other forms of the opcode differ in nothing else. */
  readonly hidesOperandSize: boolean;
  /** The same for the address size. */
  readonly hidesAddressSize: boolean;
  /** Far pointers in memory. */
  readonly isFarMemory: boolean;
  /** Some operand is memory at rSI, rDI or rBX: string instructions and XLAT. */
  readonly usesPointer: boolean;
  /** PUSH of an immediate. */
  readonly isPush: boolean;
  /** A segment register, or a selector, moves between 16 bits and a wider register. */
  readonly isSegmentMove: boolean;
  /** MOVZX, MOVSX, MOVSXD: source and destination differ in size. */
  readonly extends: boolean;
  /** Shifts and rotates: CL shows no size. */
  readonly isShift: boolean;
  /** NOP with two operands: 0F 18 to 0F 1F. */
  readonly isReservedNop: boolean;
  /** JMP rel8. */
  readonly isShortJump: boolean;
  /** CRC32: the destination does not show the size of the source. */
  readonly isChecksum: boolean;
  /** A selector or machine status word is read from a register, of which the low 16 bits count. */
  readonly readsSelector: boolean;
  /** Port I/O. */
  readonly isPort: boolean;
  /** All memory operands of the mnemonic have this one size. */
  readonly hasOneSize: boolean;
  /** A relative branch that also has rel8, or also has rel16 and rel32. */
  readonly hasShortForm: boolean;
  readonly hasNearForm: boolean;
}

const isHidden = (operand: OperandSpec): boolean =>
  operand.place === 'relative' ||
  operand.place === 'immediate' ||
  operand.place === 'far-pointer' ||
  /^m\d+[:&]/.test(operand.token) ||
  (operand.place === 'fixed' && operand.bits === 16 && /^[C-GS]S$/.test(operand.token));

const sameButSize = (a: Form, b: Form): boolean =>
  a !== b && a.mnemonic === b.mnemonic && a.map === b.map && a.opcode === b.opcode && a.reg === b.reg && a.rm === b.rm;

const factsOf = (form: Form): FormFacts => {
  const name = form.mnemonic.toLowerCase();
  const isString = form.operands.some((operand) => operand.place === 'string');
  const isXlat = name === 'xlatb';
  const rivals = forms.filter((other) => sameButSize(form, other));
  const showsNothing = form.operands.every(isHidden);
  return {
    form,
    name,
    stem: isString ? name.slice(0, -1) : name,
    isString: isString && !isXlat,
    hidesOperandSize:
      form.operandSize !== 0 && showsNothing && rivals.some((other) => other.operandSize !== form.operandSize),
    hidesAddressSize:
      isString ||
      (form.addressSize !== 0 &&
        !showsAddressSize(form) &&
        rivals.some((other) => other.addressSize !== form.addressSize)),
    isFarMemory:
      form.operands.some((operand) => operand.memory === 'must' && operand.token.includes(':')) &&
      form.operands.length === 1,
    usesPointer: form.operands.some((operand) => operand.place === 'string'),
    isPush:
      form.operands[0]?.place === 'immediate' &&
      form.implicit.some((operand) => operand.kind === 'push') &&
      form.operands.length === 1,
    isSegmentMove: form.operands.some(({ token }) => token === 'Sreg' || /^r\d+\/m16$/.test(token)),
    extends: /^MOV(ZX|SXD?)$/.test(form.mnemonic),
    isShift: form.flags.byCount !== undefined && form.operands.length === 2,
    isReservedNop: form.mnemonic === 'NOP' && form.operands.length === 2 && form.opcode >= 0x18,
    isShortJump: form.mnemonic === 'JMP' && form.operands[0]?.token === 'rel8',
    isChecksum: form.mnemonic === 'CRC32',
    readsSelector:
      form.operands.length === 1 &&
      form.operands.every(({ token, access }) => access === 'r' && /^r\d+\/m16$/.test(token)),
    isPort: form.needs.has('IOPL') && form.operands.some(({ token }) => token === 'DX'),
    hasOneSize: hasOneSize(form),
    hasShortForm: hasBranch(form, (bits) => bits === 8),
    hasNearForm: hasBranch(form, (bits) => bits > 8),
  };
};

/** Of the forms of a mnemonic that exist beside each other in a mode. */
const hasOneSize = (form: Form): boolean => {
  const excluded = form.needs.has('NO64') ? 'ONLY64' : form.needs.has('ONLY64') ? 'NO64' : '';
  const sizes = new Set(
    forms
      .filter(({ mnemonic, needs }) => mnemonic === form.mnemonic && ![...needs].some((need) => need === excluded))
      .flatMap(({ operands }) =>
        operands.filter(({ memory }) => memory !== 'never').map(({ memoryBits }) => memoryBits),
      ),
  );
  return sizes.size === 1;
};

const hasBranch = ({ mnemonic }: Form, isWidth: (bits: number) => boolean): boolean =>
  forms.some(
    (form) =>
      form.mnemonic === mnemonic &&
      form.operands.some((operand) => operand.place === 'relative' && isWidth(operand.encodedBits)),
  );

/** UMONITOR and MOVDIR64B name an address register. */
const showsAddressSize = (form: Form): boolean => form.operands.some((operand) => /^r\d/.test(operand.token));

/** By `Instruction.form`. */
export const formFacts: readonly FormFacts[] = forms.map(factsOf);

/** The operand size without prefixes, in bits: what a text need not say. */
export const defaultOperandSize = ({ mode, form }: Instruction): number => {
  if (mode !== 64) return mode;
  const { needs } = forms[form];
  return needs.has('D64') || needs.has('F64') ? 64 : 32;
};

/** The operand size where the text has to say it, else 0. */
export const unseenOperandSize = (instruction: Instruction): number =>
  formFacts[instruction.form].hidesOperandSize && instruction.operandSize !== defaultOperandSize(instruction)
    ? instruction.operandSize
    : 0;

/** The address size where the text has to say it, else 0. */
export const unseenAddressSize = (instruction: Instruction): number =>
  formFacts[instruction.form].hidesAddressSize && instruction.addressSize !== instruction.mode
    ? instruction.addressSize
    : 0;

/** The prefixes which mean something to this instruction, in the words that all three syntaxes share. */
export const prefixWords = (instruction: Instruction): string => {
  const { prefixes } = instruction;
  const { needs } = forms[instruction.form];
  const notrack = instruction.hintPrefix === 0x3e && needs.has('NOTRACK') ? 'notrack ' : '';
  if ((prefixes & (Prefix.lock | Prefix.rep | Prefix.repne)) === 0) return notrack;
  const isRep = (prefixes & Prefix.rep) !== 0;
  const isRepeat = isRep || (prefixes & Prefix.repne) !== 0;
  const lock = (prefixes & Prefix.lock) !== 0 ? 'lock ' : '';
  if (!isRepeat) return notrack + lock;
  if (needs.has('REP') && isRep) return 'rep ';
  if (needs.has('REP') || needs.has('REPE')) return isRep ? 'repe ' : 'repne ';
  if (needs.has('BND') && !isRep) return `${notrack}bnd `;
  return `${notrack}${elision(instruction, isRep)}${lock}`;
};

/** Hardware lock elision (SDM 2D XACQUIRE/XRELEASE). */
const elision = (instruction: Instruction, isRep: boolean): string => {
  if (instruction.operands[0] !== OperandKind.memory) return '';
  const { needs } = forms[instruction.form];
  const isLocked = (instruction.prefixes & Prefix.lock) !== 0 || needs.has('IMPLICIT-LOCK');
  if (needs.has('HLE') && isLocked) return isRep ? 'xrelease ' : 'xacquire ';
  return needs.has('XRELEASE') && isRep ? 'xrelease ' : '';
};
