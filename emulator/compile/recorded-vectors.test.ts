import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine } from '../emulator.ts';

const codeAddress = 0x40_1000n;
const data = 0x1_0000n;
const rounds = 4000;

const bytesOf = (text: string): readonly number[] => text.split(' ').map((byte) => Number.parseInt(byte, 16));

/** Doubles in registers, memory and integers; each is one instruction. */
const pieces = [
  ...['f2 0f 58 c1', 'f2 0f 5c d0', 'f2 0f 59 ca', 'f2 0f 5e c2', 'f2 0f 51 d9', '66 0f 58 c3', '66 0f 59 cb'],
  ...['f2 0f 10 03', 'f2 0f 11 43 08', '66 0f 28 43 10', '66 0f 29 4b 20', 'f2 0f 58 53 08', 'f2 0f 10 d0'],
  ...['66 0f 14 c1', '66 0f 57 db', '66 0f c6 c2 01', 'f2 0f 2a c1', 'f2 0f 2c f1', '66 0f 2e c1', '66 0f 2f 53 08'],
  ...['66 48 0f 7e c7', '66 48 0f 6e d7', '66 0f 6e d1', '66 0f 12 43 08', '66 0f 17 4b 18', '66 0f db c1', 'd3 f0'],
];

const machineWith = (code: readonly number[], doubles: readonly number[], compile: boolean): Machine => {
  const machine = new Machine({ compile });
  machine.memory.map(codeAddress, 0x1000);
  machine.memory.map(data, 0x1000);
  machine.memory.write(codeAddress, Uint8Array.from(code));
  machine.memory.write(data, new Uint8Array(Float64Array.from(doubles).buffer));
  machine.set('rip', codeAddress);
  machine.set('rbx', data);
  machine.set('rcx', BigInt(rounds));
  return machine;
};

const stateOf = (machine: Machine): readonly (bigint | string)[] => [
  ...['rax', 'rsi', 'rdi', 'rcx', 'rip', 'rflags', 'mxcsr'].map((name) => machine.get(name)),
  ...[0, 1, 2, 3].map((k) => machine.get(`xmm${k}`)),
  Buffer.from(machine.memory.read(data, 64)).toString('hex'),
];

describe('compiled code on doubles', () => {
  const doubles = fc.oneof(
    fc.double({ noNaN: true, min: -8, max: 8 }),
    fc.constantFrom(0, -0, 0.5, 1, 1.5, 2 ** -1040, 1e308, Number.POSITIVE_INFINITY, Number.NaN),
  );

  it('gives what the evaluator gives, exceptions and rare numbers included', () => {
    const cases = fc.tuple(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }),
      fc.array(doubles, { minLength: 8, maxLength: 8 }),
    );
    fc.assert(
      fc.property(cases, ([chosen, numbers]) => {
        const body = chosen.flatMap(bytesOf);
        // …; dec ecx; jnz back
        const code = [...body, 0xff, 0xc9, 0x75, (256 - body.length - 4) & 0xff];
        const [ours, theirs] = [true, false].map((compile) => {
          const machine = machineWith(code, numbers, compile);
          const ran = machine.run({ count: rounds * (chosen.length + 2) });
          return [ran, ...stateOf(machine)];
        });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 150 },
    );
  });

  it('runs most of a loop whose results are not exact', () => {
    // addsd xmm0,[rbx]; mulsd xmm0,xmm0; dec ecx; jnz back
    const code = ['f2 0f 58 03', 'f2 0f 59 c0', 'f2 0f 51 c0', 'ff c9', '75 f0'].flatMap(bytesOf);
    const machine = machineWith(code, [0.1, 0, 0, 0, 0, 0, 0, 0], true);
    machine.run({ until: codeAddress + BigInt(code.length) });
    const sum = Array.from({ length: rounds }).reduce<number>((before) => Math.sqrt((before + 0.1) ** 2), 0);
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, sum);
    expect(machine.get('xmm0')).toBe(view.getBigUint64(0));
    expect(machine.get('mxcsr')).toBe(0x1fa0n);
  });
});
