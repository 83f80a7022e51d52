/** The invented findings of the sample run: one of each kind of verdict, observable, answer and operand. */
import type { Finding, Mismatch, SubjectAnswer } from '../../mismatch.ts';
import type { Answer, Decoded, Input } from '../../subject.ts';

export const sampleFindings = (): Finding[] => [
  finding({
    id: '0123456789abcdef',
    count: 3,
    verdict: {
      right: 'theirs',
      evidence: 'citation',
      detail: 'The 66 prefix makes the operand 16 bits wide.',
      place: 'SDM 2A BT',
    },
    samples: [
      mismatch('66 0F BA E0 07', 'operand-0', 'iced', ['eax', 'ax'], bt('eax', 32), bt('ax', 16)),
      mismatch('66 0F BA E1 07', 'operand-0', 'iced', ['ecx', 'cx'], bt('ecx', 32), bt('cx', 16)),
    ],
    answers: [
      { subject: 'touchstone', answer: bt('eax', 32) },
      { subject: 'iced', answer: bt('ax', 16) },
      { subject: 'objdump', answer: { status: 'valid', lengthBytes: 5, text: { intel: 'bt ax,0x7' } } },
      { subject: 'ndisasm', answer: { status: 'valid', lengthBytes: 5, text: { nasm: 'bt ax,byte +0x7' } } },
      { subject: 'nasm', answer: { status: 'unavailable', detail: 'nasm was not found on PATH.' } },
    ],
  }),
  finding({
    id: '1123456789abcdef',
    count: 2,
    verdict: { right: 'undecided', evidence: 'none', detail: 'ndisasm printed garbage.' },
    samples: [
      mismatch(
        '8D C0',
        'crash',
        'ndisasm',
        ['invalid', hostileText],
        invalid,
        { status: 'crashed', detail: hostileText },
        32,
      ),
    ],
  }),
  finding({
    id: '2123456789abcdef',
    count: 1,
    verdict: { right: 'undecided', evidence: 'none', detail: '' },
    samples: [
      mismatch(
        'EA 34 12 00 00 33 00',
        'law',
        'prefix-is-truncated',
        ['valid', 'truncated'],
        far,
        { status: 'truncated' },
        16,
      ),
    ],
  }),
  finding({
    id: '3123456789abcdef',
    known: 'objdump-lock-anything',
    count: 61_204,
    verdict: {
      right: 'ours',
      evidence: 'silicon',
      detail: 'LOCK needs a memory destination; a CPU answers #UD.',
      place: 'SDM 2A LOCK',
    },
    samples: [
      mismatch('F0 90', 'validity', 'objdump', ['invalid', 'valid'], invalid, nop),
      mismatch('F0 01 C0', 'validity', 'objdump', ['invalid', 'valid'], invalid, nop),
    ],
  }),
  finding({
    id: '4123456789abcdef',
    known: 'gas-displacement-sign',
    count: 13,
    verdict: { right: 'both', evidence: 'agreement', detail: 'Two spellings of one address.' },
    samples: [
      mismatch(
        'F0 48 01 84 98 10 00 00 00',
        'text-intel',
        'iced',
        ['+0x10', '-0x10'],
        lockAdd(0x10n),
        lockAdd(0xffff_ffff_ffff_fff0n),
      ),
    ],
  }),
  finding({
    id: '5123456789abcdef',
    known: 'amd-branch-operand-size',
    count: 18_020,
    verdict: {
      right: 'both',
      evidence: 'citation',
      detail: 'Intel ignores 66 on near branches.',
      place: 'SDM 2A JMP, APM 3 JMP',
    },
    samples: [
      mismatch(
        '66 E9 00 00 00 00',
        'length',
        'ndisasm',
        ['6', '4'],
        near,
        { status: 'timed out', timeoutMs: 2000 },
        64,
        'amd',
      ),
    ],
  }),
];

/** What a hostile or broken subject might print. */
export const hostileText = '</script><img src=x onerror=alert(1)>\u001B[31m & "]]>"';

const input = (hex: string, mode: 16 | 32 | 64, vendor: 'intel' | 'amd' = 'intel'): Input => ({
  bytes: Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
  mode,
  vendor,
});

const noFlags = { read: '', written: '', cleared: '', set: '', undefined: '' };

const bt = (register: string, bits: number): Decoded => ({
  status: 'valid',
  lengthBytes: 5,
  form: `BT r/m${bits}, imm8`,
  mnemonic: 'bt',
  operands: [
    { kind: 'register', register, bits, access: 'r' },
    { kind: 'immediate', value: 7n, bits: 8 },
  ],
  flags: { ...noFlags, written: 'C', undefined: 'OSAP' },
  text: { intel: `bt ${register}, 7` },
});

const lockAdd = (displacement: bigint): Decoded => ({
  status: 'valid',
  lengthBytes: 9,
  form: 'ADD r/m64, r64',
  mnemonic: 'add',
  operands: [
    {
      kind: 'memory',
      segment: 'ds',
      base: 'rax',
      index: 'rbx',
      scale: 4,
      displacement,
      addressBits: 64,
      bits: 64,
      access: 'rw',
    },
    { kind: 'register', register: 'rax', bits: 64, access: 'r' },
  ],
  registersUsed: 'rax=r rbx=r',
  memoryUsed: 'rw 64 ds:rax+rbx*4+0x10',
  text: { intel: 'lock add [rax+rbx*4+0x10], rax', gas: 'lock add %rax,0x10(%rax,%rbx,4)' },
});

const invalid: Answer = { status: 'invalid', reason: 'lock-not-allowed' };
const nop: Decoded = { status: 'valid', lengthBytes: 2, mnemonic: 'nop', operands: [], text: { intel: 'lock nop' } };
const far: Decoded = {
  status: 'valid',
  lengthBytes: 7,
  mnemonic: 'jmp',
  operands: [{ kind: 'far-pointer', selector: 0x33, offset: 0x1234n, bits: 48 }],
};
const near: Decoded = {
  status: 'valid',
  lengthBytes: 5,
  mnemonic: 'jmp',
  operands: [{ kind: 'branch', target: 0x1005n, bits: 64 }],
};

interface Sketch {
  readonly id: string;
  readonly known?: string;
  readonly count: number;
  readonly verdict: Finding['verdict'];
  readonly samples: readonly Mismatch[];
  readonly answers?: readonly SubjectAnswer[];
}

const finding = ({ id, known, count, verdict, samples, answers }: Sketch): Finding => {
  const [first] = samples;
  if (first === undefined) throw new Error('A sketch needs a sample.');
  const hex = Buffer.from(first.input.bytes).toString('hex');
  return {
    id,
    bucket: {
      key: `${first.input.mode} ${first.observable} ${first.subject} ours=${first.says.ours} theirs=${first.says.theirs} ${hex}`,
      known: known ?? null,
      count,
      samples,
    },
    verdict,
    replay: `npx touchstone replay --bytes ${hex} --mode ${first.input.mode}`,
    ...(answers === undefined ? {} : { answers }),
  };
};

function mismatch(
  hex: string,
  observable: Mismatch['observable'],
  subject: string,
  says: readonly [string, string],
  ours: Answer,
  theirs: Answer,
  mode: 16 | 32 | 64 = 64,
  vendor: 'intel' | 'amd' = 'intel',
): Mismatch {
  return {
    input: input(hex, mode, vendor),
    observable,
    subject,
    ours,
    theirs,
    says: { ours: says[0], theirs: says[1] },
  };
}
