import type { controlTransfer as rows } from '../isa/rows/control-transfer.ts';
import { type Condition, conditions } from './conditions.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

const jumpOn =
  (condition: Condition): Semantic =>
  (cpu) =>
    cpu.jumpIf(condition(cpu), cpu.branchTarget(0));

/** Jump if rCX, of the address size, is 0. */
const jumpOnNoCount: Semantic = (cpu) => {
  cpu.jumpIf(cpu.isZero(cpu.addressSize, cpu.general(cpu.addressSize, rCX)), cpu.branchTarget(0));
};

const undefinedOpcode: Semantic = (cpu) => cpu.fault(Vector.UD);

const returnFromInterrupt: Semantic = (cpu) => {
  reachAll(cpu);
  cpu.interruptReturn();
};

/** A hypervisor that wants the instruction is asked before its stack and tables are. */
const reachAll = <V, B>(cpu: Cpu<V, B>): void => {
  cpu.reach('checked');
  cpu.reach('read');
};

const unsupported: Semantic = (cpu) => cpu.unsupported();

/** Control transfer (SDM 1 5.1.7). */
export const controlTransfer: SemanticsOf<typeof rows> = {
  JO: jumpOn(conditions.O),
  JNO: jumpOn(conditions.NO),
  JB: jumpOn(conditions.B),
  JAE: jumpOn(conditions.AE),
  JE: jumpOn(conditions.E),
  JNE: jumpOn(conditions.NE),
  JBE: jumpOn(conditions.BE),
  JA: jumpOn(conditions.A),
  JS: jumpOn(conditions.S),
  JNS: jumpOn(conditions.NS),
  JP: jumpOn(conditions.P),
  JNP: jumpOn(conditions.NP),
  JL: jumpOn(conditions.L),
  JGE: jumpOn(conditions.GE),
  JLE: jumpOn(conditions.LE),
  JG: jumpOn(conditions.G),

  LOOP(cpu) {
    loopWhile(cpu, cpu.always(true));
  },
  LOOPE(cpu) {
    loopWhile(cpu, cpu.flag(Flag.Z));
  },
  LOOPNE(cpu) {
    loopWhile(cpu, cpu.negate(cpu.flag(Flag.Z)));
  },
  JCXZ: jumpOnNoCount,
  JECXZ: jumpOnNoCount,
  JRCXZ: jumpOnNoCount,

  JMP(cpu) {
    if (cpu.isFarPointer(0)) {
      const offset = cpu.farOffset(0);
      cpu.farJump(cpu.farSelector(0), offset);
    } else {
      cpu.jump(nearTarget(cpu));
    }
  },
  /** The return address is pushed before the target is checked, which shows where both fault. */
  CALL(cpu) {
    if (cpu.isFarPointer(0)) {
      const offset = cpu.farOffset(0);
      cpu.farCall(cpu.farSelector(0), offset);
    } else {
      const target = nearTarget(cpu);
      cpu.push(cpu.operandSize, cpu.nextInstruction());
      cpu.jump(target);
    }
  },
  RET(cpu) {
    const target = cpu.pop(cpu.operandSize);
    const parameters = cpu.constant(parameterBytes(cpu));
    cpu.setStackPointer(cpu.add(cpu.stackWidth, cpu.stackPointer(), parameters));
    cpu.jump(target);
  },
  RETF(cpu) {
    cpu.farReturn(parameterBytes(cpu));
  },
  IRET: returnFromInterrupt,
  IRETD: returnFromInterrupt,
  IRETQ: returnFromInterrupt,

  INT(cpu) {
    reachAll(cpu);
    cpu.softwareInterruptIf(cpu.always(true), cpu.immediateOf(0) & 0xff, 'int');
  },
  INT3(cpu) {
    cpu.softwareInterruptIf(cpu.always(true), Vector.BP, 'int3');
  },
  INT1(cpu) {
    reachAll(cpu);
    cpu.softwareInterruptIf(cpu.always(true), Vector.DB, 'int1');
  },
  INTO(cpu) {
    cpu.softwareInterruptIf(cpu.flag(Flag.O), Vector.OF, 'into');
  },
  BOUND: (cpu) => checkBounds(cpu),
  UD0: undefinedOpcode,
  UD1: undefinedOpcode,
  UD2: undefinedOpcode,

  XABORT: unsupported,
  XBEGIN: unsupported,
  XEND: unsupported,
  XTEST: unsupported,
  XSUSLDTRK: unsupported,
  XRESLDTRK: unsupported,
};

const rCX = 1;

/** rCX counts down in the address size; the jump is taken while it is not 0, and the condition holds. */
const loopWhile = <V, B>(cpu: Cpu<V, B>, condition: B): void => {
  const size = cpu.addressSize;
  const count = cpu.sub(size, cpu.general(size, rCX), cpu.constant(1));
  cpu.setGeneral(size, rCX, count);
  cpu.jumpIf(cpu.both(cpu.negate(cpu.isZero(size, count)), condition), cpu.branchTarget(0));
};

const nearTarget = <V, B>(cpu: Cpu<V, B>): V => {
  const isAbsolute = cpu.registerOf(0) !== 0 || cpu.isMemory(0);
  return isAbsolute ? cpu.read(0) : cpu.branchTarget(0);
};

const parameterBytes = <V, B>(cpu: Cpu<V, B>): number => (cpu.operandCount === 0 ? 0 : cpu.immediateOf(0) & 0xffff);

/** The upper bound is not read where the index is below the lower one (SDM 2A BOUND leaves it open; CPUs do so). */
const checkBounds: Semantic = (cpu) => {
  const size = cpu.operandSize;
  const index = cpu.read(0);
  const address = cpu.addressOf(1);
  const lower = cpu.load(cpu.segment, address, size);
  cpu.faultIf(cpu.lessSigned(size, index, lower), Vector.BR);
  const upper = cpu.load(cpu.segment, cpu.add(cpu.addressSize, address, cpu.constant(size >> 3)), size);
  cpu.faultIf(cpu.lessSigned(size, upper, index), Vector.BR);
};
