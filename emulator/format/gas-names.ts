/** Where AT&T syntax names an instruction in other words than the SDM, or orders its operands in another way. */
import type { FormFacts } from './facts.ts';

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

const suffixes: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };

/** The suffix of a size in bits; '' where it has none. */
export const suffixBySize = (bits: number): string => suffixes[bits] ?? '';

/** Branches on rCX: a suffix would be the address size's, so that the operand size is a prefix. */
export const suffixIsAddressSize = ({ form }: FormFacts): boolean => form.addressSize !== 0;

/** The name before its suffix. */
export const gasNameOf = (facts: FormFacts): string => {
  const { form, name, isFarMemory } = facts;
  const isFar = isFarMemory || form.operands[0]?.place === 'far-pointer';
  if (isFar) return `l${name}`;
  if (facts.extends) return extension(facts);
  return names[name] ?? name;
};

/** `movzbl`: both sizes in the name. */
const extension = ({ form, name }: FormFacts): string => {
  const [to, from] = form.operands;
  // MOVSXD without REX.W extends nothing.
  if (name === 'movsxd' && from?.memoryBits === to?.bits) return name;
  return `${name.slice(0, 4)}${suffixBySize(from?.memoryBits ?? 0)}${suffixBySize(to?.bits ?? 0)}`;
};

/** Near jumps and calls through a register or memory have a star. */
export const isIndirect = ({ form, isFarMemory }: FormFacts): boolean =>
  isFarMemory ||
  (form.needs.has('F64') && form.operands[0]?.place === 'rm') ||
  (form.needs.has('NOTRACK') && form.operands[0]?.place === 'rm');

/** ENTER and BOUND are written in Intel's order. */
export const keepsIntelOrder = ({ form }: FormFacts): boolean => form.mnemonic === 'ENTER' || form.mnemonic === 'BOUND';
