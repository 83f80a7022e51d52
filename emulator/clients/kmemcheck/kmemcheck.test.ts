import { describe, expect, it } from 'vitest';
import { decode } from '../../decode/decode.ts';
import type { Instruction } from '../../isa/instruction.ts';
import type { Mode } from '../../isa/modes.ts';
import type { RegisterView } from '../../operand/evaluate.ts';
import { memAccesses, splitAtPages } from './accesses.ts';
import { Kmemcheck, type Policy } from './kmemcheck.ts';
import { formatReport } from './report.ts';
import { Shade } from './shadow.ts';

const instructionOf = (hex: string, mode: Mode = 64): Instruction => {
  const decoding = decode(
    Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
    mode,
  );
  if (decoding.status !== 'valid') throw new Error(`${hex}: ${decoding.status}`);
  return decoding.instruction;
};

const viewOf = (values: Readonly<Record<string, bigint>>): RegisterView => ({
  read: (name) => values[name] ?? values[`r${name.slice(1)}`] ?? 0n,
  segment: (name) => ({ base: values[`${name}base`] ?? 0n }),
});

const sayAccesses = (hex: string, values: Readonly<Record<string, bigint>>, mode: Mode = 64): string =>
  memAccesses(instructionOf(hex, mode), viewOf(values))
    .map(({ kind, address, sizeBytes }) => {
      const letters = { read: 'r', write: 'w', 'read-write': 'rw' }[kind];
      return `${letters}${sizeBytes}@${address.toString(16)}`;
    })
    .join(' ');

describe('C1: every access with its address, size and direction', () => {
  it.each([
    ['89 03', 'w4@1000'],
    ['0f b6 03', 'r1@1000'],
    ['48 63 03', 'r4@1000'],
    ['0f 95 03', 'w1@1000'],
    ['0f 44 03', 'r4@1000'],
    ['ff 36', 'r8@2000 w8@2ff8'],
    ['48 0f c7 0f', 'rw16@4000'],
    ['c5 fe 6f 0e', 'r32@2000'],
    ['64 8b 03', 'r4@7001000'],
    ['65 8b 03', 'r4@9001000'],
  ])('%s', (hex, expected) => {
    const values = { rbx: 0x1000n, rsi: 0x2000n, rsp: 0x3000n, rdi: 0x4000n, fsbase: 0x700_0000n, gsbase: 0x900_0000n };
    expect(sayAccesses(hex, values)).toBe(expected);
  });

  it('0f b6 03 writes a register of 32 bits', () => {
    expect(instructionOf('0f b6 03').operandSize).toBe(32);
  });
});

describe('C2: both sides of string instructions', () => {
  const values = { rsi: 0x1000n, rdi: 0x2000n, rcx: 3n, rflags: 0x402n, fsbase: 0x50_0000n };

  it.each([
    ['a4', 'r1@1000 w1@2000'],
    ['f3 a5', 'r4@1000 w4@2000 r4@ffc w4@1ffc r4@ff8 w4@1ff8'],
    ['a6', 'r1@1000 r1@2000'],
    ['64 a4', 'r1@501000 w1@2000'],
  ])('%s', (hex, expected) => {
    expect(sayAccesses(hex, values)).toBe(expected);
  });

  it('67 a5 uses esi and edi', () => {
    const high = { esi: 0x10n, edi: 0x20n, rsi: 0xf_0000_0010n, rdi: 0xf_0000_0020n };
    expect(sayAccesses('67 a5', high)).toBe('r4@10 w4@20');
  });
});

const [source, destination] = [0x10_0000n, 0x20_0000n];
const shadeOf = { u: Shade.uninitialized, i: Shade.initialized, a: Shade.unallocated, f: Shade.freed } as const;

/** Tracked memory with these shades at an address. */
const shade = (checker: Kmemcheck, address: bigint, letters: string): void => {
  for (const [k, letter] of [...letters.replaceAll(' ', '')].entries()) {
    const found = Object.entries(shadeOf).find(([name]) => name === letter)?.[1];
    if (found !== undefined) checker.shadow.allocate(address + BigInt(k), 1, found);
  }
};

const shadesAt = (checker: Kmemcheck, address: bigint, count: number): string =>
  Array.from({ length: count }, (_, k) => {
    const one = checker.shadow.at(address + BigInt(k));
    return Object.entries(shadeOf).find(([, value]) => value === one)?.[0] ?? '?';
  }).join(' ');

const check = (checker: Kmemcheck, hex: string, values: Readonly<Record<string, bigint>>): void =>
  checker.check(instructionOf(hex), { registers: viewOf(values) });

const moved = { rsi: source, rdi: destination, rip: 1n };

describe('C3: shadow, byte for byte', () => {
  it('goes along with MOVS to tracked memory, without a report', () => {
    const checker = new Kmemcheck();
    shade(checker, source, 'u u i i');
    shade(checker, destination, 'i i i i');
    check(checker, 'a5', moved);
    expect(shadesAt(checker, destination, 4)).toBe('u u i i');
    expect(checker.takeReports().reports).toEqual([]);
  });

  it('makes MOVS to other memory a read of its source', () => {
    const checker = new Kmemcheck();
    shade(checker, source, 'u u u u');
    check(checker, 'a5', moved);
    expect(checker.takeReports().reports).toMatchObject([
      { sizeBytes: 4, address: source, shade: Shade.uninitialized },
    ]);
  });

  it('is initialized by a write, and freed with its memory', () => {
    const checker = new Kmemcheck();
    shade(checker, source, 'u u u u u');
    check(checker, '89 06', moved);
    expect(shadesAt(checker, source, 5)).toBe('i i i i u');
    checker.shadow.free(source, 2);
    check(checker, '66 8b 06', moved);
    expect(checker.takeReports().reports).toMatchObject([{ shade: Shade.freed, sizeBytes: 2 }]);
  });
});

describe('C4: the text of a report', () => {
  const address = 0xffff_8800_3e4a_2024n;
  const checker = new Kmemcheck();
  checker.shadow.allocate(address - 4n, 32, Shade.initialized);
  checker.shadow.set(address, 4, Shade.uninitialized);
  checker.check(instructionOf('8b 03'), {
    registers: viewOf({ rbx: address, rip: 0xffff_ffff_8104_ede8n, rflags: 0x21_0002n, rsp: 0xffff_8800_3cdf_7d98n }),
    peek: (at) => Number(at % 256n),
    trace: [' [<ffffffff8104f04e>] dequeue_signal+0x8e/0x170'],
  });
  const [report] = checker.takeReports().reports;
  const lines = report === undefined ? [] : formatReport(report);

  it('says what was read, shows the block around it, and points to it', () => {
    expect(lines.slice(0, 4)).toEqual([
      'WARNING: kmemcheck: Caught 32-bit read from uninitialized memory (ffff88003e4a2024)',
      Array.from({ length: 32 }, (_, k) => (0x20 + k).toString(16)).join(''),
      ` i i i i u u u u${' i'.repeat(24)}`,
      '         ^',
    ]);
  });

  it('ends with registers and the trace', () => {
    expect(lines[4]).toBe('RIP: ffffffff8104ede8');
    expect(lines[5]).toBe('RSP: ffff88003cdf7d98  EFLAGS: 00210002');
    expect(lines[6]).toBe('RAX: 0000000000000000 RBX: ffff88003e4a2024 RCX: 0000000000000000');
    expect(lines.at(-1)).toBe(' [<ffffffff8104f04e>] dequeue_signal+0x8e/0x170');
  });
});

describe('C5: policies', () => {
  const reportsOf = (policy: Partial<Policy>, letters: string, hex: string): number => {
    const checker = new Kmemcheck(policy);
    shade(checker, source, letters);
    check(checker, hex, moved);
    return checker.takeReports().reports.length;
  };

  it('a partly initialized read is silent, unless that is not wanted', () => {
    expect(reportsOf({}, 'i i u u', '8b 06')).toBe(0);
    expect(reportsOf({ partialOk: false }, 'i i u u', '8b 06')).toBe(1);
  });

  it.each([
    ['OR', '83 0e 01'],
    ['AND', '80 26 01'],
    ['XOR', '81 36 01 00 00 00'],
  ])('%s with an immediate writes only, unless that is not wanted', (_, hex) => {
    expect(reportsOf({}, 'u u u u', hex)).toBe(0);
    expect(reportsOf({ bitopsOk: false }, 'u u u u', hex)).toBe(1);
  });

  it('ADD with an immediate reads', () => {
    expect(reportsOf({}, 'u u u u', '83 06 01')).toBe(1);
  });

  it('one-shot: the first report is the last', () => {
    const checker = new Kmemcheck({ oneShot: true });
    shade(checker, source, 'u'.repeat(16));
    for (let k = 0n; k < 4n; k++) check(checker, '8b 06', { rsi: source + 4n * k, rip: k });
    expect(checker.takeReports().reports).toHaveLength(1);
  });

  it('one instruction is reported once in a row', () => {
    const checker = new Kmemcheck();
    shade(checker, source, 'u'.repeat(16));
    for (const [k, rip] of [7n, 7n, 8n, 7n].entries()) check(checker, '8a 06', { rsi: source + BigInt(k), rip });
    expect(checker.takeReports().reports.map(({ registers: { rip } }) => rip)).toEqual([7n, 8n, 7n]);
  });

  it('65 errors are 64 reports, and one that is lost', () => {
    const checker = new Kmemcheck();
    shade(checker, source, 'u'.repeat(65));
    for (let k = 0n; k < 65n; k++) check(checker, '8a 06', { rsi: source + k, rip: k });
    const lines = checker.drain();
    expect(lines.filter((line) => line.startsWith('WARNING'))).toHaveLength(64);
    expect(lines.at(-1)).toBe('kmemcheck: Lost 1 error reports because the queue was too small');
    expect(checker.drain()).toEqual([]);
  });
});

describe('C6: accesses over the end of a page', () => {
  it('are checked in their parts, all of them', () => {
    expect(splitAtPages({ kind: 'read', address: 0x1ffdn, sizeBytes: 8 })).toEqual([
      { kind: 'read', address: 0x1ffdn, sizeBytes: 3 },
      { kind: 'read', address: 0x2000n, sizeBytes: 5 },
    ]);
    const checker = new Kmemcheck();
    checker.shadow.allocate(0x1000n, 0x1000, Shade.initialized);
    checker.shadow.allocate(0x2000n, 0x1000, Shade.initialized);
    checker.shadow.set(0x2000n, 5, Shade.uninitialized);
    check(checker, '48 8b 06', { rsi: 0x1ffdn, rip: 1n });
    expect(checker.takeReports().reports).toMatchObject([{ address: 0x2000n, sizeBytes: 5 }]);
  });
});
