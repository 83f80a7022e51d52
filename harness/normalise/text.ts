/**
 * Brings the text of two implementations, in one syntax, to a form in which equal means equal. Each rule below says
 * what it loosens and why nothing that decoding decides is lost: never a register, a size, a displacement or an
 * immediate.
 */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Syntax } from '../subject.ts';
import { parseText, type TextContext, type TextInstruction, type TextOperand } from './parse-text.ts';
import { printText } from './print-text.ts';
import {
  dropDefaultSegment,
  dropZeroIndex,
  nameAddressSize,
  nameLoneIndex,
  nameStringAddress,
  readAbsolute,
  wrapAddress,
} from './text-address.ts';
import { nameGathered, readLlvmFar, readSigned } from './text-llvm.ts';
import {
  bitsOfSize,
  canonicalName,
  gprBits,
  hasOneMemorySize,
  isSegment,
  isString,
  vectorBits,
  word,
} from './text-names.ts';
import { nameSize, nameStringSize } from './text-size.ts';
import { dropFixedRegister, markScalar, nameStackTop, unmarkScalar } from './text-stack.ts';
import {
  dropOnlySuffix,
  dropVectorMemorySize,
  nameBroadcast,
  nameElementRegister,
  writeChoice,
} from './text-vector.ts';

/** Text that cannot be read is returned with its spaces collapsed, and so differs from any that can. */
export function normaliseText(text: string, syntax: Syntax, subject: string, mode: Mode): string {
  const instruction = parseText(text, syntax);
  if (instruction === null) return text.trim().replace(/\s+/g, ' ');
  const context = { syntax, subject, mode };
  for (const { apply } of rules) apply(instruction, context);
  return printText(instruction);
}

interface Rule {
  /** What is loosened, and why it hides nothing. */
  readonly why: string;
  readonly apply: (instruction: TextInstruction, context: TextContext) => void;
}

const rules: readonly Rule[] = [
  { why: 'MOVSD and CMPSD of vectors are told from the string instructions by their operands', apply: markScalar },
  { why: 'ST(0) beside another register of the stack goes without saying in most manuals', apply: nameStackTop },
  { why: 'XMM0 that the opcode fixes is an operand to some', apply: dropFixedRegister },
  {
    why: 'a bare number in AT&T syntax is a target of a branch, and of others the absolute address of memory',
    apply: readAbsolute,
  },
  { why: 'a far pointer is written selector:offset or, in Intel syntax, offset, selector', apply: readFar },
  { why: "LLVM has AT&T's name and order of a far pointer in Intel syntax", apply: readLlvmFar },
  { why: 'riz and eiz stand for no index: an encoding, not an address', apply: dropZeroIndex },
  {
    why: 'the address size is read off the registers, a word in brackets or a prefix, and kept as one fact',
    apply: nameAddressSize,
  },
  {
    why: 'an operand size that no operand shows is a suffix, a prefix or a keyword: kept as one fact',
    apply: nameSize,
  },
  { why: 'jz is je: the SDM lists both names for one opcode', apply: renameMnemonic },
  { why: 'movs BYTE PTR is movsb: the size moves from the operand into the name', apply: nameStringSize },
  {
    why: 'NASM writes the address size and segment of string instructions as prefixes: kept as operands are',
    apply: nameStringAddress,
  },
  {
    why: 'the size of a memory operand is implied by a register operand of that size, or by the mnemonic',
    apply: dropImpliedSize,
  },
  {
    why: 'a broadcast is a word, a count or both: in Intel syntax element and registers tell the count, in NASM they tell the element',
    apply: nameBroadcast,
  },
  {
    why: 'NASM may leave out a size of vector memory which mnemonic and registers tell',
    apply: dropVectorMemorySize,
  },
  {
    why: 'outside 64-bit mode conversions from integers have one size, which AT&T may leave out',
    apply: dropOnlySuffix,
  },
  {
    why: 'moves of an element from or to a general register use its low bits or clear the rest, however it is called',
    apply: nameElementRegister,
  },
  {
    why: 'names that stand for an immediate are that immediate: VCMPLTPS is VCMPPS with 1',
    apply: writeChoice,
  },
  {
    why: 'a segment that is the default one anyway, or that 64-bit mode (SDM 1 3.3.4) or LEA ignores, changes no address',
    apply: dropDefaultSegment,
  },
  {
    why: 'MOV to a segment register, LAR, LSL, LLDT, LTR, LMSW, LKGS, VERR, VERW read 16 bits, however the register is called',
    apply: nameWordSource,
  },
  {
    why: 'NOP accesses no operand (SDM 2B NOP): objdump and ndisasm print r/m only, with a size or without',
    apply: dropNopRegister,
  },
  {
    why: 'ndisasm writes `byte` before the memory of a MOVZX or MOVSX to 16 bits not, and knows no other there',
    apply: sizeMovx,
  },
  {
    why: 'ndisasm prints an index without scale and base as a base: the same register in the same sum',
    apply: nameLoneIndex,
  },
  {
    why: 'XCHG of the accumulator with itself is NOP (SDM 2B NOP), save where it clears the upper half of RAX',
    apply: nameNop,
  },
  { why: 'MONITOR and MWAIT may name their fixed registers; the address size is kept', apply: dropMonitorRegisters },
  { why: 'IMUL of a register with itself may name it once', apply: repeatDestination },
  { why: 'AT&T and LLVM may leave out the 1 of a shift by one', apply: addShiftCount },
  { why: 'LLVM writes gathered elements with their size together, where the SDM has that of one', apply: nameGathered },
  { why: 'LLVM writes constants with a sign, which says nothing of their bits', apply: readSigned },
  { why: 'debug registers are dr0 to Intel and db0 to AT&T', apply: renameDebugRegister },
  { why: 'numbers are compared modulo the width of what they are added to', apply: wrapNumbers },
  {
    why: 'XCHG and TEST have no order of operands (SDM 2): NASM swaps them, and LLVM those of XCHG',
    apply: sortSymmetric,
  },
  {
    why: 'prefixes without effect are printed by some; those with one are kept, in one order',
    apply: keepEffectivePrefixes,
  },
  { why: 'the mark of MOVSD and CMPSD has done its work', apply: unmarkScalar },
];

function readFar(instruction: TextInstruction, { syntax }: TextContext): void {
  const { mnemonic, operands } = instruction;
  const [first, second] = operands;
  if (syntax === 'intel' && /^(?:call|jmp)$/.test(mnemonic) && first?.kind === 'number' && second?.kind === 'number') {
    instruction.operands = [{ kind: 'far-pointer', selector: second.value, offset: first.value }];
  }
}

function renameMnemonic(instruction: TextInstruction): void {
  const [name = '', ...sizes] = instruction.mnemonic.split(/(?=\.)/);
  instruction.mnemonic = canonicalName(name) + sizes.join('');
}

function dropImpliedSize({ mnemonic, operands }: TextInstruction): void {
  const fixed = hasOneMemorySize(nameOf(mnemonic));
  for (const operand of operands) {
    if (operand.kind !== 'memory') continue;
    if (fixed || operands.some((other) => other.kind === 'register' && implies(other.name, operand.size)))
      operand.size = '';
  }
}

function implies(register: string, size: string): boolean {
  const bits = gprBits(register) || vectorBits(register);
  return isSegment(register) || (bits !== 0 && bits === bitsOfSize[size]);
}

function nameWordSource({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  const [first, second] = operands;
  if (/^(?:ver[rw]|lldt|ltr|lmsw|lkgs)$/.test(nameOf(mnemonic)) && first?.kind === 'register')
    first.name = word(first.name);
  const [to, from] = syntax === 'gas' ? [second, first] : [first, second];
  if (to?.kind !== 'register' || from?.kind !== 'register') return;
  if (mnemonic === 'lar' || mnemonic === 'lsl' || (mnemonic === 'mov' && isSegment(to.name)))
    from.name = word(from.name);
}

function dropNopRegister(instruction: TextInstruction, { syntax }: TextContext): void {
  if (nameOf(instruction.mnemonic) !== 'nop') return;
  instruction.mnemonic = 'nop';
  if (instruction.operands.length === 2) instruction.operands.splice(syntax === 'gas' ? 0 : 1, 1);
}

function nameNop(instruction: TextInstruction, { mode }: TextContext): void {
  const [first, second] = instruction.operands;
  if (instruction.mnemonic !== 'xchg' || first?.kind !== 'register' || second?.kind !== 'register') return;
  if (first.name !== second.name || !/^[er]?ax$/.test(first.name) || (first.name === 'eax' && mode === 64)) return;
  instruction.mnemonic = 'nop';
  instruction.operands = [];
}

function dropMonitorRegisters(instruction: TextInstruction, { mode }: TextContext): void {
  const { mnemonic, operands, prefixes } = instruction;
  const found = /^(monitor|mwait)x?$/.exec(mnemonic);
  if (found === null) return;
  const address = operands[0]?.kind === 'register' ? gprBits(operands[0].name) : 0;
  const prefixed = prefixes
    .map((prefix) => /^a(?:ddr)?(16|32|64)$/.exec(prefix)?.[1])
    .find((bits) => bits !== undefined);
  if (found[1] === 'monitor') instruction.mnemonic += `.${address || (prefixed ?? mode)}`;
  instruction.operands = [];
}

function sizeMovx({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  const [, source] = operands;
  if (syntax === 'nasm' && /^mov[sz]x$/.test(mnemonic) && source?.kind === 'memory' && source.size === '')
    source.size = 'byte';
}

function repeatDestination({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  if (nameOf(mnemonic) !== 'imul' || operands.length !== 2) return;
  const register = operands[syntax === 'gas' ? 1 : 0];
  if (register?.kind === 'register' && operands.some(isNumber)) operands.splice(1, 0, { ...register });
}

function addShiftCount({ mnemonic, operands }: TextInstruction, { syntax, subject }: TextContext): void {
  if (!(syntax === 'gas' || subject === 'llvm') || operands.length !== 1) return;
  if (!/^(?:ro[lr]|rc[lr]|sh[lr]|sar)(?:\.\d+)?$/.test(mnemonic)) return;
  const one = { kind: 'number', value: 1n, size: '', immediate: true, indirect: false } as const;
  if (syntax === 'gas') operands.unshift({ ...one });
  else operands.push({ ...one });
}

function renameDebugRegister({ operands }: TextInstruction): void {
  for (const operand of operands) {
    if (operand.kind === 'register') operand.name = operand.name.replace(/^db(\d+)$/, 'dr$1');
  }
}

function wrapNumbers(instruction: TextInstruction, { mode, syntax }: TextContext): void {
  const bits = operandBits(instruction) || mode;
  for (const operand of instruction.operands) {
    if (operand.kind === 'memory') wrapAddress(operand, mode);
    if (operand.kind !== 'number') continue;
    // NASM's `dword` before the immediate of a 64-bit operand says that it is sign-extended.
    if (syntax === 'nasm' && operand.size === 'dword' && operand.value < 1n << 32n)
      operand.value = BigInt.asIntN(32, operand.value);
    // NASM sign-extends what is a word of 32 bits to AMD's BEXTR and LWPINS (APM 3).
    if (syntax === 'nasm' && /^(?:bextr|lwpins|lwpval)$/.test(instruction.mnemonic))
      operand.value = BigInt.asUintN(32, operand.value);
    if (operand.value < 0n) operand.value = BigInt.asUintN(bits, operand.value);
    operand.size = '';
  }
}

/** The width that the operands or the mnemonic show. */
function operandBits({ mnemonic, operands }: TextInstruction): number {
  for (const operand of operands) {
    const bits =
      operand.kind === 'register'
        ? gprBits(operand.name)
        : operand.kind === 'memory'
          ? (bitsOfSize[operand.size] ?? 0)
          : 0;
    if (bits !== 0) return bits;
  }
  return Number(mnemonic.split('.')[1] ?? 0);
}

function sortSymmetric({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  const isSwapped = (mnemonic === 'xchg' && syntax !== 'gas') || (mnemonic === 'test' && syntax === 'nasm');
  if (!isSwapped || operands.some(isNumber)) return;
  operands.sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
}

const isNumber = (operand: TextOperand): boolean => operand.kind === 'number';
const rank = (operand: TextOperand): string => (operand.kind === 'register' ? `1${operand.name}` : '0');

const nameOf = (mnemonic: string): string => mnemonic.split(/[.,]/)[0] ?? '';

/**
 * What stands: LOCK; XACQUIRE, XRELEASE and BND; NOTRACK; REP of a string instruction. Of F2 and F3 the last one counts.
 * Left out: REX and size prefixes, whose effect the operands show; segments, which memory operands show; branch hints,
 * which no CPU has to heed (SDM 2A 2.1.1).
 */
function keepEffectivePrefixes(instruction: TextInstruction, { syntax, subject }: TextContext): void {
  let repeat = '';
  let lock = '';
  let track = '';
  for (const prefix of instruction.prefixes) {
    if (prefix === 'lock') lock = prefix;
    // ndisasm knows 3E before an indirect branch as a segment only.
    else if (prefix === 'notrack' && syntax !== 'nasm') track = prefix;
    else if (/^rep[ez]?$/.test(prefix)) repeat = isString(instruction.mnemonic) ? 'rep' : '';
    // ndisasm knows F2 as BND before most near branches, but not before JMP.
    else if (prefix === 'repne' && subject === 'ndisasm' && isNearJump(instruction)) repeat = 'bnd';
    else if (/^repn[ez]$/.test(prefix)) repeat = isString(instruction.mnemonic) ? 'repne' : '';
    else if (/^(?:xacquire|xrelease|bnd)$/.test(prefix)) repeat = prefix;
  }
  instruction.prefixes = [track, repeat, lock].filter((prefix) => prefix !== '');
}

function isNearJump({ mnemonic, operands }: TextInstruction): boolean {
  return mnemonic === 'jmp' && operands[0]?.kind === 'number';
}
