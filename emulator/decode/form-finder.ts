/** Finds the form of an opcode: walks the trie of a mode and vendor by the fields that have been decoded. */
import { Extension, extensions, type Instruction, Prefix } from '../isa/instruction.ts';
import type { Mode } from '../isa/modes.ts';
import type { FormTables } from './tables.ts';
import { invalidLeaf, pendingLeaf, type Trie } from './trie.ts';

export class FormFinder {
  readonly mode: Mode;
  protected readonly is64: boolean;
  protected readonly tables: FormTables;
  readonly #trie: Trie;
  readonly #roots: Int32Array;
  /** The bit that makes RIP-relative what looks so: 0 outside 64-bit mode. */
  readonly #ripBit: number;

  constructor(trie: Trie, tables: FormTables) {
    this.tables = tables;
    this.mode = trie.setting.mode;
    this.is64 = this.mode === 64;
    this.#trie = trie;
    this.#roots = trie.roots;
    this.#ripBit = this.is64 ? 1 << 18 : 0;
  }

  /** Walks the trie to a form's id, or to the complement of a reason's index. */
  protected formAt(root: number, into: Instruction): number {
    let link = this.#roots[root];
    if (link >= 0) {
      const nodes = this.#trie.nodes;
      const answers = this.#answers(into);
      do {
        const question = nodes[link];
        link = nodes[link + 1 + ((answers >> (question & 31)) & (question >> 5))];
      } while (link >= 0);
    }
    const leaf = ~link;
    if (leaf < invalidLeaf) return leaf;
    if (leaf !== pendingLeaf) return invalidLeaf - 1 - leaf;
    for (const form of this.#trie.compile(root)) this.tables.add(form);
    return this.formAt(root, into);
  }

  /** Answers to all questions (`Question`), without a branch that depends on the instruction. */
  #answers(into: Instruction): number {
    const { modrm, rex } = into;
    const size = into.operandSize >> 5;
    const isRip = ((((modrm & 0xc7) ^ 5) - 1) >> 31) & this.#ripBit;
    const legacy =
      size |
      (((size + 1) & 2) << 2) |
      (2 << 4) |
      (((modrm + 0x40) >> 8) << 6) |
      ((modrm & 0x38) << 4) |
      ((modrm & 7) << 10) |
      ((rex & 1) << 13) |
      ((into.addressSize >> 5) << 14) |
      (prefixAnswers[into.prefixes] << 16) |
      isRip;
    return (into.map | (rex & extensions)) > 15
      ? legacy | (into.map > 15 ? vectorAnswers(into) : rex2Answers(rex))
      : legacy;
  }
}

/** Of the mandatory prefixes, F2 or F3 stands before 66. */
const prefixAnswers = Uint8Array.from({ length: 32 }, (_, prefixes) => {
  if ((prefixes & Prefix.rep) !== 0) return 2;
  if ((prefixes & Prefix.repne) !== 0) return 3;
  return (prefixes & Prefix.operandSize) !== 0 ? 1 : 0;
});

/** REX2.B4 makes another register of the opcode's as B3 does. */
const rex2Answers = (rex: number): number => ((rex & Extension.b4) << 5) | (1 << (28 + ((rex >> 3) & 1)));

const vectorAnswers = ({ pp, b, modrm, mask, vectorLength, rex, vvvv, eviction }: Instruction): number => {
  // Rounding by L'L leaves 512 bits as the only length.
  const length = b === 1 && modrm >= 0xc0 ? 2 : vectorLength;
  const vector = (pp << 19) | (length << 21) | ((rex & 8) << 20) | ((vvvv & 15) === 0 ? 0 : 1 << 24);
  return vector | (eviction << 25) | (b << 26) | ((mask & 4) << 25);
};
