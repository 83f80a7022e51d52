/** `touchstone outcomes`: which outcome classes of each integer form captures and a campaign reach, and which not. */
import { join } from 'node:path';
import { modes, type Vendor } from '../../emulator/isa/modes.ts';
import { captureSources } from '../../harness/captures/source.ts';
import { integerForms } from '../../harness/coverage/integer-forms.ts';
import { coverageJson, coverageText } from '../../harness/coverage/page.ts';
import { type CoverageSummary, summarise } from '../../harness/coverage/summary.ts';
import { CoverageTally } from '../../harness/coverage/tally.ts';
import { DrawnExecution } from '../../harness/generate/states/drawn.ts';
import { ExecutionDraw } from '../../harness/generate/states/executions.ts';
import { createTouchstoneExecutor } from '../../harness/subjects/touchstone-executor.ts';
import type { Terminal } from '../terminal.ts';
import { writeWhole } from './capture-files.ts';
import { committedCaptures, openCaptures } from './capture-folder.ts';
import { type ExitCode, exitCodes } from './failure.ts';

export interface OutcomesOptions {
  /** The folder of captures; the committed one by default. */
  readonly captures?: string;
  readonly vendor: Vendor;
  /** Drawn executions of each mode, which ours executes. */
  readonly executions: number;
  readonly seed: number;
  readonly json?: string;
  /** Folder of the snapshot. */
  readonly snapshot?: string;
}

export const outcomes = async (options: OutcomesOptions, terminal: Terminal): Promise<ExitCode> => {
  const captures = await ofCaptures(options);
  const campaign = await ofDrawn(options, terminal);
  const summary = summarise({ captures, campaign });
  await terminal.write(coverageText(summary));
  const { json, snapshot } = options;
  if (json !== undefined) await writeWhole(json, coverageJson(summary));
  if (snapshot !== undefined) await writeSnapshot(snapshot, options, summary);
  return exitCodes.clean;
};

/** Of the CPUs of one vendor all together. */
const ofCaptures = async ({ captures, vendor }: OutcomesOptions): Promise<CoverageTally> => {
  const tally = new CoverageTally(vendor);
  const { files } = await openCaptures(captures ?? committedCaptures());
  const ofVendor = files.filter(({ head }) => head.cpu.vendor === vendor);
  for (const { head, leftOut } of ofVendor)
    for (const { form, reason } of leftOut) tally.refuse(head.mode, form, reason);
  for (const source of captureSources(ofVendor)) {
    const answers = await source.execute(source.executions);
    for (const [k, execution] of source.executions.entries()) {
      const answer = answers[k];
      if (answer !== undefined) tally.add(execution, answer);
    }
  }
  return tally;
};

const ofDrawn = async ({ vendor, executions, seed }: OutcomesOptions, terminal: Terminal): Promise<CoverageTally> => {
  const tally = new CoverageTally(vendor);
  const ours = createTouchstoneExecutor(vendor === 'intel' ? 'intel' : 'amd-zen3');
  const drawn = Array.from({ length: ours.batch }, () => new DrawnExecution());
  for (const mode of modes) {
    const draw = new ExecutionDraw({ mode, vendor, seed, label: 'coverage', forms: integerForms(mode, vendor) });
    for (let done = 0; done < executions; done += drawn.length) {
      for (const one of drawn) draw.draw(one);
      const answers = await ours.execute(drawn);
      for (const [k, one] of drawn.entries()) {
        const answer = answers[k];
        if (answer !== undefined) tally.add(one, answer, one.form);
      }
      terminal.progress(`${mode}-bit: ${done} of ${executions} drawn`);
    }
  }
  return tally;
};

const writeSnapshot = async (
  folder: string,
  { executions, seed }: OutcomesOptions,
  summary: CoverageSummary,
): Promise<void> => {
  const command = `# npx touchstone outcomes --executions ${executions} --seed ${seed} --snapshot reports`;
  await writeWhole(join(folder, 'outcomes.snap'), `${command}\n\n${coverageText(summary)}`);
};
