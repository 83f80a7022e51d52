/** The order in which reports list things: by code units, never by locale, so that every machine writes the same bytes. */
import type { Finding, Mismatch } from '../mismatch.ts';
import { hexBytes } from './hex.ts';

/** Unexplained first, then by mode, subject, observable and key. */
export function findingsInOrder(findings: readonly Finding[]): Finding[] {
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
export const bySample = (left: Mismatch, right: Mismatch): number =>
  left.input.bytes.length - right.input.bytes.length ||
  byText(hexBytes(left.input.bytes), hexBytes(right.input.bytes)) ||
  byText(left.input.vendor, right.input.vendor);

const modeOf = (finding: Finding): number => finding.bucket.samples[0]?.input.mode ?? 0;
const subjectOf = (finding: Finding): string => finding.bucket.samples[0]?.subject ?? '';
const observableOf = (finding: Finding): string => finding.bucket.samples[0]?.observable ?? '';
