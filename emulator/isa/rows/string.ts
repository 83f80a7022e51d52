import type { Row } from '../row.ts';

/** String instructions (SDM 1 5.1.8). */
export const string = [
  // opcode       syntax                    access  implicit  flags             needs

  // String
  ['A4',         'MOVSB m8@rDI, m8@rSI',   'w r',  '',       'string',         'REP'],
  ['o16 A5',     'MOVSW m16@rDI, m16@rSI', 'w r',  '',       'string',         'REP'],
  ['o32 A5',     'MOVSD m32@rDI, m32@rSI', 'w r',  '',       'string',         'REP'],
  ['REX.W + A5', 'MOVSQ m64@rDI, m64@rSI', 'w r',  '',       'string',         'REP'],
  ['A6',         'CMPSB m8@rSI, m8@rDI',   'r r',  '',       'string-compare', 'REPE'],
  ['o16 A7',     'CMPSW m16@rSI, m16@rDI', 'r r',  '',       'string-compare', 'REPE'],
  ['o32 A7',     'CMPSD m32@rSI, m32@rDI', 'r r',  '',       'string-compare', 'REPE'],
  ['REX.W + A7', 'CMPSQ m64@rSI, m64@rDI', 'r r',  '',       'string-compare', 'REPE'],
  ['AA',         'STOSB m8@rDI, AL',       'w r',  '',       'string',         'REP'],
  ['o16 AB',     'STOSW m16@rDI, AX',      'w r',  '',       'string',         'REP'],
  ['o32 AB',     'STOSD m32@rDI, EAX',     'w r',  '',       'string',         'REP'],
  ['REX.W + AB', 'STOSQ m64@rDI, RAX',     'w r',  '',       'string',         'REP'],
  ['AC',         'LODSB AL, m8@rSI',       'w r',  '',       'string',         'REP'],
  ['o16 AD',     'LODSW AX, m16@rSI',      'w r',  '',       'string',         'REP'],
  ['o32 AD',     'LODSD EAX, m32@rSI',     'w r',  '',       'string',         'REP'],
  ['REX.W + AD', 'LODSQ RAX, m64@rSI',     'w r',  '',       'string',         'REP'],
  ['AE',         'SCASB AL, m8@rDI',       'r r',  '',       'string-compare', 'REPE'],
  ['o16 AF',     'SCASW AX, m16@rDI',      'r r',  '',       'string-compare', 'REPE'],
  ['o32 AF',     'SCASD EAX, m32@rDI',     'r r',  '',       'string-compare', 'REPE'],
  ['REX.W + AF', 'SCASQ RAX, m64@rDI',     'r r',  '',       'string-compare', 'REPE'],

  // String I/O
  ['6C',         'INSB m8@rDI, DX',        'w r',  '',       'string',         'REP IOPL'],
  ['o16 6D',     'INSW m16@rDI, DX',       'w r',  '',       'string',         'REP IOPL'],
  ['o32 6D',     'INSD m32@rDI, DX',       'w r',  '',       'string',         'REP IOPL'],
  ['6E',         'OUTSB DX, m8@rSI',       'r r',  '',       'string',         'REP IOPL'],
  ['o16 6F',     'OUTSW DX, m16@rSI',      'r r',  '',       'string',         'REP IOPL'],
  ['o32 6F',     'OUTSD DX, m32@rSI',      'r r',  '',       'string',         'REP IOPL'],
] as const satisfies readonly Row[];
