/**
 * A finding as JSON, in the subject protocol's words (reports/schema/finding.schema.json): keys in one order, numbers
 * that may pass 32 bits as hex strings, bytes as spaced upper-case hex.
 */
import {
  type AnyFinding,
  type AnyMismatch,
  type ExecutionMismatch,
  isExecution,
  isExecutionFinding,
  type Mismatch,
} from '../mismatch.ts';
import type { Answer, AnswerOperand, Decoded } from '../subject.ts';
import { beforeJson, executionAnswerJson } from './execution-json.ts';
import { hexBytes, hexNumber } from './hex.ts';
import type { Json } from './json.ts';
import { smallestSample } from './sentence.ts';

/** Raised when a reader of the old files would misread the new ones. */
export const findingFormat = 1;

export function findingText(finding: AnyFinding): string {
  return `${JSON.stringify(findingJson(finding), null, 2)}\n`;
}

export function findingJson(finding: AnyFinding): Json {
  const { bucket, verdict } = finding;
  const smallest = smallestSample(finding);
  return {
    format: findingFormat,
    id: finding.id,
    bucket: bucket.key,
    known: bucket.known,
    count: bucket.count,
    mode: smallest.input.mode,
    observable: smallest.observable,
    part: isExecution(smallest) ? smallest.part : undefined,
    subject: smallest.subject,
    verdict: { right: verdict.right, evidence: verdict.evidence, detail: verdict.detail, place: verdict.place },
    replay: finding.replay,
    samples: bucket.samples.map(sampleJson),
    answers: answersJson(finding),
    also: finding.also?.map(({ key, subject, count }) => ({ bucket: key, subject, count })),
  };
}

const sampleJson = (sample: AnyMismatch): Json => (isExecution(sample) ? executionJson(sample) : decodingJson(sample));

const decodingJson = (sample: Mismatch): Json => ({
  bytes: hexBytes(sample.input.bytes),
  vendor: sample.input.vendor,
  says: { ours: sample.says.ours, theirs: sample.says.theirs },
  ours: answerJson(sample.ours),
  theirs: answerJson(sample.theirs),
});

const executionJson = ({ input, execution, says, ours, theirs }: ExecutionMismatch): Json => ({
  bytes: hexBytes(input.bytes),
  vendor: input.vendor,
  before: beforeJson(execution),
  says: { ours: says.ours, theirs: says.theirs },
  ours: executionAnswerJson(ours, execution),
  theirs: executionAnswerJson(theirs, execution),
});

const answersJson = (finding: AnyFinding): Json | undefined => {
  if (!isExecutionFinding(finding))
    return finding.answers?.map(({ subject, answer }) => ({ subject, answer: answerJson(answer) }));
  const [sample] = finding.bucket.samples;
  return sample === undefined
    ? undefined
    : finding.answers?.map(({ subject, answer }) => ({
        subject,
        answer: executionAnswerJson(answer, sample.execution),
      }));
};

const answerJson = (answer: Answer): Json => {
  switch (answer.status) {
    case 'valid':
      return decodedJson(answer);
    case 'invalid':
      return { status: answer.status, reason: answer.reason };
    case 'truncated':
    case 'unsupported':
      return { status: answer.status };
    case 'crashed':
    case 'unavailable':
      return { status: answer.status, detail: answer.detail };
    case 'timed out':
      return { status: answer.status, timeoutMs: answer.timeoutMs };
  }
};

const decodedJson = (answer: Decoded): Json => {
  const { flags, text } = answer;
  return {
    status: answer.status,
    length: answer.lengthBytes,
    mnemonic: answer.mnemonic,
    operands: answer.operands?.map(operandJson),
    flags: flags && {
      read: flags.read,
      written: flags.written,
      cleared: flags.cleared,
      set: flags.set,
      undefined: flags.undefined,
    },
    registersUsed: answer.registersUsed,
    memoryUsed: answer.memoryUsed,
    cpuidFeatures: answer.cpuidFeatures,
    text: text && { intel: text.intel, nasm: text.nasm, gas: text.gas },
    form: answer.form,
  };
};

const operandJson = (operand: AnswerOperand): Json => {
  const facts = { bits: operand.bits, access: operand.access, implicit: operand.implicit };
  switch (operand.kind) {
    case 'register':
      return { kind: operand.kind, register: operand.register, ...facts };
    case 'memory':
      return {
        kind: operand.kind,
        segment: operand.segment,
        base: operand.base,
        index: operand.index,
        scale: operand.scale,
        displacement: hexNumber(operand.displacement),
        addressBits: operand.addressBits,
        ...facts,
      };
    case 'immediate':
      return { kind: operand.kind, value: hexNumber(operand.value), ...facts };
    case 'branch':
      return { kind: operand.kind, target: hexNumber(operand.target), ...facts };
    case 'far-pointer':
      return { kind: operand.kind, selector: hexNumber(operand.selector), offset: hexNumber(operand.offset), ...facts };
  }
};
