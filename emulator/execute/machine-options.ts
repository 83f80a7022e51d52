/** What a machine is made of and asked for, in the words of its door. */
import type { Mode } from '../isa/modes.ts';
import type { Identification } from '../machine/identification.ts';
import type { Memory } from '../machine/memory.ts';
import type { Access, Profile } from './machine-evaluator.ts';
import type { SystemOwner } from './owners.ts';
import type { StepResult } from './step-result.ts';

/** How a machine begins and whom it follows; flat 64-bit code at CPL 3 on an Intel CPU where nothing is said. */
export interface MachineOptions {
  /** Width of code; default 64. */
  readonly mode?: Mode;
  /** Virtual-8086 mode, whose code is 16-bit. */
  readonly virtual8086?: boolean;
  /** Real mode, whose code is 16-bit: segments are selector * 16, faults and INT go through the vectors at 0. */
  readonly real?: boolean;
  /** Privilege level in protected mode; default 3. */
  readonly cpl?: 0 | 3;
  /** Whose undefined results and vendor differences; default intel. */
  readonly cpu?: Profile;
  /** Faults and traps are results of `step` (pass), or enter their handlers (deliver); real mode delivers by default. */
  readonly faults?: 'pass' | 'deliver';
  /** CPUID; by default a CPU with the emulated features. */
  readonly identify?: (leaf: number, subleaf: number) => Identification;
  /** RDTSC; by default the number of steps so far. */
  readonly timeStamp?: () => bigint;
  /**
   * 64 bits for RDRAND and RDSEED, modulo 2^64; null where the generator has none now (CF is 0), which is the default:
   * nothing here is random by itself.
   */
  readonly random?: () => bigint | null;
  readonly memory?: Memory;
  /** Answers for what instructions of systems reach, and may take instructions over. */
  readonly system?: SystemOwner;
  /** A repeated string instruction goes on for this many iterations a step, then is stepped again; default 2^20. */
  readonly iterationsPerStep?: number;
  /** Code that runs often becomes JavaScript, where functions may be made from text; default true. */
  readonly compile?: boolean;
}

/** Where a run ends, besides at what is no `done`. */
export interface RunLimits {
  /** An offset in CS. */
  readonly until?: bigint;
  /** Instructions. */
  readonly count?: number;
}

export interface RunResult {
  /** Instructions that ended. */
  readonly steps: number;
  /** Why it stopped: at the address, after the count, or the last step's result. */
  readonly stop: 'address' | 'count' | StepResult;
}

/** What enters a handler. */
export interface Delivery {
  readonly vector: number;
  /** Of vectors that push one. */
  readonly error?: number | undefined;
  /** CR2's, of #PF. */
  readonly address?: bigint | undefined;
  readonly resumes?: boolean;
}

export type Watcher = (access: Access) => void;
export type EndWatch = () => void;
