/**
 * Holds two answers to one execution against each other. That they are the same is asked a hundred thousand times a
 * second, and takes a loop over words; only of answers that differ is it worked out what differs, and whether the row
 * leaves it undefined.
 */
import type { Vendor } from '../../emulator/isa/modes.ts';
import { type CpuState, type Execution, type ExecutionAnswer, type MemoryRun, StateWord } from '../execution.ts';
import type { ExecutionObservable } from '../mismatch.ts';
import { generalPart, undefinedFlags } from './execution-role.ts';
import { flagsSay, isSilent, saysOf, statusSay } from './execution-say.ts';

/** What is asked, and whose CPU is meant. */
export interface ExecutionQuestion {
  readonly execution: Execution;
  readonly vendor: Vendor;
  /** Both sides claim to be one CPU, so that even what rows leave undefined must be the same. */
  readonly isOneCpu: boolean;
}

export interface ExecutionDifference {
  readonly observable: ExecutionObservable;
  readonly part: string;
  readonly says: { readonly ours: string; readonly theirs: string };
}

/** The same in every bit; no allocation. */
export const areSameExecutions = (ours: ExecutionAnswer, theirs: ExecutionAnswer): boolean => {
  if (ours.status !== theirs.status) return false;
  if (ours.status === 'system call') return true;
  if (ours.status === 'fault') {
    if (theirs.status !== 'fault' || ours.vector !== theirs.vector || ours.error !== theirs.error) return false;
    if (ours.address !== theirs.address) return false;
    return areSameAfter(ours, theirs);
  }
  return ours.status === 'executed' && theirs.status === 'executed' && areSameAfter(ours, theirs);
};

type After = Pick<ExecutionAnswer & { readonly status: 'executed' }, 'state' | 'memory'>;

const areSameAfter = (ours: After, theirs: After): boolean => {
  const left = ours.state.words;
  const right = theirs.state.words;
  for (let k = 0; k < StateWord.count; k++) if (left[k] !== right[k]) return false;
  return areSameRuns(ours.memory, theirs.memory);
};

const areSameRuns = (ours: readonly MemoryRun[], theirs: readonly MemoryRun[]): boolean => {
  if (ours.length !== theirs.length) return false;
  for (let k = 0; k < ours.length; k++) {
    const [left, right] = [ours[k], theirs[k]];
    if (left === undefined || right === undefined || left.address !== right.address) return false;
    if (left.bytes.length !== right.bytes.length) return false;
    for (let at = 0; at < left.bytes.length; at++) if (left.bytes[at] !== right.bytes[at]) return false;
  }
  return true;
};

/** Does one of the two not speak of this execution? Silence is nobody's agreement. */
export const isEitherSilent = (ours: ExecutionAnswer, theirs: ExecutionAnswer): boolean =>
  isSilent(ours) || isSilent(theirs);

/** Every field that differs, the most telling first; undefined flags are left out where the two are not one CPU. */
export const executionDifferences = (
  question: ExecutionQuestion,
  ours: ExecutionAnswer,
  theirs: ExecutionAnswer,
): readonly ExecutionDifference[] => {
  if (isEitherSilent(ours, theirs)) return [];
  if (ours.status !== theirs.status) return [difference('status', '', statusSay(ours), statusSay(theirs))];
  if (ours.status === 'fault' && theirs.status === 'fault') {
    if (ours.vector !== theirs.vector) return [difference('vector', '', statusSay(ours), statusSay(theirs))];
    return [...faultDifferences(ours, theirs), ...afterDifferences(question, ours, theirs)];
  }
  if (ours.status === 'executed' && theirs.status === 'executed') return afterDifferences(question, ours, theirs);
  return ours.status === 'system call' ? [] : [difference('status', '', statusSay(ours), statusSay(theirs))];
};

const difference = (
  observable: ExecutionObservable,
  part: string,
  ours: string,
  theirs: string,
): ExecutionDifference => ({ observable, part, says: { ours, theirs } });

type Fault = ExecutionAnswer & { readonly status: 'fault' };

const faultDifferences = (ours: Fault, theirs: Fault): ExecutionDifference[] => {
  const found: ExecutionDifference[] = [];
  const isPageFault = ours.vector === 14;
  if (ours.error !== theirs.error) {
    const [left, right] = [hex(ours.error), hex(theirs.error)];
    // A page fault's code says what was done; others' are selectors.
    found.push(difference('error-code', isPageFault ? `${left} for ${right}` : '', left, right));
  }
  if (ours.address !== theirs.address)
    found.push(difference('fault-address', '', hex(ours.address ?? 0n), hex(theirs.address ?? 0n)));
  return found;
};

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

const afterDifferences = (question: ExecutionQuestion, ours: After, theirs: After): readonly ExecutionDifference[] => {
  const { execution } = question;
  const found: ExecutionDifference[] = [];
  const compare64 = (observable: ExecutionObservable, word: number, part: () => string): void => {
    if (isSame64(ours.state, theirs.state, word)) return;
    found.push({ observable, part: part(), says: saysOf(ours.state.get64(word), theirs.state.get64(word)) });
  };
  compare64('rip', StateWord.rip, nothing);
  for (let k = 0; k < 16; k++)
    compare64(`gpr-${k}`, StateWord.gpr + 2 * k, () => generalPart(execution, question.vendor, k));
  if (!areSameRuns(ours.memory, theirs.memory)) {
    const [left, right] = [runsText(ours.memory), runsText(theirs.memory)];
    found.push(difference('memory', '', left, right));
  }
  for (let k = 0; k < 6; k++) {
    const left = ours.state.words[StateWord.selectors + k] ?? 0;
    const right = theirs.state.words[StateWord.selectors + k] ?? 0;
    if (left !== right) found.push(difference(`selector-${k}`, '', hex(left), hex(right)));
  }
  compare64('fs-base', StateWord.fsBase, nothing);
  compare64('gs-base', StateWord.gsBase, nothing);
  found.push(...flagDifferences(question, ours, theirs));
  return found;
};

const nothing = (): string => '';

const isSame64 = ({ words: left }: CpuState, { words: right }: CpuState, word: number): boolean =>
  left[word] === right[word] && left[word + 1] === right[word + 1];

/** TF and RF: whoever steps a CPU sees its own TF, and RF is the exception's that ends the step. */
const untoldFlags = 0x1_0100;

const flagDifferences = (question: ExecutionQuestion, ours: After, theirs: After): readonly ExecutionDifference[] => {
  const left = ours.state.words[StateWord.rflags] ?? 0;
  const right = theirs.state.words[StateWord.rflags] ?? 0;
  const told = (left ^ right) & ~untoldFlags;
  if (told === 0) return [];
  const open = 'vector' in ours ? 0 : undefinedFlags(question.execution, question.vendor);
  const found: ExecutionDifference[] = [];
  const defined = told & ~open;
  if (defined !== 0) found.push({ observable: 'rflags', ...flagsSay(defined, left, right) });
  const loose = told & open;
  if (loose !== 0 && question.isOneCpu) found.push({ observable: 'undefined-flags', ...flagsSay(loose, left, right) });
  return found;
};

/** `0x100010: 0F 00`. */
const runsText = (runs: readonly MemoryRun[]): string =>
  runs
    .map(({ address, bytes }) => {
      const shown = Array.from(bytes.subarray(0, mostShown), (byte) =>
        byte.toString(16).toUpperCase().padStart(2, '0'),
      );
      return `${hex(address)}: ${shown.join(' ')}${bytes.length > mostShown ? ' …' : ''}`;
    })
    .join(', ') || 'nothing written';

const mostShown = 16;
