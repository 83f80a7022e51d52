import { describe, expect, it } from 'vitest';
import { areasOf, reachOf } from './area.ts';
import { coverageJson, coverageLines, coverageTable } from './coverage-text.ts';
import { mergeRuns } from './merge.ts';
import { plainPalette } from './palette.ts';
import { snapshotFiles } from './snapshot.ts';
import { sampleCoverage, sampleRun } from './testing/sample-run.ts';

describe('forms by chapter and subject', () => {
  it('are each in one state, the worst of their cases, and those in none are unreached', () => {
    const area = areasOf(sampleCoverage()).find(({ chapter, subject }) => chapter === 'logic' && subject === 'objdump');
    expect(area).toEqual({
      mode: 64,
      chapter: 'logic',
      subject: 'objdump',
      forms: 4,
      agreed: 1,
      explained: 1,
      unexplained: 1,
      unreached: 1,
      open: [
        { form: '31 /r XOR r/m, r', state: 'unexplained' },
        { form: 'F7 /2 NOT r/m', state: 'unreached' },
      ],
    });
  });

  it('count as compared where any subject was', () => {
    expect(reachOf(sampleCoverage())).toEqual({ forms: 6, compared: 5, unexplained: 1 });
  });

  it('stand in a table of all modes, a dot where nothing was compared', () => {
    expect(coverageTable(sampleCoverage(), plainPalette).split('\n').slice(0, 4)).toEqual([
      'chapter  forms  iced  objdump',
      'logic        5   1-4  1+1!1-1',
      'nop          1     1        ·',
      'all          6   2-4  1+1!1-2',
    ]);
  });

  it('stand in the snapshot by mode, and in none where a run told of no forms', () => {
    expect(coverageLines(sampleCoverage())).toEqual([
      '',
      '16-bit  logic  forms 1  iced 1',
      '',
      '64-bit  logic  forms 4  iced 0-4  objdump 1+1!1-1',
      '64-bit  nop  forms 1  iced 1  objdump 0-1',
    ]);
    const names = snapshotFiles(sampleCoverage()).map(({ name }) => name);
    expect(names).toContain('coverage.snap');
    expect(snapshotFiles(sampleRun()).map(({ name }) => name)).not.toContain('coverage.snap');
  });

  it('are told as JSON with the forms that are open', () => {
    const { areas } = JSON.parse(coverageJson(sampleCoverage()));
    expect(areas).toHaveLength(5);
  });

  it('keep the worse of two runs', () => {
    const other = sampleCoverage().formStates?.map((one) => ({
      ...one,
      states: new Map([
        ['21 /r AND r/m, r', 'unexplained' as const],
        ['31 /r XOR r/m, r', 'agreed' as const],
      ]),
    }));
    const merged = mergeRuns(sampleCoverage(), { ...sampleCoverage(), formStates: other ?? [] });
    const area = areasOf(merged).find(
      ({ mode, chapter, subject }) => mode === 64 && chapter === 'logic' && subject === 'objdump',
    );
    expect(area).toMatchObject({ agreed: 0, explained: 1, unexplained: 2, unreached: 1 });
    expect(mergeRuns(sampleRun(), sampleCoverage()).chapters).toEqual(sampleCoverage().chapters);
  });
});
