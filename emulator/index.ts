/** The library's public door: decode, read operands and flags, format, encode. It runs unchanged in a browser. */
export { anatomyOf, type Segment, type SegmentKind } from './decode/anatomy.ts';
export { type DecodeOptions, type Decoding, decode } from './decode/decode.ts';
export { Decoder, maxLengthBytes } from './decode/decoder.ts';
export type { Choices, Encodable, Memory, Unencodable } from './encode/choices.ts';
export { encode } from './encode/encode.ts';
export { instructionOf } from './encode/instruction-of.ts';
export { format, type Syntax, syntaxes } from './format/format.ts';
export type { FlagEffect } from './isa/flags.ts';
export type { Access, Form, ImplicitSpec, OperandSpec } from './isa/form.ts';
export { forms } from './isa/forms.ts';
export { Instruction, OperandKind, Prefix, Status } from './isa/instruction.ts';
export { type Mode, modes, type Vendor, vendors } from './isa/modes.ts';
export { type Reason, reasons } from './isa/reasons.ts';
export { RegisterClass, type RegisterId, registerBits, registerByName, registerName } from './isa/registers.ts';
export { flagsOf } from './operand/flags.ts';
export { implicitOperandsOf } from './operand/implicit.ts';
export type { Operand } from './operand/operand.ts';
export { explicitOperandsOf, memoryAccessesOf, operandsOf } from './operand/operands.ts';
