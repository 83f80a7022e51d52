/** Which of iced-x86's instructions a run has met as valid on both sides: what is missing is named, with the reason. */
import { modes } from '../../emulator/isa/modes.ts';
import type { FormsReached } from '../../harness/campaign/reckon.ts';
import { countText } from '../../harness/report/hex.ts';
import { icedCodesInScope } from '../../harness/subjects/iced-coverage.ts';

/** '' where iced was not asked. */
export const icedCoverageText = (reached: readonly FormsReached[]): string => {
  const codes = icedCodesInScope();
  const lines = modes.flatMap((mode) => {
    const forms = reached.find((one) => one.mode === mode && one.subject === 'iced')?.forms;
    if (forms === undefined) return [];
    const met = new Set(forms);
    const wanted = codes.filter((code) => code.modes.intel.includes(mode) || code.modes.amd.includes(mode));
    const missing = wanted
      .filter(({ name }) => !met.has(name))
      .map(({ name, opcode }) => `${name} (${opcode}): no case of this run was valid to both`);
    const head = `${mode}-bit: ${countText(wanted.length - missing.length)} of ${countText(wanted.length)}`;
    return [missing.length === 0 ? head : `${head}; not met as valid: ${missing.join(', ')}`];
  });
  return lines.length === 0
    ? ''
    : `Code values of iced-x86 in this instruction set:\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
};
