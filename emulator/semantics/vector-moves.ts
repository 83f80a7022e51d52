/** Moves between vector registers, general ones and memory: MMX (SDM 1 5.4.1), SSE and SSE2 (SDM 1 5.5.1.1, 5.6.1). */
import type { Semantic } from './cpu.ts';
import { clear, isXmm, joinHalves, lineBytes, lowBits, upperHalf, xmmLanes } from './vector-lanes.ts';

/** 128 bits; memory that must be aligned is checked before it is accessed. */
const moves =
  (isAligned: boolean): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    for (const k of [0, 1]) if (isAligned && cpu.isMemory(k)) cpu.requireAlignment(k, lineBytes);
    for (let lane = 0; lane < xmmLanes; lane++) cpu.writeLane(0, lane, cpu.readLane(1, lane));
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
  if (isXmm(cpu, 0)) clear(cpu, 0, 1, xmmLanes);
};

/** 64 bits; what else the register has stays, unless they come from memory. */
const movesDouble: Semantic = (cpu) => {
  cpu.requireUnit('sse');
  cpu.writeLane(0, 0, cpu.readLane(1, 0));
  if (cpu.isMemory(1)) clear(cpu, 0, 1, xmmLanes);
};

/** The same of 32 bits. */
const movesSingle: Semantic = (cpu) => {
  cpu.requireUnit('sse');
  const single = cpu.readLane(1, 0);
  if (cpu.isMemory(0)) cpu.writeLane(0, 0, single);
  else if (cpu.isMemory(1)) cpu.writeLane(0, 0, lowBits(cpu, 32, single));
  else cpu.writeLane(0, 0, joinHalves(cpu, single, upperHalf(cpu, cpu.readLane(0, 0))));
  if (cpu.isMemory(1)) clear(cpu, 0, 1, xmmLanes);
};

/** Between a lane of an XMM register and memory. */
const movesPart =
  (lane: number): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    if (cpu.isMemory(0)) cpu.writeLane(0, 0, cpu.readLane(1, lane));
    else cpu.writeLane(0, lane, cpu.readLane(1, 0));
  };

/** From one lane to another. */
const movesAcross =
  (to: number, from: number): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    cpu.writeLane(0, to, cpu.readLane(1, from));
  };

/** A general register or memory, of 32 or 64 bits, and the low end of an XMM register, the rest of which becomes 0. */
const movesInteger: Semantic = (cpu) => {
  cpu.requireUnit('sse');
  if (!isXmm(cpu, 0)) {
    cpu.write(0, cpu.readLane(1, 0));
    return;
  }
  cpu.writeLane(0, 0, lowBits(cpu, cpu.bits(1), cpu.read(1)));
  clear(cpu, 0, 1, xmmLanes);
};

export const mmxMoves: Readonly<Record<string, Semantic>> = { MOVQ: movesMmx };

export const sseMoves: Readonly<Record<string, Semantic>> = {
  MOVUPS: unaligned,
  MOVAPS: aligned,
  MOVNTPS: aligned,
  MOVNTQ: movesMmx,
  MOVSS: movesSingle,
  MOVLPS: movesPart(0),
  MOVHPS: movesPart(1),
  MOVHLPS: movesAcross(0, 1),
  MOVLHPS: movesAcross(1, 0),
};

export const sse2Moves: Readonly<Record<string, Semantic>> = {
  MOVUPD: unaligned,
  MOVAPD: aligned,
  MOVNTPD: aligned,
  MOVDQU: unaligned,
  MOVDQA: aligned,
  MOVNTDQ: aligned,
  MOVQ: movesQuad,
  MOVD: movesInteger,
  MOVSD: movesDouble,
  MOVLPD: movesPart(0),
  MOVHPD: movesPart(1),
};
