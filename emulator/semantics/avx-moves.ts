/** Moves of AVX and AVX-512 without masks (SDM 1 5.13, 5.19): what is above the vector that is written becomes 0. */
import { classOf, RegisterClass } from '../isa/registers.ts';
import type { Cpu, Semantic } from './cpu.ts';
import { clear, isXmm, joinHalves, lowBits, upperHalf } from './vector-lanes.ts';
import type { Unit } from './vector-state.ts';

type Moves = Readonly<Record<string, Semantic>>;

/** Of the longest register. */
const allLanes = 8;

/** Lanes of a vector register; 0 for anything else. */
const lanesOf = <V, B>(cpu: Cpu<V, B>, k: number): number => {
  switch (classOf(cpu.registerOf(k))) {
    case RegisterClass.xmm:
      return 2;
    case RegisterClass.ymm:
      return 4;
    case RegisterClass.zmm:
      return 8;
    default:
      return 0;
  }
};

const moves =
  (unit: Unit, isAligned: boolean): Semantic =>
  (cpu) => {
    cpu.requireUnit(unit);
    const written = lanesOf(cpu, 0);
    const lanes = written === 0 ? lanesOf(cpu, 1) : written;
    for (const k of [0, 1]) if (isAligned && cpu.isMemory(k)) cpu.requireAlignment(k, 8 * lanes);
    for (let lane = 0; lane < lanes; lane++) cpu.writeLane(0, lane, cpu.readLane(1, lane));
    if (written > 0) clear(cpu, 0, lanes, allLanes);
  };

/** VMOVSD and VMOVSS: loads, stores, and a register's lowest number beside the rest of another's. */
const scalar =
  (unit: Unit, bits: 32 | 64): Semantic =>
  (cpu) => {
    cpu.requireUnit(unit);
    const value = cpu.readLane(cpu.operandCount - 1, 0);
    if (cpu.isMemory(0)) {
      cpu.writeLane(0, 0, value);
      return;
    }
    const isLoad = cpu.operandCount === 2;
    const low = bits === 32 && !isLoad ? joinHalves(cpu, value, upperHalf(cpu, cpu.readLane(1, 0))) : value;
    cpu.writeLane(0, 0, isLoad ? lowBits(cpu, bits, low) : low);
    cpu.writeLane(0, 1, isLoad ? cpu.constant(0) : cpu.readLane(1, 1));
    clear(cpu, 0, 2, allLanes);
  };

/** VMOVD and VMOVQ. */
const integer =
  (unit: Unit): Semantic =>
  (cpu) => {
    cpu.requireUnit(unit);
    if (!isXmm(cpu, 0)) {
      cpu.write(0, cpu.readLane(1, 0));
      return;
    }
    cpu.writeLane(0, 0, isXmm(cpu, 1) ? cpu.readLane(1, 0) : lowBits(cpu, cpu.bits(1), cpu.read(1)));
    clear(cpu, 0, 1, allLanes);
  };

const ofBothEncodings = (unit: Unit): Moves => {
  const aligned = moves(unit, true);
  const unaligned = moves(unit, false);
  return {
    ...{ VMOVUPS: unaligned, VMOVUPD: unaligned, VMOVAPS: aligned, VMOVAPD: aligned },
    ...{ VMOVNTPS: aligned, VMOVNTPD: aligned, VMOVNTDQ: aligned },
    ...{ VMOVSD: scalar(unit, 64), VMOVSS: scalar(unit, 32), VMOVD: integer(unit), VMOVQ: integer(unit) },
  };
};

export const avxMoves: Moves = {
  ...ofBothEncodings('avx'),
  VMOVDQU: moves('avx', false),
  VLDDQU: moves('avx', false),
  VMOVDQA: moves('avx', true),
};

export const avx512Moves: Moves = {
  ...ofBothEncodings('avx512'),
  VMOVDQU32: moves('avx512', false),
  VMOVDQU64: moves('avx512', false),
  VMOVDQA32: moves('avx512', true),
  VMOVDQA64: moves('avx512', true),
};

/** Of elements that only AVX512BW has. */
export const avx512NarrowMoves: Moves = { VMOVDQU8: moves('avx512', false), VMOVDQU16: moves('avx512', false) };
