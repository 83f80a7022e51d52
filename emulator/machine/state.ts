/** The registers of one CPU and the memory that it sees. Plain state: it checks nothing and executes nothing. */
import { Word } from '../bits/word.ts';
import { FlagsRegister } from './flags.ts';
import { Memory } from './memory.ts';
import { SegmentRegister } from './segments.ts';

/** GDTR and IDTR (SDM 3A 2.4). */
export class TableRegister {
  readonly base = new Word();
  limit = 0;
}

const words = (count: number): readonly Word[] => Array.from({ length: count }, () => new Word());

/** Numbers of model-specific registers that instructions use (SDM 4 table 2-2). */
export const ModelSpecific = {
  sysenterCs: 0x174,
  sysenterEsp: 0x175,
  sysenterEip: 0x176,
  efer: 0xc000_0080,
  star: 0xc000_0081,
  lstar: 0xc000_0082,
  cstar: 0xc000_0083,
  fmask: 0xc000_0084,
  kernelGsBase: 0xc000_0102,
  tscAux: 0xc000_0103,
} as const;

/** 512-bit registers, least significant byte first. */
const vectorBytes = 64;

export class MachineState {
  /** rAX rCX rDX rBX rSP rBP rSI rDI R8 … R15. */
  readonly general = words(16);
  /** Offset of the next instruction in CS. */
  readonly ip = new Word();
  readonly flags = new FlagsRegister();
  /** ES CS SS DS FS GS, each with its hidden parts. */
  readonly segments: readonly SegmentRegister[] = Array.from({ length: 6 }, () => new SegmentRegister());
  readonly gdtr = new TableRegister();
  readonly idtr = new TableRegister();
  readonly ldtr = new SegmentRegister();
  readonly tr = new SegmentRegister();
  readonly control = words(16);
  readonly debug = words(16);
  /** EFER.LMA: IA-32e mode, in which CS.L selects 64-bit code. */
  isLongMode = false;
  /** Interrupts and traps are held until the next instruction has ended: after MOV SS and POP SS. */
  interruptShadow = false;
  /** Interrupts, but no traps, are held until the next instruction has ended: after STI. */
  isEnablingInterrupts = false;
  /** Model-specific registers that instructions use, by their numbers; IA32_EFER without LMA. */
  readonly modelSpecific: ReadonlyMap<number, Word> = new Map(
    Object.values(ModelSpecific).map((number) => [number, new Word()]),
  );
  /** XCR0. */
  readonly extendedControl = new Word();
  /** Vector registers 0 to 31 of 64 bytes each. */
  readonly vector = new Uint8Array(32 * vectorBytes);
  /** k0 to k7. */
  readonly mask = words(8);
  mxcsr = 0x1f80;
  /** The eight physical x87 registers of 10 bytes each; ST(i) is physical register TOP + i. */
  readonly x87 = new Uint8Array(80);
  x87Control = 0x37f;
  x87Status = 0;
  /** Two bits a physical register: 0 valid, 1 zero, 2 special, 3 empty. */
  x87Tag = 0xffff;
  readonly memory: Memory;

  constructor(memory: Memory = new Memory()) {
    this.memory = memory;
  }

  /** A model-specific register of `ModelSpecific`. */
  modelSpecificOf(number: number): Word {
    const word = this.modelSpecific.get(number);
    if (word === undefined)
      throw new RangeError(`0x${number.toString(16)} is no model-specific register of instructions`);
    return word;
  }

  /** General registers from pairs of 32-bit words, low half first. */
  loadGeneral(from: Uint32Array): void {
    for (let k = 0; k < 16; k++) {
      this.general[k].lo = from[2 * k] | 0;
      this.general[k].hi = from[2 * k + 1] | 0;
    }
  }

  storeGeneral(into: Uint32Array): void {
    for (let k = 0; k < 16; k++) {
      into[2 * k] = this.general[k].lo;
      into[2 * k + 1] = this.general[k].hi;
    }
  }
}

/** Bits of CR0 and CR4 that execution asks for (SDM 3A 2.5). */
export const Cr0 = { PE: 1, EM: 4, TS: 8, ET: 16, AM: 1 << 18, NW: 1 << 29, CD: 1 << 30, PG: 1 << 31 } as const;
export const Cr4 = {
  VME: 1,
  PVI: 2,
  TSD: 4,
  DE: 8,
  PAE: 1 << 5,
  PCE: 1 << 8,
  OSFXSR: 1 << 9,
  OSXMMEXCPT: 1 << 10,
  UMIP: 1 << 11,
  FSGSBASE: 1 << 16,
  PCIDE: 1 << 17,
  OSXSAVE: 1 << 18,
} as const;

/** Bits of IA32_EFER (SDM 3A 2.2.1). */
export const Efer = { SCE: 1, LME: 1 << 8, LMA: 1 << 10, NXE: 1 << 11 } as const;
