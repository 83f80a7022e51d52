/** What AT&T syntax makes of each form: names other than the SDM's, suffixes, stars, the order of operands. */
import type { OperandSpec } from '../isa/form.ts';
import { type FormFacts, formFacts } from './facts.ts';

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
  /** b, w, l or q where that operand is memory and no register shows its size. */
  readonly memorySuffix: string;
}

const gasFormOf = (facts: FormFacts): GasForm => {
  const { form, isFarMemory } = facts;
  const [first] = form.operands;
  const isNearIndirect = first?.place === 'rm' && (form.needs.has('F64') || form.needs.has('NOTRACK'));
  const memoryOperand = form.operands.findIndex(({ place, memory }) => memory !== 'never' && place !== 'string');
  const name = isFarMemory || first?.place === 'far-pointer' ? `l${facts.name}` : nameOf(facts);
  return {
    name: form.operands.some(isImmediate64) ? `${name}abs` : name,
    wideName: facts.hasDirectAddress ? `${name}abs` : name,
    star: isFarMemory || isNearIndirect ? '*' : '',
    keepsIntelOrder: inIntelOrder.has(facts.name),
    sizeIsPrefix: isJump(facts) || withoutSuffix.has(facts.name),
    omitsDefaultSize: isNearIndirect,
    defaultSuffixIn64: sizedIn64.has(facts.name) ? suffixBySize(facts.defaultSizeIn64) : '',
    memoryOperand,
    memorySuffix: memoryOperand === -1 ? '' : memorySuffixOf(facts, memoryOperand),
  };
};

const isImmediate64 = ({ place, encodedBits }: OperandSpec): boolean => place === 'immediate' && encodedBits === 64;

const nameOf = (facts: FormFacts): string =>
  facts.name in extensions ? extensionOf(facts) : (names[facts.name] ?? facts.name);

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

/** The destination of these does not show the size of the source. */
const suffixedBesideRegister: ReadonlySet<string> = new Set(['crc32']);

/** Relative branches that push nothing. A suffix of LOOP would be the address size's; JNEL and JPW are no names. */
const isJump = ({ form }: FormFacts): boolean =>
  form.operands[0]?.place === 'relative' && !form.needs.has('FULL-TARGET') && form.implicit.every(pushesNothing);

const pushesNothing = ({ kind }: { readonly kind: string }): boolean => kind !== 'push';

const memorySuffixOf = ({ form, name, isShift, hasOneSize }: FormFacts, memoryOperand: number): string => {
  const hasRegister = form.operands.some(({ registerClass }, k) => k !== memoryOperand && registerClass !== 0);
  const showsSize = hasRegister && !isShift && !suffixedBesideRegister.has(name);
  return showsSize || hasOneSize ? '' : suffixBySize(form.operands[memoryOperand].memoryBits);
};

const suffixes: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };

/** The suffix of a size in bits; '' where it has none. */
export const suffixBySize = (bits: number): string => suffixes[bits] ?? '';

/** By `Instruction.form`. */
export const gasForms: readonly GasForm[] = formFacts.map(gasFormOf);
