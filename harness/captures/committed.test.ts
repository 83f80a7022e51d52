import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { integerForms } from '../coverage/integer-forms.ts';
import { OutcomeReader } from '../coverage/outcome.ts';
import { CoverageTally, formName } from '../coverage/tally.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import type { CaptureFile } from './capture.ts';
import { type CaptureFolder, readCaptureFolder } from './folder.ts';

/** What a failure here means: rows or states have changed, and touchstone capture is to be run again. */
const folder = fileURLToPath(new URL('../../corpus/exec', import.meta.url));

const leastStates = 20;

let committed: CaptureFolder;
let byCpu: ReadonlyMap<string, readonly CaptureFile[]> = new Map();

const filesOf = (cpu: string, mode: Mode): readonly CaptureFile[] =>
  (byCpu.get(cpu) ?? []).filter(({ head }) => head.mode === mode);

beforeAll(async () => {
  committed = await readCaptureFolder(folder);
  const groups = new Map<string, CaptureFile[]>();
  for (const file of committed.files) {
    const cpu = signatureText(file.head.cpu);
    groups.set(cpu, [...(groups.get(cpu) ?? []), file]);
  }
  byCpu = groups;
});

describe('the committed captures', () => {
  it('are of one CPU at the least, whole, and of this sandbox', () => {
    expect(byCpu.size).toBeGreaterThan(0);
    expect(committed.idle).toEqual([]);
  });

  it('have twenty states and more of every integer form in every mode, or say why not', () => {
    for (const [cpu, files] of byCpu) {
      const vendor = files[0]?.head.cpu.vendor ?? 'intel';
      for (const mode of modes) {
        const counts = countsOf(filesOf(cpu, mode), vendor);
        const few = integerForms(mode, vendor).filter((form) => (counts.get(formName(form)) ?? 0) < leastStates);
        expect(few.map((form) => `${cpu} ${mode}-bit ${formName(form)}`)).toEqual([]);
      }
    }
  });

  it('reach every outcome class of the forms that the CPU is asked about', () => {
    for (const [cpu, files] of byCpu) {
      const tally = new CoverageTally(files[0]?.head.cpu.vendor ?? 'intel');
      for (const { head, captures, leftOut } of files) {
        for (const { execution, answer } of captures) tally.add(execution, answer);
        for (const { form, reason } of leftOut) tally.refuse(head.mode, form, reason);
      }
      for (const mode of modes) {
        const missing = tally
          .forms(mode)
          .filter(({ refused }) => refused === null)
          .flatMap(({ form, classes, reached }) =>
            classes.filter(({ name }) => !reached.has(name)).map(({ name }) => `${cpu} ${formName(form)}: ${name}`),
          );
        expect(missing).toEqual([]);
      }
    }
  });
});

/** Captures and executions that were left out, by form. */
const countsOf = (files: readonly CaptureFile[], vendor: 'intel' | 'amd'): ReadonlyMap<string, number> => {
  const reader = new OutcomeReader(vendor);
  const counts = new Map<string, number>();
  const add = (name: string, count: number): void => {
    counts.set(name, (counts.get(name) ?? 0) + count);
  };
  for (const { captures, leftOut } of files) {
    for (const { form, count } of leftOut) add(form, count);
    for (const { execution, answer } of captures) {
      const outcome = reader.read(execution, answer);
      if (outcome !== null) add(formName(outcome.form), 1);
    }
  }
  return counts;
};
