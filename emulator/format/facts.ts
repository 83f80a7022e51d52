/** What the formatters need to know of each form, worked out once from its row. */
import { isPromoted } from '../isa/apx.ts';
import type { Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import type { Need } from '../isa/needs.ts';
import { onceByForm } from '../isa/once-by-form.ts';
import { Encoding, encodingOf, firstEvexMap } from '../isa/opcode-map.ts';
import { NO_REGISTER, Register, registerName } from '../isa/registers.ts';
import { roundingPlaceOf } from './decorations.ts';
import { type EvexNeed, evexNeedOf } from './promotion.ts';
import { type PseudoOps, pseudoOpsOf } from './pseudo-ops.ts';

export interface FormFacts {
  readonly form: Form;
  readonly specs: readonly OperandSpec[];
  /** EVEX's or MVEX's: there may be masks, broadcasts and the like beside operands. */
  readonly isDecorated: boolean;
  /** Names and prefixes of what APX promotes have more to say. */
  readonly isPromoted: boolean;
  /** Operands show all of it: sizes and segments. */
  readonly showsAll: boolean;
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
  /** Memory that no operand shows is in DS, or in the segment of an override. */
  readonly readsUnseenMemory: boolean;
  /** Some operand is a direct address. */
  readonly hasDirectAddress: boolean;
  /** Shifts and rotates: CL shows no size. */
  readonly isShift: boolean;
  /** Neither read nor written, and two: the reserved NOPs 0F 18 to 0F 1F. */
  readonly isReservedNop: boolean;
  /** JMP rel8: a short branch that MPX knows and no flag decides. */
  readonly isShortJump: boolean;
  /** A selector or machine status word is read from a register, of which the low 16 bits count. */
  readonly readsSelector: boolean;
  /** Port I/O. */
  readonly isPort: boolean;
  /** All memory operands of the mnemonic have this one size. */
  readonly hasOneSize: boolean;
  /** A relative branch that also has rel8, or also has rel16 and rel32. */
  readonly hasShortForm: boolean;
  readonly hasNearForm: boolean;
  /** The target is not cut to the operand size. */
  readonly hasFullTarget: boolean;
  /** The operand size in 64-bit mode without prefixes. */
  readonly defaultSizeIn64: 32 | 64;
  /** Another form of the mnemonic differs in the size of its memory alone: CRC32, VCVTSI2SD, VCVTPD2PS, VFPCLASSPS. */
  readonly hasAmbiguousMemory: boolean;
  /** Assemblers make EVEX of the mnemonic unless they are told to make VEX. */
  readonly isLaterVex: boolean;
  /** Names by the immediate, which is then not written. */
  readonly pseudoOps: PseudoOps;
  /** The operand before which `{rn-sae}` stands, or -1. */
  readonly roundingPlace: number;
  /** Where the text of what APX promotes has to say so. */
  readonly evexNeed: EvexNeed;
  /** The x87's: its operands and suffixes have rules of their own. */
  readonly isX87: boolean;
}

const isHidden = (operand: OperandSpec): boolean =>
  operand.place === 'relative' ||
  operand.place === 'immediate' ||
  operand.place === 'far-pointer' ||
  /^m\d+[:&]/.test(operand.token) ||
  (operand.memory === 'must' && operand.memoryBits > 0 && !wordSizes.has(operand.memoryBits)) ||
  (operand.place === 'fixed' && operand.bits === 16 && /^[C-GS]S$/.test(operand.token));

/** Sizes of memory for which some syntax has a word; x87 environments have none. */
const wordSizes: ReadonlySet<number> = new Set([8, 16, 32, 48, 64, 80, 128, 256, 512]);

const sameButSize = (a: Form, b: Form): boolean =>
  a !== b && a.map === b.map && a.opcode === b.opcode && a.reg === b.reg && a.rm === b.rm;

let formsByMnemonic: ReadonlyMap<string, readonly Form[]> | null = null;

const groupByMnemonic = (): ReadonlyMap<string, readonly Form[]> => {
  const groups = new Map<string, Form[]>();
  for (const form of forms) {
    const named = groups.get(form.mnemonic);
    if (named === undefined) groups.set(form.mnemonic, [form]);
    else named.push(form);
  }
  return groups;
};

/** All forms of the mnemonic, this one among them. */
export const namesakesOf = ({ mnemonic }: Form): readonly Form[] => {
  formsByMnemonic ??= groupByMnemonic();
  return formsByMnemonic.get(mnemonic) ?? [];
};

const readFacts = (form: Form): FormFacts => {
  const name = form.mnemonic.toLowerCase();
  const usesPointer = form.operands.some((operand) => operand.place === 'string');
  const isString = usesPointer && form.operands.every((operand) => operand.fixed !== OperandKind.memoryXlat);
  const rivals = namesakesOf(form).filter((other) => sameButSize(form, other));
  const showsNothing = form.operands.every(isHidden);
  const hidden = hiddenOf(form, rivals, showsNothing, usesPointer);
  const readsUnseenMemory = form.implicit.some(({ kind, register }) => kind === 'memory' && overridable.has(register));
  const hasDirectAddress = form.operands.some((operand) => operand.place === 'moffs');
  return {
    form,
    specs: form.operands,
    isDecorated: form.map >= firstEvexMap,
    isPromoted: isPromoted(form),
    showsAll: !hidden.operandSize && !hidden.addressSize && !readsUnseenMemory && !hasDirectAddress && !usesPointer,
    name,
    stem: isString ? name.slice(0, -1) : name,
    isString,
    hidesOperandSize: hidden.operandSize,
    hidesAddressSize: hidden.addressSize,
    isFarMemory:
      form.operands.some((operand) => operand.memory === 'must' && /^m\d+:/.test(operand.token)) &&
      form.operands.length === 1,
    usesPointer,
    isPush:
      form.operands[0]?.place === 'immediate' &&
      form.implicit.some((operand) => operand.kind === 'push') &&
      form.operands.length === 1,
    readsUnseenMemory,
    hasDirectAddress,
    isShift: form.flags.byCount !== undefined && form.operands.length === 2,
    isReservedNop: form.needs.has('UNEVALUATED') && form.operands.length === 2 && isReservedNopOpcode(form),
    isShortJump: form.needs.has('BND') && form.flags.read === '' && form.operands[0]?.token === 'rel8',
    readsSelector: [form, ...rivals].some(readsSelector),
    isPort: form.needs.has('IOPL') && form.operands.some(({ token }) => token === 'DX'),
    hasOneSize: hasOneSize(form),
    hasShortForm: hasBranch(form, (bits) => bits === 8),
    hasNearForm: hasBranch(form, (bits) => bits > 8),
    hasFullTarget: form.needs.has('FULL-TARGET'),
    defaultSizeIn64: form.needs.has('D64') || form.needs.has('F64') ? 64 : 32,
    hasAmbiguousMemory: hasAmbiguousMemory(form),
    isLaterVex: encodingOf(form.map) === Encoding.vex && laterFeatures.some((feature) => form.needs.has(feature)),
    pseudoOps: pseudoOpsOf(form),
    roundingPlace: roundingPlaceOf(form),
    evexNeed: evexNeedOf(form, namesakesOf(form)),
    isX87: isX87(form),
  };
};

/** Sizes in which forms of the opcode differ though their texts do not. */
const hiddenOf = (
  form: Form,
  rivals: readonly Form[],
  showsNothing: boolean,
  usesPointer: boolean,
): { readonly operandSize: boolean; readonly addressSize: boolean } => ({
  operandSize:
    form.operandSize !== 0 &&
    rivals.some((other) => other.operandSize !== form.operandSize && (showsNothing || hasSameOperands(form, other))),
  addressSize:
    usesPointer ||
    form.implicit.some(({ kind, register }) => kind === 'memory' && register === 'di') ||
    (form.addressSize !== 0 &&
      !showsAddressSize(form) &&
      rivals.some((other) => other.addressSize !== form.addressSize)),
});

/** What had EVEX forms, or forms in EVEX's style, before it had these (SDM 1 5.32 on). */
const laterFeatures: readonly Need[] = ['AVX-VNNI', 'AVX-IFMA', 'AVX-NE-CONVERT', 'AVX-VNNI-INT8'];

const hasAmbiguousMemory = (form: Form): boolean => {
  const place = form.operands.findIndex(({ place, memory }) => memory !== 'never' && place !== 'string');
  const bits = form.operands[place]?.memoryBits;
  return namesakesOf(form).some(
    ({ map, operands }) =>
      place >= 0 &&
      encodingOf(map) === encodingOf(form.map) &&
      operands.length === form.operands.length &&
      operands[place].memoryBits !== bits &&
      operands[place].memoryBits !== 0 &&
      operands.every((other, k) => k === place || isAlike(other, form.operands[k])),
  );
};

const isAlike = (one: OperandSpec, other: OperandSpec): boolean =>
  one.registerClass === other.registerClass && one.fixed === other.fixed && one.place === other.place;

/** Written alike, too: PCMPESTRI with REX.W and without. */
const hasSameOperands = (form: Form, { operands }: Form): boolean =>
  form.operands.length > 0 &&
  form.operands.length === operands.length &&
  form.operands.every(({ token }, k) => token === operands[k].token);

/** SDM 2D tables: escapes D8 to DF. */
const isX87 = ({ map, opcode }: Form): boolean => map === 0 && opcode >= 0xd8 && opcode <= 0xdf;

/** A wider register than the 16 bits that are read: some form of the opcode says so. */
const readsSelector = ({ operands }: Form): boolean =>
  operands.length === 1 && operands.every(({ token, access }) => access === 'r' && /^r\d+\/m16$/.test(token));

/** rAX of MONITOR and CLZERO, rDI of MASKMOVQ, ModRM.rm of UMONITOR. */
const overridable: ReadonlySet<string> = new Set(['ax', 'di', 'rm']);

/** SDM 2D table A-3: 0F 18 to 0F 1F. */
const isReservedNopOpcode = ({ map, opcode }: Form): boolean => map === 1 && opcode >= 0x18 && opcode <= 0x1f;

/** Of the forms of a mnemonic that exist beside each other in a mode, in one encoding. */
const hasOneSize = (form: Form): boolean => {
  const excluded = form.needs.has('NO64') ? 'ONLY64' : form.needs.has('ONLY64') ? 'NO64' : '';
  const sizes = new Set(
    namesakesOf(form)
      .filter(
        ({ needs, map }) => encodingOf(map) === encodingOf(form.map) && ![...needs].some((need) => need === excluded),
      )
      .flatMap(({ operands }) =>
        operands.filter(({ memory }) => memory !== 'never').map(({ memoryBits }) => memoryBits),
      ),
  );
  return sizes.size === 1;
};

const hasBranch = (form: Form, isWidth: (bits: number) => boolean): boolean =>
  namesakesOf(form).some(({ operands }) =>
    operands.some((operand) => operand.place === 'relative' && isWidth(operand.encodedBits)),
  );

/** UMONITOR and MOVDIR64B name an address register. */
const showsAddressSize = (form: Form): boolean => form.operands.some((operand) => /^r\d/.test(operand.token));

/** By `Instruction.form`. */
export const factsOf = onceByForm(readFacts);

/** The operand size without prefixes, in bits: what a text need not say. */
export const defaultOperandSize = ({ mode, form }: Instruction): number =>
  mode === 64 ? factsOf(form).defaultSizeIn64 : mode;

/** The operand size where the text has to say it, else 0. */
export const unseenOperandSize = (instruction: Instruction): number =>
  factsOf(instruction.form).hidesOperandSize && instruction.operandSize !== defaultOperandSize(instruction)
    ? instruction.operandSize
    : 0;

/** The address size where the text has to say it, else 0. */
export const unseenAddressSize = (instruction: Instruction): number =>
  factsOf(instruction.form).hidesAddressSize && instruction.addressSize !== instruction.mode
    ? instruction.addressSize
    : 0;

/** The address size where neither a register nor, as in NASM, a keyword shows it, else 0. */
export const unseenDirectSize = (instruction: Instruction): number => {
  const { usesPointer, hasDirectAddress } = factsOf(instruction.form);
  if (hasDirectAddress) return instruction.addressSize === instruction.mode ? 0 : instruction.addressSize;
  return usesPointer ? 0 : unseenAddressSize(instruction);
};

/** The segment override of memory that no operand shows, as a prefix. */
export const unseenSegment = ({ form, segmentOverride }: Instruction): string =>
  segmentOverride === NO_REGISTER || segmentOverride === Register.ds || !factsOf(form).readsUnseenMemory
    ? ''
    : `${registerName(segmentOverride)} `;

/** The prefixes which mean something to this instruction, in the words that all three syntaxes share. */
export const prefixWords = (instruction: Instruction): string => {
  const { prefixes, hintPrefix } = instruction;
  if (hintPrefix === 0 && (prefixes & (Prefix.lock | Prefix.rep | Prefix.repne)) === 0) return '';
  const { needs } = forms[instruction.form];
  const notrack = hintPrefix === 0x3e && needs.has('NOTRACK') ? 'notrack ' : '';
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
