/** What LLVM's disassembler says otherwise of the validity of VEX and EVEX. */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

const accepts = { ours: 'invalid', theirs: 'valid' } as const;
const rejects = { ours: 'valid', theirs: 'invalid' } as const;

/** What all rows share. */
const validity = {
  subject: 'llvm',
  modes,
  observables: ['validity'],
  right: { intel: 'ours', amd: 'ours' },
  class: 'oracle-bug',
} as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const evex = (map: number): number => mapIn(Encoding.evex, map);

export const llvmVectors: readonly KnownRow[] = [
  {
    ...validity,
    id: 'llvm-mask-high-register',
    match: {
      places: [
        { map: vex(1), opcodes: [[0x41, 0x4b], [0x90, 0x93], 0x98, 0x99] },
        { map: vex(3), opcodes: [[0x30, 0x33]] },
        { map: evex(2), opcodes: [0x28, 0x2a, 0x38, 0x3a] },
      ],
      form: 'register',
    },
    says: rejects,
    manual: 'SDM 2A 2.7.2',
    silicon: 'A CPU with AVX512DQ executes C4 C1 79 44 C0, one with AVX512F 62 12 7E 48 38 C0.',
    note: 'X and B extend no mask register in ModRM.rm, and are ignored; LLVM refuses them.',
  },
  {
    ...validity,
    id: 'llvm-rounding-ignored',
    match: { map: evex(1), opcodes: [0x2a, 0x7a, 0x7b, 0xe6], form: 'register', is: ['evex-b'] },
    says: rejects,
    manual: 'SDM 2A CVTDQ2PD',
    silicon: 'A CPU with AVX512F executes 62 71 7E 5B E6 D3 and 62 E1 6F 50 7B F5.',
    note: 'Conversions of 32-bit integers to double precision are exact and ignore rounding.',
  },
  {
    ...validity,
    id: 'llvm-evex-w-ignored',
    match: {
      places: [
        { map: evex(1), opcodes: [0xd1, 0xe1, 0xf1] },
        { map: evex(3), opcodes: [0x0f] },
        { map: evex(5), opcodes: [0x6e, 0x7e] },
      ],
      vexW: 1,
    },
    says: rejects,
    manual: 'SDM 2B PALIGNR, PSRLW, VMOVW',
    note: 'EVEX.W is ignored by these (WIG); LLVM wants 0.',
  },
  {
    ...validity,
    id: 'llvm-evex-length-ignored',
    match: {
      places: [
        { map: evex(3), opcodes: [0x0a, 0x27, 0x57, 0x67] },
        { map: evex(6), opcodes: [0x2d, 0x43, 0x57, 0xd7] },
      ],
    },
    says: rejects,
    manual: 'SDM 2C VGETEXPSH, VFPCLASSSH; 2A VFCMADDCSH',
    note: 'The vector length is ignored by these (LLIG); LLVM refuses some.',
  },
  {
    ...validity,
    id: 'llvm-vector-length-3',
    match: { is: ['vector-length-3'] },
    says: accepts,
    manual: 'SDM 2A 2.7.11.2',
    note: "L'L of 3 is no vector length; LLVM takes it for 512 bits.",
  },
  {
    ...validity,
    id: 'llvm-evex-reserved',
    match: { is: ['evex-reserved'] },
    says: accepts,
    class: 'feature',
    manual: 'SDM 2A 2.7.11.2',
    note: 'EVEX reserves bits that APX uses; LLVM decodes these whatever features it is given.',
  },
  {
    ...validity,
    id: 'llvm-zeroing-without-mask',
    match: { is: ['evex-zeroing', 'evex-no-mask'] },
    says: accepts,
    manual: 'SDM 2A 2.7.4',
    note: 'EVEX.z is #UD without a mask; LLVM prints {k0} {z}.',
  },
  {
    ...validity,
    id: 'llvm-tile-w1',
    modes: [64],
    match: { map: vex(2), opcodes: [0x6c], vexW: 1 },
    says: accepts,
    manual: 'SDM 2D TCMMIMFP16PS',
    note: 'TCMMIMFP16PS and TCMMRLFP16PS have W0.',
    witnesses: [{ mode: 64, bytes: 'C4 E2 E8 6C C1' }],
  },
  {
    ...validity,
    id: 'llvm-same-register',
    match: {
      places: [
        { map: vex(2), opcodes: [[0x5c, 0x5e], 0x6c, [0x90, 0x93]] },
        { map: evex(2), opcodes: [[0x90, 0x93]] },
        { map: evex(6), opcodes: [0x56, 0x57, 0xd6, 0xd7] },
      ],
    },
    says: accepts,
    manual: 'SDM 2C VGATHERDPS, 2A VFMADDCPH, 2D TDPBSSD',
    note: 'The destination of these, and of gathers mask and index too, has to be another register than the sources.',
  },
  {
    ...validity,
    id: 'llvm-no-such-register',
    match: {
      places: [
        { map: evex(1), opcodes: [0x2c, 0x2d, [0x64, 0x66], [0x74, 0x76], 0x78, 0x79, 0xc2, 0xc5] },
        { map: evex(2), opcodes: [0x26, 0x27, 0x29, 0x37, 0x39, 0x8f] },
        { map: evex(3), opcodes: [0x1e, 0x1f, 0x3e, 0x3f, 0x66, 0x67, 0xc2] },
        { map: evex(5), opcodes: [0x2c, 0x2d, 0x78, 0x79] },
      ],
    },
    says: accepts,
    manual: 'SDM 2A 2.7.2',
    note: "There are eight masks and sixteen general registers: EVEX.R and R' that name others are #UD; LLVM ignores them.",
  },
  {
    ...validity,
    id: 'llvm-apx',
    match: {
      places: [
        { map: evex(1), opcodes: [[0x90, 0x93]] },
        { map: evex(2), opcodes: [0x49, 0x4b, [0xe0, 0xef], 0xf2, 0xf3, 0xf5, 0xf6, 0xf7] },
        { map: evex(3), opcodes: [0xf0] },
        { map: evex(4), opcodes: [[0x00, 0xff]] },
        { map: evex(7), opcodes: [0xf8] },
      ],
    },
    says: accepts,
    class: 'feature',
    manual: 'APX 3.1.3',
    note: 'APX promotes instructions to EVEX, in 64-bit mode; LLVM decodes these whatever features and mode it is given.',
    witnesses: modes.map((mode) => ({ mode, bytes: '62 F2 7D 08 EF 00' })),
  },
  {
    ...validity,
    id: 'llvm-evex-upper-vvvv',
    modes: [16, 32],
    match: { is: ['evex-upper-vvvv'] },
    says: accepts,
    manual: 'SDM 2A 2.7.11.1',
    note: "EVEX.V' has to be 1 outside 64-bit mode; LLVM ignores it.",
  },
];
