/** Sets of prefixes, legal and illegal, to put before an instruction (SDM 2A 2.1.1, 2.2.1). */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Level } from './level.ts';

export interface PrefixSet {
  /** Legacy prefixes, and REX bytes that another prefix follows, in order. */
  readonly prefixes: readonly number[];
  /** The REX byte directly before the opcode, to be united with the one that is needed; 0 for none. */
  readonly rex: number;
}

export const legacyPrefixes: readonly number[] = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];

/** Each prefix alone, and in 64-bit mode each REX byte alone. */
export const singlePrefixes = (mode: Mode, level: Level): readonly PrefixSet[] => {
  const legacy = legacyPrefixes.map((prefix) => ({ prefixes: [prefix], rex: 0 }));
  if (mode !== 64) return legacy;
  const rexes = level === 'quick' ? quickRexes : allRexes;
  return [...legacy, ...rexes.map((rex) => ({ prefixes: [], rex }))];
};

const quickRexes: readonly number[] = [0x40, 0x48, 0x45];
const allRexes: readonly number[] = Array.from({ length: 16 }, (_, bits) => 0x40 | bits);

/**
 * Every two prefixes in order, the same twice included, which has those of one group, XACQUIRE and XRELEASE with LOCK,
 * NOTRACK with BND, 67 with a segment. In 64-bit mode also each prefix before REX and after it, where REX is ignored.
 */
export const prefixPairs = (mode: Mode): readonly PrefixSet[] => {
  const pairs: PrefixSet[] = [];
  for (const first of legacyPrefixes)
    for (const second of legacyPrefixes) pairs.push({ prefixes: [first, second], rex: 0 });
  if (mode !== 64) return pairs;
  for (const prefix of legacyPrefixes) {
    for (const rex of [0x40, 0x48, 0x4f]) pairs.push({ prefixes: [prefix], rex }, { prefixes: [rex, prefix], rex: 0 });
  }
  for (const rex of [0x41, 0x48]) pairs.push({ prefixes: [rex], rex: 0x40 }, { prefixes: [0x40], rex });
  return pairs;
};

/** Three and more that go together or fight. */
export const prefixTriples = (mode: Mode): readonly PrefixSet[] => {
  const triples: readonly number[][] = [
    [0x67, 0x64, 0xf3],
    [0x67, 0x65, 0xf2],
    [0x66, 0xf2, 0xf3],
    [0x66, 0xf3, 0xf2],
    [0xf2, 0xf0, 0x66],
    [0xf3, 0xf0, 0x66],
    [0xf0, 0x66, 0x67],
    [0x3e, 0xf2, 0x66],
    [0x64, 0x2e, 0x65],
    [0x66, 0x66, 0x66],
  ];
  const rexes = mode === 64 ? [0, 0x48, 0x47] : [0];
  return triples.flatMap((prefixes) => rexes.map((rex) => ({ prefixes, rex })));
};
