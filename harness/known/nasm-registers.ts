/** What becomes of our NASM text of x87, MMX, SSE, tiles and vendors' instructions in NASM 2.16. */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

/** NASM has no text that gives this encoding. */
const rejects = {
  subject: 'nasm',
  modes,
  observables: ['validity'],
  says: { ours: 'valid', theirs: 'invalid' },
  right: { intel: 'ours', amd: 'ours' },
  class: 'feature',
} as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);

export const nasmRegisters: readonly KnownRow[] = [
  {
    ...rejects,
    id: 'nasm-key-locker',
    match: { map: 2, opcodes: [0xd8, [0xdc, 0xdf], 0xfa, 0xfb], prefixes: { all: [0xf3] } },
    right: { intel: 'ours', amd: 'theirs' },
    manual: 'SDM 2A AESENC128KL, LOADIWKEY',
    versions: '<3',
    note: 'NASM has no Key Locker.',
  },
  {
    ...rejects,
    id: 'nasm-later-features',
    modes: [64],
    match: {
      places: [
        { map: 2, opcodes: [0xf8] },
        { map: vex(7), opcodes: [0xf8] },
        { map: vex(2), opcodes: [0x5c, 0x6c] },
      ],
      form: 'register',
    },
    right: { intel: 'ours', amd: 'theirs' },
    manual: 'SDM 2D URDMSR, TDPFP16PS, TCMMIMFP16PS',
    versions: '<3',
    note: 'USER_MSR, AMX-FP16 and AMX-COMPLEX are newer.',
  },
  {
    ...rejects,
    id: 'nasm-vpermil2',
    match: { map: vex(3), opcodes: [0x48, 0x49] },
    manual: 'APM 4 VPERMIL2PS, VPERMIL2PD',
    note: 'NASM has no VPERMIL2PS and VPERMIL2PD.',
  },
  {
    ...rejects,
    id: 'nasm-stack-alias',
    match: { map: 0, opcodes: [0xd9], digits: [3], form: 'register' },
    manual: 'APM 5 appendix A, table A-15',
    note: 'The alias of FSTP at D9 D8 has no name in NASM.',
  },
  {
    ...rejects,
    id: 'nasm-element-rexw',
    modes: [64],
    match: {
      places: [
        { map: 1, opcodes: [0xc4, 0xc5, 0xd7] },
        { map: 3, opcodes: [0x20] },
      ],
      form: 'register',
      rexW: 1,
    },
    manual: 'SDM 2B PINSRW, PEXTRW, PMOVMSKB, PINSRB',
    note: 'A general register of 64 bits, of which fewer count, has no line in NASM.',
  },
  {
    ...rejects,
    id: 'nasm-element-size',
    modes: [64],
    observables: ['operand-0'],
    match: { map: 3, opcodes: [0x14], form: 'register', rexW: 1 },
    says: { ours: '… w 64', theirs: '… w 32' },
    class: 'text',
    manual: 'SDM 2B PEXTRB',
    note: 'NASM leaves REX.W out, since the upper half becomes 0 anyway.',
  },
];
