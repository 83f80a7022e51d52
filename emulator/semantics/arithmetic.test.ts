import { describe, expect, it } from 'vitest';
import { type Given, run } from './testing/run.ts';

const upper = 0xdeadbeef_00000000n;
const ones = 0xffff_ffff_ffff_ffffn;

const check = (_: string, code: string, given: Given, expected: string): void =>
  expect(run(code, given)).toBe(expected);

describe('sums and differences', () => {
  it.each<[string, string, Given, string]>([
    ['ADD overflows into the sign', '00 c8', { registers: { rax: 0x7fn, rcx: 1n } }, 'rax=80 flags=OSA'],
    ['ADD leaves the rest of rAX alone', '00 c8', { registers: { rax: upper, rcx: 1n } }, 'rax=deadbeef00000001'],
    ['ADD of 32 bits zero-extends', '01 c8', { registers: { rax: upper | 0xffff_ffffn, rcx: 1n } }, 'rax=0 flags=ZAPC'],
    ['ADD sign-extends its byte', '48 83 c0 ff', {}, 'rax=ffffffffffffffff flags=SP'],
    ['ADD changes memory', '00 0e', { registers: { rsi: 0x2000n, rcx: 0xffn }, memory: '02' }, '[2000]=01 flags=AC'],
    ['ADC adds the carry', '66 11 c8', { registers: { rax: 0xfffen, rcx: 1n }, flags: 'C' }, 'rax=0 flags=ZAPC'],
    ['SBB of a register from itself spreads the carry', '18 c0', { flags: 'C' }, 'rax=ff flags=SAPC'],
    [
      'SBB borrows for bit 4 with the carry alone',
      '1c 0f',
      { registers: { rax: 0x10n }, flags: 'C' },
      'rax=0 flags=ZAP',
    ],
    ['SUB overflows out of the sign', '29 c8', { registers: { rax: 1n << 31n, rcx: 1n } }, 'rax=7fffffff flags=OAP'],
    ['CMP changes flags only', '48 39 c8', { registers: { rax: 1n, rcx: 2n } }, 'flags=SAPC'],
    ['INC leaves C', 'ff c0', { registers: { rax: 0x7fff_ffffn }, flags: 'C' }, 'rax=80000000 flags=OSAPC'],
    ['DEC leaves C', 'fe c8', {}, 'rax=ff flags=SAP'],
    ['NEG of the least number overflows', 'f6 d8', { registers: { rax: 0x80n } }, 'flags=OSC'],
    ['NEG of 0 clears C', '48 f7 d8', { flags: 'C' }, 'flags=ZP'],
    ['ADCX chains in C alone', '66 0f 38 f6 c1', { registers: { rax: 1n, rcx: 0xffff_fffen }, flags: 'COZ' }, 'rax=0'],
    ['ADOX chains in O alone', 'f3 48 0f 38 f6 c1', { registers: { rax: ones }, flags: 'C' }, ''],
    ['ADOX carries out', 'f3 48 0f 38 f6 c1', { registers: { rax: ones, rcx: 1n } }, 'rax=0 flags=O'],
  ])('%s (%s)', check);

  it.each<[string, string, Given, string]>([
    ['ADD asks for the right to write', '00 0e', { registers: { rsi: 0x3000n } }, '#PF(7) at 3000'],
    ['ADD faults as a write where nothing is mapped', '00 0e', { registers: { rsi: 0x4000n } }, '#PF(6) at 4000'],
    ['ADD names the page that fails', '01 0e', { registers: { rsi: 0x2ffen } }, '#PF(7) at 3000'],
    ['CMP only reads', '38 0e', { registers: { rsi: 0x3000n } }, 'flags=ZP'],
    ['DIV reads before it divides', 'f7 36', { registers: { rsi: 0x4000n } }, '#PF(4) at 4000'],
  ])('%s (%s)', check);
});

describe('multiplication', () => {
  it.each<[string, string, Given, string]>([
    ['MUL of bytes fills AX', 'f6 e1', { registers: { rax: 0x10n, rcx: 0x11n } }, 'rax=110 flags=OC undefined=SZAP'],
    [
      'MUL fills rDX:rAX',
      '48 f7 e1',
      { registers: { rax: ones, rcx: ones } },
      'rax=1 rdx=fffffffffffffffe flags=OC undefined=SZAP',
    ],
    [
      'MUL of 32 bits zero-extends both halves',
      'f7 e1',
      { registers: { rax: upper | 2n, rcx: 3n, rdx: upper | 5n } },
      'rax=6 rdx=0 flags=P undefined=SZAP',
    ],
    [
      'IMUL of bytes fills AX with a sign',
      'f6 e9',
      { registers: { rax: 0xffn, rcx: 0x7fn } },
      'rax=ff81 flags=SP undefined=SZAP',
    ],
    [
      'IMUL says where the sign does not fit',
      'f6 e9',
      { registers: { rax: 0xffn, rcx: 0x80n } },
      'rax=80 flags=OSC undefined=SZAP',
    ],
    [
      'IMUL of two operands truncates',
      '66 0f af c1',
      { registers: { rax: 0x8000n, rcx: 0xffffn } },
      'flags=OSPC undefined=SZAP',
    ],
    [
      'IMUL of three operands does not read its first',
      '48 6b c1 fe',
      { registers: { rax: 77n, rcx: 3n } },
      'rax=fffffffffffffffa flags=SP undefined=SZAP',
    ],
    ['IMUL leaves Z at 0 with a product of 0', '0f af c1', { registers: { rax: 1n } }, 'rax=0 flags=P undefined=SZAP'],
  ])('%s (%s)', check);
});

describe('division', () => {
  it.each<[string, string, Given, string]>([
    [
      'DIV of AX leaves quotient and remainder, and flags',
      'f6 f1',
      { registers: { rax: 0x1234n, rcx: 0x56n }, flags: 'OSZAPC' },
      'rax=1036 undefined=OSZAPC',
    ],
    [
      'DIV divides rDX:rAX',
      '48 f7 f1',
      { registers: { rdx: 2n, rax: 1n, rcx: 3n } },
      'rax=aaaaaaaaaaaaaaab rdx=0 undefined=OSZAPC',
    ],
    ['DIV faults where the quotient does not fit', 'f6 f1', { registers: { rax: 0x100n, rcx: 1n } }, '#DE'],
    ['DIV faults at 0', '48 f7 f1', { registers: { rax: 5n } }, '#DE'],
    [
      'IDIV truncates toward 0',
      'f7 f9',
      { registers: { rdx: 0xffff_ffffn, rax: 0xffff_fff9n, rcx: 2n } },
      'rax=fffffffd undefined=OSZAPC',
    ],
    [
      'IDIV faults at the least number by -1',
      'f7 f9',
      { registers: { rdx: 0xffff_ffffn, rax: 1n << 31n, rcx: 0xffff_ffffn } },
      '#DE',
    ],
    ['IDIV of AX reaches -128', 'f6 f9', { registers: { rax: 0xff00n, rcx: 2n } }, 'rax=80 undefined=OSZAPC'],
    ['IDIV of AX does not reach 128', 'f6 f9', { registers: { rax: 0x100n, rcx: 2n } }, '#DE'],
  ])('%s (%s)', check);
});

describe('decimal adjustment', () => {
  it.each<[string, string, Given, string]>([
    ['DAA carries out of 99', '27', { registers: { rax: 0x9an } }, 'eax=0 flags=ZAPC undefined=O'],
    [
      'DAA adjusts after a carry of the low digit',
      '27',
      { registers: { rax: 0x12n }, flags: 'A' },
      'eax=18 flags=AP undefined=O',
    ],
    ['DAS borrows out of its first step', '2f', { registers: { rax: 3n }, flags: 'A' }, 'eax=fd flags=SAC undefined=O'],
    ['DAS adjusts both digits', '2f', { registers: { rax: 0xeen } }, 'eax=88 flags=SAPC undefined=O'],
    ['AAA carries from AL into AH twice', '37', { registers: { rax: 0x1fan } }, 'eax=300 flags=ZAPC undefined=OSZP'],
    [
      'AAA clears the high digit anyhow',
      '37',
      { registers: { rax: 0x135n }, flags: 'C' },
      'eax=105 flags=P undefined=OSZP',
    ],
    ['AAS borrows from AH twice', '3f', { registers: { rax: 0x200n }, flags: 'A' }, 'eax=a flags=APC undefined=OSZP'],
    ['AAM divides by its immediate', 'd4 0a', { registers: { rax: 0x1263n } }, 'eax=909 flags=P undefined=OAC'],
    ['AAM faults at 0', 'd4 00', {}, '#DE'],
    ['AAD multiplies AH', 'd5 0a', { registers: { rax: 0x909n } }, 'eax=63 flags=AP undefined=OAC'],
    ['AAD wraps in AL', 'd5 ff', { registers: { rax: 0x2ffn } }, 'eax=fd flags=SAC undefined=OAC'],
  ])('%s (%s)', (_, code, given, expected) => {
    expect(run(code, { mode: 32, ...given })).toBe(expected);
  });
});
