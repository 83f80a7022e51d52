/** Moves between vector registers and memory, whole: MMX (SDM 1 5.4.1), SSE and SSE2 (SDM 1 5.5.1.1, 5.6.1). */
import { classOf, RegisterClass } from '../isa/registers.ts';
import type { Semantic } from './cpu.ts';

const laneCount = 2;
const lineBytes = 16;

/** 128 bits; memory that must be aligned is checked before it is accessed. */
const moves =
  (isAligned: boolean): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    for (const k of [0, 1]) if (isAligned && cpu.isMemory(k)) cpu.requireAlignment(k, lineBytes);
    for (let lane = 0; lane < laneCount; lane++) cpu.writeLane(0, lane, cpu.readLane(1, lane));
  };

const aligned = moves(true);
const unaligned = moves(false);

/** 64 bits to or from an MMX register. */
const movesMmx: Semantic = (cpu) => {
  cpu.requireUnit('mmx');
  cpu.writeLane(0, 0, cpu.readLane(1, 0));
};

/** 64 bits; the upper half of an XMM register becomes 0. */
const movesQuad: Semantic = (cpu) => {
  cpu.requireUnit('sse');
  cpu.writeLane(0, 0, cpu.readLane(1, 0));
  if (classOf(cpu.registerOf(0)) === RegisterClass.xmm) cpu.writeLane(0, 1, cpu.constant(0));
};

export const mmxMoves: Readonly<Record<string, Semantic>> = { MOVQ: movesMmx };

export const sseMoves: Readonly<Record<string, Semantic>> = {
  MOVUPS: unaligned,
  MOVAPS: aligned,
  MOVNTPS: aligned,
  MOVNTQ: movesMmx,
};

export const sse2Moves: Readonly<Record<string, Semantic>> = {
  MOVUPD: unaligned,
  MOVAPD: aligned,
  MOVNTPD: aligned,
  MOVDQU: unaligned,
  MOVDQA: aligned,
  MOVNTDQ: aligned,
  MOVQ: movesQuad,
};
