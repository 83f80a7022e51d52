/**
 * Compiles forms into the decision tree that one mode of one vendor's CPU walks: flat integers, no objects.
 *
 * A link is a node's index, or a leaf as its complement: a form's id, or `invalidLeaf` plus a reason's index. A node is
 * its question followed by one link for each answer. Questions are asked only where the remaining forms differ in them.
 * Where several forms fit, the more specific one stands, and two equally specific ones are an error in the rows.
 */
import { groupByOpcode } from '../isa/by-opcode.ts';
import type { Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { isVectorMap, opcodeCount } from '../isa/opcode-map.ts';
import { existsIn } from '../isa/presence.ts';
import { type Reason, reasons } from '../isa/reasons.ts';

/** Questions of nodes, in the order in which they are asked. */
export const Question = {
  prefix: 0,
  reg: 1,
  mod: 2,
  rm: 3,
  rexB: 4,
  ripRelative: 5,
  addressSize: 6,
  operandSize: 7,
  operandSizeDefault64: 8,
  operandSizeForced64: 9,
  pp: 10,
  vectorLength: 11,
  w: 12,
  vvvv: 13,
} as const;
export type Question = (typeof Question)[keyof typeof Question];

/** Leaves from here on are reasons. */
export const invalidLeaf = 0x8000;

export interface Trie {
  readonly nodes: Int32Array;
  /** A link for each opcode of each map. */
  readonly roots: Int32Array;
  /** 1 where the opcode has a ModRM byte. */
  readonly modrm: Uint8Array;
}

const tries = new Map<string, Trie>();

/** That of all forms, compiled once. */
export const trieOf = (mode: Mode, vendor: Vendor): Trie => {
  const key = `${mode} ${vendor}`;
  const known = tries.get(key);
  if (known !== undefined) return known;
  const trie = compileTrie(forms, mode, vendor);
  tries.set(key, trie);
  return trie;
};

/** The tree of one mode of one vendor's CPUs. An opcode that has forms elsewhere only is invalid because of the mode. */
export const compileTrie = (all: readonly Form[], mode: Mode, vendor: Vendor): Trie => {
  const compiler = new Compiler(mode, vendor);
  const roots = new Int32Array(opcodeCount);
  const modrm = new Uint8Array(opcodeCount);
  const byOpcode = groupByOpcode(all);
  for (let index = 0; index < opcodeCount; index++) {
    const anywhere = byOpcode.get(index) ?? [];
    const here = anywhere.filter((form) => existsIn(form, mode, vendor));
    modrm[index] = here.some((form) => form.hasModrm) ? 1 : 0;
    roots[index] = here.length > 0 ? compiler.link(here, 0, 'opcode') : leafOf(anywhere.length > 0 ? 'mode' : 'opcode');
  }
  return { nodes: Int32Array.from(compiler.nodes), roots, modrm };
};

const leafOf = (reason: Reason): number => ~(invalidLeaf + reasons.indexOf(reason));

/** What a form says to one answer of a question: it excludes it, allows it, or asks for it. */
type Stance = 'excludes' | 'allows' | 'asks';

interface Discriminator {
  readonly question: Question;
  readonly answers: number;
  readonly reason: Reason;
  readonly stance: (form: Form, answer: number, mode: Mode) => Stance;
}

const ask = (condition: boolean): Stance => (condition ? 'asks' : 'excludes');

const prefixOfAnswer = ['NP', '66', 'F3', 'F2'] as const;

/** How much a stated answer weighs when several forms fit: a power of two a question. */
const weights: Readonly<Record<number, number>> = {
  [Question.prefix]: 128,
  [Question.mod]: 8,
  [Question.reg]: 16,
  [Question.rm]: 64,
  [Question.rexB]: 4,
  [Question.ripRelative]: 32,
  [Question.addressSize]: 2,
  [Question.operandSize]: 1,
  [Question.vectorLength]: 256,
  [Question.w]: 512,
  [Question.vvvv]: 1024,
};

const discriminators: readonly Discriminator[] = [
  {
    question: Question.prefix,
    answers: 4,
    reason: 'prefix',
    stance: (form, answer) => {
      if (form.prefix === '') return 'allows';
      if (form.prefix === 'NFx') return answer < 2 ? 'allows' : 'excludes';
      return ask(form.prefix === prefixOfAnswer[answer]);
    },
  },
  {
    question: Question.reg,
    answers: 8,
    reason: 'group',
    stance: (form, answer) => (form.reg < 0 ? 'allows' : ask(form.reg === answer)),
  },
  {
    question: Question.mod,
    answers: 2,
    reason: 'group',
    stance: (form, answer) =>
      form.mod === 'any' || form.mod === 'ignored' ? 'allows' : ask((form.mod === 'register') === (answer === 1)),
  },
  {
    question: Question.rm,
    answers: 8,
    reason: 'group',
    stance: (form, answer) => (form.rm < 0 ? 'allows' : ask(form.rm === answer)),
  },
  {
    question: Question.rexB,
    answers: 2,
    reason: 'opcode',
    stance: (form, answer) => (form.needs.has('NO-REX.B') ? ask(answer === 0) : 'allows'),
  },
  {
    question: Question.ripRelative,
    answers: 2,
    reason: 'group',
    stance: (form, answer) => (form.needs.has('RIP-RELATIVE') ? ask(answer === 1) : 'allows'),
  },
  {
    question: Question.addressSize,
    answers: 3,
    reason: 'size',
    stance: (form, answer) => (form.addressSize === 0 ? 'allows' : ask(form.addressSize === 16 << answer)),
  },
  {
    question: Question.operandSize,
    answers: 3,
    reason: 'size',
    stance: (form, answer) => (form.operandSize === 0 ? 'allows' : ask(form.operandSize === 16 << answer)),
  },
  {
    question: Question.vectorLength,
    answers: 4,
    reason: 'vector-length',
    stance: (form, answer) => (form.vectorLength === 0 ? 'allows' : ask(form.vectorLength === 128 << answer)),
  },
  {
    question: Question.w,
    answers: 2,
    reason: 'size',
    stance: (form, answer, mode) =>
      form.w < 0 || (mode !== 64 && form.needs.has('W-IGNORED')) ? 'allows' : ask(form.w === answer),
  },
  {
    question: Question.vvvv,
    answers: 2,
    reason: 'vvvv',
    stance: (form, answer) =>
      !isVectorMap(form.map) || form.operands.some(({ place }) => place === 'vvvv') ? 'allows' : ask(answer === 0),
  },
];

class Compiler {
  readonly nodes: number[] = [];
  readonly #mode: Mode;
  readonly #vendor: Vendor;

  constructor(mode: Mode, vendor: Vendor) {
    this.#mode = mode;
    this.#vendor = vendor;
  }

  /** The link that decides between `candidates`, asking discriminators from `from` on. */
  link(candidates: readonly Form[], from: number, reason: Reason): number {
    if (candidates.length === 0) return leafOf(reason);
    for (let k = from; k < discriminators.length; k++) {
      const discriminator = discriminators[k];
      const isAsked = candidates.some((form) =>
        this.#answers(discriminator).some((a) => discriminator.stance(form, a, this.#mode) !== 'allows'),
      );
      if (isAsked) return this.#node(candidates, k, discriminator);
    }
    return ~mostSpecific(candidates, this.#mode).id;
  }

  #node(candidates: readonly Form[], k: number, discriminator: Discriminator): number {
    const index = this.nodes.length;
    this.nodes.push(this.#questionFor(discriminator.question, candidates));
    for (let answer = 0; answer < discriminator.answers; answer++) this.nodes.push(0);
    for (let answer = 0; answer < discriminator.answers; answer++) {
      const fitting = this.#fitting(candidates, discriminator, answer);
      this.nodes[index + 1 + answer] = this.link(fitting, k + 1, reasonFor(candidates, discriminator, answer));
    }
    return index;
  }

  #fitting(candidates: readonly Form[], discriminator: Discriminator, answer: number): readonly Form[] {
    const fitting = candidates.filter((form) => discriminator.stance(form, answer, this.#mode) !== 'excludes');
    // Where no form has 64 bits, REX.W is ignored but for its precedence over 66 (SDM 2A 2.2.1.2).
    const isWide = discriminator.question === Question.operandSize && answer === 2 && this.#mode === 64;
    return isWide && fitting.every((form) => form.operandSize === 0)
      ? candidates.filter((form) => form.operandSize === 0 || form.operandSize === 32)
      : fitting;
  }

  /** Answers that can occur in this mode. */
  #answers(discriminator: Discriminator): number[] {
    const all = Array.from({ length: discriminator.answers }, (_, answer) => answer);
    if (discriminator.question === Question.operandSize) return this.#mode === 64 ? all : [0, 1];
    if (discriminator.question === Question.addressSize) return this.#mode === 64 ? [1, 2] : [0, 1];
    return all;
  }

  #questionFor(question: Question, candidates: readonly Form[]): Question {
    if (question === Question.prefix && isVectorMap(candidates[0].map)) return Question.pp;
    if (question !== Question.operandSize || this.#mode !== 64) return question;
    if (candidates.some((form) => form.needs.has('F64')))
      return this.#vendor === 'intel' ? Question.operandSizeForced64 : Question.operandSizeDefault64;
    return candidates.some((form) => form.needs.has('D64')) ? Question.operandSizeDefault64 : question;
  }
}

const reasonFor = (candidates: readonly Form[], discriminator: Discriminator, answer: number): Reason => {
  if (discriminator.question !== Question.mod) return discriminator.reason;
  const needed = answer === 1 ? 'memory-needed' : 'register-needed';
  return candidates.length > 0 ? needed : discriminator.reason;
};

const specificity = (form: Form, mode: Mode): number => {
  let weight = 0;
  for (const { question, answers, stance } of discriminators) {
    for (let answer = 0; answer < answers; answer++) {
      if (stance(form, answer, mode) === 'asks') {
        weight += weights[question];
        break;
      }
    }
  }
  // NFx is a condition as well, if a weaker one than a prefix of its own.
  return weight * 2 + (form.prefix === 'NFx' ? 1 : 0);
};

const mostSpecific = (candidates: readonly Form[], mode: Mode): Form => {
  const sorted = [...candidates].sort((a, b) => specificity(b, mode) - specificity(a, mode));
  const [first, second] = sorted;
  if (second !== undefined && specificity(first, mode) === specificity(second, mode))
    throw new Error(
      `Rows are ambiguous: ${first.opcodeText} ${first.syntax} and ${second.opcodeText} ${second.syntax}`,
    );
  return first;
};
