import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../format/testing/samples.ts';
import { evaluateOperands, type RegisterView } from '../../operand/evaluate.ts';
import { isPlaced, type Placed, placeAt } from './placed.ts';
import { isRefusal } from './refusal.ts';
import { isPositioned, relocate } from './relocate.ts';
import { kindOf, placed, textOf } from './testing/code-of.ts';

const moved = (text: string, from: bigint, to: bigint, mode: 16 | 32 | 64 = 64): string => {
  const answer = relocate(placed(text, from, mode), to);
  return isRefusal(answer) ? answer.kind : textOf(answer.bytes);
};

describe('A3: relocate', () => {
  const from = 0xffffffff81000100n;
  const slot = 0xffffffffa0000000n;

  it('A3: bases a RIP-relative displacement on the place where the copy ends up', () => {
    expect(moved('48 8b 05 10 00 00 00', from, slot)).toBe('48 8b 05 10 01 00 e1');
  });

  it('A3: leaves the immediate behind the displacement alone', () => {
    expect(moved('c7 05 00 10 00 00 78 56 34 12', from, slot)).toBe('c7 05 00 11 00 e1 78 56 34 12');
  });

  it('A3: refuses a displacement that does not fit 32 bits, and says what it would be', () => {
    const answer = relocate(placed('48 8b 05 10 00 00 00', from), 0x00007f0000000000n);
    expect(answer).toMatchObject({ status: 'refused', kind: 'DispOutOfRange', errno: 'EINVAL', address: from });
    expect(isRefusal(answer) && answer.detail).toContain('does not fit 32 bits');
  });

  it('leaves instructions alone that do not count from rIP', () => {
    expect(moved('48 89 e5', from, slot)).toBe('48 89 e5');
    expect(moved('8b 05 10 00 00 00', 0x1000n, 0x9000n, 32)).toBe('8b 05 10 00 00 00');
  });

  it('finds the displacement behind VEX', () => {
    expect(moved('c4 e2 78 f2 05 10 00 00 00', 0x1000n, 0x2000n)).toBe('c4 e2 78 f2 05 10 f0 ff ff');
    expect(moved('c4 e3 7b f0 05 10 00 00 00 07', 0x1000n, 0x2000n)).toBe('c4 e3 7b f0 05 10 f0 ff ff 07');
  });

  it('keeps the bytes that mean nothing', () => {
    expect(moved('2e 48 40 8b 05 10 00 00 00', 0x1000n, 0x1001n)).toBe('2e 48 40 8b 05 0f 00 00 00');
  });

  it.each([
    ['e8 00 00 00 00', 64, 'e8 00 f0 ff ff'],
    ['0f 84 10 00 00 00', 64, '0f 84 10 f0 ff ff'],
    ['75 f9', 64, 'DispOutOfRange'],
    ['e9 10 00', 16, 'e9 10 f0'],
    ['66 e9 10 00', 32, '66 e9 10 f0'],
  ] as const)('counts the target of %s in %d-bit mode from 2000 instead of 1000: %s', (text, mode, expected) => {
    expect(moved(text, 0x1000n, 0x2000n, mode)).toBe(expected);
  });

  it('reaches every target where addresses have as many bits as the field', () => {
    expect(moved('e9 00 00 00 00', 0x1000n, 0xfffff000n, 32)).toBe('e9 00 20 00 00');
    expect(moved('67 8b 05 10 00 00 00', 0x1000n, 0x7fff00000000n)).toBe('67 8b 05 10 10 00 00');
  });

  it('finds the last place that a field reaches', () => {
    const near = 0x1_0000_0000n;
    expect(kindOf(relocate(placed('8b 05 00 00 00 00', near), near - 0x7fffffffn))).toBe('ok');
    expect(kindOf(relocate(placed('8b 05 00 00 00 00', near), near - 0x80000000n))).toBe('DispOutOfRange');
    expect(kindOf(relocate(placed('8b 05 00 00 00 00', near), near + 0x80000000n))).toBe('ok');
    expect(kindOf(relocate(placed('8b 05 00 00 00 00', near), near + 0x80000001n))).toBe('DispOutOfRange');
  });
});

describe('relocation', () => {
  const view = (address: bigint): RegisterView => ({
    read: (name) => (name === 'rip' ? address : 0x1234_5678n),
    segment: () => ({ base: 0n }),
  });
  const meaning = ({ instruction, address }: Placed): string =>
    evaluateOperands(instruction, view(address))
      .map(({ value }) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? one.toString(16) : one)))
      .join(' ');

  it.each([16, 32, 64] as const)('keeps what every operand is, wherever the copy stands, in %d-bit mode', (mode) => {
    let seed = 9;
    const random = (): bigint => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return BigInt(seed);
    };
    const samples = samplesOf(mode, 4).flatMap(({ bytes }) => {
      const placedHere = placeAt(bytes, 0n, { mode, vendor: 'intel' });
      return isPlaced(placedHere) && isPositioned(placedHere) ? [placedHere] : [];
    });
    expect(samples.length).toBeGreaterThan(100);
    let moved = 0;
    for (let turn = 0; moved < 7000; turn++) {
      const from = mode === 16 ? random() & 0x7fffn : mode === 32 ? random() : (random() << 32n) | random();
      const to = mode === 64 && turn % 2 === 0 ? from + (random() << 1n) - (1n << 32n) : from + (random() & 0xffn);
      const here = { ...samples[turn % samples.length], address: from };
      const there = relocate(here, BigInt.asUintN(mode === 64 ? 64 : 32, to));
      if (isRefusal(there)) continue;
      moved++;
      expect(meaning(there), `${textOf(here.bytes)} from ${from.toString(16)} to ${to.toString(16)}`).toBe(
        meaning(here),
      );
    }
  });
});
