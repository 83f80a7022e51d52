/** Does a known row claim a mismatch? Asked millions of times, so the cheap questions come first. */
import { digitOf, type Identity, identify, isMemoryForm, isRegisterForm, rmOf } from '../bucket/identity.ts';
import type { Mismatch } from '../mismatch.ts';
import { predicates } from './predicates.ts';
import type { KnownRow, Match, Opcodes } from './row.ts';
import { isVersionWithin } from './version.ts';

/** The rows in force, found by subject and mode. */
export class KnownRows {
  readonly all: readonly KnownRow[];
  readonly #bySetting = new Map<string, KnownRow[]>();

  /** Rows about other versions of a subject than the one here, or about subjects that are not here, do not count. */
  constructor(rows: readonly KnownRow[], versions: ReadonlyMap<string, string>) {
    this.all = rows.filter(({ subject, versions: range }) => {
      const version = versions.get(subject);
      return version !== undefined && (range === undefined || isVersionWithin(version, range));
    });
    for (const row of this.all) {
      for (const mode of row.modes) {
        const setting = settingOf(row.subject, mode);
        const here = this.#bySetting.get(setting);
        if (here === undefined) this.#bySetting.set(setting, [row]);
        else here.push(row);
      }
    }
  }

  /** The first row that claims the mismatch, or null. */
  claim(mismatch: Mismatch): KnownRow | null {
    const rows = this.#bySetting.get(settingOf(mismatch.subject, mismatch.input.mode));
    if (rows === undefined) return null;
    const identity = identify(mismatch.input.bytes, mismatch.input.mode);
    return rows.find((row) => claims(row, mismatch, identity)) ?? null;
  }
}

const settingOf = (subject: string, mode: number): string => `${subject} ${mode}`;

const claims = (row: KnownRow, mismatch: Mismatch, identity: Identity): boolean =>
  row.subject === mismatch.subject &&
  row.modes.includes(mismatch.input.mode) &&
  row.observables.includes(mismatch.observable) &&
  (row.vendors === undefined || row.vendors.includes(mismatch.input.vendor)) &&
  isSaid(row.says.ours, mismatch.says.ours) &&
  isSaid(row.says.theirs, mismatch.says.theirs) &&
  isMatch(row.match, identity) &&
  (row.match.is?.every((name) => predicates[name](identity, mismatch)) ?? true);

/** The fields of an encoding; what `is` names is asked apart. */
export const isMatch = (match: Match, identity: Identity): boolean => {
  const { map, encoding, vexW, opcodes, places, digits, rms, form, rexW } = match;
  if (map !== undefined && map !== identity.map) return false;
  if (encoding !== undefined && (encoding === 'vex') !== (identity.vex !== null)) return false;
  if (vexW !== undefined && vexW !== identity.vex?.w) return false;
  if (opcodes !== undefined && !isOneOf(opcodes, identity.opcode)) return false;
  if (places !== undefined && !places.some((one) => one.map === identity.map && isOneOf(one.opcodes, identity.opcode)))
    return false;
  if (digits !== undefined && (identity.modrm < 0 || !digits.includes(digitOf(identity)))) return false;
  if (rms !== undefined && (identity.modrm < 0 || !rms.includes(rmOf(identity)))) return false;
  if (form === 'register' && !isRegisterForm(identity)) return false;
  if (form === 'memory' && !isMemoryForm(identity)) return false;
  if (rexW !== undefined && rexW !== ((identity.rex >> 3) & 1)) return false;
  return hasPrefixes(match.prefixes, identity.prefixes);
};

const isOneOf = (opcodes: Opcodes, opcode: number): boolean => opcodes.some((wanted) => isOpcode(wanted, opcode));

const isOpcode = (wanted: number | readonly [from: number, to: number], opcode: number): boolean =>
  typeof wanted === 'number' ? wanted === opcode : opcode >= wanted[0] && opcode <= wanted[1];

const hasPrefixes = (wanted: Match['prefixes'], prefixes: readonly number[]): boolean => {
  if (wanted === undefined) return true;
  const stands = (prefix: number): boolean => prefixes.includes(prefix);
  return (
    (wanted.all?.every(stands) ?? true) && (wanted.any?.some(stands) ?? true) && !(wanted.none?.some(stands) ?? false)
  );
};

/** `…` stands for any run of characters. */
const isSaid = (wanted: string, said: string): boolean => {
  if (!wanted.includes('…')) return wanted === said;
  const parts = wanted.split('…');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!said.startsWith(first) || !said.endsWith(last) || said.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = said.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= said.length - last.length;
};
