import { describe, expect, it } from 'vitest';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Prefix, Status } from '../../emulator/isa/instruction.ts';
import { type Mode, modes, vendors } from '../../emulator/isa/modes.ts';
import { reasons } from '../../emulator/isa/reasons.ts';
import { identify } from '../bucket/identity.ts';
import { type RowsOptions, rows } from './rows.ts';
import { skeletonsOf } from './skeleton.ts';

const hexes = (options: RowsOptions): string[] =>
  Array.from(rows(options), ({ bytes }) => Buffer.from(bytes).toString('hex'));

/** Every valid instruction among the inputs, one after the other in the same object. */
function* decodedOf(options: RowsOptions): Generator<Instruction> {
  const decoder = new Decoder(options.mode, options.vendor);
  const instruction = new Instruction();
  for (const { bytes } of rows(options)) {
    if (decoder.decode(bytes, 0, bytes.length, instruction) === Status.valid) yield instruction;
  }
}

/** The slice that has this form alone. */
const sliceOf = (mode: Mode, id: number): { index: number; of: number } => ({
  index: skeletonsOf(mode, 'intel').findIndex(({ form }) => form.id === id),
  of: forms.length,
});

const idOf = (opcodeText: string, syntax: string): number =>
  forms.findIndex((form) => form.opcodeText === opcodeText && form.syntax === syntax);

describe('rows', () => {
  it('gives the same inputs for the same seed, and others for another', () => {
    const options = { mode: 64, level: 'quick', slice: { index: 3, of: 16 } } as const;
    const inputs = hexes({ ...options, seed: 1 });
    expect(hexes({ ...options, seed: 1 })).toEqual(inputs);
    expect(hexes({ ...options, seed: 2 })).not.toEqual(inputs);
  });

  it.each(modes.flatMap((mode) => vendors.map((vendor) => ({ mode, vendor }))))(
    'reaches every form of $mode-bit mode for $vendor already on quick, in 1 to 15 bytes',
    ({ mode, vendor }) => {
      const reached = new Set<number>();
      for (const { form } of decodedOf({ mode, vendor, seed: 1, level: 'quick' })) reached.add(form);
      const missing = skeletonsOf(mode, vendor).filter(({ form }) => !reached.has(form.id));
      expect(missing.map(({ form }) => form.syntax)).toEqual([]);
      expect(skeletonsOf(mode, vendor).length).toBeGreaterThan(800);
      const lengths = Array.from(
        rows({ mode, vendor, seed: 1, level: 'quick', slice: { index: 0, of: 8 } }),
        ({ bytes }) => bytes.length,
      );
      expect(Math.min(...lengths)).toBe(1);
      expect(Math.max(...lengths)).toBe(15);
    },
  );

  it('addresses memory in every way that ModRM has, in both address sizes', () => {
    const form = idOf('o32 89 /r', 'MOV r/m32, r32');
    const shapes = new Set<string>();
    for (const instruction of decodedOf({ mode: 64, seed: 1, level: 'default', slice: sliceOf(64, form) })) {
      if (instruction.form !== form || instruction.modrm >= 0xc0) continue;
      const { modrm, sib, rex, addressSize } = instruction;
      if (addressSize === 64) shapes.add(`${modrm & 0xc7} ${sib < 0 ? '' : sib & 0x3f} ${rex & 3}`);
      shapes.add(`address size ${addressSize}`);
    }
    for (const mod of [0, 0x40, 0x80]) {
      for (const rex of [0, 1, 2, 3]) {
        for (const rm of [0, 1, 2, 3, 5, 6, 7]) expect(shapes).toContain(`${mod | rm}  ${rex}`);
        for (const sib of [0x24, 0x25, 0x2c, 0x2d, 0x20]) expect(shapes).toContain(`${mod | 4} ${sib} ${rex}`);
      }
    }
    expect(shapes).toContain('address size 32');
  });

  it('has every SIB byte on full', () => {
    const form = idOf('o32 89 /r', 'MOV r/m32, r32');
    const sibs = new Set<number>();
    const slice = sliceOf(32, form);
    for (const { modrm, sib } of decodedOf({ mode: 32, seed: 1, level: 'full', slice }))
      if (modrm >> 6 === 2 && sib >= 0) sibs.add(sib);
    expect(sibs.size).toBe(256);
  });

  it('names every register in every register field', () => {
    const form = idOf('88 /r', 'MOV r/m8, r8');
    const operands = [new Set<number>(), new Set<number>()];
    for (const instruction of decodedOf({ mode: 64, seed: 1, level: 'default', slice: sliceOf(64, form) })) {
      if (instruction.form !== form || instruction.modrm < 0xc0) continue;
      for (const [k, set] of operands.entries()) set.add(instruction.operands[k]);
    }
    // 16 with REX, and AH, CH, DH, BH.
    expect(operands.map((set) => set.size)).toEqual([20, 20]);
  });

  it('puts every legacy prefix alone before every form', () => {
    const prefixes = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
    const skeletons = skeletonsOf(32, 'intel').filter(({ form }) => form.prefix === '');
    const starts = new Set<string>();
    for (const hex of hexes({ mode: 32, seed: 1, level: 'quick' })) {
      for (let length = 4; length <= 10; length += 2) starts.add(hex.slice(0, length));
    }
    const missing = skeletons.flatMap(({ register, memory }) => {
      const { prefixes: own, opcode } = register ?? memory ?? { prefixes: [], opcode: [] };
      return prefixes
        .map((prefix) => Buffer.from([prefix, ...own, ...opcode]).toString('hex'))
        .filter((start) => !starts.has(start));
    });
    expect(missing).toEqual([]);
  });

  it('has LOCK where it is legal and where it is not, and repeats with and without string instructions', () => {
    const decoder = new Decoder(64);
    const instruction = new Instruction();
    const seen = { legalLock: 0, illegalLock: 0, repeat: 0 };
    for (const { bytes } of rows({ mode: 64, seed: 1, level: 'quick' })) {
      const status = decoder.decode(bytes, 0, bytes.length, instruction);
      if ((instruction.prefixes & Prefix.lock) !== 0) seen[status === Status.valid ? 'legalLock' : 'illegalLock']++;
      if (status === Status.valid && (instruction.prefixes & Prefix.rep) !== 0) seen.repeat++;
    }
    expect(Math.min(seen.legalLock, seen.illegalLock, seen.repeat)).toBeGreaterThan(100);
  });

  it.each(modes)(
    'has every field of VEX with every value, and what must not stand before it, in %i-bit mode',
    (mode) => {
      const form = idOf('VEX.LZ.0F38.W0 F2 /r', 'ANDN r32, r32:vvvv, r/m32');
      const slice = sliceOf(mode, form);
      const fields = new Map<string, Set<number>>();
      const note = (name: string, value: number): void => {
        fields.set(name, (fields.get(name) ?? new Set()).add(value));
      };
      for (const { bytes } of rows({ mode, seed: 1, level: 'full', slice })) {
        const { vex, opcode, prefixes, rex } = identify(bytes, mode);
        if (vex === null || opcode !== 0xf2) continue;
        for (const [name, value] of Object.entries(vex)) note(name, Number(value));
        for (const prefix of prefixes) note('prefix', prefix);
        note('rex', rex & 0xf0);
      }
      expect(Object.fromEntries([...fields].map(([name, values]) => [name, values.size]))).toMatchObject({
        lengthBytes: 2,
        mmmmm: 32,
        rxb: mode === 64 ? 8 : 2,
        w: 2,
        vvvv: 16,
        l: 2,
        pp: 4,
        prefix: 11,
        rex: mode === 64 ? 2 : 1,
      });
    },
  );

  it('has instructions that are too long, cut ones, and forms that the mode lacks', () => {
    const decoder = new Decoder(64);
    const instruction = new Instruction();
    const statuses = new Map<string, number>();
    for (const { bytes } of rows({ mode: 64, seed: 1, level: 'default', slice: { index: 0, of: 8 } })) {
      const status = decoder.decode(bytes, 0, bytes.length, instruction);
      const key = status === Status.invalid ? `invalid ${reasons[instruction.reason]}` : `${status}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
    }
    for (const reason of ['mode', 'memory-needed', 'group', 'lock-not-allowed', 'too-long'])
      expect(statuses.get(`invalid ${reason}`), reason).toBeGreaterThan(0);
    expect(statuses.get(`${Status.truncated}`)).toBeGreaterThan(100);
  });

  it('is made of its slices', () => {
    const whole = new Set(hexes({ mode: 16, seed: 5, level: 'quick' }));
    const slices = [0, 1, 2].flatMap((index) => hexes({ mode: 16, seed: 5, level: 'quick', slice: { index, of: 3 } }));
    expect(new Set(slices)).toEqual(whole);
  });
});
