/** What a tracer of branches wants of an instruction: its kind, how it branches, and where to. */
import { forms } from '../../isa/forms.ts';
import type { Instruction } from '../../isa/instruction.ts';
import { transferOf } from '../code/transfer.ts';

export type BranchOperation =
  | 'other'
  | 'call'
  | 'ret'
  | 'jcc'
  | 'jmp'
  | 'loop'
  | 'iret'
  | 'int'
  | 'syscall'
  | 'sysret'
  | 'vmentry'
  | 'ptwrite';

export interface BranchFacts {
  readonly operation: BranchOperation;
  readonly branch: 'no' | 'indirect' | 'conditional' | 'unconditional';
  /** From the end of the instruction; 0 of branches that have none. */
  readonly distance: number;
  readonly lengthBytes: number;
}

export const branchFacts = (instruction: Instruction): BranchFacts => {
  const { lengthBytes, immediate } = instruction;
  const operation = operationOf(instruction);
  const isRelative = forms[instruction.form].operands.some(({ place }) => place === 'relative');
  if (operation === 'other' || operation === 'ptwrite') return { operation, branch: 'no', distance: 0, lengthBytes };
  if (!isRelative) return { operation, branch: 'indirect', distance: 0, lengthBytes };
  const branch = operation === 'call' || operation === 'jmp' ? 'unconditional' : 'conditional';
  return { operation, branch, distance: immediate, lengthBytes };
};

const operationOf = (instruction: Instruction): BranchOperation => {
  const form = forms[instruction.form];
  switch (transferOf(form)) {
    case 'conditional':
      return 'jcc';
    case 'counted':
      // JCXZ and its kin count nothing.
      return instruction.opcode === 0xe3 ? 'jcc' : 'loop';
    case 'jump':
    case 'far jump':
      return 'jmp';
    case 'call':
    case 'far call':
      return 'call';
    case 'return':
    case 'far return':
      return 'ret';
    case 'interrupt return':
      return 'iret';
    case 'interrupt':
      return instruction.opcode === 0xf1 ? 'other' : 'int';
    default:
      return systemOperation(instruction);
  }
};

/** 0F 05, 0F 34: into the system; 0F 07, 0F 35: out of it; VMLAUNCH and VMRESUME; PTWRITE. */
const systemOperation = ({ map, opcode, modrm, form }: Instruction): BranchOperation => {
  if (forms[form].needs.has('PTWRITE')) return 'ptwrite';
  if (map !== 1) return 'other';
  if (opcode === 0x05 || opcode === 0x34) return 'syscall';
  if (opcode === 0x07 || opcode === 0x35) return 'sysret';
  return opcode === 0x01 && (modrm === 0xc2 || modrm === 0xc3) ? 'vmentry' : 'other';
};
