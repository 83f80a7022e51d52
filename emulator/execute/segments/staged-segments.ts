/** Segment registers that an instruction loads: held back until it is known to end. */
import { SegmentRegister } from '../../machine/segments.ts';

export class StagedSegments {
  readonly #registers: readonly SegmentRegister[];
  readonly #staged: readonly SegmentRegister[] = Array.from({ length: 6 }, () => new SegmentRegister());
  /** A bit for each register that is loaded. */
  #loaded = 0;

  constructor(registers: readonly SegmentRegister[]) {
    this.#registers = registers;
  }

  /** A new instruction: nothing is loaded. */
  begin(): void {
    this.#loaded = 0;
  }

  /** Is any register loaded? */
  get isLoaded(): boolean {
    return this.#loaded !== 0;
  }

  /** A segment register as this instruction leaves it. */
  stage(segment: number): SegmentRegister {
    const staged = this.#staged[segment];
    const bit = 1 << segment;
    if ((this.#loaded & bit) === 0) staged.copyFrom(this.#registers[segment]);
    this.#loaded |= bit;
    return staged;
  }

  commit(): void {
    for (const [segment, register] of this.#registers.entries()) {
      if ((this.#loaded & (1 << segment)) !== 0) register.copyFrom(this.#staged[segment]);
    }
    this.#loaded = 0;
  }
}
