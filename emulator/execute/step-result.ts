/** How a step ends, in the words of the machine's door. */
import { toBigInt, type Word } from '../bits/word.ts';
import { type Stop, StopKind } from './stop.ts';

/** Memory or a port whose owner is asked; `resume` answers. Data is little-endian bytes. */
export interface Need {
  readonly kind: 'need';
  readonly space: 'memory' | 'port';
  readonly access: 'read' | 'write';
  readonly address: bigint;
  readonly sizeBytes: number;
  /** What is written. */
  readonly data?: Uint8Array;
  /** Of a LOCKed write: what the owner must find there now; else it answers `refuse`. */
  readonly expected?: Uint8Array;
}

/** An exception: before the instruction (fault) or after it (trap). `address` is CR2's, of #PF. */
export interface Exception {
  readonly kind: 'fault' | 'trap';
  readonly vector: number;
  readonly error: number;
  readonly address?: bigint;
}

export type StepResult =
  | { readonly kind: 'done' }
  | Need
  | Exception
  | { readonly kind: 'halted' }
  /** SYSCALL or SYSENTER has ended, with rIP after it; registers are as before. The owner does what follows. */
  | { readonly kind: 'system call' }
  /** The instruction is not emulated; nothing has happened. */
  | { readonly kind: 'unsupported' }
  /** The owner of the system has taken the instruction over; nothing has happened. */
  | { readonly kind: 'intercepted' };

export const done = { kind: 'done' } as const;
const halted = { kind: 'halted' } as const;
const systemCall = { kind: 'system call' } as const;
const unsupported = { kind: 'unsupported' } as const;
const intercepted = { kind: 'intercepted' } as const;

/** Did the instruction end? */
export const hasEnded = ({ kind }: StepResult): boolean =>
  kind === 'done' || kind === 'halted' || kind === 'trap' || kind === 'system call';

/** The result of a StopKind that is no need. */
export const resultOf = (kind: number, stop: Stop): StepResult => {
  switch (kind) {
    case StopKind.none:
      return done;
    case StopKind.halt:
      return halted;
    case StopKind.systemCall:
      return systemCall;
    case StopKind.unsupported:
      return unsupported;
    case StopKind.intercepted:
      return intercepted;
    default:
      return exceptionOf(kind, stop);
  }
};

const exceptionOf = (kind: number, { vector, error, address }: Stop): Exception => {
  const exception = { kind: kind === StopKind.trap ? 'trap' : 'fault', vector, error } as const;
  return vector === 14 ? { ...exception, address: toBigInt(64, address) } : exception;
};

export const needOf = (stop: Stop): Need => {
  const where = {
    kind: 'need',
    space: stop.isPort ? 'port' : 'memory',
    address: toBigInt(64, stop.address),
    sizeBytes: stop.bytes,
  } as const;
  if (!stop.isWrite) return { ...where, access: 'read' };
  const write = { ...where, access: 'write', data: dataOf(stop) } as const;
  return stop.isLocked ? { ...write, expected: expectedOf(stop) } : write;
};

/** What is to be written. */
export const dataOf = ({ data, dataAbove, bytes }: Stop): Uint8Array => joined(data, dataAbove, bytes);

/** What a locked write replaces. */
export const expectedOf = ({ expected, expectedAbove, bytes }: Stop): Uint8Array =>
  joined(expected, expectedAbove, bytes);

const joined = (low: Word, high: Word, bytes: number): Uint8Array =>
  bytes <= 8 ? bytesOf(low, bytes) : Uint8Array.of(...bytesOf(low, 8), ...bytesOf(high, bytes - 8));

/** The low bytes of a word, little-endian. */
const bytesOf = (word: Word, bytes: number): Uint8Array => {
  const value = toBigInt(64, word);
  return Uint8Array.from({ length: bytes }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
};
