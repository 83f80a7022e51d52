import { describe, expect, it } from 'vitest';
import { Machine } from '../emulator.ts';
import { executeOne, Select, windowBase } from '../execute/segments/testing/execute-one.ts';
import { type Given, run } from './testing/run.ts';

const upper = 0xdeadbeef_00000000n;
const ones = 0xffff_ffff_ffff_ffffn;

const check = (_: string, code: string, given: Given, expected: string): void =>
  expect(run(code, given)).toBe(expected);

describe('moves', () => {
  it.each<[string, string, Given, string]>([
    ['MOV zero-extends a selector in a register', '8c d8', { registers: { rax: ones } }, 'rax=2b'],
    [
      'MOV stores 16 bits of a selector',
      '8c 1e',
      { registers: { rsi: 0x2000n }, memory: 'ff ff ff ff' },
      '[2000]=2b 00',
    ],
    ['MOV of 16 bits leaves the rest', '66 8c d8', { registers: { rax: ones } }, 'rax=ffffffffffff002b'],
    ['MOV reaches AH', 'b4 12', { registers: { rax: ones } }, 'rax=ffffffffffff12ff'],
    ['MOV reaches SPL with REX', '40 b4 12', { registers: { rsp: ones } }, 'rsp=ffffffffffffff12'],
    ['MOV loads from its own address', 'a0 02 20 00 00 00 00 00 00', { memory: '01 02 03' }, 'rax=3'],
    ['MOV does not read what it overwrites', '88 06', { registers: { rsi: 0x4000n } }, '#PF(6) at 4000'],
    ['MOV sign-extends its immediate', '48 c7 c0 fe ff ff ff', {}, 'rax=fffffffffffffffe'],
    ['MOVZX reads CH', '0f b6 c5', { registers: { rax: upper, rcx: 0x9900n } }, 'rax=99'],
    ['MOVSX extends to 64 bits', '48 0f bf c1', { registers: { rcx: 0x8000n } }, 'rax=ffffffffffff8000'],
    ['MOVSX to 32 bits zero-extends from there', '0f be c1', { registers: { rcx: 0x80n } }, 'rax=ffffff80'],
    ['MOVSXD extends 32 bits', '48 63 c1', { registers: { rcx: 1n << 31n } }, 'rax=ffffffff80000000'],
    ['MOVBE swaps 16 bits', '66 0f 38 f0 06', { registers: { rsi: 0x2000n }, memory: '12 34' }, 'rax=1234'],
    [
      'MOVBE stores swapped',
      '48 0f 38 f1 06',
      { registers: { rsi: 0x2000n, rax: 0x0102_0304_0506_0708n } },
      '[2000]=01 02 03 04 05 06 07 08',
    ],
    ['BSWAP swaps and zero-extends', '0f c8', { registers: { rax: upper | 0x1234_5678n } }, 'rax=78563412'],
    ['BSWAP of 16 bits is 0', '66 0f c8', { registers: { rax: upper | 0x1234_5678n } }, 'rax=deadbeef12340000'],
    ['MOVNTI stores', '0f c3 06', { registers: { rax: 0x1234_5678n, rsi: 0x2000n } }, '[2000]=78 56 34 12'],
    ['MOVDIRI stores', '48 0f 38 f9 06', { registers: { rax: 0xffn, rsi: 0x2000n } }, '[2000]=ff'],
    ['XLATB reads its table', 'd7', { registers: { rbx: 0x2000n, rax: 0x1202n }, memory: '00 11 22' }, 'rax=1222'],
    ['LEA truncates to its operand', '66 8d 46 ff', {}, 'rax=ffff'],
    ['LEA zero-extends a 32-bit address', '67 48 8d 46 ff', {}, 'rax=ffffffff'],
    ['LEA ignores the segment', '64 48 8d 46 08', { fsBase: 0x100n }, 'rax=8'],
    ['CBW leaves the rest', '66 98', { registers: { rax: upper | 0x80n } }, 'rax=deadbeef0000ff80'],
    ['CWDE zero-extends', '98', { registers: { rax: upper | 0x8000n } }, 'rax=ffff8000'],
    ['CDQE extends EAX', '48 98', { registers: { rax: 1n << 31n } }, 'rax=ffffffff80000000'],
    ['CWD fills DX', '66 99', { registers: { rax: 0x8000n, rdx: upper } }, 'rdx=deadbeef0000ffff'],
    ['CDQ zero-extends EDX', '99', { registers: { rax: 1n << 31n, rdx: upper } }, 'rdx=ffffffff'],
    ['CQO fills RDX', '48 99', { registers: { rax: 1n, rdx: upper } }, 'rdx=0'],
    ['MOVDIR64B waits for later', '66 0f 38 f8 06', { registers: { rax: 0x2000n, rsi: 0x2000n } }, 'unsupported'],
    ['ENQCMDS is for CPL 0', 'f3 0f 38 f8 06', { registers: { rax: 0x2000n, rsi: 0x2000n } }, '#GP(0)'],
  ])('%s (%s)', check);
});

describe('conditional moves', () => {
  it.each<[string, string, Given, string]>([
    ['moves', '0f 44 c1', { registers: { rax: upper | 1n, rcx: 2n }, flags: 'Z' }, 'rax=2'],
    ['zero-extends 32 bits where it does not move', '0f 44 c1', { registers: { rax: upper | 1n, rcx: 2n } }, 'rax=1'],
    ['leaves 64 bits where it does not move', '48 0f 44 c1', { registers: { rax: upper, rcx: 2n } }, ''],
    ['reads memory where it does not move', '0f 44 06', { registers: { rsi: 0x4000n } }, '#PF(4) at 4000'],
  ])('%s (%s)', check);
});

describe('exchanges', () => {
  it.each<[string, string, Given, string]>([
    [
      'XCHG zero-extends',
      '87 06',
      { registers: { rax: upper | 7n, rsi: 0x2000n }, memory: '01 02 03 04' },
      'rax=4030201 [2000]=07 00 00 00',
    ],
    ['XCHG takes both halves of AX', '86 e0', { registers: { rax: 0x1234n } }, 'rax=3412'],
    ['XADD of one register leaves the sum', '0f c1 c0', { registers: { rax: upper | 7n } }, 'rax=e'],
    [
      'XADD leaves what memory held',
      '0f c1 0e',
      { registers: { rcx: 1n, rsi: 0x2000n }, memory: 'ff ff ff ff' },
      'rcx=ffffffff [2000]=00 00 00 00 flags=ZAPC',
    ],
    ['XADD asks for the right to write', '0f c1 0e', { registers: { rsi: 0x3000n } }, '#PF(7) at 3000'],
    [
      'CMPXCHG that is equal leaves all of rAX',
      '0f b1 cb',
      { registers: { rax: upper | 7n, rbx: upper | 7n, rcx: 9n } },
      'rbx=9 flags=ZP',
    ],
    [
      'CMPXCHG that differs leaves all of its register',
      '0f b1 cb',
      { registers: { rax: upper | 7n, rbx: upper | 8n, rcx: 9n } },
      'rax=8 flags=SAPC',
    ],
    [
      'CMPXCHG stores',
      '0f b1 0e',
      { registers: { rax: upper | 7n, rsi: 0x2000n, rcx: 9n }, memory: '07' },
      '[2000]=09 flags=ZP',
    ],
    [
      'CMPXCHG loads',
      '0f b1 0e',
      { registers: { rax: upper | 7n, rsi: 0x2000n, rcx: 9n }, memory: '08' },
      'rax=8 flags=SAPC',
    ],
    ['CMPXCHG writes where it differs too', '0f b1 0e', { registers: { rax: 7n, rsi: 0x3000n } }, '#PF(7) at 3000'],
    ['CMPXCHG faults as a write', '0f b1 0e', { registers: { rsi: 0x4000n } }, '#PF(6) at 4000'],
    [
      'CMPXCHG8B loads and zero-extends',
      '0f c7 0e',
      { registers: { rax: upper, rdx: upper | 1n, rsi: 0x2000n }, memory: '08 00 00 00 02' },
      'rax=8 rdx=2',
    ],
    [
      'CMPXCHG8B stores ECX:EBX',
      '0f c7 0e',
      { registers: { rax: upper | 8n, rdx: 2n, rcx: 4n, rbx: 3n, rsi: 0x2000n }, memory: '08 00 00 00 02' },
      '[2000]=03 [2004]=04 flags=Z',
    ],
    [
      'CMPXCHG16B stores RCX:RBX',
      '48 0f c7 0e',
      { registers: { rax: 1n, rdx: 2n, rcx: 4n, rbx: 3n, rsi: 0x2000n }, memory: `01 ${'00'.repeat(7)} 02` },
      '[2000]=03 [2008]=04 flags=Z',
    ],
    [
      'CMPXCHG16B loads, and changes Z only',
      '48 0f c7 0e',
      { registers: { rax: 1n, rdx: 3n, rsi: 0x2000n }, flags: 'ZC', memory: `01 ${'00'.repeat(7)} 02` },
      'rdx=2 flags=C',
    ],
    ['CMPXCHG16B asks for alignment before memory', '48 0f c7 0e', { registers: { rsi: 0x4008n } }, '#GP(0)'],
    ['CMPXCHG16B aligns with the base', '64 48 0f c7 0e', { registers: { rsi: 0x1ff8n }, fsBase: 8n }, 'flags=Z'],
    [
      'CMPXCHG16B writes where it differs too',
      '48 0f c7 0e',
      { registers: { rsi: 0x3000n, rax: 1n } },
      '#PF(7) at 3000',
    ],
  ])('%s (%s)', check);
});

describe('CMPXCHG and its kin', () => {
  it.each([
    ['CMPXCHG', '0f b1 0e'],
    ['CMPXCHG8B', '0f c7 0e'],
  ])('%s writes back what memory held where it differs', (_, code) => {
    const machine = new Machine();
    machine.memory.map(0x1000n, 0x2000);
    machine.memory.write(
      0x1000n,
      Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16)),
    );
    machine.memory.write(0x2000n, Uint8Array.of(5));
    machine.set('rip', 0x1000);
    machine.set('rsi', 0x2000);
    const writes: unknown[] = [];
    machine.watch(({ kind, address, value }) => kind === 'write' && writes.push([address, value]));
    expect(machine.step()).toEqual({ kind: 'done' });
    expect(writes).toEqual([[0x2000n, 5n]]);
  });
});

describe('loads of segment registers', () => {
  const pointer = { [windowBase]: '78 56 34 12 0f 00', [windowBase + 0x10]: '78 56 34 12 fb 00' };

  it('MOV and LSS load SS, and only MOV holds interrupts', () => {
    const moved = executeOne({ mode: 32, code: '8e d0', registers: { eax: Select.data32 } });
    const loaded = executeOne({ mode: 32, code: '0f b2 00', registers: { eax: windowBase }, memory: pointer });
    expect([moved.outcome, moved.get('ss'), moved.state.interruptShadow]).toEqual(['done', '17', true]);
    expect([loaded.outcome, loaded.get('ss'), loaded.state.interruptShadow]).toEqual(['done', 'f', false]);
  });

  it('MOV to ES holds nothing', () => {
    const { outcome, state } = executeOne({ mode: 32, code: '8e c0', registers: { eax: Select.data32 } });
    expect([outcome, state.interruptShadow]).toEqual(['done', false]);
  });

  it.each([
    ['LES', 'c4 08', 'es'],
    ['LDS', 'c5 08', 'ds'],
    ['LFS', '0f b4 08', 'fs'],
    ['LGS', '0f b5 08', 'gs'],
  ])('%s loads offset and selector', (_, code, segment) => {
    const { outcome, get } = executeOne({ mode: 32, code, registers: { eax: windowBase }, memory: pointer });
    expect([outcome, get('ecx'), get(segment)]).toEqual(['done', '12345678', 'f']);
  });

  it('faults before the offset is loaded where the selector is bad', () => {
    const registers = { eax: windowBase + 0x10, ecx: 1 };
    const { outcome, get } = executeOne({ mode: 32, code: 'c4 08', registers, memory: pointer });
    expect([outcome, get('ecx')]).toEqual(['#GP(f8)', '1']);
  });
});
