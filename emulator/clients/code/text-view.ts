/**
 * Text as its author wrote it: what probes and breakpoints have put into memory is looked through. Instructions begin
 * where decoding from a function's start says so, since x86 code cannot be read backwards.
 */
import { type CodeKind, endOf, isPlaced, longMode, type NotPlaced, type Placed, placeAt } from './placed.ts';
import { hex, type Refusal, refuse } from './refusal.ts';

/** Bytes that somebody has replaced, as they were before. */
export interface SavedText {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

export interface TextOptions extends Partial<CodeKind> {
  /** Of breakpoints, jumps and call sites that are in the bytes now. */
  readonly saved?: readonly SavedText[];
  /** Where others have breakpoints whose original bytes nobody here knows. */
  readonly foreign?: readonly bigint[];
}

/** A function's text from its first byte to its last. */
export class TextView {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly kind: CodeKind;
  readonly #foreign: ReadonlySet<bigint>;

  constructor(address: bigint, bytes: Uint8Array, options: TextOptions = {}) {
    const { mode = longMode.mode, vendor = longMode.vendor, saved = [], foreign = [] } = options;
    this.address = address;
    this.bytes = bytes.slice();
    this.kind = { mode, vendor };
    this.#foreign = new Set(foreign);
    for (const { address: at, bytes: original } of saved) this.#recover(Number(at - address), original);
  }

  #recover(offset: number, original: Uint8Array): void {
    for (const [k, byte] of original.entries()) {
      const at = offset + k;
      if (at >= 0 && at < this.bytes.length) this.bytes[at] = byte;
    }
  }

  get end(): bigint {
    return this.address + BigInt(this.bytes.length);
  }

  isForeign(address: bigint): boolean {
    return this.#foreign.has(address);
  }

  /** The instruction that begins there, whether or not one is known to. */
  at(address: bigint): Placed | NotPlaced {
    return placeAt(this.bytes.subarray(Number(address - this.address)), address, this.kind);
  }
}

export interface Boundaries {
  /** In order, without gaps, from the function's start. */
  readonly instructions: readonly Placed[];
  /** Why they end before the function does. */
  readonly stop: Refusal | null;
}

/** Every instruction of the text. INT3 that belongs to nobody is padding, an instruction of one byte. */
export const boundaries = (text: TextView): Boundaries => {
  const instructions: Placed[] = [];
  let at = text.address;
  while (at < text.end) {
    const placed = text.at(at);
    if (text.isForeign(at)) return { instructions, stop: foreignAt(at) };
    if (!isPlaced(placed)) return { instructions, stop: undecodableAt(at, placed) };
    instructions.push(placed);
    at = endOf(placed);
  }
  return { instructions, stop: null };
};

/** The instruction that begins at the address, or why none does. */
export const instructionAt = (text: TextView, address: bigint): Placed | Refusal => {
  if (address < text.address || address >= text.end)
    return refuse('NoFunction', address, `the function is from ${hex(text.address)} to before ${hex(text.end)}`);
  for (let at = text.address; at <= address; ) {
    const placed = text.at(at);
    if (text.isForeign(at)) return foreignAt(at);
    if (!isPlaced(placed)) return undecodableAt(at, placed);
    if (at === address) return placed;
    at = endOf(placed);
    if (at > address) return insideOf(placed, address);
  }
  throw new Error('Instructions have a length.');
};

const insideOf = ({ address, instruction }: Placed, inside: bigint): Refusal =>
  refuse(
    'NotBoundary',
    inside,
    `it is byte ${inside - address} of the ${instruction.lengthBytes} bytes of the instruction at ${hex(address)}`,
  );

const foreignAt = (address: bigint): Refusal =>
  refuse('ForeignBreakpoint', address, `another debugger has a breakpoint at ${hex(address)}`);

const undecodableAt = (address: bigint, problem: NotPlaced): Refusal => {
  const why = {
    invalid: 'no instruction',
    truncated: 'an instruction that goes on past the end',
  }[problem.status];
  return refuse('Undecodable', address, `at ${hex(address)} stands ${why}`);
};
