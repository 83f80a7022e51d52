/**
 * One instruction executed in a slot, while something else stands at its own address. To whoever looks at the machine
 * afterwards it has been executed where it stands: rIP, what calls push, and where faults happened say so.
 */
import type { Machine } from '../../emulator.ts';
import type { StepResult } from '../../execute/step-result.ts';
import { forms } from '../../isa/forms.ts';
import { type Detour, detourOf, type Part } from './detour.ts';
import { endOf, type Placed } from './placed.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { transferOf } from './transfer.ts';

/** Words of `Machine.getAll`. */
const allWords = 36;

/**
 * For machines that pass faults to their owner. One that delivers them pushes the slot's address where a handler reads
 * the instruction's.
 */
export class OutOfLine {
  readonly #machine: Machine;
  readonly #slot: bigint;
  readonly #before = new Uint32Array(allWords);
  #placed: Placed | null = null;
  #detour: Detour = { code: new Uint8Array(0), parts: [] };
  #at = 0;
  #target = 0n;

  /** `slot` is the offset in CS of `detourBytes` of executable memory that nobody else uses. */
  constructor(machine: Machine, slot: bigint) {
    this.#machine = machine;
    this.#slot = slot;
  }

  /** Executes the instruction as if it stood at `placed.address`, an offset in CS. A refusal has changed nothing. */
  step(placed: Placed): StepResult | Refusal {
    const detour = detourOf(placed, this.#slot);
    if (isRefusal(detour)) return detour;
    const machine = this.#machine;
    machine.memory.write(this.#linear(), detour.code);
    this.#placed = placed;
    this.#detour = detour;
    this.#at = 0;
    machine.set('rip', placed.address);
    machine.getAll(this.#before);
    machine.set('rip', this.#slot);
    return this.#goOn(machine.step());
  }

  /** Answers a need, as `Machine.resume` does. */
  resume(data?: Uint8Array): StepResult {
    return this.#goOn(this.#machine.resume(data));
  }

  /** Answers a locked write, as `Machine.refuse` does. */
  refuse(): StepResult {
    return this.#goOn(this.#machine.refuse());
  }

  #linear(): bigint {
    const machine = this.#machine;
    return machine.mode === 64 ? this.#slot : BigInt.asUintN(32, machine.get('csbase') + this.#slot);
  }

  #goOn(first: StepResult): StepResult {
    let result = first;
    for (;;) {
      if (result.kind === 'need') return result;
      if (result.kind === 'fault' || result.kind === 'unsupported') return this.#undo(result);
      const next = this.#settle(this.#part());
      if (next === null) return result;
      this.#machine.set('rip', this.#offset(next));
      result = this.#machine.step();
    }
  }

  #part(): Part {
    return this.#detour.parts[this.#at];
  }

  #offset({ offset }: Part): bigint {
    return this.#slot + BigInt(offset);
  }

  /** Nothing has happened: a part that went before is taken back. */
  #undo(result: StepResult): StepResult {
    const machine = this.#machine;
    if (this.#at > 0) machine.setAll(this.#before);
    else if (machine.get('rip') === this.#slot && this.#placed !== null) machine.set('rip', this.#placed.address);
    return result;
  }

  /** A part has ended: puts rIP where it belongs, or says which part comes next. */
  #settle({ what }: Part): Part | null {
    const machine = this.#machine;
    const placed = this.#placed;
    if (placed === null) throw new Error('Nothing is being stepped.');
    const ip = machine.get('rip');
    switch (what) {
      case 'branch': {
        if (ip === this.#slot + BigInt(placed.instruction.lengthBytes)) return this.#leaveTo(endOf(placed));
        return this.#next();
      }
      case 'jump':
        this.#target = ip;
        return this.#at + 1 < this.#detour.parts.length ? this.#next() : null;
      case 'push':
        return this.#leaveTo(this.#target);
      default:
        return this.#leaveCopy(placed, ip);
    }
  }

  #next(): Part {
    this.#at++;
    return this.#part();
  }

  #leaveTo(ip: bigint): null {
    this.#machine.set('rip', this.#narrowed(ip));
    return null;
  }

  /** Outside 64-bit mode rIP has 32 bits. */
  #narrowed(ip: bigint): bigint {
    return this.#machine.mode === 64 ? ip : BigInt.asUintN(32, ip);
  }

  #leaveCopy(placed: Placed, ip: bigint): null {
    // A repetition that goes on stands where it stood.
    if (ip === this.#slot) return this.#leaveTo(placed.address);
    if (ip === this.#narrowed(this.#slot + BigInt(placed.instruction.lengthBytes))) return this.#leaveTo(endOf(placed));
    if (transferOf(forms[placed.instruction.form]) !== 'none') return null;
    throw new Error('A handler was entered from the slot: stepping out of line needs a machine that passes faults.');
  }
}
