/** Where NASM names an instruction in other words than the SDM. */
import type { Instruction } from '../isa/instruction.ts';
import type { FormFacts } from './facts.ts';

const names: Readonly<Record<string, string>> = {
  // NASM's PUSHF and its kin take their size from the mode.
  pushf: 'pushfw',
  popf: 'popfw',
  pusha: 'pushaw',
  popa: 'popaw',
  iret: 'iretw',
};

/** Reserved NOPs are numbered by opcode and ModRM.reg: 0F 18 /0 is HINT_NOP0 (NASM manual, appendix F). */
const hintName = ({ opcode, modrm }: Instruction): string => `hint_nop${(opcode - 0x18) * 8 + ((modrm >> 3) & 7)}`;

/** The name NASM takes. */
export const nasmNameOf = (facts: FormFacts, instruction: Instruction): string =>
  facts.isReservedNop ? hintName(instruction) : (names[facts.name] ?? facts.name);

/** Branches, far pointers and PUSH say a size as a keyword: `call word 0x1234`, `push word 5`. */
export const namesSizeByKeyword = ({ form, isPush }: FormFacts): boolean =>
  isPush ||
  form.operands.some(({ place, encodedBits }) => place === 'far-pointer' || (place === 'relative' && encodedBits > 8));

/** MOV of an immediate to a 64-bit register, which NASM would make a shorter MOV to its low half. */
export const needsStrict = ({ form }: FormFacts): boolean =>
  form.mnemonic === 'MOV' && form.operandSize === 64 && form.operands[1]?.place === 'immediate';
