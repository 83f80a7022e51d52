/** MVEX, and what else the first Xeon Phi has alone, held against iced-x86, which alone knows it too. */
import { Decoder, DecoderOptions, Formatter, FormatterSyntax, MemorySizeOptions } from 'iced-x86';
import { afterAll, describe, expect, it } from 'vitest';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Encoding, encodingOf, numberOfMap } from '../../emulator/isa/opcode-map.ts';
import { compare } from '../compare/compare.ts';
import { Random } from '../generate/random.ts';
import type { Mismatch } from '../mismatch.ts';
import { type Answer, type Input, inputAddress, type Syntax } from '../subject.ts';
import { createIced } from './iced.ts';
import { icedHistoricalCodes } from './iced-coverage.ts';
import { createTouchstone } from './touchstone.ts';

const rows = forms.filter(({ needs }) => needs.has('KNC'));
const random = new Random(327364);

/** Random bytes behind the prefix and the opcode of a form, most of whose fields are as it wants them. */
const drawn = (form: Form): Uint8Array => {
  const bytes = Uint8Array.from({ length: 15 }, () => random.byte());
  const pp = ['NP', '66', 'F3', 'F2'].indexOf(form.prefix);
  const w = form.w < 0 ? random.below(2) : form.w;
  const usesVvvv = form.operands.some(({ place }) => place === 'vvvv');
  const isMvex = encodingOf(form.map) === Encoding.mvex;
  const start = isMvex ? 4 : 3;
  bytes[0] = isMvex ? 0x62 : 0xc4;
  bytes[1] = ((bytes[1] ?? 0) & (isMvex ? 0xf0 : 0xe0)) | numberOfMap(form.map);
  bytes[2] = (w << 7) | ((bytes[2] ?? 0) & 0x78) | pp;
  if (!usesVvvv && random.chance(7, 8)) bytes[2] |= 0x78;
  if (isMvex && random.chance(3, 4)) bytes[3] = (bytes[3] ?? 0) | 8;
  if (isMvex && random.chance(1, 2)) bytes[3] = ((bytes[3] ?? 0) & 0x8f) | (random.below(8) << 4);
  bytes[start] = form.opcode;
  const modrm = bytes[start + 1] ?? 0;
  if (form.hasModrm) bytes[start + 1] = form.reg >= 0 ? (modrm & 0xc7) | (form.reg << 3) : modrm;
  // VSIB, and low mask registers.
  if (random.chance(1, 2)) bytes[start + 1] = ((bytes[start + 1] ?? 0) & 0xf8) | 4;
  if (random.chance(1, 2)) bytes[1] |= 0x90;
  return bytes;
};

/** Whatever stands behind 62, and behind C4 and C5. */
const anything = (): Uint8Array => {
  const bytes = Uint8Array.from({ length: 15 }, () => random.byte());
  bytes[0] = random.pick([0x62, 0x62, 0xc4, 0xc5]);
  if (bytes[0] === 0x62) bytes[2] = (bytes[2] ?? 0) & ~4;
  if (random.chance(3, 4)) bytes[1] = ((bytes[1] ?? 0) & 0xf0) | random.pick([1, 2, 3]);
  return bytes;
};

const inputOf = (bytes: Uint8Array): Input => ({ bytes, mode: 64, vendor: 'intel', options: ['KNC'] });
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const ours = createTouchstone();
const iced = createIced();
afterAll(() => iced.close());

const isOfXeonPhi = (answer: Answer): boolean =>
  answer.status === 'valid' && (names.has(answer.form ?? '') || /^M?VEX_KNC_|^MVEX_/.test(answer.form ?? ''));
const names = new Set(rows.map(({ opcodeText, syntax }) => `${opcodeText} ${syntax}`));

/** What both say of one input differs, and why it may. */
type Reason = readonly [why: string, applies: (mismatch: Mismatch, form: string) => boolean];

const reasons: readonly Reason[] = [
  [
    'nobody knows what the undocumented ones do; iced lists no registers of theirs, not even those of addresses',
    ({ observable }, form) => observable === 'registers-used' && form.includes('UNDOC'),
  ],
  [
    'iced takes every SSS of undocumented gathers, ours those of documented ones',
    ({ says }, form) => says.ours === 'invalid' && /^MVEX_Undoc_zmm_k1_mvt_/.test(form),
  ],
  [
    'nothing is stored where the mask is empty',
    ({ says }, form) => form.includes('VPACKSTORE') && says.ours.replace(' cw ', ' w ') === says.theirs,
  ],
  [
    'a register that is combined with itself is read all the same',
    ({ says }, form) =>
      / VPX?(?:OR|SUBR?)[DQ] /.test(form) &&
      says.ours.replace(/ r (?=\d+$)/, ' ') === says.theirs.replace(' none ', ' '),
  ],
];

interface Outcome {
  /** Inputs that one of the two takes for this CPU's instructions. */
  readonly seen: number;
  /** Our forms among them. */
  readonly forms: ReadonlySet<string>;
  /** Differences that no reason explains. */
  readonly differing: readonly string[];
}

const unexplained = async (inputs: readonly Input[]): Promise<Outcome> => {
  const [left, right] = [await ours.decode(inputs), await iced.decode(inputs)];
  let seen = 0;
  const met = new Set<string>();
  const differing = inputs.flatMap((input, k) => {
    const [one, other] = [left[k], right[k]];
    if (one === undefined || other === undefined) return ['untold'];
    if (!isOfXeonPhi(one) && !isOfXeonPhi(other)) return [];
    seen++;
    const form = (one.status === 'valid' ? one.form : other.status === 'valid' ? other.form : '') ?? '';
    met.add(form);
    const mismatch = compare(input, one, other, iced);
    if (mismatch === null || reasons.some(([, applies]) => applies(mismatch, form))) return [];
    return [`${hexOf(input.bytes)} ${form}, ${mismatch.observable}: ${mismatch.says.ours} | ${mismatch.says.theirs}`];
  });
  return { seen, forms: met, differing };
};

/** Where the texts differ on purpose: how both are brought to one spelling. */
type Spelling = readonly [why: string, pattern: RegExp, spelling: string];

const inBoth: readonly Spelling[] = [
  ['the undocumented ones share a name, which shows no size', /^undoc[lqz] /, 'undoc '],
  [
    'nobody knows what SSS does to the undocumented ones',
    /^(undoc .*)\{(?:[a-d]{4}|[14]to16|float16|[us]int(?:8|16))\}/,
    '$1',
  ],
  ['eight elements become wider', /^(vcvt(?:ps|u?dq)2pd .*)\{([14])to16\}/, '$1{$2to8}'],
  ['a segment that means nothing is not written', /\b[cdes]s:/, ''],
];

const spellings: Readonly<Record<Syntax, readonly Spelling[]>> = {
  intel: [
    ...inBoth,
    ['rounding is an operand of its own, before immediates', /^(.*?)\{(r[nduz])e?((?:-sae)?)\}(.*)$/, '$1$4 {$2$3}'],
    ['so is the suppression of exceptions', /^(.*?)\{sae\}(.*)$/, '$1$2 {sae}'],
    ['the operand before which rounding stood', /, (?=,| {1,2}\{|$)/, ''],
    ['the conversion stands before the mask', /(\{k\d\})(\{\w+\})$/, '$2$1'],
    ['never and always have no names', /vpcmp(?:true|\?\?\?)(u?d) (.*)/, 'vpcmp$1 $2, 0x7'],
    ['never and always have no names', /vpcmp(?:false|\?\?)(u?d) (.*)/, 'vpcmp$1 $2, 0x3'],
    ['VPCMPEQD is an instruction of its own', /vpcmpd (.*), 0x0$/, 'vpcmpeqd $1'],
  ],
  gas: [
    ...inBoth,
    ['an index has its scale', /,1\)/, ')'],
    ['a base before no index has no comma', /,\)/, ')'],
    ['never and always have no names', /vpcmp(?:true|\?\?\?)(u?d) /, 'vpcmp$1 $$0x7,'],
    ['never and always have no names', /vpcmp(?:false|\?\?)(u?d) /, 'vpcmp$1 $$0x3,'],
    ['VPCMPEQD is an instruction of its own', /vpcmpd \$0x0,/, 'vpcmpeqd '],
    ['rounding follows immediates', /(\{[\w-]+\}),(\$0x\w+),/, '$2,$1,'],
    ['the conversion stands before the mask', /(\{%k\d\})(\{\w+\})$/, '$2$1'],
  ],
  nasm: [],
};

const formatterOf = (syntax: Syntax): Formatter => {
  const formatter = new Formatter(syntax === 'intel' ? FormatterSyntax.Intel : FormatterSyntax.Gas);
  formatter.hexPrefix = '0x';
  formatter.hexSuffix = '';
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.branchLeadingZeros = false;
  formatter.ripRelativeAddresses = true;
  formatter.memorySizeOptions = MemorySizeOptions.Always;
  formatter.spaceAfterOperandSeparator = syntax === 'intel';
  formatter.alwaysShowScale = syntax === 'intel';
  return formatter;
};

const spelled = (text: string, syntax: Syntax): string =>
  spellings[syntax].reduce((before, [, pattern, after]) => before.replace(pattern, after), text);

/** iced's text, or that it reads another length. */
const icedText = (formatter: Formatter, bytes: Uint8Array, lengthBytes: number): string => {
  const decoder = new Decoder(64, bytes, DecoderOptions.KNC);
  decoder.ip = BigInt(inputAddress);
  const instruction = decoder.decode();
  const text = instruction.length === lengthBytes ? formatter.format(instruction) : `${instruction.length} bytes`;
  instruction.free();
  decoder.free();
  return text;
};

describe('the first Xeon Phi', () => {
  it('has the instructions that iced has behind its option', () => {
    const codes = icedHistoricalCodes().filter(({ option }) => option === 'KNC');
    expect(rows.length).toBe(codes.length);
  });

  it('has each instruction as iced has it: validity, length, operands, decorations, access, flags', async () => {
    const inputs = rows.flatMap((form) => Array.from({ length: 400 }, () => inputOf(drawn(form))));
    const { seen, differing, forms: met } = await unexplained(inputs);
    expect(differing).toEqual([]);
    expect(seen).toBeGreaterThan(45_000);
    expect(rows.filter(({ opcodeText, syntax }) => !met.has(`${opcodeText} ${syntax}`))).toEqual([]);
  });

  it('has no others than iced among random bytes', async () => {
    const inputs = Array.from({ length: 400_000 }, () => inputOf(anything()));
    const { seen, differing } = await unexplained(inputs);
    expect(differing).toEqual([]);
    expect(seen).toBeGreaterThan(1000);
  });

  it.each(['intel', 'gas'] as const)(
    'differs from the texts of iced in listed spellings only, in %s syntax',
    async (syntax) => {
      const formatter = formatterOf(syntax);
      const inputs = rows.flatMap((form) => Array.from({ length: 200 }, () => inputOf(drawn(form))));
      const answers = await ours.decode(inputs);
      let seen = 0;
      const differing = answers.flatMap((answer, k) => {
        const bytes = inputs[k]?.bytes;
        if (bytes === undefined || answer.status !== 'valid' || !isOfXeonPhi(answer)) return [];
        seen++;
        const [one, other] = [answer.text?.[syntax] ?? '', icedText(formatter, bytes, answer.lengthBytes)];
        return spelled(one, syntax) === spelled(other, syntax) ? [] : [`${hexOf(bytes)}: ${one} | ${other}`];
      });
      formatter.free();
      expect(differing).toEqual([]);
      expect(seen).toBeGreaterThan(20_000);
    },
  );
});
