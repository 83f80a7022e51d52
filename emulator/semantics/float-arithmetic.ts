/** Arithmetic, comparisons and conversions of floating-point numbers in XMM registers (SDM 1 5.5.1, 5.6.1). */
import type { FloatOperation } from '../bits/float.ts';
import type { FloatWidth } from '../bits/float-format.ts';
import { type Cpu, Flag, type Semantic } from './cpu.ts';
import { clear, joinHalves, lineBytes, upperHalf, xmmLanes } from './vector-lanes.ts';
import type { FloatConversion } from './vector-state.ts';

/** The lowest number; what else the destination has stays. */
const scalar =
  (operation: FloatOperation, width: FloatWidth): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const a = cpu.readLane(0, 0);
    const result = cpu.calculate(operation, width, a, cpu.readLane(1, 0));
    cpu.writeLane(0, 0, width === 64 ? result : joinHalves(cpu, result, upperHalf(cpu, a)));
  };

/** All numbers of 128 bits. */
const packed =
  (operation: FloatOperation, width: FloatWidth): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    if (cpu.isMemory(1)) cpu.requireAlignment(1, lineBytes);
    for (let lane = 0; lane < xmmLanes; lane++) {
      const a = cpu.readLane(0, lane);
      const b = cpu.readLane(1, lane);
      const low = cpu.calculate(operation, width, a, b);
      cpu.writeLane(0, lane, width === 64 ? low : joinHalves(cpu, low, upperResult(cpu, operation, a, b)));
    }
  };

const upperResult = <V, B>(cpu: Cpu<V, B>, operation: FloatOperation, a: V, b: V): V =>
  cpu.calculate(operation, 32, upperHalf(cpu, a), upperHalf(cpu, b));

/** Unordered sets Z, P and C (SDM 2B UCOMISD). */
const compares =
  (width: FloatWidth, signalsQuiet: boolean): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const a = cpu.readLane(0, 0);
    const order = cpu.orderOf(width, a, cpu.readLane(1, 0), signalsQuiet);
    cpu.setFlag(Flag.Z, cpu.either(order.isUnordered, order.isEqual));
    cpu.setFlag(Flag.P, order.isUnordered);
    cpu.setFlag(Flag.C, cpu.either(order.isUnordered, order.isLess));
    cpu.setFlag(Flag.O | Flag.S | Flag.A, cpu.always(false));
  };

/** CVTSI2SS and CVTSI2SD. */
const fromInteger =
  (toBits: FloatWidth): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const fromBits = cpu.bits(1) === 64 ? 64 : 32;
    const result = cpu.convert({ from: 'integer', fromBits, to: 'float', toBits }, cpu.read(1));
    const isWhole = toBits === 64;
    cpu.writeLane(0, 0, isWhole ? result : joinHalves(cpu, result, upperHalf(cpu, cpu.readLane(0, 0))));
  };

const toInteger =
  (fromBits: FloatWidth, truncates: boolean): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const toBits = cpu.bits(0) === 64 ? 64 : 32;
    cpu.write(0, cpu.convert({ from: 'float', fromBits, to: 'integer', toBits, truncates }, cpu.readLane(1, 0)));
  };

const widening: FloatConversion = { from: 'float', fromBits: 32, to: 'float', toBits: 64 };
const narrowing: FloatConversion = { from: 'float', fromBits: 64, to: 'float', toBits: 32 };
const doubleFromInteger: FloatConversion = { from: 'integer', fromBits: 32, to: 'float', toBits: 64 };

/** Two numbers of 32 bits become two of 64. */
const widens =
  (conversion: FloatConversion): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const source = cpu.readLane(1, 0);
    cpu.writeLane(0, 0, cpu.convert(conversion, source));
    cpu.writeLane(0, 1, cpu.convert(conversion, upperHalf(cpu, source)));
  };

/** Signs of the numbers as bits of a general register. */
const signs =
  (width: FloatWidth): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    const perLane = 64 / width;
    let bits = cpu.constant(0);
    for (let k = 0; k < perLane * xmmLanes; k++) {
      const lane = cpu.readLane(1, Math.floor(k / perLane));
      const sign = cpu.bit(lane, width - 1 + width * (k % perLane));
      bits = cpu.or(bits, cpu.shiftLeft(32, cpu.fromCondition(sign), cpu.constant(k)));
    }
    cpu.write(0, bits);
  };

const arithmeticOf = (width: FloatWidth): Readonly<Record<string, Semantic>> => {
  const letter = width === 64 ? 'D' : 'S';
  const operations = ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max'] as const;
  return Object.fromEntries(
    operations.flatMap((operation) => [
      [`${operation.toUpperCase()}S${letter}`, scalar(operation, width)],
      [`${operation.toUpperCase()}P${letter}`, packed(operation, width)],
    ]),
  );
};

export const sseArithmetic: Readonly<Record<string, Semantic>> = {
  ...arithmeticOf(32),
  UCOMISS: compares(32, false),
  COMISS: compares(32, true),
  CVTSI2SS: fromInteger(32),
  CVTSS2SI: toInteger(32, false),
  CVTTSS2SI: toInteger(32, true),
  MOVMSKPS: signs(32),
};

export const sse2Arithmetic: Readonly<Record<string, Semantic>> = {
  ...arithmeticOf(64),
  UCOMISD: compares(64, false),
  COMISD: compares(64, true),
  CVTSI2SD: fromInteger(64),
  CVTSD2SI: toInteger(64, false),
  CVTTSD2SI: toInteger(64, true),
  CVTDQ2PD: widens(doubleFromInteger),
  CVTPS2PD: widens(widening),
  MOVMSKPD: signs(64),
  CVTSS2SD(cpu) {
    cpu.requireUnit('sse');
    cpu.writeLane(0, 0, cpu.convert(widening, cpu.readLane(1, 0)));
  },
  CVTSD2SS(cpu) {
    cpu.requireUnit('sse');
    const result = cpu.convert(narrowing, cpu.readLane(1, 0));
    cpu.writeLane(0, 0, joinHalves(cpu, result, upperHalf(cpu, cpu.readLane(0, 0))));
  },
  CVTPD2PS(cpu) {
    cpu.requireUnit('sse');
    if (cpu.isMemory(1)) cpu.requireAlignment(1, lineBytes);
    const low = cpu.convert(narrowing, cpu.readLane(1, 0));
    cpu.writeLane(0, 0, joinHalves(cpu, low, cpu.convert(narrowing, cpu.readLane(1, 1))));
    clear(cpu, 0, 1, xmmLanes);
  },
};
