/** Does a known row claim what differs between two executions? Each field is claimed by itself, so that none hides another. */
import { identify } from '../bucket/identity.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { executionConditions } from './execution-conditions.ts';
import type { ExecutionKnownRow } from './execution-row.ts';
import { isMatch } from './match.ts';
import { predicates } from './predicates.ts';
import { isVersionWithin } from './version.ts';

export class ExecutionKnownRows {
  /** In force here. */
  readonly all: readonly ExecutionKnownRow[];

  /** Rows about other versions of a subject, or about subjects that are not here, do not count. */
  constructor(rows: readonly ExecutionKnownRow[], versions: ReadonlyMap<string, string>) {
    this.all = rows.filter(({ subject, versions: range }) => {
      if (subject === undefined) return true;
      const version = versions.get(subject);
      return version !== undefined && (range === undefined || isVersionWithin(version, range));
    });
  }

  /** The first row that claims the field, or null. */
  claim(mismatch: ExecutionMismatch): ExecutionKnownRow | null {
    return this.all.find((row) => claims(row, mismatch)) ?? null;
  }
}

const claims = (row: ExecutionKnownRow, mismatch: ExecutionMismatch): boolean => {
  const { input, subject } = mismatch;
  if (row.subject !== undefined && row.subject !== subject) return false;
  if (!row.modes.includes(input.mode) || row.vendors?.includes(input.vendor) === false) return false;
  if (!row.fields.some((field) => isField(field, mismatch))) return false;
  const identity = identify(input.bytes, input.mode);
  if (!isMatch(row.match, identity)) return false;
  if (row.match.is?.every((name) => predicates[name](identity, mismatch)) === false) return false;
  return row.when?.every((name) => executionConditions[name](mismatch)) ?? true;
};

/** `gpr operand 0`, `memory`; of flags, all letters that differ must be among the row's. */
const isField = (field: string, { observable, part }: ExecutionMismatch): boolean => {
  if (field === 'any') return true;
  const [kind = '', ...rest] = field.split(' ');
  const wanted = rest.join(' ');
  if (observable === 'rflags' || observable === 'undefined-flags')
    return kind === 'rflags' && [...part].every((letter) => wanted.includes(letter));
  return kind === (observable.startsWith('gpr-') ? 'gpr' : observable) && wanted === part;
};
