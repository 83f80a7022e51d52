import { describe, expect, it } from 'vitest';
import { ansiPalette, plainPalette } from './palette.ts';
import { failureText, summaryText } from './summary.ts';
import { sampleFindings } from './testing/sample-findings.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

const failing = (id: string) => {
  const finding = sampleFindings().find((one) => one.id === id);
  if (finding === undefined) throw new Error(`The sample run has no ${id}.`);
  return finding;
};

describe('failureText', () => {
  it('says what happened, to what, who says what, who is right and how to run it again', () => {
    expect(failureText(failing('0123456789abcdef'), plainPalette)).toBe(
      [
        'unexplained  66 0F BA E0 07 (64-bit): operand 0 differs: ours eax, iced ax.',
        '  Form: BT r/m32, imm8.',
        '  Verdict: iced is right, by the manual (SDM 2A BT): The 66 prefix makes the operand 16 bits wide.',
        '  Cases: 3. Bucket: 64 operand-0 iced ours=eax theirs=ax 660fbae007',
        '  Replay: npx touchstone replay --bytes 660fbae007 --mode 64',
      ].join('\n'),
    );
  });

  it('names a broken law', () => {
    expect(failureText(failing('2123456789abcdef'), plainPalette)).toContain(
      'EA 34 12 00 00 33 00 (16-bit): the law prefix-is-truncated is broken: valid, against truncated.\n  Verdict: Undecided.',
    );
  });

  it('shows control characters of a broken subject and never sends them', () => {
    const text = failureText(failing('1123456789abcdef'), plainPalette);
    expect(text).toContain('\\u001B[31m');
    expect(text.includes('\u001B')).toBe(false);
  });
});

describe('summaryText', () => {
  it('is a table per mode and subject with the forms reached', () => {
    const lines = summaryText(cleanRun(), plainPalette).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'mode    subject      cases     agreed  explained  unexplained  unsupported                   forms',
      '16-bit  iced     1,120,345  1,120,345          0            0            0      990/990 (100.00 %)',
      '        laws        40,000     40,000          0            0            0',
    ]);
    expect(lines.at(-2)).toBe('Every difference is explained.');
  });

  it('ends with what makes the run fail', () => {
    const lines = summaryText(sampleRun(), plainPalette).split('\n');
    expect(lines.at(-2)).toBe('3 unexplained buckets, 1 stale known row.');
  });

  it('names a missing subject, the cases that did not reach it and the remedy', () => {
    expect(summaryText(sampleRun(), plainPalette)).toContain(
      'nasm was not asked (1,200 cases): nasm was not found on PATH.\n  Install it: apt-get install nasm.',
    );
  });

  it('says that a run ended early', () => {
    const run = { ...cleanRun(), interrupted: 'Ctrl-C.' };
    expect(summaryText(run, plainPalette)).toContain('Ended early: Ctrl-C.');
  });

  it('shows the first failing buckets and counts the rest', () => {
    const finding = failing('0123456789abcdef');
    const findings = Array.from({ length: 25 }, (_, index) => ({
      ...finding,
      bucket: { ...finding.bucket, key: `bucket ${index}` },
    }));
    const text = summaryText({ ...sampleRun(), findings }, plainPalette);
    expect(text.match(/^unexplained {2}/gm)).toHaveLength(20);
    expect(text).toContain('and 5 more unexplained buckets.');
  });

  it('is coloured by the caller’s palette without changing a letter', () => {
    const coloured = summaryText(sampleRun(), ansiPalette);
    expect(coloured).toContain('\u001B[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out.
    expect(coloured.replace(/\u001B\[\d+m/g, '')).toBe(summaryText(sampleRun(), plainPalette));
  });
});
