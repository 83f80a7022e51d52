/** The order in which reports list things: by code units, never by locale, so that every machine writes the same bytes. */
import { type AnyFinding, type AnyMismatch, isExecution } from '../mismatch.ts';
import { stateLine } from './execution-line.ts';
import { hexBytes } from './hex.ts';

/** Unexplained first, then by mode, subject, observable and key. */
export function findingsInOrder(findings: readonly AnyFinding[]): AnyFinding[] {
  return [...findings].sort(
    (left, right) =>
      Number(left.bucket.known !== null) - Number(right.bucket.known !== null) ||
      modeOf(left) - modeOf(right) ||
      byText(subjectOf(left), subjectOf(right)) ||
      byText(observableOf(left), observableOf(right)) ||
      byText(left.bucket.key, right.bucket.key),
  );
}

export const byText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

/** Shortest first, then by bytes. */
export const bySample = (left: AnyMismatch, right: AnyMismatch): number =>
  left.input.bytes.length - right.input.bytes.length ||
  byText(hexBytes(left.input.bytes), hexBytes(right.input.bytes)) ||
  byText(left.input.vendor, right.input.vendor) ||
  byText(stateOf(left), stateOf(right));

const stateOf = (sample: AnyMismatch): string => (isExecution(sample) ? stateLine(sample.execution) : '');

const modeOf = (finding: AnyFinding): number => finding.bucket.samples[0]?.input.mode ?? 0;
const subjectOf = (finding: AnyFinding): string => finding.bucket.samples[0]?.subject ?? '';
const observableOf = (finding: AnyFinding): string => finding.bucket.samples[0]?.observable ?? '';
