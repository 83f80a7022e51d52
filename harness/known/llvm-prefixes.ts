/** What LLVM makes of prefixes, as its text in Intel syntax shows. */
import { modes } from '../../emulator/isa/modes.ts';
import type { KnownRow } from './row.ts';

/** What all rows share. */
const text = {
  subject: 'llvm',
  modes,
  observables: ['text-intel'],
  right: { intel: 'ours', amd: 'ours' },
  class: 'text',
} as const;
/** What is printed is another instruction than what is executed. */
const wrong = { ...text, class: 'oracle-bug' } as const;

export const llvmPrefixes: readonly KnownRow[] = [
  {
    ...wrong,
    id: 'llvm-ignored-segment-last',
    modes: [64],
    match: { is: ['ignored-segment-last'] },
    says: { ours: '…s:[…', theirs: '…[…' },
    manual: 'SDM 1 3.4.2.1',
    silicon: 'Zen 3 keeps FS in 64 26 8B 00.',
    note: 'In 64-bit mode ES, CS, SS and DS do not override FS and GS before them; LLVM forgets FS and GS.',
  },
  {
    ...text,
    id: 'llvm-bound-prefix',
    match: {
      places: [
        { map: 0, opcodes: [[0x70, 0x7f], 0xc2, 0xc3, [0xe8, 0xeb], 0xff] },
        { map: 1, opcodes: [[0x80, 0x8f]] },
      ],
      prefixes: { any: [0xf2] },
    },
    says: { ours: 'bnd …', theirs: '…' },
    manual: 'SDM 1 appendix E',
    note: 'F2 before near branches is BND of MPX, which LLVM has removed: it prints REPNE, or nothing.',
  },
  {
    ...text,
    id: 'llvm-counter-address',
    modes: [64],
    match: { map: 0, opcodes: [0xe3], prefixes: { any: [0x67] } },
    says: { ours: 'jecxz …', theirs: 'jrcxz …' },
    manual: 'SDM 2A Jcc',
    note: '67 makes JECXZ of JRCXZ; with 66 behind or before it LLVM prints it alone.',
  },
  {
    ...wrong,
    id: 'llvm-lock-before-66',
    match: { is: ['lock-allowed'], prefixes: { all: [0x66] } },
    says: { ours: 'lock …', theirs: '…' },
    manual: 'SDM 2A LOCK',
    note: 'LLVM forgets LOCK where 66 and another prefix stand beside it.',
  },
  {
    ...wrong,
    id: 'llvm-elision-with-rexw',
    modes: [64],
    match: { map: 0, opcodes: [[0x86, 0x89], 0xc6, 0xc7], form: 'memory', prefixes: { any: [0xf2, 0xf3] } },
    says: { ours: 'x…', theirs: '…' },
    manual: 'SDM 1 17.3.2',
    note: 'XRELEASE is REP to LLVM where REX.W stands behind it.',
  },
  {
    ...wrong,
    id: 'llvm-cldemote-prefix',
    match: { map: 1, opcodes: [0x1c], digits: [0], form: 'memory', prefixes: { any: [0x66, 0xf2, 0xf3] } },
    says: { ours: 'nop …', theirs: '…cldemote …' },
    manual: 'SDM 2A CLDEMOTE',
    note: 'CLDEMOTE has no mandatory prefix; with one this is a NOP.',
  },
  {
    ...wrong,
    id: 'llvm-rexw-for-prefix',
    modes: [64],
    match: {
      places: [
        { map: 0, opcodes: [0x90] },
        { map: 1, opcodes: [0x7e, 0xae] },
      ],
      rexW: 1,
      prefixes: { any: [0x66, 0xf3] },
    },
    says: { ours: '… …', theirs: '… …' },
    manual: 'SDM 2A 2.1.2, 2B MOVQ',
    note: 'REX.W beside a mandatory prefix makes LLVM forget the prefix: MOVQ of MMX for XMM, XSAVEOPT64 for CLWB.',
  },
  {
    ...wrong,
    id: 'llvm-pause-rexw',
    modes: [64],
    match: { map: 0, opcodes: [0x90], prefixes: { any: [0xf3] } },
    says: { ours: 'pause', theirs: 'nop' },
    manual: 'SDM 2B PAUSE',
    note: 'REX.W means nothing to PAUSE; with it LLVM prints NOP.',
  },
  {
    ...text,
    id: 'llvm-elision-of-register',
    match: { map: 0, opcodes: [0x86, 0x87, 0x88, 0x89, [0x90, 0x97], 0xc6, 0xc7], prefixes: { any: [0xf2, 0xf3] } },
    says: { ours: '…', theirs: 'x…' },
    manual: 'SDM 1 17.3.2',
    note: 'XACQUIRE and XRELEASE are of memory, and of XCHG, MOV and locked instructions; LLVM prints them with registers.',
  },
  {
    ...text,
    id: 'llvm-elision-behind-lock',
    match: { is: ['lock-allowed'], prefixes: { any: [0xf2, 0xf3] } },
    says: { ours: 'x… lock …', theirs: 'lock …' },
    manual: 'SDM 1 17.3.2',
    note: 'XACQUIRE and XRELEASE may stand behind LOCK; LLVM knows them before it only.',
  },
  {
    ...text,
    id: 'llvm-no-track',
    match: { map: 0, opcodes: [0xff], digits: [2, 4], prefixes: { any: [0x3e] } },
    says: { ours: 'notrack …', theirs: '…' },
    manual: 'SDM 1 18.3.1',
    note: '3E before a near indirect branch is NOTRACK; LLVM prints a segment, or nothing.',
  },
  {
    ...wrong,
    id: 'llvm-fence-rexw',
    modes: [64],
    match: { map: 1, opcodes: [0xae], digits: [5, 6, 7], form: 'register', rexW: 1 },
    says: { ours: '…fence', theirs: 't…' },
    manual: 'SDM 2B MFENCE',
    note: 'REX.W and 67 mean nothing to MFENCE; with both LLVM prints TPAUSE.',
    witnesses: [{ mode: 64, bytes: '67 4A 0F AE F4' }],
  },
  {
    ...wrong,
    id: 'llvm-clflush-rexw',
    modes: [64],
    match: { map: 1, opcodes: [0xae], digits: [7], form: 'memory', rexW: 1, prefixes: { any: [0x67] } },
    says: { ours: 'clflush …', theirs: 'clflushopt …' },
    manual: 'SDM 2A CLFLUSH',
    note: 'REX.W means nothing to CLFLUSH; with it and 67 LLVM prints CLFLUSHOPT.',
    witnesses: [{ mode: 64, bytes: '67 48 0F AE 38' }],
  },
];
