/** What AT&T syntax makes of each form: names other than the SDM's, suffixes, stars, the order of operands. */
import type { OperandSpec } from '../isa/form.ts';
import { onceByForm } from '../isa/once-by-form.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';
import { type FormFacts, factsOf, namesakesOf } from './facts.ts';

export interface GasForm {
  /** The name before its suffix. */
  readonly name: string;
  /** The same where a direct address has 64 bits. */
  readonly wideName: string;
  /** A star before the operand: near jumps and calls through a register or memory, and far ones through memory. */
  readonly star: '' | '*';
  /** ENTER and BOUND are written in Intel's order. */
  readonly keepsIntelOrder: boolean;
  /** The operand size that nothing else shows is a prefix here, for GNU as has no suffix. */
  readonly sizeIsPrefix: boolean;
  /** No suffix where the operand size is the default one. */
  readonly omitsDefaultSize: boolean;
  /** The suffix in 64-bit mode where the operand size is the default one. */
  readonly defaultSuffixIn64: string;
  /** The operand that is memory or may be, or -1. */
  readonly memoryOperand: number;
  /** b, w, l or q, of vectors x, y or z, where that operand is memory and no register shows its size. */
  readonly memorySuffix: string;
  /** The suffix is x, y or z: a broadcast shows it as well. */
  readonly isVectorSuffix: boolean;
  /** Operands that are written, and the first of them: comparisons with the top of the x87's stack do not write that. */
  readonly operandCount: number;
  readonly firstOperand: number;
}

const readGasForm = (facts: FormFacts): GasForm => {
  const { form, isFarMemory } = facts;
  const [first] = form.operands;
  const isNearIndirect = first?.place === 'rm' && (form.needs.has('F64') || form.needs.has('NOTRACK'));
  const memoryOperand = form.operands.findIndex(({ place, memory }) => memory !== 'never' && place !== 'string');
  const memorySuffix = memoryOperand === -1 ? '' : memorySuffixOf(facts, memoryOperand);
  const hidesTop = leavesTopOut.has(facts.name) && form.operands.length === 2;
  const name = isFarMemory || first?.place === 'far-pointer' ? `l${facts.name}` : nameOf(facts);
  return {
    name: form.operands.length > 1 && form.operands.some(isImmediate64) ? `${name}abs` : name,
    wideName: facts.hasDirectAddress ? `${name}abs` : name,
    star: isFarMemory || isNearIndirect ? '*' : '',
    keepsIntelOrder: inIntelOrder.has(facts.name),
    sizeIsPrefix: isJump(facts) || withoutSuffix.has(facts.name),
    omitsDefaultSize: isNearIndirect,
    defaultSuffixIn64: sizedIn64.has(facts.name) ? suffixBySize(facts.defaultSizeIn64) : '',
    memoryOperand,
    memorySuffix,
    isVectorSuffix: /^[xyz]$/.test(memorySuffix),
    operandCount: form.operands.length - (hidesTop ? 1 : 0),
    firstOperand: hidesTop && form.operands[0]?.place === 'fixed' ? 1 : 0,
  };
};

const isImmediate64 = ({ place, encodedBits }: OperandSpec): boolean => place === 'immediate' && encodedBits === 64;

const nameOf = (facts: FormFacts): string => {
  if (facts.isLaterVex && namesakesOf(facts.form).some(({ map }) => encodingOf(map) === Encoding.evex))
    return `{vex} ${facts.name}`;
  if (facts.name in extensions) return extensionOf(facts);
  if (facts.isX87 && isToStack(facts)) return reversed.get(facts.name) ?? facts.name;
  return (facts.isString ? stringNames : names)[facts.name] ?? facts.name;
};

const isToStack = ({ form: { operands } }: FormFacts): boolean =>
  operands[0]?.token === 'ST(i)' && operands[1]?.place === 'fixed';

/** AT&T's assembler had these two the wrong way round where ST(i) is the destination, and they stayed so (as manual, 9.16.16). */
const reversed: ReadonlyMap<string, string> = new Map(
  ['fsub', 'fdiv'].flatMap((stem) => [
    [stem, `${stem}r`],
    [`${stem}r`, stem],
    [`${stem}p`, `${stem}rp`],
    [`${stem}rp`, `${stem}p`],
  ]),
);

/** Moves, exchanges and comparisons with ST(0) name the other register only; those that set flags name both. */
const leavesTopOut: ReadonlySet<string> = new Set(
  'fld fst fstp fstpnce fxch fcom fcomp fucom fucomp ffree ffreep'.split(' '),
);

const names: Readonly<Record<string, string>> = {
  cbw: 'cbtw',
  cwde: 'cwtl',
  cdqe: 'cltq',
  cwd: 'cwtd',
  cdq: 'cltd',
  cqo: 'cqto',
  retf: 'lret',
  pushf: 'pushfw',
  popf: 'popfw',
  pushfd: 'pushfl',
  popfd: 'popfl',
  pusha: 'pushaw',
  popa: 'popaw',
  pushad: 'pushal',
  popad: 'popal',
  iret: 'iretw',
  iretd: 'iretl',
  xlatb: 'xlat',
  fstpnce: 'fstp',
};

const stringNames: Readonly<Record<string, string>> = {
  movsd: 'movsl',
  stosd: 'stosl',
  lodsd: 'lodsl',
  cmpsd: 'cmpsl',
  scasd: 'scasl',
  insd: 'insl',
  outsd: 'outsl',
};

/** Moves that extend: the sizes of source and destination follow these stems, as in `movzbl`. */
const extensions: Readonly<Record<string, string>> = { movzx: 'movz', movsx: 'movs', movsxd: 'movs' };

const extensionOf = ({ form, name }: FormFacts): string => {
  const [to, from] = form.operands;
  const [toBits, fromBits] = [to?.bits ?? 0, from?.memoryBits ?? 0];
  // MOVSXD without REX.W extends nothing.
  if (name === 'movsxd' && toBits === fromBits) return name;
  return `${extensions[name]}${suffixBySize(fromBits)}${suffixBySize(toBits)}`;
};

const inIntelOrder: ReadonlySet<string> = new Set(['enter', 'bound']);

/** Suffixed, these would be other words or none. */
const withoutSuffix: ReadonlySet<string> = new Set(['nop']);

/** GNU as calls these ambiguous without a suffix. */
const sizedIn64: ReadonlySet<string> = new Set(['sysret', 'sysexit']);

/** Relative branches that push nothing. A suffix of LOOP would be the address size's; JNEL and JPW are no names. */
const isJump = ({ form }: FormFacts): boolean =>
  form.operands[0]?.place === 'relative' && !form.needs.has('FULL-TARGET') && form.implicit.every(pushesNothing);

const pushesNothing = ({ kind }: { readonly kind: string }): boolean => kind !== 'push';

const memorySuffixOf = (facts: FormFacts, memoryOperand: number): string => {
  const { form, isShift, hasOneSize, isX87 } = facts;
  const bits = form.operands[memoryOperand].memoryBits;
  if (hasOneSize) return '';
  if (isX87) return isInteger(facts) ? integerSuffixBySize(bits) : realSuffixBySize(bits);
  if (facts.hasAmbiguousMemory && !(facts.name in extensions)) return vectorSuffixes[bits] ?? suffixBySize(bits);
  const hasRegister = form.operands.some(({ registerClass }, k) => k !== memoryOperand && registerClass !== 0);
  return hasRegister && !isShift ? '' : suffixBySize(bits);
};

const vectorSuffixes: Readonly<Record<number, string>> = { 128: 'x', 256: 'y', 512: 'z' };

/** Escapes DA, DB, DE and DF hold the integers (SDM 2D table A-7 on), and FISTTP that of 64 bits. */
const isInteger = ({ form }: FormFacts): boolean =>
  namesakesOf(form).some(
    ({ opcode, operands }) => (opcode & 2) !== 0 && operands.some(({ bits }) => bits === 32 || bits === 16),
  );

/** Integers, and x87 environments by the operand size. */
export const integerSuffixBySize = (bits: number): string => integerSuffixes[bits] ?? '';

const integerSuffixes: Readonly<Record<number, string>> = { 16: 's', 32: 'l', 64: 'll' };
const realSuffixes: Readonly<Record<number, string>> = { 16: 's', 32: 's', 64: 'l', 80: 't' };

const realSuffixBySize = (bits: number): string => realSuffixes[bits] ?? '';

const suffixes: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };

/** The suffix of a size in bits; '' where it has none. */
export const suffixBySize = (bits: number): string => suffixes[bits] ?? '';

/** By `Instruction.form`. */
export const gasFormOf = onceByForm(({ id }) => readGasForm(factsOf(id)));
