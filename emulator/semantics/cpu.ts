/**
 * What a semantic function may ask of the machine that runs it. Values (`V`) and conditions (`B`) are opaque: a
 * semantic function combines them with these operations and never branches on one in the host language, so that one
 * text serves evaluation, compilation and shadow values. Widths, forms and immediates known from the bytes may be
 * branched on.
 *
 * Reads see the state before the instruction. Writes are collected, and become the state all together when the
 * instruction ends without a fault. After a fault or an unanswered access, execution goes on with values that mean
 * nothing and is then discarded; so the order of calls is the order of faults.
 */
import type { Width } from '../bits/word.ts';
import type { RegisterId } from '../isa/registers.ts';
import { Flag, statusFlags } from '../isa/rflags.ts';
import { Vector } from '../isa/vectors.ts';
import type { Privileged } from './privileged.ts';
import type { VectorState } from './vector-state.ts';

export type { Width };
export { Flag, statusFlags, Vector };

/**
 * Arithmetic on values. A value of width w is the low w bits of a `V`; what stands above them means nothing, and no
 * operation of width w looks there. Operations without a width are bitwise, so the caller's width goes through them.
 */
export interface Values<V, B> {
  /** A 32-bit signed host number, sign-extended to 64 bits. */
  constant(value: number): V;
  add(width: Width, a: V, b: V): V;
  sub(width: Width, a: V, b: V): V;
  and(a: V, b: V): V;
  or(a: V, b: V): V;
  xor(a: V, b: V): V;
  not(a: V): V;
  /** Shifts by a count that is taken whole, as an unsigned number of 8 bits: at `width` and above all bits are gone. */
  shiftLeft(width: Width, a: V, count: V): V;
  shiftRight(width: Width, a: V, count: V): V;
  shiftRightSigned(width: Width, a: V, count: V): V;
  /** By a count modulo `width`. */
  rotateLeft(width: Width, a: V, count: V): V;
  rotateRight(width: Width, a: V, count: V): V;
  zeroExtend(from: Width, a: V): V;
  signExtend(from: Width, a: V): V;
  multiplyLow(width: Width, a: V, b: V): V;
  multiplyHighUnsigned(width: Width, a: V, b: V): V;
  multiplyHighSigned(width: Width, a: V, b: V): V;
  /** high:low divided by `divisor`; 0 where the quotient does not exist or does not fit (see `divisionFails`). */
  divideUnsigned(width: Width, high: V, low: V, divisor: V): V;
  remainderUnsigned(width: Width, high: V, low: V, divisor: V): V;
  /** Truncating toward zero; the remainder has the dividend's sign (SDM 2A IDIV). */
  divideSigned(width: Width, high: V, low: V, divisor: V): V;
  remainderSigned(width: Width, high: V, low: V, divisor: V): V;
  /** Is the divisor zero, or does the quotient not fit `width` bits? */
  divisionFailsUnsigned(width: Width, high: V, low: V, divisor: V): B;
  divisionFailsSigned(width: Width, high: V, low: V, divisor: V): B;
  /** Of an input of 0: `width`. */
  countLeadingZeros(width: Width, a: V): V;
  countTrailingZeros(width: Width, a: V): V;
  populationCount(width: Width, a: V): V;
  /** Of 32 and 64 bits (SDM 2A BSWAP). */
  byteSwap(width: Width, a: V): V;
  /** SDM 2B PDEP, PEXT. */
  deposit(width: Width, a: V, mask: V): V;
  extract(width: Width, a: V, mask: V): V;
  /** The CRC-32C of `width` bits of data, from a 32-bit remainder (SDM 2A CRC32). */
  crc32(width: Width, remainder: V, data: V): V;
  /**
   * Vectors of the carries out of each bit position: of a + b (+ carry in) = sum, and the borrows of
   * a - b (- borrow in) = difference. From them come C, A and O (see `setStatus`).
   */
  carries(a: V, b: V, sum: V): V;
  borrows(a: V, b: V, difference: V): V;

  select(condition: B, whenTrue: V, whenFalse: V): V;
  /** 1 or 0, of every width. */
  fromCondition(condition: B): V;
  equal(width: Width, a: V, b: V): B;
  isZero(width: Width, a: V): B;
  lessUnsigned(width: Width, a: V, b: V): B;
  lessSigned(width: Width, a: V, b: V): B;
  /** The top bit. */
  sign(width: Width, a: V): B;
  /** Bit `position` of a value, known from the form. */
  bit(a: V, position: number): B;
  /** Bit `position` modulo `width`. */
  bitAt(width: Width, a: V, position: V): B;
  /** Even number of ones in the low byte (SDM 1 3.4.3.1). */
  evenParity(a: V): B;
  always(truth: boolean): B;
  both(a: B, b: B): B;
  either(a: B, b: B): B;
  differ(a: B, b: B): B;
  negate(a: B): B;
}

/** Operands of the form, registers and memory. */
export interface Operands<V, B> {
  /** Width of operand 0; of memory-less and operand-less forms the operand size. */
  readonly width: Width;
  readonly operandSize: 16 | 32 | 64;
  readonly addressSize: 16 | 32 | 64;
  readonly operandCount: number;
  /** Is operand k in memory? */
  isMemory(k: number): boolean;
  /** Width of operand k as it is accessed: of memory the memory's, of an immediate as the form extends it. */
  bits(k: number): Width;
  /** The id of register operand k, 0 where it is none. */
  registerOf(k: number): RegisterId;
  /** Operand k. Memory is checked for writing too where the row says that the form writes it. */
  read(k: number): V;
  /** Operand k becomes `value`. A 32-bit general register is zero-extended to 64 bits (SDM 1 3.4.1.1). */
  write(k: number, value: V): void;
  /** Operand k becomes `value` if; else it is not written at all, so that nothing faults and nothing is zero-extended. */
  writeIf(condition: B, k: number, value: V): void;
  /** Memory operand k is checked as `write` would check it, and not written: before a port is read. */
  probeWrite(k: number): void;
  /** Memory operand k is checked as the load of a byte, but may be in an execute-only segment (SDM 2A CLFLUSH). */
  touch(k: number): void;
  /** #GP(0) unless memory operand k begins at a multiple of so many bytes. */
  requireAlignment(k: number, bytes: number): void;
  /** An immediate that decides what is done (ENTER's level, a divisor of AAM): a host number. */
  immediateOf(k: number): number;
  /** Is operand k a far pointer, in the instruction or in memory? */
  isFarPointer(k: number): boolean;
  /** The two parts of far pointer k; one in memory is read offset first, then selector. */
  farOffset(k: number): V;
  farSelector(k: number): V;
  /** Offset of memory operand k in its segment, `addressSize` wide. */
  addressOf(k: number): V;
  /** Memory operand k displaced by a signed value of the address size: Bit(BitBase, BitOffset). */
  readAt(k: number, displacement: V): V;
  writeAt(k: number, displacement: V, value: V): void;
  /** A general register by its id: al, ah, ax, eax, rax … */
  register(id: RegisterId): V;
  setRegister(id: RegisterId, value: V): void;
  /** General register `number` (0 rAX … 15 r15) of a width; no AH…BH here. */
  general(width: Width, number: number): V;
  setGeneral(width: Width, number: number, value: V): void;
  /** `bits` of memory at `offset` (of the address size) in a segment register (0 ES, 1 CS, 2 SS, 3 DS, 4 FS, 5 GS). */
  load(segment: number, offset: V, bits: Width): V;
  store(segment: number, offset: V, bits: Width, value: V): void;
  /** The segment of the form's memory operand, overrides in force; DS where it has none. */
  readonly segment: number;
}

/** The stack of SS:rSP, as wide as SS and the mode have it (SDM 1 6.2.3). */
export interface Stack<V> {
  readonly stackWidth: 16 | 32 | 64;
  /** Several in one instruction follow each other. */
  push(bits: Width, value: V): void;
  pop(bits: Width): V;
  /** rSP as the pushes and pops of this instruction have left it. */
  stackPointer(): V;
  setStackPointer(value: V): void;
  /** Items relative to rSP or rBP without moving it. Unlike other reads, this one sees what this instruction has pushed. */
  loadStack(offset: V, bits: Width): V;
  storeStack(offset: V, bits: Width, value: V): void;
  /** An item is checked as `storeStack` would check it, and not written. */
  probeStack(offset: V, bits: Width): void;
}

/** RFLAGS. What an instruction does not set stays. */
export interface Flags<V, B> {
  /** One flag before the instruction. */
  flag(flag: number): B;
  setFlag(flag: number, value: B): void;
  /** All six from a result and its carries: C the carry out of the top bit, O that of the two top bits, A that of bit 3. */
  setStatus(width: Width, result: V, carries: V): void;
  /** S, Z and P from a result. */
  setResultFlags(width: Width, result: V): void;
  /** These flags are architecturally undefined now; their values stay, or are what the profile's `setFlag` made them. */
  setUndefined(flags: number): void;
  setUndefinedIf(condition: B, flags: number): void;
  /** Flags change (and become undefined) only if; asked once, last. For shift counts. */
  flagsOnlyIf(condition: B): void;
  /** RFLAGS before the instruction, as PUSHF stores it: with bit 1, without VM and RF. */
  flagsImage(): V;
  /** RFLAGS from an image, as POPF of a width loads it: which bits change follows CPL, IOPL and mode (SDM 2B POPF). */
  loadFlags(width: Width, image: V): void;
}

/** Faults and the flow of control. */
export interface Control<V, B> {
  fault(vector: Vector, error?: number): void;
  faultIf(condition: B, vector: Vector, error?: number): void;
  /** Offset of the next instruction in CS, 64 bits wide. */
  nextInstruction(): V;
  /** Absolute offset of relative operand k, truncated to the operand size. */
  branchTarget(k: number): V;
  /** A near transfer to an offset of the operand size: checked against the limit of CS, or for canonical form. */
  jump(target: V): void;
  jumpIf(condition: B, target: V): void;
}

export type SoftwareInterrupt = 'int' | 'int3' | 'into' | 'int1';
export type Inspection = 'access rights' | 'limit' | 'readable' | 'writable';

/** Access rights or limit, as LAR and LSL give them, where the segment may be seen for that purpose. */
export interface InspectedSegment<V, B> {
  readonly isVisible: B;
  readonly value: V;
}

/** What needs the machine as a whole; each says SDM pseudocode of its own and is done in `execute/`. */
export interface System<V, B> {
  readonly mode: 16 | 32 | 64;
  /** CR0.PE = 0 or RFLAGS.VM = 1: segments are selector * 16. */
  readonly isReal: boolean;
  readonly isVirtual8086: boolean;
  /** IA-32e mode: 64-bit mode and compatibility mode. */
  readonly isLongMode: boolean;
  readonly privilegeLevel: number;
  readonly ioPrivilegeLevel: number;
  /** Whose undefined results and vendor differences. */
  readonly profile: 'intel' | 'amd-zen3';
  /** CR4.UMIP: SGDT, SIDT, SLDT, SMSW and STR are for CPL 0 only. */
  readonly userModeInstructionPrevention: boolean;
  /** #GP(0) unless CPL is 0. */
  requirePrivilege(): void;
  /** #GP(0) unless CPL <= IOPL (in virtual-8086 mode IOPL 3). */
  requireIoPrivilege(): void;
  /** #GP(0) unless CPL <= IOPL outside virtual-8086 mode, or the TSS's I/O map permits the port (SDM 1 19.5). */
  requirePortAccess(port: V, bits: Width): void;
  selector(segment: number): V;
  /** MOV, POP, LDS and kin (SDM 2A MOV, 3A 3.4.3); the shadow after loading SS is the machine's matter. */
  loadSegment(segment: number, selector: V, blocksInterrupts: boolean): void;
  farJump(selector: V, offset: V): void;
  farCall(selector: V, offset: V): void;
  /** RETF, releasing bytes of parameters. */
  farReturn(release: number): void;
  interruptReturn(): void;
  /** INT n, INT3, INTO, INT1: a trap whose return address is the next instruction. */
  softwareInterruptIf(condition: B, vector: number, kind: SoftwareInterrupt): void;
  /** SYSCALL and SYSENTER where the CPU has them: the owner's business. */
  systemCall(kind: 'syscall' | 'sysenter'): void;
  /** What LAR, LSL, VERR and VERW learn about a segment. */
  inspectSegment(selector: V, purpose: Inspection): InspectedSegment<V, B>;
  /** Base of FS or GS; setting it is #GP(0) where it is not canonical. Both are #UD where CR4.FSGSBASE is 0. */
  segmentBase(segment: number): V;
  setSegmentBase(segment: number, base: V): void;
  readPort(port: V, bits: Width): V;
  writePort(port: V, bits: Width, value: V): void;
  halt(): void;
  /** CPUID leaf EAX, subleaf ECX: into EAX, EBX, ECX, EDX. */
  identify(): void;
  /** The time-stamp counter and IA32_TSC_AUX, from the machine's owner. */
  timeStamp(): V;
  processorId(): V;
  /** 64 bits of the random number generator, from the machine's owner; and whether it had any: 0 where not. */
  random(): { readonly value: V; readonly isThere: B };
  /** The instruction is not supported yet: never a wrong result. */
  unsupported(): void;
}

export interface Cpu<V, B>
  extends Values<V, B>,
    Operands<V, B>,
    Stack<V>,
    Flags<V, B>,
    Control<V, B>,
    System<V, B>,
    Privileged<V, B>,
    VectorState<V, B> {}

/** What one mnemonic does. */
export type Semantic = <V, B>(cpu: Cpu<V, B>) => void;

type FirstWord<Text extends string> = Text extends `${infer Word} ${string}` ? Word : Text;

/** One semantic function for each mnemonic of a chapter's rows: a missing one does not compile. */
export type SemanticsOf<Rows extends readonly (readonly [string, string, ...unknown[]])[]> = Readonly<
  Record<FirstWord<Rows[number][1]>, Semantic>
>;
