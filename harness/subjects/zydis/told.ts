/** Reads the records of the runner (runner/main.c). */
import type { AnswerAccess, AnswerOperand, MemoryOperand } from '../../subject.ts';
import type { Content } from '../library/library.ts';
import type { Reading } from '../slots.ts';
import { accessOf, broadcastOf, flagsOf, roundingOf, type ZydisNames, zydisNames } from './words.ts';

const toldBytes = 40;
const operandBytes = 24;

export const toldReader = (told: readonly string[]): ((content: Content) => Reading) => {
  const names = zydisNames(told);
  return ({ bytes, lengthBytes }) => {
    const operands = operandsOf(bytes, names);
    if (operands === null) return null;
    return {
      lengthBytes,
      mnemonic: mnemonicOf(names.mnemonics[bytes.readUInt16LE(0)] ?? '', bytes),
      operands,
      ...roundingOf(bytes.readUInt8(5), bytes.readUInt8(6) === 1),
      flags: flagsOf({
        tested: bytes.readUInt32LE(16),
        modified: bytes.readUInt32LE(20),
        cleared: bytes.readUInt32LE(24),
        set: bytes.readUInt32LE(28),
        undefined: bytes.readUInt32LE(32),
      }),
    };
  };
};

/** A far return has no name of its own. */
const mnemonicOf = (name: string, bytes: Buffer): string =>
  name === 'ret' && bytes.readUInt8(10) === 1 ? 'retf' : name;

/** Null where there are others than the record says. */
const operandsOf = (bytes: Buffer, names: ZydisNames): readonly AnswerOperand[] | null => {
  const count = bytes.readUInt8(9);
  if (bytes.length !== toldBytes + count * operandBytes) return null;
  const operands = Array.from({ length: count }, (_, k) => operandOf(bytes, toldBytes + k * operandBytes, names));
  const mask = names.registers[bytes.readUInt16LE(2)] ?? '';
  const [first] = operands;
  if (mask === '' || first === undefined) return operands;
  operands[0] = { ...first, mask, ...(bytes.readUInt8(4) === 1 ? { zeroing: true } : {}) };
  return operands;
};

/** `ZydisOperandType`. */
const Type = { register: 1, memory: 2, pointer: 3 } as const;
/** As runner/main.c has them. */
const Flag = { relative: 2, ofFour: 4, signed: 8, address: 16 } as const;

const operandOf = (bytes: Buffer, at: number, names: ZydisNames): AnswerOperand => {
  const flags = bytes.readUInt8(at + 1);
  const value = bytes.readBigUInt64LE(at + 16);
  switch (bytes.readUInt8(at)) {
    case Type.register: {
      const group = (flags & Flag.ofFour) === 0 ? {} : { count: 4 };
      const register = registerAt(bytes, at + 8, names);
      return { kind: 'register', register, access: registerAccess(bytes, at, register), ...group };
    }
    case Type.memory:
      return memoryOf(bytes, at, names);
    case Type.pointer:
      return { kind: 'far-pointer', selector: bytes.readUInt16LE(at + 6), offset: value };
    default:
      // An immediate is read in the width of the other side; what is signed has been extended.
      return (flags & Flag.relative) === 0 ? { kind: 'immediate', value } : { kind: 'branch', target: value };
  }
};

/**
 * Its bits are those that are accessed, not those of the register. Where legacy code writes some of an XMM register the
 * others stay, and a register that keeps a part is read.
 */
const registerAccess = (bytes: Buffer, at: number, register: string): AnswerAccess => {
  const access = accessOf(bytes.readUInt8(at + 2));
  const isLegacy = bytes.readUInt8(11) === 1;
  const isPart = register.startsWith('xmm') && bytes.readUInt16LE(at + 4) < 128;
  return access === 'w' && isLegacy && isPart ? 'rw' : access;
};

const memoryOf = (bytes: Buffer, at: number, names: ZydisNames): MemoryOperand => {
  const base = registerAt(bytes, at + 8, names);
  const index = registerAt(bytes, at + 10, names);
  const addressBits = bytes.readUInt8(8);
  const value = bytes.readBigUInt64LE(at + 16);
  const isAddress = (bytes.readUInt8(at + 1) & Flag.address) !== 0;
  return {
    kind: 'memory',
    segment: registerAt(bytes, at + 6, names),
    base: base === '' ? null : base,
    index: index === '' ? null : index,
    scale: index === '' ? 1 : bytes.readUInt8(at + 3),
    displacement: base === '' && index === '' ? BigInt.asUintN(addressBits, value) : value,
    addressBits,
    bits: isAddress ? 0 : bytes.readUInt16LE(at + 4),
    access: isAddress ? '' : accessOf(bytes.readUInt8(at + 2)),
    ...broadcastOf(bytes.readUInt8(7)),
  };
};

const registerAt = (bytes: Buffer, at: number, { registers }: ZydisNames): string =>
  registers[bytes.readUInt16LE(at)] ?? '';
