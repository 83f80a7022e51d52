/**
 * Compiles forms into the decision trees that one mode of one vendor's CPU walks: flat integers, no objects.
 *
 * A link is a node's place, or a leaf as its complement: a form's id, or `invalidLeaf` plus a reason's index. A node is
 * its question followed by one link for each answer. An opcode's word is its link above two bits of `Layout`. Questions are asked only where the remaining forms differ in them.
 * Where several forms fit, the more specific one stands, and two equally specific ones are an error in the rows.
 *
 * An opcode's tree is made when it is met first: programs have few of them, and a decoder should start at once.
 */
import { groupByOpcode } from '../isa/by-opcode.ts';
import type { Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { isVectorMap, opcodeCount, opcodeIndex } from '../isa/opcode-map.ts';
import { type OpcodeOption, optionsKey } from '../isa/options.ts';
import { existsIn, isOfVendor, isOptedFor } from '../isa/presence.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { type Discriminator, discriminators, Question, specificity } from './discriminators.ts';
import { rex2Byte } from './rex2.ts';

/** Leaves from here on are reasons. */
export const invalidLeaf = 0x8000;

/** The leaf of an opcode whose tree is not made yet. */
export const pendingLeaf = 0x0fff_ffff;

/** What follows an opcode byte: nothing or a ModRM byte, if it is an opcode: special ones may be prefixes or escapes. */
export const Layout = { modrm: 1, special: 2 } as const;
export const layoutBits = 2;

const pending = ~pendingLeaf;

/** Which forms there are. */
export interface Setting {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly options: readonly OpcodeOption[];
}

const leafOf = (reason: Reason): number => ~(invalidLeaf + reasons.indexOf(reason));

const wordOf = (link: number, layout: number): number => (link << layoutBits) | layout;

/** In map 0: VEX of three bytes and of two, EVEX or MVEX, XOP. */
const vectorFirsts = [0xc4, 0xc5, 0x62, 0x8f].map((byte) => opcodeIndex(0, byte));

/** Behind 0F, where options do not make opcodes of them: Cyrix's SMINT is 0F 38. */
const escapes = [0x38, 0x3a, 0x0f].map((byte) => opcodeIndex(1, byte));

const tries = new Map<string, Trie>();
let byOpcodeOfAll: ReadonlyMap<number, readonly Form[]> | undefined;

/** That of all forms, one for each setting. */
export const trieOf = (setting: Setting): Trie => {
  const key = `${setting.mode} ${setting.vendor} ${optionsKey(setting.options)}`;
  const known = tries.get(key);
  if (known !== undefined) return known;
  byOpcodeOfAll ??= groupByOpcode(forms);
  const trie = new Trie(byOpcodeOfAll, setting);
  tries.set(key, trie);
  return trie;
};

/** The trees of one setting, all made at once. */
export const compileTrie = (all: readonly Form[], setting: Setting): Trie => {
  const trie = new Trie(groupByOpcode(all), setting);
  for (let index = 0; index < opcodeCount; index++) trie.compile(index);
  return trie;
};

export class Trie {
  readonly setting: Setting;
  /**
   * A word for each opcode of each map, then the nodes. Grows: to be read anew after `compile`. An opcode that has forms
   * in other modes only is invalid because of the mode.
   */
  words = new Int32Array(opcodeCount + 0x1000).fill(wordOf(leafOf('opcode'), 0), 0, opcodeCount);
  readonly #byOpcode: ReadonlyMap<number, readonly Form[]>;
  #length = opcodeCount;

  constructor(byOpcode: ReadonlyMap<number, readonly Form[]>, setting: Setting) {
    this.setting = setting;
    this.#byOpcode = byOpcode;
    for (const [index, group] of byOpcode) this.words[index] = this.#wordOf(group);
    const hasApx = setting.mode === 64 && setting.options.includes('APX');
    for (const first of hasApx ? [...vectorFirsts, rex2Byte] : vectorFirsts) this.words[first] |= Layout.special;
    for (const index of escapes) if (!this.#has(index)) this.words[index] |= Layout.special;
  }

  #wordOf(group: readonly Form[]): number {
    const here = this.#formsHere(group);
    const layout = here.some((form) => form.hasModrm) ? Layout.modrm : 0;
    if (here.length > 0) return wordOf(pending, layout);
    const { vendor, options } = this.setting;
    return wordOf(
      leafOf(group.some((form) => isOfVendor(form, vendor) && isOptedFor(form, options)) ? 'mode' : 'opcode'),
      0,
    );
  }

  /** Whether the opcode has forms. */
  #has(index: number): boolean {
    const leaf = ~(this.words[index] >> layoutBits);
    return leaf < invalidLeaf || leaf === pendingLeaf;
  }

  /** Makes the tree of an opcode, and returns the forms in it. */
  compile(index: number): readonly Form[] {
    const here = this.#formsHere(this.#byOpcode.get(index) ?? []);
    const word = this.words[index];
    if (word >> layoutBits === pending) {
      const link = this.#link(here, 0, 'opcode');
      this.words[index] = wordOf(link, word & (Layout.modrm | Layout.special));
    }
    return here;
  }

  /** The forms that its trees lead to, of which those are all that have been made. */
  reached(): ReadonlySet<number> {
    const roots = this.words.subarray(0, opcodeCount).map((word) => word >> layoutBits);
    const links = [...roots, ...this.words.subarray(opcodeCount, this.#length)];
    return new Set(links.filter((link) => link < 0 && ~link < invalidLeaf).map((link) => ~link));
  }

  #formsHere(group: readonly Form[]): readonly Form[] {
    const { mode, vendor, options } = this.setting;
    const here = group.filter((form) => existsIn(form, mode, vendor, options));
    const alone = here.filter((form) => form.needs.has('WHOLE-OPCODE'));
    return alone.length > 0 ? alone : here;
  }

  /** The link that decides between `candidates`, asking discriminators from `from` on. */
  #link(candidates: readonly Form[], from: number, reason: Reason): number {
    if (candidates.length === 0) return leafOf(reason);
    for (let k = from; k < discriminators.length; k++) {
      const discriminator = discriminators[k];
      const isAsked = candidates.some((form) =>
        this.#answers(discriminator).some((a) => discriminator.stance(form, a, this.setting.mode) !== 'allows'),
      );
      if (isAsked) return this.#node(candidates, k, discriminator);
    }
    return ~mostSpecific(candidates, this.setting).id;
  }

  #node(candidates: readonly Form[], k: number, discriminator: Discriminator): number {
    const index = this.#length;
    this.#reserve(1 + discriminator.answers);
    this.words[index] = this.#questionFor(discriminator.question, candidates);
    for (let answer = 0; answer < discriminator.answers; answer++) {
      const fitting = this.#fitting(candidates, discriminator, answer);
      const link = this.#link(fitting, k + 1, reasonFor(candidates, discriminator, answer));
      this.words[index + 1 + answer] = link;
    }
    return index;
  }

  #reserve(count: number): void {
    this.#length += count;
    if (this.#length <= this.words.length) return;
    const longer = new Int32Array(this.words.length * 2);
    longer.set(this.words);
    this.words = longer;
  }

  #fitting(candidates: readonly Form[], discriminator: Discriminator, answer: number): readonly Form[] {
    const { mode } = this.setting;
    const fitting = candidates.filter((form) => discriminator.stance(form, answer, mode) !== 'excludes');
    // Where no form has 64 bits, REX.W is ignored but for its precedence over 66 (SDM 2A 2.2.1.2).
    const isWide = discriminator.question === Question.operandSize && answer === 2 && mode === 64;
    return isWide && fitting.every((form) => form.operandSize === 0)
      ? candidates.filter((form) => form.operandSize === 0 || form.operandSize === 32)
      : fitting;
  }

  /** Answers that can occur in this mode. */
  #answers(discriminator: Discriminator): number[] {
    const all = Array.from({ length: discriminator.answers }, (_, answer) => answer);
    if (discriminator.question === Question.operandSize) return this.setting.mode === 64 ? all : [0, 1];
    if (discriminator.question === Question.addressSize) return this.setting.mode === 64 ? [1, 2] : [0, 1];
    // REX2 is there with APX only, and nothing else is asked about it.
    if (discriminator.question === Question.rex2) return this.setting.options.includes('APX') ? all : [0];
    return all;
  }

  #questionFor(question: Question, candidates: readonly Form[]): Question {
    if (question === Question.prefix && isVectorMap(candidates[0].map)) return Question.pp;
    if (question !== Question.operandSize || this.setting.mode !== 64) return question;
    if (candidates.some((form) => form.needs.has('F64')))
      return this.setting.vendor === 'intel' ? Question.operandSizeForced64 : Question.operandSizeDefault64;
    return candidates.some((form) => form.needs.has('D64')) ? Question.operandSizeDefault64 : question;
  }
}

const reasonFor = (candidates: readonly Form[], discriminator: Discriminator, answer: number): Reason => {
  if (discriminator.question !== Question.mod) return discriminator.reason;
  const needed = answer === 1 ? 'memory-needed' : 'register-needed';
  return candidates.length > 0 ? needed : discriminator.reason;
};

const mostSpecific = (candidates: readonly Form[], { mode, vendor, options }: Setting): Form => {
  if (candidates.length === 1) return candidates[0];
  const [first, second] = [...candidates].sort((a, b) => specificity(b, mode) - specificity(a, mode));
  if (specificity(first, mode) === specificity(second, mode))
    throw new Error(
      `Two rows fit the same bytes, and neither says more of them than the other: "${first.opcodeText} ${first.syntax}" ` +
        `and "${second.opcodeText} ${second.syntax}" (${mode}-bit, ${[vendor, ...options].join(' ')}). Let one state a ` +
        'prefix, size, digit, W or vector length, or what it needs.',
    );
  return first;
};
