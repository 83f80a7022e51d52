import { describe, expect, it } from 'vitest';
import { forms } from '../isa/forms.ts';
import { Prefix } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { Encoding, mapIn } from '../isa/opcode-map.ts';
import { registerName } from '../isa/registers.ts';
import { decode } from './decode.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

/** `length syntax`, or the reason, or the status. */
const say = (hex: string, mode: Mode, vendor: Vendor = 'intel'): string => {
  const answer = decode(bytesOf(hex), mode, { vendor });
  if (answer.status === 'valid') return `${answer.instruction.lengthBytes} ${forms[answer.instruction.form].syntax}`;
  return answer.status === 'invalid' ? answer.reason : answer.status;
};

const instructionOf = (hex: string, mode: Mode) => {
  const answer = decode(bytesOf(hex), mode);
  if (answer.status !== 'valid') throw new Error(`${hex} is ${answer.status}`);
  return answer.instruction;
};

describe('decode', () => {
  it.each([
    ['90', 64, '1 NOP'],
    ['41 90', 64, '2 XCHG r32, EAX'],
    ['F3 90', 32, '2 PAUSE'],
    ['40', 16, '1 INC r16'],
    ['40', 32, '1 INC r32'],
    ['40', 64, 'truncated'],
    ['66 B8 34 12 00 00', 16, '6 MOV r32, imm32'],
    ['66 B8 34 12 00 00', 32, '4 MOV r16, imm16'],
    ['48 B8 01 02 03 04 05 06 07 08', 64, '10 MOV r64, imm64'],
    ['63 C8', 32, '2 ARPL r/m16, r16'],
    ['63 C8', 64, '2 MOVSXD r32, r/m32'],
    ['A1 01 02 03 04 05 06 07 08', 64, '9 MOV EAX, moffs32'],
    ['67 A1 01 02 03 04', 64, '6 MOV EAX, moffs32'],
    ['C8 10 00 01', 32, '4 ENTER imm16, imm8'],
    ['9A 01 02 03 04 05 06', 32, '7 CALL ptr16:32'],
    ['0F BA E0 07', 64, '4 BT r/m32, imm8'],
    ['F6 C8 01', 64, '3 TEST r/m8, imm8'],
    ['D0 F0', 64, '2 SHL r/m8, 1'],
    ['0F C7 F0', 64, '3 RDRAND r32:rm'],
    ['66 F3 0F BC C1', 64, '5 TZCNT r16, r/m16'],
    ['F2 0F BC C1', 64, '4 BSF r32, r/m32'],
    ['66 F2 0F 38 F1 C1', 32, '6 CRC32 r32, r/m16'],
    ['0F 1E FA', 64, '3 NOP r/m32, r32'],
    ['F3 0F 1E FA', 64, '4 ENDBR64'],
    ['0F 18 3D 00 00 00 00', 64, '7 PREFETCHIT0 m8'],
    ['0F 18 38', 64, '3 NOP r/m32, r32'],
    ['0F 20 07', 64, '3 MOV r64:rm, CRn'],
    ['C7 F8 00 00 00 00', 64, '6 XBEGIN rel32'],
    // VEX, and LES and LDS, which it is not.
    ['C4 E2 70 F2 C1', 64, '5 ANDN r32, r32:vvvv, r/m32'],
    ['C4 E2 F0 F2 C1', 64, '5 ANDN r64, r64:vvvv, r/m64'],
    ['C4 E2 F0 F2 C1', 32, '5 ANDN r32, r32:vvvv, r/m32'],
    ['C4 E2 F0 F2 C1', 16, '5 ANDN r32, r32:vvvv, r/m32'],
    ['C4 C2 30 F2 C1', 32, '5 ANDN r32, r32:vvvv, r/m32'],
    ['C4 E2 78 F3 48 05', 32, '6 BLSR r32:vvvv, r/m32'],
    ['C4 E3 7B F0 05 01 02 03 04 05', 64, '10 RORX r32, r/m32, imm8'],
    ['64 67 C4 E2 7B F6 00', 64, '7 MULX r32, r32:vvvv, r/m32'],
    ['C4 E2 79 E5 00', 64, '5 CMPNZXADD m32, r32, r32:vvvv'],
    ['C5 F8 AE 10', 64, '4 VLDMXCSR m32'],
    ['C4 E1 F8 AE 10', 32, '5 VLDMXCSR m32'],
    ['48 26 C4 E2 70 F2 C1', 64, '7 ANDN r32, r32:vvvv, r/m32'],
    ['C4 22', 32, '2 LES r32, m16:32'],
    ['C5 22', 16, '2 LDS r16, m16:16'],
  ] as const)('reads %s in %i-bit mode as %s', (hex, mode, expected) => {
    expect(say(hex, mode)).toBe(expected);
  });

  it.each([
    ['06', 64, 'mode'],
    ['0F 0A', 64, 'opcode'],
    ['FF F8', 32, 'group'],
    ['8D C0', 64, 'memory-needed'],
    ['FF D8', 64, 'memory-needed'],
    ['0F 38 F0 C0', 32, 'memory-needed'],
    ['0F 20 C8', 64, 'register'],
    ['8E C8', 32, 'register'],
    ['8C F0', 32, 'register'],
    ['44 0F 23 C0', 64, 'register'],
    ['F0 90', 64, 'lock-not-allowed'],
    ['F0 01 C0', 64, 'lock-not-allowed'],
    ['F0 39 00', 64, 'lock-not-allowed'],
    ['F3 66 0F AE 20', 64, 'prefix'],
    ['66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 64, 'too-long'],
    ['66 C4 E2 70 F2 C1', 64, 'prefix-before-vex'],
    ['F2 C4 E2 70 F2 C1', 32, 'prefix-before-vex'],
    ['F3 64 C5 F8 AE 10', 16, 'prefix-before-vex'],
    ['F0 C4 E2 79 E5 00', 64, 'prefix-before-vex'],
    ['40 C4 E2 70 F2 C1', 64, 'prefix-before-vex'],
    ['C4 E2 74 F2 C1', 64, 'vector-length'],
    ['C4 E3 73 F0 C1 05', 64, 'vvvv'],
    ['C4 E3 3B F0 C1 05', 32, 'vvvv'],
    ['C4 E2 71 F2 C1', 64, 'prefix'],
    ['C4 E2 70 F3 C1', 64, 'group'],
    ['C4 E2 79 E5 C0', 64, 'memory-needed'],
    ['C4 E2 79 E5 00', 32, 'mode'],
    ['C4 E0 70 F2 C1', 64, 'opcode'],
    ['C4 F2 70 F2 C1', 64, 'opcode'],
    ['C4 E2', 64, 'truncated'],
    ['C4', 32, 'truncated'],
  ] as const)('refuses %s in %i-bit mode: %s', (hex, mode, reason) => {
    expect(say(hex, mode)).toBe(reason);
  });

  it('accepts 15 bytes', () => {
    expect(say('66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 64)).toBe('15 NOP');
  });

  it.each([
    // 66 before a near branch in 64-bit mode: SDM 2D A.2.1 f64; APM 3 1.2.3.
    ['66 E9 00 00 00 00', 64, '6 JMP rel32', '4 JMP rel16'],
    ['66 C3', 64, '2 RET', '2 RET'],
    // UD0 has a ModRM byte on Intel only.
    ['0F FF 00', 64, '3 UD0 r32, r/m32', '2 UD0'],
    // REX.W makes far pointers 80 bits on Intel only: SDM 2A CALL, APM 3 CALL (Far).
    ['48 FF 18', 64, '3 CALL m16:64', '3 CALL m16:32'],
    ['F0 0F 20 C0', 32, 'lock-not-allowed', '4 MOV r32:rm, CRn'],
    // Zen 3 raises #UD; Intel's CPUs execute a NOP.
    ['0F 0D C0', 64, '3 NOP r32:rm, r32', 'memory-needed'],
    ['F3 41 90', 64, '3 PAUSE', '3 XCHG r32, EAX'],
  ] as const)('tells vendors apart at %s in %i-bit mode', (hex, mode, intel, amd) => {
    expect([say(hex, mode, 'intel'), say(hex, mode, 'amd')]).toEqual([intel, amd]);
  });

  it('takes LOCK MOV CR0 as CR8 on AMD', () => {
    const answer = decode(bytesOf('F0 0F 20 C0'), 32, { vendor: 'amd' });
    expect(answer.status === 'valid' && registerName(answer.instruction.operands[1])).toBe('cr8');
  });
});

describe('prefixes', () => {
  it('lets REX count only directly before the opcode', () => {
    expect(say('48 66 89 C3', 64)).toBe('4 MOV r/m16, r16');
    expect(say('66 48 89 C3', 64)).toBe('4 MOV r/m64, r64');
    expect(instructionOf('48 66 89 C3', 64).rex).toBe(0);
  });

  it('lets the last of F2 and F3 stand', () => {
    expect(instructionOf('F2 F3 A4', 32).prefixes).toBe(Prefix.rep);
    expect(instructionOf('F3 F2 A4', 32).prefixes).toBe(Prefix.repne);
  });

  it.each([
    ['64 26 8B 00', 64, 'fs'],
    ['26 8B 00', 64, 'ds'],
    ['64 26 8B 00', 32, 'es'],
    ['8B 04 24', 64, 'ss'],
    ['41 8B 04 24', 64, 'ds'],
    ['8B 45 00', 32, 'ss'],
    ['8B 02', 16, 'ss'],
  ] as const)('reads %s in %i-bit mode from %s', (hex, mode, segment) => {
    expect(registerName(instructionOf(hex, mode).segment)).toBe(segment);
  });
});

describe('VEX', () => {
  it.each([
    ['C4 42 33 F7 C1', 64, ['r8d', 'r9d', 'r9d']],
    ['C4 22 B3 F7 04 05 00 00 00 00', 64, ['r8', '', 'r9']],
    // B and the highest bit of vvvv mean nothing outside 64-bit mode.
    ['C4 C2 33 F7 C1', 32, ['eax', 'ecx', 'ecx']],
    ['C4 C2 33 F7 C1', 16, ['eax', 'ecx', 'ecx']],
  ] as const)('gives %s in %i-bit mode the registers %j', (hex, mode, expected) => {
    const { operands, operandCount } = instructionOf(hex, mode);
    expect([...operands.subarray(0, operandCount)].map(registerName)).toEqual(expected);
  });

  it('keeps its fields, with registers as numbers', () => {
    const { map, vexBytes, vvvv, vectorLength, pp, rex, operandSize } = instructionOf('C4 62 C3 F7 C1', 64);
    expect({ map, vexBytes, vvvv, vectorLength, pp, rex, operandSize }).toEqual({
      map: mapIn(Encoding.vex, 2),
      vexBytes: 3,
      vvvv: 7,
      vectorLength: 0,
      pp: 3,
      rex: 0xc,
      operandSize: 64,
    });
  });
});

describe('memory operands', () => {
  const address = (hex: string, mode: Mode) => {
    const { base, index, scale, displacement } = instructionOf(hex, mode);
    return [registerName(base), registerName(index), scale, displacement];
  };

  it.each([
    ['8B 44 B3 08', 64, ['rbx', 'rsi', 4, 8]],
    ['8B 05 F0 FF FF FF', 64, ['rip', '', 1, -16]],
    ['67 8B 05 F0 FF FF FF', 64, ['eip', '', 1, -16]],
    ['8B 05 F0 FF FF FF', 32, ['', '', 1, -16]],
    ['8B 04 25 10 00 00 00', 64, ['', '', 1, 16]],
    ['42 8B 04 25 10 00 00 00', 64, ['', 'r12', 1, 16]],
    ['41 8B 45 00', 64, ['r13', '', 1, 0]],
    ['8B 04 E4', 64, ['rsp', '', 1, 0]],
    ['8B 42 80', 16, ['bp', 'si', 1, -128]],
    ['8B 06 34 12', 16, ['', '', 1, 0x1234]],
    ['67 41 8B 05 01 00 00 00', 64, ['eip', '', 1, 1]],
    ['67 41 8B 04 25 01 00 00 00', 64, ['', '', 1, 1]],
  ] as const)('addresses %s in %i-bit mode by %j', (hex, mode, expected) => {
    expect(address(hex, mode)).toEqual(expected);
  });
});
