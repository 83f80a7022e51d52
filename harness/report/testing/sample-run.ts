/** A small invented run with one of everything, for the tests of the reports. */
import type { RunReport, Segment, Tally } from '../run.ts';
import { sampleFindings } from './sample-findings.ts';

export const sampleRun = (): RunReport => ({
  command: 'npx touchstone conform --seed 42 --mode 16,32,64',
  seed: 42,
  modes: [16, 32, 64],
  subjects: [
    { name: 'touchstone', version: '0.1.0' },
    { name: 'iced', version: 'iced-x86 1.21.0' },
    { name: 'objdump', version: 'GNU objdump (GNU Binutils) 2.40' },
    { name: 'ndisasm', version: 'NDISASM version 2.16.01' },
  ],
  missing: [
    {
      name: 'nasm',
      unavailable: 'nasm was not found on PATH.',
      remedy: 'Install it: apt-get install nasm.',
      cases: 1200,
    },
  ],
  corpora: [
    { name: 'rows', version: '1', cases: 120_345, portable: true },
    { name: 'structured', version: '1', cases: 1_000_000, portable: true },
  ],
  tallies: [64, 32, 16].flatMap((mode) => tallies(mode === 16 || mode === 32 ? mode : 64)),
  coverage: [
    { mode: 64, total: 1042, unreached: [{ form: '0F 37, GETSEC', why: 'no generator sets the SMX row yet' }] },
    { mode: 32, total: 1010, unreached: [] },
    { mode: 16, total: 990, unreached: [] },
  ],
  findings: sampleFindings(),
  stale: [{ id: 'ndisasm-salc-64', detail: 'ndisasm once printed salc in 64-bit mode.' }],
});

/** The sample run with forms by chapter: one of each state. */
export const sampleCoverage = (): RunReport => ({
  ...sampleRun(),
  chapters: [
    { mode: 64, chapter: 'logic', forms: ['21 /r AND r/m, r', '09 /r OR r/m, r', '31 /r XOR r/m, r', 'F7 /2 NOT r/m'] },
    { mode: 64, chapter: 'nop', forms: ['90 NOP'] },
    { mode: 16, chapter: 'logic', forms: ['21 /r AND r/m, r'] },
  ],
  formStates: [
    {
      mode: 64,
      subject: 'objdump',
      states: new Map([
        ['21 /r AND r/m, r', 'agreed'],
        ['09 /r OR r/m, r', 'explained'],
        ['31 /r XOR r/m, r', 'unexplained'],
      ]),
    },
    { mode: 64, subject: 'iced', states: new Map([['90 NOP', 'agreed']]) },
    { mode: 16, subject: 'iced', states: new Map([['21 /r AND r/m, r', 'agreed']]) },
  ],
});

/** The same run with nothing found, nothing missing and nothing stale. */
export const cleanRun = (): RunReport => ({
  ...sampleRun(),
  findings: [],
  missing: [],
  stale: [],
  tallies: sampleRun().tallies.map((tally) => ({
    ...tally,
    agreed: tally.cases,
    explained: 0,
    unexplained: 0,
    unsupported: 0,
  })),
});

/** What anatomy says of the sample findings' bytes: enough of the rules for these few encodings. */
export const sampleAnatomy = (bytes: Uint8Array): Segment[] => {
  const kinds = anatomies[bytes.join(' ')] ?? [['opcode', bytes.length, 'the whole of it']];
  let offset = 0;
  return kinds.map(([kind, length, meaning]) => {
    const segment = { kind, offset, length, meaning };
    offset += length;
    return segment;
  });
};

type Told = readonly (readonly [kind: string, length: number, meaning: string])[];

const anatomies: Readonly<Record<string, Told>> = {
  '102 15 186 224 7': [
    ['prefix', 1, 'operand size 16'],
    ['opcode', 2, '0F BA, group 8'],
    ['modrm', 1, 'mod 3, reg 4 (BT), rm 0 (AX)'],
    ['immediate', 1, 'bit 7'],
  ],
  '240 72 1 132 152 16 0 0 0': [
    ['prefix', 1, 'LOCK'],
    ['rex', 1, 'REX.W: operand size 64'],
    ['opcode', 1, 'ADD r/m64, r64'],
    ['modrm', 1, 'mod 2, reg 0, rm 4: ds:[rax+rbx*4+disp32]'],
    ['sib', 1, 'scale 2 (times 4), index 3, base 0: ds:[rax+rbx*4+disp32]'],
    ['displacement', 4, '+0x10'],
  ],
  '240 144': [
    ['prefix', 1, 'LOCK'],
    ['opcode', 1, 'NOP'],
  ],
};

const tallies = (mode: 16 | 32 | 64): Tally[] => [
  tally(mode, 'iced', 1_120_345, mode === 64 ? 13 : 0, mode === 64 ? 3 : 0),
  tally(mode, 'objdump', 1_120_345, 61_204, 0),
  tally(mode, 'ndisasm', 1_120_345, 18_020, mode === 32 ? 2 : 0),
  tally(mode, 'laws', 40_000, 0, 1),
];

const tally = (mode: 16 | 32 | 64, subject: string, cases: number, explained: number, unexplained: number): Tally => {
  const unsupported = 100_000 > cases ? 0 : 100_000;
  const agreed = cases - explained - unexplained - unsupported;
  return { mode, subject, cases, agreed, explained, unexplained, unsupported, unavailable: 0 };
};
