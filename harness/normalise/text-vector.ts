/** Rules of text.ts about vectors: what EVEX adds to operands, and names that stand for an immediate. */
import type { TextContext, TextInstruction } from './parse-text.ts';
import { vectorBits } from './text-names.ts';

/** Intel's syntax has a word before the operand, and a count only where nothing else shows the vector's length. */
export function nameBroadcast({ operands }: TextInstruction, { syntax }: TextContext): void {
  for (const operand of operands) {
    if (operand.kind !== 'memory' || !operand.decorations.some(isBroadcast)) continue;
    if (syntax === 'intel') operand.decorations = ['bcst', ...operand.decorations.filter((word) => !isBroadcast(word))];
    if (syntax === 'nasm') operand.size = '';
  }
}

const isBroadcast = (word: string): boolean => word === 'bcst' || /^1to\d+$/.test(word);

/** Our NASM text has a size where NASM needs it to find the form; ndisasm always has one. */
export function dropVectorMemorySize({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  if (syntax !== 'nasm' || isSizedByMemory(mnemonic, operands)) return;
  if (!operands.some(isVectorOrMask) && !toInteger.test(mnemonic)) return;
  for (const operand of operands) if (operand.kind === 'memory') operand.size = '';
}

/** Forms differ in the memory's size alone: conversions from general registers, those that halve, and VFPCLASS. */
function isSizedByMemory(mnemonic: string, operands: TextInstruction['operands']): boolean {
  const isWide = operands.some((operand) => operand.kind === 'register' && vectorBits(operand.name) > 128);
  return sizedByMemory.test(mnemonic) && !isWide;
}

const sizedByMemory =
  /^v?(?:cvtu?si2s[sdh]|cvtt?pd2u?dq|cvt(?:pd|u?qq)2p[sh]|cvtu?dq2ph|cvtps2phx|cvtneps2bf16|fpclassp[sdh])$/;

/** Its name tells the size of the scalar. */
const toInteger = /^v?cvtt?s[sdh]2u?si$/;

const isVectorOrMask = (operand: TextInstruction['operands'][number]): boolean =>
  operand.kind === 'register'
    ? /^(?:[xyz]?mm|k)\d+$/.test(operand.name)
    : operand.kind === 'memory' && vectorBits(operand.index) > 0;

/** AT&T's suffix tells 32 bits from 64, which there are in 64-bit mode only. */
export function dropOnlySuffix(instruction: TextInstruction, { syntax, mode }: TextContext): void {
  if (syntax === 'gas' && mode !== 64)
    instruction.mnemonic = instruction.mnemonic.replace(/^(v?cvtu?si2s[sdh])l$/, '$1');
}

/** The SDM has `r32/m8`, `reg` and `r64` for these: the element goes from the low bits, or into a cleared register. */
export function nameElementRegister({ mnemonic, operands }: TextInstruction): void {
  if (!elementMoves.test(mnemonic)) return;
  for (const operand of operands)
    if (operand.kind === 'register') operand.name = dwordNames.get(operand.name) ?? operand.name;
}

const elementMoves = /^v?(?:p(?:insr|extr)[bw]|extractps|movmskp[sd]|pmovmskb|pbroadcast[bw]|movw)$/;

const dwordNames: ReadonlyMap<string, string> = dwords();

function dwords(): Map<string, string> {
  const table = new Map<string, string>();
  for (const letter of 'abcd') table.set(`${letter}l`, `e${letter}x`);
  for (const name of ['sp', 'bp', 'si', 'di']) table.set(`${name}l`, `e${name}`);
  for (const name of ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'])
    table.set(name, `e${name}`).set(`r${name}`, `e${name}`);
  for (let k = 8; k < 16; k++) for (const letter of ['', 'w', 'b']) table.set(`r${k}${letter}`, `r${k}d`);
  return table;
}

/** The immediate that a name stands for is written as an operand: last to Intel, first to AT&T. */
export function writeChoice(instruction: TextInstruction, { syntax }: TextContext): void {
  const { mnemonic, operands } = instruction;
  for (const { pattern, choices, toMask } of families) {
    const [found, stem = '', word = '', rest = ''] = pattern.exec(mnemonic) ?? [];
    const choice = choices.get(word);
    if (found === undefined || choice === undefined || operands.some(({ kind }) => kind === 'number')) continue;
    if (toMask && !operands.some((operand) => operand.kind === 'register' && /^k\d$/.test(operand.name))) continue;
    instruction.mnemonic = `${stem}${rest}`;
    const immediate = { kind: 'number', value: BigInt(choice), size: '', immediate: true, indirect: false } as const;
    if (syntax === 'gas') operands.unshift({ ...immediate });
    else operands.push({ ...immediate });
    return;
  }
}

interface Family {
  /** The name around the choice. */
  readonly pattern: RegExp;
  readonly choices: ReadonlyMap<string, number>;
  /** With other destinations the names are those of other instructions. */
  readonly toMask: boolean;
}

const choicesOf = (...tables: readonly (readonly string[])[]): ReadonlyMap<string, number> =>
  new Map(tables.flatMap((words) => words.map((word, choice) => [word, choice] as const)));

/** SDM 2A CMPPS, tables 3-1 and 3-7. */
const comparisons = [
  ...['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'],
  ...['eq_uq', 'nge', 'ngt', 'false', 'neq_oq', 'ge', 'gt', 'true'],
  ...['eq_os', 'lt_oq', 'le_oq', 'unord_s', 'neq_us', 'nlt_uq', 'nle_uq', 'ord_s'],
  ...['eq_us', 'nge_uq', 'ngt_uq', 'false_os', 'neq_os', 'ge_oq', 'gt_oq', 'true_us'],
];

/** NASM writes out what the first sixteen leave out: ordered or not, quiet or signalling (NASM manual, B.1). */
const wholeComparisons = [
  ...['eq_oq', 'lt_os', 'le_os', 'unord_q', 'neq_uq', 'nlt_us', 'nle_us', 'ord_q'],
  ...['eq_uq', 'nge_us', 'ngt_us', 'false_oq', 'neq_oq', 'ge_os', 'gt_os', 'true_uq'],
];

/** SDM 2C VPCMPD, table 5-19. */
const integerComparisons = ['eq', 'lt', 'le', 'false', 'neq', 'nlt', 'nle', 'true'];
const integerSynonyms = new Map(Object.entries({ ne: 4, ge: 5, gt: 6 }));

const families: readonly Family[] = [
  { pattern: /^(v?cmp)([a-z_]+)([ps][sdh])$/, choices: choicesOf(comparisons, wholeComparisons), toMask: false },
  // VPCMPEQD and VPCMPGTD to a mask are opcodes of their own, which do what VPCMPD does by 0 and 6.
  {
    pattern: /^(vpcmp)([a-z]+?)(u?[bwdq])$/,
    choices: new Map([...choicesOf(integerComparisons), ...integerSynonyms]),
    toMask: true,
  },
  // APM 4 VPCOMB.
  {
    pattern: /^(vpcom)([a-z]+?)(u?[bwdq])$/,
    choices: choicesOf(['lt', 'le', 'gt', 'ge', 'eq', 'neq', 'false', 'true']),
    toMask: false,
  },
  // SDM 2B PCLMULQDQ, table 4-13.
  {
    pattern: /^(v?pclmul)([lh]q[lh])(qdq)$/,
    choices: new Map(Object.entries({ lql: 0, hql: 1, lqh: 16, hqh: 17 })),
    toMask: false,
  },
];
