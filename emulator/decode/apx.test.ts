import { describe, expect, it } from 'vitest';
import { encode } from '../encode/encode.ts';
import { format } from '../format/format.ts';
import { Instruction, Status } from '../isa/instruction.ts';
import { type Mode, modes } from '../isa/modes.ts';
import { reasons } from '../isa/reasons.ts';
import { registerName } from '../isa/registers.ts';
import { anatomyOf } from './anatomy.ts';
import { Decoder } from './decoder.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const apx = new Decoder(64, 'intel', ['APX']);

/** Text of a valid instruction of just these bytes, else why it is none. */
const say = (hex: string, decoder = apx): string => {
  const bytes = bytesOf(hex);
  const instruction = new Instruction();
  const status = decoder.decode(bytes, 0, bytes.length, instruction);
  if (status === Status.invalid) return reasons[instruction.reason] ?? '';
  if (status === Status.truncated) return 'truncated';
  expect(instruction.lengthBytes, hex).toBe(bytes.length);
  return format(instruction, 'intel', 0n);
};

const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

/** Random bytes that begin as instructions of APX do. */
const drawn = function* (count: number): Generator<Uint8Array> {
  const next = createRandom(0x2545_f491);
  for (let k = 0; k < count; k++) {
    const bytes = Uint8Array.from({ length: 15 }, () => next() & 0xff);
    const at = next() % 3 === 0 ? 1 : 0;
    if (at === 1) bytes[0] = [0x66, 0x67, 0xf3, 0xf2][next() & 3] ?? 0;
    bytes[at] = next() % 2 === 0 ? 0xd5 : 0x62;
    if (bytes[at] === 0x62) {
      bytes[at + 1] = ((bytes[at + 1] ?? 0) & 0xf8) | [4, 4, 4, 1, 2, 3][next() % 6];
      bytes[at + 3] = (bytes[at + 3] ?? 0) & [0x1c, 0x0c, 0x7f, 0x18][next() & 3];
      if (next() % 2 === 0) bytes[at + 2] = (bytes[at + 2] ?? 0) | 0x78;
      if (next() % 2 === 0) bytes[at + 3] = (bytes[at + 3] ?? 0) | 8;
    }
    yield bytes;
  }
};

describe('REX2', () => {
  it.each([
    ['D5 00 01 D8', 'add eax, ebx'],
    ['D5 08 01 D8', 'add rax, rbx'],
    ['66 D5 10 01 D8', 'add r16w, bx'],
    ['D5 00 88 E0', 'mov al, spl'],
    ['D5 50 88 E0', 'mov r16b, r20b'],
    ['D5 77 8B 44 A5 10', 'mov r24d, dword ptr [r29+r28*4+0x10]'],
    ['D5 30 8B 44 25 00', 'mov eax, dword ptr [r21+r20*1]'],
    ['D5 70 8B 04 25 01 02 03 04', 'mov r16d, dword ptr [r20*1+0x4030201]'],
    ['D5 10 8B 05 01 02 03 04', 'mov eax, dword ptr [rip+0x4030201]'],
    ['D5 C0 AF C1', 'imul r16d, ecx'],
    ['D5 10 51', 'push r17'],
    ['D5 18 51', 'pushp r17'],
    ['D5 08 58', 'popp rax'],
    ['D5 00 90', 'nop'],
    ['D5 10 90', 'xchg r16d, eax'],
    ['D5 00 A1 01 02 03 04 05 06 07 08', 'jmpabs 0x807060504030201'],
    ['64 D5 10 8B 00', 'mov eax, dword ptr fs:[r16]'],
    ['67 D5 10 8B 00', 'mov eax, dword ptr [r16d]'],
    ['D5 90 20 C0', 'mov r16, cr0'],
    ['F0 D5 10 01 00', 'lock add dword ptr [r16], eax'],
    ['D5 F7 6F C1', 'movq mm0, mm1'],
    ['D5 D0 58 C1', 'addps xmm0, xmm1'],
  ])('reads %s as %s', (hex, text) => {
    expect(say(hex)).toBe(text);
  });

  it.each([
    ['48 D5 00 01 D8', 'prefix-before-vex'],
    ['D5', 'truncated'],
    ['D5 00', 'truncated'],
    ['D5 00 01', 'truncated'],
    ['D5 00 70 00', 'rex2'],
    ['D5 00 A4', 'rex2'],
    ['D5 00 E8 00 00 00 00', 'rex2'],
    ['D5 80 31', 'rex2'],
    ['D5 80 84 00 00 00 00', 'rex2'],
    ['D5 08 A1 01 02 03 04 05 06 07 08', 'rex2'],
    ['66 D5 00 A1 01 02 03 04 05 06 07 08', 'rex2'],
    ['F3 D5 00 A1 01 02 03 04 05 06 07 08', 'rex2'],
    ['67 D5 00 A1 01 02 03 04 05 06 07 08', 'size'],
    ['D5 00 0F AF C1', 'opcode'],
    ['D5 80 38 F0 00', 'opcode'],
    ['D5 00 66 01 D8', 'opcode'],
    ['D5 00 48 01 D8', 'mode'],
    ['D5 00 C5 F8 58 C1', 'mode'],
    ['D5 C0 20 C0', 'register'],
    ['D5 C0 21 C0', 'register'],
  ])('finds %s invalid: %s', (hex, reason) => {
    expect(say(hex)).toBe(reason);
  });

  it('stands before no XSAVE and no XRSTOR', () => {
    for (const digit of [4, 5, 6]) expect(say(`D5 80 AE ${(digit * 8).toString(16).padStart(2, '0')}`)).toBe('rex2');
    for (const digit of [3, 4, 5]) expect(say(`D5 80 C7 ${(digit * 8).toString(16).padStart(2, '0')}`)).toBe('rex2');
    expect(say('D5 80 AE 00')).toBe('fxsave [rax]');
  });

  it('is two bytes of its kind, and holds the escape', () => {
    const instruction = new Instruction();
    const bytes = bytesOf('66 D5 C0 AF C1');
    apx.decode(bytes, 0, bytes.length, instruction);
    expect(anatomyOf(instruction).map(({ kind, lengthBytes }) => `${kind} ${lengthBytes}`)).toEqual([
      'prefix 1',
      'rex 2',
      'opcode 1',
      'modrm 1',
    ]);
  });

  it('has the default segment DS with R20 and R21 as base', () => {
    const instruction = new Instruction();
    const segments = ['D5 10 8B 04 24', 'D5 10 8B 45 00', 'D5 00 8B 45 00'].map((hex) => {
      const bytes = bytesOf(hex);
      apx.decode(bytes, 0, bytes.length, instruction);
      return registerName(instruction.segment);
    });
    expect(segments).toEqual(['ds', 'ds', 'ss']);
  });
});

describe('EVEX of APX', () => {
  it.each([
    ['62 F4 7C 08 01 D8', '{evex} add eax, ebx'],
    ['62 F4 7C 0C 01 D8', '{nf} add eax, ebx'],
    ['62 F4 74 18 01 D8', 'add ecx, eax, ebx'],
    ['62 F4 7C 10 01 D8', 'add r16d, eax, ebx'],
    ['62 F4 75 18 01 D8', 'add cx, ax, bx'],
    ['62 F4 F4 18 01 D8', 'add rcx, rax, rbx'],
    ['62 F4 F5 18 01 D8', 'add rcx, rax, rbx'],
    ['62 F4 7C 18 00 E0', 'add al, al, spl'],
    ['62 FC 7C 08 01 D8', '{evex} add r16d, ebx'],
    ['62 E4 7C 08 01 D8', '{evex} add eax, r19d'],
    ['62 F4 78 08 01 04 D8', '{evex} add dword ptr [rax+r19*8], eax'],
    ['62 F4 7C 08 01 40 01', '{evex} add dword ptr [rax+0x1], eax'],
    ['62 F4 7C 18 69 D8 01 02 03 04', 'imulzu ebx, eax, 0x4030201'],
    ['62 F4 7F 18 40 C0', 'setzuo al'],
    ['62 F4 7F 08 40 00', '{evex} seto byte ptr [rax]'],
    ['62 F4 7C 18 40 C1', 'cmovo eax, eax, ecx'],
    ['62 F4 7C 08 40 C1', 'cfcmovo eax, ecx'],
    ['62 F4 7C 0C 40 C1', 'cfcmovo ecx, eax'],
    ['62 F4 7C 0C 40 01', 'cfcmovo dword ptr [rcx], eax'],
    ['62 F4 7C 1C 40 01', 'cfcmovo eax, eax, dword ptr [rcx]'],
    ['62 F4 04 05 39 D8', 'ccmpne {dfv=} eax, ebx'],
    ['62 F4 4C 0A 39 D8', 'ccmpt {dfv=of,cf} eax, ebx'],
    ['62 F4 7D 0B F7 00 01 02', 'ctestf {dfv=of,sf,zf,cf} word ptr [rax], 0x201'],
    ['62 F4 74 18 FF F0', 'push2 rcx, rax'],
    ['62 F4 F4 18 8F C0', 'pop2p rcx, rax'],
    ['62 F4 74 18 24 D8 05', 'shld ecx, eax, ebx, 0x5'],
    ['62 F4 7D 08 F8 00', 'movdir64b rax, zmmword ptr [rax]'],
    ['62 F4 7F 08 F8 C1', 'urdmsr rcx, rax'],
    ['62 F2 7C 0C F2 C0', '{nf} andn eax, eax, eax'],
    ['62 F2 7F 08 4B 04 08', 'tileloadd tmm0, [rax+rcx*1]'],
    ['62 F1 7D 08 90 C1', '{evex} kmovb k0, k1'],
    ['62 F9 7D 08 92 C0', 'kmovb k0, r16d'],
    ['62 F9 7C 08 58 00', 'vaddps xmm0, xmm0, xmmword ptr [r16]'],
    ['62 F1 78 08 58 00', 'vaddps xmm0, xmm0, xmmword ptr [rax]'],
    ['62 F9 7C 08 58 C0', 'vaddps xmm0, xmm0, xmm0'],
    ['62 FA 7D 09 90 04 08', 'vpgatherdd xmm0{k1}, dword ptr [r16+xmm1*1]'],
    ['62 E1 7F 08 2D C0', 'vcvtsd2si r16d, xmm0'],
    ['62 F9 7D 08 6E C0', 'vmovd xmm0, r16d'],
  ])('reads %s as %s', (hex, text) => {
    expect(say(hex)).toBe(text);
  });

  it.each([
    ['66 62 F4 7C 08 01 D8', 'prefix-before-vex'],
    ['62 F4 7D 18 00 D8', 'prefix'],
    ['62 F4 7C 28 01 D8', 'vector-length'],
    ['62 F4 7C 88 01 D8', 'zeroing'],
    ['62 F4 7C 09 01 D8', 'mask'],
    ['62 F4 78 08 01 D8', 'reserved-bits'],
    ['62 F1 78 08 58 C0', 'reserved-bits'],
    ['62 F4 7C 00 01 D8', 'vvvv'],
    ['62 F4 7C 0C 11 D8', 'flags-suppressed'],
    ['62 F4 7C 18 F7 E0', 'new-destination'],
    ['62 F4 04 15 39 D8', 'new-destination'],
    ['62 F4 04 25 39 D8', 'vector-length'],
    ['62 F4 7C 08 FF F0', 'new-destination'],
    ['62 F4 74 18 8F C1', 'same-register'],
    ['62 F4 5C 18 8F C1', 'register'],
    ['62 F4 74 18 FF F4', 'register'],
    ['62 E1 7D 08 92 C0', 'register'],
    ['62 F4 7C 08 D8 C0', 'opcode'],
    ['62 F4 7E 08 DC 00', 'opcode'],
  ])('finds %s invalid: %s', (hex, reason) => {
    expect(say(hex)).toBe(reason);
  });
});

describe('APX', () => {
  it('is there with its option only, and in 64-bit mode only', () => {
    const without = new Decoder(64);
    expect(['D5 00 01 D8', '62 F4 7C 08 01 D8', '62 F9 7C 08 58 00'].map((hex) => say(hex, without))).toEqual([
      'mode',
      'opcode',
      'reserved-bits',
    ]);
    const in32 = new Decoder(32, 'intel', ['APX']);
    expect(['D5 0A', '62 F4 7C 08 01 D8', '62 F9 7C 08 58 C0'].map((hex) => say(hex, in32))).toEqual([
      'aad 0xa',
      'mode',
      'reserved-bits',
    ]);
  });

  it('changes nothing of what begins with neither D5 nor 62', () => {
    const next = createRandom(7);
    const [one, other] = [new Instruction(), new Instruction()];
    for (const mode of modes) {
      const [plain, extended] = [new Decoder(mode), new Decoder(mode, 'intel', ['APX'])];
      for (let k = 0; k < 200_000; k++) {
        const bytes = Uint8Array.from({ length: 15 }, () => next() & 0xff);
        if (bytes.includes(0xd5) || bytes.includes(0x62)) continue;
        const status = plain.decode(bytes, 0, 15, one);
        expect(extended.decode(bytes, 0, 15, other)).toBe(status);
        if (status === Status.valid && (one.form !== other.form || one.lengthBytes !== other.lengthBytes))
          expect.fail(hexOf(bytes));
      }
    }
  });

  it('gives its bytes back, or shorter ones without repeated prefixes', () => {
    const [before, after] = [new Instruction(), new Instruction()];
    const met = new Set<number>();
    let same = 0;
    for (const bytes of drawn(600_000)) {
      if (apx.decode(bytes, 0, 15, before) !== Status.valid) continue;
      met.add(before.form);
      const encoded = encode(before);
      if (hexOf(encoded) === hexOf(bytes.subarray(0, before.lengthBytes))) same++;
      else {
        expect(apx.decode(encoded, 0, encoded.length, after), hexOf(bytes)).toBe(Status.valid);
        expect([after.form, [...after.operands.subarray(0, after.operandCount)]], hexOf(bytes)).toEqual([
          before.form,
          [...before.operands.subarray(0, before.operandCount)],
        ]);
      }
    }
    expect(same).toBeGreaterThan(200_000);
    expect(met.size).toBeGreaterThan(1500);
  });

  it('calls every proper prefix of a valid instruction truncated', () => {
    const [whole, part] = [new Instruction(), new Instruction()];
    for (const bytes of drawn(50_000)) {
      if (apx.decode(bytes, 0, 15, whole) !== Status.valid) continue;
      for (let length = 0; length < whole.lengthBytes; length++)
        if (apx.decode(bytes, 0, length, part) !== Status.truncated) expect.fail(`${hexOf(bytes)} ${length}`);
    }
  });

  it.each<Mode>([16, 32, 64])('leaves nothing behind for a decoder without it, in %i-bit mode', (mode) => {
    const [plain, into, fresh] = [new Decoder(mode), new Instruction(), new Instruction()];
    for (const bytes of drawn(50_000)) {
      apx.decode(bytes, 0, 15, into);
      const status = plain.decode(bytes, 1, 15, into);
      expect(plain.decode(bytes, 1, 15, fresh)).toBe(status);
      if (status === Status.valid && format(into, 'intel', 0n) !== format(fresh, 'intel', 0n))
        expect.fail(hexOf(bytes));
    }
  });
});
