/** What the manuals leave undefined in one execution: flags by its row, and registers and memory by known rows. */
import type { Vendor } from '../../emulator/isa/modes.ts';
import { registerByName } from '../../emulator/isa/registers.ts';
import { explicitOperandsOf } from '../../emulator/operand/operands.ts';
import { executedInstruction, generalNumber, undefinedFlags } from '../compare/execution-role.ts';
import { maskOf } from '../compare/execution-say.ts';
import type { Execution } from '../execution.ts';
import { ExecutionKnownRows } from '../known/execution-match.ts';
import { executionKnownRows } from '../known/execution-rows.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import type { Capture } from './capture.ts';

export interface UndefinedResults {
  /** Bits of RFLAGS. */
  readonly flags: number;
  /** Numbers of general registers, of which any part may be anything. */
  readonly registers: readonly number[];
  /** What is written to memory. */
  readonly isMemory: boolean;
}

const rows = executionKnownRows.filter((row) => row.class === 'undefined' && row.subject === undefined);
const none = new Map<string, string>();

/** After a fault everything is as it was, and nothing is undefined. */
export const undefinedResults = ({ execution, answer }: Capture, vendor: Vendor): UndefinedResults => {
  if (answer.status !== 'executed') return { flags: 0, registers: [], isMemory: false };
  const flagRows = rows.flatMap((row) =>
    row.fields.flatMap((field) => flagLetters(field)).map((letter) => ({ row, letter })),
  );
  const claimed = flagRows.filter(({ row, letter }) =>
    isClaimed([row], mismatchOf(execution, vendor, 'rflags', letter)),
  );
  return {
    flags: undefinedFlags(execution, vendor) | maskOf(claimed.map(({ letter }) => letter).join('')),
    registers: isClaimed(rows, mismatchOf(execution, vendor, 'gpr-0', 'operand 0'))
      ? destination(execution, vendor)
      : [],
    isMemory: isClaimed(rows, mismatchOf(execution, vendor, 'memory', '')),
  };
};

const flagLetters = (field: string): readonly string[] => (field.startsWith('rflags ') ? [...field.slice(7)] : []);

const isClaimed = (those: typeof rows, mismatch: ExecutionMismatch): boolean =>
  new ExecutionKnownRows(those, none).claim(mismatch) !== null;

/** A question to known rows: would they claim a difference here? */
const mismatchOf = (
  execution: Execution,
  vendor: Vendor,
  observable: ExecutionMismatch['observable'],
  part: string,
): ExecutionMismatch => ({
  input: { bytes: execution.bytes, mode: execution.mode, vendor },
  execution,
  observable,
  part,
  subject: '',
  ours: { status: 'unsupported' },
  theirs: { status: 'unsupported' },
  says: { ours: '', theirs: '' },
});

/** Operand 0, where it is a register. */
const destination = (execution: Execution, vendor: Vendor): readonly number[] => {
  const instruction = executedInstruction(execution, vendor);
  const [operand] = instruction === null ? [] : explicitOperandsOf(instruction, 0n);
  if (operand?.kind !== 'register') return [];
  const number = generalNumber(registerByName(operand.register) ?? 0);
  return number < 0 ? [] : [number];
};
