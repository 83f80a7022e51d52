import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { escapeBytesOf, isVectorMap } from '../isa/opcode-map.ts';

/** What a run of an instruction's bytes is. */
export type SegmentKind =
  | 'prefix'
  | 'rex'
  | 'vex'
  | 'escape'
  | 'opcode'
  | 'modrm'
  | 'sib'
  | 'displacement'
  | 'immediate';

/** Consecutive bytes of one kind. The segments of an instruction cover it, in order, without gaps. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly offset: number;
  readonly lengthBytes: number;
}

/** The anatomy of a valid instruction, which its fields determine (SDM 2A figure 2-1). */
export const anatomyOf = (instruction: Instruction): readonly Segment[] => {
  const segments: Segment[] = [];
  let offset = 0;
  const add = (kind: SegmentKind, lengthBytes: number): void => {
    if (lengthBytes <= 0) return;
    segments.push({ kind, offset, lengthBytes });
    offset += lengthBytes;
  };
  const escapeBytes = escapeBytesOf(instruction.map);
  const vexBytes = isVectorMap(instruction.map) ? instruction.vexBytes : 0;
  const rexBytes = vexBytes > 0 || instruction.rex === 0 ? 0 : 1;
  const prefixBytes = instruction.opcodeOffset - escapeBytes - rexBytes - vexBytes;
  for (let k = 0; k < prefixBytes; k++) add('prefix', 1);
  add('rex', rexBytes);
  add('vex', vexBytes);
  add('escape', escapeBytes);
  add('opcode', 1);
  add('modrm', instruction.modrm < 0 ? 0 : 1);
  add('sib', instruction.sib < 0 ? 0 : 1);
  add('displacement', instruction.displacementBytes);
  for (const lengthBytes of immediateParts(instruction)) add('immediate', lengthBytes);
  return segments;
};

/** One length an immediate; ENTER and far pointers have two. */
const immediateParts = (instruction: Instruction): readonly number[] => {
  const { immediateBytes, operands, operandCount } = instruction;
  if (operandCount > 0 && operands[0] === OperandKind.farPointer) return [immediateBytes - 2, 2];
  if (operandCount > 1 && operands[1] === OperandKind.immediate2) return [2, 1];
  return [immediateBytes];
};
