/** Opens whom a command asks; says who is missing, and refuses where that cannot be borne. */

import type { Subject, Unavailable } from '../../harness/subject.ts';
import { createIced } from '../../harness/subjects/iced.ts';
import { createLlvm } from '../../harness/subjects/llvm/llvm.ts';
import { createNasm, type Nasm } from '../../harness/subjects/nasm.ts';
import { createNdisasm } from '../../harness/subjects/ndisasm.ts';
import { createObjdump } from '../../harness/subjects/objdump.ts';
import { createTouchstone } from '../../harness/subjects/touchstone.ts';
import { createZydis } from '../../harness/subjects/zydis/zydis.ts';
import type { Environment } from '../terminal.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { nasmSubject } from './nasm-subject.ts';
import { type SubjectName, subjectNames } from './subject-names.ts';

export interface OpenSubjects {
  readonly ours: ReturnType<typeof createTouchstone>;
  /** All but ours; NASM by its round trip. */
  readonly others: readonly Subject[];
  /** The assembler itself. */
  readonly nasm: Nasm | null;
  readonly missing: readonly Unavailable[];
  close(): Promise<void>;
}

/** Named subjects must be there; of all, those that are there do, unless TOUCHSTONE_REQUIRE_ORACLES says otherwise. */
export const openSubjects = async (
  named: readonly SubjectName[] | undefined,
  environment: Environment,
): Promise<OpenSubjects> => {
  const wanted = named ?? subjectNames;
  const opened = await Promise.all(wanted.map(openSubject));
  const missing = opened.filter((one) => 'unavailable' in one);
  const ours = createTouchstone();
  const nasm = opened.find(isNasm) ?? null;
  const decoders = opened.filter((one) => 'decode' in one);
  const others = nasm === null ? decoders : [...decoders, nasmSubject(nasm, ours.ask)];
  const close = async (): Promise<void> => {
    await Promise.all(others.map((one) => one.close()));
  };
  if (missing.length > 0 && (named !== undefined || areOraclesRequired(environment))) {
    await close();
    throw new CommandFailure(missing.map(missingText).join('\n'), exitCodes.oracle);
  }
  return { ours, others, nasm, missing, close };
};

export const openSubject = (name: SubjectName): Promise<Opened> => openers[name]();

/** Fails now where a run would have to do without a subject that it must have. */
export const requireSubjects = async (
  named: readonly SubjectName[] | undefined,
  environment: Environment,
): Promise<void> => {
  if (named === undefined && !areOraclesRequired(environment)) return;
  const subjects = await openSubjects(named, environment);
  await subjects.close();
};

export const areOraclesRequired = (environment: Environment): boolean => {
  const value = environment['TOUCHSTONE_REQUIRE_ORACLES'] ?? '';
  return value !== '' && value !== '0';
};

export const missingText = ({ name, unavailable, remedy }: Unavailable): string =>
  `${name} cannot be asked: ${unavailable}.\n  What to do: ${remedy}.`;

type Opened = Subject | Nasm | Unavailable;

const openers: Readonly<Record<SubjectName, () => Promise<Opened>>> = {
  iced: async () => createIced(),
  objdump: () => createObjdump(),
  ndisasm: () => createNdisasm(),
  nasm: () => createNasm(),
  llvm: () => createLlvm(),
  zydis: () => createZydis(),
};

const isNasm = (one: Opened): one is Nasm => 'assemble' in one;
