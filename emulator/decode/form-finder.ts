/** Finds the form of an opcode: walks the trie of a mode and vendor by the fields that have been decoded. */
import { type Instruction, Prefix } from '../isa/instruction.ts';
import type { Mode } from '../isa/modes.ts';
import { invalidLeaf, Question, type Trie } from './trie.ts';

export class FormFinder {
  readonly mode: Mode;
  protected readonly is64: boolean;
  readonly #nodes: Int32Array;
  readonly #roots: Int32Array;

  constructor(mode: Mode, { nodes, roots }: Trie) {
    this.mode = mode;
    this.is64 = mode === 64;
    this.#nodes = nodes;
    this.#roots = roots;
  }

  /** Walks the trie to a form's id, or to the complement of a reason's index. */
  protected formAt(root: number, into: Instruction): number {
    const nodes = this.#nodes;
    let link = this.#roots[root];
    while (link >= 0) link = nodes[link + 1 + this.#answer(nodes[link], into)];
    const leaf = ~link;
    return leaf >= invalidLeaf ? invalidLeaf - 1 - leaf : leaf;
  }

  #answer(question: number, into: Instruction): number {
    switch (question) {
      case Question.operandSize:
        return into.operandSize >> 5;
      case Question.mod:
        return into.modrm >= 0xc0 ? 1 : 0;
      case Question.reg:
        return (into.modrm >> 3) & 7;
      case Question.prefix: {
        const prefixes = into.prefixes;
        if ((prefixes & Prefix.rep) !== 0) return 2;
        if ((prefixes & Prefix.repne) !== 0) return 3;
        return (prefixes & Prefix.operandSize) !== 0 ? 1 : 0;
      }
      case Question.operandSizeDefault64:
        return into.operandSize === 16 ? 0 : 2;
      case Question.operandSizeForced64:
        return 2;
      case Question.rm:
        return into.modrm & 7;
      case Question.rexB:
        return into.rex & 1;
      case Question.pp:
        return into.pp;
      case Question.vectorLength:
        // Rounding by L'L leaves 512 bits as the only length.
        return into.b === 1 && into.modrm >= 0xc0 ? 2 : into.vectorLength;
      case Question.w:
        return into.rex >> 3;
      case Question.vvvv:
        return (into.vvvv & 15) === 0 ? 0 : 1;
      case Question.ripRelative:
        return this.is64 && (into.modrm & 0xc7) === 5 ? 1 : 0;
      default:
        return into.addressSize >> 5;
    }
  }
}
