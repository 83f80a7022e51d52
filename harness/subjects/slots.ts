/**
 * Inputs laid out in slots of one size, for disassemblers that read a file: which bytes follow a short input, what a
 * length beyond it means, and how answers come back in order. What prints the lines is not known here.
 */
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import type { Answer, Decoded, Input } from '../subject.ts';
import { isolate } from './isolate.ts';
import { crashed, type Failure } from './process.ts';

/** Bytes of a slot: the longest instruction (15, SDM 2A 2.3.11) and one more, by which a longer one is told. */
export const slotBytes = 16;

/** What a disassembler says about the start of a slot; null is no instruction. */
export type Reading = Omit<Decoded, 'status'> | null;

export interface Slots {
  /** A whole number of slots. */
  readonly bytes: Uint8Array;
  readonly mode: Mode;
  readonly vendor: Vendor;
}

export interface SlotTool {
  /** One reading a slot. */
  read(slots: Slots, limit: { readonly timeoutMs: number }): Promise<readonly Reading[] | Failure>;
}

export interface SlotLimits {
  /** For a run of a single input; a batch gets a fraction more for each input. */
  readonly timeoutMs: number;
  /** Inputs a run. */
  readonly batch: number;
}

/** Answers in order, one an input. */
export async function answerSlots(tool: SlotTool, inputs: readonly Input[], limits: SlotLimits): Promise<Answer[]> {
  const answers: Answer[] = new Array<Answer>(inputs.length);
  for (const mode of modes) {
    for (const vendor of vendors) {
      const places: number[] = [];
      for (const [k, input] of inputs.entries()) if (input.mode === mode && input.vendor === vendor) places.push(k);
      for (let from = 0; from < places.length; from += limits.batch) {
        const some = places.slice(from, from + limits.batch);
        const asked = some.map((place) => inputs[place]?.bytes ?? new Uint8Array());
        const given = await answerAlike(tool, asked, { ...limits, mode, vendor });
        for (const [k, place] of some.entries()) answers[place] = given[k] ?? { status: 'invalid' };
      }
    }
  }
  return answers;
}

interface Circumstances extends SlotLimits {
  readonly mode: Mode;
  readonly vendor: Vendor;
}

/** Time for each input of a batch on top: some forty times what the tools need. */
const timeoutMsPerInput = 0.2;

async function answerAlike(tool: SlotTool, inputs: readonly Uint8Array[], how: Circumstances): Promise<Answer[]> {
  const answers = await askFilled(
    tool,
    inputs.map((bytes) => ({ bytes, filler: usualFiller })),
    how,
  );
  const short: number[] = [];
  for (const [k, bytes] of inputs.entries()) {
    if (answers[k]?.status === 'invalid' && bytes.length < slotBytes - 1) short.push(k);
  }
  const retries: Filled[] = [];
  for (const k of short)
    for (const filler of otherFillers) retries.push({ bytes: inputs[k] ?? new Uint8Array(), filler });
  const completed: Answer[] = [];
  for (let from = 0; from < retries.length; from += how.batch) {
    for (const answer of await askFilled(tool, retries.slice(from, from + how.batch), how)) completed.push(answer);
  }
  for (const [nth, k] of short.entries()) {
    const tries = completed.slice(nth * otherFillers.length, (nth + 1) * otherFillers.length);
    if (tries.some((answer) => answer.status === 'truncated')) answers[k] = { status: 'truncated' };
  }
  return answers;
}

/** An input, and the byte that fills the rest of its slot. */
interface Filled {
  readonly bytes: Uint8Array;
  readonly filler: number;
}

/**
 * 81 is an opcode in each map, a /0 memory ModRM, and starts an instruction of 10 bytes: few lines to print and parse.
 */
const usualFiller = 0x81;

/**
 * A short input that is invalid before 81 may still be the start of an instruction. Tried: every /digit with memory
 * and with a register, and opcodes of the maps 0F 38, 0F 3A and 3DNow!.
 */
const otherFillers = [
  0x89, 0x91, 0x99, 0xa1, 0xa9, 0xb1, 0xb9, 0x00, 0x0f, 0x90, 0xc0, 0xc8, 0xcc, 0xd0, 0xd8, 0xdc, 0xe0, 0xe8, 0xf0,
  0xf6, 0xf8,
];

function askFilled(tool: SlotTool, inputs: readonly Filled[], how: Circumstances): Promise<Answer[]> {
  const read = async (some: readonly Filled[]): Promise<readonly Answer[] | Failure> => {
    const slots = { bytes: layOut(some), mode: how.mode, vendor: how.vendor };
    const readings = await tool.read(slots, { timeoutMs: Math.ceil(how.timeoutMs + some.length * timeoutMsPerInput) });
    if ('failure' in readings) return readings;
    if (readings.length !== some.length) {
      return crashed(`answered ${readings.length} of ${some.length} inputs`);
    }
    return readings.map((reading, k) => toAnswer(reading, some[k]?.bytes.length ?? 0));
  };
  return isolate(inputs, {
    run: read,
    async probe() {
      const answers = await read([nop]);
      if ('failure' in answers) return answers;
      return answers[0]?.status === 'valid' ? null : crashed('it does not know NOP (90)');
    },
    blame: (failure) => blame(failure, how.timeoutMs),
  });
}

const nop: Filled = { bytes: Uint8Array.of(0x90), filler: usualFiller };

function layOut(inputs: readonly Filled[]): Uint8Array {
  const out = new Uint8Array(inputs.length * slotBytes);
  let at = 0;
  for (const { bytes, filler } of inputs) {
    out.fill(filler, at, at + slotBytes);
    out.set(bytes.length > slotBytes ? bytes.subarray(0, slotBytes) : bytes, at);
    at += slotBytes;
  }
  return out;
}

function toAnswer(reading: Reading, givenBytes: number): Answer {
  if (reading === null) return { status: 'invalid' };
  if (reading.lengthBytes > givenBytes) return { status: 'truncated' };
  return { status: 'valid', ...reading };
}

function blame({ failure, detail }: Failure, timeoutMs: number): Answer {
  switch (failure) {
    case 'timed out':
      return { status: 'timed out', timeoutMs };
    case 'crashed':
    case 'unavailable':
      return { status: failure, detail };
  }
}
