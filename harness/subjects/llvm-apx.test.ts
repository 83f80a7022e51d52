/** APX, held against llvm-mc, which alone of the programs here knows it too. */
import { afterAll, describe, expect, it } from 'vitest';
import { takesRex2, usesVvvv } from '../../emulator/isa/apx.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Encoding, encodingOf, numberOfMap } from '../../emulator/isa/opcode-map.ts';
import { isInMode, isOfVendor, optionOf } from '../../emulator/isa/presence.ts';
import { Random } from '../generate/random.ts';
import type { Answer, Input } from '../subject.ts';
import { findTool, isFailure, runTool } from './process.ts';
import { createTouchstone } from './touchstone.ts';
import { openWorkspace } from './workspace.ts';

const tool = await findTool({
  name: 'llvm-mc',
  commands: ['llvm-mc-19', 'llvm-mc'],
  versionArguments: ['--version'],
  versionPattern: /LLVM version (\d+\.\d+(?:\.\d+)*)/,
  minimum: '19.1',
  remedy:
    'install LLVM 19: apt-get install llvm-19 (Debian, Ubuntu), dnf install llvm (Fedora), brew install llvm (macOS)',
});
const workspace = await openWorkspace();
afterAll(() => (isFailure(workspace) ? undefined : workspace.close()));

const random = new Random(355828);
const ours = createTouchstone();

const features = 'egpr ndd nf push2pop2 ppx ccmp cf zu usermsr'
  .split(' ')
  .map((name) => `+${name}`)
  .join(',');

/** What llvm-mc says of each: its text, '' where it finds no instruction of just these bytes. */
const askLlvm = async (cases: readonly Uint8Array[], syntax: 'intel' | 'gas'): Promise<readonly string[]> => {
  if ('unavailable' in tool) throw new Error(`${tool.unavailable}: ${tool.remedy}`);
  if (isFailure(workspace)) throw new Error(workspace.detail);
  // In brackets bytes stay together, and a marker before each tells where nothing came of them.
  const lines = cases.flatMap((bytes, k) => [lineOf([0xb8, k, k >> 8, k >> 16, 0x7f]), lineOf([...bytes])]);
  const args = [
    '--disassemble',
    '--triple=x86_64',
    `-mattr=${features}`,
    `--output-asm-variant=${syntax === 'intel' ? 1 : 0}`,
  ];
  const said = await workspace.withFile(Buffer.from(`${lines.join('\n')}\n`), async (file) => {
    const ran = await runTool(tool.command, [...args, file], { timeoutMs: 120_000 });
    if (isFailure(ran)) throw new Error(ran.detail);
    const texts: string[][] = cases.map(() => []);
    let at = -1;
    for (const line of ran.stdout.split('\n')) {
      const marker = /^\tmovl?\t(?:eax, |\$)(\d+)/.exec(line);
      const number = marker === null ? -1 : Number(marker[1]) - 0x7f00_0000;
      if (number === at + 1) at = number;
      else if (at >= 0 && line.trim() !== '') texts[at]?.push(line.trim().replaceAll(/\s+/g, ' '));
    }
    return texts.map((parts) => parts.join('; '));
  });
  if (isFailure(said)) throw new Error(said.detail);
  return said;
};

const lineOf = (bytes: readonly number[]): string =>
  `[${bytes.map((byte) => `0x${(byte & 0xff).toString(16).padStart(2, '0')}`).join(' ')}]`;

const inputOf = (bytes: Uint8Array): Input => ({ bytes, mode: 64, vendor: 'intel', options: ['APX'] });

const anyBytes = (): number[] => Array.from({ length: 15 }, () => random.byte());

/** ModRM as the form has it, with any registers and addresses. */
const modrmOf = (form: Form): number => {
  const byte = random.byte();
  const mod = form.mod === 'register' || (form.mod === 'any' && random.chance(1, 2)) ? 0xc0 : byte & 0xc0;
  const reg = form.reg >= 0 ? form.reg << 3 : byte & 0x38;
  const rm = form.rm >= 0 ? form.rm : form.needs.has('SIB-NEEDED') || random.chance(1, 3) ? 4 : byte & 7;
  return (form.mod === 'memory' && mod === 0xc0 ? 0 : mod) | reg | rm;
};

/** EVEX of a form, all of whose registers are drawn from 32; B4 and X4 say something. */
const drawnEvex = (form: Form): Uint8Array => {
  const bytes = anyBytes();
  const prefixes = form.addressSize === 32 ? [0x67] : [];
  const pp = form.operandSize === 16 ? 1 : Math.max(['NP', '66', 'F3', 'F2'].indexOf(form.prefix), 0);
  const w = form.operandSize !== 0 ? Number(form.operandSize === 64) : form.w < 0 ? random.below(2) : form.w;
  const modrm = modrmOf(form);
  const vvvv = usesVvvv(form) ? random.byte() & 0x78 : 0x78;
  const high = usesVvvv(form) ? random.byte() & 8 : 8;
  const nf = form.needs.has('SCC') ? random.below(8) : form.nf === 1 || (form.nf < 0 && random.chance(1, 2)) ? 4 : 0;
  const x4 = modrm < 0xc0 ? random.byte() & 4 : 4;
  bytes.splice(
    0,
    6,
    0x62,
    (random.byte() & 0xf8) | numberOfMap(form.map),
    (w << 7) | vvvv | x4 | pp,
    (Math.max(form.nd, 0) << 4) | high | nf,
    form.opcode,
    modrm,
  );
  return Uint8Array.from([...prefixes, ...bytes].slice(0, 15));
};

/** Existing EVEX with memory, none of whose decorations say anything; B4 and X4 are drawn. */
const drawnVector = (form: Form): Uint8Array => {
  const bytes = anyBytes();
  const vvvv = usesVvvv(form) ? random.byte() & 0x78 : 0x78;
  const isWide = (form.w < 0 && random.chance(1, 2)) || form.w === 1;
  const needsSib = form.operands.some(({ indexClass }) => indexClass !== 0);
  const modrm = modrmOf(form) & 0xbf;
  bytes.splice(
    0,
    6,
    0x62,
    (random.byte() & 0xf8) | numberOfMap(form.map),
    (Number(isWide) << 7) | vvvv | (random.byte() & 4) | Math.max(['NP', '66', 'F3', 'F2'].indexOf(form.prefix), 0),
    ((form.vectorLength >> 8) << 5) | 8 | (form.needs.has('MASK-REQUIRED') ? 1 : 0),
    form.opcode,
    needsSib ? (modrm & 0xf8) | 4 : modrm,
  );
  return Uint8Array.from(bytes);
};

/** REX2 before a form, with the prefixes that it needs. */
const drawnRex2 = (form: Form): Uint8Array => {
  const payload = (form.map << 7) | (random.byte() & 0x77) | (form.operandSize === 64 || form.rex2 === 1 ? 8 : 0);
  const mandatory = { '': [], NP: [], NFx: [], '66': [0x66], F3: [0xf3], F2: [0xf2] }[form.prefix];
  const prefixes = [
    ...(form.operandSize === 16 ? [0x66] : []),
    ...(form.addressSize === 32 ? [0x67] : []),
    ...mandatory,
  ];
  const opcode = form.opcodeRegister ? form.opcode | random.below(8) : form.opcode;
  const body = [...prefixes, 0xd5, payload, opcode, ...(form.hasModrm ? [modrmOf(form)] : [])];
  return Uint8Array.from([...body, ...anyBytes()].slice(0, 15));
};

/** The same without what APX adds: REX for REX2, B4 and X4 as they had to be. */
const withoutApx = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] === 0x62) return bytes.map((byte, k) => (k === 1 ? byte & ~8 : k === 2 ? byte | 4 : byte));
  const at = bytes.indexOf(0xd5);
  const payload = bytes[at + 1] ?? 0;
  const escapes = payload >= 0x80 ? [0x0f] : [];
  return Uint8Array.from([...bytes.slice(0, at), 0x40 | (payload & 15), ...escapes, ...bytes.slice(at + 2)]);
};

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Bits of the immediate, which LLVM writes as a signed number. */
const immediateBits = (answer: Answer): number =>
  answer.status === 'valid' ? (answer.operands?.find(({ kind }) => kind === 'immediate')?.bits ?? 64) : 64;

/** Where the texts differ on purpose: how both are brought to one spelling. */
const spelled = (text: string, bits: number): string => {
  const [, before = '', address = '', after = ''] = /^([^[]*)(\[.*\])?(.*)$/.exec(text) ?? [];
  return signed(before, bits) + spelledAddress(address) + signed(after, bits);
};

const signed = (text: string, bits: number): string =>
  text.replaceAll(/(?<=, |^\w+ )(-?)(0x[0-9a-f]+|\d+)\b/g, (_, sign: string, digits: string) =>
    BigInt.asIntN(bits, sign === '-' ? -BigInt(digits) : BigInt(digits)).toString(),
  );

const hexadecimal = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** `[rax + 4*rcx - 16]`; without an index SIB has a scale that means nothing. */
const spelledAddress = (text: string): string =>
  text
    .replaceAll(' ', '')
    .replace(/\+?(?:\d\*)?[re]iz/, '')
    .replace('[+', '[')
    .replace(/(?<=[[+])([1248])\*(\w+)/, '$2*$1')
    .replace(/\*1\b/, '')
    .replace(/(?<=^\[)0x\w+(?=\]$)/, (digits) => hexadecimal(BigInt.asIntN(64, BigInt(digits))))
    .replace(/(?<=[[+-])\d+(?=\])/, (digits) => `0x${BigInt(digits).toString(16)}`);

/** Of our text: a shift by one goes without saying, so does the size of a tile's configuration. */
const spelledOurs = (text: string, form: string): string => {
  if (form.includes('TILECFG')) return text.replace('zmmword ptr ', '');
  return form.endsWith(', 1') ? text.replace(/, 1$/, '') : text;
};

/** Of LLVM's: comments go, and there are no vector registers above 15 in legacy encodings (APX specification 3.1.2.1). */
const spelledTheirs = (text: string, isLegacy: boolean): string => {
  const plain = text.replace(/ # .*/, '');
  return isLegacy ? plain.replaceAll(/\bxmm(\d+)/g, (_, number: string) => `xmm${Number(number) & 15}`) : plain;
};

interface Case {
  readonly bytes: Uint8Array;
  readonly answer: Answer;
  readonly ours: string;
  readonly theirs: string;
}

/** LLVM is asked about just the bytes that we take, and where we take none about all. */
const asked = async (inputs: readonly Uint8Array[]): Promise<readonly Case[]> => {
  const answers = inputs.map((bytes) => ours.ask(inputOf(bytes)));
  const exact = inputs.map((bytes, k) => {
    const answer = answers[k];
    return answer?.status === 'valid' ? bytes.subarray(0, answer.lengthBytes) : bytes;
  });
  const texts = await askLlvm(exact, 'intel');
  return answers.map((answer, k) => {
    const bytes = exact[k] ?? Uint8Array.of();
    const bits = immediateBits(answer);
    const text = answer.status === 'valid' ? spelledOurs(answer.text?.intel ?? '', answer.form ?? '') : '';
    const theirs = spelledTheirs(texts[k] ?? '', !bytes.subarray(0, 2).includes(0x62));
    // Where we take nothing, what LLVM makes of the bytes behind its first instruction does not matter.
    return { bytes, answer, ours: spelled(text, bits), theirs: spelled(theirs, bits) };
  });
};

/** What differs, and why it may: LLVM's own faults, each against the place that it goes against. */
type Reason = readonly [why: string, applies: (case_: Case) => boolean];

const isInvalid = ({ answer }: Case, reason: string): boolean =>
  answer.status === 'invalid' && answer.reason === reason;
const formOf = ({ answer }: Case): string => (answer.status === 'valid' ? (answer.form ?? '') : '');

const reasons: readonly Reason[] = [
  [
    'without displacement by mod, base 5 is none and 32 bits follow (SDM 2A table 2-3), also R21 and R29: LLVM has these',
    ({ ours: text, theirs }) => /\[r(?:21|29)d?(?:\+[er][^+\]-]+)?\]/.test(theirs) && /\[.*0x.*\]/.test(text),
  ],
  [
    'a displacement of 8 bits counts bytes in what is promoted (APX specification 3.1.2.3): LLVM scales that of SETcc',
    ({ ours: text, theirs }) =>
      text.startsWith('{evex} set') && text.replace(/0x\w+\]$/, (digits) => `${digits.slice(0, -1)}0]`) === theirs,
  ],
  [
    'either register of XCHG may stand first (SDM 2D XCHG)',
    ({ ours: text, theirs }) => text.startsWith('xchg ') && text.replace(/ (\w+), (\w+)$/, ' $2, $1') === theirs,
  ],
  [
    'PUSHP and POPP have W (APX specification, PUSH, POP): LLVM has them without',
    ({ ours: text, theirs }) => /^(?:push|pop) /.test(text) && /^(?:pushp|popp) /.test(theirs),
  ],
  [
    'W leaves 66 mandatory (SDM 2A 2.2.1.2): LLVM takes it for an operand size, and finds MMX',
    ({ ours: text, theirs }) => text.replace(/\bxmm(\d+)/, (_, number: string) => `mm${Number(number) & 7}`) === theirs,
  ],
  [
    'W is ignored (APX specification, SETcc, MOVDIR64B, ENQCMD, URDMSR): LLVM wants 0',
    (case_) => case_.theirs === '' && /MAP4\.IGNORED/.test(formOf(case_)) && ((case_.bytes[2] ?? 0) & 0x80) !== 0,
  ],
  [
    'NF stands with ZU (APX specification, IMUL): LLVM has none',
    (case_) => case_.ours.startsWith('{nf} imulzu ') && case_.theirs === '',
  ],
  [
    'F6 /1 and F7 /1 are TEST, and CTEST too (APX specification, CTESTscc): LLVM has none',
    (case_) => / F[67] \/1 /.test(formOf(case_)) && case_.theirs === '',
  ],
  [
    'ModRM.rm of URDMSR is what is written (SDM 2D URDMSR): LLVM has it the other way round',
    ({ ours: text, theirs }) => text.startsWith('urdmsr ') && text.replace(/ (\w+), (\w+)$/, ' $2, $1') === theirs,
  ],
  [
    'rSP is none of the registers of PUSH2 and POP2 (APX specification): LLVM has it',
    (case_) => isInvalid(case_, 'register') && /^(push|pop)2p? .*rsp/.test(case_.theirs),
  ],
  [
    'the registers of POP2 differ (APX specification): LLVM has one twice',
    (case_) => isInvalid(case_, 'same-register') && case_.theirs.startsWith('pop2'),
  ],
  [
    'R4 makes no mask register (SDM 2A 2.7.1): LLVM ignores it',
    (case_) => isInvalid(case_, 'register') && /^(\{evex\} )?kmov/.test(case_.theirs),
  ],
  [
    'B means nothing to a mask register in ModRM.rm (SDM 2A 2.7.1): LLVM wants none',
    (case_) => / k:rm$| k, k\/m\d+$/.test(formOf(case_)) && case_.theirs === '',
  ],
  [
    'with B4 90 is XCHG (APX specification 3.1.2.1): LLVM has NOP',
    (case_) => /^xchg r(?:16|24)/.test(case_.ours) && case_.theirs === 'nop',
  ],
];

interface Outcome {
  readonly met: ReadonlySet<string>;
  readonly agreed: number;
  readonly differing: readonly string[];
}

const outcomeOf = (cases: readonly Case[]): Outcome => {
  const differing = cases.filter((one) => one.ours !== one.theirs && !reasons.some(([, applies]) => applies(one)));
  return {
    met: new Set(cases.map(formOf)),
    agreed: cases.filter((one) => one.ours !== '' && one.ours === one.theirs).length,
    differing: differing.map((one) => `${hexOf(one.bytes)} ${formOf(one)}: ${one.ours} | ${one.theirs}`),
  };
};

/** Of these, what LLVM writes as we do where APX adds nothing. */
const alike = async (inputs: readonly Uint8Array[]): Promise<readonly Uint8Array[]> => {
  const twins = await asked(inputs.map(withoutApx));
  return inputs.filter((_, k) => twins[k] !== undefined && twins[k].ours === twins[k].theirs);
};

const nameOf = ({ opcodeText, syntax }: Form): string => `${opcodeText} ${syntax}`;
const isEvex = ({ map }: Form): boolean => encodingOf(map) === Encoding.evex;
const exists = (form: Form): boolean => isInMode(form, 64) && isOfVendor(form, 'intel');

/** But for those that LLVM learned later, which assembled.test.ts is about. */
const promotedForms = forms.filter(
  (form) => form.needs.has('APX') && isEvex(form) && !form.needs.has('MOVRS') && !form.needs.has('AMX-MOVRS'),
);

const gasOf = ({ answer }: Case): string => (answer.status === 'valid' ? (answer.text?.gas ?? '') : '');

const spelledGas = (text: string, one: Case): string =>
  text
    .replace(/ *# .*/, '')
    .replaceAll(', ', ',')
    .replace(/,(?:\d,)?%[re]iz|(?<=%[re]iz),\d|,%[re]iz/g, '')
    .replace('()', '')
    .replaceAll(/,1\)/g, ')')
    .replaceAll(
      /\$(-?)(0x[0-9a-f]+|\d+)/g,
      (_, sign: string, digits: string) =>
        `$${BigInt.asIntN(immediateBits(one.answer), sign === '-' ? -BigInt(digits) : BigInt(digits))}`,
    )
    .replace(/(?<=[ ,])(-?)(0x[0-9a-f]+|\d+)(?=\(|$|,%)/, (_, sign: string, digits: string) =>
      hexadecimal(BigInt.asIntN(64, sign === '-' ? -BigInt(digits) : BigInt(digits))),
    )
    .replace(formOf(one).endsWith(', 1') ? '$1,' : '', '');

/** The name with a suffix, if theirs has one. */
const withSuffix = (mine: string, theirs: string): string => {
  const [, suffix = ''] = /^(?:\{\w+\} )?\w+([bwlq])(?= )/.exec(theirs) ?? [];
  return mine.replace(/^((?:\{\w+\} )?\w+)/, `$1${suffix}`);
};

describe('APX', () => {
  it('promotes what LLVM promotes', async () => {
    const cases = await asked(promotedForms.flatMap((form) => Array.from({ length: 16 }, () => drawnEvex(form))));
    const { met, agreed, differing } = outcomeOf(cases);
    expect(differing).toEqual([]);
    expect(agreed).toBeGreaterThan(13_000);
    expect(promotedForms.map(nameOf).filter((name) => !met.has(name))).toEqual([]);
  });

  it('is written in AT&T syntax as LLVM writes it, but for suffixes that registers make needless', async () => {
    const cases = await asked(promotedForms.flatMap((form) => Array.from({ length: 8 }, () => drawnEvex(form))));
    const agreed = cases.filter((one) => one.ours !== '' && one.ours === one.theirs);
    const texts = await askLlvm(
      agreed.map(({ bytes }) => bytes),
      'gas',
    );
    const differing = agreed.flatMap((one, k) => {
      const [mine, theirs] = [spelledGas(gasOf(one), one), spelledGas(texts[k] ?? '', one)];
      return mine === theirs || withSuffix(mine, theirs) === theirs ? [] : [`${hexOf(one.bytes)}: ${mine} | ${theirs}`];
    });
    expect(differing).toEqual([]);
    expect(agreed.length).toBeGreaterThan(6000);
  });

  it('has R16 to R31 behind REX2 where LLVM has them', async () => {
    const legacy = forms.filter(
      (form) => form.map <= 1 && exists(form) && optionOf(form) === undefined && takesRex2(form),
    );
    const inputs = await alike(legacy.flatMap((form) => Array.from({ length: 12 }, () => drawnRex2(form))));
    const { met, agreed, differing } = outcomeOf(await asked(inputs));
    expect(differing).toEqual([]);
    expect(agreed).toBeGreaterThan(5000);
    expect(met.size).toBeGreaterThan(500);
  });

  it('addresses memory by R16 to R31 in EVEX where LLVM does', async () => {
    const vector = forms.filter(
      (form) => isEvex(form) && exists(form) && optionOf(form) === undefined && form.mod !== 'register',
    );
    const inputs = await alike(vector.flatMap((form) => Array.from({ length: 8 }, () => drawnVector(form))));
    const { met, agreed, differing } = outcomeOf(await asked(inputs));
    expect(differing).toEqual([]);
    expect(agreed).toBeGreaterThan(5000);
    expect(met.size).toBeGreaterThan(500);
  });

  it('has JMPABS, PUSHP and POPP as LLVM has them', async () => {
    const rex2 = forms.filter((form) => form.rex2 >= 0);
    const { agreed, differing } = outcomeOf(
      await asked(rex2.flatMap((form) => Array.from({ length: 50 }, () => drawnRex2(form)))),
    );
    expect(differing).toEqual([]);
    expect(agreed).toBe(150);
  });
});
