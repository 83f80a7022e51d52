/** What Zydis says otherwise of how operands are accessed. */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

/** What all rows share. */
const operand = {
  subject: 'zydis',
  modes,
  observables: ['operand-0', 'operand-1', 'operand-2'],
  right: { intel: 'ours', amd: 'ours' },
  class: 'oracle-bug',
} as const;
const open = { ...operand, right: { intel: 'both', amd: 'both' }, class: 'undefined' } as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const evex = (map: number): number => mapIn(Encoding.evex, map);

export const zydisAccesses: readonly KnownRow[] = [
  {
    ...operand,
    id: 'zydis-nop-access',
    match: { map: 1, opcodes: [0x0d, [0x18, 0x1f]], is: ['accessed-by-theirs'] },
    says: { ours: '…', theirs: '… r…' },
    manual: 'SDM 2B NOP, PREFETCHh',
    note: 'NOP, reserved NOPs and prefetches access no operand; Zydis has it read.',
  },
  {
    ...operand,
    id: 'zydis-ud-access',
    match: { map: 1, opcodes: [0xb9, 0xff] },
    says: { ours: '…', theirs: '… r' },
    manual: 'SDM 2D UD',
    note: 'UD0 and UD1 raise #UD without a look at their operands; Zydis has them read, and of 32 bits always.',
  },
  {
    ...operand,
    id: 'zydis-invlpg-access',
    match: { map: 1, opcodes: [0x01], digits: [7], form: 'memory', is: ['accessed-by-theirs'] },
    says: { ours: '…', theirs: '… r…' },
    manual: 'SDM 2A INVLPG',
    note: 'INVLPG uses an address and accesses no memory there.',
  },
  {
    ...operand,
    id: 'zydis-vector-prefetch-access',
    match: { map: evex(2), opcodes: [0xc6, 0xc7], is: ['accessed-by-theirs'] },
    says: { ours: '…', theirs: '… r…' },
    manual: 'SDM 2C VGATHERPF0DPS',
    note: 'Prefetches access no operand; Zydis has it read.',
  },
  {
    ...operand,
    id: 'zydis-ffree-access',
    match: { map: 0, opcodes: [0xdd, 0xdf], form: 'register', is: ['accessed-by-theirs'] },
    says: { ours: '…', theirs: '… r…' },
    manual: 'SDM 2A FFREE',
    note: 'FFREE and FFREEP change the tag of a register, which they do not read.',
  },
  {
    ...operand,
    id: 'zydis-3dnow-access',
    match: { map: 4, opcodes: [0x0c, 0x0d, 0x1c, 0x1d, 0x96, 0xbb], is: ['other-access'] },
    says: { ours: '… w 64', theirs: '… rw' },
    manual: 'APM 5 PF2ID, PI2FD, PFRCP, PSWAPD',
    note: 'These write all of a destination that they do not read.',
  },
  {
    ...operand,
    id: 'zydis-profiling-access',
    match: {
      places: [
        { map: mapIn(Encoding.xop, 9), opcodes: [0x12] },
        { map: mapIn(Encoding.xop, 10), opcodes: [0x12] },
      ],
      is: ['other-access'],
    },
    says: { ours: '… r …', theirs: '… w' },
    manual: 'AMD 43724 4.6',
    note: 'LLWPCB, LWPINS and LWPVAL read their operands; Zydis has the first one written.',
  },
  {
    ...operand,
    id: 'zydis-masked-moves',
    match: { map: vex(2), opcodes: [[0x2c, 0x2f], 0x8c, 0x8e, [0x90, 0x93]], form: 'memory', is: ['other-access'] },
    says: { ours: '… c…', theirs: '…' },
    manual: 'SDM 2C VMASKMOV, VPMASKMOV, VGATHERDPS, VPGATHERDD',
    note: 'Elements whose mask is 0 are not accessed; Zydis tells of an access without a condition.',
  },
  {
    ...open,
    id: 'zydis-merging',
    match: { encoding: 'vex', is: ['evex-mask', 'other-access'] },
    says: { ours: '…{k… rw …', theirs: '… rcw…' },
    manual: 'SDM 2A 2.7.4',
    note: 'Elements that the mask leaves out stay: ours has the register read and written, Zydis written on a condition.',
  },
  {
    ...operand,
    id: 'zydis-masked-mask',
    match: {
      places: [{ map: evex(3), opcodes: [0x66, 0x67, 0xc2] }],
      is: ['evex-mask', 'other-access'],
    },
    says: { ours: 'k… w 64', theirs: 'k… rcw' },
    manual: 'SDM 2A VCMPPH, 2C VFPCLASSPH',
    note: 'Bits of the destination that the mask leaves out become 0: it is not read. Zydis says so of single and double precision.',
  },
  {
    ...open,
    id: 'zydis-double-shift',
    match: { map: 1, opcodes: [0xa4, 0xa5, 0xac, 0xad], is: ['other-access'] },
    says: { ours: '… rw …', theirs: '… rcw…' },
    manual: 'SDM 2B SHLD, SHRD',
    note: 'A count of 0 leaves the destination as it is, which may be called no write.',
  },
  {
    ...open,
    id: 'zydis-conditional-move',
    match: { map: 1, opcodes: [[0x40, 0x4f]], is: ['other-access'] },
    says: { ours: '… rw …', theirs: '… cw' },
    manual: 'SDM 2A CMOVcc',
    note: 'A condition that is false leaves the destination, or clears its upper half: ours has it read and written.',
  },
  {
    ...open,
    id: 'zydis-x87-conditional-move',
    match: { map: 0, opcodes: [0xda, 0xdb], form: 'register', is: ['other-access'] },
    says: { ours: '… cr 80', theirs: '… r' },
    manual: 'SDM 2A FCMOVcc',
    note: 'The source is read where the condition is true.',
  },
  {
    ...open,
    id: 'zydis-conditional-result',
    match: { map: 1, opcodes: [0x02, 0x03, 0xbc, 0xbd], is: ['other-access'] },
    says: { ours: '… cw …', theirs: '…w' },
    right: { intel: 'ours', amd: 'ours' },
    manual: 'SDM 2A BSF, BSR, LAR; 2B LSL',
    note: 'The destination is written only where there is a result (BSF and BSR of 0 leave it, as AMD says and CPUs do).',
  },
  {
    ...open,
    id: 'zydis-arpl-access',
    modes: [16, 32],
    match: { map: 0, opcodes: [0x63], is: ['other-access'] },
    says: { ours: '… rcw …', theirs: '… rw…' },
    manual: 'SDM 2A ARPL',
    note: 'The selector is written where its RPL is the lower one.',
  },
];
