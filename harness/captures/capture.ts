/** A capture: what one CPU did with one execution, and the file that it stands in. */
import type { Chapter } from '../../emulator/isa/chapters.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer } from '../execution.ts';
import type { CpuSignature } from '../subjects/silicon/signature.ts';

/** What a CPU can be recorded to have done; refusals and deaths are not. */
export type RecordedAnswer = Extract<ExecutionAnswer, { readonly status: 'executed' | 'fault' | 'system call' }>;

export const isRecorded = (answer: ExecutionAnswer): answer is RecordedAnswer =>
  answer.status === 'executed' || answer.status === 'fault' || answer.status === 'system call';

export interface Capture {
  readonly execution: Execution;
  readonly answer: RecordedAnswer;
  /** Ten hex digits that name it, and that no edit keeps. */
  readonly hash: string;
  /** In its file, from 1. */
  readonly line: number;
}

/** Executions of one chapter in one mode, from one CPU. */
export interface CaptureHead {
  readonly cpu: CpuSignature;
  readonly mode: Mode;
  readonly chapter: Chapter;
  /** Digest of the sandbox that it was made in: in another one the same state means something else. */
  readonly sandbox: string;
}

/** Executions of a form without an answer to record, and why. */
export interface LeftOut {
  /** `0F A2 CPUID`. */
  readonly form: string;
  readonly count: number;
  readonly reason: string;
}

export interface CaptureFile {
  readonly head: CaptureHead;
  readonly captures: readonly Capture[];
  readonly leftOut: readonly LeftOut[];
}
