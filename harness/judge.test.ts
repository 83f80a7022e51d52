import { describe, expect, it } from 'vitest';
import { judge, weightOf } from './judge.ts';
import { knownRows } from './known/rows.ts';
import type { Mismatch, SubjectAnswer } from './mismatch.ts';
import type { Answer, Decoded } from './subject.ts';

const valid = (lengthBytes = 2, parts: Partial<Decoded> = {}): Answer => ({ status: 'valid', lengthBytes, ...parts });
const invalid: Answer = { status: 'invalid' };

const validity: Mismatch = {
  input: { bytes: Uint8Array.of(0xf0, 0x90), mode: 64, vendor: 'intel' },
  observable: 'validity',
  subject: 'objdump',
  ours: invalid,
  theirs: valid(),
  says: { ours: 'invalid', theirs: 'valid' },
};
const length: Mismatch = {
  ...validity,
  observable: 'length',
  ours: valid(2),
  theirs: valid(4),
  says: { ours: '2', theirs: '4' },
};
const said = (subject: string, answer: Answer): SubjectAnswer => ({ subject, answer });

describe('judge', () => {
  it('believes a CPU before a known row', () => {
    const known = knownRows.find(({ id }) => id === 'objdump-mov-to-cs') ?? null;
    const verdict = judge(validity, { silicon: { cpu: 'Zen 3', answer: valid() }, known });
    expect(verdict).toMatchObject({ right: 'theirs', evidence: 'silicon' });
  });

  it('takes what a known row tells of a CPU for silicon, and the row for a citation otherwise', () => {
    const row = (id: string) => knownRows.find((one) => one.id === id) ?? null;
    expect(judge(validity, { known: row('objdump-lock-anywhere') })).toMatchObject({
      right: 'ours',
      evidence: 'silicon',
      place: 'SDM 2A LOCK',
    });
    expect(judge(validity, { known: row('objdump-swapgs-outside-64') })).toMatchObject({
      right: 'ours',
      evidence: 'citation',
    });
  });

  it('goes by the vendor whose CPU is decoded for', () => {
    const known = knownRows.find(({ id }) => id === 'ndisasm-ud0-without-modrm') ?? null;
    expect(judge(validity, { known }).right).toBe('ours');
    expect(judge({ ...validity, input: { ...validity.input, vendor: 'amd' } }, { known }).right).toBe('theirs');
  });

  it('lets independent subjects decide where nothing else does', () => {
    expect(judge(validity, { answers: [said('iced', invalid), said('objdump', valid())] })).toMatchObject({
      right: 'ours',
      evidence: 'agreement',
    });
    expect(judge(validity, { answers: [said('iced', valid())] })).toMatchObject({
      right: 'theirs',
      evidence: 'agreement',
    });
    expect(judge(length, { answers: [said('iced', valid(4))] })).toMatchObject({
      right: 'theirs',
      evidence: 'agreement',
    });
  });

  it('does not take the voice of a cousin for a second opinion', () => {
    const accused: Mismatch = { ...validity, subject: 'iced' };
    expect(judge(accused, { answers: [said('xed', valid()), said('zydis', valid())] })).toMatchObject({
      right: 'undecided',
    });
  });

  it('is undecided where voices stand against each other, where nobody speaks, and of fields that nobody tells', () => {
    expect(judge(validity, { answers: [said('iced', invalid), said('ndisasm', valid())] }).right).toBe('undecided');
    expect(judge(validity, {})).toMatchObject({ right: 'undecided', evidence: 'none' });
    const mnemonic: Mismatch = {
      ...length,
      observable: 'mnemonic',
      ours: valid(2, { mnemonic: 'a' }),
      theirs: valid(2, { mnemonic: 'b' }),
    };
    expect(judge(mnemonic, { answers: [said('ndisasm', valid(2))] }).right).toBe('undecided');
    expect(judge(mnemonic, { answers: [said('iced', valid(2, { mnemonic: 'a' }))] }).right).toBe('ours');
  });

  it('does not count a voice that a known row convicts, nor silence', () => {
    const answers = [said('iced', invalid), said('ndisasm', valid()), said('xed', { status: 'unsupported' })];
    expect(judge(validity, { answers, isConvicted: ({ subject }) => subject === 'ndisasm' }).right).toBe('ours');
  });

  it('needs no witness against a broken law', () => {
    const law: Mismatch = { ...validity, observable: 'law', subject: 'tail-changes-nothing' };
    expect(judge(law, {}).right).toBe('theirs');
  });
});

describe('weightOf', () => {
  it.each<[subjects: string[], weight: number]>([
    [['iced'], 1],
    [['iced', 'xed', 'zydis'], 1.5],
    [['iced', 'objdump'], 2],
    [['nasm', 'ndisasm'], 1.25],
    [[], 0],
  ])('of %j is %d', (subjects, weight) => {
    expect(weightOf(subjects)).toBe(weight);
  });
});
