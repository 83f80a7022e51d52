import { describe, expect, it } from 'vitest';
import type { Answer, Input, Subject } from '../../harness/subject.ts';
import { createTouchstone } from '../../harness/subjects/touchstone.ts';
import { opinionsOf } from './opinions.ts';

const input: Input = { bytes: Uint8Array.of(0x90), mode: 64, vendor: 'intel' };

const ours = createTouchstone();

const subjectThat = (answer: Answer, facts: Partial<Subject> = {}): Subject => ({
  name: 'other',
  version: '1',
  modes: [64],
  vendors: ['intel'],
  observes: new Set(['validity', 'length']),
  batch: 1,
  decode: async (inputs) => inputs.map(() => answer),
  close: async () => {},
  ...facts,
});

const nobody = { nasm: null, missing: [], close: async () => {} };

describe('opinions', () => {
  it('are one where nobody differs', async () => {
    const { answers, found } = await opinionsOf(input, {
      ...nobody,
      ours,
      others: [subjectThat({ status: 'valid', lengthBytes: 1 })],
    });
    expect(answers.map(({ subject }) => subject)).toEqual(['touchstone', 'other']);
    expect(found).toEqual([]);
  });

  it('differ where another does, and are judged', async () => {
    const { found } = await opinionsOf(input, { ...nobody, ours, others: [subjectThat({ status: 'invalid' })] });
    expect(found).toMatchObject([
      { mismatch: { observable: 'validity', subject: 'other' }, known: null, verdict: { right: 'undecided' } },
    ]);
  });

  it('hold ours to the laws', async () => {
    const decode: Subject['decode'] = async (inputs) =>
      inputs.map(({ bytes }): Answer => ({ status: 'valid', lengthBytes: bytes.length > 1 ? 2 : 1 }));
    const { found } = await opinionsOf(input, { ...nobody, ours: { ...ours, decode }, others: [] });
    expect(found.map(({ mismatch }) => [mismatch.observable, mismatch.subject])).toContainEqual([
      'law',
      'tail-changes-nothing',
    ]);
  });

  it('are not asked of those who do not know the mode', async () => {
    const other = subjectThat({ status: 'invalid' }, { modes: [16] });
    const { answers, found } = await opinionsOf(input, { ...nobody, ours, others: [other] });
    expect(answers).toHaveLength(1);
    expect(found).toEqual([]);
  });
});
