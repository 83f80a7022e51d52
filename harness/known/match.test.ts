import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Answer } from '../subject.ts';
import { KnownRows } from './match.ts';
import type { KnownRow } from './row.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
const valid: Answer = { status: 'valid', lengthBytes: 2 };
const invalid: Answer = { status: 'invalid' };

const mismatch = (hex: string, parts: Partial<Mismatch> & { mode?: Mode } = {}): Mismatch => ({
  input: { bytes: bytes(hex), mode: parts.mode ?? 64, vendor: 'intel' },
  observable: 'validity',
  subject: 'objdump',
  ours: invalid,
  theirs: valid,
  says: { ours: 'invalid', theirs: 'valid' },
  ...parts,
});

const row = (parts: Partial<KnownRow>): KnownRow => ({
  id: 'row',
  subject: 'objdump',
  modes: [32, 64],
  observables: ['validity'],
  match: { opcodes: [0x90] },
  says: { ours: 'invalid', theirs: 'valid' },
  right: { intel: 'ours', amd: 'ours' },
  class: 'oracle-bug',
  manual: 'SDM 2B NOP',
  note: 'A row for tests.',
  ...parts,
});

const versions = new Map([['objdump', '2.40']]);
const claims = (parts: Partial<KnownRow>, one: Mismatch): boolean =>
  new KnownRows([row(parts)], versions).claim(one) !== null;

describe('KnownRows', () => {
  it('claims VEX by encoding, map and W', () => {
    expect(
      claims({ match: { encoding: 'vex', map: 0x12, opcodes: [0xf2], vexW: 1 } }, mismatch('c4 e2 f0 f2 c1')),
    ).toBe(true);
  });

  it('claims a mismatch in which all agrees', () => {
    expect(new KnownRows([row({})], versions).claim(mismatch('f0 90'))?.id).toBe('row');
  });

  it.each<[why: string, parts: Partial<KnownRow>, one: Mismatch]>([
    ['another subject', {}, mismatch('90', { subject: 'ndisasm' })],
    ['another mode', {}, mismatch('90', { mode: 16 })],
    ['another encoding', { match: { encoding: 'vex' } }, mismatch('90')],
    ['legacy where VEX is', { match: { encoding: 'legacy' } }, mismatch('c4 e2 70 f2 c1')],
    ['another VEX.W', { match: { vexW: 1 } }, mismatch('c4 e2 70 f2 c1')],
    ['no VEX', { match: { vexW: 0 } }, mismatch('90')],
    ['another field', {}, mismatch('90', { observable: 'length' })],
    ['other words', {}, mismatch('90', { says: { ours: 'valid', theirs: 'invalid' } })],
    ['another vendor', { vendors: ['amd'] }, mismatch('90')],
    ['another opcode', {}, mismatch('91')],
    ['another map', { match: { map: 1 } }, mismatch('90')],
    ['another digit', { match: { opcodes: [0xf7], digits: [1] } }, mismatch('f7 c0')],
    ['another rm', { match: { opcodes: [0xf7], rms: [1] } }, mismatch('f7 c0')],
    ['memory', { match: { opcodes: [0xf7], form: 'register' } }, mismatch('f7 00')],
    ['a register', { match: { opcodes: [0xf7], form: 'memory' } }, mismatch('f7 c0')],
    ['no ModRM at all', { match: { opcodes: [0x90], digits: [0] } }, mismatch('90')],
    ['REX.W', { match: { opcodes: [0x90], rexW: 0 } }, mismatch('48 90')],
    ['a prefix that is missing', { match: { prefixes: { all: [0x66, 0xf0] } } }, mismatch('66 90')],
    ['none of some prefixes', { match: { prefixes: { any: [0xf2, 0xf3] } } }, mismatch('66 90')],
    ['a prefix that must not be', { match: { prefixes: { none: [0x66] } } }, mismatch('66 90')],
    ['a condition that does not hold', { match: { is: ['lock-not-allowed'] } }, mismatch('f0 01 00')],
  ])('does not claim one with %s', (_, parts, one) => {
    expect(claims(parts, one)).toBe(false);
  });

  it.each<[wanted: string, said: string, isSaid: boolean]>([
    ['7', '7', true],
    ['…', 'anything', true],
    ['xchg …', 'xchg eax, ecx', true],
    ['xchg …', 'exchange', false],
    ['a…b…c', 'a-b-c', true],
    ['a…b…c', 'a-c-b', false],
    ['ab…ba', 'aba', false],
  ])('reads %j in %j', (wanted, said, isSaid) => {
    const one = mismatch('90', { says: { ours: 'invalid', theirs: said } });
    expect(claims({ says: { ours: 'invalid', theirs: wanted } }, one)).toBe(isSaid);
  });

  it('leaves rows about other versions, and about subjects that are not here, out', () => {
    const rows = [row({ versions: '<2.40' }), row({ versions: '>=2.41' }), row({ subject: 'ndisasm' })];
    expect(new KnownRows(rows, versions).all).toEqual([]);
    expect(new KnownRows([row({ versions: '>=2.30 <3' })], versions).all).toHaveLength(1);
  });
});
