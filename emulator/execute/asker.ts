/** Lets owners answer at once what a step needs. */
import { toBigInt } from '../bits/word.ts';
import type { Memory } from '../machine/memory.ts';
import { Owners, type SystemOwner } from './owners.ts';
import { dataOf, expectedOf } from './step-result.ts';
import type { Stop } from './stop.ts';

export type OwnersAnswer =
  /** Nobody has answered: it is a need of the step's caller. */
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly data: Uint8Array }
  | { readonly kind: 'written' }
  /** A locked write found another value than expected. */
  | { readonly kind: 'refused' };

const none = { kind: 'none' } as const;
const written = { kind: 'written' } as const;
const refused = { kind: 'refused' } as const;

export class Asker {
  readonly regions = new Owners();
  readonly ports = new Owners();
  readonly #memory: Memory;
  readonly #system: SystemOwner | undefined;

  constructor(memory: Memory, system: SystemOwner | undefined) {
    this.#memory = memory;
    this.#system = system;
  }

  ask(stop: Stop): OwnersAnswer {
    if (this.#isExchange(stop)) return this.#exchange(stop);
    const address = toBigInt(64, stop.address);
    const owner = (stop.isPort ? this.ports : this.regions).of(address);
    if (owner === undefined) return none;
    const { bytes } = stop;
    const to = owner.divert?.(address, bytes, stop.isWrite ? 'write' : 'read');
    if (stop.isWrite) {
      const data = dataOf(stop);
      if (to === undefined) return owner.write?.(address, data) === true ? written : none;
      this.#memory.write(to, data);
      return written;
    }
    const data = to === undefined ? owner.read?.(address, bytes) : this.#memory.read(to, bytes);
    return data === undefined ? none : { kind: 'read', data };
  }

  /** Is it a locked store to RAM, which the system's owner does? */
  #isExchange({ isLocked, isWrite, isPort, address }: Stop): boolean {
    return isLocked && isWrite && !isPort && this.#memory.find(address.lo, address.hi)?.isServed === false;
  }

  /** Has the owner found in memory what was read? */
  #exchange(stop: Stop): OwnersAnswer {
    const address = toBigInt(64, stop.address);
    return this.#system?.compareExchange?.(address, expectedOf(stop), dataOf(stop)) === true ? written : refused;
  }
}
