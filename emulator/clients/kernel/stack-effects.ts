/** What a checker of call frames wants of an instruction: its class, and what it does to the stack and frame pointers. */
import { forms } from '../../isa/forms.ts';
import { type Instruction, OperandKind } from '../../isa/instruction.ts';
import { registerName } from '../../isa/registers.ts';
import { transferOf } from '../code/transfer.ts';

export type FlowClass =
  | 'call'
  | 'dynamic call'
  | 'jump'
  | 'dynamic jump'
  | 'conditional jump'
  | 'return'
  | 'interrupt return'
  | 'trap'
  | 'bug'
  | 'nop'
  | 'endbr'
  | 'other';

export type StackSource =
  | { readonly kind: 'register' | 'and'; readonly register: string; readonly offset: number }
  /** Memory at a register and an offset. */
  | { readonly kind: 'memory' | 'sum'; readonly register: string; readonly offset: number }
  | { readonly kind: 'pop' | 'constant' };

export type StackDestination =
  | { readonly kind: 'register'; readonly register: string }
  | { readonly kind: 'memory'; readonly register: string; readonly offset: number }
  | { readonly kind: 'push' | 'leave' | 'enter' | 'memory anywhere' };

/** One value that moves; `source` is null of LEAVE and ENTER, which move several. */
export interface StackEffect {
  readonly source: StackSource | null;
  readonly destination: StackDestination;
}

export const flowClassOf = (instruction: Instruction): FlowClass => {
  const form = forms[instruction.form];
  const isRelative = form.operands.some(({ place }) => place === 'relative');
  switch (transferOf(form)) {
    case 'conditional':
    case 'counted':
      return 'conditional jump';
    case 'jump':
      return isRelative ? 'jump' : 'dynamic jump';
    case 'far jump':
      return 'dynamic jump';
    case 'call':
      return isRelative ? 'call' : 'dynamic call';
    case 'far call':
      return 'dynamic call';
    case 'return':
    case 'far return':
      return 'return';
    case 'interrupt return':
      return 'interrupt return';
    case 'interrupt':
      return 'trap';
    default:
      return plainClassOf(instruction);
  }
};

const plainClassOf = ({ map, opcode, modrm, form }: Instruction): FlowClass => {
  if (map === 1 && (opcode === 0x0b || opcode === 0xb9)) return 'bug';
  if (form >= 0 && forms[form].needs.has('CET_IBT') && forms[form].operands.length === 0) return 'endbr';
  if (map === 0 && opcode === 0x90 && forms[form].operands.length === 0) return 'nop';
  return map === 1 && opcode === 0x1f && ((modrm >> 3) & 7) === 0 ? 'nop' : 'other';
};

const stackRegisters = new Set(['rsp', 'rbp', 'esp', 'ebp']);

/** Null where neither the stack pointer nor a frame pointer is in it. */
export const stackEffectOf = (instruction: Instruction): StackEffect | null => {
  const { map, opcode } = instruction;
  if (map !== 0) return map === 1 && (opcode & 0xf6) === 0xa0 ? segmentEffect(opcode) : null;
  return pushOrPop(instruction) ?? arithmetic(instruction) ?? move(instruction) ?? frame(instruction);
};

/** PUSH and POP of FS and GS. */
const segmentEffect = (opcode: number): StackEffect =>
  (opcode & 1) === 0
    ? { source: { kind: 'constant' }, destination: { kind: 'push' } }
    : { source: { kind: 'pop' }, destination: { kind: 'memory anywhere' } };

const nameOf = (instruction: Instruction, k: number): string => registerName(instruction.operands[k]);

const pushOrPop = (instruction: Instruction): StackEffect | null => {
  const { opcode, modrm } = instruction;
  const push = { kind: 'push' } as const;
  const constant = { kind: 'constant' } as const;
  if (opcode >= 0x50 && opcode <= 0x57)
    return { source: { kind: 'register', register: nameOf(instruction, 0), offset: 0 }, destination: push };
  if (opcode >= 0x58 && opcode <= 0x5f)
    return { source: { kind: 'pop' }, destination: { kind: 'register', register: nameOf(instruction, 0) } };
  if (opcode === 0x8f) return { source: { kind: 'pop' }, destination: { kind: 'memory anywhere' } };
  const pushesOther = opcode === 0x68 || opcode === 0x6a || opcode === 0x9c || opcode === 0xe8;
  if (pushesOther || (opcode === 0xff && ((modrm >> 3) & 7) === 6)) return { source: constant, destination: push };
  return opcode === 0x9d ? { source: { kind: 'pop' }, destination: { kind: 'memory anywhere' } } : null;
};

/** ADD, SUB and AND of the stack pointer with an immediate. */
const arithmetic = (instruction: Instruction): StackEffect | null => {
  const { opcode, modrm, immediate } = instruction;
  if ((opcode !== 0x81 && opcode !== 0x83) || modrm < 0xc0) return null;
  const register = nameOf(instruction, 0);
  if (!stackRegisters.has(register)) return null;
  const destination = { kind: 'register', register } as const;
  switch ((modrm >> 3) & 7) {
    case 0:
      return { source: { kind: 'sum', register, offset: immediate }, destination };
    case 5:
      return { source: { kind: 'sum', register, offset: -immediate }, destination };
    case 4:
      return { source: { kind: 'and', register, offset: immediate }, destination };
    default:
      return null;
  }
};

/** MOV between registers, to and from memory at them, and LEA. */
const move = (instruction: Instruction): StackEffect | null => {
  const { opcode, operands, base, index, displacement } = instruction;
  if (opcode !== 0x89 && opcode !== 0x8b && opcode !== 0x8d) return null;
  const isMemory = operands[0] === OperandKind.memory || operands[1] === OperandKind.memory;
  const at = registerName(base);
  if (!isMemory) {
    const [register, from] = [nameOf(instruction, 0), nameOf(instruction, 1)];
    if (!stackRegisters.has(register) && !stackRegisters.has(from)) return null;
    return { source: { kind: 'register', register: from, offset: 0 }, destination: { kind: 'register', register } };
  }
  if (!stackRegisters.has(at) || index !== 0) return null;
  if (opcode === 0x89) {
    const source = { kind: 'register', register: nameOf(instruction, 1), offset: 0 } as const;
    return { source, destination: { kind: 'memory', register: at, offset: displacement } };
  }
  const kind = opcode === 0x8b ? 'memory' : 'sum';
  const destination = { kind: 'register', register: nameOf(instruction, 0) } as const;
  return { source: { kind, register: at, offset: displacement }, destination };
};

const frame = ({ opcode }: Instruction): StackEffect | null =>
  opcode === 0xc9
    ? { source: null, destination: { kind: 'leave' } }
    : opcode === 0xc8
      ? { source: null, destination: { kind: 'enter' } }
      : null;
