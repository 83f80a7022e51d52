/** A known divergence as data: which cases, what each side says of them, who is right, and where the manuals say so. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { OpcodeMap } from '../../emulator/isa/opcode-map.ts';
import type { Observable } from '../mismatch.ts';
import type { PredicateName } from './predicates.ts';

export interface KnownRow {
  /** Stable: it is in snapshots. Starts with the subject's name. */
  readonly id: string;
  readonly subject: string;
  readonly modes: readonly Mode[];
  /** Those it is limited to; both where absent. */
  readonly vendors?: readonly Vendor[];
  readonly observables: readonly Observable[];
  readonly match: Match;
  /**
   * What each says, as in `Mismatch.says`; `…` stands for any run of characters. Status words for validity; both sides
   * may not be `…` alone.
   */
  readonly says: { readonly ours: string; readonly theirs: string };
  /** Who is right on whose CPU. `both` where the manuals leave it open. */
  readonly right: Readonly<Record<Vendor, Side>>;
  readonly class: 'vendor' | 'feature' | 'mode' | 'oracle-bug' | 'undefined' | 'text';
  /** The place in the manuals: `SDM 2A LOCK`. */
  readonly manual: string;
  /** What a CPU did with such bytes, where it was asked. */
  readonly silicon?: string;
  /** The subject's versions that say so, as `>=2.30 <3`; all where absent. */
  readonly versions?: string;
  readonly note: string;
  /** Cases that the row claims, for those too rare to be met by chance; campaigns ask about them. */
  readonly witnesses?: readonly Witness[];
}

export interface Witness {
  readonly mode: Mode;
  /** In hex, spaced. */
  readonly bytes: string;
}

export type Side = 'ours' | 'theirs' | 'both';

/** Opcode bytes, or ranges of them. */
export type Opcodes = readonly (number | readonly [from: number, to: number])[];

export interface Place {
  readonly map: OpcodeMap;
  readonly opcodes: Opcodes;
}

/** All of what is given must hold. */
export interface Match {
  /** 12 hexadecimal is VEX.0F38: see `OpcodeMap`. */
  readonly map?: OpcodeMap;
  /** Legacy encodings alone, or VEX alone. */
  readonly encoding?: 'legacy' | 'vex';
  /** VEX.W. */
  readonly vexW?: 0 | 1;
  readonly opcodes?: Opcodes;
  /** The same in several maps, where `map` and `opcodes` say one. */
  readonly places?: readonly Place[];
  /** ModRM.reg. */
  readonly digits?: readonly number[];
  /** ModRM.rm. */
  readonly rms?: readonly number[];
  readonly form?: 'register' | 'memory';
  readonly prefixes?: {
    readonly all?: readonly number[];
    readonly any?: readonly number[];
    readonly none?: readonly number[];
  };
  readonly rexW?: 0 | 1;
  /** Named conditions that no field expresses. */
  readonly is?: readonly PredicateName[];
}
