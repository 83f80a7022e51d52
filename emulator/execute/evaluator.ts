/**
 * Runs one operation on concrete values: all of it happens, or nothing. An owner who is asked for memory or a port in
 * the middle is answered by running the operation again with what has been read so far.
 */

import type { Bit } from '../bits/compare.ts';
import { copy, type Width, Word } from '../bits/word.ts';
import { type Control, type Cpu, Flag, statusFlags } from '../semantics/cpu.ts';
import type { Fetch } from './fetch.ts';
import type { StagedStore } from './linear-memory.ts';
import { NearTransfer } from './near-transfer.ts';
import { Plan } from './operand-plan.ts';
import { type Operation, Repeat } from './operation.ts';
import { StopKind } from './stop.ts';

const none: number = StopKind.none;
const once: number = Repeat.none;
const fault: number = StopKind.fault;

export abstract class Evaluator extends NearTransfer implements Control<Word, Bit> {
  /** This, with all that the layers above add. */
  protected abstract readonly cpu: Cpu<Word, Bit>;
  protected abstract beginSystem(): void;
  protected abstract commitSystem(): void;
  /** Lanes of vectors that are held back. */
  protected stagedLanes = 0;
  protected abstract commitLanes(): void;
  /** What else comes of an instruction that has ended or stopped: the final StopKind. */
  protected abstract conclude(kind: number): number;

  /** An OUT that the owner is to be asked about. */
  readonly #portData = new Word();
  #port = 0;
  #portBytes = 0;
  /** Instructions that have ended, since the machine began. */
  ended = 0;
  /** Stores to served pages which their owners have taken. */
  #taken = 0;
  /** What a resumed repetition may still do. */
  #iterations = 0;
  /** A repetition has done some of its iterations, and not the last. */
  isUnfinished = false;
  /** RFLAGS before a repeated comparison. */
  #flagsBefore = 0;

  /** Runs an operation; a StopKind. A repeated string instruction does at most `iterations`, and may then be run again. */
  run(operation: Operation, iterations: number): number {
    this.#iterations = iterations;
    this.isUnfinished = false;
    if (operation.repeat !== once) {
      if (operation.repeat !== Repeat.always) this.#flagsBefore = this.state.flags.value;
      return this.#repeat(operation);
    }
    this.operation = operation;
    this.linear.begin();
    return this.#attempt();
  }

  /** Goes on after a need: with what was read, or with the write done. A StopKind. */
  resume(answer: Word, isRefused: boolean): number {
    const { isWrite } = this.stop;
    if (!isWrite) {
      this.linear.replay(answer);
      return this.#goOn(this.#attempt());
    }
    // A locked write that found another value than was read begins anew (SDM 3A 8.1.2.2).
    if (isRefused) {
      this.linear.begin();
      return this.#goOn(this.#attempt());
    }
    this.stop.clear();
    this.stop.isNoted = 1;
    this.#taken++;
    return this.#goOn(this.#finish());
  }

  #goOn(kind: number): number {
    if (this.operation.repeat === Repeat.none) return kind;
    if (kind !== StopKind.none) return this.#interrupted(kind);
    this.isUnfinished = true;
    return this.#hasEnded(this.operation) ? this.#leave() : this.#repeat(this.operation);
  }

  #attempt(): number {
    this.#begin();
    this.#portBytes = 0;
    this.#taken = 0;
    this.operation.semantic(this.cpu);
    return this.#finish();
  }

  /** Nothing has been done yet. */
  #begin(): void {
    this.rewind();
    this.stop.clear();
    this.beginFlags();
    this.stagedCount = 0;
    this.hasMovedStack = 0;
    this.hasJumped = 0;
    this.beginSystem();
  }

  /**
   * Runs operations that are known and plain one after the other, until one is not, one does not simply end, `most` have
   * ended or rIP is `until`. The StopKind of the last.
   */
  protected runKnown(fetch: Fetch, most: number, until: Word): number {
    const { cpu, linear, stop, ip } = this;
    const { base, isFlat } = fetch;
    const { lo: untilLow, hi: untilHigh } = until;
    let ended = 0;
    let operation = this.#known(fetch);
    this.#begin();
    linear.begin();
    while (operation !== undefined && ended < most) {
      this.operation = operation;
      this.rewind();
      this.beginPlainFlags();
      linear.beginPlain();
      operation.semantic(cpu);
      if (stop.isNoted === 1) return this.#concludeEvent(ended);
      if (linear.storeCount !== 0) {
        if (linear.hasServedStores === true) return this.#concludeEvent(ended);
        linear.commit();
        linear.storeCount = 0;
      }
      if (this.stagedLanes !== 0) this.commitLanes();
      this.commitFlags();
      this.commitRegisters();
      ended++;
      const { hasJumped } = this;
      const next: Operation = hasJumped === 1 ? operation.taken : operation.next;
      this.moveOn();
      if (ip.lo === untilLow && ip.hi === untilHigh) break;
      if (next.low === ((base + ip.lo) | 0) && next.high === ip.hi) operation = next;
      else operation = this.#follow(operation, fetch, isFlat, hasJumped);
    }
    this.ended += ended;
    return none;
  }

  /** The operation at CS:rIP, if it is known and plain. */
  #known(fetch: Fetch): Operation | undefined {
    const known = fetch.known();
    return known !== undefined && known.isPlain === 1 ? known : undefined;
  }

  /** The same, remembered with the operation that came before it where that is sure to lead there again. */
  #follow(before: Operation, fetch: Fetch, isFlat: boolean, hasJumped: Bit): Operation | undefined {
    const known = this.#known(fetch);
    if (known === undefined || !isFlat || known.high !== before.high || known.low >>> 12 !== before.low >>> 12)
      return known;
    const linked = hasJumped === 1 ? before.taken : before.next;
    if (linked !== before) return known;
    if (hasJumped === 1) before.taken = known;
    else before.next = known;
    return known;
  }

  #concludeEvent(ended: number): number {
    this.ended += ended;
    const kind = this.conclude(this.#finish());
    if (kind === none) this.ended++;
    return kind;
  }

  /** SDM 2B REP: the count is tested before each iteration. */
  #repeat(operation: Operation): number {
    this.operation = operation;
    if (this.#count(operation) === 0) return this.#skip(operation);
    while (this.#iterations-- !== 0) {
      this.linear.begin();
      const kind = this.#attempt();
      if (kind !== StopKind.none) return this.#interrupted(kind);
      this.isUnfinished = true;
      if (this.#hasEnded(operation)) return this.#leave();
    }
    return StopKind.none;
  }

  /** No iteration at all; INS and OUTS need the right to their port even so. */
  #skip(operation: Operation): number {
    const { needsPort, width } = operation;
    this.stop.clear();
    if (needsPort) this.cpu.requirePortAccess(this.registers[2], width);
    if (this.stop.kind !== StopKind.none) return this.stop.kind;
    this.#clearUpperHalves(operation);
    return this.#leave();
  }

  /** CMPS and SCAS that fault have the flags from before the first iteration again (SDM 2B REP). */
  #interrupted(kind: number): number {
    const { repeat } = this.operation;
    const compares = repeat === Repeat.whileEqual || repeat === Repeat.whileNotEqual;
    if (kind === StopKind.fault && compares) this.state.flags.set(statusFlags, this.#flagsBefore);
    if (kind === StopKind.fault) this.#clearUpperHalves(this.operation);
    return kind;
  }

  /**
   * With 32-bit addresses in 64-bit mode, Intel CPUs zero-extend the count of a repetition that has done nothing, and the
   * pointers of those that store.
   */
  #clearUpperHalves(operation: Operation): void {
    if (!this.is64 || operation.addressSize !== 32 || operation.needsPort || this.cpu.profile !== 'intel') return;
    this.registers[1].hi = 0;
    const stores = operation.operands[0].plan === Plan.stringDestination;
    if (operation.repeat !== Repeat.always || !stores) return;
    this.registers[7].hi = 0;
    if (operation.operands[1].plan === Plan.stringSource) this.registers[6].hi = 0;
  }

  /** 0 where rCX is 0. */
  #count({ addressSize }: Operation): number {
    const { lo, hi } = this.registers[1];
    return addressSize === 64 ? lo | hi : addressSize === 32 ? lo : lo & 0xffff;
  }

  #hasEnded(operation: Operation): boolean {
    if (this.#count(operation) === 0) return true;
    if (operation.repeat === Repeat.always) return false;
    return this.state.flags.is(Flag.Z) === (operation.repeat === Repeat.whileEqual ? 0 : 1);
  }

  #leave(): number {
    this.isUnfinished = false;
    copy(this.nextInstruction(), this.state.ip);
    return StopKind.none;
  }

  /** Asks for what owners must take first, then makes everything the state. */
  #finish(): number {
    const { stop, linear } = this;
    if (stop.kind >= fault) return stop.kind;
    if (linear.storeCount !== 0) {
      if (linear.hasServedStores === true && this.#mustAsk()) return StopKind.need;
      linear.commit();
    }
    if (this.#portBytes !== 0 && this.#mustAsk()) return StopKind.need;
    this.commitFlags();
    const isRepeated = this.operation.repeat !== once;
    if (isRepeated) this.#countDown();
    this.commitRegisters();
    if (!isRepeated) this.moveOn();
    this.#commitNoted();
    return stop.kind;
  }

  /** What was noted of the system, and vectors. */
  #commitNoted(): void {
    if (this.stop.isNoted === 1) this.commitSystem();
    if ((this.stop.isNoted | this.stagedLanes) !== 0) this.commitLanes();
  }

  #countDown(): void {
    const { addressSize } = this.operation;
    this.setGeneral(addressSize, 1, this.sub(addressSize, this.registers[1], this.number(1)));
  }

  /** Is there a write that its owner has not taken yet? Then it is what is needed. */
  #mustAsk(): boolean {
    let asked = 0;
    const { stores, storeCount } = this.linear;
    for (let k = 0; k < storeCount; k++) {
      const staged = stores[k];
      if (!staged.isAsked) continue;
      // CMPXCHG16B: the two halves are one.
      const above = staged.isLocked && k + 1 < storeCount && stores[k + 1].isLocked ? stores[++k] : null;
      if (asked++ < this.#taken) continue;
      const { low, high, valueLow, valueHigh } = staged;
      this.stop.askToWrite(false, staged.bytes, this.pair(low, high), this.pair(valueLow, valueHigh));
      this.stop.isLocked = staged.isLocked;
      copy(staged.expected, this.stop.expected);
      if (above !== null) this.#askAbove(above);
      return true;
    }
    if (this.#portBytes === 0 || asked < this.#taken) return false;
    this.stop.askToWrite(true, this.#portBytes, this.number(this.#port), this.#portData);
    return true;
  }

  #askAbove({ valueLow, valueHigh, expected }: StagedStore): void {
    const { stop } = this;
    stop.bytes = 16;
    stop.dataAbove.lo = valueLow;
    stop.dataAbove.hi = valueHigh;
    copy(expected, stop.expectedAbove);
  }

  readPort(port: Word, bits: Width): Word {
    return this.linear.loadPort(port.lo & 0xffff, bits >> 3);
  }

  writePort(port: Word, bits: Width, value: Word): void {
    this.#port = port.lo & 0xffff;
    this.#portBytes = bits >> 3;
    this.stop.isNoted = 1;
    copy(value, this.#portData);
  }
}
