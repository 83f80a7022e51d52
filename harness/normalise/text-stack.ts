/** Spellings of x87 instructions, and of SSE's that share a name with others or have a fixed register. */
import type { TextContext, TextInstruction, TextOperand } from './parse-text.ts';

const isStackRegister = (operand: TextOperand | undefined): boolean =>
  operand?.kind === 'register' && /^st\d?$/.test(operand.name);

const isVectorRegister = (operand: TextOperand): boolean =>
  operand.kind === 'register' && /^[xyz]mm\d+$/.test(operand.name);

const top: TextOperand = { kind: 'register', name: 'st0', decorations: [], indirect: false };

/** FADD ST(1) stands for FADD ST(0), ST(1), and FADDP ST(1) for FADDP ST(1), ST(0); NASM has `fadd to st1` too. */
export function nameStackTop(instruction: TextInstruction, { syntax }: TextContext): void {
  const { mnemonic, operands } = instruction;
  const [only] = operands;
  const isTo = mnemonic.endsWith(' to');
  const name = isTo ? mnemonic.slice(0, -3) : mnemonic;
  if (!stackPairs.test(name) || operands.length !== 1 || !isStackRegister(only) || only === undefined) return;
  instruction.mnemonic = name;
  const isDestination = isTo || popping.test(name);
  instruction.operands = isDestination === (syntax !== 'gas') ? [only, top] : [top, only];
}

const stackPairs = /^f(?:add|mul|subr?|divr?|u?comp?|u?comip?|xch|cmovn?(?:b|e|be|u)|(?:add|mul|subr?|divr?)p)$/;
const popping = /^f(?:add|mul|subr?|divr?)p$/;

/** `movsd xmm0, xmm1` and `cmpsd xmm0, xmm1, 1` are no string instructions. */
export function markScalar(instruction: TextInstruction): void {
  if (/^(?:mov|cmp)sd$/.test(instruction.mnemonic) && instruction.operands.some(isVectorRegister))
    instruction.mnemonic += scalarMark;
}

export function unmarkScalar(instruction: TextInstruction): void {
  if (instruction.mnemonic.endsWith(scalarMark))
    instruction.mnemonic = instruction.mnemonic.slice(0, -scalarMark.length);
}

const scalarMark = '.xmm';

/** XMM0, which the opcode fixes, is an operand to some. */
export function dropFixedRegister(instruction: TextInstruction, { syntax }: TextContext): void {
  const { mnemonic, operands } = instruction;
  if (!withFixedRegister.has(mnemonic) || operands.length !== 3) return;
  const fixed = operands[syntax === 'gas' ? 0 : 2];
  if (fixed?.kind === 'register' && fixed.name === 'xmm0') operands.splice(syntax === 'gas' ? 0 : 2, 1);
}

const withFixedRegister: ReadonlySet<string> = new Set(['pblendvb', 'blendvps', 'blendvpd', 'sha256rnds2']);
