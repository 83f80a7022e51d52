import { describe, expect, it } from 'vitest';
import { mergeRuns } from './merge.ts';
import { runText } from './run-json.ts';
import { sampleFindings } from './testing/sample-findings.ts';
import { cleanRun, sampleRun } from './testing/sample-run.ts';

describe('mergeRuns', () => {
  it('leaves a single run as it is', () => {
    expect(mergeRuns(sampleRun())).toEqual(sampleRun());
  });

  it('adds the counts of tallies, corpora and buckets', () => {
    const merged = mergeRuns(sampleRun(), sampleRun());
    for (const [index, tally] of sampleRun().tallies.entries()) {
      expect(merged.tallies[index]).toMatchObject({ cases: tally.cases * 2, explained: tally.explained * 2 });
    }
    expect(merged.corpora[0]?.cases).toBe(240_690);
    expect(merged.findings.map((finding) => finding.bucket.count)).toEqual(
      sampleRun().findings.map((finding) => finding.bucket.count * 2),
    );
  });

  it('keeps a sample once, and the smallest five', () => {
    const [first] = sampleFindings();
    const sample = first?.bucket.samples[0];
    if (first === undefined || sample === undefined) throw new Error('The sample run has samples.');
    const samples = Array.from({ length: 7 }, (_, index) => ({
      ...sample,
      input: { ...sample.input, bytes: Uint8Array.of(0x90, index) },
    }));
    const findings = [{ ...first, bucket: { ...first.bucket, samples } }];
    const merged = mergeRuns(sampleRun(), { ...sampleRun(), findings });
    expect(merged.findings[0]?.bucket.samples.map(({ input }) => input.bytes[1])).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets a form count as reached, and a row as fired, where either run did so', () => {
    const merged = mergeRuns(sampleRun(), { ...cleanRun(), coverage: [{ mode: 64, total: 1042, unreached: [] }] });
    expect(merged.coverage[0]).toEqual({ mode: 64, total: 1042, unreached: [] });
    expect(merged.stale).toEqual([]);
  });

  it('gives the same reports in either order of shards', () => {
    const left = { ...sampleRun(), findings: sampleRun().findings.slice(0, 4) };
    const right = { ...sampleRun(), findings: sampleRun().findings.slice(2) };
    expect(runText(mergeRuns(left, right))).toBe(runText(mergeRuns(right, left)));
  });

  it('remembers why a shard ended early', () => {
    expect(mergeRuns(sampleRun(), { ...sampleRun(), interrupted: 'Ctrl-C.' }).interrupted).toBe('Ctrl-C.');
  });
});
