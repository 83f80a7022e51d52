/** Finds the form of an opcode: walks the trie of a mode and vendor by the fields that have been decoded. */
import { Extension, type Instruction, lastRex, Prefix } from '../isa/instruction.ts';
import type { Mode } from '../isa/modes.ts';
import { addForm } from './tables.ts';
import { invalidLeaf, layoutBits, pendingLeaf, type Trie } from './trie.ts';

/* Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const bytes: number = lastRex;
const reasonLeaves: number = invalidLeaf;
const layoutShift: number = layoutBits;

export class FormFinder {
  readonly mode: Mode;
  protected readonly is64: boolean;
  readonly #trie: Trie;
  /** The trie's, as they were when this decoder last met an opcode that was new to it. */
  protected words: Int32Array;
  /** Of the mode, in `answersOfModrm`. */
  readonly #modrmBase: number;

  constructor(trie: Trie) {
    this.mode = trie.setting.mode;
    this.is64 = this.mode === 64;
    this.#trie = trie;
    this.words = trie.words;
    this.#modrmBase = this.is64 ? modrmAnswers + 1 : 1;
  }

  /** Walks the trie from an opcode's word to a form's id, or to the complement of a reason's index. */
  protected formAt(words: Int32Array, root: number, modrm: number, into: Instruction): number {
    let link = words[root] >> layoutShift;
    if (link >= 0) {
      let answers =
        answersOfModrm[this.#modrmBase + modrm] |
        answersOfSizes[into.prefixes | (into.operandSize & 0x60)] |
        ((into.rex & 1) << 13) |
        ((into.addressSize >> 5) << 14);
      if (root >= firstVectorRoot) answers |= vectorAnswers(into);
      else if (into.rex > bytes) answers |= rex2Answers(into.rex);
      do {
        const question = words[link];
        link = words[link + 1 + ((answers >> (question & 31)) & (question >> 5))];
      } while (link >= 0);
    }
    const leaf = ~link;
    return leaf < reasonLeaves ? leaf : this.unusual(root, leaf, modrm, into);
  }

  /** No form, or none yet. */
  private unusual(root: number, leaf: number, modrm: number, into: Instruction): number {
    if (leaf !== pendingLeaf) return invalidLeaf - 1 - leaf;
    for (const form of this.#trie.compile(root)) addForm(form);
    this.words = this.#trie.words;
    return this.formAt(this.words, root, modrm, into);
  }
}

/** Of VEX and its kin. */
const firstVectorRoot = 16 << 8;

/*
 * Answers to all questions (`Question`), without a branch that depends on the instruction: those of ModRM, and those of
 * the prefixes and the operand size, which is 16, 32 or 64 in bits 6 and 5.
 */

/** By ModRM + 1, so that -1, none, is the first: outside 64-bit mode, then in it. */
const modrmAnswers = 0x101;

const answersOfModrm = Int32Array.from({ length: 2 * modrmAnswers }, (_, index) => {
  const is64 = index >= modrmAnswers;
  const modrm = (index % modrmAnswers) - 1;
  // As of memory, with all bits of reg and rm.
  if (modrm < 0) return (7 << 7) | (7 << 10);
  const mod = modrm >= 0xc0 ? 1 : 0;
  const isRip = is64 && (modrm & 0xc7) === 5 ? 1 : 0;
  return (mod << 6) | ((modrm & 0x38) << 4) | ((modrm & 7) << 10) | (isRip << 18);
});

/** Of the mandatory prefixes, F2 or F3 stands before 66. */
const prefixAnswer = (prefixes: number): number => {
  if ((prefixes & Prefix.rep) !== 0) return 2;
  if ((prefixes & Prefix.repne) !== 0) return 3;
  return (prefixes & Prefix.operandSize) !== 0 ? 1 : 0;
};

const answersOfSizes = Int32Array.from({ length: 0x80 }, (_, index) => {
  const size = index >> 5;
  return size | (((size + 1) & 2) << 2) | (2 << 4) | (prefixAnswer(index & 31) << 16);
});

/** REX2.B4 makes another register of the opcode's as B3 does. */
const rex2Answers = (rex: number): number => ((rex & Extension.b4) << 5) | (1 << (28 + ((rex >> 3) & 1)));

const vectorAnswers = ({ pp, b, modrm, mask, vectorLength, rex, vvvv, eviction }: Instruction): number => {
  // Rounding by L'L leaves 512 bits as the only length.
  const length = b === 1 && modrm >= 0xc0 ? 2 : vectorLength;
  const vector = (pp << 19) | (length << 21) | ((rex & 8) << 20) | ((vvvv & 15) === 0 ? 0 : 1 << 24);
  return vector | (eviction << 25) | (b << 26) | ((mask & 4) << 25);
};
