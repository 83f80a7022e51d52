import { describe, expect, it } from 'vitest';
import { iced, jobs, ours } from './contenders.ts';
import { randomCode } from './inputs.ts';
import { median, timeInTurns, watchHeap } from './measure.ts';
import { createNatives } from './native.ts';
import { streamOf } from './stream.ts';
import { heapText, nativeText, omissionsText, tableText } from './table.ts';

describe('the stream that both decode', () => {
  it('has the instructions that both know, one after the other', () => {
    // NOP; an opcode that 64-bit mode has not; FLD1; MOV RAX, [RIP + 10h]; the start of a JMP.
    const code = Uint8Array.of(0x90, 0x06, 0xd9, 0xe8, 0x48, 0x8b, 0x05, 0x10, 0, 0, 0, 0xe9);
    expect(streamOf(code, 64)).toEqual({
      mode: 64,
      bytes: Uint8Array.of(0x90, 0xd9, 0xe8, 0x48, 0x8b, 0x05, 0x10, 0, 0, 0),
      count: 3,
      differing: 0,
    });
  });

  it.each([16, 32, 64] as const)('is decoded to its last byte by both in %i-bit mode', (mode) => {
    const stream = streamOf(randomCode().subarray(0, 20_000), mode);
    expect(stream.count).toBeGreaterThan(5000);
    expect(ours.decode(stream)).toBe(stream.bytes.length);
    expect(iced.decode(stream)).toBe(stream.bytes.length);
  });

  it('is the same every time', () => {
    expect(randomCode().subarray(0, 4096)).toEqual(randomCode().subarray(0, 4096));
  });
});

describe('measuring', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('runs both in turns, once more than it times them', () => {
    const order: string[] = [];
    timeInTurns(
      () => order.push('ours'),
      () => order.push('theirs'),
      2,
    );
    expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
  });

  it('sees what is allocated, and what is collected', async () => {
    const kept: object[] = [];
    const { grownBytes, collections } = await watchHeap(() => {
      for (let k = 0; k < 300_000; k++) kept.push({ k });
      // More than the young generation holds at its largest, so that it must be collected.
      for (let k = 0; k < 40; k++) kept[k] = Array.from({ length: 500_000 }, () => k);
    });
    expect(grownBytes).toBeGreaterThan(1_000_000);
    expect(collections).toBeGreaterThan(0);
    expect(kept).toHaveLength(300_000);
  });
});

it('native decoders go through the same instructions', async () => {
  const problems: string[] = [];
  const natives = await createNatives(problems);
  const stream = streamOf(randomCode().subarray(0, 20_000), 64);
  const times = await natives.time(stream, 1000, 3);
  await natives.close();
  expect(problems).toEqual([]);
  expect(times.map(({ name, ms }) => [name, [...ms.keys()]])).toEqual([
    ['Zydis', ['decode', 'decode and read', 'Intel text']],
    ['LLVM', ['Intel text']],
  ]);
});

it('decoding allocates nothing for an instruction', async () => {
  const stream = streamOf(randomCode().subarray(0, 1_000_000), 64);
  ours.decode(stream);
  const { grownBytes } = await watchHeap(() => ours.decode(stream));
  // An object for each would be 16 bytes at least; the decoder, the instruction and what the tools around need are less.
  expect(grownBytes / stream.count).toBeLessThan(4);
});

it('prints rates, ratios, what is left out and the heap', () => {
  const stream = { mode: 64, bytes: new Uint8Array(), count: 3_000_000, differing: 1_000_000 } as const;
  const timings = jobs.slice(0, 2).map((job) => ({ job, count: stream.count, oursMs: 100, theirsMs: 250 }));
  const native = [{ name: 'Zydis', version: '4.0.0', ms: new Map([['decode', 30] as const]) }];
  const measured = [
    { input: 'code', stream, timings, native, nativeCount: 300_000, heap: { grownBytes: 3000, collections: 0 } },
  ];
  expect(tableText(measured)).toBe(
    [
      'input  mode  instructions  job              ours      iced-x86  ratio',
      'code   64    3,000,000     decode           30.0 M/s  12.0 M/s  2.50x',
      '                           decode and read  30.0 M/s  12.0 M/s  2.50x',
      '',
    ].join('\n'),
  );
  expect(nativeText(measured)).toContain('code   64    decode  30.0 M/s  10.0 M/s     3.00x');
  expect(omissionsText(measured)).toContain('code   64    25.00 %');
  expect(heapText(measured)).toContain('code   64    0.0010                0');
});
