import { describe, expect, it } from 'vitest';
import { decode } from '../../decode/decode.ts';
import type { Mode } from '../../isa/modes.ts';
import type { Guest, GuestMode, GuestOptions, GuestResult } from './guest.ts';
import { bytesOf, guestWith, ram } from './testing/guest-with.ts';

/** Bytes without ModRM, in ranges: `40-4f` is each of 16. */
const expand = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s*,\s*/)
    .flatMap((item) => {
      const range = /^(.*?)([0-9a-f]{2})-([0-9a-f]{2})(.*)$/.exec(item);
      if (range === null) return [item];
      const [, before, from, to, after] = range;
      const first = Number.parseInt(from, 16);
      const count = Number.parseInt(to, 16) - first + 1;
      return Array.from({ length: count }, (_, k) => `${before}${(first + k).toString(16).padStart(2, '0')}${after}`);
    });

interface Group {
  readonly name: string;
  readonly codes: string;
  /** Absent: all modes. */
  /** Absent: AMD. */
  readonly cpu?: 'intel';
  readonly only?: 'not in 64-bit mode' | 'in 64-bit mode' | 'not in real and virtual-8086 mode';
}

/** The instructions that hypervisors meet: clients.md 2.3, with ModRM 03 (memory) and C1 (registers) where there is one. */
const groups: readonly Group[] = [
  { name: 'ALU', codes: '00-05 03 c1 00 00, 08-0d 03 c1 00 00, 10-15 03 c1 00 00, 18-1d 03 c1 00 00' },
  { name: 'ALU', codes: '20-25 03 c1 00 00, 28-2d 03 c1 00 00, 30-35 03 c1 00 00, 38-3d 03 c1 00 00' },
  { name: 'segments', codes: '06, 0e, 16, 1e, 07, 1f, 17', only: 'not in 64-bit mode' },
  { name: 'decimal', codes: '27, 2f, 37, 3f, d4 0a, d5 0a, d6', only: 'not in 64-bit mode' },
  { name: 'INC, DEC', codes: '40-4f', only: 'not in 64-bit mode' },
  { name: 'PUSH, POP', codes: '50-53, 55-5b, 5d-5f, 54, 5c, 68 00 10 00 00, 6a 01, 8f 03, 8f c1, ff 33, ff f1' },
  { name: 'PUSHA, POPA', codes: '60, 61', only: 'not in 64-bit mode' },
  { name: 'MOVSXD', codes: '63 c1, 48 63 c1', only: 'in 64-bit mode' },
  { name: 'IMUL', codes: '69 c1 02 00 00 00, 6b c1 02, 0f af c1, 0f af 03' },
  { name: 'INS, OUTS', codes: '6c, 6d, 6e, 6f, f3 6c, f3 6d, f3 6e, f3 6f' },
  { name: 'Jcc', codes: '70-7f 00, 0f 80-8f 00 00 00 00' },
  { name: 'group 1', codes: '80 c1 01, 81 c1 01 00 00 00, 83 c1 01, 80 0b 01, 81 13 01 00 00 00, 83 3b 01' },
  { name: 'TEST, XCHG', codes: '84 03, 85 c1, 86 03, 87 c1, 87 0b, 90-97' },
  { name: 'MOV', codes: '88 03, 89 c1, 8a 03, 8b c1, 8c d9, 8e d9, a0-a3 00 40 00 00 00 00 00 00' },
  { name: 'MOV', codes: 'b0-b3 01, b4-b7 01, b8-bb 01 00 00 00, bd-bf 01 00 00 00, c6 03 01, c7 03 01 00 00 00' },
  { name: 'LEA, conversions', codes: '8d 03, 98, 99, d7' },
  { name: 'far CALL and JMP', codes: '9a 00 20 00 00 00 00 00, ea 00 20 00 00 00 00 00', only: 'not in 64-bit mode' },
  { name: 'far, in memory', codes: 'ff 1b, ff 2b' },
  { name: 'flags', codes: '9c, 9d, 9e, 9f, f5, f8-fd' },
  { name: 'strings', codes: 'a4-a7, aa-af, f3 a4, f3 a5, f3 a6, f2 ae, f3 ab' },
  { name: 'TEST', codes: 'a8 01, a9 01 00 00 00' },
  { name: 'shifts', codes: 'c0 c1 03, c1 c1 03, d0 03, d1 c1, d2 03, d3 c1, c1 f9 01, d3 d9, c0 13 02' },
  { name: 'returns', codes: 'c2 08 00, c3, ca 08 00, cb, cf' },
  { name: 'LES, LDS', codes: 'c4 03, c5 03', only: 'not in 64-bit mode' },
  { name: 'ENTER, LEAVE', codes: 'c8 10 00 00, c8 10 00 02, c9' },
  { name: 'interrupts', codes: 'cc, cd 80, f1' },
  { name: 'INTO', codes: 'ce', only: 'not in 64-bit mode' },
  { name: 'LOOP', codes: 'e0-e3 00' },
  { name: 'ports', codes: 'e4-e7 80, ec-ef' },
  { name: 'CALL, JMP', codes: 'e8 00 00 00 00, e9 00 00 00 00, eb 00, ff d1, ff e1, ff 13, ff 23' },
  { name: 'HLT', codes: 'f4' },
  {
    name: 'group 3',
    codes: 'f6 c1 01, f6 d1, f6 d9, f6 e1, f6 e9, f6 f1, f6 f9, f7 03 01 00 00 00, f7 13, f7 1b, f7 e1, f7 f9',
  },
  { name: 'INC, DEC', codes: 'fe c1, fe 0b, ff c1, ff 0b' },
  { name: 'LDT and task', codes: '0f 00 c1, 0f 00 c9, 0f 00 d1, 0f 00 d9', only: 'not in real and virtual-8086 mode' },
  { name: 'tables', codes: '0f 01 03, 0f 01 0b, 0f 01 13, 0f 01 1b, 0f 01 e1, 0f 01 23, 0f 01 f1, 0f 01 33, 0f 01 3b' },
  { name: 'RDTSCP, XSETBV, VMMCALL', codes: '0f 01 f9, 0f 01 d1, 0f 01 d9' },
  { name: 'VMCALL', codes: '0f 01 c1', cpu: 'intel' },
  { name: 'SYSCALL', codes: '0f 05', only: 'in 64-bit mode' },
  { name: 'CLTS, caches', codes: '0f 06, 0f 08, 0f 09, 0f 0d 0b, 0f 18 03, 0f 19 03, 0f 1c-1f 03' },
  { name: 'CR and DR', codes: '0f 20 c1, 0f 20 d1, 0f 20 e1, 0f 22 d1, 0f 21 c1, 0f 21 f1, 0f 23 c1, 0f 23 d1' },
  { name: 'MSR, time, counters', codes: '0f 30, 0f 31, 0f 32, 0f 33' },
  { name: 'SYSENTER, SYSEXIT', codes: '0f 34, 0f 35', only: 'not in real and virtual-8086 mode', cpu: 'intel' },
  { name: 'CMOVcc', codes: '0f 40-4f c1, 0f 44 03' },
  { name: 'SETcc', codes: '0f 90-9f c1, 0f 95 03' },
  { name: 'FS, GS', codes: '0f a0, 0f a1, 0f a8, 0f a9' },
  { name: 'CPUID', codes: '0f a2' },
  { name: 'bits', codes: '0f a3 c1, 0f ab 03, 0f b3 c1, 0f bb 03, 0f ba e1 03, 0f ba 2b 03, 0f bc c1, 0f bd c1' },
  { name: 'SHLD, SHRD', codes: '0f a4 c1 03, 0f a5 c1, 0f ac 0b 03, 0f ad 0b' },
  { name: 'FXSAVE, FXRSTOR, CLFLUSH', codes: '0f ae 03, 0f ae 0b, 0f ae 3b' },
  { name: 'CMPXCHG, XADD', codes: '0f b0 0b, 0f b1 c1, f0 0f b1 0b, 0f c0 0b, 0f c1 c1, 0f c7 0b' },
  { name: 'LSS, LFS, LGS', codes: '0f b2 03, 0f b4 03, 0f b5 03' },
  { name: 'MOVZX, MOVSX', codes: '0f b6 03, 0f b7 c1, 0f be 03, 0f bf c1' },
  { name: 'MOVNTI, RDPID, BSWAP', codes: '0f c3 0b, f3 0f c7 f9, 0f c8-cb, 0f cd-cf' },
  { name: 'MOVBE', codes: '0f 38 f0 0b, 0f 38 f1 0b' },
  { name: 'x87 control', codes: 'd9 3b, db e3, dd 3b' },
  {
    name: 'SSE moves',
    codes: '0f 10 03, 66 0f 10 03, 0f 11 03, 66 0f 11 c1, 0f 28 03, 66 0f 28 03, 0f 29 03, 0f 2b 03, 66 0f 2b 03',
  },
  {
    name: 'MMX and SSE2 moves',
    codes: '0f 6f 03, 66 0f 6f 03, f3 0f 6f 03, 0f 7f 03, 66 0f 7f 03, f3 0f 7f 03, 0f e7 03, 66 0f e7 03',
  },
];

const settings: readonly (readonly [GuestMode, Mode])[] = [
  ['real', 16],
  ['vm86', 16],
  ['prot16', 16],
  ['prot32', 32],
  ['prot64', 64],
];

const isHere = (only: Group['only'], mode: GuestMode): boolean => {
  switch (only) {
    case 'in 64-bit mode':
      return mode === 'prot64';
    case 'not in 64-bit mode':
      return mode !== 'prot64';
    case 'not in real and virtual-8086 mode':
      return mode.startsWith('prot');
    default:
      return true;
  }
};

const system: NonNullable<GuestOptions['system']> = {
  executesSystemCalls: true,
  hypercall: () => {},
  readModelSpecific: () => 0n,
  writeModelSpecific: () => true,
  readCounter: () => 0n,
};

/** Registers that make memory operands of ModRM 03 lie in RAM: [bp+di], [ebx], [rbx]. */
const guestFor = (code: string, mode: GuestMode, cpu: 'intel' | 'amd'): Guest => {
  const isWide = mode === 'prot32' || mode === 'prot64';
  const pointers = isWide ? { rbx: ram, rdi: ram + 0x200n } : { rbp: ram, rdi: 0n, rbx: ram };
  const registers = { rcx: 0x2200n, rax: 0x11n, rsi: ram, sysentercs: 8n, ...pointers };
  const profile = cpu === 'intel' ? 'intel' : 'amd-zen3';
  const guest = guestWith(code, { mode, cpl: 0, cpu: profile, system }, registers);
  guest.machine.set('cr4', guest.machine.get('cr4') | 0x4_0600n);
  if (mode === 'vm86') guest.machine.set('iopl', 3);
  return guest;
};

interface Tried {
  readonly name: string;
  readonly code: string;
  readonly result: GuestResult;
  readonly status: string;
}

const tryAll = (mode: GuestMode, width: Mode): readonly Tried[] =>
  groups
    .filter(({ only }) => isHere(only, mode))
    .flatMap(({ name, codes, cpu }) =>
      expand(codes).map((code) => ({
        ...{ name, code, result: guestFor(code, mode, cpu ?? 'amd').step() },
        status: decode(bytesOf(code), width, { vendor: cpu ?? 'amd' }).status,
      })),
    );

const isUndefined = ({ result }: Tried): boolean => result.kind === 'exception' && result.vector === 6;

describe('B13: the instruction set', () => {
  it.each(settings)('B13: every instruction of the list is emulated in %s', (mode, width) => {
    const tried = tryAll(mode, width);
    const isMissing = (one: Tried): boolean => one.result.kind === 'unhandleable' || one.status !== 'valid';
    expect(tried.filter((one) => isMissing(one) || isUndefined(one))).toEqual([]);
    expect(tried.length).toBeGreaterThan(370);
  });
});

describe('B13: what tests of hypervisors expect', () => {
  const run = (code: string, registers: Readonly<Record<string, bigint>>, memory = '', mode: GuestMode = 'prot64') => {
    const guest = guestWith(code, { mode, cpl: 0, system }, registers);
    guest.machine.memory.write(ram, bytesOf(memory));
    expect([code, guest.step().kind]).toEqual([code, 'done']);
    return guest.machine;
  };

  it('B13: IMUL with memory', () => {
    const machine = run('48 0f af 0b', { rcx: 0x1234n, rbx: ram }, '02 00 00 00 00 00 00 00');
    expect(machine.get('rcx')).toBe(0x2468n);
  });

  it('B13: SHLD by CL', () => {
    expect(run('0f a5 d0', { rax: 0xben, rdx: 0xef000000n, rcx: 3n }).get('rax')).toBe(0x5f7n);
  });

  it.each([
    ['0f bc c3', { rbx: 0xc000_0000n }, 30n, 0n],
    ['0f bd c3', { rbx: 0xc000_0000n }, 31n, 0n],
    ['0f bc c3', { rbx: 0n }, undefined, 1n],
    ['0f bd c3', { rbx: 0n }, undefined, 1n],
  ] as const)('B13: %s of %o leaves ZF', (code, registers, rax, zf) => {
    const machine = run(code, registers);
    if (rax !== undefined) expect(machine.get('rax')).toBe(rax);
    expect(machine.get('zf')).toBe(zf);
  });

  const all = 0x0123_4567_89ab_cdefn;
  it.each([
    ['86 03', 0x0123_4567_89ab_cd11n, 'ef 22 33 44 55 66 77 88'],
    ['66 87 03', 0x0123_4567_89ab_2211n, 'ef cd 33 44 55 66 77 88'],
    ['87 03', 0x4433_2211n, 'ef cd ab 89 55 66 77 88'],
    ['48 87 03', 0x8877_6655_4433_2211n, 'ef cd ab 89 67 45 23 01'],
  ])('B13: %s exchanges', (code, rax, memory) => {
    const machine = run(code, { rax: all, rbx: ram }, '11 22 33 44 55 66 77 88');
    expect([machine.get('rax'), machine.memory.read(ram, 8)]).toEqual([rax, bytesOf(memory)]);
  });

  it('B13: 0f c1 adds and exchanges, 32 bits zero-extended', () => {
    const machine = run('0f c1 03', { rax: all, rbx: ram }, '01 00 00 00 ff ff ff ff');
    expect([machine.get('rax'), machine.memory.read(ram, 8)]).toEqual([1n, bytesOf('f0 cd ab 89 ff ff ff ff')]);
  });

  it('B13: LMSW sets PE and does not clear it', () => {
    const guest = guestWith('0f 01 f0', { mode: 'real' }, { rax: 1n });
    expect([guest.step().kind, guest.mode, guest.machine.get('cr0') & 15n]).toEqual(['done', 'prot16', 1n]);
    const machine = run('0f 01 f0', { rax: 0n }, '', 'prot32');
    expect(machine.get('cr0') & 15n).toBe(1n);
  });

  it('B13: from real mode through protected to 64-bit code', () => {
    // lgdt [4100]; mov eax, 1; mov cr0, eax; jmp 8:2100 …
    const guest = guestWith('0f 01 16 00 41 66 b8 11 00 00 00 0f 22 c0 66 ea 00 21 00 00 08 00', { mode: 'real' });
    const { machine } = guest;
    machine.set('cs', 0x1234);
    machine.set('csbase', 0);
    machine.memory.write(ram + 0x100n, bytesOf('1f 00 00 42 00 00'));
    machine.memory.write(
      ram + 0x200n,
      bytesOf('00 00 00 00 00 00 00 00 ff ff 00 00 00 9b cf 00 ff ff 00 00 00 93 cf 00 ff ff 00 00 00 9b af 00'),
    );
    // … mov eax, 20; mov cr4, eax; mov ecx, efer; rdmsr; or ah, 1; wrmsr; mov eax, cr0; or eax, pg; mov cr0, eax; jmp 18:2200
    const protectedCode =
      'b8 20 00 00 00 0f 22 e0 b9 80 00 00 c0 0f 32 80 cc 01 0f 30 0f 20 c0 0d 00 00 00 80 0f 22 c0 ea 00 22 00 00 18 00';
    machine.memory.write(0x2100n, bytesOf(protectedCode));
    machine.memory.write(0x2200n, bytesOf('48 b8 88 77 66 55 44 33 22 11'));
    const modes: string[] = [];
    for (let k = 0; k < 15; k++) {
      expect(guest.step()).toEqual({ kind: 'done' });
      modes.push(guest.mode);
    }
    expect([...new Set(modes)]).toEqual(['real', 'prot16', 'prot32', 'prot64']);
    expect([machine.get('rax'), machine.get('efer')]).toEqual([0x1122_3344_5566_7788n, 0x100n]);
  });

  it('B13: MOVUPS takes any address, MOVAPS #GP(0) where it is not aligned', () => {
    const guest = guestWith('0f 10 03 0f 28 03', {}, { rbx: ram + 1n });
    guest.machine.memory.write(ram + 1n, bytesOf('01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10'));
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(guest.machine.get('xmm0')).toBe(0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201n);
    expect(guest.step()).toMatchObject({ kind: 'exception', vector: 13, error: 0 });
  });

  it('B13: FXSAVE and FXRSTOR keep x87, MXCSR and SSE registers', () => {
    const guest = guestWith('0f ae 03 0f ae 0b', {}, { rbx: ram, xmm9: 0x1234n, fcw: 0x27fn, mxcsr: 0x1fa0n });
    const { machine } = guest;
    machine.set('st2', 0x4000_8000_0000_0000_0000n);
    machine.set('ftw', 0xffcfn);
    expect(guest.step()).toEqual({ kind: 'done' });
    for (const name of ['xmm9', 'fcw', 'mxcsr', 'st2', 'ftw']) machine.set(name, 0);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(['xmm9', 'fcw', 'mxcsr', 'st2', 'ftw'].map((name) => machine.get(name))).toEqual([
      ...[0x1234n, 0x27fn, 0x1fa0n, 0x4000_8000_0000_0000_0000n, 0xffcfn],
    ]);
  });
});
