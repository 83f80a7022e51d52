/**
 * What ndisasm says otherwise of VEX and EVEX. NASM's table says what can be assembled, and what an assembler does not
 * write is not looked at; version 2.16 has mistakes in its lines of half precision, which nothing has tried yet.
 */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

const accepts = { ours: 'invalid', theirs: 'valid' } as const;
const rejects = { ours: 'valid', theirs: 'invalid' } as const;

/** What all rows share. */
const oursIsRight = { subject: 'ndisasm', modes, right: { intel: 'ours', amd: 'ours' }, class: 'oracle-bug' } as const;
const validity = { ...oursIsRight, observables: ['validity'] } as const;
const text = { ...oursIsRight, observables: ['text-nasm'] } as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const evex = (map: number): number => mapIn(Encoding.evex, map);

export const ndisasmVectors: readonly KnownRow[] = [
  {
    ...validity,
    id: 'ndisasm-evex-b',
    match: { is: ['evex-b'] },
    says: accepts,
    manual: 'SDM 2A 2.7.11.2',
    silicon: 'A CPU with AVX512F raises #UD for 62 F1 7D 58 7F C0 and 62 F1 7D 58 6F 00.',
    note: 'EVEX.b is #UD where there is no broadcast, rounding or SAE; ndisasm does not look at it.',
  },
  {
    ...validity,
    id: 'ndisasm-evex-mask',
    match: {
      places: [
        {
          map: evex(1),
          opcodes: [0x12, 0x13, 0x16, 0x17, [0x2a, 0x2f], 0x6e, 0x73, [0x78, 0x7b], 0x7e, 0xc4, 0xc5, 0xd6, 0xe7, 0xf6],
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
    note: 'EVEX.aaa is #UD where an instruction takes no mask; ndisasm does not look at it.',
  },
  {
    ...validity,
    id: 'ndisasm-evex-mask-needed',
    match: { map: evex(2), opcodes: [[0x90, 0x93], [0xa0, 0xa3], 0xc6, 0xc7] },
    says: accepts,
    manual: 'SDM 2C VGATHERDPS/VGATHERDPD',
    note: 'Gathers and scatters with K0 as mask are #UD; ndisasm prints them without one.',
  },
  {
    ...validity,
    id: 'ndisasm-evex-zeroing',
    match: { is: ['evex-zeroing'] },
    says: accepts,
    manual: 'SDM 2A 2.7.4',
    silicon: 'A CPU with AVX512F raises #UD for 62 F1 7D C8 6F C0 and 62 F1 7D C9 7F 00.',
    note: 'EVEX.z is #UD without a mask, and where memory or a mask register is written; ndisasm does not look at it.',
  },
  {
    ...validity,
    id: 'ndisasm-evex-reserved',
    match: { is: ['evex-reserved'] },
    says: accepts,
    manual: 'SDM 2A 2.7.11.1',
    note: 'Two bits of EVEX are fixed; ndisasm does not look at them.',
  },
  {
    ...validity,
    id: 'ndisasm-same-register',
    match: {
      places: [
        { map: vex(2), opcodes: [[0x90, 0x93]] },
        { map: evex(6), opcodes: [0x56, 0x57, 0xd6, 0xd7] },
      ],
    },
    says: accepts,
    manual: 'SDM 2C VGATHERDPD/VGATHERQPD',
    note: 'Gathers, and multiplications of complex numbers, are #UD where registers are the same; ndisasm compares none.',
  },
  {
    ...validity,
    id: 'ndisasm-half-size',
    match: { map: evex(5), opcodes: [0x1d, 0x5e], vexW: 1 },
    says: accepts,
    manual: 'SDM 2A DIVPS',
    silicon: 'A CPU with AVX512-FP16 raises #UD for 62 F5 EC 08 5E C0 and 62 F5 EE 08 5E C0.',
    note: 'VDIVPH, VDIVSH and VCVTSS2SH have W0; ndisasm does not look at it.',
  },
  {
    ...validity,
    id: 'ndisasm-vpternlogd-prefix',
    match: { map: evex(3), opcodes: [0x25], is: ['vector-not-66'] },
    says: accepts,
    manual: 'SDM 2C VPTERNLOGD/VPTERNLOGQ',
    silicon: 'A CPU with AVX512F raises #UD for 62 F3 6C 08 25 C0 00.',
    note: 'VPTERNLOGD has the mandatory prefix 66; ndisasm knows another without.',
  },
  {
    ...validity,
    id: 'ndisasm-second-source',
    match: {
      places: [
        { map: evex(2), opcodes: [0x72] },
        { map: evex(6), opcodes: [0x4c] },
      ],
    },
    says: accepts,
    manual: 'SDM 2C VCVTNEPS2BF16',
    silicon: 'A CPU with AVX512-BF16 and AVX512-FP16 raises #UD for 62 F2 6D 08 72 C0 and 62 F6 6D 08 4C C0.',
    note: 'VCVTNEPS2BF16 and VRCPPH have one source; ndisasm gives them two.',
  },
  {
    ...validity,
    id: 'ndisasm-scalar-length',
    match: {
      places: [
        { map: vex(2), opcodes: [0x99, 0x9b, 0x9d, 0x9f, 0xa9, 0xab, 0xad, 0xaf, 0xb9, 0xbb, 0xbd, 0xbf] },
        { map: vex(3), opcodes: [0x0a, 0x0b] },
        {
          map: evex(1),
          opcodes: [0x10, 0x11, 0x2a, [0x2c, 0x2f], 0x51, [0x58, 0x5a], [0x5c, 0x5f], 0x78, 0x79, 0x7b, 0xc2],
        },
        {
          map: evex(2),
          opcodes: [
            0x2d, 0x43, 0x4d, 0x4f, 0x99, 0x9b, 0x9d, 0x9f, 0xa9, 0xab, 0xad, 0xaf, 0xb9, 0xbb, 0xbd, 0xbf, 0xcb, 0xcd,
          ],
        },
        { map: evex(3), opcodes: [0x0a, 0x0b, 0x27, 0x51, 0x55, 0x57, 0x67, 0xc2] },
        {
          map: evex(5),
          opcodes: [0x10, 0x11, 0x1d, 0x2a, [0x2c, 0x2f], 0x51, [0x58, 0x5a], [0x5c, 0x5f], 0x78, 0x79, 0x7b],
        },
        {
          map: evex(6),
          opcodes: [
            0x13, 0x2d, 0x43, 0x4d, 0x4f, 0x57, 0x99, 0x9b, 0x9d, 0x9f, 0xa9, 0xab, 0xad, 0xaf, 0xb9, 0xbb, 0xbd, 0xbf,
            0xd7,
          ],
        },
      ],
      is: ['vector-not-128'],
    },
    says: rejects,
    manual: 'SDM 2A 2.7.10',
    silicon: 'A CPU with AVX512F executes 62 F1 FF 48 11 C0.',
    note: 'Scalar instructions ignore the vector length; ndisasm knows most of them with 0 only.',
  },
  {
    ...validity,
    id: 'ndisasm-mask-high-register',
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
    note: 'B extends no mask register in ModRM.rm and is ignored; ndisasm finds no K8 to K15.',
  },
  {
    ...validity,
    id: 'ndisasm-general-high-register',
    match: {
      places: [
        { map: evex(1), opcodes: [0x2a, 0x6e, 0x7b, 0x7e, 0xc4] },
        { map: evex(2), opcodes: [[0x7a, 0x7c]] },
        { map: evex(3), opcodes: [[0x14, 0x17], 0x20, 0x22] },
        { map: evex(5), opcodes: [0x2a, 0x6e, 0x7b, 0x7e] },
      ],
      form: 'register',
      is: ['vector-x'],
    },
    says: rejects,
    manual: 'SDM 2A 2.7.2',
    silicon: 'A CPU with AVX512F executes 62 B1 7D 08 6E C0, 62 B1 7D 08 7E C0 and 62 B1 7F 08 2A C0.',
    note: 'EVEX.X extends vector registers in ModRM.rm, and is ignored with general ones; ndisasm finds none.',
  },
  {
    ...validity,
    id: 'ndisasm-vex-w1',
    match: {
      places: [
        { map: vex(1), opcodes: [0x77, 0xc5] },
        { map: vex(3), opcodes: [0x14, 0x15] },
      ],
      vexW: 1,
    },
    says: rejects,
    manual: 'SDM 2C VZEROUPPER',
    silicon: 'A CPU with AVX executes C4 E1 F8 77 and C4 E1 F9 C5 C0 00.',
    note: 'VZEROUPPER, VZEROALL, VPEXTRB and VPEXTRW ignore VEX.W; ndisasm knows them with 0 only.',
  },
  {
    ...validity,
    id: 'ndisasm-before-avx-vnni-int16',
    match: {
      places: [
        { map: vex(2), opcodes: [[0xcb, 0xcd], 0xd2, 0xd3, 0xda] },
        { map: vex(3), opcodes: [0xde] },
      ],
    },
    says: rejects,
    class: 'feature',
    manual: 'SDM 2C VPDPWUUD',
    versions: '<2.17',
    note: 'This version has no AVX-VNNI-INT16, SHA512, SM3 and SM4.',
  },
  {
    ...validity,
    id: 'ndisasm-avx-vnni',
    match: { map: vex(2), opcodes: [[0x50, 0x53]] },
    says: rejects,
    class: 'feature',
    manual: 'SDM 2C VPDPBUSD',
    silicon: 'A CPU with AVX-VNNI executes C4 E2 79 50 C0.',
    note: 'NASM has VPDPBUSD and its kin with VEX where it is told to, and ndisasm does not.',
  },
  {
    ...validity,
    id: 'ndisasm-without-half-precision',
    match: {
      places: [
        { map: evex(3), opcodes: [0x26, 0x27] },
        { map: evex(5), opcodes: [0x5d, 0x5f] },
        { map: evex(6), opcodes: [0x43] },
      ],
    },
    says: rejects,
    manual: 'SDM 2C VGETMANTPH',
    versions: '<2.17',
    note: 'NASM has wrong opcodes or operands of VGETMANTPH, VGETMANTSH, VMINPH, VMAXPH and VGETEXPSH.',
  },
  {
    ...validity,
    id: 'ndisasm-vp2intersectq',
    match: { map: evex(2), opcodes: [0x68], vexW: 1 },
    says: rejects,
    manual: 'SDM 2C VP2INTERSECTD/VP2INTERSECTQ',
    note: 'VP2INTERSECTQ is VP2INTERSECTD with W1; ndisasm does not know it.',
  },
  {
    ...text,
    id: 'ndisasm-rounding',
    match: { form: 'register', is: ['evex-b', 'rounding-as-length'] },
    says: { ours: 'v…sae}', theirs: 'v…' },
    manual: 'SDM 2A 2.7.10',
    note: "Of a vector EVEX.b means rounding or SAE, and L'L the mode, not the length; ndisasm takes it for the length.",
  },
  {
    ...text,
    id: 'ndisasm-broadcast-count',
    match: { form: 'memory', is: ['evex-b', 'other-broadcast'] },
    says: { ours: 'v…{1to…', theirs: 'v…{1to…' },
    manual: 'SDM 2A 2.7.5',
    note: 'Where elements become wider the memory has fewer of them than the vector; ndisasm counts those of the vector, or none.',
  },
  {
    ...text,
    id: 'ndisasm-half-names',
    match: {
      places: [
        { map: evex(3), opcodes: [0x08, 0x0a] },
        { map: evex(5), opcodes: [0x1d, 0x7b] },
        { map: evex(6), opcodes: [[0x98, 0x9f], [0xa8, 0xaf], [0xb8, 0xbf], 0xd6, 0xd7] },
      ],
      is: ['other-name'],
    },
    says: { ours: 'v…', theirs: 'v…' },
    manual: 'SDM 2C VFMADD132PH/VFNMADD132PH',
    versions: '<2.17',
    note: 'NASM has misspelt these instructions of half precision: VENDSCALEPH, VPMADD132PH, VFMULCPCH.',
  },
  {
    ...text,
    id: 'ndisasm-vbcstnebf162ps',
    match: { map: vex(2), opcodes: [0xb1], is: ['other-name'] },
    says: { ours: 'vbcstnebf162ps …', theirs: 'vbcstnebf16ps …' },
    manual: 'SDM 2C VBCSTNEBF162PS',
    note: 'NASM has misspelt VBCSTNEBF162PS.',
  },
  {
    ...text,
    id: 'ndisasm-minimum-operands',
    match: { map: evex(5), opcodes: [0x5d, 0x5f] },
    says: { ours: 'vm…', theirs: 'vgetm…' },
    manual: 'SDM 2B MINPS',
    versions: '<2.17',
    note: 'NASM has VMINPH and VMAXPH as VGETMINPH and VGETMAXPH, with one source.',
  },
  {
    ...text,
    id: 'ndisasm-vreducesh-operands',
    match: { map: evex(3), opcodes: [0x57] },
    says: { ours: 'vreducesh …', theirs: 'vreducesh …' },
    manual: 'SDM 2C VREDUCESH',
    versions: '<2.17',
    note: 'NASM has the operands of VREDUCESH in another order.',
  },
  {
    ...text,
    id: 'ndisasm-vcvtneps2bf16-operands',
    match: { map: evex(2), opcodes: [0x72] },
    says: { ours: 'vcvtneps2bf16 …', theirs: 'vcvtneps2bf16 …' },
    manual: 'SDM 2C VCVTNEPS2BF16',
    note: 'VCVTNEPS2BF16 has one source; ndisasm prints a second one.',
  },
  {
    ...text,
    id: 'ndisasm-half-length',
    match: { map: evex(5), opcodes: [0x5a, 0x5b, 0x7a], is: ['other-vector-length'] },
    says: { ours: 'vcvt…', theirs: 'vcvt…' },
    manual: 'SDM 2A VCVTDQ2PH',
    versions: '<2.17',
    note: 'Conversions to half precision have a destination of half the length or a quarter; NASM has the whole length.',
  },
  {
    ...text,
    id: 'ndisasm-vcvtss2sh-mask',
    match: { map: evex(5), opcodes: [0x1d], is: ['other-mask'] },
    says: { ours: 'vcvtss2sh …{k…', theirs: 'vcvtss2sh …' },
    manual: 'SDM 2C VCVTSS2SH',
    versions: '<2.17',
    note: 'VCVTSS2SH takes a mask; NASM has none.',
  },
  {
    ...text,
    id: 'ndisasm-register-group-length',
    match: { map: evex(2), opcodes: [0x9b, 0xab], is: ['other-vector-length'] },
    says: { ours: 'v4f… xmm…', theirs: 'v4f… zmm…' },
    manual: 'SDM 2C V4FMADDSS',
    note: 'V4FMADDSS and V4FNMADDSS are scalar; ndisasm prints ZMM registers.',
  },
];
