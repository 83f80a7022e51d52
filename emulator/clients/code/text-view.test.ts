import { describe, expect, it } from 'vitest';
import { canProbe } from '../kprobes/can-probe.ts';
import { bytesOf, kindOf } from './testing/code-of.ts';
import { boundaries, instructionAt, TextView } from './text-view.ts';

const base = 0xffffffff81000000n;
const f = '55 48 89 e5 48 83 ec 10 c7 45 fc 2a 00 00 00 c9';

describe('boundaries', () => {
  it('A1: allow a probe at each instruction of the function, and nowhere else', () => {
    const text = new TextView(base, bytesOf(f));
    for (let offset = 0; offset < 16; offset++) {
      const expected = [0, 1, 4, 8, 15].includes(offset) ? 'ok' : 'NotBoundary';
      expect(kindOf(canProbe(text, offset)), `+${offset}`).toBe(expected);
    }
  });

  it('A1: answer EILSEQ and which instruction it is inside of', () => {
    expect(instructionAt(new TextView(base, bytesOf(f)), base + 6n)).toMatchObject({
      errno: 'EILSEQ',
      detail: 'it is byte 2 of the 4 bytes of the instruction at 0xffffffff81000004',
    });
  });

  it('A2: look through a probe that stands in the text', () => {
    const bytes = bytesOf(f);
    bytes[1] = 0xcc;
    const saved = [{ address: base + 1n, bytes: Uint8Array.of(0x48) }];
    expect(kindOf(instructionAt(new TextView(base, bytes, { saved }), base + 4n))).toBe('ok');
    expect(boundaries(new TextView(base, bytes, { saved })).instructions).toHaveLength(5);
  });

  it("A2: refuse behind another debugger's breakpoint, whose byte nobody knows", () => {
    const bytes = bytesOf(f);
    bytes[1] = 0xcc;
    const text = new TextView(base, bytes, { foreign: [base + 1n] });
    expect(kindOf(instructionAt(text, base + 4n))).toBe('ForeignBreakpoint');
    expect(kindOf(instructionAt(text, base))).toBe('ok');
    expect(boundaries(text).stop?.kind).toBe('ForeignBreakpoint');
  });

  it('A2: take INT3 that belongs to nobody for padding of one byte', () => {
    expect(kindOf(instructionAt(new TextView(base, bytesOf('c3 cc 55')), base + 2n))).toBe('ok');
  });

  it('A2: look through a whole jump, and through a call site of the function tracer', () => {
    const saved = [
      { address: base + 1n, bytes: bytesOf('48 89 e5 48 83') },
      { address: base + 15n, bytes: bytesOf('0f 1f 44 00 00') },
    ];
    const bytes = bytesOf(f.replace('48 89 e5 48 83', 'e9 00 10 00 00'));
    const text = new TextView(base, bytes, { saved: saved.slice(0, 1) });
    expect(kindOf(instructionAt(text, base + 4n))).toBe('ok');
    // What hangs over the end of the function is none of its text.
    expect(new TextView(base, bytes, { saved }).bytes).toHaveLength(16);
  });

  it('stop where no instruction stands, and say what they found until then', () => {
    const { instructions, stop } = boundaries(new TextView(base, bytesOf('55 06 55')));
    expect(instructions).toHaveLength(1);
    expect(stop).toMatchObject({ kind: 'Undecodable', address: base + 1n });
    expect(kindOf(instructionAt(new TextView(base, bytesOf('55 48 8b')), base + 1n))).toBe('Undecodable');
    expect(kindOf(instructionAt(new TextView(base, bytesOf('55')), base + 1n))).toBe('NoFunction');
  });
});
