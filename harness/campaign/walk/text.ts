/** What a walk came to, as lines of a snapshot and as what the terminal shows at its end. */
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { Encoding, encodingOf, numberOfMap, type OpcodeMap, suffixMap } from '../../../emulator/isa/opcode-map.ts';
import { byText } from '../../report/order.ts';
import type { FollowerCounts, WalkCounts } from './tally.ts';
import type { SpaceCounts } from './walk.ts';

export interface WalkedSpaces {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly spaces: readonly SpaceCounts[];
}

/** A block a space: totals, agreed instructions by opcode map and length, differences by known row. */
export const walkLines = ({ mode, vendor, spaces }: WalkedSpaces): string[] =>
  spaces.flatMap(({ name, counts, followers }) => [
    '',
    `${mode}-bit  ${vendor}  ${name}  ${totals(counts)}`,
    ...mapLines(counts),
    ...[...counts.explained]
      .sort(([left], [right]) => byText(left, right))
      .map(([row, count]) => `explained  ${row}  ${count}`),
    ...followers.map(followerLine),
  ]);

const totals = (counts: WalkCounts): string =>
  [
    `candidates ${counts.candidates}`,
    `agreed ${sum([...counts.agreed.values()].flat())}`,
    `rejected ${counts.rejected}`,
    `explained ${sum([...counts.explained.values()])}`,
    `unexplained ${counts.unexplained}`,
    `unsupported ${counts.unsupported}`,
  ].join('  ');

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** `0F38  5:1234 6:99`: so many of so many bytes. */
const mapLines = ({ agreed }: WalkCounts): string[] =>
  [...agreed]
    .sort(([left], [right]) => left - right)
    .map(([map, lengths]) => {
      const told = lengths.flatMap((count, lengthBytes) => (count === 0 ? [] : [`${lengthBytes}:${count}`]));
      return `map  ${mapName(map)}  ${told.join(' ')}`;
    });

const followerLine = ({ subject, agreed, explained, unexplained, unsupported, unavailable }: FollowerCounts): string =>
  `${subject}  agreed ${agreed}  explained ${explained}  unexplained ${unexplained}  unsupported ${unsupported}  unavailable ${unavailable}`;

const legacyNames = ['one-byte', '0F', '0F38', '0F3A'] as const;
const encodingNames: Readonly<Record<Encoding, string>> = {
  [Encoding.legacy]: '',
  [Encoding.vex]: 'VEX',
  [Encoding.xop]: 'XOP',
  [Encoding.evex]: 'EVEX',
  [Encoding.mvex]: 'MVEX',
};

const mapName = (map: OpcodeMap): string => {
  if (map === suffixMap) return '0F0F';
  const encoding = encodingOf(map);
  if (encoding === Encoding.legacy) return legacyNames[map] ?? String(map);
  return `${encodingNames[encoding]}.${numberOfMap(map)}`;
};
