/**
 * Device accesses of a confidential guest, which its own handler of #VC or #VE makes in its place: moves only, and port
 * I/O, told as the hypervisor is asked for them.
 */
import { type Instruction, OperandKind, Prefix } from '../../isa/instruction.ts';
import { RegisterClass, type RegisterId, registerBits } from '../../isa/registers.ts';
import { evaluateOperands, type RegisterView } from '../../operand/evaluate.ts';
import { linearAddress } from './linear-address.ts';

export type MmioMove =
  /** `data` goes out. */
  | { readonly kind: 'write'; readonly sizeBytes: number; readonly data: bigint }
  /** What comes in becomes `into`, extended to `bits`. */
  | {
      readonly kind: 'read';
      readonly sizeBytes: number;
      readonly into: RegisterId;
      readonly bits: number;
      readonly extension: 'none' | 'zero' | 'sign';
    }
  /** MOVS: both sides are memory. */
  | { readonly kind: 'movs'; readonly sizeBytes: number };

/** 88, 89, C6, C7, 8A, 8B, A4, A5, 0F B6, B7, BE, BF; null of everything else. */
export const decodeMmio = (instruction: Instruction, registers: RegisterView): MmioMove | null => {
  const { map, opcode, operands } = instruction;
  const evaluated = evaluateOperands(instruction, registers).filter(({ operand }) => !operand.implicit);
  const memory = evaluated.find(({ operand }) => operand.kind === 'memory')?.operand;
  if (memory === undefined) return null;
  const sizeBytes = memory.bits >> 3;
  if (map === 0 && (opcode === 0xa4 || opcode === 0xa5)) return { kind: 'movs', sizeBytes };
  if (map === 0 && [0x88, 0x89, 0xc6, 0xc7].includes(opcode)) {
    const source = evaluated[1]?.value;
    const data = source?.kind === 'value' ? BigInt.asUintN(memory.bits, source.value) : 0n;
    return { kind: 'write', sizeBytes, data };
  }
  const isPlain = map === 0 && (opcode === 0x8a || opcode === 0x8b);
  const isZero = map === 1 && (opcode === 0xb6 || opcode === 0xb7);
  const isSign = map === 1 && (opcode === 0xbe || opcode === 0xbf);
  if (!isPlain && !isZero && !isSign) return null;
  const into = operands[0];
  const extension = isPlain ? 'none' : isZero ? 'zero' : 'sign';
  return { kind: 'read', sizeBytes, into, bits: registerBits(into), extension };
};

/** What becomes of the whole general register when `data` has come in (SDM 1 3.4.1.1): 32 bits clear the upper half. */
export const registerAfter = (move: MmioMove, data: bigint, before: bigint): bigint => {
  if (move.kind !== 'read') return before;
  const { bits, sizeBytes, extension, into } = move;
  const value = BigInt.asUintN(
    bits,
    extension === 'sign' ? BigInt.asIntN(8 * sizeBytes, data) : BigInt.asUintN(8 * sizeBytes, data),
  );
  if (bits >= 32) return value;
  const lowest = BigInt(into >> 5 === RegisterClass.gpr8High ? 8 : 0);
  const mask = ((1n << BigInt(bits)) - 1n) << lowest;
  return (before & ~mask) | (value << lowest);
};

export type TdxAnswer =
  | { readonly status: 'mmio'; readonly move: MmioMove; readonly lengthBytes: number; readonly linear: bigint }
  | { readonly status: 'refused'; readonly why: 'not a move' | 'movs' | 'user address' | 'page split' };

/** The same for #VE of TDX, which makes one request: neither MOVS, nor over the end of a page, nor for user addresses. */
export const decodeTdxMmio = (instruction: Instruction, registers: RegisterView): TdxAnswer => {
  const move = decodeMmio(instruction, registers);
  if (move === null) return { status: 'refused', why: 'not a move' };
  if (move.kind === 'movs') return { status: 'refused', why: 'movs' };
  const address = linearAddress(instruction, registers);
  if (address.status === 'refused') return { status: 'refused', why: 'not a move' };
  const { linear } = address;
  if (linear >> 63n === 0n) return { status: 'refused', why: 'user address' };
  if ((linear & 0xfffn) + BigInt(move.sizeBytes) > 0x1000n) return { status: 'refused', why: 'page split' };
  return { status: 'mmio', move, lengthBytes: instruction.lengthBytes, linear };
};

export interface PortAccess {
  readonly isInput: boolean;
  readonly isString: boolean;
  readonly isRepeated: boolean;
  readonly sizeBytes: number;
  readonly addressBits: number;
  readonly port: number;
  /** Of string instructions: whose memory. */
  readonly segment: string;
  /** Iterations: rCX of a repeated one, of its address size; else 1 whatever rCX is. */
  readonly count: bigint;
}

const isPortForm = new Set([0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef]);
const counters: Readonly<Record<number, string>> = { 16: 'cx', 32: 'ecx', 64: 'rcx' };

/** IN, OUT, INS and OUTS; null of everything else. */
export const decodePortAccess = (instruction: Instruction, registers: RegisterView): PortAccess | null => {
  const { map, opcode, prefixes, operandSize, addressSize, operands, operandCount, immediate } = instruction;
  if (map !== 0 || !isPortForm.has(opcode)) return null;
  const isString = opcode < 0x70;
  const isRepeated = isString && (prefixes & (Prefix.rep | Prefix.repne)) !== 0;
  const hasImmediate = operands.subarray(0, operandCount).includes(OperandKind.immediate);
  const memory = evaluateOperands(instruction, registers).find(({ operand }) => operand.kind === 'memory')?.operand;
  return {
    isInput: isString ? opcode < 0x6e : (opcode & 2) === 0,
    isString,
    isRepeated,
    sizeBytes: (opcode & 1) === 0 ? 1 : operandSize === 16 ? 2 : 4,
    addressBits: addressSize,
    port: hasImmediate ? immediate & 0xff : Number(registers.read('dx')),
    segment: memory?.kind === 'memory' ? memory.segment : 'ds',
    count: isRepeated ? registers.read(counters[addressSize]) : 1n,
  };
};

const segmentNumbers: Readonly<Record<string, number>> = { es: 0, cs: 1, ss: 2, ds: 3, fs: 4, gs: 5 };

/** EXITINFO1 of an IOIO intercept (APM 2 15.10.2). */
export const ioioInformation = (access: PortAccess): number =>
  (access.isInput ? 1 : 0) |
  (access.isString ? 4 : 0) |
  (access.isRepeated ? 8 : 0) |
  (access.sizeBytes << 4) |
  ((access.addressBits >> 4) << 7) |
  (segmentNumbers[access.segment] << 10) |
  (access.port << 16);
