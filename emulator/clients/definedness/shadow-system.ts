/** What an instruction asks of the machine as a whole is defined: systems, devices and descriptors are not followed. */
import type { InspectedSegment } from '../../semantics/cpu.ts';
import type { FloatOrder } from '../../semantics/vector-state.ts';
import { ShadowMemory } from './shadow-memory.ts';
import { defined, type Shadowed, type ShadowedTruth } from './shadow-values.ts';

export abstract class ShadowSystem extends ShadowMemory {
  readonly isReal = false;
  readonly isVirtual8086 = false;
  readonly privilegeLevel = 0;
  readonly ioPrivilegeLevel = 3;
  readonly profile = 'intel';
  readonly userModeInstructionPrevention = false;

  get mode(): 16 | 32 | 64 {
    return this.instruction.mode;
  }
  get isLongMode(): boolean {
    return this.instruction.mode === 64;
  }

  requirePrivilege(): void {}
  requireIoPrivilege(): void {}
  requirePortAccess(): void {}
  selector(): Shadowed {
    return defined(0n);
  }
  loadSegment(): void {}
  farJump(): void {}
  farCall(): void {}
  farReturn(): void {}
  interruptReturn(): void {}
  systemCall(): void {}
  inspectSegment(): InspectedSegment<Shadowed, ShadowedTruth> {
    return { isVisible: { truth: false, isDefined: true }, value: defined(0n) };
  }
  segmentBase(): Shadowed {
    return defined(0n);
  }
  setSegmentBase(): void {}
  readPort(): Shadowed {
    return defined(0n);
  }
  writePort(): void {}
  halt(): void {}
  /** CPUID defines all four. */
  identify(): void {
    for (let number = 0; number < 4; number++) this.setPart(number, 32, defined(0n));
  }
  timeStamp(): Shadowed {
    return defined(0n);
  }
  random(): { readonly value: Shadowed; readonly isThere: ShadowedTruth } {
    return { value: defined(0n), isThere: { truth: true, isDefined: true } };
  }
  processorId(): Shadowed {
    return defined(0n);
  }

  reach(): void {}
  requireRight(): void {}
  systemRegister(): Shadowed {
    return defined(0n);
  }
  setSystemRegister(): void {}
  tableLimit(): Shadowed {
    return defined(0n);
  }
  tableBase(): Shadowed {
    return defined(0n);
  }
  setTable(): void {}
  systemSelector(): Shadowed {
    return defined(0n);
  }
  loadSystemSegment(): void {}
  modelSpecific(): Shadowed {
    return defined(0n);
  }
  setModelSpecific(): void {}
  counter(): Shadowed {
    return defined(0n);
  }
  setExtendedControl(): void {}
  swapBase(): void {}
  invalidatePage(): void {}
  invalidateCaches(): void {}
  hypercall(): void {}
  holdInterruptsIf(): void {}
  systemReturn(): void {}

  abstract unsupported(): void;

  /** Vector registers are not followed. */
  requireUnit(): void {
    this.unsupported();
  }
  readLane(): Shadowed {
    return defined(0n);
  }
  writeLane(): void {}
  calculate(): Shadowed {
    return defined(0n);
  }
  orderOf(): FloatOrder<ShadowedTruth> {
    const never = { truth: false, isDefined: true };
    return { isLess: never, isEqual: never, isUnordered: never };
  }
  convert(): Shadowed {
    return defined(0n);
  }
  unitControl(): Shadowed {
    return defined(0n);
  }
  setControl(): void {}
  isReservedControl(): ShadowedTruth {
    return { truth: false, isDefined: true };
  }
  initializeX87(): void {}
  stateImage(): Shadowed {
    return defined(0n);
  }
  loadStateImage(): void {}
}
