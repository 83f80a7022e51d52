import { classOf, numberOf, RegisterClass } from '../isa/registers.ts';
import type { dataTransfer as rows } from '../isa/rows/data-transfer.ts';
import { compareAndExchange, compareAndExchange8Bytes, compareAndExchange16Bytes } from './compare-and-exchange.ts';
import { type Condition, conditions } from './conditions.ts';
import type { Cpu, Semantic, SemanticsOf } from './cpu.ts';
import { addWithStatus } from './sum.ts';

const rAX = 0;
const rDX = 2;
const ES = 0;
const SS = 2;
const DS = 3;
const FS = 4;
const GS = 5;

/** CMOVcc reads its source in any case, and zero-extends a 32-bit destination in any case (SDM 2A CMOVcc). */
const moveOn =
  (condition: Condition): Semantic =>
  (cpu) => {
    const source = cpu.read(1);
    cpu.write(0, cpu.select(condition(cpu), source, cpu.read(0)));
  };

/** LDS and its kin: the segment register's fault comes before the register's change. */
const loadFarPointer =
  (segment: number): Semantic =>
  (cpu) => {
    const offset = cpu.farOffset(1);
    cpu.loadSegment(segment, cpu.farSelector(1), false);
    cpu.write(0, offset);
  };

const store: Semantic = (cpu) => cpu.write(0, cpu.read(1));

const unsupported: Semantic = (cpu) => cpu.unsupported();

/** CBW, CWDE, CDQE: the lower half of the accumulator extends into the upper. */
const extendAccumulator =
  (from: 8 | 16 | 32, to: 16 | 32 | 64): Semantic =>
  (cpu) =>
    cpu.setGeneral(to, rAX, cpu.signExtend(from, cpu.general(from, rAX)));

/** CWD, CDQ, CQO: the accumulator's sign fills rDX. */
const extendIntoData: Semantic = (cpu) => {
  const { operandSize } = cpu;
  const sign = cpu.shiftRightSigned(operandSize, cpu.general(operandSize, rAX), cpu.constant(operandSize - 1));
  cpu.setGeneral(operandSize, rDX, sign);
};

/** Data transfer (SDM 1 5.1.1). */
export const dataTransfer: SemanticsOf<typeof rows> = {
  MOV(cpu) {
    if (isSegment(cpu, 0)) loadSegment(cpu);
    else if (isSegment(cpu, 1)) cpu.write(0, cpu.zeroExtend(16, cpu.read(1)));
    else cpu.write(0, cpu.read(1));
  },
  MOVZX(cpu) {
    cpu.write(0, cpu.zeroExtend(cpu.bits(1), cpu.read(1)));
  },
  MOVSX(cpu) {
    cpu.write(0, cpu.signExtend(cpu.bits(1), cpu.read(1)));
  },
  MOVSXD(cpu) {
    cpu.write(0, cpu.signExtend(cpu.bits(1), cpu.read(1)));
  },
  MOVBE(cpu) {
    const source = cpu.read(1);
    const isWord = cpu.width === 16;
    cpu.write(0, isWord ? cpu.rotateLeft(16, source, cpu.constant(8)) : cpu.byteSwap(cpu.width, source));
  },
  /** Of 16 bits it is undefined (SDM 2A BSWAP), and 0 on both vendors' CPUs. */
  BSWAP(cpu) {
    cpu.write(0, cpu.width === 16 ? cpu.constant(0) : cpu.byteSwap(cpu.width, cpu.read(0)));
  },

  CMOVO: moveOn(conditions.O),
  CMOVNO: moveOn(conditions.NO),
  CMOVB: moveOn(conditions.B),
  CMOVAE: moveOn(conditions.AE),
  CMOVE: moveOn(conditions.E),
  CMOVNE: moveOn(conditions.NE),
  CMOVBE: moveOn(conditions.BE),
  CMOVA: moveOn(conditions.A),
  CMOVS: moveOn(conditions.S),
  CMOVNS: moveOn(conditions.NS),
  CMOVP: moveOn(conditions.P),
  CMOVNP: moveOn(conditions.NP),
  CMOVL: moveOn(conditions.L),
  CMOVGE: moveOn(conditions.GE),
  CMOVLE: moveOn(conditions.LE),
  CMOVG: moveOn(conditions.G),

  XCHG(cpu) {
    const first = cpu.read(0);
    const second = cpu.read(1);
    cpu.write(0, second);
    cpu.write(1, first);
  },
  /** The sum comes last, which shows where both operands are one register (SDM 2D XADD). */
  XADD(cpu) {
    const destination = cpu.read(0);
    const sum = addWithStatus(cpu, cpu.read(1), destination);
    cpu.write(1, destination);
    cpu.write(0, sum);
  },
  CMPXCHG: compareAndExchange,
  CMPXCHG8B: compareAndExchange8Bytes,
  CMPXCHG16B: compareAndExchange16Bytes,

  LEA(cpu) {
    cpu.write(0, cpu.zeroExtend(cpu.addressSize, cpu.addressOf(1)));
  },
  XLATB(cpu) {
    cpu.setGeneral(8, rAX, cpu.read(0));
  },
  LDS: loadFarPointer(DS),
  LES: loadFarPointer(ES),
  LSS: loadFarPointer(SS),
  LFS: loadFarPointer(FS),
  LGS: loadFarPointer(GS),
  CBW: extendAccumulator(8, 16),
  CWDE: extendAccumulator(16, 32),
  CDQE: extendAccumulator(32, 64),
  CWD: extendIntoData,
  CDQ: extendIntoData,
  CQO: extendIntoData,

  MOVNTI: store,
  MOVDIRI: store,
  MOVDIR64B: unsupported,
  ENQCMD: unsupported,
  ENQCMDS(cpu) {
    cpu.requirePrivilege();
    cpu.unsupported();
  },
};

const isSegment = <V, B>(cpu: Cpu<V, B>, k: number): boolean => classOf(cpu.registerOf(k)) === RegisterClass.segment;

/** MOV to SS, unlike LSS, holds interrupts until the next instruction has ended (SDM 2B MOV). */
const loadSegment: Semantic = (cpu) => {
  const segment = numberOf(cpu.registerOf(0));
  cpu.loadSegment(segment, cpu.read(1), segment === SS);
};
