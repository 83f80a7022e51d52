/**
 * Execution, in the words of a comparison: one instruction, the state before it, and what a subject says comes of it.
 * Flat words, because a campaign makes hundreds of thousands of them a second.
 */
import type { Mode } from '../emulator/isa/modes.ts';

/** Where each part of a `CpuState` stands, in 32-bit words; 64-bit parts low half first. */
export const StateWord = {
  /** Sixteen registers in the order of their encoding: rax rcx rdx rbx rsp rbp rsi rdi r8 … r15. */
  gpr: 0,
  /** Offset in CS. */
  rip: 32,
  rflags: 34,
  /** Six selectors in the order of their encoding: es cs ss ds fs gs. */
  selectors: 36,
  fsBase: 42,
  gsBase: 44,
  /** 1 in real mode: CR0.PE is 0, and the code is of 16 bits. */
  real: 46,
  count: 48,
} as const;

/** The integer state of a CPU, which tells of its mode what bytes do not: whether it is real mode. */
export class CpuState {
  readonly words: Uint32Array<ArrayBuffer>;

  /** On words of `StateWord.count`, which are its own from now on. */
  constructor(words: Uint32Array<ArrayBuffer> = new Uint32Array(StateWord.count)) {
    this.words = words;
  }

  get isReal(): boolean {
    return this.words[StateWord.real] === 1;
  }

  /** A copy that shares nothing. */
  clone(): CpuState {
    const copy = new CpuState();
    copy.words.set(this.words);
    return copy;
  }

  get64(word: number): bigint {
    return (BigInt(this.words[word + 1] ?? 0) << 32n) | BigInt(this.words[word] ?? 0);
  }

  set64(word: number, value: bigint): void {
    this.words[word] = Number(value & 0xffffffffn);
    this.words[word + 1] = Number((value >> 32n) & 0xffffffffn);
  }
}

/** Makes zeroed states whose words lie side by side, since memory for each alone costs more than its answer. */
export class CpuStates {
  #slab = new ArrayBuffer(0);
  #at = 0;

  take(): CpuState {
    if (this.#at === this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(statesTogether * stateBytes);
      this.#at = 0;
    }
    const words = new Uint32Array(this.#slab, this.#at, StateWord.count);
    this.#at += stateBytes;
    return new CpuState(words);
  }
}

/** Few: one of them that is kept keeps the others' memory. */
const statesTogether = 128;
const stateBytes = StateWord.count * Uint32Array.BYTES_PER_ELEMENT;

/** Consecutive bytes at a linear address below 2^53. */
export interface MemoryRun {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** What is asked: execute the one instruction `bytes` at CS:RIP; a repeated string instruction to its end. */
export interface Execution {
  readonly mode: Mode;
  /** 1 to 15 bytes; what follows them in memory is the sandbox's. */
  readonly bytes: Uint8Array;
  readonly state: CpuState;
  /** What differs from the sandbox's image (sandbox.ts), sorted by address, within its mapped pages. */
  readonly memory: readonly MemoryRun[];
}

/** State after: `memory` is each maximal run of bytes that differ from those before, sorted by address. */
interface After {
  readonly state: CpuState;
  readonly memory: readonly MemoryRun[];
}

export type ExecutionAnswer =
  | ({ readonly status: 'executed' } & After)
  /** RIP in `state` is what the fault or trap would push. `address` is CR2's, of #PF (vector 14) only. */
  | ({
      readonly status: 'fault';
      readonly vector: number;
      readonly error: number;
      readonly address?: bigint;
    } & After)
  /** A system call instruction left the sandbox: RIP after it, nothing else is told. */
  | { readonly status: 'system call' }
  /** The subject must not be asked this: why. Nobody's agreement. */
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unsupported' }
  | { readonly status: 'crashed'; readonly detail: string }
  | { readonly status: 'timed out'; readonly timeoutMs: number };

/** An implementation that executes. */
export interface Executor {
  /** Short and stable. */
  readonly name: string;
  readonly version: string;
  readonly modes: readonly Mode[];
  /** How many executions a call wants for good speed. */
  readonly batch: number;
  /** Answers in order, one an execution. Never rejects because of an execution. */
  execute(executions: readonly Execution[]): Promise<readonly ExecutionAnswer[]>;
  close(): Promise<void>;
}
