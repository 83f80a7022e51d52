import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { CpuState, ExecutionAnswer } from '../execution.ts';
import { homeState } from '../generate/states/home.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { codeAddress } from '../sandbox.ts';
import { ExecutionKnownRows } from './execution-match.ts';
import { executionKnownRows } from './execution-rows.ts';

const executed: ExecutionAnswer = { status: 'executed', state: homeState(64), memory: [] };
const rows = new ExecutionKnownRows(executionKnownRows, new Map([['cpu', '1']]));

interface Setting {
  readonly mode?: Mode;
  readonly change?: (state: CpuState) => void;
  readonly memory?: ExecutionMismatch['execution']['memory'];
  readonly ours?: ExecutionAnswer;
}

/** Our answer, which writes one byte there. */
const writing = (address: number): ExecutionAnswer => ({
  ...executed,
  memory: [{ address, bytes: Uint8Array.of(1) }],
});

const claim = (
  hex: string,
  observable: ExecutionMismatch['observable'],
  part: string,
  { mode = 64, change, memory = [], ours = executed }: Setting = {},
): string | null => {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const state = homeState(mode);
  change?.(state);
  const row = rows.claim({
    input: { bytes, mode, vendor: 'amd' },
    execution: { bytes, mode, state, memory },
    observable,
    part,
    subject: 'cpu',
    ours,
    theirs: executed,
    says: { ours: '', theirs: '' },
  });
  return row?.id ?? null;
};

const set = (number: number, value: number) => (state: CpuState) => {
  state.words[2 * number] = value;
};

describe('known rows of executions', () => {
  it('claim the destination of BSF where the source is zero, in a register or in memory', () => {
    expect(claim('0f bc c1', 'gpr-0', 'operand 0')).toBe('undefined-bit-scan-of-zero');
    expect(claim('0f bc c1', 'gpr-0', 'operand 0', { change: set(1, 8) })).toBeNull();
    expect(claim('f3 0f bc c1', 'gpr-0', 'operand 0')).toBeNull();
    const memory = [{ address: 0x100000, bytes: new Uint8Array(4) }];
    expect(claim('0f bc 01', 'gpr-0', 'operand 0', { change: set(1, 0x100000), memory })).toBe(
      'undefined-bit-scan-of-zero',
    );
    expect(claim('0f bc 01', 'gpr-0', 'operand 0', { change: set(1, 0x100000) })).toBeNull();
  });

  it('claim one field and no other', () => {
    expect(claim('0f bc c1', 'gpr-3', 'rbx')).toBeNull();
    expect(claim('0f bc c1', 'rflags', 'Z')).toBeNull();
    expect(claim('c0 e0 09', 'rflags', 'C')).toBe('undefined-shift-carry');
    expect(claim('c0 e0 09', 'rflags', 'ZC')).toBeNull();
  });

  it('claim double shifts whose masked count is over the width, and no others', () => {
    expect(claim('66 0f a4 c8 11', 'gpr-0', 'operand 0')).toBe('undefined-double-shift-over-width');
    expect(claim('66 0f a4 c8 10', 'gpr-0', 'operand 0')).toBeNull();
    expect(claim('0f a4 c8 1f', 'gpr-0', 'operand 0')).toBeNull();
    expect(claim('66 0f a5 c8', 'rflags', 'C', { change: set(1, 0x3f) })).toBe('undefined-double-shift-over-width');
    expect(claim('66 0f a5 c8', 'rflags', 'C', { change: set(1, 0x2f) })).toBeNull();
  });

  it('claim whatever differs of a repetition that writes over itself, and of no other', () => {
    expect(claim('f3 aa', 'fault-address', '', { ours: writing(codeAddress + 1) })).toBe(
      'undefined-repetition-over-itself',
    );
    expect(claim('f3 aa', 'fault-address', '', { ours: writing(codeAddress + 2) })).toBeNull();
    expect(claim('aa', 'fault-address', '', { ours: writing(codeAddress) })).toBeNull();
  });

  it('leave rows about subjects that are not here aside', () => {
    const [row] = executionKnownRows;
    if (row === undefined) throw new Error('There are no rows.');
    const foreign = new ExecutionKnownRows([{ ...row, subject: 'unicorn' }], new Map([['cpu', '1']]));
    expect(foreign.all).toEqual([]);
  });

  it('have ids of their own and a place in the manuals', () => {
    expect(new Set(executionKnownRows.map(({ id }) => id)).size).toBe(executionKnownRows.length);
    for (const { manual } of executionKnownRows) expect(manual).toMatch(/SDM|APM/);
  });
});
