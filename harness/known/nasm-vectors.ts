/**
 * What becomes of our NASM text of VEX and EVEX in NASM 2.16: it has not all of them, and its lines of half precision
 * have mistakes.
 */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow, Place } from './row.ts';

/** What all rows share. */
const nasmSays = { subject: 'nasm', modes, right: { intel: 'ours', amd: 'ours' } } as const;

/** NASM has no text that gives this encoding. */
const rejects = {
  ...nasmSays,
  observables: ['validity'],
  says: { ours: 'valid', theirs: 'invalid' },
  class: 'feature',
} as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const evex = (map: number): number => mapIn(Encoding.evex, map);

/** Instructions of AVX512-FP16. */
const halfPrecision: readonly Place[] = [
  { map: evex(3), opcodes: [0x08, 0x0a, 0x26, 0x27, 0x56, 0x57, 0x66, 0x67, 0xc2] },
  { map: evex(5), opcodes: [[0x10, 0x7e]] },
  { map: evex(6), opcodes: [[0x13, 0xd7]] },
];

export const nasmVectors: readonly KnownRow[] = [
  {
    ...rejects,
    id: 'nasm-half-precision',
    match: { places: halfPrecision },
    class: 'oracle-bug',
    manual: 'SDM 2C VFMADD132PH/VFNMADD132PH',
    versions: '<2.17',
    note: 'In lines of half precision NASM has wrong names, operands, lengths and counts of a broadcast.',
  },
  {
    ...nasmSays,
    id: 'nasm-half-names',
    observables: ['mnemonic'],
    match: { map: evex(6), opcodes: [0x98, 0x9a, 0xa8, 0xaa, 0xb8, 0xba] },
    says: { ours: 'vfm…ph', theirs: 'vfnm…ph' },
    class: 'oracle-bug',
    manual: 'SDM 2C VFMADD132PH/VFNMADD132PH',
    versions: '<2.17',
    note: 'NASM gives VFMADD132PH and its kin the opcodes of VFNMADD132PH and its kin.',
  },
  {
    ...nasmSays,
    id: 'nasm-half-scale',
    observables: ['operand-0', 'operand-1', 'operand-2'],
    match: { places: halfPrecision, form: 'memory', is: ['other-place'] },
    says: { ours: '…:[…', theirs: '…:[…' },
    class: 'oracle-bug',
    manual: 'SDM 2A 2.7.5',
    versions: '<2.17',
    note: 'NASM scales a displacement of one byte by another number.',
  },
  {
    ...nasmSays,
    id: 'nasm-half-length',
    observables: ['operand-0'],
    match: {
      places: [
        { map: evex(2), opcodes: [0x72] },
        { map: evex(5), opcodes: [0x1d, 0x5a, 0x5b, 0x7a] },
      ],
      form: 'memory',
      is: ['other-length'],
    },
    says: { ours: 'ymm…w …', theirs: 'xmm…w …' },
    class: 'oracle-bug',
    manual: 'SDM 2A CVTDQ2PH',
    note: 'A vector of 512 bits becomes one of 256; NASM has one of 256 that stays so.',
  },
  {
    ...nasmSays,
    id: 'nasm-vreducesh-operands',
    observables: ['operand-1', 'operand-2'],
    match: { map: evex(3), opcodes: [0x57] },
    says: { ours: '… r …', theirs: '… r …' },
    class: 'oracle-bug',
    manual: 'SDM 2C VREDUCESH',
    versions: '<2.17',
    note: 'NASM has the operands of VREDUCESH in another order.',
  },
  {
    ...rejects,
    id: 'nasm-without-4fmaps',
    match: { map: evex(2), opcodes: [0x52, 0x53, 0x9a, 0x9b, 0xaa, 0xab] },
    manual: 'SDM 2C V4FMADDPS',
    note: 'NASM has VP4DPWSSD misspelt, V4FMADDPS with a register group that no text gives, and no broadcast of VDPBF16PS.',
  },
  {
    ...rejects,
    id: 'nasm-vpopcnt-broadcast',
    match: { map: evex(2), opcodes: [0x55], form: 'memory', is: ['evex-b'] },
    class: 'oracle-bug',
    manual: 'SDM 2C VPOPCNTB/VPOPCNTW/VPOPCNTD/VPOPCNTQ',
    note: 'VPOPCNTD and VPOPCNTQ broadcast; NASM has lines without.',
  },
  {
    ...rejects,
    id: 'nasm-vp2intersect',
    match: { map: evex(2), opcodes: [0x68] },
    manual: 'SDM 2C VP2INTERSECTD/VP2INTERSECTQ',
    note: 'NASM has no VP2INTERSECTQ, and VP2INTERSECTD with memory of 128 bits only.',
  },
  {
    ...rejects,
    id: 'nasm-vcvtneps2bf16',
    match: {
      places: [
        { map: vex(2), opcodes: [0x72] },
        { map: evex(2), opcodes: [0x72] },
      ],
    },
    class: 'oracle-bug',
    manual: 'SDM 2C VCVTNEPS2BF16',
    note: 'NASM has VCVTNEPS2BF16 with a second source in EVEX, and with a destination of the whole length in VEX.',
  },
  {
    ...rejects,
    id: 'nasm-vbcstnebf162ps',
    match: { map: vex(2), opcodes: [0xb1] },
    class: 'oracle-bug',
    manual: 'SDM 2C VBCSTNEBF162PS',
    note: 'NASM has misspelt VBCSTNEBF162PS.',
  },
  {
    ...rejects,
    id: 'nasm-avx-vnni',
    match: { map: vex(2), opcodes: [[0x50, 0x53]] },
    manual: 'SDM 2C VPDPBUSD',
    note: 'NASM gives VPDPBUSD and its kin no VEX, though it is told to.',
  },
  {
    ...rejects,
    id: 'nasm-before-avx-vnni-int16',
    match: {
      places: [
        { map: vex(2), opcodes: [[0xcb, 0xcd], 0xd2, 0xd3, 0xda] },
        { map: vex(3), opcodes: [0xde] },
      ],
    },
    manual: 'SDM 2C VPDPWUUD',
    versions: '<2.17',
    note: 'This version has no AVX-VNNI-INT16, SHA512, SM3 and SM4.',
  },
  {
    ...nasmSays,
    id: 'nasm-element-destination',
    observables: ['operand-0'],
    match: {
      places: [
        { map: vex(1), opcodes: [0x50, 0xc5, 0xd7] },
        { map: vex(3), opcodes: [0x14, 0x15, 0x17] },
        { map: evex(1), opcodes: [0xc5] },
        { map: evex(3), opcodes: [0x14, 0x15, 0x17] },
      ],
      form: 'register',
      vexW: 1,
    },
    says: { ours: 'r… w 64', theirs: '… w 32' },
    class: 'text',
    manual: 'SDM 2B PEXTRW',
    note: 'The element is zero-extended to 32 and 64 bits alike; NASM leaves W out.',
  },
  {
    ...rejects,
    id: 'nasm-element-source',
    match: {
      places: [
        { map: vex(1), opcodes: [0xc4] },
        { map: vex(3), opcodes: [0x20] },
        { map: evex(1), opcodes: [0xc4] },
        { map: evex(3), opcodes: [0x20] },
      ],
      form: 'register',
      vexW: 1,
    },
    class: 'text',
    manual: 'SDM 2B PINSRW',
    note: 'The low bits of a register are read, whatever W says; NASM takes no register of 64 bits.',
  },
];
