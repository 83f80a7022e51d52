/** One instruction as a line of a table, run on both back ends. */
import type { Mode } from '../../isa/modes.ts';
import { RegisterClass, register, registerName } from '../../isa/registers.ts';
import { pageBytes } from '../../machine/memory.ts';
import { decodedIn, flagBits, pageOf, sayFast, sayReference, type World } from './world.ts';

export interface Given {
  readonly mode?: Mode;
  /** At CPL 0; else at 3. */
  readonly isSystem?: boolean;
  readonly profile?: World['profile'];
  /** 64-bit registers by their names; 0 where not given. */
  readonly registers?: Readonly<Record<string, bigint>>;
  /** Letters of the flags that are 1. */
  readonly flags?: string;
  /** Hex bytes at 2000 and 3000; 0 after them. */
  readonly memory?: string;
  readonly fsBase?: bigint;
}

/** The page at 2000 can be written, that at 3000 cannot, and none follows. */
const writable = 0x2000n;
const readOnly = 0x3000n;

const bytesOf = (hex: string): readonly number[] =>
  (hex.replaceAll(' ', '').match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));

const worldOf = (code: string, given: Given): World => {
  const memory = bytesOf(given.memory ?? '');
  const page = (isWritable: boolean) => ({
    bytes: Uint8Array.from({ length: pageBytes }, (_, k) => memory[k] ?? 0),
    isWritable,
  });
  return {
    mode: given.mode ?? 64,
    privilegeLevel: given.isSystem === true ? 0 : 3,
    profile: given.profile ?? 'intel',
    code: Uint8Array.from(bytesOf(code)),
    registers: Array.from(
      { length: 16 },
      (_, number) => given.registers?.[registerName(register(RegisterClass.gpr64, number))] ?? 0n,
    ),
    flags: flagBits(given.flags ?? ''),
    bases: [given.fsBase ?? 0n, 0n],
    pages: new Map([
      [pageOf(writable), page(true)],
      [pageOf(readOnly), page(false)],
    ]),
  };
};

/** What changed, as `sayReference` says it; an error where the back ends differ. */
export const run = (code: string, given: Given = {}): string => {
  const world = worldOf(code, given);
  const instruction = decodedIn(world);
  if (instruction === null) throw new Error(`${code} is no instruction in ${world.mode}-bit mode`);
  const said = sayReference(world, instruction);
  const fast = sayFast(world);
  if (fast !== said) throw new Error(`${code}: the reference says ${said}, the evaluator ${fast}`);
  return said;
};
