/**
 * What a campaign is told: who is asked, about what, and what is known already. Workers cannot be handed functions, so
 * a setup is made anew in each of them by a module's `createSetup`.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { LawTools } from '../compare/laws.ts';
import type { KnownRow } from '../known/row.ts';
import type { Input, Subject, Unavailable } from '../subject.ts';

export interface Setup {
  readonly ours: Subject;
  readonly others: readonly (Subject | Unavailable)[];
  readonly sources: readonly Source[];
  readonly known: readonly KnownRow[];
  /** One case in `share` is held against the laws; not at all where absent. */
  readonly laws?: { readonly tools: LawTools; readonly share: number };
  /** One case of the source in so many is put to the subject, chosen by content: 1 for all, 0 for none. All where absent. */
  readonly shareOf?: (source: string, subject: string) => number;
  /** Every form that inputs should reach, for each mode. */
  readonly goals?: (mode: Mode) => readonly FormGoal[];
}

/** Where inputs come from, in slices that are the same whoever asks for them, and in whatever order. */
export interface Source {
  readonly name: string;
  readonly version: string;
  /** The same on every machine. */
  readonly portable: boolean;
  /** All where absent. */
  readonly modes?: readonly Mode[];
  readonly vendors?: readonly Vendor[];
  /** Slices of one mode and vendor. */
  readonly slices: number;
  inputs(slice: Slice): Iterable<Input>;
}

/** A part of a campaign which one worker does. */
export interface Slice {
  readonly source: string;
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** 0 to `of` - 1; a fuzz campaign counts on for ever. */
  readonly index: number;
  readonly of: number;
  readonly seed: number;
}

export interface FormGoal {
  /** As ours names it in `Decoded.form`. */
  readonly form: string;
  /** Why nothing may reach it. */
  readonly why?: string;
}

/** A module that makes a setup: its URL, and options that can be cloned into a worker. */
export interface SetupReference {
  readonly module: string;
  readonly options: unknown;
}

export interface SetupModule {
  readonly createSetup: (options: unknown) => Promise<Setup>;
}

export const sliceName = ({ source, mode, vendor, index, of }: Slice): string =>
  `${source} ${mode}-bit ${vendor} ${index + 1}/${of}`;
