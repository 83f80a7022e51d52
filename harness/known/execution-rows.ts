/** Results of executions that may differ: those that the manuals leave undefined, beside the flags that rows tell of. */
import type { ExecutionKnownRow } from './execution-row.ts';
import { unicornExecutionRows } from './unicorn.ts';

const everyMode = [16, 32, 64] as const;
const both = { intel: 'both', amd: 'both' } as const;

const openResults: readonly ExecutionKnownRow[] = [
  {
    id: 'undefined-bit-scan-of-zero',
    modes: everyMode,
    match: { map: 1, opcodes: [0xbc, 0xbd], prefixes: { none: [0xf3] } },
    when: ['source-zero'],
    fields: ['gpr operand 0'],
    class: 'undefined',
    right: both,
    manual: 'SDM 2A BSF, BSR; APM 3 BSF, BSR',
    note: 'Where the source is zero, the destination is undefined (SDM) or unchanged (APM).',
  },
  {
    id: 'undefined-double-shift-over-width',
    modes: everyMode,
    match: {
      map: 1,
      opcodes: [
        [0xa4, 0xa5],
        [0xac, 0xad],
      ],
    },
    when: ['count-over-width'],
    fields: ['gpr operand 0', 'memory', 'rflags OSZAPC'],
    class: 'undefined',
    right: both,
    manual: 'SDM 2B SHLD, SHRD; APM 3 SHLD, SHRD',
    note: 'Where the count is greater than the operand size, the result and the flags are undefined.',
  },
  {
    id: 'undefined-byte-swap-16',
    modes: everyMode,
    match: { map: 1, opcodes: [[0xc8, 0xcf]], is: ['operand-16'] },
    fields: ['gpr operand 0'],
    class: 'undefined',
    right: both,
    manual: 'SDM 2A BSWAP; APM 3 BSWAP',
    note: 'The result of swapping the bytes of a 16-bit register is undefined.',
  },
  {
    id: 'undefined-shift-carry',
    modes: everyMode,
    match: {
      map: 0,
      opcodes: [
        [0xc0, 0xc1],
        [0xd2, 0xd3],
      ],
      digits: [4, 5, 6],
    },
    when: ['count-from-width'],
    fields: ['rflags C'],
    class: 'undefined',
    right: both,
    manual: 'SDM 2B SAL/SAR/SHL/SHR',
    note: 'CF is undefined for SHL and SHR where the count is greater than or equal to the size of the destination.',
  },
  {
    id: 'undefined-repetition-over-itself',
    modes: everyMode,
    match: {
      map: 0,
      opcodes: [
        [0xa4, 0xa5],
        [0xaa, 0xab],
      ],
    },
    when: ['repeated', 'overwrites-itself'],
    fields: ['any'],
    class: 'undefined',
    right: both,
    manual: 'SDM 3A 8.1.3; SDM 2B REP',
    note: 'A repetition that writes over its own bytes goes on with old or new ones, as CPU and interrupts have it.',
  },
  {
    id: 'midway-pusha-enter-call',
    modes: everyMode,
    match: { map: 0, opcodes: [0x60, 0x9a, 0xc8, 0xe8] },
    when: ['fault-midway'],
    fields: ['memory'],
    class: 'undefined',
    right: both,
    manual: 'SDM 3A 6.6',
    note: 'A fault leaves what an instruction needs to be restarted; items that it has pushed before are in memory by then.',
  },
  {
    id: 'midway-call-indirect',
    modes: everyMode,
    match: { map: 0, opcodes: [0xff], digits: [2, 3] },
    when: ['fault-midway'],
    fields: ['memory'],
    class: 'undefined',
    right: both,
    manual: 'SDM 3A 6.6',
    note: 'The return address is in memory before the target is found to be bad; rSP is as before, so that the call can be restarted.',
  },
  {
    id: 'midway-popa',
    modes: [16, 32],
    match: { map: 0, opcodes: [0x61] },
    when: ['fault-midway'],
    fields: ['rcx', 'rdx', 'rbx', 'rbp', 'rsi', 'rdi'].map((register) => `gpr implicit ${register}`),
    class: 'undefined',
    right: both,
    manual: 'SDM 3A 6.6',
    note: 'Registers that were popped before the fault hold what was popped; rSP is as before, so that POPA can be restarted.',
  },
];

export const executionKnownRows: readonly ExecutionKnownRow[] = [...openResults, ...unicornExecutionRows];
