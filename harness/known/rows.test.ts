import { describe, expect, it } from 'vitest';
import { modes } from '../../emulator/isa/modes.ts';
import type { KnownRow } from './row.ts';
import { knownRows } from './rows.ts';
import { isVersionWithin } from './version.ts';

const named = knownRows.map((row): [string, KnownRow] => [row.id, row]);
const isFree = (said: string): boolean => said.replaceAll('…', '') === '';

describe('known rows', () => {
  it('have distinct ids, which start with their subject', () => {
    expect(new Set(knownRows.map(({ id }) => id)).size).toBe(knownRows.length);
    expect(knownRows.filter(({ id, subject }) => !id.startsWith(`${subject}-`))).toEqual([]);
  });

  it.each(named)('%s names modes, fields, conditions and a place in the manuals', (_, row) => {
    expect(row.modes.length).toBeGreaterThan(0);
    expect(row.modes.every((mode) => modes.includes(mode))).toBe(true);
    expect(row.observables.length).toBeGreaterThan(0);
    expect(Object.keys(row.match).length).toBeGreaterThan(0);
    expect(row.manual).toMatch(/^(?:(?:SDM|APM|APX) \d|VIA |AMD \d|AMD Geode|Cyrix )/);
    expect(row.note).toMatch(/\.$/);
  });

  it.each(named)('%s claims no opcode without saying which, or what is said', (_, row) => {
    const { opcodes, places, is } = row.match;
    expect([opcodes, places, is].some((limit) => limit !== undefined)).toBe(true);
    // What is said of opcodes in places is limited by a condition, too.
    if (isFree(row.says.ours) && isFree(row.says.theirs))
      expect(places === undefined ? (opcodes ?? is) : is).toHaveLength(1);
  });

  it.each(named.filter(([, row]) => row.versions !== undefined))(
    '%s has a range of versions that can be read',
    (_, row) => {
      expect(() => isVersionWithin('1.0', row.versions ?? '')).not.toThrow();
    },
  );
});
