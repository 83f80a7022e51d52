/** What an opcode's forms are told apart by: the questions that the nodes of the trie ask, and what a form says to each answer. */
import { takesRex2, usesVvvv } from '../isa/apx.ts';
import type { Form } from '../isa/form.ts';
import type { Mode } from '../isa/modes.ts';
import { isVectorMap } from '../isa/opcode-map.ts';
import { opcodeOptions } from '../isa/options.ts';
import { optionOf } from '../isa/presence.ts';
import type { Reason } from '../isa/reasons.ts';

/**
 * Questions of nodes, in the order in which they are asked. Each is a field of the word of answers that `FormFinder`
 * makes of an instruction: `shift | mask << 5`, so that a node needs no branch of its own.
 */
const field = (shift: number, bits: number): number => shift | (((1 << bits) - 1) << 5);

export const Question = {
  operandSize: field(0, 2),
  operandSizeDefault64: field(2, 2),
  operandSizeForced64: field(4, 2),
  mod: field(6, 1),
  reg: field(7, 3),
  rm: field(10, 3),
  rexB: field(13, 1),
  addressSize: field(14, 2),
  prefix: field(16, 2),
  ripRelative: field(18, 1),
  pp: field(19, 2),
  vectorLength: field(21, 2),
  w: field(23, 1),
  vvvv: field(24, 1),
  eviction: field(25, 1),
  nd: field(26, 1),
  nf: field(27, 1),
  rex2: field(28, 2),
} as const;
export type Question = number;

/** What a form says to one answer of a question: it excludes it, allows it, or asks for it. */
export type Stance = 'excludes' | 'allows' | 'asks';

export interface Discriminator {
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
  [Question.eviction]: 2048,
  [Question.nd]: 4096,
  [Question.nf]: 8192,
  [Question.rex2]: 16384,
};

export const discriminators: readonly Discriminator[] = [
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
    // None, with W of 0, with W of 1.
    question: Question.rex2,
    answers: 3,
    reason: 'rex2',
    stance: (form, answer) => {
      if (form.rex2 >= 0) return ask(answer === form.rex2 + 1);
      return answer === 0 || takesRex2(form) ? 'allows' : 'excludes';
    },
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
    stance: (form, answer) => (!isVectorMap(form.map) || usesVvvv(form) ? 'allows' : ask(answer === 0)),
  },
  {
    question: Question.eviction,
    answers: 2,
    reason: 'conversion',
    stance: (form, answer) => (form.eviction < 0 ? 'allows' : ask(form.eviction === answer)),
  },
  {
    question: Question.nd,
    answers: 2,
    reason: 'new-destination',
    stance: (form, answer) => (form.nd < 0 ? 'allows' : ask(form.nd === answer)),
  },
  {
    question: Question.nf,
    answers: 2,
    reason: 'flags-suppressed',
    stance: (form, answer) => (form.nf < 0 ? 'allows' : ask(form.nf === answer)),
  },
];

/** More than all answers together. */
const optionWeight = 0x1_0000;

/** How much a form fixes, for several that fit the same bytes; one behind an option stands before all that are behind none. */
export const specificity = (form: Form, mode: Mode): number => {
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
  const stated = weight * 2 + (form.prefix === 'NFx' ? 1 : 0);
  const option = optionOf(form);
  return option === undefined ? stated : stated + (opcodeOptions.indexOf(option) + 1) * optionWeight;
};
