import { describe, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Input } from '../subject.ts';
import { answerSlots, type Reading, type SlotTool, slotBytes } from './slots.ts';

/** A machine whose instructions are as long as their first byte says, and whose byte 66 needs `0f` behind it. */
const readSlot = (slot: Uint8Array): Reading => {
  const [length = 0, second] = slot;
  if (length === 0x90) return { lengthBytes: 1, text: { nasm: 'nop' } };
  if (length === 0x66) return second === 0x0f ? { lengthBytes: 2, text: { nasm: 'needs 0f' } } : null;
  return length === 0 || length > 15 ? null : { lengthBytes: length, text: { nasm: `op${length}` } };
};

const machine = (): SlotTool & { readonly asked: { mode: Mode; vendor: Vendor; slots: number }[] } => {
  const asked: { mode: Mode; vendor: Vendor; slots: number }[] = [];
  return {
    asked,
    async read({ bytes, mode, vendor }) {
      const slots = bytes.length / slotBytes;
      asked.push({ mode, vendor, slots });
      return Array.from({ length: slots }, (_, k) => readSlot(bytes.subarray(k * slotBytes, (k + 1) * slotBytes)));
    },
  };
};

const limits = { timeoutMs: 100, batch: 4 };
const input = (bytes: readonly number[], mode: Mode = 64, vendor: Vendor = 'intel'): Input => ({
  bytes: Uint8Array.from(bytes),
  mode,
  vendor,
});

describe('answerSlots', () => {
  it('tells valid, invalid and truncated apart by the length and the bytes given', async () => {
    const long = Array.from({ length: 64 }, () => 7);
    const inputs = [input([2, 0]), input([3, 0]), input([0, ...long]), input(long), input([0x90])];
    expect(await answerSlots(machine(), inputs, limits)).toEqual([
      { status: 'valid', lengthBytes: 2, text: { nasm: 'op2' } },
      { status: 'truncated' },
      { status: 'invalid' },
      { status: 'valid', lengthBytes: 7, text: { nasm: 'op7' } },
      { status: 'valid', lengthBytes: 1, text: { nasm: 'nop' } },
    ]);
  });

  it('calls a short input truncated when other bytes than the usual filler complete it', async () => {
    expect(await answerSlots(machine(), [input([0x66]), input([0x66, 0x0f]), input([0x66, 1])], limits)).toEqual([
      { status: 'truncated' },
      { status: 'valid', lengthBytes: 2, text: { nasm: 'needs 0f' } },
      { status: 'invalid' },
    ]);
  });

  it('asks about short inputs again in batches, too', async () => {
    const tool = machine();
    await answerSlots(tool, [input([0]), input([0]), input([0])], limits);
    expect(Math.max(...tool.asked.map(({ slots }) => slots))).toBe(limits.batch);
  });

  it('asks each mode and vendor apart, in batches, and answers in the order of the inputs', async () => {
    const tool = machine();
    const inputs = [input([1], 64), input([2, 0], 16), input([3, 0, 0], 64, 'amd'), input([4, 0, 0, 0], 64)];
    const more = Array.from({ length: 5 }, () => input([1], 32));
    const answers = await answerSlots(tool, [...inputs, ...more], limits);
    expect(answers.map((answer) => (answer.status === 'valid' ? answer.lengthBytes : answer.status))).toEqual([
      1, 2, 3, 4, 1, 1, 1, 1, 1,
    ]);
    expect(tool.asked).toEqual([
      { mode: 16, vendor: 'intel', slots: 1 },
      { mode: 32, vendor: 'intel', slots: 4 },
      { mode: 32, vendor: 'intel', slots: 1 },
      { mode: 64, vendor: 'intel', slots: 2 },
      { mode: 64, vendor: 'amd', slots: 1 },
    ]);
  });

  it('asks again, one by one, where a tool gives too few answers', async () => {
    const tool = machine();
    const read = tool.read.bind(tool);
    tool.read = async (slots, limit) => {
      const readings = await read(slots, limit);
      return 'failure' in readings || readings.length === 1 ? readings : readings.slice(1);
    };
    expect(await answerSlots(tool, [input([1]), input([1])], limits)).toEqual([
      { status: 'valid', lengthBytes: 1, text: { nasm: 'op1' } },
      { status: 'valid', lengthBytes: 1, text: { nasm: 'op1' } },
    ]);
  });

  it('gives the time limit back in the answer of an input that hangs', async () => {
    const tool = machine();
    const read = tool.read.bind(tool);
    tool.read = async (slots, limit) =>
      slots.bytes.includes(0x0d) ? { failure: 'timed out', detail: 'hangs' } : read(slots, limit);
    expect(await answerSlots(tool, [input([1]), input([0x0d])], limits)).toEqual([
      { status: 'valid', lengthBytes: 1, text: { nasm: 'op1' } },
      { status: 'timed out', timeoutMs: 100 },
    ]);
  });
});
