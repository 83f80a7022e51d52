import { Decoder, Formatter, FormatterSyntax, MemorySizeOptions } from 'iced-x86';
import { describe, expect, it } from 'vitest';
import { forms } from '../isa/forms.ts';
import { modes } from '../isa/modes.ts';
import { format } from './format.ts';
import { type Sample, samplesOf } from './testing/samples.ts';

// NASM's texts are held against NASM itself, in nasm.test.ts.
const compared = ['intel', 'gas'] as const;

/** Where the texts differ on purpose: how both are brought to one spelling. */
type Spelling = readonly [why: string, pattern: RegExp, spelling: string];

/** iced has the conditions of Jcc (SDM 1 appendix B), the SDM's pages of CMPccXADD their other names. */
const conditions = Object.entries({ ae: 'nb', e: 'z', ne: 'nz', a: 'nbe', ge: 'nl', g: 'nle' }).map(
  ([name, other]): Spelling => ['conditions have two names', new RegExp(`cmp${name}xadd`), `cmp${other}xadd`],
);

const inBoth: readonly Spelling[] = [
  ...conditions,
  ['NOP is no exchange', /(?:(?:data\d+|rex\.w) )?nop$|xchg (%?)([er]?ax), ?\1\2$/, 'nop'],
  ['RET has no prefix that means something but BND', /^rep (?=ret)/, ''],
  ['a segment is printed though LEA ignores it', /(?<=^lea .*)%?[c-gs]s:/, ''],
  ['registers that the opcode fixes are no operands', /(?<=vm\w{3,4}|invlpg[ab]|skinit|clzero|pvalidate) .*$/, ''],
  ['GETSEC has no size', /getsecq|rex\.w getsec/, 'getsec'],
  ['assemblers need to be told VEX where EVEX was first', /^\{vex\} /, ''],
  ['BND stands first', /(data\d+) bnd/, 'bnd $1'],
  ['PCMPESTRI and its kin have one name for both sizes', /(?:data64 |rex\.w )?(pcmpestr[im])(?:64|q)?/, '$1'],
  ['2E means not taken and no more, as of late', /hint-\S+ |,p[nt]\b/, ''],
];

/** What an x87 instruction without operands stands for. */
const stackDefaults =
  /\b(fu?comp?|fxch|f(?:add|mul|subr?|divr?)p) (?:st, st\(1\)|st\(1\), st|st0, st1|st1, st0|st1|%st,%st\(1\)|%st\(1\))$/;

const spellings: Readonly<Record<(typeof compared)[number], readonly Spelling[]>> = {
  intel: [
    ...inBoth,
    ['rounding is an operand of its own, before immediates', /^(.*?)\{(r[nduz])e?(-sae)\}(.*)$/, '$1$4 {$2$3}'],
    ['so is the suppression of exceptions', /^(.*?)\{sae\}(.*)$/, '$1$2 {sae}'],
    ['the operand before which rounding stood', /, (?=,| {1,2}\{|$)/, ''],
    [
      'conversions of 32-bit integers to double precision ignore rounding',
      /(vcvtu?dq2pd .*|vcvtu?si2sd .*, (?:e\w\w|r\d+d)) \{r[nduz]-sae\}$/,
      '$1',
    ],
    ['gathers and scatters are masked as all others', /, (k\d)(?=, | ?$)/, '{$1}'],
    ['ST(1) goes without saying', stackDefaults, '$1'],
    ['ST is written where the SDM has one operand', /(\bf\w+) st, (?=[dqt]?(?:byte|word) ptr|.*ptr )/, '$1 '],
    ['ST is written where the SDM has one operand', /\bfld st, (?=st\()/, 'fld '],
    ['ST is written where the SDM has one operand', /(?<=\bf(?:ist|st|bst)t?p?(?:nce)? (?:.*\]|st\(\d\))), st$/, ''],
    [
      'PEXTRW and its kin have 32 bits of any register',
      /(?<=pextrw |pextrb |extractps |pinsr[bw] .*)\br([a-ds][xpi]|bp|di)(?=,)/,
      'e$1',
    ],
    [
      'PEXTRW and its kin have 32 bits of any register',
      /(?<=pextrw |pextrb |extractps |pinsr[bw] .*)\b(r\d+)(?=,)/,
      '$1d',
    ],
    ['x87 environments have sizes', /data\d+ (?=f\w+ )|\bfpu(?:env|state)\d+ ptr |mem384 ptr /, ''],
    ['never and always have no names', /vpcmp(?:true|\?\?\?)(u?[bwdq]) (.*)/, 'vpcmp$1 $2, 0x7'],
    ['never and always have no names', /vpcmp(?:false|\?\?)(u?[bwdq]) (.*)/, 'vpcmp$1 $2, 0x3'],
    ['VPCMPEQD is an instruction of its own', /vpcmp([bwdq]) (.*), 0x0$/, 'vpcmpeq$1 $2'],
    ['numbers are hexadecimal, but not the 1 of a shift by one', /, 1$/, ', 0x1'],
    ['so their address size is a prefix', /addr\d+ (?=clzero|invlpg|vm\w{3,4}|pvalidate)/, ''],
    ['IMUL has three operands', /imul (\w+), (?=0x)/, 'imul $1, $1, '],
    [
      'string operands are written, so that the name needs no size',
      /\b(movs|cmps|stos|lods|scas|ins|outs)[bwdq] /,
      '$1 ',
    ],
    ['the accumulator is an operand', /(?<=stos .*), [er]?a[lx]$|(?<=(?:lods|scas) )[er]?a[lx], /, ''],
    ['the segments of string operands are written', /(?:es:(?=\[.?di)|ds:(?=\[.?si))/g, ''],
    ['a far pointer is written selector:offset', /far (0x\w+), (0x\w+)/, '$2:$1'],
    ['RETF has a name of its own', /ret far/, 'retf'],
    ['XLATB is the name of the form without an operand', /xlatb ([a-z ]+) (?:ds:)?/, 'xlat $1 '],
    ['a size that no operand shows is a prefix', /data64 (sysret|sysexit)/, '$1q'],
    ['a size that only the mode tells is a prefix', /data\d+ (?=[sl][gi]dt|(?:call|jmp) far [dft])/, ''],
    ['SGDT and its kin move ten bytes in 64-bit mode', /(?<=[sl][gi]dt) tbyte/, ' fword'],
    ['a short jump is told by its bytes', /(?<=\bj\w+ )short /, ''],
    [
      'selectors are read from a register of the operand size',
      /(?<=lldt|ltr|ver[rw]|lmsw|lkgs|mov [c-gs]s,) (?:[er]([a-ds][xpi]|[bd][pi])|r(\d+)[dw]?)$/,
      ' $1$2',
    ],
    ['a selector has 16 bits', /(?<=(?:lldt|ltr|ver[rw]|lmsw|lkgs|mov [c-gs]s,) \d+)w$/, ''],
    ['a segment that no operand shows is a prefix', /(maskmov\w+ .*), ([c-gs]s)$/, '$2 $1'],
    ['CLDEMOTE has a size', /(?<=cldemote) byte ptr/, ''],
  ],
  gas: [
    ...inBoth,
    [
      'conversions of 32-bit integers to double precision ignore rounding',
      /(vcvtu?dq2pd |vcvtu?si2sd %(?:e\w\w|r\d+d),)\{r[nduz]-sae\},/,
      '$1',
    ],
    ['ST(1) goes without saying', stackDefaults, '$1'],
    ['XMM0 that the opcode fixes is no operand', /(?<=p?blendvp?[bsd]|sha256rnds2) %xmm0,(?=.*,)/, ' '],
    ['never and always have no names', /vpcmp(?:true|\?\?\?)(u?[bwdq]) /, 'vpcmp$1 $$0x7,'],
    ['never and always have no names', /vpcmp(?:false|\?\?)(u?[bwdq]) /, 'vpcmp$1 $$0x3,'],
    ['VPCMPEQD is an instruction of its own', /vpcmp([bwdq]) \$0x0,/, 'vpcmpeq$1 '],
    ['numbers are hexadecimal, but not the 1 of a shift by one', /\$1,/, '$0x1,'],
    ['IMUL has three operands', /(imul \$\w+),(%\w+)$/, '$1,$2,$2'],
    ['an index has its scale', /,1\)/, ')'],
    ['a base before no index has no comma', /,\)/, ')'],
    ['SHL is the SDM’s first name', /\bsal(?=[bwlq]? )/, 'shl'],
    ['the segments of string operands are written', /%es:(?=\(%.?di)|%ds:(?=\(%.?[sb][ix]\))/g, ''],
    ['string instructions have a size', /\b(stos|lods|scas)[bwlq] /, '$1 '],
    ['ports are written as objdump does', /\(%dx\)/, '%dx'],
    ['the size of a pushed frame is written', /^(pusha|popa|pushf|popf|iret)[wlq]?$/, '$1'],
    ['MOVZX and MOVSX of 16 to 16 bits are named as objdump does', /mov([zs])xw/, 'mov$1ww'],
    ['LOOP has its address size as a prefix', /addr(?:16|(32)) (loop\w*)/, '$2$1'],
    ['LOOP has its address size as a prefix', /(?<=loop(?:n?e)?)(?:32|[wl])/, ''],
    ['an operand size has a prefix of its own', /\.byte 0x66; |data\d+ (?=loop|j\w*cxz)/, ''],
    ['far jumps and calls have REX.W as a suffix', /rex\.w (lcall|ljmp)/, '$1q'],
    ['near jumps and calls have no suffix of the default size', /(?<=\b(?:call|jmp))[wlq](?= )/, ''],
    ['far ones and LRET have none either', /\b(lret|lcall|ljmp)l\b/, '$1'],
    ['pushes and pops', /(?<=push|pop)[wlq](?= )/, ''],
    [
      'selectors are read from a register of the operand size',
      /(?<=lldt|ltr|ver[rw]|lmsw|lkgs|mov) %(?:[er]([a-ds][xpi]|[bd][pi])|r(\d+)[dw]?)(?=$|,%[c-gs]s$)/,
      ' %$1$2',
    ],
    ['a selector has 16 bits', /(?<=%\d+)w(?=$|,%[c-gs]s$)/, ''],
  ],
};

/** Decoded otherwise: MPX is off in iced-x86, USER_MSR too new, 0F 18 /6 and /7 are PREFETCHIT in 64-bit mode only, 0F 0D has other names. */
const isDecodedOtherwise = ({ instruction }: Sample): boolean => {
  const { needs, mnemonic, opcode, operands } = forms[instruction.form];
  return (
    needs.has('MPX') ||
    needs.has('USER_MSR') ||
    /^PREFETCH/.test(mnemonic) ||
    (mnemonic === 'NOP' && opcode === 0x18 && operands.length > 1)
  );
};

const formatterOf = (syntax: (typeof compared)[number]): Formatter => {
  const formatter = new Formatter(syntax === 'intel' ? FormatterSyntax.Intel : FormatterSyntax.Gas);
  formatter.hexPrefix = '0x';
  formatter.hexSuffix = '';
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.branchLeadingZeros = false;
  formatter.ripRelativeAddresses = true;
  if (syntax === 'intel') {
    formatter.memorySizeOptions = MemorySizeOptions.Always;
    formatter.spaceAfterOperandSeparator = true;
    formatter.alwaysShowScale = true;
  }
  return formatter;
};

const address = 0x1000n;

const icedText = (formatter: Formatter, { mode, bytes }: Sample): string => {
  const decoder = new Decoder(mode, bytes, 0);
  decoder.ip = address;
  const instruction = decoder.decode();
  const text = formatter.format(instruction);
  instruction.free();
  decoder.free();
  return text;
};

const inOneSpelling = (text: string, rules: readonly Spelling[]): string =>
  rules.reduce((before, [, pattern, after]) => before.replace(pattern, after), text);

const samples = modes.flatMap((mode) => samplesOf(mode, 3)).filter((sample) => !isDecodedOtherwise(sample));

describe('texts beside those of iced-x86', () => {
  it.each(compared)('differ in listed spellings only, in %s syntax', (syntax) => {
    const formatter = formatterOf(syntax);
    const rules = spellings[syntax];
    const differing = samples.flatMap((sample) => {
      const ours = format(sample.instruction, syntax, address);
      const theirs = icedText(formatter, sample);
      const same = inOneSpelling(ours, rules) === inOneSpelling(theirs, rules);
      return same
        ? []
        : [
            `${sample.mode} ${sample.bytes.join(' ')}: ${ours} | ${theirs} => ${inOneSpelling(ours, rules)} | ${inOneSpelling(theirs, rules)}`,
          ];
    });
    formatter.free();
    expect(samples.length).toBeGreaterThan(4000);
    expect(differing).toEqual([]);
  });
});
