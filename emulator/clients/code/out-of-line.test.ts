import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { samplesOf } from '../../format/testing/samples.ts';
import { forms } from '../../isa/forms.ts';
import type { Mode } from '../../isa/modes.ts';
import { detourBytes, detourOf } from './detour.ts';
import { OutOfLine } from './out-of-line.ts';
import { isRefusal } from './refusal.ts';
import { bytesOf, placed, textOf } from './testing/code-of.ts';
import { transferOf } from './transfer.ts';

const code = 0x1000n;
const slot = 0x3000n;

interface Set {
  readonly mode?: 16 | 32 | 64;
  readonly registers?: Readonly<Record<string, bigint>>;
  readonly memory?: Readonly<Record<string, string>>;
}

const machineOf = ({ mode = 64, registers = {}, memory = {} }: Set): Machine => {
  const machine = new Machine({ mode });
  machine.memory.map(code, 0x3000);
  machine.memory.map(0x7000n, 0x2000);
  machine.set('rsp', 0x8000n);
  machine.set('rip', code);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  for (const [at, text] of Object.entries(memory)) machine.memory.write(BigInt(`0x${at}`), bytesOf(text));
  return machine;
};

const wordsOf = (machine: Machine): readonly number[] => {
  const words = new Uint32Array(36);
  machine.getAll(words);
  return [...words];
};

/** Executed in place, and in the slot with INT3 in place: both machines and what each says. */
const both = (text: string, set: Set) => {
  const inPlace = machineOf(set);
  inPlace.memory.write(code, bytesOf(text));
  const inSlot = machineOf(set);
  inSlot.memory.write(code, bytesOf(text).fill(0xcc));
  const expected = inPlace.step();
  const result = new OutOfLine(inSlot, slot).step(placed(text, code, set.mode));
  return { expected, result, inPlace, inSlot };
};

describe('OutOfLine', () => {
  it.each([
    ['48 8b 05 f9 5f 00 00', {}],
    ['ff 05 fa 5f 00 00', {}],
    ['ff 15 fa 5f 00 00', {}],
    ['ff 25 fa 5f 00 00', {}],
    ['ff 14 24', {}],
    ['ff d4', {}],
    ['e8 00 00 00 00', {}],
    ['e9 00 10 00 00', {}],
    ['eb fe', {}],
    ['74 10', {}],
    ['75 10', {}],
    ['0f 85 00 10 00 00', {}],
    ['e2 10', { rcx: 2n }],
    ['e3 10', {}],
    ['67 e3 10', { rcx: 0x1_0000_0000n }],
    ['c3', {}],
    ['c2 08 00', {}],
    ['9c', {}],
    ['9d', {}],
    ['cd 80', {}],
    ['f1', {}],
    ['0f 05', {}],
    ['f3 a4', { rcx: 5n, rsi: 0x7000n, rdi: 0x7800n }],
    ['f3 a4', { rcx: 0x2000n, rsi: 0x7000n, rdi: 0x8f00n }],
    ['48 f7 f1', {}],
    ['0f 0b', {}],
    ['fa', {}],
    ['8b 00', { rax: 0x123456n }],
    ['ff 10', { rax: 0x123456n }],
    ['ff d0', { rax: 0x8000_0000_0000_0000n }],
    ['ff d0', { rax: 0x2000n, rsp: 0x100n }],
    ['e8 00 00 00 00', { rsp: 0x100n }],
    ['ff 13', { rbx: 0x100n }],
    ['50', { rsp: 0x100n }],
    ['c3', { rsp: 0x100n }],
    ['48 8d 05 10 00 00 00', {}],
    ['67 48 8d 05 10 00 00 00', {}],
    ['90', { tf: 1n }],
    ['e8 00 10 00 00', { tf: 1n }],
    ['74 10', { tf: 1n, zf: 1n }],
  ] as const)('comes to the same by %s with %o', (text, registers) => {
    const set = { registers, memory: { '7000': '00 20 00 00 00 00 00 00', '8000': '00 20 00 00 00 00 00 00' } };
    const { expected, result, inPlace, inSlot } = both(text, set);
    expect(result).toEqual(expected);
    expect(wordsOf(inSlot)).toEqual(wordsOf(inPlace));
    for (const page of [0x7000n, 0x8000n])
      expect(textOf(inSlot.memory.read(page, 0x1000))).toBe(textOf(inPlace.memory.read(page, 0x1000)));
  });

  it.each([
    ['e8 00 01', 16],
    ['66 e8 00 01 00 00', 16],
    ['e9 f0 ff', 16],
    ['74 10', 16],
    ['66 0f 84 00 01 00 00', 16],
    ['e2 fe', 16],
    ['ff d0', 16],
    ['c3', 16],
    ['66 e8 00 01', 32],
    ['e8 00 01 00 00', 32],
    ['66 75 10', 32],
    ['66 0f 85 10 00', 32],
    ['66 ff d0', 32],
    ['e9 00 00 00 f0', 32],
  ] as const)('comes to the same by %s in %d-bit mode', (text, mode) => {
    const registers = { rax: 0x2000n, rcx: 9n };
    const { expected, result, inPlace, inSlot } = both(text, { mode, registers, memory: { '8000': '34 12 00 00' } });
    expect(result).toEqual(expected);
    expect(wordsOf(inSlot)).toEqual(wordsOf(inPlace));
    expect(textOf(inSlot.memory.read(0x7000n, 0x2000))).toBe(textOf(inPlace.memory.read(0x7000n, 0x2000)));
  });

  it('reaches branch targets from any distance', () => {
    const machine = machineOf({});
    machine.memory.map(0x7fff_0000_0000n, 0x1000);
    const result = new OutOfLine(machine, 0x7fff_0000_0000n).step(placed('e8 00 10 00 00', code));
    expect(result).toEqual({ kind: 'done' });
    expect(machine.get('rip')).toBe(code + 0x1005n);
    expect(textOf(machine.memory.read(0x7ff8n, 8))).toBe('05 10 00 00 00 00 00 00');
  });

  it('asks for what a device holds, and goes on when it is answered', () => {
    const machine = machineOf({ registers: { rbx: 0xfee0_0020n, rax: 0n } });
    machine.serve(0xfee0_0000n, 0x1000);
    const step = new OutOfLine(machine, slot);
    expect(step.step(placed('8b 03', code))).toMatchObject({ kind: 'need', access: 'read', address: 0xfee0_0020n });
    expect(step.resume(bytesOf('14 00 05 00'))).toEqual({ kind: 'done' });
    expect(machine.get('rax')).toBe(0x50014n);
    expect(machine.get('rip')).toBe(code + 2n);
    machine.set('rax', 0xfee0_0020n);
    expect(step.step(placed('ff 10', code)).kind).toBe('need');
    expect(step.resume(bytesOf('00 20 00 00 00 00 00 00'))).toEqual({ kind: 'done' });
    expect(machine.get('rip')).toBe(0x2000n);
    expect(textOf(machine.memory.read(0x7ff8n, 8))).toBe('02 10 00 00 00 00 00 00');
  });

  it('refuses what would show the slot, with nothing written', () => {
    const machine = machineOf({});
    const answers = [placed('ff 1b', code), placed('48 8b 05 00 00 00 00', 0x7fff_0000_0000n)].map((one) =>
      new OutOfLine(machine, slot).step(one),
    );
    expect(answers.map((one) => (isRefusal(one) ? one.kind : 'ok'))).toEqual(['FarTransfer', 'DispOutOfRange']);
    expect(machine.memory.read(slot, 1)[0]).toBe(0);
    expect(machine.get('rip')).toBe(code);
  });

  it('says that it needs a machine which passes faults, where a handler was entered from the slot', () => {
    const machine = new Machine({ real: true });
    machine.memory.map(0n, 0x10000);
    machine.set('rsp', 0x8000n);
    expect(() => new OutOfLine(machine, slot).step(placed('f7 f1', code, 16))).toThrow('passes faults');
  });
});

describe('any instruction', () => {
  let seed = 3;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 8;
  };
  /** Small numbers, addresses of data, and anything. */
  const value = (mode: Mode): bigint => {
    const kind = random() % 4;
    if (kind === 0) return BigInt(random() % 8);
    if (kind < 3) return 0x7000n + BigInt(random() % 0x1f00);
    return BigInt.asUintN(mode === 16 ? 16 : mode, BigInt(random()) * 0x1_0001_0001n);
  };
  const names = ['rax', 'rcx', 'rdx', 'rbx', 'rbp', 'rsi', 'rdi'];

  it.each([16, 32, 64] as const)('comes to the same from the slot as in place, in %d-bit mode', (mode) => {
    let compared = 0;
    for (const { bytes, instruction } of samplesOf(mode, 5)) {
      // Its own refusal is tested above.
      if (transferOf(forms[instruction.form]) === 'far call') continue;
      const detour = detourOf(placed(textOf(bytes), code, mode), slot);
      if (!isRefusal(detour)) expect(detour.code.length).toBeLessThanOrEqual(detourBytes);
      const registers = Object.fromEntries(names.map((name) => [name, value(mode)]));
      const memory = { '7000': '00 11 22 33 44 55 66 77', '8000': '12 10 00 00 00 00 00 00' };
      const text = textOf(bytes);
      const { expected, result, inPlace, inSlot } = both(text, { mode, registers, memory });
      if (isRefusal(result)) expect(result.kind, text).toBe('DispOutOfRange');
      else {
        compared++;
        expect(result, text).toEqual(expected);
        expect(wordsOf(inSlot), text).toEqual(wordsOf(inPlace));
        const [there, here] = [inSlot, inPlace].map((machine) => machine.memory.read(0x7000n, 0x2000));
        expect(
          there.every((byte, k) => byte === here[k]),
          text,
        ).toBe(true);
      }
    }
    expect(compared).toBeGreaterThan(2000);
  });
});
