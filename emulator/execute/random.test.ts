import { describe, expect, it } from 'vitest';
import { Machine } from '../emulator.ts';

const run = (code: readonly number[], random: () => bigint | null): Machine => {
  const machine = new Machine({ random });
  machine.memory.map(0x1000n, 0x1000);
  machine.memory.write(0x1000n, Uint8Array.from(code));
  machine.set('rip', 0x1000n);
  machine.set('rax', 0x1111_2222_3333_4444n);
  machine.set('rflags', 0x8d7n);
  expect(machine.step()).toEqual({ kind: 'done' });
  return machine;
};

const number = 0x0123_4567_89ab_cdefn;

describe('RDRAND and RDSEED', () => {
  it.each([
    ['RDRAND AX', [0x66, 0x0f, 0xc7, 0xf0], 0x1111_2222_3333_cdefn],
    ['RDRAND EAX', [0x0f, 0xc7, 0xf0], 0x89ab_cdefn],
    ['RDRAND RAX', [0x48, 0x0f, 0xc7, 0xf0], number],
    ['RDSEED RAX', [0x48, 0x0f, 0xc7, 0xf8], number],
  ])('%s takes what the owner gives, and sets CF alone', (_name, code, expected) => {
    const machine = run(code, () => number);
    expect([machine.get('rax'), machine.get('rflags') & 0x8d5n]).toEqual([expected, 1n]);
  });

  it('clear the destination and CF where there is no number', () => {
    const machine = run([0x48, 0x0f, 0xc7, 0xf0], () => null);
    expect([machine.get('rax'), machine.get('rflags') & 0x8d5n]).toEqual([0n, 0n]);
  });
});
