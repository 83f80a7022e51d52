import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { Breakpoints } from '../kgdb.ts';
import { isRefusal } from './refusal.ts';
import { relocate } from './relocate.ts';
import { bytesOf, placed, textOf } from './testing/code-of.ts';

const code = 0x40_1000n;
const slot = 0x40_3000n;

const vectors = [
  ['c5 fb 10 05 8b 01 00 00', 'c5 fb 10 05 8b e1 ff ff'],
  ['62 f1 7c 48 28 05 00 fc ff ff', '62 f1 7c 48 28 05 00 dc ff ff'],
] as const;

describe('E4: behind VEX and EVEX', () => {
  it.each(vectors)('E4: %s counts from the slot as %s', (text, expected) => {
    const copy = relocate(placed(text, code), slot);
    expect(isRefusal(copy) ? copy.kind : textOf(copy.bytes)).toBe(expected);
  });

  it.each(vectors)('E4: %s is stepped over as %s, with the breakpoint in memory', (text, expected) => {
    const machine = new Machine();
    machine.memory.map(code, 0x3000);
    machine.memory.write(code, bytesOf(text));
    machine.set('rip', code);
    const points = new Breakpoints(machine, { slot });
    points.set(code);
    const { length } = bytesOf(text);
    const result = points.stepOver();
    expect(textOf(machine.memory.read(slot, length))).toBe(expected);
    expect(machine.memory.read(code, 1)[0]).toBe(0xcc);
    // Not executed is not begun.
    expect(machine.get('rip')).toBe('kind' in result && result.kind === 'done' ? code + BigInt(length) : code);
  });
});
