/** The library's public door: decode, read operands and flags, format, encode. It runs unchanged in a browser. */
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
export { explicitOperandsOf, memoryAccessesOf, operandsOf } from './operand/operands.ts';
