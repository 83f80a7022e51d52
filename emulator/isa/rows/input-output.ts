import type { Row } from '../row.ts';

/** Port input and output (SDM 1 5.1.9). */
export const inputOutput = [
  // opcode      syntax           access  implicit  flags   needs

  // Port I/O
  ['E4 ib',     'IN AL, imm8',   'w r',  '',       'none', 'IOPL'],
  ['o16 E5 ib', 'IN AX, imm8',   'w r',  '',       'none', 'IOPL'],
  ['o32 E5 ib', 'IN EAX, imm8',  'w r',  '',       'none', 'IOPL'],
  ['EC',        'IN AL, DX',     'w r',  '',       'none', 'IOPL'],
  ['o16 ED',    'IN AX, DX',     'w r',  '',       'none', 'IOPL'],
  ['o32 ED',    'IN EAX, DX',    'w r',  '',       'none', 'IOPL'],
  ['E6 ib',     'OUT imm8, AL',  'r r',  '',       'none', 'IOPL'],
  ['o16 E7 ib', 'OUT imm8, AX',  'r r',  '',       'none', 'IOPL'],
  ['o32 E7 ib', 'OUT imm8, EAX', 'r r',  '',       'none', 'IOPL'],
  ['EE',        'OUT DX, AL',    'r r',  '',       'none', 'IOPL'],
  ['o16 EF',    'OUT DX, AX',    'r r',  '',       'none', 'IOPL'],
  ['o32 EF',    'OUT DX, EAX',   'r r',  '',       'none', 'IOPL'],
] as const satisfies readonly Row[];
