/** Aims memory operands, and brings register operands into relations that chance would not: equal, opposite, small. */
import { StateWord } from '../../execution.ts';
import { aim, aimPointer, overriddenSegment } from './aim.ts';
import type { DrawnExecution } from './drawn.ts';
import type { ExecutionDraw } from './executions.ts';
import { drawCodeSelector, drawRealSelector, drawSelector } from './selectors.ts';
import { drawTarget } from './targets.ts';
import { drawValue } from './values.ts';

export const drawOperands = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { shape, random } = draw;
  const lot = random.next();
  draw.targetBytes = 0;
  if (shape.registers.length > 0) relate(draw, into, lot);
  if (shape.isBitString && (lot & 0x300) !== 0) shortenBitOffset(draw, into, lot);
  if (shape.loadsSegment || shape.hasFarPointer) drawLoads(draw, into);
  if (shape.isRepeated) drawCount(into, random.next());
  if (shape.usesFrame && (lot & 0xc00) !== 0) copyRegister(into.state.words, 4, 5);
  // One in sixteen goes where its registers happen to point.
  if ((lot & 0xf000) === 0) return;
  if (shape.hasMemory) aimMemory(draw, into);
  else if (shape.hasSource || shape.hasDestination) aimStrings(draw, into);
  else if (shape.hasTable) aimTable(draw, into);
};

/** One register operand is made another one, its complement or its negative, or becomes rAX, which CMPXCHG compares. */
const relate = ({ shape: { registers } }: ExecutionDraw, { state: { words } }: DrawnExecution, lot: number): void => {
  const kind = lot & 31;
  const [first = 0, second = 0] = registers;
  if (kind < 3) copyRegister(words, first, second);
  else if (kind < 5) complement(words, first, second, 0);
  else if (kind === 5) complement(words, first, second, 1);
  else if (kind < 8) copyRegister(words, first, 0);
};

const copyRegister = (words: Uint32Array, from: number, to: number): void => {
  words[2 * to] = words[2 * from] ?? 0;
  words[2 * to + 1] = words[2 * from + 1] ?? 0;
};

const complement = (words: Uint32Array, from: number, to: number, more: number): void => {
  const low = ~(words[2 * from] ?? 0) >>> 0;
  words[2 * to] = low + more;
  words[2 * to + 1] = ~(words[2 * from + 1] ?? 0) + (low + more > 0xffff_ffff ? 1 : 0);
};

/** So that it stays within the page. */
const shortenBitOffset = (
  { shape: { registers } }: ExecutionDraw,
  { state: { words } }: DrawnExecution,
  lot: number,
) => {
  const [register = 0] = registers;
  const offset = ((lot << 16) >> 25) | 0;
  words[2 * register] = offset;
  words[2 * register + 1] = offset >> 31;
};

const drawLoads = ({ shape, random, mode, instructions, isReal }: ExecutionDraw, into: DrawnExecution): void => {
  const [register] = shape.registers;
  if (shape.hasFarPointer) {
    const selector = isReal ? drawRealSelector(random) : drawCodeSelector(mode, random);
    const at = instructions.lengthBytes - 2;
    into.bytes[at] = selector;
    into.bytes[at + 1] = selector >> 8;
  } else if (register !== undefined) {
    const { words } = into.state;
    const selector = isReal ? drawRealSelector(random) : drawSelector(random);
    words[2 * register] = ((words[2 * register] ?? 0) & 0xffff_0000) | selector;
  }
};

/** Mostly a few; sometimes so many that the end of the page comes first. */
const drawCount = ({ state: { words }, mode }: DrawnExecution, lot: number): void => {
  const kind = lot & 63;
  let count = (lot >>> 6) & 7;
  if (kind === 0) count = (lot >>> 6) & 0xfff;
  else if (kind < 8) count = (lot >>> 6) & 63;
  words[2] = count;
  words[3] = 0;
  // Bits that a narrow address size does not count.
  if (kind >= 60 && mode !== 16) words[2] = count | 0x1_0000;
};

const aimMemory = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { instructions, shape, target } = draw;
  drawTarget(draw, shape.memoryBytes);
  aim({ instruction: instructions.instruction, state: into.state, bytes: into.bytes }, target);
  draw.targetBytes = shape.memoryBytes;
};

const rSI = 6;
const rDI = 7;
const ES = 0;

const aimStrings = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { instructions, shape, target, random } = draw;
  const aimed = { instruction: instructions.instruction, state: into.state, bytes: into.bytes };
  if (shape.hasSource) {
    drawTarget(draw, shape.memoryBytes);
    aimPointer(aimed, { number: rSI, segment: overriddenSegment(instructions.instruction) }, target);
  }
  if (shape.hasDestination) {
    // Overlapping ones, and those that are equal for CMPS, lie close together.
    const lot = random.next();
    if (shape.hasSource && (lot & 7) < 2) target.low = (target.low + ((lot >>> 3) & 31) - 16) >>> 0;
    else drawTarget(draw, shape.memoryBytes);
    aimPointer(aimed, { number: rDI, segment: ES }, target);
  }
  draw.targetBytes = shape.memoryBytes;
};

/** XLAT adds AL to rBX. */
const aimTable = (draw: ExecutionDraw, into: DrawnExecution): void => {
  const { instructions, target, random } = draw;
  const { state } = into;
  drawValue(state.words, StateWord.gpr, random);
  drawTarget(draw, 1);
  const borrow = target.low < ((state.words[0] ?? 0) & 0xff) ? 1 : 0;
  target.low = (target.low - ((state.words[0] ?? 0) & 0xff)) >>> 0;
  target.high = (target.high - borrow) >>> 0;
  const aimed = { instruction: instructions.instruction, state, bytes: into.bytes };
  aimPointer(aimed, { number: 3, segment: overriddenSegment(instructions.instruction) }, target);
};
