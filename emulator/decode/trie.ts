/**
 * Compiles forms into the decision trees that one mode of one vendor's CPU walks: flat integers, no objects.
 *
 * A link is a node's index, or a leaf as its complement: a form's id, or `invalidLeaf` plus a reason's index. A node is
 * its question followed by one link for each answer. Questions are asked only where the remaining forms differ in them.
 * Where several forms fit, the more specific one stands, and two equally specific ones are an error in the rows.
 *
 * An opcode's tree is made when it is met first: programs have few of them, and a decoder should start at once.
 */
import { groupByOpcode } from '../isa/by-opcode.ts';
import type { Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { isVectorMap, opcodeCount } from '../isa/opcode-map.ts';
import { type OpcodeOption, optionsKey } from '../isa/options.ts';
import { existsIn, isOfVendor, isOptedFor } from '../isa/presence.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { type Discriminator, discriminators, Question, specificity } from './discriminators.ts';

/** Leaves from here on are reasons. */
export const invalidLeaf = 0x8000;

/** The leaf of an opcode whose tree is not made yet. */
export const pendingLeaf = 0x7fff_ffff;

const pending = ~pendingLeaf;

/** Which forms there are. */
export interface Setting {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly options: readonly OpcodeOption[];
}

const leafOf = (reason: Reason): number => ~(invalidLeaf + reasons.indexOf(reason));

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
  /** Grows: to be read anew after `compile`. */
  nodes = new Int32Array(0x400);
  /** A link for each opcode of each map. An opcode that has forms in other modes only is invalid because of the mode. */
  readonly roots = new Int32Array(opcodeCount).fill(leafOf('opcode'));
  /** 1 where the opcode has a ModRM byte. */
  readonly modrm = new Uint8Array(opcodeCount);
  readonly #byOpcode: ReadonlyMap<number, readonly Form[]>;
  #length = 0;

  constructor(byOpcode: ReadonlyMap<number, readonly Form[]>, setting: Setting) {
    this.setting = setting;
    this.#byOpcode = byOpcode;
    for (const [index, group] of byOpcode) {
      const here = this.#formsHere(group);
      if (here.length > 0) this.roots[index] = pending;
      else if (group.some((form) => isOfVendor(form, setting.vendor) && isOptedFor(form, setting.options)))
        this.roots[index] = leafOf('mode');
      if (here.some((form) => form.hasModrm)) this.modrm[index] = 1;
    }
  }

  /** Whether the opcode has forms. */
  has(index: number): boolean {
    const leaf = ~this.roots[index];
    return leaf < invalidLeaf || leaf === pendingLeaf;
  }

  /** Makes the tree of an opcode, and returns the forms in it. */
  compile(index: number): readonly Form[] {
    const here = this.#formsHere(this.#byOpcode.get(index) ?? []);
    if (this.roots[index] === pending) this.roots[index] = this.#link(here, 0, 'opcode');
    return here;
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
    this.nodes[index] = this.#questionFor(discriminator.question, candidates);
    for (let answer = 0; answer < discriminator.answers; answer++) {
      const fitting = this.#fitting(candidates, discriminator, answer);
      const link = this.#link(fitting, k + 1, reasonFor(candidates, discriminator, answer));
      this.nodes[index + 1 + answer] = link;
    }
    return index;
  }

  #reserve(count: number): void {
    this.#length += count;
    if (this.#length <= this.nodes.length) return;
    const longer = new Int32Array(this.nodes.length * 2);
    longer.set(this.nodes);
    this.nodes = longer;
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
