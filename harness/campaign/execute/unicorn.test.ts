import { expect, it } from 'vitest';
import { modes } from '../../../emulator/isa/modes.ts';
import { CpuState } from '../../execution.ts';
import type { ExecutionMismatch } from '../../mismatch.ts';
import { askedUnicorn } from '../../subjects/unicorn/testing/asked-unicorn.ts';
import { conformExecutions } from './conform.ts';
import { secondOpinion } from './judge.ts';

const { ofUnicorn, opened } = await askedUnicorn();
if (!('unavailable' in opened)) await opened.close();

ofUnicorn('a campaign of executions against Unicorn', () => {
  it('explains all that differs, in each mode and in real mode', async () => {
    const { run, died } = await conformExecutions({
      setup: { module: new URL('./testing/unicorn-setup.ts', import.meta.url).href, options: {} },
      workers: 0,
      modes,
      seed: 2,
      command: 'npx touchstone conform',
      sparesStale: 'too few executions are asked about to tell',
    });
    expect(died).toEqual([]);
    expect(run.findings.filter(({ bucket }) => bucket.known === null).map(({ replay }) => replay)).toEqual([]);
    expect(run.corpora.map(({ name, cases }) => [name, cases])).toEqual([
      ['executions: drawn', 15_000],
      ['executions: drawn in real mode', 5_000],
    ]);
    for (const { cases, agreed, unexplained } of run.tallies) {
      expect(unexplained).toBe(0);
      expect(agreed / cases).toBeGreaterThan(0.7);
    }
  });
});

it('tells whose side a second opinion takes', () => {
  const state = new CpuState();
  const other = state.clone();
  other.words[0] = 1;
  const ours = { status: 'executed', state, memory: [] } as const;
  const theirs = { status: 'executed', state: other, memory: [] } as const;
  const bytes = Uint8Array.of(0x90);
  const mismatch: ExecutionMismatch = {
    input: { bytes, mode: 64, vendor: 'intel' },
    execution: { mode: 64, bytes, state, memory: [] },
    observable: 'gpr-0',
    part: 'rax',
    subject: 'cpu',
    ours,
    theirs,
    says: { ours: '0x0', theirs: '0x1' },
  };
  const opinion = (answer: Parameters<typeof secondOpinion>[1]['answer']) =>
    secondOpinion(mismatch, { name: 'unicorn', answer });
  expect(opinion(ours)).toBe('unicorn agrees with ours.');
  expect(opinion(theirs)).toBe('unicorn agrees with cpu.');
  expect(opinion({ status: 'fault', vector: 6, error: 0, state, memory: [] })).toBe('unicorn agrees with neither.');
  expect(opinion({ status: 'refused', reason: 'it may not be asked' })).toBeNull();
});
