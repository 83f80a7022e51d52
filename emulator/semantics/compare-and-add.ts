import type { compareAndAdd as rows } from '../isa/rows/compare-and-add.ts';
import type { Cpu, Semantic, SemanticsOf } from './cpu.ts';
import { subtractWithStatus } from './sum.ts';

/** The two that are compared, and their difference. */
interface Compared<V> {
  readonly memory: V;
  readonly register: V;
  readonly difference: V;
}

type Comparison = <V, B>(cpu: Cpu<V, B>, compared: Compared<V>) => B;

const overflow: Comparison = (cpu, { memory, register, difference }) =>
  cpu.sign(cpu.width, cpu.and(cpu.xor(memory, register), cpu.xor(memory, difference)));
const below: Comparison = (cpu, { memory, register }) => cpu.lessUnsigned(cpu.width, memory, register);
const equal: Comparison = (cpu, { memory, register }) => cpu.equal(cpu.width, memory, register);
const belowOrEqual: Comparison = (cpu, compared) => cpu.either(below(cpu, compared), equal(cpu, compared));
const sign: Comparison = (cpu, { difference }) => cpu.sign(cpu.width, difference);
const parity: Comparison = (cpu, { difference }) => cpu.evenParity(difference);
const less: Comparison = (cpu, { memory, register }) => cpu.lessSigned(cpu.width, memory, register);
const lessOrEqual: Comparison = (cpu, compared) => cpu.either(less(cpu, compared), equal(cpu, compared));

/** The condition is that of the comparison, not of the flags before it. Memory is written in any case. */
const addWhere =
  (isMet: Comparison): Semantic =>
  (cpu) => {
    const { width } = cpu;
    cpu.requireAlignment(0, width >> 3);
    cpu.probeWrite(0);
    const memory = cpu.read(0);
    const register = cpu.read(1);
    const difference = subtractWithStatus(cpu, memory, register);
    const sum = cpu.add(width, memory, cpu.read(2));
    cpu.write(0, cpu.select(isMet(cpu, { memory, register, difference }), sum, memory));
    cpu.write(1, memory);
  };

const addUnless = (isMet: Comparison): Semantic => addWhere((cpu, compared) => cpu.negate(isMet(cpu, compared)));

/** Compare and add on condition (SDM 2A CMPccXADD). */
export const compareAndAdd: SemanticsOf<typeof rows> = {
  CMPOXADD: addWhere(overflow),
  CMPNOXADD: addUnless(overflow),
  CMPBXADD: addWhere(below),
  CMPNBXADD: addUnless(below),
  CMPZXADD: addWhere(equal),
  CMPNZXADD: addUnless(equal),
  CMPBEXADD: addWhere(belowOrEqual),
  CMPNBEXADD: addUnless(belowOrEqual),
  CMPSXADD: addWhere(sign),
  CMPNSXADD: addUnless(sign),
  CMPPXADD: addWhere(parity),
  CMPNPXADD: addUnless(parity),
  CMPLXADD: addWhere(less),
  CMPNLXADD: addUnless(less),
  CMPLEXADD: addWhere(lessOrEqual),
  CMPNLEXADD: addUnless(lessOrEqual),
};
