/** What Zydis says otherwise of flags. */
import { modes } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn } from '../../emulator/isa/opcode-map.ts';
import type { KnownRow } from './row.ts';

/** What all rows share. */
const flags = {
  subject: 'zydis',
  modes,
  observables: ['flags'],
  right: { intel: 'ours', amd: 'ours' },
  class: 'oracle-bug',
} as const;
const open = { ...flags, right: { intel: 'both', amd: 'both' }, class: 'undefined' } as const;

const vex = (map: number): number => mapIn(Encoding.vex, map);
const group1 = { map: 1, opcodes: [0x01], form: 'register' } as const;

export const zydisFlags: readonly KnownRow[] = [
  {
    ...flags,
    id: 'zydis-sbb-adjust',
    match: {
      map: 0,
      opcodes: [
        [0x18, 0x1d],
        [0x80, 0x83],
      ],
    },
    says: { ours: 'read C; written OSZAPC', theirs: 'read C; written OSZPC; undefined A' },
    manual: 'SDM 2B SBB',
    note: 'SBB sets all six status flags according to the result; Zydis has AF undefined.',
  },
  {
    ...flags,
    id: 'zydis-blsi-carry',
    match: { map: vex(2), opcodes: [0xf3], digits: [3] },
    says: { ours: 'written SZC; cleared O; undefined AP', theirs: 'written SZ; cleared OC; undefined AP' },
    manual: 'SDM 2A BLSI',
    note: 'BLSI sets CF where the source is not zero; Zydis has it cleared.',
  },
  {
    ...flags,
    id: 'zydis-bextr-carry',
    match: { map: vex(2), opcodes: [0xf7] },
    says: { ours: 'written Z; cleared OC; undefined SAP', theirs: 'written Z; undefined OSAPC' },
    manual: 'SDM 2A BEXTR',
    note: 'BEXTR clears CF and OF; Zydis has them undefined.',
  },
  {
    ...flags,
    id: 'zydis-vector-test-cleared',
    match: { map: vex(2), opcodes: [0x0e, 0x0f, 0x17] },
    says: { ours: 'written ZC; cleared OSAP', theirs: 'written ZC' },
    manual: 'SDM 2B PTEST, 2C VTESTPD/VTESTPS',
    note: 'These clear OF, AF, PF and SF, as Zydis says of PTEST without VEX.',
  },
  {
    ...flags,
    id: 'zydis-shadow-stack-status',
    match: { map: 1, opcodes: [0x01, 0xae], prefixes: { all: [0xf3] } },
    says: { ours: 'written C; cleared OSZAP', theirs: '…' },
    manual: 'SDM 2B RSTORSSP, 2A CLRSSBSY; APM 3 MCOMMIT',
    note: 'RSTORSSP, CLRSSBSY and MCOMMIT tell in CF, and clear the other status flags.',
  },
  {
    ...flags,
    id: 'zydis-saveprevssp-carry',
    match: { ...group1, digits: [5], rms: [2] },
    says: { ours: 'read C', theirs: 'none' },
    manual: 'SDM 2B SAVEPREVSSP',
    note: 'SAVEPREVSSP faults by CF.',
  },
  {
    ...flags,
    id: 'zydis-rdpru-carry',
    match: { ...group1, digits: [7], rms: [5] },
    says: { ours: 'written C; cleared OSZAP', theirs: 'none' },
    manual: 'APM 3 RDPRU',
    note: 'RDPRU tells in CF whether the register exists.',
  },
  {
    ...flags,
    id: 'zydis-enclave-status',
    match: { ...group1, digits: [0, 1, 2] },
    says: { ours: 'written OSZAPC', theirs: 'none' },
    manual: 'SDM 3D 40.3 ENCLS, 40.4 ENCLU; 2D VMFUNC',
    note: 'Leaf functions of enclaves and VM functions write status flags.',
  },
  {
    ...flags,
    id: 'zydis-vmx-status',
    match: { map: 1, opcodes: [0x01, 0xc7] },
    says: { ours: '…cleared O…', theirs: '…' },
    manual: 'SDM 3C 31.2',
    note: 'VMX instructions that fail write CF or ZF and clear the others; VMPTRST clears all. Zydis has CF, ZF or none, or the flags of the other side.',
  },
  {
    ...flags,
    id: 'zydis-user-interrupts',
    modes: [64],
    match: { ...group1, digits: [5], rms: [4, 5], prefixes: { all: [0xf3] } },
    says: { ours: '…U…', theirs: 'written …' },
    manual: 'SDM 2B UIRET, TESTUI',
    note: 'UIRET loads RFLAGS and sets UIF, TESTUI reads UIF and clears the flags besides CF.',
  },
  {
    ...open,
    id: 'zydis-shift-by-count',
    match: { map: 0, opcodes: [0xc0, 0xc1, 0xd0, 0xd1] },
    says: { ours: '…', theirs: '…undefined O…' },
    right: { intel: 'ours', amd: 'ours' },
    manual: 'SDM 2B RCL/RCR/ROL/ROR, SAL/SAR/SHL/SHR',
    note: 'A count that is known tells of OF: defined by 1, untouched by 0. Zydis says what holds of any count.',
  },
  {
    ...open,
    id: 'zydis-privilege-flags',
    match: { map: 0, opcodes: [[0xe4, 0xe7], [0xec, 0xef], 0xfa, 0xfb] },
    says: { ours: '…', theirs: 'read L…' },
    manual: 'SDM 2A CLI, IN',
    note: 'IOPL decides whether they fault, and for CLI and STI whether VIF stands for IF; ours tells of flags that a result is made of.',
  },
  {
    ...open,
    id: 'zydis-interrupt-flags',
    match: { map: 0, opcodes: [[0xcc, 0xce], 0xf1] },
    says: { ours: '…written ITNRVK', theirs: '…' },
    manual: 'SDM 2A INT n/INTO/INT3/INT1',
    note: 'A gate decides over IF, and the mode over VM and VIF; Zydis tells of IOPL and VM as read, and of INT1 nothing.',
  },
  {
    ...open,
    id: 'zydis-flags-image',
    match: {
      places: [
        { map: 0, opcodes: [[0x9c, 0x9d], 0xcf] },
        { map: 1, opcodes: [0x05, 0x07, 0x34] },
      ],
    },
    says: { ours: '…I…', theirs: '…' },
    manual: 'SDM 2B PUSHF, POPF; 2A IRET; 2B SYSCALL, SYSRET, SYSENTER',
    note: 'Flags that are loaded or saved together: Zydis tells of all 32 bits whatever the operand size, of RF and VM as cleared, and of IOPL and VM as read for privileges.',
  },
  {
    ...open,
    id: 'zydis-control-register-flags',
    match: { map: 1, opcodes: [[0x20, 0x23]] },
    says: { ours: 'undefined OSZAPC', theirs: 'none' },
    right: { intel: 'ours', amd: 'theirs' },
    class: 'vendor',
    manual: 'SDM 2B MOV (control registers), MOV (debug registers)',
    note: 'Intel leaves the status flags undefined; AMD leaves them alone.',
  },
];
