/**
 * What GNU objdump says otherwise of VEX and EVEX. It reads each field of EVEX apart, as an operand asks for it, so
 * that what no operand asks for is not refused.
 */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

const accepts = { ours: 'invalid', theirs: 'valid' } as const;
const rejects = { ours: 'valid', theirs: 'invalid' } as const;

/** What all rows share. */
const oursIsRight = { subject: 'objdump', modes, right: { intel: 'ours', amd: 'ours' } } as const;
const validity = { ...oursIsRight, observables: ['validity'], class: 'oracle-bug' } as const;
const text = { ...oursIsRight, observables: ['text-intel', 'text-gas'], class: 'text' } as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const evex = (map: number): number => mapIn(Encoding.evex, map);

export const objdumpVectors: readonly KnownRow[] = [
  {
    ...validity,
    id: 'objdump-evex-broadcast',
    match: {
      places: [
        {
          map: evex(1),
          opcodes: [
            0x28,
            0x2b,
            0x60,
            0x61,
            [0x63, 0x65],
            [0x67, 0x69],
            [0x6f, 0x71],
            [0x73, 0x75],
            0xd5,
            [0xd8, 0xda],
            [0xdc, 0xde],
            0xe0,
            [0xe3, 0xe5],
            [0xe8, 0xea],
            [0xec, 0xee],
            0xf5,
            0xf6,
            0xf8,
            0xf9,
            0xfc,
            0xfd,
          ],
        },
        {
          map: evex(2),
          opcodes: [
            0x00,
            0x04,
            0x0b,
            [0x10, 0x12],
            0x1c,
            0x1d,
            0x26,
            0x38,
            0x3a,
            0x3c,
            0x3e,
            0x54,
            0x66,
            0x70,
            0x72,
            0x75,
            0x7d,
            0x8d,
            0x8f,
            0xcf,
            [0xdc, 0xdf],
          ],
        },
        { map: evex(3), opcodes: [0x0f, 0x3e, 0x3f, 0x42, 0x44, 0x70, 0x72] },
      ],
      form: 'memory',
      is: ['evex-b'],
    },
    says: accepts,
    manual: 'SDM 2A 2.7.11.2',
    silicon: 'A CPU with AVX512-BITALG raises #UD for 62 F2 7D 1B 8F 00.',
    note: 'EVEX.b with memory is #UD where there is no broadcast, as with bytes and words; objdump prints one.',
  },
  {
    ...validity,
    id: 'objdump-tilezero-rm',
    modes: [64],
    match: { map: vex(2), opcodes: [0x49], rms: [1, 2, 3, 4, 5, 6, 7], form: 'register' },
    says: accepts,
    manual: 'SDM 2D TILEZERO',
    note: 'TILEZERO has 000 in ModRM.rm; objdump prints it with any.',
    witnesses: [{ mode: 64, bytes: 'C4 E2 7B 49 C1' }],
  },
  {
    ...validity,
    id: 'objdump-evex-mask',
    match: {
      places: [
        {
          map: evex(1),
          opcodes: [
            0x12,
            0x13,
            0x16,
            0x17,
            [0x2a, 0x2f],
            0x6e,
            0x73,
            0x78,
            0x79,
            0x7b,
            0x7e,
            0xc4,
            0xc5,
            0xd6,
            0xe7,
            0xf6,
          ],
        },
        { map: evex(2), opcodes: [[0x28, 0x2a], [0x38, 0x3a], 0x68, [0xdc, 0xdf]] },
        { map: evex(3), opcodes: [[0x14, 0x17], [0x20, 0x22], 0x44] },
        { map: evex(5), opcodes: [0x2a, [0x2c, 0x2f], 0x6e, 0x78, 0x79, 0x7b, 0x7e] },
      ],
      is: ['evex-mask'],
    },
    says: accepts,
    manual: 'SDM 2A 2.7.11.2',
    silicon: 'A CPU with AVX512-FP16 raises #UD for 62 F5 7C 8F 2F C0.',
    note: 'EVEX.aaa is #UD where an instruction takes no mask; objdump prints it.',
  },
  {
    ...validity,
    id: 'objdump-evex-zeroing',
    match: {
      places: [
        { map: evex(1), opcodes: [0x11, 0x29, [0x64, 0x66], [0x74, 0x76], 0x7f, 0xc2] },
        {
          map: evex(2),
          opcodes: [[0x10, 0x15], [0x20, 0x27], 0x29, [0x30, 0x35], 0x37, 0x63, 0x8a, 0x8b, 0x8f],
        },
        { map: evex(3), opcodes: [0x19, 0x1b, [0x1d, 0x1f], 0x39, 0x3b, 0x3e, 0x3f, 0x66, 0x67, 0xc2] },
        { map: evex(5), opcodes: [0x11] },
      ],
      is: ['evex-zeroing'],
    },
    says: accepts,
    manual: 'SDM 2A 2.7.4',
    silicon: 'A CPU with AVX512F raises #UD for 62 F1 7D C9 7F 00.',
    note: 'Neither memory nor a mask register is zeroed; objdump prints {z}.',
  },
  {
    ...validity,
    id: 'objdump-evex-high-vvvv',
    match: { is: ['evex-high-vvvv'] },
    says: accepts,
    manual: 'SDM 2A 2.7.11.2',
    silicon: 'A CPU with AVX512-FP16 raises #UD for 62 F3 7C 00 67 C0 3D.',
    note: "Where there is no second source vvvv and V' have to be all ones; objdump does not look at V'.",
  },
  {
    ...validity,
    id: 'objdump-evex-size',
    match: {
      map: evex(1),
      opcodes: [[0x10, 0x12], 0x16, 0x2e, 0x2f, 0x51, 0x58, 0x59, [0x5c, 0x5f]],
      is: ['evex-w-against-pp'],
    },
    says: accepts,
    manual: 'SDM 2C UCOMISS',
    silicon: 'A CPU with AVX512F raises #UD for 62 F1 7D 08 2E C0 and 62 F1 FC 28 2E C0.',
    note: 'EVEX.W goes with the mandatory prefix: 0 with single precision, 1 with double; objdump does not look at it.',
  },
  {
    ...validity,
    id: 'objdump-vpshufbitqmb-size',
    match: { map: evex(2), opcodes: [0x8f], vexW: 1 },
    says: accepts,
    manual: 'SDM 2C VPSHUFBITQMB',
    note: 'VPSHUFBITQMB has W0; objdump does not look at it.',
  },
  {
    ...validity,
    id: 'objdump-evex-prefix',
    match: {
      places: [
        { map: evex(2), opcodes: [0x4e, 0x50, 0x51] },
        { map: evex(3), opcodes: [0x42, 0x70, 0x72] },
      ],
      is: ['vector-not-66'],
    },
    says: accepts,
    manual: 'SDM 2C VPSHLD',
    silicon: 'A CPU with AVX512-VBMI2 raises #UD for 62 F3 FC 28 70 C0 D4.',
    note: 'VRSQRT14, VPDPBUSD, VDBPSADBW, VPSHLDW and VPSHRDW have the mandatory prefix 66; objdump does not look at it.',
  },
  {
    ...validity,
    id: 'objdump-evex-512-alone',
    match: { map: evex(2), opcodes: [0x52, 0x53, 0x9a, 0xaa, 0xc8, 0xca, 0xcc], is: ['vector-below-512'] },
    says: accepts,
    manual: 'SDM 2C V4FMADDPS',
    note: 'AVX512ER, 4FMAPS and 4VNNIW have vectors of 512 bits only; objdump prints shorter ones.',
  },
  {
    ...validity,
    id: 'objdump-vmovw-length',
    match: { map: evex(5), opcodes: [0x6e, 0x7e], is: ['vector-not-128'] },
    says: accepts,
    manual: 'SDM 2B VMOVW',
    silicon: 'A CPU with AVX512-FP16 raises #UD for 62 F5 7D 28 7E C0.',
    note: 'VMOVW has vectors of 128 bits only; objdump does not look at the length.',
  },
  {
    ...validity,
    id: 'objdump-evex-memory-alone',
    match: {
      places: [
        { map: evex(1), opcodes: [0xe7] },
        { map: evex(2), opcodes: [0x2a] },
      ],
      form: 'register',
    },
    says: accepts,
    manual: 'SDM 2B MOVNTDQA',
    silicon: 'A CPU with AVX512F raises #UD for 62 F1 7D 48 E7 C0.',
    note: 'VMOVNTDQ and VMOVNTDQA move to and from memory; objdump prints two registers.',
  },
  {
    ...validity,
    id: 'objdump-evex-register-alone',
    match: { map: evex(2), opcodes: [0x29, 0x39], form: 'memory' },
    says: accepts,
    manual: 'SDM 2C VPMOVB2M/VPMOVW2M/VPMOVD2M/VPMOVQ2M',
    silicon: 'A CPU with AVX512BW raises #UD for 62 F2 FE 28 29 00.',
    note: 'VPMOVB2M and its kin read a register; objdump prints memory.',
  },
  {
    ...validity,
    id: 'objdump-vp2intersect-sae',
    match: { map: evex(2), opcodes: [0x68], form: 'register', is: ['evex-b'] },
    says: accepts,
    manual: 'SDM 2C VP2INTERSECTD/VP2INTERSECTQ',
    note: 'VP2INTERSECT raises no floating-point exceptions that could be suppressed; objdump prints {sae}.',
  },
  {
    ...validity,
    id: 'objdump-rounding-ignored',
    match: { map: evex(1), opcodes: [0x2a, 0x7a, 0x7b, 0xe6], form: 'register', is: ['evex-b'] },
    says: rejects,
    manual: 'SDM 2A CVTDQ2PD',
    silicon: 'A CPU with AVX512F executes 62 71 7E 5B E6 D3 and 62 E1 6F 50 7B F5.',
    note: 'Conversions of 32-bit integers to double precision are exact and ignore rounding; objdump prints {rn-bad}.',
  },
  {
    ...validity,
    id: 'objdump-mask-high-register',
    match: {
      places: [
        { map: vex(1), opcodes: [0x41, 0x42, [0x44, 0x47], 0x4a, 0x4b, 0x90, 0x93, 0x98, 0x99] },
        { map: vex(3), opcodes: [[0x30, 0x33]] },
        { map: evex(2), opcodes: [0x28, 0x2a, 0x38, 0x3a] },
      ],
      form: 'register',
      is: ['vector-b'],
    },
    says: rejects,
    manual: 'SDM 2A 2.7.2',
    silicon: 'A CPU with AVX512DQ executes C4 C1 79 44 C0, one with AVX512F 62 12 7E 48 38 C0.',
    note: 'B extends no mask register in ModRM.rm and is ignored; objdump finds no K8 to K15.',
  },
  {
    ...validity,
    id: 'objdump-before-avx-vnni-int16',
    match: {
      places: [
        { map: vex(2), opcodes: [[0xcb, 0xcd], 0xd2, 0xd3, 0xda] },
        { map: vex(3), opcodes: [0xde] },
      ],
    },
    says: rejects,
    class: 'feature',
    manual: 'SDM 2C VPDPWUUD',
    versions: '<2.42',
    note: 'This version has no AVX-VNNI-INT16, SHA512, SM3 and SM4.',
  },
  {
    ...text,
    id: 'objdump-register-group',
    match: { map: evex(2), opcodes: [0x52, 0x53, 0x9a, 0x9b, 0xaa, 0xab], is: ['other-of-group'] },
    says: { ours: 'v…4…', theirs: 'v…4…' },
    manual: 'SDM 2C V4FMADDPS',
    note: 'Four registers are read, of which vvvv names one: the first one is printed here, the named one by objdump.',
  },
  {
    ...text,
    id: 'objdump-mask-pair',
    match: { map: evex(2), opcodes: [0x68], is: ['other-of-pair'] },
    says: { ours: 'vp2intersect…', theirs: 'vp2intersect…' },
    manual: 'SDM 2C VP2INTERSECTD/VP2INTERSECTQ',
    note: 'Two masks are written, of which ModRM.reg names one: the first one is printed here, the named one by objdump.',
  },
  {
    ...text,
    id: 'objdump-pclmulqdq-choice',
    match: {
      places: [
        { map: 3, opcodes: [0x44] },
        { map: vex(3), opcodes: [0x44] },
        { map: evex(3), opcodes: [0x44] },
      ],
      is: ['bit-1-as-bit-4'],
    },
    says: { ours: '…pclmulqdq …', theirs: '…pclmulqdq …' },
    manual: 'SDM 2B PCLMULQDQ',
    note: 'Bit 4 of the immediate chooses the half of the second source; objdump has a name for bit 1, too.',
    witnesses: modes.map((mode) => ({ mode, bytes: 'C4 E3 79 44 00 02' })),
  },
  {
    ...text,
    id: 'objdump-scalar-store',
    match: {
      places: [
        { map: vex(1), opcodes: [0x11] },
        { map: evex(1), opcodes: [0x11] },
        { map: evex(5), opcodes: [0x11] },
      ],
      form: 'register',
      is: ['vector-not-128', 'other-vector-length'],
    },
    says: { ours: 'vmovs… xmm…', theirs: 'vmovs… …mm…' },
    manual: 'SDM 2B MOVSS',
    silicon: 'A CPU with AVX512F executes C5 FF 11 C0 and 62 F1 FF 48 11 C0.',
    note: 'Moves of a scalar ignore the vector length; objdump names the destination by it.',
  },
];
