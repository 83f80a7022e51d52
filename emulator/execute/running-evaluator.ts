/** The evaluator in a row: instruction after instruction, as long as nobody has to be told of each, with a tier beside it. */
import type { Word } from '../bits/word.ts';
import { Cr0 } from '../machine/state.ts';
import { Flag } from '../semantics/cpu.ts';
import { MachineEvaluator } from './machine-evaluator.ts';
import { StopKind } from './stop.ts';
import type { Surroundings, Tier } from './tier.ts';

/** Instructions that the evaluator runs in a row before compiled code is looked for again. */
const shortestSlice = 16;
const longestSlice = 1024;

/** Instructions that are counted in a small integer. */
const mostInRow = 2 ** 30;
export class RunningEvaluator extends MachineEvaluator {
  /** Compiled code, where there is any. */
  tier: Tier | null = null;

  /** Executes instructions until one does not simply end, `most` have, or rIP is `until`: the StopKind of the last. */
  steps(most: number, until: Word, iterations: number): number {
    const { ip } = this.state;
    const last = this.ended + most;
    let slice = shortestSlice;
    for (;;) {
      const before = this.ended;
      const isQuiet = this.#isQuiet();
      if (isQuiet && this.#runTier(last - before, until)) {
        if (this.ended >= last || (ip.lo === until.lo && ip.hi === until.hi)) return StopKind.none;
        slice = shortestSlice;
        continue;
      }
      const kind = isQuiet ? this.runKnown(this.fetch, Math.min(last - before, slice), until) : StopKind.none;
      if (kind !== StopKind.none || this.ended >= last) return kind;
      if (this.ended - before === slice) slice = this.#lengthen(slice);
      if (this.ended === before) {
        const stepped = this.step(iterations);
        if (stepped !== StopKind.none) return stepped;
        this.ended++;
      }
      if (this.ended >= last || (ip.lo === until.lo && ip.hi === until.hi)) return StopKind.none;
    }
  }

  /** Compiled code runs, if there is any at CS:rIP. */
  #runTier(most: number, until: Word): boolean {
    const { tier } = this;
    const code = tier === null ? undefined : this.fetch.knownPage();
    if (tier === null || code === undefined || this.#checksAlignment()) return false;
    const ended = tier.run(code, this.#around(), Math.min(most, mostInRow), until);
    if (ended === 0) return false;
    this.ended += ended;
    this.noteUndefined(tier.undefinedFlags);
    return true;
  }

  /** After a slice that was run without the tier, which then hears of it. */
  #lengthen(slice: number): number {
    if (slice < longestSlice) return slice * 2;
    const code = this.fetch.knownPage();
    if (this.tier !== null && code !== undefined && !this.#checksAlignment()) this.tier.meet(code, this.#around());
    return slice;
  }

  #checksAlignment(): boolean {
    return this.cpl === 3 && (this.state.control[0].lo & Cr0.AM) !== 0 && !this.flags.areClear(Flag.K);
  }

  #surroundings: Surroundings | null = null;

  #around(): Surroundings {
    const { mode, stackBits, flat, linear, profile, cpl, state } = this;
    const { hasSse } = this;
    const bits = (cpl << 1) | (hasSse ? 1 : 0);
    const key = ((((mode >> 4) * 8 + (stackBits >> 4)) * 64 + flat) * 16 + linear.writeMask) * 8 + bits;
    if (this.#surroundings?.key === key) return this.#surroundings;
    this.#surroundings = {
      ...{ key, mode, stackBits, profile, privilegeLevel: cpl, isLongMode: state.isLongMode },
      ...{ flatSegments: flat, readMask: linear.readMask, writeMask: linear.writeMask },
      ...{ general: state.general, ip: state.ip, hasSse, vectors: state },
    };
    return this.#surroundings;
  }

  /** Is nobody to be told of single instructions, and does nothing come between them? */
  #isQuiet(): boolean {
    this.isTraced = false;
    const { state } = this;
    const holds = state.interruptShadow || state.isEnablingInterrupts;
    return !this.isWatched && !holds && this.flags.areClear(Flag.T | Flag.R) && !this.isIntercepting;
  }
}
