import { describe, expect, it } from 'vitest';
import type { Answer, AnswerOperand, Decoded } from '../../subject.ts';
import { fieldsOf } from './field.ts';

const memory = (displacement: bigint, base: string | null = 'rax'): AnswerOperand => ({
  kind: 'memory',
  segment: 'ds',
  base,
  index: null,
  scale: 1,
  displacement,
  addressBits: 64,
});
const decoded = (facts: Partial<Decoded>): Decoded => ({ status: 'valid', lengthBytes: 3, ...facts });

const fieldsBetween = (ours: Answer, theirs: Answer, observable = 'validity') =>
  fieldsOf(
    [
      { subject: 'touchstone', answer: ours },
      { subject: 'iced', answer: theirs },
    ],
    observable,
  );
const differing = (ours: Answer, theirs: Answer, observable?: string): string[] =>
  fieldsBetween(ours, theirs, observable)
    .filter((field) => field.cells.some((cell) => cell.differs))
    .map((field) => field.name);

describe('fieldsOf', () => {
  it('marks what differs from ours and nothing else', () => {
    const ours = decoded({ mnemonic: 'bt', lengthBytes: 4 });
    expect(differing(ours, decoded({ mnemonic: 'bt', lengthBytes: 5 }))).toEqual(['length']);
  });

  it('does not mark what a subject does not tell', () => {
    expect(differing(decoded({ mnemonic: 'bt' }), decoded({}))).toEqual([]);
  });

  it.each<Answer>([{ status: 'unsupported' }, { status: 'unavailable', detail: 'not found' }])(
    'takes $status for no difference',
    (theirs) => {
      expect(differing(decoded({}), theirs)).toEqual([]);
    },
  );

  it('shows an operand more or less as a difference in their number', () => {
    const ours = decoded({ operands: [memory(0n), memory(1n)] });
    expect(differing(ours, decoded({ operands: [memory(0n)] }))).toEqual(['operands']);
  });

  it('shows a flag effect that one side does not have', () => {
    const flags = { read: '', written: 'C', cleared: '', set: '', undefined: '' };
    const fields = fieldsBetween(decoded({ flags }), decoded({ flags: { ...flags, written: '' } }));
    expect(fields.find((field) => field.name === 'flags written')?.cells).toEqual([
      { text: 'C', differs: false },
      { text: 'none', differs: true },
    ]);
    expect(fields.map((field) => field.name)).not.toContain('flags read');
  });

  it('marks text only where text was compared', () => {
    const ours = decoded({ text: { intel: 'bt eax, 7' } });
    const theirs = decoded({ text: { intel: 'bt ax, 7' } });
    expect(differing(ours, theirs, 'operand-0')).toEqual([]);
    expect(differing(ours, theirs, 'text-intel')).toEqual(['text intel']);
  });

  it.each([
    [memory(0n), 'ds:[rax]'],
    [memory(0x10n), 'ds:[rax+0x10]'],
    [memory(0xffff_ffff_ffff_fff0n), 'ds:[rax-0x10]'],
    [memory(0xffff_ffff_ffff_fff0n, null), 'ds:[0xfffffffffffffff0]'],
    [{ ...memory(0n), access: 'rw' as const, bits: 64, implicit: true }, 'ds:[rax] 64 bits rw implicit'],
  ])('writes an address as it is read', (operand, text) => {
    const fields = fieldsBetween(decoded({ operands: [operand] }), { status: 'truncated' });
    expect(fields.find((field) => field.name === 'operand 0')?.cells[0]?.text).toBe(text);
  });

  it('lists more than ten operands in their order', () => {
    const ours = decoded({ operands: Array.from({ length: 12 }, () => memory(0n)) });
    const names = fieldsBetween(ours, ours).map((field) => field.name);
    expect(names.slice(2, 5)).toEqual(['operands', 'operand 0', 'operand 1']);
    expect(names.at(-1)).toBe('operand 11');
  });
});
