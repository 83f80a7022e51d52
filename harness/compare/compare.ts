/**
 * Holds two answers against each other, field by field, and names the first that differs. Nothing is built while they
 * agree. Silence is not agreement: see `standingOf`.
 */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Mismatch, Observable } from '../mismatch.ts';
import { normaliseText } from '../normalise/text.ts';
import type { Answer, AnswerOperand, Decoded, Input, Subject, Syntax } from '../subject.ts';
import { type Observed, operandDifference } from './operand.ts';
import { sayOf } from './say.ts';

/** What of a subject a comparison needs to know. */
export type Observer = Pick<Subject, 'name' | 'observes' | 'flagsTold'>;

export function compare(input: Input, ours: Answer, theirs: Answer, subject: Observer): Mismatch | null {
  const observable = firstDifference(ours, theirs, subject, input.mode);
  if (observable === null) return null;
  const context = { mode: input.mode, subject: subject.name };
  const says = {
    ours: sayOf(observable, ours, { ...context, subject: oursName }),
    theirs: sayOf(observable, theirs, context),
  };
  return { input, observable, subject: subject.name, ours, theirs, says };
}

/** Can the two be compared, or is one of them silent? Silence counts apart: it is nobody's agreement. */
export type Standing = 'comparable' | 'unsupported' | 'unavailable';

export const standingOf = (ours: Answer, theirs: Answer): Standing => {
  if (ours.status === 'unavailable' || theirs.status === 'unavailable') return 'unavailable';
  return ours.status === 'unsupported' || theirs.status === 'unsupported' ? 'unsupported' : 'comparable';
};

export const firstDifference = (ours: Answer, theirs: Answer, subject: Observer, mode: Mode): Observable | null => {
  if (standingOf(ours, theirs) !== 'comparable') return null;
  if (isDead(ours) || isDead(theirs)) return 'crash';
  if (ours.status === 'valid' && theirs.status === 'valid') return decodedDifference(ours, theirs, subject, mode);
  // Two that refuse agree, whatever their reasons: the lengths of rejections mean nothing.
  const oneAccepts = ours.status === 'valid' || theirs.status === 'valid';
  return oneAccepts && subject.observes.has('validity') ? 'validity' : null;
};

const isDead = (answer: Answer): boolean => answer.status === 'crashed' || answer.status === 'timed out';

const decodedDifference = (ours: Decoded, theirs: Decoded, subject: Observer, mode: Mode): Observable | null => {
  const { observes } = subject;
  if (ours.lengthBytes !== theirs.lengthBytes && observes.has('length')) return 'length';
  if (observes.has('mnemonic') && areTold(ours.mnemonic, theirs.mnemonic) && ours.mnemonic !== theirs.mnemonic) {
    return 'mnemonic';
  }
  return (
    (observes.has('operands') ? operandsDifference(ours.operands, theirs.operands, observedOf(subject)) : null) ??
    (observes.has('decorations') && ours.rounding !== theirs.rounding ? 'rounding' : null) ??
    (observes.has('flags') ? flagsDifference(ours, theirs, subject.flagsTold) : null) ??
    (observes.has('uses') ? usesDifference(ours, theirs) : null) ??
    (observes.has('features') ? featuresDifference(ours, theirs) : null) ??
    (observes.has('text') ? textDifference(ours, theirs, { subject: subject.name, mode }) : null)
  );
};

const observedOf = ({ observes }: Observer): Observed => ({
  access: observes.has('access'),
  decorations: observes.has('decorations'),
});

const areTold = (ours: unknown, theirs: unknown): boolean => ours !== undefined && theirs !== undefined;

/** Explicit operands always; implicit ones where both tell any, since most subjects tell none. */
const operandsDifference = (
  ours: readonly AnswerOperand[] | undefined,
  theirs: readonly AnswerOperand[] | undefined,
  observed: Observed,
): Observable | null => {
  if (ours === undefined || theirs === undefined) return null;
  const explicit = explicitCount(ours);
  if (explicit !== explicitCount(theirs)) return 'operand-count';
  const bothTellImplicit = ours.length > explicit && theirs.length > explicit;
  const count = bothTellImplicit ? Math.min(ours.length, theirs.length) : explicit;
  for (let k = 0; k < count; k++) {
    const [left, right] = [ours[k], theirs[k]];
    if (left !== undefined && right !== undefined && operandDifference(left, right, observed) !== null)
      return `operand-${k}`;
  }
  return bothTellImplicit && ours.length !== theirs.length ? 'operand-count' : null;
};

const explicitCount = (operands: readonly AnswerOperand[]): number => {
  let count = 0;
  for (const operand of operands) if (operand.implicit !== true) count++;
  return count;
};

const flagsDifference = (
  { flags: ours }: Decoded,
  { flags: theirs }: Decoded,
  told: string | undefined,
): Observable | null => {
  if (ours === undefined || theirs === undefined || ours === theirs) return null;
  return areSame(ours.read, theirs.read, told) &&
    areSame(ours.written, theirs.written, told) &&
    areSame(ours.cleared, theirs.cleared, told) &&
    areSame(ours.set, theirs.set, told) &&
    areSame(ours.undefined, theirs.undefined, told)
    ? null
    : 'flags';
};

const areSame = (ours: string, theirs: string, told: string | undefined): boolean =>
  ours === theirs || (told !== undefined && toldOf(ours, told) === toldOf(theirs, told));

const toldOf = (letters: string, told: string): string => {
  let kept = '';
  for (const letter of letters) if (told.includes(letter)) kept += letter;
  return kept;
};

const usesDifference = (ours: Decoded, theirs: Decoded): Observable | null => {
  if (areTold(ours.registersUsed, theirs.registersUsed) && ours.registersUsed !== theirs.registersUsed) {
    return 'registers-used';
  }
  return areTold(ours.memoryUsed, theirs.memoryUsed) && ours.memoryUsed !== theirs.memoryUsed ? 'memory-used' : null;
};

const featuresDifference = ({ cpuidFeatures: ours }: Decoded, { cpuidFeatures: theirs }: Decoded): Observable | null =>
  areTold(ours, theirs) && ours !== theirs ? 'cpuid-features' : null;

const syntaxes: readonly Syntax[] = ['intel', 'nasm', 'gas'];

const textDifference = (
  ours: Decoded,
  theirs: Decoded,
  { subject, mode }: { subject: string; mode: Mode },
): Observable | null => {
  if (ours.text === undefined || theirs.text === undefined) return null;
  for (const syntax of syntaxes) {
    const left = ours.text[syntax];
    const right = theirs.text[syntax];
    if (left === undefined || right === undefined || left === right) continue;
    if (normaliseText(left, syntax, oursName, mode) !== normaliseText(right, syntax, subject, mode))
      return `text-${syntax}`;
  }
  return null;
};

/** The name under which our own text is normalised. */
const oursName = 'touchstone';
