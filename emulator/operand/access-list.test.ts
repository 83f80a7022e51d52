import { describe, expect, it } from 'vitest';
import { encode } from '../encode/encode.ts';
import { instructionOf } from '../encode/instruction-of.ts';
import { samplesOf } from '../format/testing/samples.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { type Mode, modes } from '../isa/modes.ts';
import { RegisterClass, register, registerByName, registerName } from '../isa/registers.ts';
import { AccessList, RegisterFile } from './access-list.ts';
import { AccessBit } from './access-plan.ts';
import { accessesOf, type RegisterView } from './evaluate.ts';
import { isRepeated } from './places.ts';

/** Xorshift: registers in quantity, the same ones every time. */
const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

const general = (name: string): readonly [number: number, bits: number] | null => {
  for (const [registerClass, bits] of [
    [RegisterClass.gpr16, 16],
    [RegisterClass.gpr32, 32],
    [RegisterClass.gpr64, 64],
  ] as const) {
    const id = registerByName(name);
    // R16 and above stand behind rIP and rFLAGS.
    for (let number = 0; number < 32; number++)
      if (id === register(registerClass, number)) return [number < 16 ? number : number + 2, bits];
  }
  return null;
};

const segmentNames = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

const vectorOf = (vectors: Uint32Array, number: number, words: number): bigint =>
  vectors.subarray(16 * number, 16 * number + words).reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);

const viewOf = ({ words, bases, vectors, masks, stackBits }: RegisterFile, is64: boolean): RegisterView => {
  const wide = (of: Uint32Array, k: number): bigint => (BigInt(of[2 * k + 1] ?? 0) << 32n) | BigInt(of[2 * k] ?? 0);
  const view: RegisterView = {
    read(name) {
      if (name === 'rip') return wide(words, 16);
      if (name === 'rflags') return wide(words, 17);
      const vector = /^([xyz])mm(\d+)$/.exec(name);
      if (vector !== null) return vectorOf(vectors, Number(vector[2]), { x: 4, y: 8, z: 16 }[vector[1] ?? ''] ?? 0);
      if (/^k\d$/.test(name)) return wide(masks, Number(name[1]));
      if (name === 'al') return wide(words, 0) & 0xffn;
      const found = general(name);
      return found === null ? 0n : BigInt.asUintN(found[1], wide(words, found[0]));
    },
    segment: (name) => {
      const number = segmentNames.indexOf(name);
      return { base: is64 && number < 4 ? 0n : wide(bases, number) };
    },
  };
  return is64 ? view : { ...view, stackBits };
};

const draw = (random: () => number, is64: boolean): RegisterFile => {
  const file = new RegisterFile();
  for (let k = 0; k < 32; k++) file.words[k] = k % 2 === 1 && !is64 ? 0 : random() >> (random() % 2 === 0 ? 0 : 20);
  file.words[32] = random();
  file.words[33] = is64 ? random() : 0;
  file.words[34] = random() & 0x400;
  for (let k = 36; k < 68; k++) file.words[k] = random();
  for (let k = 0; k < 512; k++) file.vectors[k] = random();
  for (let k = 0; k < 16; k++) file.masks[k] = random();
  for (let k = 0; k < 12; k++) file.bases[k] = k % 2 === 1 && !is64 ? 0 : random();
  file.stackBits = random() % 2 === 0 ? 16 : 32;
  return file;
};

/** Fails where a list says something else than `accessesOf`; how many accesses there were. */
const compared = (instructions: readonly Instruction[], mode: Mode): number => {
  const random = createRandom(mode);
  const list = new AccessList();
  let accesses = 0;
  for (const instruction of instructions) {
    const file = draw(random, mode === 64);
    const counter = 2 * 1;
    const iteration = isRepeated(instruction) ? random() % 3 : 0;
    file.words[counter] = 5;
    file.words[counter + 1] = 0;
    const all = accessesOf(instruction, viewOf(file, mode === 64), 5);
    const each = isRepeated(instruction) ? all.length / 5 : all.length;
    const expected = all.slice(iteration * each, (iteration + 1) * each).map(({ linear, bits, isRead, isWrite }) => {
      return `${linear.toString(16)} ${bits} ${isRead ? 'r' : ''}${isWrite ? 'w' : ''}`;
    });
    const count = list.fill(instruction, file, iteration);
    const got = Array.from({ length: count }, (_, k) => {
      const linear = (BigInt((list.high[k] ?? 0) >>> 0) << 32n) | BigInt((list.low[k] ?? 0) >>> 0);
      const access = list.access[k] ?? 0;
      const letters = `${(access & AccessBit.read) !== 0 ? 'r' : ''}${(access & AccessBit.write) !== 0 ? 'w' : ''}`;
      return `${linear.toString(16)} ${list.bits[k]} ${letters}`;
    });
    const what = `${forms[instruction.form]?.syntax}: ${Buffer.from(encode(instruction)).toString('hex')} with ${registerName(instruction.base)}`;
    expect(got.sort(), what).toEqual(expected.sort());
    accesses += count;
  }
  return accesses;
};

/** Each form of the first Xeon Phi with memory, converted in each way that it has. */
const converted = (): readonly Instruction[] => {
  const options = ['KNC'] as const;
  const base = registerByName('r9') ?? 0;
  return forms
    .filter(({ needs, mod }) => needs.has('KNC') && mod !== 'register')
    .flatMap((form) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((conversion) => {
        const indexClass = form.operands.find((operand) => operand.indexClass !== 0)?.indexClass ?? 0;
        const index = indexClass === 0 ? {} : { index: register(indexClass, 5), scale: 4 as const };
        const rm = { base, displacement: 0x1234, ...index };
        const made = instructionOf(form, { mode: 64, options, rm, ...(conversion === 0 ? {} : { conversion }) });
        return made.status === 'encodable' ? [made.instruction] : [];
      }),
    );
};

/** Each form of APX with memory, addressed by registers that only it has. */
const extended = (): readonly Instruction[] =>
  forms
    .filter(({ needs, mod }) => needs.has('APX') && mod !== 'register')
    .flatMap((form) => {
      const rm = {
        base: register(RegisterClass.gpr64, 21),
        index: register(RegisterClass.gpr64, 28),
        scale: 4 as const,
      };
      const made = instructionOf(form, { mode: 64, options: ['APX'], rm });
      return made.status === 'encodable' ? [made.instruction] : [];
    });

describe('an access list', () => {
  it.each(modes)('says what `accessesOf` says of every form in %i-bit mode', (mode) => {
    const instructions = samplesOf(mode, 6).map(({ instruction }) => instruction);
    expect(compared(instructions, mode)).toBeGreaterThan(1000);
  });

  it('says so of memory at R16 to R31', () => {
    const instructions = extended();
    expect(instructions.length).toBeGreaterThan(700);
    expect(compared(instructions, 64)).toBeGreaterThan(700);
  });

  it('says so of memory that MVEX converts', () => {
    const instructions = converted();
    expect(new Set(instructions.map(({ form }) => form)).size).toBeGreaterThan(200);
    expect(compared(instructions, 64)).toBeGreaterThan(900);
  });
});
