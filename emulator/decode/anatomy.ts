import { type Instruction, lastRex, OperandKind } from '../isa/instruction.ts';
import { escapeBytesOf, isVectorMap, suffixMap } from '../isa/opcode-map.ts';

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
  const vexBytes = isVectorMap(instruction.map) ? instruction.vexBytes : 0;
  const hasRex2 = vexBytes === 0 && instruction.rex > lastRex;
  // REX2 holds the map.
  const escapeBytes = hasRex2 ? 0 : escapeBytesOf(instruction.map);
  const rexBytes = hasRex2 ? 2 : vexBytes > 0 || instruction.rex === 0 ? 0 : 1;
  const isSuffixed = instruction.map === suffixMap;
  const bodyBytes = isSuffixed ? bytesToSuffix(instruction) : 0;
  const prefixBytes = instruction.opcodeOffset - bodyBytes - escapeBytes - rexBytes - vexBytes;
  for (let k = 0; k < prefixBytes; k++) add('prefix', 1);
  add('rex', rexBytes);
  add('vex', vexBytes);
  add('escape', escapeBytes);
  if (!isSuffixed) add('opcode', 1);
  add('modrm', instruction.modrm < 0 ? 0 : 1);
  add('sib', instruction.sib < 0 ? 0 : 1);
  add('displacement', instruction.displacementBytes);
  if (isSuffixed) add('opcode', 1);
  for (const lengthBytes of immediateParts(instruction)) add('immediate', lengthBytes);
  return segments;
};

/** What stands between the escapes and an opcode that is a suffix. */
const bytesToSuffix = ({ sib, displacementBytes }: Instruction): number => 1 + (sib < 0 ? 0 : 1) + displacementBytes;

/** One length an immediate; ENTER, EXTRQ, INSERTQ and far pointers have two. */
const immediateParts = ({ immediateBytes, operands, operandCount }: Instruction): readonly number[] => {
  if (operandCount > 0 && operands[0] === OperandKind.farPointer) return [immediateBytes - 2, 2];
  const isTwo = immediateBytes > 1 && operands.subarray(0, operandCount).includes(OperandKind.immediate2);
  return isTwo ? [immediateBytes - 1, 1] : [immediateBytes];
};
