import type { Row } from '../row.ts';

/** Flag control (SDM 1 5.1.11). */
export const flagControl = [
  // opcode        syntax  access  implicit  flags               needs

  // Flags
  ['F5',          'CMC',  '',     '',       'complement-carry', ''],
  ['F8',          'CLC',  '',     '',       'clear-carry',      ''],
  ['F9',          'STC',  '',     '',       'set-carry',        ''],
  ['FA',          'CLI',  '',     '',       'clear-interrupt',  'IOPL'],
  ['FB',          'STI',  '',     '',       'set-interrupt',    'IOPL'],
  ['FC',          'CLD',  '',     '',       'clear-direction',  ''],
  ['FD',          'STD',  '',     '',       'set-direction',    ''],
  ['9E',          'SAHF', '',     'r AH',   'store-ah',         ''],
  ['9F',          'LAHF', '',     'w AH',   'load-ah',          ''],
  ['D6',          'SALC', '',     'w AL',   'carry-read',       'NO64 UNDOCUMENTED'],
  ['NP 0F 01 CA', 'CLAC', '',     '',       'clear-alignment',  'CPL0 SMAP'],
  ['NP 0F 01 CB', 'STAC', '',     '',       'set-alignment',    'CPL0 SMAP'],
] as const satisfies readonly Row[];
