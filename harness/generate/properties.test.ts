import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { type Instruction, Prefix } from '../../emulator/isa/instruction.ts';
import { modes } from '../../emulator/isa/modes.ts';
import type { Input } from '../subject.ts';
import { instructions } from './properties.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/../g, '$& ').trim();

const decoded = ({ bytes, mode, vendor }: Input): Instruction | null => {
  const decoding = decode(bytes, mode, { vendor });
  return decoding.status === 'valid' ? decoding.instruction : null;
};

const named = (mnemonic: string) => forms.filter((form) => form.mnemonic === mnemonic);

/** What a failure of `holds` shrinks to. */
const shrunk = (arbitrary: fc.Arbitrary<Input>, holds: (input: Input) => boolean): string => {
  const result = fc.check(
    fc.property(arbitrary, (input) => !holds(input)),
    { seed: 1, numRuns: 20_000 },
  );
  const [input] = result.counterexample ?? [];
  return input === undefined ? 'nothing found' : `${input.mode}: ${hexOf(input.bytes)}`;
};

describe('instructions', () => {
  it('draws the same inputs from the same seed', () => {
    const draw = (seed: number) =>
      fc.sample(instructions(), { seed, numRuns: 100 }).map(({ bytes, mode }) => `${mode} ${hexOf(bytes)}`);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('draws valid, invalid and cut instructions of every mode, of 1 to 15 bytes', () => {
    const inputs = fc.sample(instructions({ vendors: ['intel', 'amd'] }), { seed: 1, numRuns: 20_000 });
    const statuses = new Map<string, number>();
    for (const { bytes, mode, vendor } of inputs) {
      const { status } = decode(bytes, mode, { vendor });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (bytes.length < 1 || bytes.length > 15) expect.fail(hexOf(bytes));
    }
    expect(statuses.get('valid')).toBeGreaterThan(14_000);
    expect(statuses.get('invalid')).toBeGreaterThan(1_000);
    expect(statuses.get('truncated')).toBeGreaterThan(100);
    expect(new Set(inputs.map(({ mode }) => mode))).toEqual(new Set(modes));
    expect(new Set(inputs.map(({ vendor }) => vendor)).size).toBe(2);
  });

  it('keeps to the modes and forms that are asked for', () => {
    const inputs = fc.sample(instructions({ modes: [32], forms: named('HLT') }), { seed: 1, numRuns: 500 });
    const valid = inputs.flatMap((input) => decoded(input) ?? []);
    expect(valid.length).toBeGreaterThan(300);
    expect(new Set(valid.map(({ form }) => forms[form]?.mnemonic))).toEqual(new Set(['HLT']));
    expect(new Set(inputs.map(({ mode }) => mode))).toEqual(new Set([32]));
  });

  it('shrinks to a bare instruction where nothing but the instruction matters', () => {
    const arbitrary = instructions({ modes: [64], forms: named('XADD').filter(({ opcode }) => opcode === 0xc1) });
    expect(shrunk(arbitrary, (input) => decoded(input) !== null)).toBe('64: 0f c1 00');
  });

  it('keeps the prefix that matters, and no other', () => {
    const arbitrary = instructions({ modes: [64], forms: named('ADD').filter(({ opcode }) => opcode === 0x01) });
    const holds = (input: Input): boolean => ((decoded(input)?.prefixes ?? 0) & Prefix.lock) !== 0;
    expect(shrunk(arbitrary, holds)).toBe('64: f0 01 00');
  });

  it('keeps the REX bit that matters, and no other', () => {
    const arbitrary = instructions({ modes: [64], forms: named('ADD').filter(({ opcode }) => opcode === 0x01) });
    expect(shrunk(arbitrary, (input) => ((decoded(input)?.rex ?? 0) & 4) !== 0)).toBe('64: 44 01 00');
  });

  it('keeps the SIB byte where an index matters, and no displacement', () => {
    const arbitrary = instructions({ modes: [32], forms: named('LEA') });
    const holds = (input: Input): boolean => (decoded(input)?.sib ?? -1) >= 0;
    expect(shrunk(arbitrary, holds)).toBe('32: 8d 04 24');
  });

  it('makes numbers small while the bytes around them stay in place', () => {
    const arbitrary = instructions({
      modes: [64],
      forms: forms.filter(({ opcodeText }) => opcodeText === 'o32 81 /5 id'),
    });
    const holds = (input: Input): boolean => {
      const instruction = decoded(input);
      return instruction !== null && instruction.immediateBytes === 4 && instruction.immediate > 1000;
    };
    expect(shrunk(arbitrary, holds)).toBe('64: 81 28 e9 03 00 00');
  });

  it('goes to 16-bit mode where the mode does not matter', () => {
    expect(shrunk(instructions({ forms: named('CPUID') }), (input) => decoded(input) !== null)).toBe('16: 0f a2');
  });
});
