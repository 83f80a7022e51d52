/** What the byte behind 0F does: it is an opcode, or escapes to another map (SDM 2A 2.1.2, APM 3 appendix A.1.2). */
import { Encoding, mapIn, opcodeIndex, suffixMap } from '../isa/opcode-map.ts';
import type { Trie } from './trie.ts';

/** The map for each byte behind 0F. Options make opcodes of what are escapes elsewhere: Cyrix's SMINT is 0F 38. */
export const escapesOf = (trie: Trie): Uint8Array => {
  const maps = new Uint8Array(0x100).fill(1);
  for (const [byte, map] of escapes) if (!trie.has(opcodeIndex(1, byte))) maps[byte] = map;
  return maps;
};

const escapes = [
  [0x38, mapIn(Encoding.legacy, 2)],
  [0x3a, mapIn(Encoding.legacy, 3)],
  [0x0f, suffixMap],
] as const;
