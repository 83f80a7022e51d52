import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify } from '../bucket/identity.ts';
import type { Mismatch } from '../mismatch.ts';
import { type PredicateName, predicates } from './predicates.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

const holds = (name: PredicateName, hex: string, mode: Mode, theirLength = 1): boolean => {
  const mismatch: Mismatch = {
    input: { bytes: bytes(hex), mode, vendor: 'intel' },
    observable: 'validity',
    subject: 'objdump',
    ours: { status: 'invalid' },
    theirs: { status: 'valid', lengthBytes: theirLength },
    says: { ours: 'invalid', theirs: 'valid' },
  };
  return predicates[name](identify(mismatch.input.bytes, mode), mismatch);
};

const lockable = [
  '00 00',
  '01 00',
  '09 00',
  '11 00',
  '19 00',
  '21 00',
  '29 00',
  '31 00',
  '80 00',
  '81 30',
  '83 28',
  '86 00',
  '87 00',
  'f6 10',
  'f7 18',
  'fe 00',
  'ff 08',
  '0f ab 00',
  '0f b3 00',
  '0f bb 00',
  '0f b0 00',
  '0f b1 00',
  '0f c0 00',
  '0f c1 00',
  '0f ba 28',
  '0f ba 30',
  '0f ba 38',
  '0f c7 08',
];
const unlockable = [
  '90',
  '01 c0',
  '02 00',
  '03 00',
  '04',
  '38 00',
  '39 00',
  '80 38',
  '83 38',
  '84 00',
  '89 00',
  'f6 00',
  'f6 20',
  'f7 c0',
  'ff 10',
  'ff 30',
  '0f a3 00',
  '0f ba 20',
  '0f c7 30',
  '0f 38 f0 00',
  'c3',
  '0f 20 c0',
  'ff c0',
];

describe('predicates', () => {
  it.each(lockable)('allow LOCK before %s', (hex) => {
    expect(holds('lock-not-allowed', `f0 ${hex}`, 64)).toBe(false);
    expect(holds('lock-not-allowed', hex, 64)).toBe(false);
  });

  it.each(unlockable)('forbid LOCK before %s', (hex) => {
    expect(holds('lock-not-allowed', `f0 ${hex}`, 64)).toBe(true);
  });

  it.each<[name: PredicateName, hex: string, mode: Mode, expected: boolean]>([
    ['rex-ignored', '48 66 90', 64, true],
    ['rex-ignored', '66 48 90', 64, false],
    ['rex-ignored', '48 66 90', 32, false],
    ['rex', '40 90', 64, true],
    ['prefix-before-vex', '66 c4 e2 70 f2 c1', 32, true],
    ['prefix-before-vex', '40 c4 e2 70 f2 c1', 64, true],
    ['prefix-before-vex', '26 c4 e2 70 f2 c1', 64, false],
    ['prefix-before-vex', '66 c4 02', 32, false],
    ['vex-high-register', 'c4 c2 70 f2 c1', 32, true],
    ['vex-high-register', 'c4 e2 30 f2 c1', 32, true],
    ['vex-high-register', 'c4 e2 70 f2 c1', 32, false],
    ['rex', '40', 32, false],
    ['prefixes-14', '66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 64, true],
    ['prefixes-14', '66 66 66 66 66 66 66 66 66 66 66 66 66 0f a2', 64, false],
    ['near-branch', '0f 8f', 64, true],
    ['near-branch', 'e9', 64, true],
    ['near-branch', '8f 00', 64, false],
    ['near-branch', 'eb', 64, false],
    ['cr-missing', '0f 20 c8', 64, true],
    ['cr-missing', '44 0f 20 c0', 64, false],
    ['cr-missing', '44 0f 20 c8', 64, true],
    ['dr-missing', '44 0f 21 c0', 64, true],
    ['dr-missing', '0f 21 f8', 64, false],
    ['sreg-missing', '8c f0', 32, true],
    ['sreg-missing', '8c e8', 32, false],
    ['sreg-cs', '8e c8', 32, true],
    ['address-16', '0f 1a 00', 16, true],
    ['address-16', '67 0f 1a 00', 16, false],
    ['address-16', '67 0f 1a 00', 32, true],
    ['address-16', '67 0f 1a 00', 64, false],
    ['operand-16', '66 0f c8', 32, true],
    ['operand-16', '0f c8', 16, true],
    ['operand-16', '66 48 0f c8', 64, false],
  ])('%s of %s in %i-bit mode', (name, hex, mode, expected) => {
    expect(holds(name, hex, mode)).toBe(expected);
  });

  it('see that theirs is longer than an instruction may be', () => {
    expect([holds('theirs-over-15', '90', 64, 15), holds('theirs-over-15', '90', 64, 16)]).toEqual([false, true]);
  });
});
