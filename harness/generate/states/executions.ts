/**
 * Executions drawn from a seed: an instruction in several states each, whose registers, flags and memory stand at
 * boundaries, are the same as each other, or lie where an access faults. Fast, since the CPU answers a million a second:
 * nothing is allocated for a state, and no number is a bigint.
 */
import type { Form } from '../../../emulator/isa/form.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { StateWord } from '../../execution.ts';
import { codeAddress, codeOffset, codeSelector, pageBytes, realWindowBase, windowBase } from '../../sandbox.ts';
import { Random } from '../random.ts';
import { Pair } from './aim.ts';
import { drawContents } from './contents.ts';
import type { DrawnExecution } from './drawn.ts';
import { drawFlags } from './flags.ts';
import { InstructionDraw } from './instructions.ts';
import { drawOperands } from './operands.ts';
import { baseOf, settleBases } from './segments.ts';
import { drawRealSelectors, drawSelectors } from './selectors.ts';
import { Shape } from './shape.ts';
import { drawValue } from './values.ts';

export interface ExecutionDrawOptions {
  readonly mode: Mode;
  /** Whose CPU executes. */
  readonly vendor: Vendor;
  readonly seed: number;
  /** Tells streams of one seed apart. */
  readonly label?: string;
  /** 16-bit code in real mode. */
  readonly isReal?: boolean;
  /** As `InstructionDraw` takes them. */
  readonly forms?: readonly Form[];
  readonly rare?: readonly Form[];
}

export class ExecutionDraw {
  readonly mode: Mode;
  readonly isReal: boolean;
  readonly random: Random;
  /** The instruction of the last execution. */
  readonly instructions: InstructionDraw;
  readonly shape = new Shape();
  /** Where the last memory operand was aimed at. */
  readonly target = new Pair();
  /** Bytes of the last memory operand's own, or 0 where it was left to chance. */
  targetBytes = 0;
  #statesLeft = 0;

  constructor({ mode, vendor, seed, isReal = false, label = '', forms, rare = [] }: ExecutionDrawOptions) {
    this.mode = mode;
    this.isReal = isReal;
    this.random = new Random(seed, `executions/${mode}/${vendor}/${label}`);
    const random = this.random.split('instructions');
    this.instructions = new InstructionDraw({ mode, vendor, random, rare, ...(forms === undefined ? {} : { forms }) });
  }

  /** Makes `into` the next execution. */
  draw(into: DrawnExecution): void {
    const { instructions, random, mode } = this;
    if (this.#statesLeft === 0) {
      instructions.next();
      if (instructions.isValid) this.shape.fill(instructions.instruction);
      this.#statesLeft = instructions.isValid ? statesEach : 1;
    }
    this.#statesLeft--;
    into.mode = mode;
    into.memory.length = 0;
    into.form = instructions.isValid ? instructions.instruction.form : -1;
    into.setBytes(instructions.bytes, instructions.lengthBytes);
    const { words } = into.state;
    drawRegisters(words, mode, random);
    words[StateWord.rflags] = drawFlags(random);
    words[StateWord.rflags + 1] = 0;
    words[StateWord.real] = this.isReal ? 1 : 0;
    if (this.isReal) drawRealSelectors(into.state, random);
    else drawSelectors(into.state, mode, random);
    drawBases(words, mode, random);
    settleBases(into.state, mode);
    drawStack(into, random);
    drawPlace(into, random);
    if (instructions.isValid) {
      drawOperands(this, into);
      drawContents(this, into);
    }
    if (mode !== 64) clearUpperHalves(words);
  }
}

/** Operands matter more than opcodes: an instruction is drawn once for so many states. */
const statesEach = 4;

const drawRegisters = (words: Uint32Array, mode: Mode, random: Random): void => {
  const end = mode === 64 ? 32 : 16;
  for (let word = 0; word < end; word += 2) drawValue(words, word, random);
  for (let word = end; word < 32; word++) words[word] = 0;
  // A dividend that its divisor can divide: rDX zero, or the sign of rAX.
  const lot = random.next();
  if ((lot & 7) > 2) return;
  const sign = (lot & 7) === 0 ? 0 : ((words[mode === 64 ? 1 : 0] ?? 0) | 0) >> 31;
  words[4] = sign;
  words[5] = sign;
};

const clearUpperHalves = (words: Uint32Array): void => {
  for (let word = 1; word < 16; word += 2) words[word] = 0;
};

/** Bases of FS and GS, which 64-bit mode alone has free. */
const drawBases = (words: Uint32Array, mode: Mode, random: Random): void => {
  if (mode !== 64) return;
  const lot = random.next();
  for (let k = 0; k < 2; k++) {
    const word = k === 0 ? StateWord.fsBase : StateWord.gsBase;
    const kind = (lot >>> (8 * k)) & 15;
    words[word] = kind < 8 ? 0 : windowBase + ((lot >>> 12) & 0x3fff);
    words[word + 1] = 0;
    // Negative, so that what is added wraps; still canonical.
    if (kind === 15) words[word] = 0xffff_f000;
    if (kind === 15) words[word + 1] = 0xffff_ffff;
  }
};

/** Three in four in the middle of a page; the rest near a page's ends, unaligned, or anywhere. */
const drawStack = ({ state, mode }: DrawnExecution, random: Random): void => {
  const lot = random.next();
  const kind = lot & 31;
  // Some states keep the value that was drawn.
  if (kind === 31) return;
  const base = baseOf(state, mode, 2);
  const window = state.isReal ? realWindowBase : windowBase;
  const page = window + (stackPages[(lot >>> 5) & 3] ?? 0) - base;
  const offset = (lot >>> 7) & 0xfff;
  let pointer = page + (0x400 | (offset & 0x3f8));
  if (kind >= 24) pointer = page + pageBytes - (offset & 0x3f);
  if (kind >= 26) pointer = page + (offset & 0x3f);
  if (kind === 28) pointer = page + offset;
  if (kind >= 29) pointer = (offset & 15) - (kind === 29 ? 8 : 0);
  const { words } = state;
  // Of a stack pointer of 16 bits the rest of rSP is not looked at.
  words[8] = mode === 16 && kind < 8 ? ((words[8] ?? 0) & 0xffff_0000) | (pointer & 0xffff) : pointer;
  words[9] = pointer < 0 ? 0xffff_ffff : 0;
};

/** Pages that rSP points into. */
const stackPages = [0x2000, 0x2000, 0, 0xf000] as const;

/** Where the instruction stands: now and then so near a page's end, or its segment's, that it does not end there. */
const drawPlace = ({ state, bytes, mode }: DrawnExecution, random: Random): void => {
  const { words, isReal } = state;
  const lot = random.next();
  let place = codeOffset;
  if ((lot & 63) === 0) place = codeOffset + pageBytes - 1 - ((lot >>> 6) % (bytes.length + 1));
  else if ((lot & 7) === 1) place = codeOffset + ((lot >>> 6) & 0x7ff);
  const isOffset = words[StateWord.selectors + 1] !== codeSelector[mode] || mode === 16;
  words[StateWord.rip] = isOffset ? place : codeAddress - codeOffset + place;
  // The page of code may be met from another segment.
  if (isReal) words[StateWord.rip] = (realWindowBase + place - baseOf(state, mode, 1)) & 0xffff;
  words[StateWord.rip + 1] = 0;
};
