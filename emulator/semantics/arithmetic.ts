import type { arithmetic as rows } from '../isa/rows/arithmetic.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, statusFlags, Vector } from './cpu.ts';
import { decimal } from './decimal.ts';
import { setUpperHalf, upperHalf } from './double-width.ts';
import { addWithStatus, subtractWithStatus } from './sum.ts';

const rAX = 0;

/** ADCX and ADOX: a carry chain of its own in one flag. */
const addThrough =
  (flag: number): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const a = cpu.read(0);
    const b = cpu.read(1);
    const sum = cpu.add(width, cpu.add(width, a, b), cpu.fromCondition(cpu.flag(flag)));
    cpu.write(0, sum);
    cpu.setFlag(flag, cpu.sign(width, cpu.carries(a, b, sum)));
  };

/** Binary and decimal arithmetic (SDM 1 5.1.2, 5.1.3). */
export const arithmetic: SemanticsOf<typeof rows> = {
  ADD(cpu) {
    cpu.write(0, addWithStatus(cpu, cpu.read(0), cpu.read(1)));
  },
  ADC(cpu) {
    const { width } = cpu;
    const a = cpu.read(0);
    const b = cpu.read(1);
    const sum = cpu.add(width, cpu.add(width, a, b), cpu.fromCondition(cpu.flag(Flag.C)));
    cpu.write(0, sum);
    cpu.setStatus(width, sum, cpu.carries(a, b, sum));
  },
  SBB(cpu) {
    const { width } = cpu;
    const a = cpu.read(0);
    const b = cpu.read(1);
    const difference = cpu.sub(width, cpu.sub(width, a, b), cpu.fromCondition(cpu.flag(Flag.C)));
    cpu.write(0, difference);
    cpu.setStatus(width, difference, cpu.borrows(a, b, difference));
  },
  SUB(cpu) {
    cpu.write(0, subtractWithStatus(cpu, cpu.read(0), cpu.read(1)));
  },
  CMP(cpu) {
    subtractWithStatus(cpu, cpu.read(0), cpu.read(1));
  },
  INC(cpu) {
    const a = cpu.read(0);
    const one = cpu.constant(1);
    const sum = cpu.add(cpu.width, a, one);
    cpu.write(0, sum);
    setStatusButCarry(cpu, sum, cpu.carries(a, one, sum));
  },
  DEC(cpu) {
    const a = cpu.read(0);
    const one = cpu.constant(1);
    const difference = cpu.sub(cpu.width, a, one);
    cpu.write(0, difference);
    setStatusButCarry(cpu, difference, cpu.borrows(a, one, difference));
  },
  NEG(cpu) {
    cpu.write(0, subtractWithStatus(cpu, cpu.constant(0), cpu.read(0)));
  },

  MUL(cpu) {
    const { width } = cpu;
    const a = cpu.general(width, rAX);
    const b = cpu.read(0);
    const low = cpu.multiplyLow(width, a, b);
    const high = cpu.multiplyHighUnsigned(width, a, b);
    cpu.setGeneral(width, rAX, low);
    setUpperHalf(cpu, high);
    setProductFlags(cpu, low, cpu.negate(cpu.isZero(width, high)));
  },
  IMUL(cpu) {
    const { width, operandCount } = cpu;
    const a = operandCount === 1 ? cpu.general(width, rAX) : cpu.read(operandCount - 2);
    const b = cpu.read(operandCount - 1);
    const low = cpu.multiplyLow(width, a, b);
    const high = cpu.multiplyHighSigned(width, a, b);
    if (operandCount === 1) {
      cpu.setGeneral(width, rAX, low);
      setUpperHalf(cpu, high);
    } else {
      cpu.write(0, low);
    }
    const extension = cpu.shiftRightSigned(width, low, cpu.constant(width - 1));
    setProductFlags(cpu, low, cpu.negate(cpu.equal(width, high, extension)));
  },
  DIV(cpu) {
    const { width } = cpu;
    const divisor = cpu.read(0);
    const high = upperHalf(cpu);
    const low = cpu.general(width, rAX);
    cpu.faultIf(cpu.divisionFailsUnsigned(width, high, low, divisor), Vector.DE);
    cpu.setGeneral(width, rAX, cpu.divideUnsigned(width, high, low, divisor));
    setUpperHalf(cpu, cpu.remainderUnsigned(width, high, low, divisor));
    cpu.setUndefined(statusFlags);
  },
  IDIV(cpu) {
    const { width } = cpu;
    const divisor = cpu.read(0);
    const high = upperHalf(cpu);
    const low = cpu.general(width, rAX);
    cpu.faultIf(cpu.divisionFailsSigned(width, high, low, divisor), Vector.DE);
    cpu.setGeneral(width, rAX, cpu.divideSigned(width, high, low, divisor));
    setUpperHalf(cpu, cpu.remainderSigned(width, high, low, divisor));
    cpu.setUndefined(statusFlags);
  },

  ADCX: addThrough(Flag.C),
  ADOX: addThrough(Flag.O),

  ...decimal,
};

const setStatusButCarry = <V, B>(cpu: Cpu<V, B>, result: V, carries: V): void => {
  const { width } = cpu;
  cpu.setResultFlags(width, result);
  cpu.setFlag(Flag.A, cpu.bit(carries, 3));
  cpu.setFlag(Flag.O, cpu.differ(cpu.bit(carries, width - 1), cpu.bit(carries, width - 2)));
};

/** S, Z, A and P are undefined (SDM 2A IMUL, 2B MUL): S and P follow the low half on Intel's CPUs, Z and A are 0. */
const setProductFlags = <V, B>(cpu: Cpu<V, B>, low: V, isWide: B): void => {
  cpu.setResultFlags(cpu.width, low);
  cpu.setFlag(Flag.Z | Flag.A, cpu.always(false));
  cpu.setFlag(Flag.C | Flag.O, isWide);
  cpu.setUndefined(Flag.S | Flag.Z | Flag.A | Flag.P);
};
