import type { Row } from '../row.ts';

/** Bit manipulation: BMI1 and BMI2 (SDM 1 5.1.16.1, 5.1.16.2). */
export const bitManipulation = [
  // opcode                      syntax                        access   implicit flags          needs

  // Logic, fields and lowest set bit (BMI1)
  ['VEX.LZ.0F38.W0 F2 /r',       'ANDN r32, r32:vvvv, r/m32',  'w r r', '',      'and-not',     'BMI1 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F2 /r',       'ANDN r64, r64:vvvv, r/m64',  'w r r', '',      'and-not',     'BMI1 ONLY64'],
  ['VEX.LZ.0F38.W0 F7 /r',       'BEXTR r32, r/m32, r32:vvvv', 'w r r', '',      'bit-field',   'BMI1 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F7 /r',       'BEXTR r64, r/m64, r64:vvvv', 'w r r', '',      'bit-field',   'BMI1 ONLY64'],
  ['VEX.LZ.0F38.W0 F3 /1',       'BLSR r32:vvvv, r/m32',       'w r',   '',      'lowest-bit',  'BMI1 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F3 /1',       'BLSR r64:vvvv, r/m64',       'w r',   '',      'lowest-bit',  'BMI1 ONLY64'],
  ['VEX.LZ.0F38.W0 F3 /2',       'BLSMSK r32:vvvv, r/m32',     'w r',   '',      'lowest-mask', 'BMI1 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F3 /2',       'BLSMSK r64:vvvv, r/m64',     'w r',   '',      'lowest-mask', 'BMI1 ONLY64'],
  ['VEX.LZ.0F38.W0 F3 /3',       'BLSI r32:vvvv, r/m32',       'w r',   '',      'lowest-bit',  'BMI1 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F3 /3',       'BLSI r64:vvvv, r/m64',       'w r',   '',      'lowest-bit',  'BMI1 ONLY64'],

  // Bits above, scattered and gathered; multiply, rotate and shift without flags (BMI2)
  ['VEX.LZ.0F38.W0 F5 /r',       'BZHI r32, r/m32, r32:vvvv',  'w r r', '',      'lowest-bit',  'BMI2 W-IGNORED'],
  ['VEX.LZ.0F38.W1 F5 /r',       'BZHI r64, r/m64, r64:vvvv',  'w r r', '',      'lowest-bit',  'BMI2 ONLY64'],
  ['VEX.LZ.F2.0F38.W0 F5 /r',    'PDEP r32, r32:vvvv, r/m32',  'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F2.0F38.W1 F5 /r',    'PDEP r64, r64:vvvv, r/m64',  'w r r', '',      'none',        'BMI2 ONLY64'],
  ['VEX.LZ.F3.0F38.W0 F5 /r',    'PEXT r32, r32:vvvv, r/m32',  'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F3.0F38.W1 F5 /r',    'PEXT r64, r64:vvvv, r/m64',  'w r r', '',      'none',        'BMI2 ONLY64'],
  ['VEX.LZ.F2.0F38.W0 F6 /r',    'MULX r32, r32:vvvv, r/m32',  'w w r', 'r EDX', 'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F2.0F38.W1 F6 /r',    'MULX r64, r64:vvvv, r/m64',  'w w r', 'r RDX', 'none',        'BMI2 ONLY64'],
  ['VEX.LZ.F2.0F3A.W0 F0 /r ib', 'RORX r32, r/m32, imm8',      'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F2.0F3A.W1 F0 /r ib', 'RORX r64, r/m64, imm8',      'w r r', '',      'none',        'BMI2 ONLY64'],
  ['VEX.LZ.66.0F38.W0 F7 /r',    'SHLX r32, r/m32, r32:vvvv',  'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.66.0F38.W1 F7 /r',    'SHLX r64, r/m64, r64:vvvv',  'w r r', '',      'none',        'BMI2 ONLY64'],
  ['VEX.LZ.F3.0F38.W0 F7 /r',    'SARX r32, r/m32, r32:vvvv',  'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F3.0F38.W1 F7 /r',    'SARX r64, r/m64, r64:vvvv',  'w r r', '',      'none',        'BMI2 ONLY64'],
  ['VEX.LZ.F2.0F38.W0 F7 /r',    'SHRX r32, r/m32, r32:vvvv',  'w r r', '',      'none',        'BMI2 W-IGNORED'],
  ['VEX.LZ.F2.0F38.W1 F7 /r',    'SHRX r64, r/m64, r64:vvvv',  'w r r', '',      'none',        'BMI2 ONLY64'],
] as const satisfies readonly Row[];
