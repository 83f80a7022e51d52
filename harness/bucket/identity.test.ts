import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify, opcodeText, prefixBits, prefixText } from './identity.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

describe('identify', () => {
  it.each<[hex: string, mode: Mode, prefixes: string, opcode: string]>([
    ['90', 64, '', '90'],
    ['91', 64, '', '90+r'],
    ['48 01 c8', 64, 'REX.W', '01 /r reg'],
    ['48 01 c8', 32, '', '48+r'],
    ['48 66 01 08', 64, '66 ignored-REX', '01 /r mem'],
    ['f3 66 f3 0f b8 c1', 64, 'F3 66', '0F B8 /r reg'],
    ['64 f0 0f ba 20 01', 32, 'F0 64', '0F BA /4 mem'],
    ['0f 38 f0 00', 16, '', '0F 38 F0 /r mem'],
    ['0f 3a 0f c1 01', 16, '', '0F 3A 0F /r reg'],
    ['0f c9', 64, '', '0F C8+r'],
    ['f7 c8', 64, '', 'F7 /1 reg'],
    ['c4 e2 7b f5 c0', 64, '', 'C4'],
    ['c4 00', 32, '', 'C4 /r mem'],
    ['66 66', 64, '66', '..'],
    ['0f', 64, '', '0F ..'],
    ['8e', 64, '', '8E'],
    ['0f ff c0', 64, '', '0F FF /r reg'],
  ])('reads %s in %i-bit mode', (hex, mode, prefixes, opcode) => {
    const identity = identify(bytes(hex), mode);
    expect([prefixText(identity), opcodeText(identity)]).toEqual([prefixes, opcode]);
  });

  it('tells sets of prefixes apart, and not their order', () => {
    const bits = (hex: string): number => prefixBits(identify(bytes(hex), 64));
    expect(bits('66 f3 90')).toBe(bits('f3 66 66 90'));
    expect(new Set(['90', '66 90', '40 90', '48 90', '48 66 90', 'f0 90'].map(bits)).size).toBe(6);
  });
});
