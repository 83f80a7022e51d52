/** What loading segments and transferring control to them asks of the machine: reads see the state before the instruction. */
import type { Bit } from '../../bits/compare.ts';
import type { Width, Word } from '../../bits/word.ts';
import type { SegmentRegister } from '../../machine/segments.ts';
import type { MachineState } from '../../machine/state.ts';
import type { Cpu } from '../../semantics/cpu.ts';

type Used =
  | 'add'
  | 'constant'
  | 'fault'
  | 'ioPrivilegeLevel'
  | 'isLongMode'
  | 'isReal'
  | 'isVirtual8086'
  | 'loadStack'
  | 'mode'
  | 'nextInstruction'
  | 'operandSize'
  | 'privilegeLevel'
  | 'profile'
  | 'push'
  | 'setGeneral'
  | 'setStackPointer'
  | 'stackPointer'
  | 'stackWidth'
  | 'unsupported'
  | 'zeroExtend';

export interface SegmentMachine extends Pick<Cpu<Word, Bit>, Used> {
  readonly state: MachineState;
  /** Do interrupts and exceptions enter their handlers? Else the machine's owner is told. */
  readonly delivers: boolean;
  /** A copy of a segment register, which is the register when the instruction ends. */
  stageSegment(segment: number): SegmentRegister;
  /** Pushes two items on the stack as 64-bit code has it, or as other code has it. */
  pushAs(is64: boolean, bits: Width, first: Word, second: Word): void;
  /** 32 bits at a linear address, as the CPU itself reads and writes tables of descriptors, whatever the CPL. */
  readTable(low: number, high: number): number;
  writeTable(low: number, high: number, value: number): void;
  /** Stores so many bytes at a linear address with the rights of a privilege level. */
  storeAs(cpl: number, low: number, high: number, bytes: number, value: Word): void;
  /** Where execution goes on: an offset that has been checked against the CS that is staged. */
  setInstructionPointer(low: number, high: number): void;
  /** Flags of `mask` become those of `image`. */
  replaceFlags(mask: number, image: number): void;
  /** The instruction ends, and then there is an exception whose return address is the next instruction. */
  trap(vector: number): void;
  /** May code of this CPL use the vector's gate by INT n? */
  isGateOpen(vector: number): boolean;
}
