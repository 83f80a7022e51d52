/** An execution that is drawn anew again and again: its arrays are made once, so that drawing allocates nothing. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { CpuState, type Execution, type MemoryRun } from '../../execution.ts';

const mostBytes = 15;
export const longestRun = 64;
const mostRuns = 3;

export class DrawnExecution implements Execution {
  mode: Mode = 64;
  bytes: Uint8Array = new Uint8Array(1);
  readonly state = new CpuState();
  readonly memory: MemoryRun[] = [];
  /** The form of its instruction, an index of `forms`; -1 where the bytes are no instruction. */
  form = -1;
  readonly #code = new Uint8Array(mostBytes);
  /** Views of the code by length. */
  readonly #codes: Uint8Array[] = [];
  readonly #runs: readonly DrawnRun[] = Array.from({ length: mostRuns }, () => new DrawnRun());

  /** Takes the first `length` bytes. */
  setBytes(source: Uint8Array, length: number): void {
    for (let k = 0; k < length; k++) this.#code[k] = source[k] ?? 0;
    const known = this.#codes[length];
    if (known !== undefined) {
      this.bytes = known;
      return;
    }
    this.bytes = this.#code.subarray(0, length);
    this.#codes[length] = this.bytes;
  }

  /** A run to be filled by the caller, or null where there is no room for one at this place. */
  addRun(address: number, length: number): Uint8Array | null {
    const { memory } = this;
    if (memory.length === mostRuns || length > longestRun) return null;
    let at = memory.length;
    for (let k = 0; k < memory.length; k++) {
      const other = memory[k];
      if (other === undefined) continue;
      if (address < other.address + other.bytes.length && other.address < address + length) return null;
      if (at === memory.length && address < other.address) at = k;
    }
    const run = this.#runs[this.#free()];
    if (run === undefined) return null;
    run.place(address, length);
    memory.splice(at, 0, run);
    return run.bytes;
  }

  /** The first that is not in use: runs are sorted by address, not by slot. */
  #free(): number {
    let free = 0;
    while (free < mostRuns && this.memory.some((run) => run === this.#runs[free])) free++;
    return free;
  }
}

class DrawnRun implements MemoryRun {
  address = 0;
  bytes = new Uint8Array(0);
  readonly #buffer = new Uint8Array(longestRun);
  readonly #views: Uint8Array<ArrayBuffer>[] = [];

  place(address: number, length: number): void {
    this.address = address;
    const known = this.#views[length];
    this.bytes = known ?? this.#buffer.subarray(0, length);
    if (known === undefined) this.#views[length] = this.bytes;
  }
}
