import { describe, expect, it } from 'vitest';
import { Machine } from '../emulator.ts';

const page = 0x40_1000n;
const pageEnd = page + 0x1000n;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

/** A machine whose page ends with this code, and which has executed another instruction before. */
const machineBefore = (text: string): Machine => {
  const bytes = bytesOf(text);
  const machine = new Machine();
  machine.memory.map(page, 0x1000);
  machine.memory.write(page, bytesOf('48 89 5c 24 10'));
  machine.memory.write(pageEnd - BigInt(bytes.length), bytes);
  machine.memory.map(0x1000n, 0x1000);
  machine.set('rsp', 0x1800);
  machine.set('rip', page);
  expect(machine.step()).toEqual({ kind: 'done' });
  machine.set('rip', pageEnd - BigInt(bytes.length));
  return machine;
};

describe('fetching at the end of a page', () => {
  // As an Intel CPU does (family 6, model 167): the whole of VEX is fetched before a prefix makes it #UD.
  it.each([
    ['66 c4 e2 18 f2'],
    ['f2 c4 e2 18 f2'],
    ['f0 c4 e2 18 f2'],
    ['40 c4 e2 18 f2'],
    ['40 c4 42 32 f5 80'],
    ['40 c4 02 80 f2 84'],
    ['48 89'],
    ['48 89 5c'],
    ['e8 00 00'],
  ])('%s needs the next page', (text) => {
    expect(machineBefore(text).step()).toMatchObject({ kind: 'fault', vector: 14, address: pageEnd });
  });

  it.each([['66 c4 e2 18 f2 c0'], ['40 c5 f8 77'], ['06'], ['0f 0b']])('%s is #UD without it', (text) => {
    expect(machineBefore(text).step()).toMatchObject({ kind: 'fault', vector: 6 });
  });
});
