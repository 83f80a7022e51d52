import type { Row } from '../row.ts';

/** Caches, prefetch and ordering (SDM 1 5.1.16, 11.4.4). */
export const cache = [
  // opcode          syntax            access  implicit             flags   needs

  // Prefetch and cache lines
  ['0F 18 /0',      'PREFETCHNTA m8', '-',    '',                  'none', 'SSE'],
  ['0F 18 /1',      'PREFETCHT0 m8',  '-',    '',                  'none', 'SSE'],
  ['0F 18 /2',      'PREFETCHT1 m8',  '-',    '',                  'none', 'SSE'],
  ['0F 18 /3',      'PREFETCHT2 m8',  '-',    '',                  'none', 'SSE'],
  ['0F 18 /7',      'PREFETCHIT0 m8', '-',    '',                  'none', 'ONLY64 RIP-RELATIVE PREFETCHI'],
  ['0F 18 /6',      'PREFETCHIT1 m8', '-',    '',                  'none', 'ONLY64 RIP-RELATIVE PREFETCHI'],
  ['0F 0D /0',      'PREFETCH m8',    '-',    '',                  'none', 'PRFCHW'],
  ['0F 0D /1',      'PREFETCHW m8',   '-',    '',                  'none', 'PRFCHW'],
  ['0F 0D /2',      'PREFETCHWT1 m8', '-',    '',                  'none', 'PREFETCHWT1'],
  ['0F 0D /4',      'PREFETCH m8',    '-',    '',                  'none', 'UNDOCUMENTED PRFCHW'],
  ['0F 0D /5',      'PREFETCH m8',    '-',    '',                  'none', 'UNDOCUMENTED PRFCHW'],
  ['0F 0D /6',      'PREFETCH m8',    '-',    '',                  'none', 'UNDOCUMENTED PRFCHW'],
  ['0F 0D /7',      'PREFETCH m8',    '-',    '',                  'none', 'UNDOCUMENTED PRFCHW'],
  ['0F 0D /3',      'PREFETCHW m8',   '-',    '',                  'none', 'UNDOCUMENTED PRFCHW'],
  ['NP 0F 1C /0',   'CLDEMOTE m8',    '-',    '',                  'none', 'CLDEMOTE'],
  ['NP 0F AE /7',   'CLFLUSH m8',     'r',    '',                  'none', 'CLFSH'],
  ['66 0F AE /7',   'CLFLUSHOPT m8',  'r',    '',                  'none', 'CLFLUSHOPT'],
  ['66 0F AE /6',   'CLWB m8',        'r',    '',                  'none', 'CLWB'],
  ['a16 0F 01 FC',  'CLZERO',         '',     'r aAX, w m512@aAX', 'none', 'CLZERO'],
  ['a32 0F 01 FC',  'CLZERO',         '',     'r aAX, w m512@aAX', 'none', 'CLZERO'],
  ['a64 0F 01 FC',  'CLZERO',         '',     'r aAX, w m512@aAX', 'none', 'CLZERO'],
  ['0F 08',         'INVD',           '',     '',                  'none', 'CPL0'],
  ['0F 09',         'WBINVD',         '',     '',                  'none', 'CPL0'],
  ['F3 0F 09',      'WBNOINVD',       '',     '',                  'none', 'CPL0 WBNOINVD'],
  ['NP 0F AE E8+i', 'LFENCE',         '',     '',                  'none', 'SSE2'],
  ['NP 0F AE F0+i', 'MFENCE',         '',     '',                  'none', 'SSE2'],
  ['NP 0F AE F8+i', 'SFENCE',         '',     '',                  'none', 'SSE'],
] as const satisfies readonly Row[];
