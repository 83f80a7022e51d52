import { describe, expect, it } from 'vitest';
import { decode } from './decode/decode.ts';
import { Machine, NeedError } from './emulator.ts';
import { MemoryError } from './machine/memory.ts';
import { RegisterError } from './machine/register-names.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

const textBase = 0x40_1000n;

/** A machine with code at 401000, data at 10000 and a stack below 21000. */
const machineWith = (code: string, registers: Readonly<Record<string, bigint>> = {}, options = {}): Machine => {
  const machine = new Machine(options);
  machine.memory.map(textBase, 0x1000, { write: false });
  machine.memory.map(0x1_0000n, 0x1000, { execute: false });
  machine.memory.map(0x2_0000n, 0x1000, { execute: false });
  machine.memory.write(textBase, bytesOf(code));
  machine.set('rip', textBase);
  machine.set('rsp', 0x2_0ff0n);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  return machine;
};

const registersOf = (machine: Machine): string => JSON.stringify(machine.snapshot().registers);

describe('registers all at once', () => {
  it('are those that have names', () => {
    const machine = machineWith('90', { rax: 0x1122_3344_5566_7788n, r15: 15n, rflags: 0x8d7n });
    const words = new Uint32Array(36);
    machine.getAll(words);
    const values = new BigUint64Array(words.buffer);
    expect([values[0], values[15], values[16], values[17]]).toEqual([0x1122_3344_5566_7788n, 15n, textBase, 0x8d7n]);
    values[3] = 3n;
    values[16] = textBase + 1n;
    machine.setAll(words);
    expect([machine.get('rbx'), machine.get('rip'), machine.get('rax')]).toEqual([3n, textBase + 1n, values[0]]);
  });

  it('are refused in another number, and nothing changes', () => {
    const machine = machineWith('90', { rax: 7n });
    expect(() => machine.setAll(new Uint32Array(34))).toThrow(RegisterError);
    expect(() => machine.getAll(new Uint32Array(37))).toThrow('36 words');
    expect(machine.get('rax')).toBe(7n);
  });
});

describe('a step', () => {
  it('executes one instruction', () => {
    const machine = machineWith('48 01 d8', { rax: 1n, rbx: 2n });
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('rax'), machine.get('rip'), machine.get('pf')]).toEqual([3n, textBase + 3n, 1n]);
  });

  it('changes nothing when it faults', () => {
    const machine = machineWith('f7 f1', { rax: 5n, rdx: 7n, rcx: 0n });
    const before = registersOf(machine);
    expect(machine.step()).toEqual({ kind: 'fault', vector: 0, error: 0 });
    expect(registersOf(machine)).toBe(before);
  });

  it('tells the address and the error code of a page fault', () => {
    const machine = machineWith('48 89 03', { rbx: 0x99_9000n });
    expect(machine.step()).toEqual({ kind: 'fault', vector: 14, error: 6, address: 0x99_9000n });
  });

  it('writes nothing of a store that reaches an unmapped page', () => {
    const machine = machineWith('48 89 03', { rax: ~0n & 0xffff_ffff_ffff_ffffn, rbx: 0x1_0ffcn });
    expect(machine.step()).toEqual({ kind: 'fault', vector: 14, error: 6, address: 0x1_1000n });
    expect(machine.memory.read(0x1_0ffcn, 4)).toEqual(bytesOf('00 00 00 00'));
  });

  it.each([
    ['48 8b 03', 'rbx', 13],
    ['48 8b 45 00', 'rbp', 12],
  ])('raises #GP or #SS for the non-canonical address of %s in %s', (code, register, vector) => {
    const machine = machineWith(code, { [register]: 0x8000_0000_0000n });
    expect(machine.step()).toEqual({ kind: 'fault', vector, error: 0 });
  });

  it('raises #UD for what is no instruction, and #GP for more than 15 bytes', () => {
    expect(machineWith('f0 90').step()).toEqual({ kind: 'fault', vector: 6, error: 0 });
    const prefixes = '66 '.repeat(15);
    expect(machineWith(`${prefixes}90`).step()).toEqual({ kind: 'fault', vector: 13, error: 0 });
    expect(machineWith(`${prefixes.slice(3)}90`).step()).toEqual({ kind: 'done' });
  });

  it('raises the page fault of an instruction fetch at the page that is missing', () => {
    const machine = machineWith('90');
    machine.memory.write(textBase + 0xffen, bytesOf('48 b8'));
    machine.set('rip', textBase + 0xffen);
    expect(machine.step()).toEqual({ kind: 'fault', vector: 14, error: 0x14, address: textBase + 0x1000n });
  });

  it('executes what has been written over code since', () => {
    const machine = machineWith('ff c0 eb fc', { rax: 0n });
    machine.run({ count: 6 });
    machine.memory.write(textBase, bytesOf('ff c8'));
    machine.run({ count: 2 });
    expect(machine.get('eax')).toBe(2n);
  });

  it('is a trap after INT3', () => {
    const machine = machineWith('cc');
    expect(machine.step()).toEqual({ kind: 'trap', vector: 3, error: 0 });
    expect(machine.get('rip')).toBe(textBase + 1n);
  });
});

describe('repeated string instructions', () => {
  it('stop at a page fault with the state of the iterations that ended', () => {
    const registers = { rcx: 64n, rsi: 0x1_0000n, rdi: 0x2_0ff6n };
    const machine = machineWith('f3 a4', registers);
    expect(machine.step()).toEqual({ kind: 'fault', vector: 14, error: 6, address: 0x2_1000n });
    expect([machine.get('rcx'), machine.get('rsi'), machine.get('rdi'), machine.get('rip')]).toEqual([
      54n,
      0x1_000an,
      0x2_1000n,
      textBase,
    ]);
  });

  it('end early where the comparison says so', () => {
    const machine = machineWith('f2 ae', { rax: 0n, rcx: 0xffn, rdi: 0x1_0000n });
    machine.memory.write(0x1_0000n, bytesOf('61 62 63 00'));
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('rdi'), machine.get('rcx'), machine.get('zf')]).toEqual([0x1_0004n, 0xfbn, 1n]);
  });
});

describe('needs', () => {
  const device = 0xfee0_0000n;

  it('leave the state alone until a read is answered', () => {
    const machine = machineWith('8b 03', { rbx: device + 0x20n, rax: 0xffff_ffff_ffff_ffffn });
    machine.serve(device, 0x1000);
    expect(machine.step()).toEqual({
      kind: 'need',
      space: 'memory',
      access: 'read',
      address: device + 0x20n,
      sizeBytes: 4,
    });
    expect([machine.get('rax'), machine.get('rip')]).toEqual([0xffff_ffff_ffff_ffffn, textBase]);
    expect(machine.resume(bytesOf('14 00 05 00'))).toEqual({ kind: 'done' });
    expect([machine.get('rax'), machine.get('rip')]).toEqual([0x5_0014n, textBase + 2n]);
  });

  it('come first for the read, then for the write of one operand', () => {
    const machine = machineWith('83 0b 01', { rbx: device });
    machine.serve(device, 0x1000);
    machine.step();
    expect(machine.resume(bytesOf('10 00 00 00'))).toMatchObject({ access: 'write', data: bytesOf('11 00 00 00') });
    expect(machine.get('rip')).toBe(textBase);
    expect(machine.resume()).toEqual({ kind: 'done' });
    const flags = ['pf', 'zf', 'sf', 'cf', 'of'].map((name) => machine.get(name));
    expect(flags).toEqual([1n, 0n, 0n, 0n, 0n]);
  });

  it('ask once for each page of a split access', () => {
    const machine = machineWith('8b 03 89 03', { rbx: 0x1000_0ffen });
    machine.serve(0x1000_0000n, 0x2000);
    expect(machine.step()).toMatchObject({ address: 0x1000_0ffen, sizeBytes: 2 });
    expect(machine.resume(bytesOf('aa bb'))).toMatchObject({ address: 0x1000_1000n, sizeBytes: 2 });
    expect(machine.resume(bytesOf('cc dd'))).toEqual({ kind: 'done' });
    expect(machine.get('eax')).toBe(0xddcc_bbaan);
    machine.set('eax', 0x4433_2211n);
    expect(machine.step()).toMatchObject({ data: bytesOf('11 22') });
    expect(machine.resume()).toMatchObject({ data: bytesOf('33 44') });
    expect(machine.resume()).toEqual({ kind: 'done' });
  });

  it('take what was read of RAM before them, even if it has changed since', () => {
    const machine = machineWith('a4', { rsi: 0x1_0000n, rdi: device });
    machine.serve(device, 0x1000);
    machine.memory.write(0x1_0000n, bytesOf('5a'));
    expect(machine.step()).toMatchObject({ access: 'write', data: bytesOf('5a') });
    machine.memory.write(0x1_0000n, bytesOf('ff'));
    expect(machine.resume()).toEqual({ kind: 'done' });
  });

  it('name what a locked write must find, and begin anew when it is not found', () => {
    const machine = machineWith('f0 ff 03', { rbx: device });
    machine.serve(device, 0x1000);
    machine.step();
    expect(machine.resume(bytesOf('01 00 00 00'))).toMatchObject({
      access: 'write',
      data: bytesOf('02 00 00 00'),
      expected: bytesOf('01 00 00 00'),
    });
    expect(machine.refuse()).toMatchObject({ access: 'read' });
    machine.resume(bytesOf('07 00 00 00'));
    expect(machine.resume()).toEqual({ kind: 'done' });
  });

  it('ask for ports', () => {
    const machine = machineWith('e4 80 e6 81', { rax: 0x1234n }, { cpl: 0 });
    expect(machine.step()).toMatchObject({ space: 'port', access: 'read', address: 0x80n, sizeBytes: 1 });
    machine.resume(bytesOf('99'));
    expect(machine.get('rax')).toBe(0x1299n);
    expect(machine.step()).toMatchObject({ space: 'port', access: 'write', address: 0x81n, data: bytesOf('99') });
    expect(machine.resume()).toEqual({ kind: 'done' });
  });

  it('are answered by owners at once', () => {
    const machine = machineWith('8b 03 89 43 04', { rbx: device });
    const written: string[] = [];
    machine.serve(device, 0x1000, {
      read: (_address, sizeBytes) => new Uint8Array(sizeBytes).fill(7),
      write: (address, data) => {
        written.push(`${address.toString(16)}: ${data.join(' ')}`);
        return true;
      },
    });
    expect(machine.run({ count: 2 })).toEqual({ steps: 2, stop: 'count' });
    expect(written).toEqual(['fee00004: 7 7 7 7']);
  });

  it('go elsewhere where their owner diverts them, and text and registers stay', () => {
    const machine = machineWith('c7 43 10 78 56 34 12', { rbx: device });
    machine.serve(device, 0x1000, { divert: (address) => address - device + 0x1_0000n });
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(machine.memory.read(0x1_0010n, 4)).toEqual(bytesOf('78 56 34 12'));
    expect(machine.get('rbx')).toBe(device);
  });

  it.each([
    [undefined, '4 bytes are needed, not nothing'],
    [bytesOf('01 02'), '4 bytes are needed, not 2'],
  ])('refuse an answer of the wrong size', (answer, message) => {
    const machine = machineWith('8b 03', { rbx: device });
    machine.serve(device, 0x1000);
    machine.step();
    expect(() => machine.resume(answer)).toThrow(new NeedError(message));
    expect(machine.resume(bytesOf('01 02 03 04'))).toEqual({ kind: 'done' });
  });

  it('refuse an answer when nothing is needed', () => {
    expect(() => machineWith('90').resume()).toThrow(NeedError);
  });

  it('leave the machine as it was when an owner throws or answers the wrong size', () => {
    const machine = machineWith('8b 03', { rbx: device });
    let answer: () => Uint8Array = () => {
      throw new Error('the device is gone');
    };
    machine.serve(device, 0x1000, { read: () => answer() });
    const before = registersOf(machine);
    expect(() => machine.step()).toThrow('the device is gone');
    answer = () => bytesOf('01');
    expect(() => machine.step()).toThrow(NeedError);
    expect(registersOf(machine)).toBe(before);
    answer = () => bytesOf('01 02 03 04');
    expect(machine.step()).toEqual({ kind: 'done' });
  });
});

describe('machines side by side', () => {
  const programs = [
    { mode: 16, code: '05 37 00 30 e0 c1 c0 03 40 eb f6' },
    { mode: 32, code: '05 37 13 00 00 30 e0 c1 c0 03 40 eb f3' },
    { mode: 64, code: '48 05 37 13 00 00 30 e0 48 c1 c0 03 48 ff c0 eb ef' },
  ] as const;
  const start = () =>
    programs.map(({ mode, code }) => {
      const machine = new Machine({ mode });
      machine.memory.map(0x1000n, 0x1000);
      machine.memory.write(0x1000n, bytesOf(code));
      machine.set('rip', 0x1000n);
      return machine;
    });

  it('in three modes interleaved give the same as alone', () => {
    const alone = start();
    for (const machine of alone) machine.run({ count: 100_000 });
    const together = start();
    for (let step = 0; step < 100_000; step++) for (const machine of together) machine.step();
    expect(together.map(registersOf)).toEqual(alone.map(registersOf));
  });

  it('may be entered again from an owner of their own', () => {
    const machine = machineWith('8b 03 ff c0', { rbx: 0xfee0_0000n });
    let depth = 0;
    machine.serve(0xfee0_0000n, 0x1000, {
      read: () => {
        if (depth++ === 0) expect(machine.step()).toEqual({ kind: 'done' });
        return bytesOf('05 00 00 00');
      },
    });
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('rax'), machine.get('rip')]).toEqual([6n, textBase + 4n]);
  });

  it('may run another machine, and decode, from an owner', () => {
    const other = machineWith('48 ff c0', { rax: 41n });
    const machine = machineWith('8b 03', { rbx: 0xfee0_0000n });
    machine.serve(0xfee0_0000n, 0x1000, {
      read: () => {
        other.step();
        expect(decode(bytesOf('8b 03'), 32).status).toBe('valid');
        return Uint8Array.of(Number(other.get('rax')), 0, 0, 0);
      },
    });
    machine.step();
    expect(machine.get('rax')).toBe(42n);
  });
});

describe('running', () => {
  it('ends at an address, after a count, and at a fault', () => {
    const machine = machineWith('ff c0 ff c0 ff c0 0f 0b');
    expect(machine.run({ until: textBase + 4n })).toEqual({ steps: 2, stop: 'address' });
    expect(machine.run({ count: 1 })).toEqual({ steps: 1, stop: 'count' });
    expect(machine.run()).toEqual({ steps: 0, stop: { kind: 'fault', vector: 6, error: 0 } });
  });

  it('ends at HLT, after it', () => {
    const machine = machineWith('90 f4', {}, { cpl: 0 });
    expect(machine.run()).toEqual({ steps: 2, stop: { kind: 'halted' } });
    expect(machine.get('rip')).toBe(textBase + 2n);
  });

  it('tells watchers every access of what has ended', () => {
    const machine = machineWith('50 58', { rax: 0x55n });
    const seen: string[] = [];
    const stop = machine.watch(({ kind, address, sizeBytes, value }) => {
      seen.push(`${kind} ${sizeBytes} ${address.toString(16)} ${value.toString(16)}`);
    });
    machine.run({ count: 2 });
    stop();
    expect(seen).toEqual(['write 8 20fe8 55', 'read 8 20fe8 55']);
  });
});

describe('registers by name', () => {
  it('read and write parts as instructions do', () => {
    const machine = new Machine();
    machine.set('rax', 0x1122_3344_5566_7788n);
    machine.set('ah', 0xeen);
    machine.set('ax', machine.get('ax'));
    expect([machine.get('rax'), machine.get('al'), machine.get('eax')]).toEqual([
      0x1122_3344_5566_ee88n,
      0x88n,
      0x5566_ee88n,
    ]);
    machine.set('eax', 1n);
    expect(machine.get('rax')).toBe(1n);
  });

  it('reach flags, segments, vectors and x87', () => {
    const machine = new Machine();
    machine.set('zf', 1n);
    machine.set('gsbase', 0x7fff_0000_0000n);
    machine.set('zmm3', 1n << 511n);
    machine.set('st1', 0x3fff_8000_0000_0000_0000n);
    expect(machine.get('rflags') & 0x40n).toBe(0x40n);
    expect([machine.get('gsbase'), machine.get('xmm3'), machine.get('mm1')]).toEqual([
      0x7fff_0000_0000n,
      0n,
      0x8000_0000_0000_0000n,
    ]);
  });

  it.each([
    ['rxx', 0n],
    ['toString', 0n],
    ['al', 0x100n],
    ['rax', -1n],
    ['r16', 0n],
  ])('refuse %s with %i', (name, value) => {
    const machine = new Machine();
    expect(() => machine.set(name, value)).toThrow(RegisterError);
  });
});

describe('memory', () => {
  it('refuses ranges that overlap, wrap or are no whole pages, and keeps what it has', () => {
    const { memory } = machineWith('90');
    expect(() => memory.map(textBase, 0x1000)).toThrow(MemoryError);
    expect(() => memory.map((1n << 64n) - 0x1000n, 0x2000)).toThrow(MemoryError);
    expect(() => memory.map(0x5000n, 0x10)).toThrow(MemoryError);
    expect(() => memory.write(textBase + 0xfffn, bytesOf('01 02'))).toThrow(MemoryError);
    expect(memory.read(textBase + 0xfffn, 1)).toEqual(bytesOf('00'));
  });

  it('wraps nothing that is at the end of the address space', () => {
    const { memory } = new Machine();
    memory.map((1n << 64n) - 0x1000n, 0x1000);
    expect(memory.read((1n << 64n) - 1n, 1)).toEqual(bytesOf('00'));
  });
});

describe('snapshots', () => {
  it('bring a machine back as it was', () => {
    const machine = machineWith('48 ff c0 eb fb', { rax: 7n, fsbase: 0x1234_5678_9abcn, xmm7: 99n });
    machine.run({ count: 3 });
    const snapshot = machine.snapshot();
    const restored = Machine.restore(JSON.parse(JSON.stringify(snapshot)));
    expect(restored.snapshot()).toEqual(snapshot);
    machine.run({ count: 5 });
    restored.run({ count: 5 });
    expect(restored.snapshot()).toEqual(machine.snapshot());
  });
});
