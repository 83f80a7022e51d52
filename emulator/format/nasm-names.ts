/** What NASM makes of each form: names other than the SDM's, and where it wants sizes and distances as keywords. */
import type { Form } from '../isa/form.ts';
import type { Instruction } from '../isa/instruction.ts';
import { onceByForm } from '../isa/once-by-form.ts';
import { suffixMap } from '../isa/opcode-map.ts';
import { RegisterClass } from '../isa/registers.ts';
import { type FormFacts, factsOf } from './facts.ts';
import type { PseudoOps } from './pseudo-ops.ts';

export interface NasmForm {
  readonly name: string;
  /** The first operand that the text has: beside another register of the stack, ST0 goes without saying. */
  readonly firstOperand: number;
  /** The operand behind the last that the text has: names and prefixes alone tell string instructions apart. */
  readonly operandEnd: number;
  /** Branches, far pointers and PUSH say a size as a keyword: `call word 0x1234`, `push word 5`. */
  readonly namesSizeByKeyword: boolean;
  /** An immediate is loaded into 64 bits, which NASM would make a shorter load of the low half. */
  readonly needsStrict: boolean;
  /**
   * A selector, or the machine status word, is 16 bits whatever the operand size: a prefix keeps the size that was
   * encoded, always where it is read, and before memory where it is written, for a register written shows the size.
   */
  readonly keepsSize: 'always' | 'to memory' | 'never';
  /** Those names by the immediate that NASM knows. */
  readonly pseudoOps: PseudoOps;
  /** A register beside it, or a broadcast, shows the size of the memory: with a word NASM finds no form. */
  readonly impliesSize: boolean;
}

const readNasmForm = (facts: FormFacts): NasmForm => ({
  name: nameOf(facts),
  firstOperand: isStackTop(facts.form, 0) && facts.form.operands.length === 2 ? 1 : 0,
  operandEnd: facts.usesPointer ? 0 : facts.isReservedNop || isStackTop(facts.form, 1) ? 1 : facts.form.operands.length,
  namesSizeByKeyword: facts.isPush || facts.form.operands.some(isFarOrNear),
  needsStrict: loadsImmediate64(facts.form),
  keepsSize: keepsSize(facts),
  pseudoOps: unknownPseudoOps.test(facts.name) ? null : facts.pseudoOps,
  impliesSize: !facts.hasAmbiguousMemory && !facts.isLaterVex && facts.form.operands.some(isVector),
});

/** `fadd to st1`, where the other register is the destination; what pops has a name of its own. */
const nameOf = ({ form, name }: FormFacts): string => {
  const known = (form.map === suffixMap ? suffixNames : names)[name] ?? name;
  return isStackTop(form, 1) && !name.endsWith('p') ? `${known} to` : known;
};

const isStackTop = ({ operands }: Form, k: number): boolean => operands[k]?.token === 'ST0';

/** AMD's comparisons, and those of half precision. */
const unknownPseudoOps = /^vpcom|^vcmp[ps]h$/;

const isVector = ({ registerClass }: Form['operands'][number]): boolean =>
  registerClass >= RegisterClass.mm && registerClass <= RegisterClass.mask;

const names: Readonly<Record<string, string>> = {
  // NASM's PUSHF and its kin take their size from the mode.
  pushf: 'pushfw',
  popf: 'popfw',
  pusha: 'pushaw',
  popa: 'popaw',
  iret: 'iretw',
  fnsetpm: 'fsetpm',
};

/** AMD's PMULHRW, which is not Cyrix's. */
const suffixNames: Readonly<Record<string, string>> = { pmulhrw: 'pmulhrwa' };

const isFarOrNear = ({ place, encodedBits }: Form['operands'][number]): boolean =>
  place === 'far-pointer' || (place === 'relative' && encodedBits > 8);

const loadsImmediate64 = ({ operandSize, operands: [to, from, ...others] }: Form): boolean =>
  operandSize === 64 && to?.access === 'w' && from?.place === 'immediate' && others.length === 0;

const keepsSize = ({ form: { operands }, readsSelector }: FormFacts): NasmForm['keepsSize'] => {
  const [to, from] = operands;
  if (readsSelector || to?.token === 'Sreg') return 'always';
  return from?.token === 'Sreg' || (operands.length === 1 && isSelector(to)) ? 'to memory' : 'never';
};

const isSelector = ({ token }: Form['operands'][number]): boolean => /^r\d+\/m16$/.test(token);

/** Reserved NOPs are numbered by opcode and ModRM.reg: 0F 18 /0 is HINT_NOP0 (NASM manual, appendix F). */
export const hintName = ({ opcode, modrm }: Instruction): string =>
  `hint_nop${(opcode - 0x18) * 8 + ((modrm >> 3) & 7)}`;

/** By `Instruction.form`. */
export const nasmFormOf = onceByForm(({ id }) => readNasmForm(factsOf(id)));
