import { describe, expect, it } from 'vitest';
import { Machine } from '../emulator.ts';
import { bytesOf, kindOf, textOf } from './code/testing/code-of.ts';
import { BreakpointState, Breakpoints, mostBreakpoints } from './kgdb.ts';

const code = 0x40_1000n;
const slot = 0x40_3000n;
const f = '55 48 89 e5 48 83 ec 10 c7 45 fc 2a 00 00 00 c9';

const machineWith = (text: string): Machine => {
  const machine = new Machine();
  machine.memory.map(code, 0x3000);
  machine.memory.map(0x7000n, 0x2000);
  machine.memory.write(code, bytesOf(text));
  machine.set('rip', code);
  machine.set('rsp', 0x8000n);
  return machine;
};

const debugging = (text: string, isChecked = true): { readonly machine: Machine; readonly points: Breakpoints } => {
  const machine = machineWith(text);
  const lengthBytes = bytesOf(text).length;
  const functionAt = (address: bigint) =>
    address >= code && address < code + BigInt(lengthBytes) ? { address: code, lengthBytes } : undefined;
  return { machine, points: new Breakpoints(machine, { slot, ...(isChecked ? { functionAt } : {}) }) };
};

describe('E1: breakpoints', () => {
  it('E1: put INT3 into memory, save the byte, and hide from memory reads', () => {
    const { machine, points } = debugging(f);
    expect(points.set(code + 1n)).toEqual({ status: 'set', saved: 0x48 });
    expect(textOf(machine.memory.read(code, 3))).toBe('55 cc 89');
    expect(textOf(points.read(code, 3))).toBe('55 48 89');
    expect(points.state(code + 1n)).toBe(BreakpointState.active);
    expect(points.remove(code + 1n)).toEqual({ status: 'removed' });
    expect(textOf(machine.memory.read(code, 3))).toBe('55 48 89');
    expect(points.state(code + 1n)).toBe(BreakpointState.removed);
  });

  it('E1: are set once, and removed only where they are', () => {
    const { points } = debugging(f);
    points.set(code);
    expect(points.set(code)).toMatchObject({ kind: 'Exists', errno: 'EEXIST' });
    expect(points.remove(code + 1n)).toMatchObject({ kind: 'NotFound', errno: 'ENOENT' });
    points.remove(code);
    expect(points.remove(code)).toMatchObject({ kind: 'NotFound' });
    expect(points.set(code)).toMatchObject({ status: 'set', saved: 0x55 });
  });

  it('E1: are a thousand at most', () => {
    const { machine, points } = debugging('90', false);
    for (let k = 0; k < mostBreakpoints; k++) expect(kindOf(points.set(code + BigInt(k)))).toBe('ok');
    expect(points.set(code + 1000n)).toMatchObject({ kind: 'TooMany', errno: 'E2BIG' });
    expect(machine.memory.read(code + 1000n, 1)[0]).toBe(0);
    points.clear();
    expect(kindOf(points.set(code + 1000n))).toBe('ok');
    expect(points.state(code)).toBe(BreakpointState.undefined);
  });

  it('E1: are out of memory while the debugger has stopped everything', () => {
    const { machine, points } = debugging(f);
    points.set(code + 4n);
    points.deactivate();
    expect(points.state(code + 4n)).toBe(BreakpointState.set);
    expect(textOf(machine.memory.read(code, 16))).toBe(f);
    points.activate();
    expect(points.state(code + 4n)).toBe(BreakpointState.active);
    expect(machine.memory.read(code + 4n, 1)[0]).toBe(0xcc);
  });

  it('stay where the debugger writes memory, which is written beneath them', () => {
    const { machine, points } = debugging(f);
    points.set(code + 1n);
    points.write(code, bytesOf('90 91 92'));
    expect(textOf(machine.memory.read(code, 3))).toBe('90 cc 92');
    expect(textOf(points.read(code, 3))).toBe('90 91 92');
    points.remove(code + 1n);
    expect(textOf(machine.memory.read(code, 3))).toBe('90 91 92');
  });

  it('are refused where there is no memory', () => {
    expect(debugging(f, false).points.set(0x1000n)).toMatchObject({ kind: 'Unmapped', errno: 'EFAULT' });
  });
});

describe('E2: boundaries', () => {
  it('E2: the middle of an instruction takes no breakpoint', () => {
    const { machine, points } = debugging(f);
    expect(points.set(code + 2n)).toMatchObject({ kind: 'NotBoundary', errno: 'EILSEQ' });
    expect(textOf(machine.memory.read(code, 16))).toBe(f);
  });

  it('E2: boundaries are seen through breakpoints that are there', () => {
    const { points } = debugging(f);
    points.set(code + 1n);
    expect(kindOf(points.set(code + 4n))).toBe('ok');
    expect(kindOf(points.set(code + 5n))).toBe('NotBoundary');
    expect(kindOf(points.set(code + 100n))).toBe('NoFunction');
  });
});

describe('E3: a breakpoint that is gone', () => {
  it('E3: and is hit is skipped: rIP goes back, and nobody is told', () => {
    const { machine, points } = debugging(f);
    points.set(code);
    const result = machine.step();
    // Another CPU removes it before the exception is looked at.
    points.remove(code);
    expect(machine.get('rip')).toBe(code + 1n);
    expect(points.stopOf(result)).toBe('skipped');
    expect(machine.get('rip')).toBe(code);
    expect(machine.step().kind).toBe('done');
    expect(machine.get('rip')).toBe(code + 1n);
  });
});

describe('E4: stepping over an armed breakpoint', () => {
  const stepped = (text: string, registers: Readonly<Record<string, bigint>> = {}) => {
    const { machine, points } = debugging(text);
    for (const [name, value] of Object.entries(registers)) machine.set(name, value);
    points.set(code);
    const result = points.stepOver();
    expect(machine.memory.read(code, 1)[0]).toBe(0xcc);
    return { machine, points, result };
  };

  it('E4: loads what the original would have loaded', () => {
    const { machine, points } = debugging('48 8b 05 10 00 00 00');
    machine.memory.write(code + 0x17n, bytesOf('88 77 66 55 44 33 22 11'));
    points.set(code);
    expect(points.stepOver()).toEqual({ kind: 'done' });
    expect(machine.get('rax')).toBe(0x1122334455667788n);
    expect(machine.get('rip')).toBe(code + 7n);
    expect(textOf(points.read(code, 7))).toBe('48 8b 05 10 00 00 00');
  });

  it('E4: pushes the address behind the original call', () => {
    const { machine } = stepped('e8 fb 0f 00 00');
    expect(machine.get('rip')).toBe(code + 0x1000n);
    expect(machine.get('rsp')).toBe(0x7ff8n);
    expect(textOf(machine.memory.read(0x7ff8n, 8))).toBe('05 10 40 00 00 00 00 00');
  });

  it('E4: takes branches from the original place, and goes on behind it where they are not taken', () => {
    expect(stepped('75 10', { zf: 0n }).machine.get('rip')).toBe(code + 0x12n);
    expect(stepped('75 10', { zf: 1n }).machine.get('rip')).toBe(code + 2n);
    expect(stepped('e2 fe', { rcx: 2n }).machine.get('rip')).toBe(code);
    expect(stepped('ff d0', { rax: code + 0x100n }).machine.get('rip')).toBe(code + 0x100n);
    expect(stepped('ff 24 24', {}).machine.get('rip')).toBe(0n);
  });

  it('E4: A8: says of a fault that the original faulted, and leaves everything as it was', () => {
    const { machine, result } = stepped('8b 03', { rbx: 0x123000n, rax: 5n, if: 1n });
    expect(result).toMatchObject({ kind: 'fault', vector: 14, address: 0x123000n });
    expect(machine.get('rip')).toBe(code);
    expect(machine.get('rax')).toBe(5n);
    expect(machine.get('if')).toBe(1n);
  });

  it('executes where there is no breakpoint at all', () => {
    const { machine, points } = debugging('55 90');
    expect(points.stepOver()).toEqual({ kind: 'done' });
    expect(machine.get('rip')).toBe(code + 1n);
  });

  it('goes on from breakpoint to breakpoint', () => {
    // DEC ECX, JNZ -4, RET.
    const { machine, points } = debugging('ff c9 75 fc c3');
    machine.set('rcx', 3n);
    points.set(code);
    points.set(code + 4n);
    expect(points.continue()).toEqual({ steps: 2, stop: 'breakpoint' });
    expect(machine.get('rcx')).toBe(2n);
    expect(points.continue()).toEqual({ steps: 2, stop: 'breakpoint' });
    expect(points.continue()).toEqual({ steps: 2, stop: 'breakpoint' });
    expect(machine.get('rip')).toBe(code + 4n);
    expect(points.continue({ until: 0n })).toEqual({ steps: 1, stop: 'address' });
    expect(points.continue({ count: 0 })).toEqual({ steps: 0, stop: 'count' });
  });
});

describe("E5: the guest's own traps", () => {
  it.each([['cd 03'], ['cc']])('E5: %s passes through', (text) => {
    const { machine, points } = debugging(`90 ${text} 90`);
    points.set(code);
    const continued = points.continue();
    expect(continued.stop).toEqual(expect.objectContaining({ kind: 'trap', vector: 3 }));
    expect(machine.get('rip')).toBe(code + 1n + BigInt(bytesOf(text).length));
  });

  it('E5: INT 3 is not taken for a breakpoint that stood on its second byte', () => {
    const { machine, points } = debugging('cd 03', false);
    points.set(code + 1n);
    points.remove(code + 1n);
    expect(points.stopOf(machine.step())).toBe('guest');
    expect(machine.get('rip')).toBe(code + 2n);
  });
});

describe('breakpoints where CS does not begin at 0', () => {
  it('are at linear addresses, and the slot is where CS reaches it', () => {
    const machine = new Machine({ real: true, faults: 'pass' });
    machine.memory.map(0n, 0x1_0000);
    machine.set('csbase', 0x1000n);
    machine.set('rip', 0x20n);
    machine.set('rsp', 0x8000n);
    // CALL +3: behind it at 0023.
    machine.memory.write(0x1020n, bytesOf('e8 03 00'));
    const points = new Breakpoints(machine, { slot: 0x100n });
    points.set(0x1020n);
    expect(points.stopOf(machine.step())).toBe('breakpoint');
    expect(machine.get('rip')).toBe(0x20n);
    expect(points.stepOver()).toEqual({ kind: 'done' });
    expect(machine.get('rip')).toBe(0x26n);
    expect(textOf(machine.memory.read(0x7ffen, 2))).toBe('23 00');
    expect(machine.memory.read(0x1100n, 1)[0]).not.toBe(0);
  });
});
