/** Operand sizes which no operand shows: gathered from suffixes, prefixes and keywords into the mnemonic, as `push.16`. */
import type { TextContext, TextInstruction, TextNumber, TextOperand } from './parse-text.ts';
import {
  bitsOfSize,
  canonicalName,
  default32In64,
  gprBits,
  isJcc,
  isString,
  sizeless,
  strings,
  suffixed,
} from './text-names.ts';

const suffixBits: Readonly<Record<string, number>> = { b: 8, w: 16, l: 32, d: 32, q: 64 };

export function nameSize(instruction: TextInstruction, context: TextContext): void {
  const { name, bits: suffix } = splitSuffix(instruction.mnemonic, context);
  const canonical = canonicalName(name);
  instruction.mnemonic = canonical;
  if (/^loop(?:n?e)?$/.test(canonical)) {
    nameCounter(instruction, suffix, context);
    return;
  }
  if (context.syntax === 'gas' && strings.has(name)) {
    const bits = suffix || registerBits(instruction.operands.filter((operand) => !isPort(operand)));
    instruction.mnemonic = `${canonical}${letterOf(bits)}`;
    return;
  }
  if (!sizeless.has(canonical)) {
    // AT&T's suffix says what Intel's keyword says of the memory operand.
    if (suffix !== 0 && suffix !== registerBits(instruction.operands)) instruction.mnemonic = `${canonical}.${suffix}`;
    return;
  }
  nameSizeless(instruction, { ...context, suffix });
}

function nameSizeless(instruction: TextInstruction, context: TextContext & { readonly suffix: number }): void {
  const { operands } = instruction;
  const [operand] = operands;
  if (registerBits(operands) !== 0) return;
  // The target is printed, wrapped to the operand size: that is all which the size of a JMP decides.
  if (instruction.mnemonic === 'jmp' && operand?.kind === 'number') return;
  const said = context.suffix || memoryBits(operands) || prefixBits(instruction, context) || numberBits(operands);
  if (operand?.kind === 'memory') {
    operand.size = '';
    if (context.syntax === 'nasm' && operand.far) instruction.mnemonic = `l${instruction.mnemonic}`;
  }
  const meant = said || defaultBits(instruction.mnemonic, context);
  // x87 environments of 64-bit operand size are those of 32.
  const bits = meant === 64 && instruction.mnemonic.startsWith('f') ? 32 : meant;
  // REX.W decides something of SYSRET and SYSEXIT; 66 does not, whoever prints it.
  if (bits === 64 || !/^sys/.test(instruction.mnemonic)) instruction.mnemonic += `.${bits}`;
}

interface Split {
  readonly name: string;
  /** 0 without a suffix. */
  readonly bits: number;
}

function splitSuffix(mnemonic: string, { syntax }: TextContext): Split {
  const whole = { name: mnemonic, bits: 0 };
  const name = mnemonic.slice(0, -1);
  // The size of a conditional branch shows in its target, which is printed wrapped to it.
  if (syntax === 'gas' && !isJcc(mnemonic) && (isJcc(name) || /^j[er]?cxz$/.test(name))) return { name, bits: 0 };
  const bits = suffixBits[mnemonic.slice(-1)] ?? 0;
  if (syntax === 'gas') return suffixed.has(mnemonic) || !suffixed.has(name) || bits === 0 ? whole : { name, bits };
  const canonical = canonicalName(name);
  if (sizeless.has(mnemonic) || !sizeless.has(canonical) || bits < 16) return whole;
  return { name, bits };
}

/** LOOP counts in CX, ECX or RCX: the address size, written as an operand, a prefix or a suffix. */
function nameCounter(instruction: TextInstruction, suffix: number, { mode }: TextContext): void {
  const counter = instruction.operands[1];
  let bits = suffix || mode;
  if (counter?.kind === 'register') bits = gprBits(counter.name);
  for (const prefix of instruction.prefixes) {
    const found = /^a(?:ddr)?(16|32|64)$/.exec(prefix);
    if (found !== null) bits = Number(found[1]);
  }
  instruction.operands.length = 1;
  instruction.mnemonic += `.${bits}`;
}

const isPort = (operand: TextOperand): boolean => operand.kind === 'register' && operand.name === 'dx';

function registerBits(operands: readonly TextOperand[]): number {
  for (const operand of operands)
    if (operand.kind === 'register' && gprBits(operand.name) !== 0) return gprBits(operand.name);
  return 0;
}

function memoryBits(operands: readonly TextOperand[]): number {
  for (const operand of operands) if (operand.kind === 'memory') return bitsOfSize[operand.size] ?? 0;
  return 0;
}

/** objdump prints data16 where it has no effect, others where it has. */
function prefixBits({ prefixes }: TextInstruction, { subject }: TextContext): number {
  if (subject === 'objdump') return 0;
  for (const prefix of prefixes) {
    const found = /^(?:data|o)(16|32|64)$/.exec(prefix);
    if (found !== null) return Number(found[1]);
  }
  return 0;
}

function numberBits(operands: readonly TextOperand[]): number {
  const number = operands.find((operand): operand is TextNumber => operand.kind === 'number');
  const bits = bitsOfSize[number?.size ?? ''] ?? 0;
  return bits === 8 ? 0 : bits;
}

function defaultBits(name: string, { mode, syntax, subject }: TextContext): number {
  // The SDM's IRET, PUSHF, POPF, PUSHA and POPA are the 16-bit ones; objdump's are those of the default size.
  if (syntax === 'intel' && subject !== 'objdump' && /^(?:iret|pushf|popf|pusha|popa)$/.test(name)) return 16;
  // NASM's plain `call far [rax]` is REX.W's; the usual one is `call dword far [rax]`.
  if (syntax === 'nasm' && /^l(?:call|jmp)$/.test(name)) return mode;
  return mode === 64 && default32In64.has(name) ? 32 : mode;
}

const letterOf = (bits: number): string => ({ 8: 'b', 16: 'w', 32: 'd', 64: 'q' })[bits] ?? '';

/** The accumulator of LODS, SCAS and STOS follows from the name, too, and so does the port of INS and OUTS. objdump's `movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]` is `movsb`; AT&T's was named above. */
export function nameStringSize(instruction: TextInstruction): void {
  const { mnemonic, operands } = instruction;
  if (strings.has(mnemonic)) {
    const memory = operands.find((operand) => operand.kind === 'memory');
    instruction.mnemonic = `${mnemonic}${letterOf(memory?.kind === 'memory' ? (bitsOfSize[memory.size] ?? 0) : 0)}`;
  }
  if (isString(instruction.mnemonic) || mnemonic === 'xlat') {
    for (const operand of operands) if (operand.kind === 'memory') operand.size = '';
    instruction.operands = operands.filter((operand) => operand.kind !== 'register');
  }
}
