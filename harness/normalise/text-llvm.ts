/** Rules of text.ts about LLVM's habits in Intel syntax. */
import type { TextContext, TextInstruction } from './parse-text.ts';
import { vectorBits } from './text-names.ts';

export function readLlvmFar(instruction: TextInstruction, { subject }: TextContext): void {
  const { mnemonic, operands } = instruction;
  const [first, second] = operands;
  if (subject !== 'llvm' || !/^l(?:call|jmp)$/.test(mnemonic)) return;
  if (first?.kind !== 'number' || second?.kind !== 'number') return;
  instruction.mnemonic = mnemonic.slice(1);
  const [selector, offset] = [BigInt.asUintN(16, first.value), BigInt.asUintN(32, second.value)];
  instruction.operands = [{ kind: 'far-pointer', selector, offset }];
}

export function readSigned({ mnemonic, operands }: TextInstruction, { subject }: TextContext): void {
  if (subject !== 'llvm') return;
  for (const [k, operand] of operands.entries()) {
    if (operand.kind !== 'number' || operand.value >= 0n) continue;
    const isWord = /^(?:retf?|enter)\b/.test(mnemonic) && k === 0;
    if (isWord) operand.value = BigInt.asUintN(16, operand.value);
    else if (byteConstants.test(mnemonic)) operand.value = BigInt.asUintN(8, operand.value);
    else if (dwordConstants.test(mnemonic)) operand.value = BigInt.asUintN(32, operand.value);
  }
}

const dwordConstants = /^(?:bextr|lwpins|lwpval|urdmsr|uwrmsr)$/;
const byteConstants = /^(?:enter|int|in|out|aad|aam|xabort|(?:ro|rc|sh|sa)[lr]|sh[lr]d|bt[crs]?)\b/;

/** By the last letters of the mnemonic: VGATHERDPS and VPGATHERQD have elements of 32 bits, VGATHERDPD of 64. */
export function nameGathered({ mnemonic, operands }: TextInstruction, { subject }: TextContext): void {
  if (subject !== 'llvm') return;
  for (const operand of operands)
    if (operand.kind === 'memory' && vectorBits(operand.index) > 0)
      operand.size = /(?:ps|[dq]d)$/.test(mnemonic) ? 'dword' : 'qword';
}
