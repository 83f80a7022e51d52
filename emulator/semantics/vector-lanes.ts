/** Vector registers as lanes of 64 bits, and their halves. */
import { classOf, RegisterClass } from '../isa/registers.ts';
import type { Cpu, Width } from './cpu.ts';

export const xmmLanes = 2;
/** What legacy SSE wants memory aligned to. */
export const lineBytes = 16;

export const isXmm = <V, B>(cpu: Cpu<V, B>, k: number): boolean => classOf(cpu.registerOf(k)) === RegisterClass.xmm;

/** Lanes from `first` to before `end` become 0. */
export const clear = <V, B>(cpu: Cpu<V, B>, k: number, first: number, end: number): void => {
  for (let lane = first; lane < end; lane++) cpu.writeLane(k, lane, cpu.constant(0));
};

/** A lane of the low bits of a value. */
export const lowBits = <V, B>(cpu: Cpu<V, B>, bits: Width, value: V): V =>
  bits === 64 ? value : cpu.zeroExtend(bits, value);

export const upperHalf = <V, B>(cpu: Cpu<V, B>, lane: V): V => cpu.shiftRight(64, lane, cpu.constant(32));

/** A lane of two values of 32 bits. */
export const joinHalves = <V, B>(cpu: Cpu<V, B>, low: V, high: V): V =>
  cpu.or(cpu.zeroExtend(32, low), cpu.shiftLeft(64, high, cpu.constant(32)));
