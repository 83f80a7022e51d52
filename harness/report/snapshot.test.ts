import { describe, expect, it } from 'vitest';
import type { Finding } from '../mismatch.ts';
import type { RunReport } from './run.ts';
import { snapshotFiles } from './snapshot.ts';
import { sampleFindings } from './testing/sample-findings.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

const textOf = (run: RunReport, name: string): string =>
  snapshotFiles(run).find((file) => file.name === name)?.text ?? `no ${name}`;

const many = (count: number): RunReport => {
  const [first] = sampleFindings();
  if (first === undefined) throw new Error('The sample run has findings.');
  const findings: Finding[] = Array.from({ length: count }, (_, index) => ({
    ...first,
    bucket: { ...first.bucket, key: `bucket ${String(index).padStart(3, '0')}\nwith a second line`, count: 2 },
  }));
  return { ...sampleRun(), findings };
};

describe('snapshots', () => {
  it('are a file a subject, and forms, laws and versions', () => {
    const names = snapshotFiles(sampleRun()).map((file) => file.name);
    expect(names).toEqual(['forms.snap', 'iced.snap', 'laws.snap', 'ndisasm.snap', 'objdump.snap', 'subjects.snap']);
  });

  it('name the command that makes them in their first line', () => {
    for (const { text } of snapshotFiles(sampleRun())) {
      expect(text.split('\n')[0]).toBe('# npx touchstone conform --seed 42 --mode 16,32,64');
    }
  });

  it('count per mode and name failing buckets and known rows', () => {
    expect(textOf(sampleRun(), 'iced.snap')).toBe(
      [
        '# npx touchstone conform --seed 42 --mode 16,32,64',
        '',
        '16-bit  cases 1120345  agreed 1020345  explained 0  unexplained 0  unsupported 100000  unavailable 0',
        '',
        '32-bit  cases 1120345  agreed 1020345  explained 0  unexplained 0  unsupported 100000  unavailable 0',
        '',
        '64-bit  cases 1120345  agreed 1020329  explained 13  unexplained 3  unsupported 100000  unavailable 0',
        'failing    64 operand-0 iced ours=eax theirs=ax 660fbae007  3',
        'explained  gas-displacement-sign  13',
        '',
      ].join('\n'),
    );
  });

  it('hold versions in the file of subjects alone', () => {
    for (const { name, text } of snapshotFiles(sampleRun())) {
      expect(text.includes('1.21.0'), name).toBe(name === 'subjects.snap');
    }
  });

  it('file broken laws under laws, whatever the law is called', () => {
    expect(textOf(sampleRun(), 'laws.snap')).toContain('failing    16 law prefix-is-truncated');
  });

  it('list forms that nothing reached', () => {
    expect(textOf(sampleRun(), 'forms.snap')).toContain('64-bit  forms 1042  reached 1041\nunreached  0F 37, GETSEC');
  });

  it('name the first failing buckets and count the rest', () => {
    const lines = textOf(many(300), 'iced.snap').split('\n');
    expect(lines.length).toBeLessThan(100);
    expect(lines).toContain('failing    bucket 000 with a second line  2');
    expect(lines).toContain('failing    and 240 buckets more  480');
  });

  it('are the same bytes whatever order findings come in', () => {
    const run = many(30);
    expect(snapshotFiles({ ...run, findings: [...run.findings].reverse() })).toEqual(snapshotFiles(run));
  });

  it('refuse numbers of this machine’s binaries', () => {
    const corpora = [{ name: 'elf:ls', version: '1', cases: 10, portable: false }];
    expect(() => snapshotFiles({ ...cleanRun(), corpora })).toThrow('also has elf:ls');
  });
});
