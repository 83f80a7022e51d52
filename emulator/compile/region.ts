/**
 * The blocks of a page as one JavaScript function: registers and flags in variables, a loop around a switch from block
 * to block, and a way out wherever something is out of the ordinary.
 */
import type { CodePage } from '../execute/code-cache.ts';
import type { Surroundings } from '../execute/tier.ts';
import { FlagSource } from '../machine/flags.ts';
import { type Memory, pageBytes } from '../machine/memory.ts';
import { type Block, offsetIn } from './blocks.ts';
import { RecordedOperation } from './recorded-operation.ts';
import { Arithmetic } from './recording.ts';
import { Source, type Term, text } from './term.ts';
import { VectorFile } from './vector-file.ts';

/** Flags on their way in and out: the six as their sources, the others as bits. */
export class Exchange extends FlagSource {
  bits = 0;
  undefinedFlags = 0;
}

/**
 * Runs from block `block` on, at most `most` operations, and not into a block that holds offset `until` of the page (-1
 * for none): the operations that ended. Registers, flags and rIP are as after the last of them.
 */
export type Run = (block: number, most: number, until: number) => number;

export interface Region {
  /** By offset in the page: the number of the block that starts there, or -1. */
  readonly blockAt: Int16Array;
  readonly blocks: readonly Block[];
  readonly run: Run;
}

export const compileRegion = (
  code: CodePage,
  blocks: readonly Block[],
  around: Surroundings,
  memory: Memory,
  exchange: Exchange,
): Region => {
  const blockAt = new Int16Array(pageBytes).fill(-1);
  for (const [k, { start }] of blocks.entries()) blockAt[start] = k;
  const body = new Writer(code, blocks, blockAt, around).body();
  const make = new Function('G', 'I', 'M', 'X', 'A', 'B', 'V', body);
  const run: Run = make(
    ...[around.general, around.ip, memory, exchange, new Arithmetic(), blockAt],
    new VectorFile(around.vectors),
  );
  return { blockAt, blocks, run };
};

class Writer {
  readonly #source = new Source();
  readonly #code: CodePage;
  readonly #blocks: readonly Block[];
  readonly #blockAt: Int16Array;
  readonly #around: Surroundings;

  constructor(code: CodePage, blocks: readonly Block[], blockAt: Int16Array, around: Surroundings) {
    this.#code = code;
    this.#blocks = blocks;
    this.#blockAt = blockAt;
    this.#around = around;
  }

  body(): string {
    for (const [k, block] of this.#blocks.entries()) this.#block(k, block);
    const cases = this.#source.lines.join('\n');
    const registers = [...new Set(cases.match(/\br\d+(?=[lh]\b)/g))];
    const numbers = registers.map((name) => name.slice(1));
    return `'use strict';
return (b, most, u) => {
let n = 0, il = 0, ih = ${this.#code.high}, x = 0;
let fs = X.sign, fz = X.nonzero, fl = X.low, fc = X.carries, fa = X.lowCarries;
const fb = X.bits, VI = V.integers, VF = V.doubles;
${numbers.map((k) => `let r${k}l = G[${k}].lo, r${k}h = G[${k}].hi;`).join('\n')}
L: for (;;) switch (b) {
${cases}
default: throw new RangeError('no such block');
}
${numbers.map((k) => `G[${k}].lo = r${k}l; G[${k}].hi = r${k}h;`).join('\n')}
X.sign = fs; X.nonzero = fz; X.low = fl; X.carries = fc; X.lowCarries = fa;
X.undefinedFlags = x;
I.lo = il; I.hi = ih;
return n;
};`;
  }

  #block(k: number, { start, end, operations }: Block): void {
    const source = this.#source;
    const count = operations.length;
    source.line(`case ${k}: S${k}: for (;;) {`);
    source.line(
      `if ((u - ${start}) >>> 0 < ${end - start} || n > most - ${count}) { il = ${this.#address(start)}; break L; }`,
    );
    let last: RecordedOperation | null = null;
    for (const [j, operation] of operations.entries()) {
      const leave = `{ n = (n + ${j}) | 0; il = ${operation.low}; break L; }`;
      last = new RecordedOperation(source, this.#around, operation, leave);
      last.commit();
    }
    source.line(`n = (n + ${count}) | 0;`);
    if (last === null) return;
    source.line(`x = ${last.undefinedFlags};`);
    if (last.transfer === null) {
      source.line(this.#goTo(k, last.nextInstruction()));
    } else {
      const { condition, target } = last.transfer;
      if (condition === true) source.line(this.#goTo(k, target));
      else source.line(`if (${condition}) ${this.#goTo(k, target)}\n${this.#goTo(k, last.nextInstruction())}`);
    }
    source.line('}');
  }

  #address(offset: number): number {
    return (this.#code.low << 12) | offset;
  }

  /** To a target from block `from`. */
  #goTo(from: number, target: Term): string {
    const { lo, hi } = target;
    if (typeof lo !== 'number') return this.#goToComputed(target);
    const offset = offsetIn(this.#code, target);
    const block = offset === -1 ? -1 : this.#blockAt[offset];
    if (block === from) return `continue S${from};`;
    if (block !== -1) return `{ b = ${block}; continue L; }`;
    return `{ il = ${lo}; ih = ${hi}; break L; }`;
  }

  #goToComputed({ lo, hi }: Term): string {
    const { low, high } = this.#code;
    return `{ il = ${lo}; ih = ${hi};
if (il >>> 12 === ${low} && ih === ${text(high)}) { b = B[il & 4095]; if (b >= 0) continue L; }
ih = ${hi}; break L; }`;
  }
}
