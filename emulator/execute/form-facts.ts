/** What is the same for all instructions of a form, from its row. */
import { type Width, widthOf } from '../bits/word.ts';
import type { OperandSpec } from '../isa/form.ts';
import { onceByForm } from '../isa/once-by-form.ts';
import type { Semantic } from '../semantics/cpu.ts';
import { type Intercept, interceptOf } from '../semantics/intercepts.ts';
import { semanticOf } from '../semantics/semantics.ts';

export interface OperandFacts {
  readonly isWritten: boolean;
  readonly isFarPointer: boolean;
  readonly bits: Width;
  readonly memoryBits: Width;
}

export interface FormFacts {
  readonly semantic: Semantic;
  readonly operands: readonly OperandFacts[];
  readonly repeats: boolean;
  readonly repeatsByZero: boolean;
  readonly popsFirst: boolean;
  readonly isPlain: boolean;
  readonly needsProtected: boolean;
  readonly needsPort: boolean;
  /** LOCKed with memory, prefix or not. */
  readonly isLocked: boolean;
  readonly intercept: Intercept | null;
}

export const factsOf = onceByForm((form): FormFacts => {
  const { id, needs, operands } = form;
  return {
    semantic: semanticOf(id),
    operands: operands.map((operand) => operandFactsOf(operand)),
    repeats: needs.has('REP') || needs.has('REPE'),
    repeatsByZero: needs.has('REPE'),
    popsFirst: needs.has('POPS-FIRST'),
    isPlain: !needs.has('PROTECTED') && !needs.has('TSC') && !needs.has('RDTSCP'),
    needsProtected: needs.has('PROTECTED'),
    needsPort: needs.has('IOPL') && needs.has('REP'),
    isLocked: needs.has('IMPLICIT-LOCK'),
    intercept: interceptOf(form),
  };
});

const operandFactsOf = ({ access, token, bits, memoryBits }: OperandSpec): OperandFacts => ({
  isWritten: access.includes('w') && !access.includes('c'),
  isFarPointer: token.startsWith('m16:') || token.startsWith('ptr16:'),
  bits: widthOf(bits),
  memoryBits: widthOf(memoryBits),
});
