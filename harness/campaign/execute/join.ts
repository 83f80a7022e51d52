/**
 * One finding a cause, as far as can be told: where forms of a mnemonic err in the same field, in whatever mode, the
 * smallest one speaks and the others are told with it. What known rows explain stays apart.
 */
import { type FlagEffect, flagEffects } from '../../../emulator/isa/flags.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { executionClaimText } from '../../bucket/execution.ts';
import { executedInstruction } from '../../compare/execution-role.ts';
import type { ExecutionFinding, ExecutionMismatch } from '../../mismatch.ts';
import { isSmallerExecution } from '../../shrink/state.ts';

export const joinExecutionFindings = (findings: readonly ExecutionFinding[]): readonly ExecutionFinding[] => {
  const causes = new Map<string, ExecutionFinding[]>();
  for (const finding of findings) {
    const cause = causeOf(finding);
    const here = causes.get(cause);
    if (here === undefined) causes.set(cause, [finding]);
    else here.push(finding);
  }
  return [...causes.values()].map(spoken);
};

/** What a finding shares with those of one cause; itself alone where it is explained, or of no form. */
export const causeOf = (finding: ExecutionFinding): string => {
  const { bucket, id } = finding;
  const [sample] = bucket.samples;
  const family = sample === undefined || bucket.known !== null ? null : familyOf(sample);
  return sample === undefined || family === null ? id : `${family} ${executionClaimText(sample)}`;
};

/** Forms of one mnemonic; those that differ in the condition alone, and in the size of a string's elements. */
const familyOf = ({ execution, input }: ExecutionMismatch): string | null => {
  const instruction = executedInstruction(execution, input.vendor);
  const form = instruction === null ? undefined : forms[instruction.form];
  if (form === undefined) return null;
  if (conditions.has(form.flags)) return `${form.map} ${form.opcode >> 4}`;
  const isString = form.operands.some(({ place }) => place === 'string');
  return isString ? form.mnemonic.slice(0, -1) : form.mnemonic;
};

const conditions: ReadonlySet<FlagEffect> = new Set(
  Object.entries(flagEffects).flatMap(([name, effect]) => (name.startsWith('cc-') ? [effect] : [])),
);

const spoken = (here: readonly ExecutionFinding[]): ExecutionFinding => {
  const [speaker, ...others] = [...here].sort((left, right) => (isSmallerFinding(left, right) ? -1 : 1));
  if (speaker === undefined) throw new Error('A cause has a finding at least.');
  if (others.length === 0) return speaker;
  const also = others.map(({ bucket: { key, count, samples } }) => ({
    key,
    subject: samples[0]?.subject ?? '',
    count,
  }));
  return { ...speaker, also };
};

const isSmallerFinding = (left: ExecutionFinding, right: ExecutionFinding): boolean => {
  const [one, other] = [left.bucket.samples[0], right.bucket.samples[0]];
  if (one === undefined || other === undefined) return other === undefined;
  return isSmallerExecution(one.execution, other.execution);
};
