/**
 * Finds reads of memory that nobody has written: shadow for each byte of what is allocated, checked before an instruction
 * runs, from its operands alone.
 */
import { forms } from '../../isa/forms.ts';
import type { Instruction } from '../../isa/instruction.ts';
import type { RegisterView } from '../../operand/evaluate.ts';
import { type Access, memAccesses, splitAtPages } from './accesses.ts';
import { blockBytes, blockOf, formatReport, type Report, reportedRegisters, shadesOf } from './report.ts';
import { Shade, Shadow } from './shadow.ts';

export interface Policy {
  /** A read with any initialized byte is silent: compilers read more than they use. Default true. */
  readonly partialOk: boolean;
  /** AND, OR and XOR of memory with an immediate write it only: bit-fields are set so. Default true. */
  readonly bitopsOk: boolean;
  /** The first report is the last. Default false. */
  readonly oneShot: boolean;
  /** Reports that wait to be taken; what comes when they are so many is lost and counted. Default 64. */
  readonly queueSize: number;
}

const defaultPolicy: Policy = { partialOk: true, bitopsOk: true, oneShot: false, queueSize: 64 };

/** Where an instruction runs: its registers, memory to show in reports, and how it was reached. */
export interface Surroundings {
  readonly registers: RegisterView;
  /** A byte of memory; null where it cannot be read. */
  readonly peek?: (address: bigint) => number | null;
  readonly trace?: readonly string[];
}

export class Kmemcheck {
  readonly shadow: Shadow;
  readonly policy: Policy;
  readonly #queue: Report[] = [];
  #lost = 0;
  #lastAddress: bigint | null = null;
  #isEnabled = true;

  constructor(policy: Partial<Policy> = {}, shadow: Shadow = new Shadow()) {
    this.policy = { ...defaultPolicy, ...policy };
    this.shadow = shadow;
  }

  /**
   * An instruction that is about to run: what it reads is checked, what it writes is initialized. Of a repeated one, so
   * many iterations at most.
   */
  check(instruction: Instruction, surroundings: Surroundings, mostIterations?: number): void {
    if (!this.#isEnabled) return;
    const accesses = memAccesses(instruction, surroundings.registers, mostIterations);
    if (isCopy(instruction)) {
      for (let k = 0; k + 1 < accesses.length; k += 2) this.#copy(accesses[k], accesses[k + 1], surroundings);
      return;
    }
    const onlyWrites = this.policy.bitopsOk && isBitOperation(instruction);
    for (const access of accesses) {
      for (const part of splitAtPages(access)) {
        if (access.kind !== 'write' && !onlyWrites) this.#read(part, surroundings);
        if (access.kind !== 'read') this.shadow.set(part.address, part.sizeBytes, Shade.initialized);
      }
    }
  }

  /** MOVS: shadow goes along; where nothing remembers it, the copy is a read. */
  #copy(from: Access, to: Access, surroundings: Surroundings): void {
    if (!this.shadow.isTracked(to.address)) {
      for (const part of splitAtPages(from)) this.#read(part, surroundings);
    }
    this.shadow.copy(from.address, to.address, from.sizeBytes);
  }

  #read({ address, sizeBytes }: Access, surroundings: Surroundings): void {
    const shade = this.#shadeOf(address, sizeBytes);
    if (shade === Shade.initialized) return;
    this.#save(address, sizeBytes, shade, surroundings);
    // Once is enough.
    this.shadow.set(address, sizeBytes, Shade.initialized);
  }

  /** What a read as a whole finds; of several shades the first that is not initialized. */
  #shadeOf(address: bigint, sizeBytes: number): Shade {
    const shades = Array.from(
      { length: sizeBytes },
      (_, k) => this.shadow.at(address + BigInt(k)) ?? Shade.initialized,
    );
    if (this.policy.partialOk && shades.includes(Shade.initialized)) return Shade.initialized;
    return shades.find((shade) => shade !== Shade.initialized) ?? Shade.initialized;
  }

  #save(address: bigint, sizeBytes: number, shade: Shade, { registers, peek, trace }: Surroundings): void {
    const ip = registers.read('rip');
    // Neighbouring errors of one instruction are one.
    if (ip === this.#lastAddress) return;
    this.#lastAddress = ip;
    if (this.policy.oneShot) this.#isEnabled = false;
    if (this.#queue.length >= this.policy.queueSize) {
      this.#lost++;
      return;
    }
    const block = blockOf(address);
    this.#queue.push({
      ...{ address, sizeBytes, shade, shades: shadesOf(this.shadow, address), trace: trace ?? [] },
      bytes: Array.from({ length: blockBytes }, (_, k) => peek?.(block + BigInt(k)) ?? null),
      registers: Object.fromEntries(reportedRegisters.map((name) => [name, registers.read(name)])),
    });
  }

  /** Reports since the last time. */
  takeReports(): { readonly reports: readonly Report[]; readonly lost: number } {
    const taken = { reports: this.#queue.splice(0), lost: this.#lost };
    this.#lost = 0;
    return taken;
  }

  /** The same as text, with what was lost. */
  drain(): readonly string[] {
    const { reports, lost } = this.takeReports();
    const lines = reports.flatMap((report) => [...formatReport(report)]);
    return lost === 0 ? lines : [...lines, `kmemcheck: Lost ${lost} error reports because the queue was too small`];
  }
}

/** Copies one string element to another place. */
const isCopy = ({ form }: Instruction): boolean => {
  const { operands } = forms[form];
  return (
    operands.length === 2 &&
    operands.every(({ place }) => place === 'string') &&
    operands[0]?.access.includes('w') === true
  );
};

/** Groups 80 to 83 with OR, AND and XOR. */
const isBitOperation = ({ map, opcode, modrm }: Instruction): boolean =>
  map === 0 && opcode >= 0x80 && opcode <= 0x83 && [1, 4, 6].includes((modrm >> 3) & 7);
