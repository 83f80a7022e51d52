/** Executions laid side by side: the state before, then what each makes of it; only what somebody changes has a row. */
import { statusSay } from '../../compare/execution-say.ts';
import type { CpuState, Execution, ExecutionAnswer, MemoryRun } from '../../execution.ts';
import type { SubjectAnswer } from '../../mismatch.ts';
import { runText, stateFields } from '../execution-line.ts';
import { hexNumber } from '../hex.ts';
import type { Cell, Field } from './field.ts';

export const executionFields = (
  execution: Execution,
  answers: readonly SubjectAnswer<ExecutionAnswer>[],
): readonly Field[] => {
  const told = answers.map(({ answer }) => tellings(answer));
  const before = statesTold(execution.state);
  const names = [...new Set([...told, before].flatMap((telling) => [...telling.keys()]))];
  const memory: Field = {
    name: 'memory',
    cells: [plain(runsText(execution.memory)), ...cellsOf(answers.map(({ answer }) => memoryOf(answer)))],
  };
  const fields = names
    .map(
      (name): Field => ({
        name,
        cells: [plain(before.get(name) ?? null), ...cellsOf(told.map((telling) => telling.get(name) ?? null))],
      }),
    )
    .filter(isWorthARow);
  return [...fields, memory].filter(({ cells }) => cells.some(({ text }) => text !== null && text !== ''));
};

/** A register that is zero for all says nothing. */
const isWorthARow = ({ cells }: Field): boolean => cells.some(({ text }) => text !== null && text !== '0x0');

const plain = (text: string | null): Cell => ({ text, differs: false });

/** Ours stands first, and who is silent differs from nobody. */
const cellsOf = (texts: readonly (string | null)[]): readonly Cell[] =>
  texts.map((text) => ({ text, differs: text !== null && texts[0] !== null && text !== texts[0] }));

const tellings = (answer: ExecutionAnswer): Map<string, string> => {
  const told = new Map([['outcome', statusSay(answer)]]);
  if (answer.status === 'fault') {
    told.set('error code', hexNumber(answer.error));
    if (answer.address !== undefined) told.set('address', hexNumber(answer.address));
  }
  if (answer.status === 'executed' || answer.status === 'fault')
    for (const [name, value] of statesTold(answer.state)) told.set(name, value);
  return told;
};

const statesTold = (state: CpuState): Map<string, string> =>
  new Map(
    stateFields.map(({ name, word, isWide }) => [
      name,
      hexNumber(isWide ? state.get64(word) : (state.words[word] ?? 0)),
    ]),
  );

const memoryOf = (answer: ExecutionAnswer): string | null =>
  answer.status === 'executed' || answer.status === 'fault' ? runsText(answer.memory) : null;

const runsText = (runs: readonly MemoryRun[]): string => runs.map(runText).join(' ');
