import { describe, expect, it, vi } from 'vitest';
import { decode } from '../../decode/decode.ts';
import { Decoder } from '../../decode/decoder.ts';
import { fetchInstruction, missingBytes } from './fetch.ts';
import { bytesOf, guestWith, mmio } from './testing/guest-with.ts';

describe('B14: performance is critical', () => {
  it('B14: an instruction that exits again and again is decoded twice, and then known', () => {
    const guest = guestWith('8b 03 eb fc', {}, { rbx: mmio });
    guest.serve(mmio, 0x1000, { read: () => bytesOf('01 02 03 04') });
    const decoding = vi.spyOn(Decoder.prototype, 'decode');
    for (let k = 0; k < 2000; k++) guest.step();
    const { length } = decoding.mock.calls;
    decoding.mockRestore();
    expect(guest.machine.get('rax')).toBe(0x0403_0201n);
    // Two instructions, each met once before it is kept.
    expect(length).toBe(4);
  });
});

describe('B15: fetching', () => {
  it.each([
    ['48 8b 05', 4],
    ['48 8b', 1],
    ['48', 1],
    ['', 1],
    ['66', 1],
    ['0f', 1],
    ['c7', 5],
    ['c7 05', 8],
    ['48 b8', 8],
    ['48 8b 04', 1],
    ['48 8b 04 25', 4],
    ['e8 00', 3],
  ])('B15: %s is truncated and needs at least %i more, but is never invalid', (code, more) => {
    expect(decode(bytesOf(code), 64).status).toBe('truncated');
    expect(missingBytes(bytesOf(code), 64)).toBe(more);
  });

  it('B15: of what is whole, or no instruction, nothing is missing', () => {
    expect([missingBytes(bytesOf('90'), 64), missingBytes(bytesOf('06'), 64)]).toEqual([0, 0]);
  });

  it('B15: an instruction in two blocks decodes as in one, wherever they meet', () => {
    const code = bytesOf('48 c7 84 88 44 33 22 11 78 56 34 12');
    const whole = decode(code, 64);
    for (let first = 1; first < code.length; first++) {
      const fetched: string[] = [];
      const decoding = fetchInstruction(
        (address, most) => {
          const from = Number(address - 0x1000n);
          const end = from < first ? first : code.length;
          fetched.push(`${from} ${most}`);
          return code.subarray(from, Math.min(end, from + most));
        },
        0x1000n,
        64,
      );
      expect(decoding).toEqual(whole);
      expect(fetched).toEqual(['0 15', `${first} ${15 - first}`]);
    }
  });

  it('B15: ends truncated where no more can be fetched, and asks for no more than 15 bytes', () => {
    expect(fetchInstruction((address) => (address === 0n ? bytesOf('48 8b 05') : new Uint8Array(0)), 0n, 64)).toEqual({
      status: 'truncated',
    });
    const asked: number[] = [];
    const answer = fetchInstruction(
      (_, most) => {
        asked.push(most);
        return Uint8Array.of(0x66);
      },
      0n,
      64,
    );
    expect(answer).toEqual({ status: 'invalid', reason: 'too-long' });
    expect(Math.min(...asked)).toBeGreaterThan(0);
    expect(asked.length).toBe(15);
  });

  it('B15: a guest’s instruction may lie across pages', () => {
    const guest = guestWith('90', {}, {});
    const { memory } = guest.machine;
    memory.map(0x7000n, 0x2000);
    memory.write(0x7ffdn, bytesOf('b8 78 56 34 12'));
    guest.machine.set('rip', 0x7ffdn);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect([guest.machine.get('rax'), guest.machine.get('rip')]).toEqual([0x1234_5678n, 0x8002n]);
    memory.unmap(0x8000n, 0x1000);
    guest.machine.set('rip', 0x7ffdn);
    expect(guest.step()).toMatchObject({ kind: 'exception', vector: 14, error: 0x14, cr2: 0x8000n });
  });
});
