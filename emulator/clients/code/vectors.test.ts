import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { Breakpoints } from '../kgdb.ts';
import { isRefusal } from './refusal.ts';
import { relocate } from './relocate.ts';
import { bytesOf, placed, textOf } from './testing/code-of.ts';

/** From here, what VMOVAPS loads lies at a multiple of its 64 bytes. */
const code = 0x40_1036n;
const slot = 0x40_3036n;

/** VMOVSD and VMOVAPS: the copy in the slot, the register and how much of it is loaded, and from where. */
const vectors = [
  ['c5 fb 10 05 8b 01 00 00', 'c5 fb 10 05 8b e1 ff ff', 8, 0x40_11c9n],
  ['62 f1 7c 48 28 05 00 fc ff ff', '62 f1 7c 48 28 05 00 dc ff ff', 64, 0x40_0c40n],
] as const;

describe('E4: behind VEX and EVEX', () => {
  it.each(vectors)('E4: %s counts from the slot as %s', (text, expected) => {
    const copy = relocate(placed(text, code), slot);
    expect(isRefusal(copy) ? copy.kind : textOf(copy.bytes)).toBe(expected);
  });

  it.each(vectors)(
    'E4: %s, stepped over as %s, loads what the original would have',
    (text, expected, bytes, source) => {
      const machine = new Machine();
      machine.memory.map(0x40_0000n, 0x4000);
      machine.memory.write(code, bytesOf(text));
      const loaded = Uint8Array.from({ length: bytes }, (_, k) => k + 1);
      machine.memory.write(source, loaded);
      machine.set('rip', code);
      machine.set('zmm0', (1n << 512n) - 1n);
      const points = new Breakpoints(machine, { slot });
      points.set(code);
      const { length } = bytesOf(text);
      expect(points.stepOver()).toEqual({ kind: 'done' });
      expect(textOf(machine.memory.read(slot, length))).toBe(expected);
      expect(machine.memory.read(code, 1)[0]).toBe(0xcc);
      expect(machine.get('rip')).toBe(code + BigInt(length));
      expect(machine.get('zmm0')).toBe(BigInt(`0x${Buffer.from(loaded).reverse().toString('hex')}`));
    },
  );
});
