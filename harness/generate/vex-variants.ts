/** What becomes of an instruction with VEX where the fields of VEX change: each value of each field, and what stands before. */
import type { Parts } from './assemble.ts';
import type { Level } from './level.ts';

/** None of an instruction without VEX. On `full` every vvvv with every W, L and pp. */
export function* vexVariants(plain: Parts, level: Level): Generator<Parts> {
  const { vex } = plain;
  if (vex === null) return;
  for (const l of [0, 1]) {
    for (const pp of [0, 1, 2, 3]) {
      for (const rex of [plain.rex, plain.rex ^ 8]) {
        for (const vvvv of level === 'full' ? all(16) : [vex.vvvv])
          yield { ...plain, rex, vex: { ...vex, l, pp, vvvv } };
      }
    }
  }
  for (const vvvv of all(16)) yield { ...plain, vex: { ...vex, vvvv } };
  for (const map of level === 'quick' ? [0, 1, 2, 3, 5, 7, 16 | vex.map] : all(32)) {
    yield { ...plain, vex: { ...vex, lengthBytes: 3, map } };
  }
  for (const extensions of all(8)) yield { ...plain, rex: plain.rex ^ extensions };
  yield { ...plain, vex: { ...vex, lengthBytes: vex.lengthBytes === 2 ? 3 : 2 } };
  // #UD, and REX before a segment prefix, which is ignored (SDM 2A 2.3.2 to 2.3.4).
  for (const before of [[0x66], [0xf2], [0xf3], [0xf0], [0x40], [0x48], [0x48, 0x26], [0x66, 0x64], [0x64, 0x66]]) {
    yield { ...plain, prefixes: [...plain.prefixes, ...before] };
  }
}

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);
