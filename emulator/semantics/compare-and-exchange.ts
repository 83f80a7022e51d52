/** CMPXCHG, CMPXCHG8B, CMPXCHG16B (SDM 2A). Memory is written in any case, if only with what it held. */
import type { Cpu, Semantic, Width } from './cpu.ts';
import { Flag } from './cpu.ts';
import { subtractWithStatus } from './sum.ts';

const rAX = 0;
const rCX = 1;
const rDX = 2;
const rBX = 3;

/** A register destination that is not equal stays, all 64 bits of it; so does an accumulator that is. */
export const compareAndExchange: Semantic = (cpu) => {
  const { width } = cpu;
  cpu.probeWrite(0);
  const destination = cpu.read(0);
  const source = cpu.read(1);
  const accumulator = cpu.general(width, rAX);
  subtractWithStatus(cpu, accumulator, destination);
  const isEqual = cpu.equal(width, accumulator, destination);
  setGeneralUnless(cpu, isEqual, { width, number: rAX, value: destination });
  if (cpu.isMemory(0)) cpu.write(0, cpu.select(isEqual, source, destination));
  else cpu.writeIf(isEqual, 0, source);
};

/** EDX:EAX and ECX:EBX, with memory of 64 bits. */
export const compareAndExchange8Bytes: Semantic = (cpu) => {
  cpu.probeWrite(0);
  const old = cpu.read(0);
  const isEqual = cpu.equal(64, old, pair(cpu, rDX, rAX));
  cpu.setFlag(Flag.Z, isEqual);
  cpu.write(0, cpu.select(isEqual, pair(cpu, rCX, rBX), old));
  setGeneralUnless(cpu, isEqual, { width: 32, number: rAX, value: old });
  setGeneralUnless(cpu, isEqual, { width: 32, number: rDX, value: cpu.shiftRight(64, old, cpu.constant(32)) });
};

/** RDX:RAX and RCX:RBX, with memory of 128 bits that must be aligned. */
export const compareAndExchange16Bytes: Semantic = (cpu) => {
  cpu.requireAlignment(0, 16);
  cpu.probeWrite(0);
  const upper = cpu.constant(8);
  const oldLow = cpu.read(0);
  const oldHigh = cpu.readAt(0, upper);
  const isEqual = cpu.both(cpu.equal(64, oldLow, cpu.general(64, rAX)), cpu.equal(64, oldHigh, cpu.general(64, rDX)));
  cpu.setFlag(Flag.Z, isEqual);
  cpu.write(0, cpu.select(isEqual, cpu.general(64, rBX), oldLow));
  cpu.writeAt(0, upper, cpu.select(isEqual, cpu.general(64, rCX), oldHigh));
  setGeneralUnless(cpu, isEqual, { width: 64, number: rAX, value: oldLow });
  setGeneralUnless(cpu, isEqual, { width: 64, number: rDX, value: oldHigh });
};

/** Two 32-bit registers as one value of 64 bits. */
const pair = <V, B>(cpu: Cpu<V, B>, high: number, low: number): V =>
  cpu.or(cpu.shiftLeft(64, cpu.general(32, high), cpu.constant(32)), cpu.zeroExtend(32, cpu.general(32, low)));

interface Load<V> {
  readonly width: Width;
  readonly number: number;
  readonly value: V;
}

/** A register that is not loaded is not zero-extended either. */
const setGeneralUnless = <V, B>(cpu: Cpu<V, B>, condition: B, { width, number, value }: Load<V>): void => {
  const whole = width === 32 ? 64 : width;
  const loaded = cpu.zeroExtend(width, value);
  cpu.setGeneral(whole, number, cpu.select(condition, cpu.general(whole, number), loaded));
};
