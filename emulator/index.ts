/** The library's public door: decode, read operands and flags, format, encode. It runs unchanged in a browser. */
export {
  type ControlContext,
  type Emulated,
  emulateControl,
  isConditionMet,
  isEmulatedControl,
} from './clients/code/emulate-control.ts';
export { OutOfLine } from './clients/code/out-of-line.ts';
export { isPlaced, type Placed, placeAt } from './clients/code/placed.ts';
export { type Errno, isRefusal, type Refusal, type RefusalKind } from './clients/code/refusal.ts';
export { isPositioned, relocate } from './clients/code/relocate.ts';
export { type Boundaries, boundaries, instructionAt, TextView } from './clients/code/text-view.ts';
export { transferOf } from './clients/code/transfer.ts';
export { Definedness, type DefinednessError } from './clients/definedness/definedness.ts';
export { applyAlternative } from './clients/kernel/alternatives.ts';
export { type BranchFacts, branchFacts } from './clients/kernel/branches.ts';
export { type Bug, decodeBug } from './clients/kernel/bugs.ts';
export { isStaticCallTrampoline, patchSite, transformStaticCall } from './clients/kernel/call-sites.ts';
export { copySourceOf } from './clients/kernel/copy-source.ts';
export { linearAddress } from './clients/kernel/linear-address.ts';
export {
  decodeMmio,
  decodePortAccess,
  decodeTdxMmio,
  ioioInformation,
  registerAfter,
} from './clients/kernel/mmio.ts';
export { flowClassOf, stackEffectOf } from './clients/kernel/stack-effects.ts';
export { emulatePoke } from './clients/kernel/text-poke.ts';
export { umipAnswer } from './clients/kernel/umip.ts';
export { planUprobe } from './clients/kernel/uprobes.ts';
export { BreakpointState, Breakpoints, mostBreakpoints } from './clients/kgdb.ts';
export { memAccesses, splitAtPages } from './clients/kmemcheck/accesses.ts';
export { Kmemcheck, type Policy } from './clients/kmemcheck/kmemcheck.ts';
export { formatReport, type Report } from './clients/kmemcheck/report.ts';
export { Shade, Shadow } from './clients/kmemcheck/shadow.ts';
export { canBoost, isBoostable } from './clients/kprobes/boost.ts';
export { canOptimize } from './clients/kprobes/can-optimize.ts';
export { canProbe, entryOffset, probeRefusal } from './clients/kprobes/can-probe.ts';
export { compileFetch, type FetchArgument } from './clients/kprobes/fetch/argument.ts';
export { parseProbe } from './clients/kprobes/fetch/command.ts';
export { fetchArgument, fetchLine } from './clients/kprobes/fetch/evaluate.ts';
export { type FetchProblem, isProblem, problemText } from './clients/kprobes/fetch/problem.ts';
export { planProbe } from './clients/kprobes/plan.ts';
export { buildSlot } from './clients/kprobes/slot.ts';
export { type Bus, type IoMap, Mmiotrace } from './clients/mmiotrace/mmiotrace.ts';
export { TraceRing } from './clients/mmiotrace/ring.ts';
export { formatTrace, parseTrace, TraceError, type TraceEvent } from './clients/mmiotrace/trace.ts';
export { anatomyOf, type Segment, type SegmentKind } from './decode/anatomy.ts';
export { type DecodeOptions, type Decoding, decode } from './decode/decode.ts';
export { Decoder, maxLengthBytes } from './decode/decoder.ts';
export {
  type EndWatch,
  Machine,
  type MachineOptions,
  NeedError,
  type RunLimits,
  type RunResult,
  type Watcher,
} from './emulator.ts';
export type { Choices, Encodable, Memory, Unencodable } from './encode/choices.ts';
export { encode } from './encode/encode.ts';
export { instructionOf } from './encode/instruction-of.ts';
export type { Access as MemoryUse, Profile } from './execute/machine-evaluator.ts';
export type { Owner } from './execute/owners.ts';
export type { Exception, Need, StepResult } from './execute/step-result.ts';
export { format, type Syntax, syntaxes } from './format/format.ts';
export type { FlagEffect } from './isa/flags.ts';
export type { Access, Form, ImplicitSpec, OperandSpec } from './isa/form.ts';
export { forms } from './isa/forms.ts';
export { Instruction, OperandKind, Prefix, Status } from './isa/instruction.ts';
export { type Mode, modes, type Vendor, vendors } from './isa/modes.ts';
export { type Reason, reasons } from './isa/reasons.ts';
export { RegisterClass, type RegisterId, registerBits, registerByName, registerName } from './isa/registers.ts';
export type { Identification } from './machine/identification.ts';
export { type Mapping, Memory as LinearMemory, MemoryError, pageBytes } from './machine/memory.ts';
export { RegisterError } from './machine/register-names.ts';
export { type Snapshot, SnapshotError } from './machine/snapshot.ts';
export { AccessList, RegisterFile } from './operand/access-list.ts';
export { AccessBit } from './operand/access-plan.ts';
export {
  accessesOf,
  type EvaluatedOperand,
  evaluateOperand,
  evaluateOperands,
  type MemoryAccess,
  type OperandValue,
  type RegisterView,
  type Roles,
  rolesOf,
  type SegmentView,
} from './operand/evaluate.ts';
export { flagsOf } from './operand/flags.ts';
export { implicitOperandsOf } from './operand/implicit.ts';
export type { Operand } from './operand/operand.ts';
export { ListedAccess, ListedKind, OperandList } from './operand/operand-list.ts';
export { explicitOperandsOf, memoryAccessesOf, operandsOf } from './operand/operands.ts';
