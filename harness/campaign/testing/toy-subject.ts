/**
 * A small decoder for tests: enough of the general-purpose set that every field of an answer can be wrong, with bugs to
 * plant. It owes nothing to the emulator.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { digitOf, identify, isRegisterForm, rmOf } from '../../bucket/identity.ts';
import { layoutOf } from '../../shrink/layout.ts';
import type { Answer, AnswerOperand, Input, Subject } from '../../subject.ts';

/** What is wrong with a toy. */
export const toyBugs = [
  /** LOCK is accepted everywhere. */
  'lock-anywhere',
  /** 66 E8 has a 16-bit displacement. */
  'short-call',
  /** INC of group FF is called DEC. */
  'wrong-name',
  /** 01 /r has its operands swapped. */
  'swapped',
  /** 0F AF is 32 bits wide under 66. */
  'wide',
  /** SHL with an immediate reads the carry flag. */
  'flags',
  /** XCHG with R8 uses no register. */
  'unused',
  /** D6 kills. */
  'crash',
  /** 3D is named in capitals. */
  'text',
] as const;
export type ToyBug = (typeof toyBugs)[number];

export const createToy = (name: string, bugs: readonly ToyBug[], batch = 64): Subject => ({
  name,
  version: '1.0',
  modes: [16, 32, 64],
  vendors: ['intel', 'amd'],
  observes: new Set(['validity', 'length', 'mnemonic', 'operands', 'access', 'flags', 'uses', 'text']),
  batch,
  decode: (inputs) => Promise.resolve(inputs.map((input) => decodeToy(input, new Set(bugs)))),
  close: () => Promise.resolve(),
});

interface ToyForm {
  readonly name: string;
  /** Bytes of immediate; -1 for 2 or 4, by operand size. */
  readonly immediate: number;
  readonly lockable: boolean;
}

const form = (name: string, immediate = 0, lockable = false): ToyForm => ({ name, immediate, lockable });

const formOf = (map: number, opcode: number, digit: number): ToyForm | 'invalid' | 'unsupported' => {
  if (map > 1) return 'unsupported';
  if (map === 1) return opcode === 0xaf ? form('imul') : opcode === 0xa2 ? form('cpuid') : 'invalid';
  if (opcode === 0x01) return form('add', 0, true);
  if (opcode === 0x89) return form('mov');
  if (opcode === 0x3d) return form('cmp', -1);
  if (opcode >= 0x90 && opcode <= 0x97) return form(opcode === 0x90 ? 'nop' : 'xchg');
  if (opcode === 0xc1) return digit === 4 ? form('shl', 1) : 'invalid';
  if (opcode === 0xe8) return form('call', -1);
  if (opcode === 0xff) return digit === 0 ? form('inc', 0, true) : digit === 1 ? form('dec', 0, true) : 'invalid';
  return opcode === 0xd6 ? form('salc') : 'invalid';
};

export const decodeToy = ({ bytes, mode }: Input, bugs: ReadonlySet<ToyBug>): Answer => {
  const identity = identify(bytes, mode);
  const layout = layoutOf(bytes, mode);
  if (identity.opcode < 0 || wantsMore(bytes, mode)) return { status: bytes.length < 15 ? 'truncated' : 'invalid' };
  const digit = identity.modrm < 0 ? -1 : digitOf(identity);
  const found = formOf(identity.map, identity.opcode, digit);
  if (found === 'unsupported') return { status: 'unsupported' };
  if (found === 'invalid') return { status: 'invalid', reason: 'opcode' };
  const isLocked = identity.prefixes.includes(0xf0);
  const isMemory = identity.modrm >= 0 && !isRegisterForm(identity);
  if (isLocked && !(found.lockable && isMemory) && !bugs.has('lock-anywhere')) {
    return { status: 'invalid', reason: 'lock-not-allowed' };
  }
  if (identity.opcode === 0xd6 && identity.map === 0 && bugs.has('crash')) return { status: 'crashed', detail: 'boom' };
  const size = operandSizeOf(identity.prefixes, identity.rex, mode);
  const immediateSize = identity.opcode === 0xe8 && mode === 64 && !bugs.has('short-call') ? 32 : Math.min(size, 32);
  const lengthBytes = layout.restOffset + (found.immediate < 0 ? immediateSize / 8 : found.immediate);
  if (lengthBytes > 15) return { status: 'invalid', reason: 'too-long' };
  if (lengthBytes > bytes.length) return { status: 'truncated' };
  return answerOf({ name: found.name, lengthBytes, size, bugs, bytes, mode });
};

/** The address has more bytes than there are. */
const wantsMore = (bytes: Uint8Array, mode: Mode): boolean => {
  const padded = new Uint8Array(bytes.length + 16);
  padded.set(bytes);
  return layoutOf(padded, mode).restOffset > bytes.length;
};

const operandSizeOf = (prefixes: readonly number[], rex: number, mode: Mode): number => {
  if ((rex & 8) !== 0) return 64;
  return prefixes.includes(0x66) === (mode === 16) ? 32 : 16;
};

interface Parts {
  readonly name: string;
  readonly lengthBytes: number;
  readonly size: number;
  readonly bugs: ReadonlySet<ToyBug>;
  readonly bytes: Uint8Array;
  readonly mode: Mode;
}

const answerOf = ({ name, lengthBytes, size, bugs, bytes, mode }: Parts): Answer => {
  const identity = identify(bytes, mode);
  const isShift = name === 'shl';
  const mnemonic = name === 'inc' && bugs.has('wrong-name') ? 'dec' : name;
  const operands = operandsOf(bytes, mode, name === 'imul' && bugs.has('wide') ? Math.max(size, 32) : size);
  if (name === 'add' && bugs.has('swapped')) operands.reverse();
  const readsCarry = isShift && bugs.has('flags');
  const isUnused = name === 'xchg' && (identity.rex & 1) !== 0 && bugs.has('unused');
  return {
    status: 'valid',
    lengthBytes,
    mnemonic,
    operands,
    flags: {
      read: readsCarry ? 'C' : '',
      written: isShift ? 'OSZPC' : '',
      cleared: '',
      set: '',
      undefined: isShift ? 'A' : '',
    },
    registersUsed: name === 'xchg' && !isUnused ? 'rax=rw' : '',
    memoryUsed: '',
    text: { intel: name === 'cmp' && bugs.has('text') ? 'cmp eax,0x0' : name === 'cmp' ? 'cmp eax,0x1' : name },
    form: name,
  };
};

const operandsOf = (bytes: Uint8Array, mode: Mode, bits: number): AnswerOperand[] => {
  const identity = identify(bytes, mode);
  if (identity.modrm < 0) return [];
  const bank = bits === 16 ? words : bits === 32 ? doubles : quads;
  const registerOperand = (number: number): AnswerOperand => ({
    kind: 'register',
    register: bank[number] ?? '',
    bits,
    access: 'rw',
  });
  const rm: AnswerOperand = isRegisterForm(identity)
    ? registerOperand(rmOf(identity))
    : {
        kind: 'memory',
        segment: 'ds',
        base: 'rax',
        index: null,
        scale: 1,
        displacement: 0n,
        addressBits: mode,
        bits,
        access: 'rw',
      };
  return identity.isGroup ? [rm] : [rm, registerOperand(digitOf(identity))];
};

const words = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const doubles = words.map((word) => `e${word}`);
const quads = words.map((word) => `r${word}`);
