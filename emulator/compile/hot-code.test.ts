import { describe, expect, it, vi } from 'vitest';
import { Machine } from '../emulator.ts';
import { HotCode } from './hot-code.ts';

const codeAddress = 0x40_1000n;
const dataAddress = 0x1_0000n;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

const machineWith = (code: string, options = {}): Machine => {
  const machine = new Machine(options);
  machine.memory.map(codeAddress, 0x1000);
  machine.memory.map(dataAddress, 0x1000);
  machine.memory.write(codeAddress, bytesOf(code));
  machine.set('rip', codeAddress);
  machine.set('rsp', dataAddress + 0x800n);
  return machine;
};

/** inc rax; mov [rdi], rax; jmp back */
const countInMemory = '48 ff c0 48 89 07 eb f8';

const warm = (machine: Machine): number => {
  const run = vi.spyOn(HotCode.prototype, 'run');
  machine.run({ count: 30_000 });
  const ended = run.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  run.mockRestore();
  return ended;
};

describe('compiled code', () => {
  it('runs most of a long loop', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    expect(warm(machine)).toBeGreaterThan(15_000);
    expect(machine.get('rax')).toBe(10_000n);
  });

  it('is not used where its owner wants none', () => {
    const machine = machineWith(countInMemory, { compile: false });
    machine.set('rdi', dataAddress);
    expect(warm(machine)).toBe(0);
    expect(machine.get('rax')).toBe(10_000n);
  });

  it('stops at an address inside a block, and there again', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    const until = codeAddress + 3n;
    expect(machine.run({ until }).stop).toBe('address');
    expect(machine.get('rip')).toBe(until);
    expect(machine.run({ until })).toEqual({ steps: 3, stop: 'address' });
  });

  it('ends after exactly as many instructions as wanted', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    expect(machine.run({ count: 10_000 })).toEqual({ steps: 10_000, stop: 'count' });
    expect([machine.get('rax'), machine.get('rip')]).toEqual([13_334n, codeAddress + 3n]);
  });

  it('does not outlive a store into its page by itself', () => {
    // inc rax; cmp eax, 20000; jne back; mov byte [rip - 14 + 2], C8 (inc becomes dec); jmp back
    const machine = machineWith('48 ff c0 3d 20 4e 00 00 75 f6 c6 05 f1 ff ff ff c8 eb ed');
    machine.run({ count: 60_003 });
    expect(machine.memory.read(codeAddress, 3)).toEqual(bytesOf('48 ff c8'));
    expect(machine.get('rax')).toBe(19_999n);
  });

  it('does not outlive a write by its owner', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    machine.memory.write(codeAddress + 2n, Uint8Array.of(0xc8));
    machine.run({ count: 9 });
    expect(machine.get('rax')).toBe(9_997n);
  });

  it('faults where the evaluator would, with the same state', () => {
    // inc qword [rdi]; add rdi, 8; jmp back
    const [ours, theirs] = [true, false].map((compile) => {
      const machine = machineWith('48 ff 07 48 83 c7 08 eb f7', { compile });
      machine.memory.map(0x10_0000n, 0x2_0000);
      machine.set('rdi', 0x10_0000n);
      const { steps, stop } = machine.run();
      return {
        steps,
        stop,
        rdi: machine.get('rdi'),
        rip: machine.get('rip'),
        last: machine.memory.read(0x11_fff8n, 8),
      };
    });
    expect(ours).toEqual(theirs);
    expect(ours?.stop).toEqual({ kind: 'fault', vector: 14, error: 6, address: 0x12_0000n });
    expect(ours?.steps).toBe(3 * 0x4000);
  });

  it('asks owners of served pages', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    machine.serve(0x9_0000n, 0x1000);
    machine.set('rdi', 0x9_0000n);
    const { steps, stop } = machine.run({ count: 100 });
    expect(steps).toBe(1);
    expect(stop).toMatchObject({ kind: 'need', access: 'write', address: 0x9_0000n, sizeBytes: 8 });
  });

  it('is left for single steps, watchers and traps', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    let watched = 0;
    const end = machine.watch(() => watched++);
    machine.run({ count: 300 });
    end();
    expect(watched).toBe(100);
    machine.set('tf', 1n);
    expect(machine.run({ count: 100 })).toEqual({ steps: 1, stop: { kind: 'trap', vector: 1, error: 0 } });
  });

  it('follows pages that are unmapped and mapped anew', () => {
    const machine = machineWith(countInMemory);
    machine.set('rdi', dataAddress);
    warm(machine);
    machine.memory.unmap(dataAddress, 0x1000);
    expect(machine.run({ count: 300 }).stop).toMatchObject({ vector: 14, address: dataAddress });
    machine.memory.map(dataAddress, 0x1000);
    expect(machine.run({ count: 299 }).stop).toBe('count');
    expect(machine.memory.read(dataAddress, 2)).toEqual(Uint8Array.of(0x74, 0x27));
  });

  it('goes on in other modes as they are', () => {
    // inc ax in 16-bit code with segments at 0 that end before 4 GiB: not compiled, and right.
    const machine = new Machine({ mode: 16 });
    machine.memory.map(0x1000n, 0x1000);
    machine.memory.write(0x1000n, bytesOf('40 eb fd'));
    machine.set('eip', 0x1000n);
    machine.run({ count: 40_000 });
    expect(machine.get('ax')).toBe(20_000n);
  });
});
