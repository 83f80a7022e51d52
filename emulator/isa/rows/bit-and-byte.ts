import type { Row } from '../row.ts';

/** Bit and byte instructions (SDM 1 5.1.6). */
export const bitAndByte = [
  // opcode                   syntax               access  implicit  flags               needs

  // Bit test
  ['o16 0F A3 /r',           'BT r/m16, r16',     'r r',  '',       'bit-test',         'BIT-STRING'],
  ['o32 0F A3 /r',           'BT r/m32, r32',     'r r',  '',       'bit-test',         'BIT-STRING'],
  ['REX.W + 0F A3 /r',       'BT r/m64, r64',     'r r',  '',       'bit-test',         'BIT-STRING'],
  ['o16 0F BA /4 ib',        'BT r/m16, imm8',    'r r',  '',       'bit-test',         ''],
  ['o32 0F BA /4 ib',        'BT r/m32, imm8',    'r r',  '',       'bit-test',         ''],
  ['REX.W + 0F BA /4 ib',    'BT r/m64, imm8',    'r r',  '',       'bit-test',         ''],
  ['o16 0F AB /r',           'BTS r/m16, r16',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o32 0F AB /r',           'BTS r/m32, r32',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['REX.W + 0F AB /r',       'BTS r/m64, r64',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o16 0F BA /5 ib',        'BTS r/m16, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['o32 0F BA /5 ib',        'BTS r/m32, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['REX.W + 0F BA /5 ib',    'BTS r/m64, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['o16 0F B3 /r',           'BTR r/m16, r16',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o32 0F B3 /r',           'BTR r/m32, r32',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['REX.W + 0F B3 /r',       'BTR r/m64, r64',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o16 0F BA /6 ib',        'BTR r/m16, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['o32 0F BA /6 ib',        'BTR r/m32, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['REX.W + 0F BA /6 ib',    'BTR r/m64, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['o16 0F BB /r',           'BTC r/m16, r16',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o32 0F BB /r',           'BTC r/m32, r32',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['REX.W + 0F BB /r',       'BTC r/m64, r64',    'rw r', '',       'bit-test',         'LOCK HLE BIT-STRING'],
  ['o16 0F BA /7 ib',        'BTC r/m16, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['o32 0F BA /7 ib',        'BTC r/m32, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],
  ['REX.W + 0F BA /7 ib',    'BTC r/m64, imm8',   'rw r', '',       'bit-test',         'LOCK HLE'],

  // Bit scan and count
  ['o16 0F BC /r',           'BSF r16, r/m16',    'cw r', '',       'bit-scan',         ''],
  ['o32 0F BC /r',           'BSF r32, r/m32',    'cw r', '',       'bit-scan',         ''],
  ['REX.W + 0F BC /r',       'BSF r64, r/m64',    'cw r', '',       'bit-scan',         ''],
  ['o16 0F BD /r',           'BSR r16, r/m16',    'cw r', '',       'bit-scan',         ''],
  ['o32 0F BD /r',           'BSR r32, r/m32',    'cw r', '',       'bit-scan',         ''],
  ['REX.W + 0F BD /r',       'BSR r64, r/m64',    'cw r', '',       'bit-scan',         ''],
  ['o16 F3 0F BC /r',        'TZCNT r16, r/m16',  'w r',  '',       'count',            'BMI1'],
  ['o32 F3 0F BC /r',        'TZCNT r32, r/m32',  'w r',  '',       'count',            'BMI1'],
  ['REX.W + F3 0F BC /r',    'TZCNT r64, r/m64',  'w r',  '',       'count',            'BMI1'],
  ['o16 F3 0F BD /r',        'LZCNT r16, r/m16',  'w r',  '',       'count',            'LZCNT'],
  ['o32 F3 0F BD /r',        'LZCNT r32, r/m32',  'w r',  '',       'count',            'LZCNT'],
  ['REX.W + F3 0F BD /r',    'LZCNT r64, r/m64',  'w r',  '',       'count',            'LZCNT'],
  ['o16 F3 0F B8 /r',        'POPCNT r16, r/m16', 'w r',  '',       'population-count', 'POPCNT'],
  ['o32 F3 0F B8 /r',        'POPCNT r32, r/m32', 'w r',  '',       'population-count', 'POPCNT'],
  ['REX.W + F3 0F B8 /r',    'POPCNT r64, r/m64', 'w r',  '',       'population-count', 'POPCNT'],

  // Set on condition
  ['0F 90 /r',               'SETO r/m8',         'w',    '',       'cc-o',             ''],
  ['0F 91 /r',               'SETNO r/m8',        'w',    '',       'cc-o',             ''],
  ['0F 92 /r',               'SETB r/m8',         'w',    '',       'cc-b',             ''],
  ['0F 93 /r',               'SETAE r/m8',        'w',    '',       'cc-b',             ''],
  ['0F 94 /r',               'SETE r/m8',         'w',    '',       'cc-e',             ''],
  ['0F 95 /r',               'SETNE r/m8',        'w',    '',       'cc-e',             ''],
  ['0F 96 /r',               'SETBE r/m8',        'w',    '',       'cc-be',            ''],
  ['0F 97 /r',               'SETA r/m8',         'w',    '',       'cc-be',            ''],
  ['0F 98 /r',               'SETS r/m8',         'w',    '',       'cc-s',             ''],
  ['0F 99 /r',               'SETNS r/m8',        'w',    '',       'cc-s',             ''],
  ['0F 9A /r',               'SETP r/m8',         'w',    '',       'cc-p',             ''],
  ['0F 9B /r',               'SETNP r/m8',        'w',    '',       'cc-p',             ''],
  ['0F 9C /r',               'SETL r/m8',         'w',    '',       'cc-l',             ''],
  ['0F 9D /r',               'SETGE r/m8',        'w',    '',       'cc-l',             ''],
  ['0F 9E /r',               'SETLE r/m8',        'w',    '',       'cc-le',            ''],
  ['0F 9F /r',               'SETG r/m8',         'w',    '',       'cc-le',            ''],

  // Checksum
  ['F2 0F 38 F0 /r',         'CRC32 r32, r/m8',   'rw r', '',       'none',             'SSE4.2'],
  ['F2 REX.W + 0F 38 F0 /r', 'CRC32 r64, r/m8',   'rw r', '',       'none',             'SSE4.2'],
  ['o16 F2 0F 38 F1 /r',     'CRC32 r32, r/m16',  'rw r', '',       'none',             'SSE4.2'],
  ['o32 F2 0F 38 F1 /r',     'CRC32 r32, r/m32',  'rw r', '',       'none',             'SSE4.2'],
  ['F2 REX.W + 0F 38 F1 /r', 'CRC32 r64, r/m64',  'rw r', '',       'none',             'SSE4.2'],
] as const satisfies readonly Row[];
