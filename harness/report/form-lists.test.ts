import { expect, it } from 'vitest';
import { explainedForms } from './form-lists.ts';
import type { RunReport } from './run.ts';
import { sampleRun } from './testing/sample-run.ts';

it('lists what a subject answers otherwise, with the modes', () => {
  const formStates: RunReport['formStates'] = [
    { mode: 64, subject: 'nasm', states: new Map([['AADD', 'explained']]) },
    {
      mode: 16,
      subject: 'nasm',
      states: new Map([
        ['AADD', 'explained'],
        ['AAM', 'agreed'],
        ['AAA', 'explained'],
      ]),
    },
    { mode: 16, subject: 'iced', states: new Map([['AAM', 'explained']]) },
  ];
  expect(explainedForms({ ...sampleRun(), formStates }, 'nasm')).toEqual(['16        AAA', '16 64     AADD']);
});
