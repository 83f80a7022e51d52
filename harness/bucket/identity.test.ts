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
    ['c4 e2 7b f5 c0', 64, '', 'VEX.L0.F2.0F38.W0 F5 /r reg'],
    ['26 c4 42 b2 f7 00', 64, '26 VEX.RB vvvv', 'VEX.L0.F3.0F38.W1 F7 /r mem'],
    ['48 c4 e2 78 f3 08', 64, 'REX.W', 'VEX.L0.0F38.W0 F3 /1 mem'],
    ['c5 fc ae 10', 32, '', 'VEX.L1.0F.W0 AE /2 mem'],
    ['c4 e1 78 ae 10', 32, 'VEX3', 'VEX.L0.0F.W0 AE /2 mem'],
    ['c4 ff 7b 00', 64, '', 'VEX.L0.F2.MAP31.W0 00'],
    ['c4 e2', 64, 'vvvv', 'VEX.L0.0F38.W0 ..'],
    ['62 f1 7c 48 58 00', 64, '', 'EVEX.L2.0F.W0 58 /r mem'],
    ['62 e1 fd 59 58 c0', 64, "EVEX.R' aaa b", 'EVEX.L2.66.0F.W1 58 /r reg'],
    ['62 f1 74 c8 58 c0', 64, 'vvvv z', 'EVEX.L2.0F.W0 58 /r reg'],
    ['62 f9 7c 48 58 c0', 32, 'reserved-bits', 'EVEX.L2.0F.W0 58 /r reg'],
    ['62 00', 32, '', '62 /r mem'],
    ['8f e9 78 01 f8', 64, '', 'XOP.L0.09.W0 01 /7 reg'],
    ['8f c0', 64, '', '8F /0 reg'],
    ['0f 0f c1 9e', 64, '', '0F 0F /r 9E reg'],
    ['67 0f 0f 46 10 9e', 32, '67', '0F 0F /r 9E mem'],
    ['0f 0f 04', 64, '', '0F 0F .. mem'],
    ['c5 22', 32, '', 'C5 /r mem'],
    ['c4 00', 32, '', 'C4 /r mem'],
    ['66 66', 64, '66', '..'],
    ['0f', 64, '', '0F ..'],
    ['8e', 64, '', '8E'],
    ['0f ff c0', 64, '', '0F FF /r reg'],
  ])('reads %s in %i-bit mode', (hex, mode, prefixes, opcode) => {
    const identity = identify(bytes(hex), mode);
    expect([prefixText(identity), opcodeText(identity)]).toEqual([prefixes, opcode]);
  });

  it('tells what VEX need not have apart', () => {
    const bits = ['c4 e2 7b f5 c0', 'c4 c2 7b f5 c0', 'c4 e2 73 f5 c0'].map((hex) =>
      prefixBits(identify(bytes(hex), 64)),
    );
    expect(new Set(bits).size).toBe(3);
  });

  it('tells sets of prefixes apart, and not their order', () => {
    const bits = (hex: string): number => prefixBits(identify(bytes(hex), 64));
    expect(bits('66 f3 90')).toBe(bits('f3 66 66 90'));
    expect(new Set(['90', '66 90', '40 90', '48 90', '48 66 90', 'f0 90'].map(bits)).size).toBe(6);
  });
});
