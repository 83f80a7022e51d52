import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import type { Mode } from '../isa/modes.ts';
import { accessesOf, evaluateOperands, type RegisterView } from './evaluate.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

const instructionOf = (text: string, mode: Mode) => {
  const decoding = decode(bytesOf(text), mode);
  if (decoding.status !== 'valid') throw new Error(`${text} is ${decoding.status}`);
  return decoding.instruction;
};

const view = (
  values: Readonly<Record<string, bigint>>,
  bases: Readonly<Record<string, bigint>> = {},
): RegisterView => ({
  read: (name) => values[name] ?? 0n,
  segment: (name) => ({ base: bases[name] ?? 0n }),
});

const valuesOf = (text: string, mode: Mode, registers: RegisterView) =>
  evaluateOperands(instructionOf(text, mode), registers).map(({ value }) => value);

describe('evaluateOperands', () => {
  it('gives a register its value, and memory its address without reading it', () => {
    expect(valuesOf('01 43 04', 64, view({ rax: 7n, eax: 7n, rbx: 0x1000n }))).toEqual([
      { kind: 'address', offset: 0x1004n, linear: 0x1004n, isInside: true },
      { kind: 'value', value: 7n },
    ]);
  });

  it('counts RIP from the next instruction', () => {
    expect(valuesOf('48 8b 05 10 00 00 00', 64, view({ rip: 0x1000n }))).toContainEqual(
      expect.objectContaining({ kind: 'address', offset: 0x1017n }),
    );
  });

  it('wraps 16-bit offsets at 64 KiB and adds the base of the default segment SS', () => {
    expect(valuesOf('8b 02', 16, view({ bp: 0xfff0n, si: 0x20n }, { ss: 0x12340n }))).toContainEqual({
      kind: 'address',
      offset: 0x10n,
      linear: 0x12350n,
      isInside: true,
    });
  });

  it('adds the base of FS in 64-bit mode', () => {
    expect(valuesOf('64 8b 03', 64, view({ rbx: 0x10n }, { fs: 0x7000n }))).toContainEqual(
      expect.objectContaining({ linear: 0x7010n }),
    );
  });

  it('says that a limit forbids an access, for segments that grow up and down', () => {
    const limited = (limit: bigint, expandDownTo?: bigint): RegisterView => ({
      read: () => 0xffen,
      segment: () => ({ base: 0n, limit, ...(expandDownTo === undefined ? {} : { expandDownTo }) }),
    });
    const isInside = (registers: RegisterView): boolean[] =>
      valuesOf('8b 03', 32, registers).flatMap((value) => (value.kind === 'address' ? [value.isInside] : []));
    expect(isInside(limited(0x1001n))).toEqual([true]);
    expect(isInside(limited(0x1000n))).toEqual([false]);
    expect(isInside(limited(0xffdn, 0xffffn))).toEqual([true]);
    expect(isInside(limited(0xffen, 0xffffn))).toEqual([false]);
  });

  it.each([
    ['0f a3 03', 32n, 4n],
    ['0f a3 03', 31n, 0n],
    ['0f a3 03', 0xffffffffn, -4n],
    ['0f a3 03', 0xffffffe0n, -4n],
    ['0f a3 03', 0xffffffdfn, -8n],
  ])('moves the bit string of %s with bit offset %i by %i bytes', (text, offset, distance) => {
    expect(valuesOf(text, 64, view({ eax: offset, rbx: 0x1000n }))).toContainEqual(
      expect.objectContaining({ linear: 0x1000n + distance }),
    );
  });
});

describe('roles', () => {
  const rolesIn = (text: string, mode: Mode) =>
    evaluateOperands(instructionOf(text, mode), view({})).map(({ operand, roles }) => [operand.kind, roles] as const);

  it('tell jump targets, immediate values and immediate addresses apart', () => {
    expect(rolesIn('e8 00 00 00 00', 64)[0]?.[1]).toMatchObject({ isJumpTarget: true, isImmediateValue: false });
    expect(rolesIn('6b c3 05', 64)[2]?.[1]).toMatchObject({ isImmediateValue: true, isInput: true });
    expect(rolesIn('a1 10 00 00 00', 32)[1]?.[1]).toMatchObject({ isImmediateAddress: true, isInput: true });
    expect(rolesIn('0f 44 03', 64)[0]?.[1]).toMatchObject({ isOutput: true });
  });
});

describe('accessesOf', () => {
  const accessesIn = (text: string, mode: Mode, registers: RegisterView, most?: number) =>
    accessesOf(instructionOf(text, mode), registers, most).map(
      ({ linear, bits, isRead, isWrite }) => `${isRead ? 'r' : ''}${isWrite ? 'w' : ''}${bits}@${linear.toString(16)}`,
    );

  it('tells both sides of MOVS', () => {
    expect(accessesIn('a4', 64, view({ rsi: 0x10n, rdi: 0x20n }))).toEqual(['w8@20', 'r8@10']);
  });

  it('tells each element of a repeated MOVS, downward with DF', () => {
    const registers = view({ rcx: 3n, rsi: 0x100n, rdi: 0x200n, rflags: 0x400n });
    expect(accessesIn('f3 a5', 64, registers, 8)).toEqual([
      'w32@200',
      'r32@100',
      'w32@1fc',
      'r32@fc',
      'w32@1f8',
      'r32@f8',
    ]);
  });

  it('tells no access of a repetition whose count is zero', () => {
    expect(accessesIn('f3 a5', 64, view({}), 8)).toEqual([]);
  });

  it('tells both accesses of PUSH from memory', () => {
    expect(accessesIn('ff 36', 64, view({ rsi: 0x10n, rsp: 0x100n }))).toEqual(['r64@10', 'w64@f8']);
  });

  it('addresses the destination of POP by the rSP that it leaves', () => {
    expect(accessesIn('8f 04 24', 64, view({ rsp: 0x100n }))).toEqual(['w64@108', 'r64@100']);
  });
});
