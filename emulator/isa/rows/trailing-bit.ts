import type { Row } from '../row.ts';

/** TBM (APM 3). */
export const trailingBit = [
  // Trailing bit manipulation (APM 3)
  ['XOP.128.09.W0 01 /1',    'BLCFILL r32:vvvv, r/m32', 'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /1',    'BLCFILL r64:vvvv, r/m64', 'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /2',    'BLSFILL r32:vvvv, r/m32', 'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /2',    'BLSFILL r64:vvvv, r/m64', 'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /3',    'BLCS r32:vvvv, r/m32',    'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /3',    'BLCS r64:vvvv, r/m64',    'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /4',    'TZMSK r32:vvvv, r/m32',   'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /4',    'TZMSK r64:vvvv, r/m64',   'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /5',    'BLCIC r32:vvvv, r/m32',   'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /5',    'BLCIC r64:vvvv, r/m64',   'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /6',    'BLSIC r32:vvvv, r/m32',   'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /6',    'BLSIC r64:vvvv, r/m64',   'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 01 /7',    'T1MSKC r32:vvvv, r/m32',  'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 01 /7',    'T1MSKC r64:vvvv, r/m64',  'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 02 /1',    'BLCMSK r32:vvvv, r/m32',  'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 02 /1',    'BLCMSK r64:vvvv, r/m64',  'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.09.W0 02 /6',    'BLCI r32:vvvv, r/m32',    'w r',   '', 'lowest-bit', 'TBM W-IGNORED'],
  ['XOP.128.09.W1 02 /6',    'BLCI r64:vvvv, r/m64',    'w r',   '', 'lowest-bit', 'TBM ONLY64'],
  ['XOP.128.0A.W0 10 /r id', 'BEXTR r32, r/m32, imm32', 'w r r', '', 'bit-field',  'TBM W-IGNORED'],
  ['XOP.128.0A.W1 10 /r id', 'BEXTR r64, r/m64, imm32', 'w r r', '', 'bit-field',  'TBM ONLY64'],
] as const satisfies readonly Row[];
