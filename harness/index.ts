/** The harness's public door: put an implementation in the chair, run a campaign, read what it found. */
export { type ConformOptions, conform } from './campaign/conform.ts';
export {
  conformExecutions,
  type ExecutionConformOptions,
  type ExecutionConformResult,
} from './campaign/execute/conform.ts';
export { drawnSource } from './campaign/execute/drawn-source.ts';
export { type ExecutionFuzzOptions, fuzzExecutions } from './campaign/execute/fuzz.ts';
export { listedSource } from './campaign/execute/listed-source.ts';
export type { ExecutionSetup, ExecutionSetupModule, ExecutionSource, Oracle } from './campaign/execute/setup.ts';
export { type FuzzOptions, type FuzzResult, fuzz } from './campaign/fuzz.ts';
export type { Setup, SetupModule, SetupReference, Slice, Source } from './campaign/setup.ts';
export { compare } from './compare/compare.ts';
export { CpuState, type Execution, type ExecutionAnswer, type Executor, StateWord } from './execution.ts';
export { executions } from './generate/states/arbitraries.ts';
export type { ExecutionKnownRow } from './known/execution-row.ts';
export type { KnownRow } from './known/row.ts';
export type { Bucket, ExecutionMismatch, Finding, Mismatch, Observable, Verdict } from './mismatch.ts';
export { shrink } from './shrink/shrink.ts';
export {
  type Answer,
  type AnswerOperand,
  type Decoded,
  type Input,
  inputAddress,
  type Subject,
  type Unavailable,
} from './subject.ts';
export { createIced } from './subjects/iced.ts';
export { createNdisasm } from './subjects/ndisasm.ts';
export { createObjdump } from './subjects/objdump.ts';
export { createTouchstone } from './subjects/touchstone.ts';
