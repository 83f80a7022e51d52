import { NO_REGISTER } from '../isa/registers.ts';
import type { bitAndByte as rows } from '../isa/rows/bit-and-byte.ts';
import { type Condition, conditions } from './conditions.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf } from './cpu.ts';

type Change = <V, B>(cpu: Cpu<V, B>, value: V, bit: V) => V;

/** BT, and what BTS, BTR and BTC do to the bit besides. */
const bitTest =
  (change: Change | null): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const offset = cpu.read(1);
    const isString = cpu.isMemory(0) && cpu.registerOf(1) !== NO_REGISTER;
    const displacement = isString ? displacementOf(cpu, offset) : cpu.constant(0);
    const value = isString ? cpu.readAt(0, displacement) : cpu.read(0);
    cpu.setFlag(Flag.C, cpu.bitAt(width, value, offset));
    cpu.setUndefined(Flag.O | Flag.S | Flag.A | Flag.P);
    if (change === null) return;
    const place = cpu.and(offset, cpu.constant(width - 1));
    const changed = change(cpu, value, cpu.shiftLeft(width, cpu.constant(1), place));
    if (isString) cpu.writeAt(0, displacement, changed);
    else cpu.write(0, changed);
  };

/** BSF, BSR. The destination of a source of 0 stays as it is, all 64 bits of it, on both vendors' CPUs. */
const bitScan =
  (indexOf: <V, B>(cpu: Cpu<V, B>, source: V) => V): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const source = cpu.read(1);
    const isNone = cpu.isZero(width, source);
    const index = cpu.select(isNone, cpu.constant(0), indexOf(cpu, source));
    cpu.writeIf(cpu.negate(isNone), 0, index);
    // All but Z are undefined: Intel's CPUs have P of the index, the others 0.
    cpu.setStatus(width, index, cpu.constant(0));
    cpu.setFlag(Flag.Z, isNone);
    cpu.setUndefined(Flag.O | Flag.S | Flag.A | Flag.P | Flag.C);
  };

/** TZCNT, LZCNT. */
const bitCount =
  (count: <V, B>(cpu: Cpu<V, B>, source: V) => V): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const source = cpu.read(1);
    const result = count(cpu, source);
    cpu.write(0, result);
    cpu.setFlag(Flag.Z, cpu.isZero(width, result));
    cpu.setFlag(Flag.C, cpu.isZero(width, source));
    cpu.setFlag(Flag.O | Flag.S | Flag.A | Flag.P, cpu.always(false));
    cpu.setUndefined(Flag.O | Flag.S | Flag.A | Flag.P);
  };

const setOn =
  (condition: Condition): Semantic =>
  (cpu) =>
    cpu.write(0, cpu.fromCondition(condition(cpu)));

/** Bit and byte instructions (SDM 1 5.1.6). */
export const bitAndByte: SemanticsOf<typeof rows> = {
  BT: bitTest(null),
  BTS: bitTest((cpu, value, bit) => cpu.or(value, bit)),
  BTR: bitTest((cpu, value, bit) => cpu.and(value, cpu.not(bit))),
  BTC: bitTest((cpu, value, bit) => cpu.xor(value, bit)),

  BSF: bitScan((cpu, source) => cpu.countTrailingZeros(cpu.width, source)),
  BSR: bitScan((cpu, source) =>
    cpu.sub(cpu.width, cpu.constant(cpu.width - 1), cpu.countLeadingZeros(cpu.width, source)),
  ),
  TZCNT: bitCount((cpu, source) => cpu.countTrailingZeros(cpu.width, source)),
  LZCNT: bitCount((cpu, source) => cpu.countLeadingZeros(cpu.width, source)),
  POPCNT(cpu) {
    const result = cpu.populationCount(cpu.width, cpu.read(1));
    cpu.write(0, result);
    cpu.setFlag(Flag.Z, cpu.isZero(cpu.width, result));
    cpu.setFlag(Flag.O | Flag.S | Flag.A | Flag.P | Flag.C, cpu.always(false));
  },

  SETO: setOn(conditions.O),
  SETNO: setOn(conditions.NO),
  SETB: setOn(conditions.B),
  SETAE: setOn(conditions.AE),
  SETE: setOn(conditions.E),
  SETNE: setOn(conditions.NE),
  SETBE: setOn(conditions.BE),
  SETA: setOn(conditions.A),
  SETS: setOn(conditions.S),
  SETNS: setOn(conditions.NS),
  SETP: setOn(conditions.P),
  SETNP: setOn(conditions.NP),
  SETL: setOn(conditions.L),
  SETGE: setOn(conditions.GE),
  SETLE: setOn(conditions.LE),
  SETG: setOn(conditions.G),

  CRC32(cpu) {
    cpu.write(0, cpu.zeroExtend(32, cpu.crc32(cpu.bits(1), cpu.read(0), cpu.read(1))));
  },
};

/** Bytes from the operand's address to the element that a signed bit offset falls in (SDM 2A 3.1.1.9, Bit). */
const displacementOf = <V, B>(cpu: Cpu<V, B>, offset: V): V => {
  const { width } = cpu;
  const element = cpu.shiftRightSigned(64, cpu.signExtend(width, offset), cpu.constant(Math.log2(width)));
  return cpu.shiftLeft(64, element, cpu.constant(Math.log2(width) - 3));
};
