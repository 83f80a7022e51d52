import { describe, expect, it } from 'vitest';
import { Machine, type MachineOptions } from '../../emulator.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const globalTable = 0x5000n;
const interruptTable = 0x6000n;
const task = 0x7000n;

/** Flat code and data of level 0 at 8 and 10, of level 3 at 1B and 23, 64-bit code of level 0 at 28. */
const descriptors =
  '0000000000000000 ffff0000009bcf00 ffff00000093cf00 ffff000000fbcf00 ffff000000f3cf00 ffff0000009baf00';

const machineWith = (code: string, options: MachineOptions): Machine => {
  const machine = new Machine({ faults: 'deliver', ...options });
  const { memory } = machine;
  memory.map(0x2000n, 0x3000);
  memory.map(globalTable, 0x3000, { user: false });
  memory.write(globalTable, bytesOf(descriptors));
  memory.write(0x2000n, bytesOf(code));
  const registers = { gdtbase: globalTable, gdtlimit: 0x2fn, idtbase: interruptTable, idtlimit: 0x7ffn, rip: 0x2000n };
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  machine.set('tr', 0x40);
  machine.set('trbase', task);
  machine.set('trlimit', 0x67);
  machine.set('rsp', 0x4800);
  return machine;
};

/** The items of the stack, from rSP on. */
const stack = ({ memory }: Machine, from: bigint, bytes: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) =>
    [...memory.read(from + BigInt(k * bytes), bytes)].reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
  ).map((value) => value.toString(16));

const gate = (machine: Machine, vector: number, text: string): void => {
  const bytes = machine.get('efer') === 0n ? 8 : 16;
  machine.memory.write(interruptTable + BigInt(vector * bytes), bytesOf(text));
};

describe('handlers of 32-bit code', () => {
  it('of an outer level are on the stack that the TSS says', () => {
    const machine = machineWith('f7 f1', { mode: 32, cpl: 3 });
    machine.memory.write(task + 4n, bytesOf('00 4f 00 00 10 00 00 00'));
    gate(machine, 0, '00 21 08 00 00 8e 00 00');
    machine.set('if', 1);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'eip', 'esp', 'if'].map((name) => machine.get(name))).toEqual([
      8n,
      0x10n,
      0x2100n,
      0x4eecn,
      0n,
    ]);
    expect(stack(machine, 0x4eecn, 4, 5)).toEqual(['2000', '23', '10202', '4800', '2b']);
  });

  it('return where they came from', () => {
    const machine = machineWith('f7 f1', { mode: 32, cpl: 3 });
    machine.memory.write(task + 4n, bytesOf('00 4f 00 00 10 00 00 00'));
    machine.memory.write(globalTable + 0x20n, bytesOf('ffff000000fbcf00 ffff000000f3cf00'));
    gate(machine, 0, '00 21 08 00 00 8f 00 00');
    machine.memory.write(0x2100n, bytesOf('b9 03 00 00 00 cf'));
    for (let k = 0; k < 4; k++) expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'eip', 'esp'].map((name) => machine.get(name))).toEqual([0x23n, 0x2bn, 0x2002n, 0x4800n]);
  });

  it('get an error code, CR2 and a cleared TF', () => {
    const machine = machineWith('a1 10 90 00 00', { mode: 32, cpl: 0 });
    gate(machine, 14, '00 21 08 00 00 8f 00 00');
    machine.set('if', 1);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cr2', 'esp', 'if'].map((name) => machine.get(name))).toEqual([0x9010n, 0x47f0n, 1n]);
    expect(stack(machine, 0x47f0n, 4, 4)).toEqual(['0', '2000', '20', '10202']);
  });

  it('of INT n need the right of the gate', () => {
    const machine = machineWith('cd 30', { mode: 32, cpl: 3 });
    gate(machine, 0x30, '00 21 08 00 00 8e 00 00');
    machine.memory.write(task + 4n, bytesOf('00 4f 00 00 10 00 00 00'));
    gate(machine, 13, '00 22 08 00 00 8e 00 00');
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('eip'), stack(machine, machine.get('esp'), 4, 1)]).toEqual([0x2200n, ['182']]);
    gate(machine, 0x30, '00 21 08 00 00 ee 00 00');
    const again = machineWith('cd 30', { mode: 32, cpl: 0 });
    gate(again, 0x30, '00 21 08 00 00 8e 00 00');
    expect(again.step()).toEqual({ kind: 'done' });
    expect([again.get('eip'), stack(again, again.get('esp'), 4, 1)]).toEqual([0x2100n, ['2002']]);
  });

  it.each([
    ['a gate that is none', '00 21 08 00 00 80 00 00', 13, 3],
    ['an absent gate', '00 21 08 00 00 0e 00 00', 11, 3],
    ['a null selector', '00 21 00 00 00 8e 00 00', 13, 1],
    ['data for code', '00 21 10 00 00 8e 00 00', 13, 0x11],
    ['a selector beyond the table', '00 21 38 00 00 8e 00 00', 13, 0x39],
  ] as const)('are not entered through %s', (_, text, vector, error) => {
    const machine = machineWith('90', { mode: 32, cpl: 0 });
    gate(machine, 0, text);
    expect(machine.deliver({ vector: 0 })).toEqual({ kind: 'fault', vector, error });
    expect([machine.get('esp'), machine.get('eip')]).toEqual([0x4800n, 0x2000n]);
  });
});

describe('handlers of virtual-8086 mode', () => {
  it('find its data segments on their stack', () => {
    const machine = machineWith('f7 f1', { virtual8086: true });
    machine.memory.write(task + 4n, bytesOf('00 4f 00 00 10 00 00 00'));
    machine.set('trlimit', 0x67);
    gate(machine, 0, '00 21 08 00 00 8e 00 00');
    for (const [k, name] of ['es', 'ds', 'fs', 'gs'].entries()) machine.set(name, 0x10 + k);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'eip', 'ds', 'vm'].map((name) => machine.get(name))).toEqual([8n, 0x10n, 0x2100n, 0n, 0n]);
    expect(stack(machine, machine.get('esp'), 4, 9)).toEqual([
      ...['2000', '0', '30002', '4800', '0', '10', '11', '12', '13'],
    ]);
  });
});

describe('handlers of 64-bit code', () => {
  const long = (cpl: 0 | 3, stackTable = '00') => {
    const machine = machineWith('f7 f1', { cpl });
    machine.memory.write(task + 4n, bytesOf('08 4f 00 00 00 00 00 00'));
    machine.memory.write(task + 0x24n, bytesOf('00 4c 00 00 00 00 00 00'));
    gate(machine, 0, `00 21 28 00 ${stackTable} 8e 00 00 00 00 00 00 00 00 00 00`);
    return machine;
  };

  it('from an outer level have RSP0, aligned, and a null SS', () => {
    const machine = long(3);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(['cs', 'ss', 'rip', 'rsp'].map((name) => machine.get(name))).toEqual([0x28n, 0n, 0x2100n, 0x4ed8n]);
    expect(stack(machine, 0x4ed8n, 8, 5)).toEqual(['2000', '33', '10002', '4800', '2b']);
  });

  it('of the same level push SS and RSP too', () => {
    const machine = long(0);
    machine.set('rsp', 0x480f);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(stack(machine, machine.get('rsp'), 8, 5)).toEqual(['2000', '30', '10002', '480f', '28']);
    expect(machine.get('rsp')).toBe(0x47d8n);
  });

  it('may have a stack of the IST', () => {
    const machine = long(0, '01');
    machine.step();
    expect(machine.get('rsp')).toBe(0x4bd8n);
  });
});
