import { describe, expect, it } from 'vitest';
import type { Finding, Mismatch } from '../mismatch.ts';
import { joinFindings } from './join.ts';

const finding = (
  subject: string,
  bytes: readonly number[],
  known: string | null = null,
  observable: Mismatch['observable'] = 'length',
): Finding => {
  const sample: Mismatch = {
    input: { bytes: Uint8Array.from(bytes), mode: 32, vendor: 'intel' },
    observable,
    subject,
    ours: { status: 'truncated' },
    theirs: { status: 'truncated' },
    says: { ours: '2', theirs: '3' },
  };
  const key = `32-bit ${subject} ${observable} | ${bytes.join(' ')}`;
  return {
    id: key,
    bucket: { key, known, count: 7, samples: [sample] },
    verdict: { right: 'undecided', evidence: 'none', detail: '' },
    replay: '',
  };
};

const subjects = ['touchstone', 'iced', 'objdump'];
const joined = (...findings: readonly Finding[]) =>
  joinFindings(findings, subjects).map(({ bucket, also }) => [bucket.key, also?.map(({ subject }) => subject)]);

describe('joinFindings', () => {
  it('lets the first subject speak for an instruction, in memory and in registers, with the others beside it', () => {
    expect(joined(finding('objdump', [0x66, 0x01, 0xc0]), finding('iced', [0x01, 0x00]))).toEqual([
      ['32-bit iced length | 1 0', ['objdump']],
    ]);
  });

  it('lets a law speak last', () => {
    expect(joined(finding('tail', [0x01, 0x00]), finding('objdump', [0x01, 0x00]))).toEqual([
      ['32-bit objdump length | 1 0', ['tail']],
    ]);
  });

  it('keeps two buckets of one subject, and other instructions, apart', () => {
    const findings = [
      finding('iced', [0x01, 0x00]),
      finding('iced', [0x66, 0x01, 0x00]),
      finding('objdump', [0x03, 0x00]),
    ];
    expect(joinFindings(findings, subjects)).toEqual(findings);
  });

  it('tells bytes that are missing to a wrong length with that length', () => {
    const missing = finding('iced', [0x01, 0x00], null, 'validity');
    expect(joined(missing, finding('iced', [0x01, 0x00]))).toEqual([['32-bit iced length | 1 0', ['iced']]]);
    expect(joined(missing)).toEqual([['32-bit iced validity | 1 0', undefined]]);
  });

  it('leaves alone what a known row explains', () => {
    const findings = [finding('iced', [0x01, 0x00]), finding('objdump', [0x01, 0x00], 'objdump-row')];
    expect(joinFindings(findings, subjects)).toEqual(findings);
  });
});
