import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instruction, OperandKind, Status } from '../isa/instruction.ts';
import { modes, vendors } from '../isa/modes.ts';
import { isVectorMap } from '../isa/opcode-map.ts';
import { anatomyOf } from './anatomy.ts';
import { decode } from './decode.ts';
import { Decoder, maxLengthBytes } from './decoder.ts';

/** A generator of bytes that repeats itself from a seed: Marsaglia's xorshift32. */
const randomBytes = (count: number, seed: number): Uint8Array => {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
};

/** Half of them begin with VEX, for which chance alone is too rare. */
const anyBytes = fc
  .tuple(
    fc.constantFrom([], [0xc4, 0xe2], [0xc4, 0xe3, 0x7b], [0xc5, 0xf8, 0xae]),
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
  )
  .map(([start, rest]) => Uint8Array.of(...start, ...rest));
const anyMode = fc.constantFrom(...modes);
const anyVendor = fc.constantFrom(...vendors);

describe('Decoder', () => {
  it('throws on none of ten million byte strings', () => {
    const bytes = randomBytes(1_000_000, 1);
    const instruction = new Instruction();
    let strings = 0;
    const statuses = new Set<number>();
    for (let round = 0; round < 2; round++) {
      for (const mode of modes) {
        for (const vendor of vendors) {
          const decoder = new Decoder(mode, vendor);
          for (let at = 0; at < bytes.length; at++) {
            statuses.add(decoder.decode(bytes, at, Math.min(at + 15 - round * 7, bytes.length), instruction));
            strings++;
          }
        }
      }
    }
    expect(strings).toBeGreaterThanOrEqual(10_000_000);
    expect([...statuses].sort()).toEqual([Status.valid, Status.invalid, Status.truncated]);
  });

  it('gives lengths of 1 to 15 bytes', () => {
    fc.assert(
      fc.property(anyBytes, anyMode, anyVendor, (bytes, mode, vendor) => {
        const answer = decode(bytes, mode, { vendor });
        if (answer.status !== 'valid') return;
        expect(answer.instruction.lengthBytes).toBeGreaterThanOrEqual(1);
        expect(answer.instruction.lengthBytes).toBeLessThanOrEqual(Math.min(maxLengthBytes, bytes.length));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not look behind the instruction', () => {
    fc.assert(
      fc.property(anyBytes, fc.uint8Array({ maxLength: 4 }), anyMode, (bytes, tail, mode) => {
        const answer = decode(bytes, mode);
        if (answer.status !== 'valid') return;
        const own = bytes.subarray(0, answer.instruction.lengthBytes);
        expect(decode(Uint8Array.of(...own, ...tail), mode)).toEqual(answer);
      }),
      { numRuns: 2000 },
    );
  });

  it('calls every proper prefix of a valid instruction truncated', () => {
    fc.assert(
      fc.property(anyBytes, anyMode, anyVendor, (bytes, mode, vendor) => {
        const answer = decode(bytes, mode, { vendor });
        if (answer.status !== 'valid') return;
        for (let length = 0; length < answer.instruction.lengthBytes; length++)
          expect(decode(bytes.subarray(0, length), mode, { vendor }).status).toBe('truncated');
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps nothing from one instruction to the next', () => {
    const bytes = randomBytes(20_000, 7);
    const decoder = new Decoder(64);
    const reused = new Instruction();
    for (let at = 0; at < 10_000; at++) {
      const status = decoder.decode(bytes, at, at + 15, reused);
      if (status !== Status.valid) continue;
      const fresh = new Instruction();
      new Decoder(64).decode(bytes, at, at + 15, fresh);
      expect(meaningful(reused)).toEqual(meaningful(fresh));
    }
  });

  it('takes VEX of two bytes for the same as its three bytes', () => {
    const anyFields = fc.oneof(fc.constantFrom(0xf8, 0x78), fc.nat(0xff));
    const anyRest = fc.tuple(
      fc.constantFrom(0x10, 0x1c, 0x57, 0x98, 0xd0),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
    );
    let valid = 0;
    fc.assert(
      fc.property(
        anyFields,
        fc.constantFrom(0x77, 0xae, 0xf2),
        anyRest,
        anyMode,
        (fields, opcode, [modrm, tail], mode) => {
          // Outside 64-bit mode this would be LDS.
          if (mode !== 64 && fields < 0xc0) return;
          const short = decode(Uint8Array.of(0xc5, fields, opcode, modrm, ...tail), mode);
          const second = (fields & 0x80) | 0x61;
          const long = decode(Uint8Array.of(0xc4, second, fields & 0x7f, opcode, modrm, ...tail), mode);
          if (short.status !== 'valid' || long.status !== 'valid') {
            expect(long).toEqual(short);
            return;
          }
          valid++;
          const { vexBytes, opcodeOffset, lengthBytes } = short.instruction;
          expect([vexBytes, long.instruction.vexBytes]).toEqual([2, 3]);
          const longer = { vexBytes: 3, opcodeOffset: opcodeOffset + 1, lengthBytes: lengthBytes + 1 };
          expect({ ...long.instruction }).toEqual({ ...short.instruction, ...longer });
        },
      ),
      { numRuns: 3000 },
    );
    expect(valid).toBeGreaterThan(100);
  });

  it('reads nothing at or after the end', () => {
    const bytes = Uint8Array.of(0x48, 0x8b, 0x05, 1, 2, 3, 4);
    const instruction = new Instruction();
    expect(new Decoder(64).decode(bytes, 0, 6, instruction)).toBe(Status.truncated);
    expect(new Decoder(64).decode(bytes, 0, 7, instruction)).toBe(Status.valid);
  });
});

/** The fields that a valid instruction gives a meaning. */
const meaningful = (instruction: Instruction) =>
  meaningfulParts(instruction, [...instruction.operands.slice(0, instruction.operandCount)]);

const meaningfulParts = (instruction: Instruction, operands: readonly number[]) => ({
  ...instruction,
  operands,
  reason: 0,
  ...(instruction.segment === 0 ? { base: 0, index: 0, scale: 0, displacement: 0, displacementHigh: 0 } : {}),
  ...(isVectorMap(instruction.map)
    ? {}
    : { vexBytes: 0, vvvv: 0, vectorLength: 0, pp: 0, mask: 0, zeroing: 0, b: 0, registerHigh: 0 }),
  ...(instruction.immediateBytes === 0 ? { immediate: 0, immediateHigh: 0, immediate2: 0 } : {}),
  ...(operands[1] === OperandKind.immediate2 || operands[0] === OperandKind.farPointer ? {} : { immediate2: 0 }),
});

describe('anatomyOf', () => {
  it('covers every valid instruction without gap', () => {
    fc.assert(
      fc.property(anyBytes, anyMode, (bytes, mode) => {
        const answer = decode(bytes, mode);
        if (answer.status !== 'valid') return;
        let offset = 0;
        for (const segment of anatomyOf(answer.instruction)) {
          expect(segment.offset).toBe(offset);
          offset += segment.lengthBytes;
        }
        expect(offset).toBe(answer.instruction.lengthBytes);
      }),
      { numRuns: 3000 },
    );
  });

  it('names each run of bytes', () => {
    const answer = decode(Uint8Array.of(0x66, 0x48, 0x0f, 0xba, 0x6c, 0x8b, 0x10, 5), 64);
    const kinds = answer.status === 'valid' ? anatomyOf(answer.instruction).map((segment) => segment.kind) : [];
    expect(kinds).toEqual(['prefix', 'rex', 'escape', 'opcode', 'modrm', 'sib', 'displacement', 'immediate']);
  });

  it.each([
    ['67 c4 e3 7b f0 00 05', ['prefix', 'vex', 'opcode', 'modrm', 'immediate']],
    ['c5 f8 ae 10', ['vex', 'opcode', 'modrm']],
  ])('names the runs of %s', (hex, kinds) => {
    const answer = decode(
      Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
      64,
    );
    expect(answer.status === 'valid' && anatomyOf(answer.instruction).map(({ kind }) => kind)).toEqual(kinds);
  });
});
