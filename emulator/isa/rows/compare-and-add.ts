import type { Row } from '../row.ts';

/** Compare and add on condition: CMPccXADD (SDM 2A CMPccXADD). */
export const compareAndAdd = [
  // opcode                    syntax                           access     implicit flags    needs

  // The memory operand is compared with the second, which gets it, and the third is added to it on condition
  ['VEX.128.66.0F38.W0 E0 /r', 'CMPOXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E0 /r', 'CMPOXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E1 /r', 'CMPNOXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E1 /r', 'CMPNOXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E2 /r', 'CMPBXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E2 /r', 'CMPBXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E3 /r', 'CMPNBXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E3 /r', 'CMPNBXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E4 /r', 'CMPZXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E4 /r', 'CMPZXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E5 /r', 'CMPNZXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E5 /r', 'CMPNZXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E6 /r', 'CMPBEXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E6 /r', 'CMPBEXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E7 /r', 'CMPNBEXADD m32, r32, r32:vvvv', 'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E7 /r', 'CMPNBEXADD m64, r64, r64:vvvv', 'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E8 /r', 'CMPSXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E8 /r', 'CMPSXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 E9 /r', 'CMPNSXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 E9 /r', 'CMPNSXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 EA /r', 'CMPPXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 EA /r', 'CMPPXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 EB /r', 'CMPNPXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 EB /r', 'CMPNPXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 EC /r', 'CMPLXADD m32, r32, r32:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 EC /r', 'CMPLXADD m64, r64, r64:vvvv',   'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 ED /r', 'CMPNLXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 ED /r', 'CMPNLXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 EE /r', 'CMPLEXADD m32, r32, r32:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 EE /r', 'CMPLEXADD m64, r64, r64:vvvv',  'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W0 EF /r', 'CMPNLEXADD m32, r32, r32:vvvv', 'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
  ['VEX.128.66.0F38.W1 EF /r', 'CMPNLEXADD m64, r64, r64:vvvv', 'rw rw r', '',      'arith', 'CMPCCXADD IMPLICIT-LOCK ONLY64'],
] as const satisfies readonly Row[];
