/** SGDT, SIDT, SMSW, SLDT and STR of programs, answered with dummies where UMIP forbids them (SDM 3A 2.5). */
import { type Instruction, OperandKind } from '../../isa/instruction.ts';

export type UmipName = 'sgdt' | 'sidt' | 'smsw' | 'sldt' | 'str';

export interface UmipAnswer {
  readonly name: UmipName;
  /** To memory, as bytes; to a register, as its value in the operand size. */
  readonly to: 'memory' | 'register';
  readonly bytes: Uint8Array;
}

export interface UmipValues {
  readonly gdtBase: bigint;
  readonly idtBase: bigint;
  readonly machineStatus: bigint;
  readonly ldtSelector: bigint;
  readonly taskSelector: bigint;
}

/** Bases where nothing is; CR0 with PE, MP, ET, NE, WP, AM and PG. */
const dummyValues: UmipValues = {
  gdtBase: 0xffff_ffff_fffe_0000n,
  idtBase: 0xffff_ffff_ffff_0000n,
  machineStatus: 0x8005_0033n,
  ldtSelector: 0n,
  taskSelector: 0x40n,
};

/** Null of every other instruction. */
export const umipAnswer = (instruction: Instruction, values: UmipValues = dummyValues): UmipAnswer | null => {
  const name = nameOf(instruction);
  if (name === null) return null;
  const isMemory = instruction.operands[0] === OperandKind.memory;
  if (name === 'sgdt' || name === 'sidt') {
    const base = name === 'sgdt' ? values.gdtBase : values.idtBase;
    const bytes = Uint8Array.of(0, 0, ...littleEndian(base, instruction.mode === 64 ? 8 : 4));
    return { name, to: 'memory', bytes };
  }
  const value = { smsw: values.machineStatus, sldt: values.ldtSelector, str: values.taskSelector }[name];
  const bytes = littleEndian(value, isMemory ? 2 : instruction.operandSize >> 3);
  return { name, to: isMemory ? 'memory' : 'register', bytes };
};

/** Two opcode bytes; SGDT and SIDT only with memory. */
const nameOf = ({ map, opcode, modrm }: Instruction): UmipName | null => {
  if (map !== 1) return null;
  const digit = (modrm >> 3) & 7;
  const isMemory = modrm < 0xc0;
  if (opcode === 0x01) {
    if (digit === 4) return 'smsw';
    return isMemory && digit < 2 ? (digit === 0 ? 'sgdt' : 'sidt') : null;
  }
  return opcode === 0x00 && digit < 2 ? (digit === 0 ? 'sldt' : 'str') : null;
};

const littleEndian = (value: bigint, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
