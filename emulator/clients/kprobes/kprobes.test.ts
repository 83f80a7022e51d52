import { describe, expect, it } from 'vitest';
import { forms } from '../../isa/forms.ts';
import type { Mode } from '../../isa/modes.ts';
import { isRefusal } from '../code/refusal.ts';
import { bytesOf, kindOf, placed, textOf } from '../code/testing/code-of.ts';
import { TextView } from '../code/text-view.ts';
import { canBoost, isBoostable } from './boost.ts';
import { canOptimize } from './can-optimize.ts';
import { canProbe, entryOffset, probeRefusal } from './can-probe.ts';
import { planProbe } from './plan.ts';
import { buildSlot } from './slot.ts';

const source = 0xffffffff81000100n;
const slotAt = 0xffffffffa0000000n;

const slotOf = (text: string, to: bigint = slotAt, isFixedUp = false): string => {
  const slot = buildSlot(placed(text, source), to, { isFixedUp });
  return isRefusal(slot) ? slot.kind : textOf(slot.bytes);
};

describe('A4: a slot', () => {
  it('reaches round the end of the address space, as rIP does', () => {
    expect(slotOf('48 89 e5', 0x1000n)).toBe('48 89 e5 e9 fb f0 ff 80');
  });

  it('A4: jumps back behind a copy that is boosted', () => {
    expect(slotOf('48 8b 05 10 00 00 00')).toBe('48 8b 05 10 01 00 e1 e9 fb 00 00 e1');
  });

  it('A4: ends with INT3 where it is not', () => {
    expect(slotOf('0f a2')).toBe('0f a2 cc');
    expect(slotOf('48 89 e5', slotAt, true)).toBe('48 89 e5 cc');
    expect(slotOf('67 48 89 03')).toBe('67 48 89 03 cc');
    expect(slotOf('2e 48 89 03')).toBe('2e 48 89 03 cc');
  });

  it('A4: is boosted only where fifteen bytes have room for the jump', () => {
    expect(slotOf('48 c7 84 24 00 01 00 00 78 56 34 12')).toBe('48 c7 84 24 00 01 00 00 78 56 34 12 cc');
    expect(slotOf('48 b8 00 00 00 00 00 00 00 00')).toMatch(/^48 b8( 00){8} e9 /);
  });

  it('A4: does without the jump where it does not reach', () => {
    expect(slotOf('48 89 e5', 0x7f0000000000n)).toBe('48 89 e5 cc');
    expect(slotOf('48 8b 05 10 00 00 00', 0x7f0000000000n)).toBe('DispOutOfRange');
  });
});

/** Opcodes that the kernel's list does not have, from 00 to FF. */
const notBoostable: readonly (readonly [first: number, last: number])[] = [
  ...([
    [0x62, 0x62],
    [0x70, 0x7f],
    [0x9a, 0x9a],
    [0xc0, 0xc1],
    [0xcc, 0xce],
    [0xd0, 0xd3],
    [0xd6, 0xd6],
  ] as const),
  ...([
    [0xd8, 0xdf],
    [0xe0, 0xe3],
    [0xe8, 0xe9],
    [0xeb, 0xeb],
    [0xf0, 0xf4],
    [0xf6, 0xf7],
    [0xfe, 0xff],
  ] as const),
];

/** A row for each 16 opcodes of 0F, from 0F 00. */
const boostableBehind0F = `
  0011001011000000 0000000000000001 1111000000000000 0100000000000000
  1111111111111111 0000000000000000 1111111111110011 0000111100000011
  0000000000000000 1111111111111111 1101110011011101 1111111100011111
  1100000011111111 0111010011011101 0110010011011101 0111010011101110`.replace(/\s/g, '');

/** Bytes that are no opcode: the escape and prefixes, of which the list has an opinion all the same. */
const noOpcodes: ReadonlySet<number> = new Set([
  0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
]);

describe('A4: the boost list', () => {
  it('A4: has of the 256 one-byte opcodes what the kernel has', () => {
    for (let opcode = 0; opcode < 256; opcode++) {
      const listed = !notBoostable.some(([first, last]) => opcode >= first && opcode <= last);
      if (noOpcodes.has(opcode)) expect(forms.some((form) => form.map === 0 && form.opcode === opcode)).toBe(false);
      else expect(isBoostable(0, opcode), opcode.toString(16)).toBe(listed);
    }
  });

  it('A4: has of the 256 opcodes behind 0F what the kernel has', () => {
    for (let opcode = 0; opcode < 256; opcode++) {
      expect(isBoostable(1, opcode), `0f ${opcode.toString(16)}`).toBe(boostableBehind0F[opcode] === '1');
    }
  });

  it('A4: has no opcode of three bytes, whatever its last byte is', () => {
    for (let opcode = 0; opcode < 256; opcode++)
      for (const map of [2, 3, 0x11, 0x12]) expect(isBoostable(map, opcode)).toBe(false);
    expect(canBoost(placed('c4 e2 60 f2 03', 0n))).toBe(false);
  });

  it('A4: has FF /4 alone of FF', () => {
    const boosted = [0, 1, 2, 4, 6].filter((digit) => canBoost(placed(`ff ${(0xc0 | (digit << 3)).toString(16)}`, 0n)));
    expect(boosted).toEqual([4]);
  });

  it('does not take the beginning of a transaction for the MOV whose opcode it shares', () => {
    expect(canBoost(placed('c7 f8 00 00 00 00', 0n))).toBe(false);
    expect(canBoost(placed('c7 c0 00 00 00 00', 0n))).toBe(true);
  });
});

describe('A6: what is not probed', () => {
  const refused = (text: string, mode: Mode = 64): string => {
    const answer = probeRefusal(placed(text, 0x1000n, mode), bytesOf(text));
    return answer === null ? 'ok' : `${answer.kind} ${answer.errno}`;
  };

  it.each([
    ['cc', 64, 'Breakpoint EINVAL'],
    ['0f 0b 78 65 6e 0f a2', 64, 'EmulatePrefix EINVAL'],
    ['0f 0b 6b 76 6d 0f a2', 64, 'EmulatePrefix EINVAL'],
    ['0f 0b 78 65 6d', 64, 'ok'],
    ['8e d0', 64, 'MasksExceptions EINVAL'],
    ['8e d8', 64, 'ok'],
    ['17', 32, 'MasksExceptions EINVAL'],
    ['1f', 32, 'ok'],
    ['9a 00 00 00 00 00 00', 32, 'FarTransfer EOPNOTSUPP'],
    ['ea 00 00 00 00 00 00', 32, 'FarTransfer EOPNOTSUPP'],
    ['cf', 64, 'FarTransfer EOPNOTSUPP'],
    ['ff 1b', 64, 'FarTransfer EOPNOTSUPP'],
    ['ff 2b', 64, 'FarTransfer EOPNOTSUPP'],
    ['0f 01 c1', 64, 'Hypercall EOPNOTSUPP'],
    ['0f 01 c4', 64, 'Hypercall EOPNOTSUPP'],
    ['0f 01 c8', 64, 'ok'],
    ['0f 01 03', 64, 'ok'],
    ['ff 13', 64, 'ok'],
    ['67 ff 23', 64, 'ok'],
  ] as const)('A6: %s in %d-bit mode: %s', (text, mode, expected) => {
    expect(refused(text, mode)).toBe(expected);
  });

  it('A6: is told in the order of the kernel: reserved text, boundary, instruction', () => {
    const text = new TextView(0x1000n, bytesOf('48 89 e5 cc'));
    const reserved = [{ address: 0x1001n, lengthBytes: 1 }];
    expect(kindOf(canProbe(text, 1, { reserved }))).toBe('ReservedText');
    expect(kindOf(canProbe(text, 2, { reserved }))).toBe('NotBoundary');
    expect(kindOf(canProbe(text, 3, { reserved }))).toBe('Breakpoint');
    expect(kindOf(canProbe(text, 4))).toBe('NoFunction');
  });

  it('moves a probe at the entry behind ENDBR', () => {
    expect(entryOffset(new TextView(0n, bytesOf('f3 0f 1e fa 55')))).toBe(4);
    expect(entryOffset(new TextView(0n, bytesOf('55')))).toBe(0);
    expect(entryOffset(new TextView(0n, bytesOf('06')))).toBe(0);
  });
});

describe('A7: a jump instead of a breakpoint', () => {
  const optimized = (text: string, offset = 0, options = {}): string | number => {
    const answer = canOptimize(new TextView(0x1000n, bytesOf(text)), offset, options);
    return isRefusal(answer) ? answer.kind : answer.lengthBytes;
  };

  it.each([
    ['55 48 89 e5 53 eb f9 c3', 5],
    ['55 48 89 e5 53 eb fa c3', 'BranchInto'],
    ['55 48 89 e5 53 eb fb c3', 'BranchInto'],
    ['55 48 89 e5 53 eb fe c3', 'BranchInto'],
    ['55 48 89 e5 53 90 eb fe c3', 5],
    ['55 48 89 e5 53 ff e0', 'IndirectJump'],
    ['55 48 89 e5 53 ff 23', 'IndirectJump'],
    ['55 48 89 e5 53 ff d0', 5],
    ['55 48 89 e5', 'NoRoom'],
    ['55 48 89 e5 53', 5],
    ['55 48 89 e5 e8 00 00 00 00 c3', 'NotBoostable'],
    ['55 48 89 e5 48 89 e5', 7],
    ['55 48 89 e5 53 06', 'Undecodable'],
  ] as const)('A7: in %s: %s', (text, expected) => {
    expect(optimized(text)).toBe(expected);
  });

  it('A7: is refused where a far jump leads anywhere', () => {
    const text = new TextView(0x1000n, bytesOf('55 89 e5 53 50 ea 00 00 00 00 00 00'), { mode: 32 });
    expect(kindOf(canOptimize(text, 0))).toBe('IndirectJump');
  });

  it('A7: is refused over another probe, and beside code that an exception table repairs', () => {
    const text = '55 48 89 e5 48 89 e5 c3';
    expect(optimized(text, 0, { probes: [0x1000n, 0x1007n] })).toBe(7);
    expect(optimized(text, 0, { probes: [0x1004n] })).toBe('OtherProbe');
    expect(optimized(text, 0, { fixedUp: [0x1007n] })).toBe('FixedUp');
    expect(optimized(text, 2)).toBe('NotBoundary');
  });
});

describe('a plan', () => {
  const text = new TextView(source, bytesOf('48 8b 05 10 00 00 00 75 f7 0f a2 c3'));
  const plan = (offset: number): string => {
    const answer = planProbe(text, offset, { slot: slotAt });
    return isRefusal(answer) ? answer.kind : answer.how;
  };

  it('says how each instruction is done without its place', () => {
    expect([0, 7, 9, 11].map(plan)).toEqual(['boosted', 'emulated', 'stepped', 'emulated']);
    expect(plan(1)).toBe('NotBoundary');
  });

  it('says whether a jump may stand there', () => {
    const answer = planProbe(text, 0, { slot: slotAt });
    expect(isRefusal(answer) ? null : answer.optimization).toMatchObject({ status: 'optimizable', lengthBytes: 7 });
    const repaired = planProbe(text, 0, { slot: slotAt, fixedUp: [source] });
    expect(isRefusal(repaired) ? null : repaired.how).toBe('stepped');
    expect(kindOf(planProbe(text, 0, { slot: 0x7f0000000000n }))).toBe('DispOutOfRange');
  });
});
