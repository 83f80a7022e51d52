/**
 * What becomes of an instruction with VEX, XOP or EVEX where their fields change: each value of each field, and what
 * stands before.
 */
import type { EvexParts, Parts, VexParts } from './assemble.ts';
import type { Level } from './level.ts';

/** None of an instruction without these. On `full` every vvvv with every W, L and pp. */
export function* vexVariants(plain: Parts, level: Level): Generator<Parts> {
  const { vex } = plain;
  if (vex === null) return;
  const isEvex = vex.encoding === 'evex';
  for (const l of all(isEvex ? 4 : 2)) {
    for (const pp of all(4)) {
      for (const rex of [plain.rex, plain.rex ^ 8]) {
        for (const vvvv of level === 'full' ? all(isEvex ? 32 : 16) : [vex.vvvv])
          yield { ...plain, rex, vex: { ...vex, l, pp, vvvv } };
      }
    }
  }
  for (const vvvv of all(isEvex ? 32 : 16)) yield { ...plain, vex: { ...vex, vvvv } };
  for (const map of mapsOf(vex, level)) yield { ...plain, vex: { ...vex, encoding: inLong(vex), map } };
  for (const extensions of all(8)) yield { ...plain, rex: plain.rex ^ extensions };
  yield { ...plain, vex: { ...vex, encoding: otherEncoding[vex.encoding] } };
  if (isEvex) for (const evex of evexVariants(vex, level)) yield { ...plain, ...evex };
  // #UD, and REX before a segment prefix, which is ignored (SDM 2A 2.3.2 to 2.3.4).
  for (const before of [[0x66], [0xf2], [0xf3], [0xf0], [0x40], [0x48], [0x48, 0x26], [0x66, 0x64], [0x64, 0x66]]) {
    yield { ...plain, prefixes: [...plain.prefixes, ...before] };
  }
}

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);

/** What the same fields are in another encoding. */
const otherEncoding: Readonly<Record<VexParts['encoding'], VexParts['encoding']>> = {
  vex2: 'vex3',
  vex3: 'vex2',
  xop: 'vex3',
  evex: 'vex3',
};

const inLong = ({ encoding }: VexParts): VexParts['encoding'] => (encoding === 'vex2' ? 'vex3' : encoding);

const mapsOf = ({ encoding, map }: VexParts, level: Level): readonly number[] => {
  if (encoding === 'evex') return all(16);
  return level === 'quick' ? [0, 1, 2, 3, 5, 7, 16 | map] : all(32);
};

const bits = [0, 1] as const;

/** Masks and zeroing, b with every L'L, the highest bits of registers, and the bit that is fixed. */
function* evexVariants(vex: VexParts, level: Level): Generator<Pick<Parts, 'vex'>> {
  const withEvex = (change: Partial<EvexParts>, more: Partial<VexParts> = {}): Pick<Parts, 'vex'> => ({
    vex: { ...vex, ...more, evex: { ...vex.evex, ...change } },
  });
  for (const mask of all(8)) for (const z of bits) yield withEvex({ mask, z });
  for (const l of all(4)) for (const z of bits) for (const mask of [0, 3]) yield withEvex({ b: 1, mask, z }, { l });
  for (const high of bits) for (const b of bits) yield withEvex({ high, b });
  yield withEvex({ fixed: 0 });
  if (level === 'full') for (const mask of all(8)) for (const high of bits) yield withEvex({ mask, high, b: 1, z: 1 });
}
