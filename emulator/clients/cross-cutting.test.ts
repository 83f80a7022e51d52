/** Rows F1 to F6: wishes that concern all clients. */
import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import { Machine } from '../emulator.ts';
import type { Mode } from '../isa/modes.ts';
import { evaluateOperand, evaluateOperands, rolesOf } from '../operand/evaluate.ts';
import type { Operand } from '../operand/operand.ts';
import { explicitOperandsOf, operandsOf } from '../operand/operands.ts';
import { Guest } from './kvm/guest.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const instructionOf = (code: string, mode: Mode = 64) => {
  const decoding = decode(bytesOf(code), mode);
  if (decoding.status !== 'valid') throw new Error(`${code} is ${decoding.status}`);
  return decoding.instruction;
};

/** `in out 32 memory`, with a star where implicit. */
const say = (operand: Operand): string => {
  const { isInput, isOutput, isJumpTarget, isImmediateAddress, isImmediateValue } = rolesOf(operand);
  const words = [
    ...(isJumpTarget ? ['target'] : isImmediateValue ? ['value'] : [isInput ? 'in' : '', isOutput ? 'out' : '']),
    String(operand.bits),
    operand.kind === 'register' ? operand.register : isImmediateAddress ? 'immediate address' : operand.kind,
  ];
  return (operand.implicit ? '*' : '') + words.filter((word) => word !== '').join(' ');
};

const operands = (code: string, mode: Mode = 64): readonly string[] =>
  operandsOf(instructionOf(code, mode), 0x1000n).map(say);

describe('F1: operands and their roles', () => {
  it.each([
    ['01 43 04', ['in out 32 memory', 'in 32 eax']],
    ['e8 00 00 00 00', ['target 64 branch', '*in out 64 rsp', '*out 64 memory']],
    ['48 a1 00 40 00 00 00 00 00 00', ['out 64 rax', 'in 64 immediate address']],
    ['a1 00 40 00 00 00 00 00 00', ['out 32 eax', 'in 32 immediate address']],
    ['6b c3 05', ['out 32 eax', 'in 32 ebx', 'value 32 immediate']],
  ])('F1: %s', (code, expected) => {
    expect(operands(code)).toEqual(expected);
  });
});

describe('F2: sizes in bits', () => {
  it.each([
    ['0f b6 c3', [32, 8]],
    ['0f b6 03', [32, 8]],
    ['48 63 03', [64, 32]],
    ['c5 fe 6f 0e', [256, 256]],
    ['db 6c 24 18', [80]],
  ])('F2: %s has operands of %o bits', (code, bits) => {
    expect(explicitOperandsOf(instructionOf(code), 0n).map((operand) => operand.bits)).toEqual(bits);
  });
});

describe('F3: what an operand is worth', () => {
  const values: Readonly<Record<string, bigint>> = { eax: 0x1000n, rip: 0x40_1000n, bp: 0xfff0n, si: 0x20n };
  const registers = {
    read: (name: string) => values[name] ?? 0n,
    segment: (name: string) => ({ base: name === 'ss' ? 0x1_0000n : 0n }),
  };
  const worth = (code: string, mode: Mode, k: number) => {
    const instruction = instructionOf(code, mode);
    return evaluateOperand(instruction, operandsOf(instruction, registers.read('rip'))[k], registers);
  };

  it('F3: %eax is the register, 4(%eax) an address without a load, 4 itself', () => {
    expect(worth('89 c3', 32, 1)).toEqual({ kind: 'value', value: 0x1000n });
    expect(worth('8b 58 04', 32, 1)).toMatchObject({ kind: 'address', offset: 0x1004n });
    expect(worth('83 c3 04', 32, 1)).toEqual({ kind: 'value', value: 4n });
  });

  it('F3: RIP-relative addresses count from the end of the instruction', () => {
    expect(worth('48 8b 05 10 00 00 00', 64, 1)).toMatchObject({ kind: 'address', offset: 0x40_1017n });
  });

  it('F3: 16-bit addresses wrap at 64 KiB, and BP is in SS', () => {
    expect(worth('8b 02', 16, 1)).toMatchObject({ kind: 'address', offset: 0x10n, linear: 0x1_0010n });
  });
});

describe('F4: pure functions', () => {
  it('F4: decoding from inside a memory callback changes nothing for who is interrupted', () => {
    const machine = new Machine();
    machine.memory.map(0x2000n, 0x1000);
    machine.memory.write(0x2000n, bytesOf('03 03 83 c0 01'));
    machine.set('rip', 0x2000n);
    machine.set('rbx', 0x9000n);
    const inside: unknown[] = [];
    machine.serve(0x9000n, 0x1000, {
      read() {
        inside.push(operands('6b c3 05'), decode(bytesOf('0f'), 64).status);
        const other = new Machine({ mode: 32 });
        other.memory.map(0x2000n, 0x1000);
        other.memory.write(0x2000n, bytesOf('40'));
        other.set('eip', 0x2000n);
        inside.push(other.step().kind, other.get('eax'));
        return bytesOf('05 00 00 00');
      },
    });
    expect([machine.step().kind, machine.step().kind]).toEqual(['done', 'done']);
    expect([machine.get('rax'), machine.get('rip')]).toEqual([6n, 0x2005n]);
    expect(inside).toEqual([operands('6b c3 05'), 'truncated', 'done', 1n]);
  });

  it('F4: decoding and evaluating write to none of their inputs', () => {
    const instruction = instructionOf('48 8b 44 8b 10');
    const before = JSON.stringify(instruction);
    const registers = Object.freeze({ read: () => 7n, segment: () => Object.freeze({ base: 0n }) });
    const first = evaluateOperands(instruction, registers);
    expect(evaluateOperands(instruction, registers)).toEqual(first);
    expect(JSON.stringify(instruction)).toBe(before);
  });
});

describe('F5: a diverted address in the emulator for hypervisors', () => {
  it('F5: reads and writes go elsewhere, and neither text nor registers change', () => {
    const guest = new Guest({ mode: 'prot64' });
    const { machine } = guest;
    machine.memory.map(0x2000n, 0x1000, { write: false });
    machine.memory.write(0x2000n, bytesOf('c7 40 10 78 56 34 12 8b 50 14'));
    machine.memory.map(0x5000n, 0x1000);
    machine.memory.write(0x5014n, bytesOf('be ba fe ca'));
    machine.set('rip', 0x2000n);
    machine.set('rax', 0x9000n);
    const seen: string[] = [];
    guest.serve(0x9000n, 0x1000, {
      divert(address, sizeBytes, access) {
        seen.push(`${access} ${address.toString(16)} ${sizeBytes}`);
        return address - 0x9000n + 0x5000n;
      },
    });
    const text = machine.memory.read(0x2000n, 10);
    expect([guest.step().kind, guest.step().kind]).toEqual(['done', 'done']);
    expect(seen).toEqual(['write 9010 4', 'read 9014 4']);
    expect([...machine.memory.read(0x5010n, 4)]).toEqual([0x78, 0x56, 0x34, 0x12]);
    expect([machine.get('rdx'), machine.get('rax')]).toEqual([0xcafe_baben, 0x9000n]);
    expect(machine.memory.read(0x2000n, 10)).toEqual(text);
  });
});

describe('F6: faults are emulated, or passed on', () => {
  const machineWith = (faults: 'pass' | 'deliver'): Machine => {
    const machine = new Machine({ mode: 32, cpl: 0, faults });
    machine.memory.map(0x2000n, 0x3000);
    machine.memory.write(0x2000n, bytesOf('f7 f1'));
    // A GDT with flat code at 8, and an IDT whose gate 0 leads to 8:2100.
    machine.memory.write(0x3000n, bytesOf('00 00 00 00 00 00 00 00 ff ff 00 00 00 9b cf 00'));
    machine.memory.write(0x3800n, bytesOf('00 21 08 00 00 8e 00 00'));
    const registers = { gdtbase: 0x3000, gdtlimit: 0xf, idtbase: 0x3800, idtlimit: 7, eip: 0x2000, esp: 0x4f00 };
    for (const [name, value] of Object.entries(registers)) machine.set(name, value);
    return machine;
  };

  it('F6: passed on, the guest is as it was', () => {
    const machine = machineWith('pass');
    expect(machine.step()).toEqual({ kind: 'fault', vector: 0, error: 0 });
    expect([machine.get('eip'), machine.get('esp')]).toEqual([0x2000n, 0x4f00n]);
  });

  it('F6: emulated, the handler is entered by the same instruction', () => {
    const machine = machineWith('deliver');
    machine.set('if', 1);
    expect(machine.step()).toEqual({ kind: 'done' });
    expect([machine.get('eip'), machine.get('cs'), machine.get('esp'), machine.get('if')]).toEqual([
      ...[0x2100n, 8n, 0x4ef4n, 0n],
    ]);
    const frame = machine.memory.read(0x4ef4n, 12);
    expect(Buffer.from(frame).toString('hex')).toBe('002000002000000002020100');
  });
});
