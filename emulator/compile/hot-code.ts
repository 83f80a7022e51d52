/** Compiles what is executed often, a page's blocks at a time, and runs it. */
import type { Word } from '../bits/word.ts';
import type { CodePage } from '../execute/code-cache.ts';
import type { Surroundings, Tier } from '../execute/tier.ts';
import { Flag } from '../isa/rflags.ts';
import { pageBytes } from '../machine/memory.ts';
import type { MachineState } from '../machine/state.ts';
import { findBlocks } from './blocks.ts';
import { compileRegion, Exchange, type Region } from './region.ts';

/** A page is worth it when it was met so often; and again for what was not found before. */
const enough = 6;
/** Code that goes on changing, or leaving, is left to the evaluator. */
const mostCompilations = 8;

/** Of one page. */
class HotPage {
  /** Where it was met. */
  readonly offsets = new Set<number>();
  met = 0;
  compilations = 0;
  key = -1;
  region: Region | null = null;
}

/** May functions be made from text here? Pages of the web can forbid it. */
export const canCompile = (): boolean => {
  try {
    return new Function('return 1')() === 1;
  } catch {
    return false;
  }
};

export class HotCode implements Tier {
  readonly #state: MachineState;
  readonly #exchange = new Exchange();

  constructor(state: MachineState) {
    this.#state = state;
  }

  get undefinedFlags(): number {
    return this.#exchange.undefinedFlags;
  }

  run(code: CodePage, around: Surroundings, most: number, until: Word): number {
    const { hot } = code;
    if (!(hot instanceof HotPage) || hot.region === null || hot.key !== around.key) return 0;
    const { region } = hot;
    const { ip, flags } = this.#state;
    const block = region.blockAt[ip.lo & (pageBytes - 1)];
    if (block === -1) return 0;
    const stop = until.lo >>> 12 === code.low && until.hi === code.high ? until.lo & (pageBytes - 1) : -1;
    const exchange = this.#exchange;
    setSources(exchange, flags.value);
    const ended = region.run(block, most, stop);
    if (ended > 0) flags.deferAll(exchange);
    return ended;
  }

  meet(code: CodePage, around: Surroundings): void {
    // What follows the last page below 4 GiB is elsewhere.
    if (code.low === 0xf_ffff) return;
    const page = code.hot instanceof HotPage ? code.hot : new HotPage();
    code.hot = page;
    page.offsets.add(this.#state.ip.lo & (pageBytes - 1));
    page.met++;
    if (page.met < enough || page.compilations >= mostCompilations) return;
    page.met = 0;
    page.compilations++;
    page.key = around.key;
    const blocks = findBlocks(code, [...page.offsets], around);
    page.region = blocks.length === 0 ? null : compileRegion(code, blocks, around, this.#state.memory, this.#exchange);
  }
}

/** Variables from which these flags follow. */
const setSources = (into: Exchange, flags: number): void => {
  into.bits = flags;
  into.sign = (flags & Flag.S) !== 0 ? -1 : 0;
  into.nonzero = (flags & Flag.Z) !== 0 ? 0 : 1;
  into.low = (flags & Flag.P) !== 0 ? 0 : 1;
  into.lowCarries = (flags & Flag.A) !== 0 ? 8 : 0;
  const carry = (flags & Flag.C) !== 0;
  const overflow = (flags & Flag.O) !== 0;
  into.carries = (carry ? -(2 ** 31) : 0) | (carry !== overflow ? 2 ** 30 : 0);
};
