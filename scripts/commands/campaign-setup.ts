/**
 * What a campaign from the command line is made of. Workers import this module and call `createSetup` with the options
 * that the command gave, so these are plain data.
 */
import type { Mode } from '../../emulator/isa/modes.ts';
import { vendors } from '../../emulator/isa/modes.ts';
import type { FormGoal, Setup, SetupReference } from '../../harness/campaign/setup.ts';
import type { Level } from '../../harness/generate/level.ts';
import { skeletonsOf } from '../../harness/generate/skeleton.ts';
import { knownRows } from '../../harness/known/rows.ts';
import { lawTools } from './law-tools.ts';
import { conformSources, fuzzSources } from './sources.ts';
import type { SubjectName } from './subject-names.ts';
import { openSubjects } from './subjects.ts';

export interface CampaignOptions {
  readonly kind: 'conform' | 'fuzz';
  /** All where undefined. */
  readonly subjects: readonly SubjectName[] | undefined;
  /** Swept besides the binaries that are there anyway. */
  readonly elf: readonly string[];
  readonly level: Level;
}

export const campaignSetup = (options: CampaignOptions): SetupReference => ({ module: import.meta.url, options });

export const createSetup = async (options: unknown): Promise<Setup> => {
  if (!isCampaignOptions(options)) throw new Error('The options of a campaign are those of campaignSetup.');
  const { kind, subjects, elf, level } = options;
  // Whether anybody may be missing was settled before workers were started.
  const { ours, others, missing } = await openSubjects(subjects, {});
  return {
    ours,
    others: [...others, ...missing],
    sources: kind === 'fuzz' ? fuzzSources() : conformSources(level, elf),
    known: knownRows,
    laws: { tools: lawTools, share: level === 'full' ? 16 : 64 },
    shareOf: (source, subject) => shareOf({ source, subject, level }),
    goals,
  };
};

const isCampaignOptions = (options: unknown): options is CampaignOptions =>
  typeof options === 'object' && options !== null && 'kind' in options && 'level' in options && 'elf' in options;

/**
 * Programs answer some hundred thousand cases a second at best, iced-x86 a million: of the large sources they get a
 * share. The corpus and what is made for NASM is small and goes to everybody.
 */
const shareOf = ({
  source,
  subject,
  level,
}: {
  readonly source: string;
  readonly subject: string;
  readonly level: Level;
}): number => {
  if (source === 'witnesses' || subject === 'iced' || level === 'full' || source === 'corpus' || source === 'text')
    return 1;
  return source === 'structured' ? 8 : 4;
};

const goals = (mode: Mode): readonly FormGoal[] => {
  const reachable = new Set(vendors.flatMap((vendor) => skeletonsOf(mode, vendor).map(({ form }) => form)));
  return [...reachable].map(({ opcodeText, syntax }) => ({ form: `${opcodeText} ${syntax}` }));
};
