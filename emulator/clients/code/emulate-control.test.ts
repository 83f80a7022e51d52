import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { forms } from '../../isa/forms.ts';
import { type ControlContext, emulateControl, isConditionMet, isEmulatedControl } from './emulate-control.ts';
import { bytesOf, kindOf, placed, textOf } from './testing/code-of.ts';
import { transferOf } from './transfer.ts';

const stack = 0x8000n;

const machineWith = (registers: Readonly<Record<string, bigint>>, mode: 16 | 32 | 64 = 64): Machine => {
  const machine = new Machine({ mode, cpl: 0 });
  machine.memory.map(0x1000n, 0x1000);
  machine.memory.map(0x7000n, 0x2000);
  machine.set('rsp', stack);
  machine.set('rip', 0x1000n);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  return machine;
};

const emulated = (text: string, registers: Readonly<Record<string, bigint>>): Machine => {
  const machine = machineWith(registers);
  expect(emulateControl(placed(text, 0x1000n), machine)).toBe('emulated');
  return machine;
};

const readStack = (machine: Machine, address: bigint): string => textOf(machine.memory.read(address, 8));

describe('A5: emulateControl', () => {
  it('A5: takes a conditional branch', () => {
    expect(emulated('75 f9', { zf: 0n }).get('rip')).toBe(0x0ffbn);
    expect(emulated('75 f9', { zf: 1n }).get('rip')).toBe(0x1002n);
    expect(emulated('7e 05', { zf: 1n, sf: 1n, of: 1n }).get('rip')).toBe(0x1007n);
    expect(emulated('7e 05', { zf: 0n, sf: 1n, of: 1n }).get('rip')).toBe(0x1002n);
  });

  it('A5: calls through a register and pushes the address behind', () => {
    const machine = emulated('ff d0', { rax: 0x2000n });
    expect(machine.get('rip')).toBe(0x2000n);
    expect(machine.get('rsp')).toBe(stack - 8n);
    expect(readStack(machine, stack - 8n)).toBe('02 10 00 00 00 00 00 00');
  });

  it('A5: counts down once and falls through at zero', () => {
    const machine = emulated('e2 10', { rcx: 1n });
    expect(machine.get('rip')).toBe(0x1002n);
    expect(machine.get('rcx')).toBe(0n);
    expect(emulated('e2 10', { rcx: 0n }).get('rcx')).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('A5: returns and releases sixteen bytes', () => {
    const machine = machineWith({});
    machine.memory.write(stack, bytesOf('45 23 01 00 00 00 00 00'));
    expect(emulateControl(placed('c2 08 00', 0x1000n), machine)).toBe('emulated');
    expect(machine.get('rip')).toBe(0x12345n);
    expect(machine.get('rsp')).toBe(stack + 16n);
  });

  it('A5: calls through rSP as it was before the push', () => {
    const machine = emulated('ff d4', {});
    expect(machine.get('rip')).toBe(stack);
    expect(machine.get('rsp')).toBe(stack - 8n);
  });

  it('A5: changes flags and the stack only, by CLI, STI, PUSHF and POPF', () => {
    expect(emulated('fa', { if: 1n }).get('if')).toBe(0n);
    expect(emulated('fb', { if: 0n }).get('if')).toBe(1n);
    const pushed = emulated('9c', { rflags: 0x10247n });
    expect(readStack(pushed, stack - 8n)).toBe('47 02 00 00 00 00 00 00');
    const popping = machineWith({ rflags: 2n });
    popping.memory.write(stack, bytesOf('d7 0e 00 00 00 00 00 00'));
    expect(emulateControl(placed('9d', 0x1000n), popping)).toBe('emulated');
    expect(popping.get('rflags')).toBe(0xed7n);
    expect(popping.get('rsp')).toBe(stack + 8n);
    expect(popping.get('rip')).toBe(0x1001n);
  });

  it('A5: does what the kernel refuses: calls and jumps through memory and with another address size', () => {
    const machine = machineWith({ rbx: 0x7000n });
    machine.memory.write(0x7008n, bytesOf('00 20 00 00 00 00 00 00'));
    expect(emulateControl(placed('ff 53 08', 0x1000n), machine)).toBe('emulated');
    expect(machine.get('rip')).toBe(0x2000n);
    machine.set('rbx', 0xffff_ffff_0000_7000n);
    expect(emulateControl(placed('67 ff 63 08', 0x1000n), machine)).toBe('emulated');
    expect(machine.get('rip')).toBe(0x2000n);
  });

  it('leaves everything alone where the stack is no memory', () => {
    const machine = machineWith({ rsp: 0x100n, rax: 0x2000n });
    expect(() => emulateControl(placed('ff d0', 0x1000n), machine)).toThrow('not mapped');
    expect(machine.get('rip')).toBe(0x1000n);
    expect(machine.get('rsp')).toBe(0x100n);
  });

  it('leaves IF alone above IOPL, and says that STI is not allowed there', () => {
    const machine = machineWith({ rflags: 0x202n });
    const context: ControlContext = {
      get: (name) => (name === 'cs' ? 0x33n : machine.get(name)),
      set: (name, value) => machine.set(name, value),
      memory: machine.memory,
    };
    expect(emulateControl(placed('fa', 0x1000n), context)).toBe('not allowed');
    machine.memory.write(stack, bytesOf('01 30 00 00 00 00 00 00'));
    expect(emulateControl(placed('9d', 0x1000n), context)).toBe('emulated');
    expect(machine.get('rflags')).toBe(0x203n);
  });

  it('knows each of the sixteen conditions in each state of the flags', () => {
    for (let flags = 0; flags < 0x1000; flags++) {
      const [C, P, Z, S, O] = [0, 2, 6, 7, 11].map((bit) => ((flags >> bit) & 1) === 1);
      const met = [O, C, Z, C || Z, S, P, S !== O, Z || S !== O];
      for (let condition = 0; condition < 16; condition++) {
        const expected = (condition & 1) === 0 ? met[condition >> 1] : !met[condition >> 1];
        expect(isConditionMet(condition, BigInt(flags))).toBe(expected);
      }
    }
  });
});

describe('emulateControl and the machine', () => {
  const texts = [
    ...Array.from({ length: 16 }, (_, k) => `${(0x70 + k).toString(16)} 12`),
    ...Array.from({ length: 16 }, (_, k) => `0f ${(0x80 + k).toString(16)} 12 00 00 00`),
    ...['e0 12', 'e1 12', 'e2 12', 'e3 12', '67 e2 12', '67 e3 12', 'eb 12', 'e9 12 00 00 00', 'e8 12 00 00 00'],
    ...[
      'c3',
      'c2 08 00',
      'ff d0',
      'ff e0',
      'ff d4',
      'ff 14 24',
      'ff 24 24',
      '41 ff d1',
      '9c',
      '9d',
      '66 9d',
      'fa',
      'fb',
    ],
  ];

  const narrow = texts.filter((text) => !text.startsWith('41'));
  const all = [...texts.map((text) => [text, 64] as const), ...narrow.map((text) => [text, 32] as const)];

  it.each(all)('come to the same by %s in %d-bit mode', (text, mode) => {
    let seed = 1;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed;
    };
    for (let turn = 0; turn < 60; turn++) {
      const registers = {
        rax: BigInt(random() & 0xffff),
        rcx: BigInt.asUintN(mode, [0n, 1n, 2n, 0x1_0000_0000n, 0x1_0000_0001n][turn % 5]),
        r9: BigInt(random() & 0xffff),
        rflags: BigInt((random() & 0xcd5 & ~0x100) | 2),
      };
      const machines = [machineWith(registers, mode), machineWith(registers, mode)];
      const content = Uint8Array.from({ length: 8 }, (_, k) => (k < 2 ? (random() >>> 8) & 0xfe : 0));
      for (const machine of machines) {
        machine.memory.write(stack, content);
        machine.memory.write(0x1000n, bytesOf(text));
      }
      expect(machines[0].step().kind).toBe('done');
      expect(emulateControl(placed(text, 0x1000n, mode), machines[1])).toBe('emulated');
      const states = machines.map((machine) => {
        const words = new Uint32Array(36);
        machine.getAll(words);
        return [...words, readStack(machine, stack - 8n), readStack(machine, stack)].join(' ');
      });
      expect(states[1]).toBe(states[0]);
    }
  });
});

describe('what a form does to rIP', () => {
  it.each([
    ['75 f9', 'conditional'],
    ['e3 00', 'counted'],
    ['eb 00', 'jump'],
    ['ff e0', 'jump'],
    ['e8 00 00 00 00', 'call'],
    ['ff d0', 'call'],
    ['c3', 'return'],
    ['cb', 'far return'],
    ['48 cf', 'interrupt return'],
    ['ff 2b', 'far jump'],
    ['ff 1b', 'far call'],
    ['cd 80', 'interrupt'],
    ['f1', 'interrupt'],
    ['0f 0b', 'exception'],
    ['c7 f8 00 00 00 00', 'transaction'],
    ['0f 05', 'system'],
    ['0f 07', 'system'],
    ['50', 'none'],
    ['48 89 e5', 'none'],
  ])('of %s is read from its row: %s', (text, transfer) => {
    const { instruction } = placed(text, 0n);
    expect(transferOf(forms[instruction.form])).toBe(transfer);
  });

  it('says which are emulated', () => {
    const emulatedTexts = ['fa', 'fb', '9c', '9d', 'c3', 'cb', 'e8 00 00 00 00', 'ff 13', '70 00', 'e0 00'];
    for (const text of emulatedTexts) expect(isEmulatedControl(placed(text, 0n)), text).toBe(true);
    for (const text of ['50', 'f8', 'fc', '0f 05', 'cd 03', 'e4 80', '6c']) {
      expect(isEmulatedControl(placed(text, 0n)), text).toBe(false);
      expect(emulateControl(placed(text, 0n), machineWith({})), text).toBe('not control');
    }
    expect(kindOf({})).toBe('ok');
  });
});
