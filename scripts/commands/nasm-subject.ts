/**
 * NASM's round trip as a subject: our NASM text is assembled, and what the bytes decode to must be the instruction that
 * the text was made of. NASM may choose another encoding of it, so lengths are not compared.
 */
import type { Answer, AnswerOperand, Decoded, Input, Subject } from '../../harness/subject.ts';
import type { Assembled, Nasm } from '../../harness/subjects/nasm.ts';
import type { AskOurs } from '../../harness/subjects/touchstone.ts';

export const nasmSubject = (nasm: Nasm, ask: AskOurs): Subject => ({
  name: nasm.name,
  version: nasm.version,
  modes: [16, 32, 64],
  // The text says nothing of a vendor.
  vendors: ['intel'],
  observes: new Set(['validity', 'mnemonic', 'operands', 'access', 'flags']),
  batch: nasm.batch,
  decode: async (inputs) => {
    const ours = inputs.map(ask);
    const lines = ours.flatMap((answer, k) => {
      const text = textOf(answer);
      const mode = inputs[k]?.mode;
      return text === null || mode === undefined ? [] : [{ mode, text }];
    });
    const assembled = (await nasm.assemble(lines)).values();
    return ours.map((answer, k) => {
      const input = inputs[k];
      if (input === undefined || answer.status !== 'valid' || textOf(answer) === null) return { status: 'unsupported' };
      return answerOf(assembled.next().value, { input, ours: answer, ask });
    });
  },
  close: () => nasm.close(),
});

const textOf = (answer: Answer): string | null => (answer.status === 'valid' ? (answer.text?.nasm ?? null) : null);

interface Trip {
  readonly input: Input;
  readonly ours: Decoded;
  readonly ask: AskOurs;
}

const answerOf = (assembled: Assembled | undefined, { input, ours, ask }: Trip): Answer => {
  if (assembled === undefined) return { status: 'crashed', detail: 'NASM gave no result' };
  if ('error' in assembled) return { status: 'invalid', reason: assembled.error };
  const back = ask({ ...input, bytes: assembled.bytes });
  if (back.status !== 'valid') return back;
  const { lengthBytes, mnemonic = '', operands = [], flags } = back;
  const longerBytes = lengthBytes - ours.lengthBytes;
  return {
    status: 'valid',
    lengthBytes,
    mnemonic,
    operands: operands.map((operand) => seenFromOurs(operand, longerBytes)),
    ...(flags === undefined ? {} : { flags }),
  };
};

/**
 * RIP-relative displacements count from the end: the same address is another displacement in a longer encoding, and at the
 * end of what 32 bits hold one that has wrapped.
 */
const seenFromOurs = (operand: AnswerOperand, longerBytes: number): AnswerOperand => {
  if (operand.kind !== 'memory' || (operand.base !== 'rip' && operand.base !== 'eip')) return operand;
  if (longerBytes === 0) return operand;
  const displacement = BigInt.asIntN(32, operand.displacement + BigInt(longerBytes));
  return { ...operand, displacement: BigInt.asUintN(64, displacement) };
};
