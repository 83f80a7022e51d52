import { describe, expect, it } from 'vitest';
import { samplesOf } from '../format/testing/samples.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { modes } from '../isa/modes.ts';
import { registerName } from '../isa/registers.ts';
import type { Operand } from './operand.ts';
import { ListedAccess, ListedKind, OperandList } from './operand-list.ts';
import { operandsOf } from './operands.ts';

const kindNames = ['register', 'memory', 'immediate', 'branch', 'far-pointer'];

const accessText = (access: number): string => {
  const [read, write] = [(access & ListedAccess.read) !== 0, (access & ListedAccess.write) !== 0];
  const isConditional = (access & ListedAccess.conditional) !== 0;
  if (read && write) return isConditional ? 'rcw' : 'rw';
  return (isConditional ? 'c' : '') + (read ? 'r' : write ? 'w' : '');
};

const textOf = (operand: Operand): string => {
  const { kind, bits, access, implicit } = operand;
  const facts = `${kind} ${bits} ${access} ${implicit}`;
  if (kind === 'register') return `${facts} ${operand.register}`;
  if (kind !== 'memory') return facts;
  return `${facts} ${operand.segment}:${operand.base ?? ''}+${operand.index ?? ''}`;
};

const list = new OperandList();

const listed = (instruction: Instruction): readonly string[] =>
  Array.from({ length: list.fill(instruction) }, (_, k) => {
    const kind = list.kinds[k] ?? 0;
    const id = list.registers[k] ?? 0;
    const facts = `${kindNames[kind]} ${list.bits[k]} ${accessText(list.access[k] ?? 0)} ${k >= list.explicitCount}`;
    if (kind === ListedKind.register) return `${facts} ${registerName(id)}`;
    if (kind !== ListedKind.memory) return facts;
    const [segment, index] = [registerName(list.segments[k] ?? 0), registerName(list.indexes[k] ?? 0)];
    return `${facts} ${segment}:${registerName(id)}+${index}`;
  });

/** ENTER's copies come in another order. */
const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

describe.each(modes)('OperandList in %i-bit mode', (mode) => {
  it('says of every form what operandsOf says', () => {
    const met = new Set<number>();
    for (const { instruction } of samplesOf(mode, 4)) {
      met.add(instruction.form);
      const expected = operandsOf(instruction, 0n).map((operand) => textOf(operand));
      const ours = listed(instruction);
      const { explicitCount } = list;
      const what = forms[instruction.form].syntax;
      expect(ours.slice(0, explicitCount), what).toEqual(expected.slice(0, explicitCount));
      expect(sorted(ours), what).toEqual(sorted(expected));
    }
    expect(met.size).toBeGreaterThan(3000);
  });
});
