/** Answers without getters or hidden state, which can be kept and sent between threads. */
import type { Mismatch } from '../mismatch.ts';
import type { Answer, AnswerFlags, AnswerOperand, Decoded } from '../subject.ts';

export const plainMismatch = (mismatch: Mismatch): Mismatch => ({
  ...mismatch,
  input: { ...mismatch.input, bytes: new Uint8Array(mismatch.input.bytes) },
  ours: plainAnswer(mismatch.ours),
  theirs: plainAnswer(mismatch.theirs),
});

export const plainAnswer = (answer: Answer): Answer =>
  answer.status === 'valid' ? plainDecoded(answer) : { ...answer };

const plainDecoded = (answer: Decoded): Decoded => {
  const {
    status,
    lengthBytes,
    mnemonic,
    operands,
    rounding,
    flags,
    registersUsed,
    memoryUsed,
    cpuidFeatures,
    text,
    form,
  } = answer;
  return {
    status,
    lengthBytes,
    ...(mnemonic === undefined ? {} : { mnemonic }),
    ...(operands === undefined ? {} : { operands: operands.map(plainOperand) }),
    ...(rounding === undefined ? {} : { rounding }),
    ...(flags === undefined ? {} : { flags: plainFlags(flags) }),
    ...(registersUsed === undefined ? {} : { registersUsed }),
    ...(memoryUsed === undefined ? {} : { memoryUsed }),
    ...(cpuidFeatures === undefined ? {} : { cpuidFeatures }),
    ...(text === undefined ? {} : { text: { ...text } }),
    ...(form === undefined ? {} : { form }),
  };
};

const plainFlags = ({ read, written, cleared, set, undefined: left }: AnswerFlags): AnswerFlags => ({
  read,
  written,
  cleared,
  set,
  undefined: left,
});

const plainOperand = (operand: AnswerOperand): AnswerOperand => ({ ...operand });
