/**
 * Names that stand for a comparison or a choice of halves which an immediate makes: `cmpltps` for CMPPS with 1. Assemblers
 * know them all; what else they mean is not used: to them `vpcmpeqd` is an instruction of its own.
 */
import type { Form } from '../isa/form.ts';
import type { Instruction } from '../isa/instruction.ts';
import { firstMvexMap, isVectorMap } from '../isa/opcode-map.ts';

/** Names by immediate, of a form whose last operand it is; null where the immediate is written. */
export type PseudoOps = readonly (string | undefined)[] | null;

export const pseudoOpsOf = (form: Form): PseudoOps => {
  const { mnemonic, operands } = form;
  if (operands.length < 3 || operands.at(-1)?.place !== 'immediate') return null;
  const name = mnemonic.toLowerCase();
  for (const { pattern, words } of families) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const [, stem = '', suffix = ''] = match;
    return words(form, suffix).map((word) => (word === '' ? undefined : `${stem}${word}${suffix}`));
  }
  return null;
};

/** The name of this instruction, or undefined. */
export const pseudoOpOf = (names: PseudoOps, { immediate }: Instruction): string | undefined => names?.[immediate];

interface Family {
  readonly pattern: RegExp;
  readonly words: (form: Form, suffix: string) => readonly string[];
}

/** SDM 2A CMPPS, tables 3-1 and 3-7. */
const comparisons: readonly string[] = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'];
const moreComparisons: readonly string[] = [
  ...['eq_uq', 'nge', 'ngt', 'false', 'neq_oq', 'ge', 'gt', 'true'],
  ...['eq_os', 'lt_oq', 'le_oq', 'unord_s', 'neq_us', 'nlt_uq', 'nle_uq', 'ord_s'],
  ...['eq_us', 'nge_uq', 'ngt_uq', 'false_os', 'neq_os', 'ge_oq', 'gt_oq', 'true_us'],
];

/** SDM 2C VPCMPD, table 5-19. Signed equality is VPCMPEQD's name. */
const integerComparisons: readonly string[] = ['eq', 'lt', 'le', '', 'neq', 'nlt', 'nle'];

/** APM 4 VPCOMB. */
const xopComparisons: readonly string[] = ['lt', 'le', 'gt', 'ge', 'eq', 'neq', 'false', 'true'];

/** SDM 2B PCLMULQDQ, table 4-13. */
const halves: readonly string[] = Array.from(
  { length: 18 },
  (_, k) => ({ 0: 'lqlq', 1: 'hqlq', 16: 'lqhq', 17: 'hqhq' })[k] ?? '',
);

const families: readonly Family[] = [
  {
    pattern: /^(v?cmp)([ps][sdh])$/,
    words: ({ map }) => (isVectorMap(map) && map < firstMvexMap ? [...comparisons, ...moreComparisons] : comparisons),
  },
  {
    pattern: /^(vpcmp)(u?[bwdq])$/,
    words: (_, suffix) => (suffix.startsWith('u') ? integerComparisons : ['', ...integerComparisons.slice(1)]),
  },
  { pattern: /^(vpcom)(u?[bwdq])$/, words: () => xopComparisons },
  { pattern: /^(v?pclmul)(?:qdq)$/, words: () => halves.map((half) => (half === '' ? '' : `${half}dq`)) },
];
