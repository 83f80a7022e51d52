/** What stands in memory that an instruction reads: boundaries, values of registers, pointers, selectors, stack frames. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { codeAddress, codeOffset, dataSelector, windowBase } from '../../sandbox.ts';
import type { Random } from '../random.ts';
import { type DrawnExecution, longestRun } from './drawn.ts';
import type { ExecutionDraw } from './executions.ts';
import { baseOf } from './segments.ts';
import { drawCodeSelector, drawRealSelector, drawSelector } from './selectors.ts';
import { Content } from './shape.ts';
import { isData } from './targets.ts';
import { drawValue } from './values.ts';

export const drawContents = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { shape, target, targetBytes, random } = draw;
  if (shape.popped > 0) drawFrame(draw, into);
  if (targetBytes === 0 || target.high !== 0) return;
  const bytes = Math.min(targetBytes, longestRun);
  // A quarter keeps what the page holds.
  if (shape.content === Content.value && random.chance(1, 4)) return;
  if (!isData(target.low, bytes, draw.isReal)) return;
  const run = into.addRun(target.low, bytes);
  if (run === null) return;
  if (shape.content === Content.value) drawDatum(run, into.state.words, random);
  else drawPointer(draw, run);
};

const scratch = new Uint32Array(2);

const write = (into: Uint8Array, at: number, bytes: number, words: Uint32Array, word: number): void => {
  for (let k = 0; k < bytes; k++) into[at + k] = (words[word + (k >> 2)] ?? 0) >>> (8 * (k & 3));
};

/** Boundaries, or what rAX, rDX or some other register holds. */
const drawDatum = (run: Uint8Array, words: Uint32Array, random: Random): void => {
  const lot = random.next();
  const half = Math.min(8, run.length);
  for (let at = 0; at < run.length; at += half) {
    const bytes = Math.min(half, run.length - at);
    drawValue(scratch, 0, random);
    write(run, at, bytes, scratch, 0);
  }
  if ((lot & 3) !== 0) return;
  // CMPXCHG8B and 16B compare rDX:rAX, whose parts are half the operand each.
  const isPair = run.length >= 8 && (lot & 4) !== 0;
  const register = isPair ? 0 : (lot & 8) === 0 ? 0 : (lot >>> 8) & 7;
  write(run, 0, isPair ? run.length >> 1 : half, words, 2 * register);
  if (isPair) write(run, run.length >> 1, run.length >> 1, words, 4);
};

/** A selector, or an offset and then a selector; registers get selectors in operands.ts. */
const drawPointer = ({ shape, mode, random, isReal }: ExecutionDraw, run: Uint8Array): void => {
  const isFar = shape.content === Content.farPointer && run.length >= 4;
  const offsetBytes = isFar ? run.length - 2 : 0;
  scratch[0] = codePlace(mode, random);
  scratch[1] = 0;
  write(run, 0, offsetBytes, scratch, 0);
  if (isReal) scratch[0] = drawRealSelector(random);
  else scratch[0] = shape.loadsSegment ? drawSelector(random) : drawCodeSelector(mode, random);
  write(run, offsetBytes, run.length - offsetBytes, scratch, 0);
};

const codePlace = (mode: Mode, random: Random): number => {
  const lot = random.next();
  if ((lot & 7) === 0) return random.next() >>> ((lot >>> 3) & 31);
  return (mode === 16 ? codeOffset : codeAddress) + ((lot >>> 8) & 0x3ff);
};

const trap = 0x100;

/** Items at the top of the stack: a place to go to, a selector, flags, another stack, in the order of IRET's frame. */
const drawFrame = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { shape, mode, random, isReal } = draw;
  const { itemBytes, popped, flagsItem } = shape;
  const { state } = into;
  const pointer = state.words[8] ?? 0;
  const base = baseOf(state, mode, 2);
  const address = base + (mode === 16 ? pointer & 0xffff : pointer);
  const bytes = Math.min(itemBytes * popped, longestRun);
  if (state.words[9] !== 0 || !isData(address, bytes, draw.isReal) || (flagsItem < 0 && random.chance(1, 8))) return;
  const run = into.addRun(address, bytes);
  if (run === null) return;
  for (let item = 0; (item + 1) * itemBytes <= bytes; item++) {
    if (isReal) drawRealItem(popped === 1 ? -1 : item, random);
    else drawItem(popped === 1 ? -1 : item, mode, random);
    if (popped === 1 && shape.loadsSegment) scratch[0] = isReal ? drawRealSelector(random) : drawSelector(random);
    // What follows a popped TF is not the instruction's any more.
    if (item === flagsItem) scratch[0] = (scratch[0] ?? 0) & ~trap;
    write(run, item * itemBytes, itemBytes, scratch, 0);
  }
};

/** A place, a segment, flags; item -1 is any of them. */
const drawRealItem = (item: number, random: Random): void => {
  const lot = random.next();
  const kind = item < 0 || (lot & 7) === 0 ? (lot >>> 3) & 3 : item;
  scratch[1] = 0;
  if (kind === 0) scratch[0] = codePlace(16, random);
  else if (kind === 1) scratch[0] = drawRealSelector(random);
  else if (kind === 2) scratch[0] = (lot >>> 8) & 0x24_7fff;
  else drawValue(scratch, 0, random);
};

/** Item -1 is any of them. */
const drawItem = (item: number, mode: Mode, random: Random): void => {
  const lot = random.next();
  scratch[1] = 0;
  const kind = item < 0 || (lot & 7) === 0 ? (lot >>> 3) & 7 : item;
  if (kind === 0) scratch[0] = codePlace(mode, random);
  else if (kind === 1) scratch[0] = drawCodeSelector(mode, random);
  else if (kind === 2) scratch[0] = (lot >>> 8) & 0x24_4fff;
  else if (kind === 3) scratch[0] = (mode === 16 ? 0 : windowBase) + 0x2000 + ((lot >>> 8) & 0xff8);
  else if (kind === 4) scratch[0] = (lot & 0x100) === 0 ? dataSelector[mode] : drawSelector(random);
  else drawValue(scratch, 0, random);
};
