import { describe, expect, it } from 'vitest';
import type { Interception, InterceptStage } from '../../execute/owners.ts';
import { intercepts } from '../../semantics/intercepts.ts';
import { type GuestOptions, type GuestResult, guestModes } from './guest.ts';
import { bytesOf, codeAt, guestWith, mmio, ram, state } from './testing/guest-with.ts';

const fault = (vector: number, error?: number): GuestResult => ({
  ...{ kind: 'exception', vector, isTrap: false },
  ...(error === undefined ? {} : { error }),
});

describe('B10: intercepts in three stages', () => {
  type Taking = InterceptStage | 'never';

  const traced = (
    code: string,
    options: GuestOptions,
    registers: Readonly<Record<string, bigint>> = {},
    taking: Taking = 'never',
  ) => {
    const trace: string[] = [];
    const seen: Interception[] = [];
    const system = {
      intercept(stage: InterceptStage, interception: Interception): boolean {
        trace.push(`${stage} ${interception.intercept}`);
        seen.push(interception);
        return stage === taking;
      },
      readModelSpecific(number: number): bigint {
        trace.push(`read ${number}`);
        return 0x1_0000_0002n;
      },
    };
    return { guest: guestWith(code, { ...options, system }, registers), trace, seen };
  };

  it.each([
    ['0f a2', 'cpuid', []],
    ['0f 32', 'rdmsr', ['read 27']],
    ['0f 01 3b', 'invlpg', []],
  ] as const)('B10: %s asks before its checks, after them, and before it happens', (code, name, after) => {
    const { guest, trace } = traced(code, { cpl: 0 }, { rbx: ram, rcx: 0x1bn });
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(trace).toEqual([`pre-exception ${name}`, `post-exception ${name}`, `post-memory ${name}`, ...after]);
  });

  it('B10: a port is needed after the last stage, and nobody is asked again', () => {
    const { guest, trace } = traced('e4 80', { cpl: 0 });
    expect(guest.step()).toMatchObject({ kind: 'need', space: 'pio', port: 0x80 });
    expect(guest.resume(bytesOf('7f'))).toEqual({ kind: 'done' });
    expect(trace).toEqual(['pre-exception in', 'post-exception in', 'post-memory in']);
  });

  it('B10: memory is read between the second stage and the third', () => {
    const { guest, trace } = traced('0f 01 13', { cpl: 0 }, { rbx: mmio });
    guest.serve(mmio, 0x1000);
    expect(guest.step()).toMatchObject({ kind: 'need', space: 'mmio', direction: 'read', size: 2 });
    expect(trace).toEqual(['pre-exception lgdt', 'post-exception lgdt']);
    expect(guest.resume(bytesOf('ff 00'))).toMatchObject({ kind: 'need', size: 8 });
    expect(guest.resume(bytesOf('00 10 00 00 00 00 00 00'))).toEqual({ kind: 'done' });
    expect(trace).toEqual(['pre-exception lgdt', 'post-exception lgdt', 'post-memory lgdt']);
    expect([guest.machine.get('gdtbase'), guest.machine.get('gdtlimit')]).toEqual([0x1000n, 0xffn]);
  });

  it.each(['pre-exception', 'post-exception', 'post-memory'] as const)(
    'B10: taken at %s nothing has happened',
    (taking) => {
      for (const code of ['0f a2', '0f 32', 'e4 80', '0f 01 3b', '9d', '0f 22 c0', 'f4', 'f3 90']) {
        const { guest, trace } = traced(code, { cpl: 0 }, {}, taking);
        const before = state(guest);
        expect([code, guest.step()]).toEqual([code, { kind: 'intercepted' }]);
        expect(state(guest)).toBe(before);
        expect(trace.at(-1)).toContain(taking);
      }
    },
  );

  it('B10: what the checks refuse is asked about once', () => {
    const { guest, trace } = traced('0f 32', { cpl: 3 });
    expect(guest.step()).toEqual(fault(13, 0));
    expect(trace).toEqual(['pre-exception rdmsr']);
    const real = traced('0f 00 d0', { mode: 'real' });
    expect(real.guest.step()).toEqual(fault(6));
    expect(real.trace).toEqual(['pre-exception lldt']);
  });

  it('B10: tells which register, what sizes and whether it repeats', () => {
    const move = traced('0f 22 d8', { cpl: 0 });
    move.guest.step();
    expect(move.seen[0]).toEqual({
      ...{ intercept: 'cr_write', lengthBytes: 3, operandSize: 64, addressSize: 64, isRepeated: false, register: 3 },
    });
    const ins = traced('f3 67 6c', { cpl: 0 }, { rcx: 1n, rdi: ram });
    ins.guest.step();
    expect(ins.seen[0]).toMatchObject({ intercept: 'ins', addressSize: 32, isRepeated: true, register: null });
  });

  /** An instruction for each id; RSM, of which there is no mode to come from, has a first stage only. */
  const examples: readonly (readonly [(typeof intercepts)[number], string])[] = [
    ...([
      ['cr_read', '0f 20 c0'],
      ['cr_write', '0f 22 d0'],
      ['clts', '0f 06'],
      ['lmsw', '0f 01 f0'],
    ] as const),
    ...([
      ['smsw', '0f 01 e0'],
      ['dr_read', '0f 21 c0'],
      ['dr_write', '0f 23 c0'],
      ['lidt', '0f 01 1b'],
    ] as const),
    ...([
      ['sidt', '0f 01 0b'],
      ['lgdt', '0f 01 13'],
      ['sgdt', '0f 01 03'],
      ['lldt', '0f 00 d0'],
    ] as const),
    ...([
      ['sldt', '0f 00 c0'],
      ['ltr', '0f 00 d8'],
      ['str', '0f 00 c8'],
      ['rdtsc', '0f 31'],
    ] as const),
    ...([
      ['rdpmc', '0f 33'],
      ['pushf', '9c'],
      ['popf', '9d'],
      ['cpuid', '0f a2'],
      ['rsm', '0f aa'],
    ] as const),
    ...([
      ['iret', 'cf'],
      ['intn', 'cd 80'],
      ['invd', '0f 08'],
      ['pause', 'f3 90'],
      ['hlt', 'f4'],
    ] as const),
    ...([
      ['invlpg', '0f 01 3b'],
      ['invlpga', '0f 01 df'],
      ['vmrun', '0f 01 d8'],
      ['vmload', '0f 01 da'],
    ] as const),
    ...([
      ['vmsave', '0f 01 db'],
      ['vmmcall', '0f 01 d9'],
      ['stgi', '0f 01 dc'],
      ['clgi', '0f 01 dd'],
    ] as const),
    ...([
      ['skinit', '0f 01 de'],
      ['rdtscp', '0f 01 f9'],
      ['rdpid', 'f3 0f c7 f8'],
      ['icebp', 'f1'],
    ] as const),
    ...([
      ['wbinvd', '0f 09'],
      ['monitor', '0f 01 c8'],
      ['mwait', '0f 01 c9'],
      ['rdmsr', '0f 32'],
    ] as const),
    ...([
      ['wrmsr', '0f 30'],
      ['in', 'ec'],
      ['ins', '6c'],
      ['out', 'ee'],
      ['outs', '6e'],
      ['xsetbv', '0f 01 d1'],
    ] as const),
  ];

  it('B10: has the 47 ids of hypervisors, and RDPID', () => {
    expect(new Set(intercepts).size).toBe(48);
    expect(new Set(examples.map(([name]) => name))).toEqual(new Set(intercepts));
  });

  it.each(examples)('B10: %s goes through its stages', (name, code) => {
    const { guest, trace } = traced(code, { cpl: 0, cpu: 'amd-zen3' }, { rbx: ram, rdi: ram, rsi: ram });
    guest.step();
    const stages = ['pre-exception', 'post-exception', 'post-memory'].map((stage) => `${stage} ${name}`);
    expect(trace.filter((line) => !line.startsWith('read'))).toEqual(name === 'rsm' ? stages.slice(0, 1) : stages);
  });
});

describe('B11: who may', () => {
  it.each<[string, string, GuestOptions, Readonly<Record<string, bigint>>, Partial<GuestResult>]>([
    ['RDTSC with CR4.TSD', '0f 31', {}, { cr4: 4n }, fault(13, 0)],
    ['RDTSC with CR4.TSD at CPL 0', '0f 31', { cpl: 0 }, { cr4: 4n }, { kind: 'done' }],
    ['RDTSC without', '0f 31', {}, { cr4: 0n }, { kind: 'done' }],
    ['RDTSCP with CR4.TSD', '0f 01 f9', {}, { cr4: 4n }, fault(13, 0)],
    ['RDPMC without CR4.PCE', '0f 33', {}, {}, fault(13, 0)],
    ['SGDT with CR4.UMIP', '0f 01 03', {}, { rbx: ram }, fault(13, 0)],
    ['SGDT without', '0f 01 03', {}, { rbx: ram, cr4: 0n }, { kind: 'done' }],
    ['SMSW with CR4.UMIP', '0f 01 e0', {}, {}, fault(13, 0)],
    ['IN with IOPL 3', 'e4 80', {}, { iopl: 3n }, { kind: 'need' }],
    ['IN without a TSS', 'e4 80', {}, {}, fault(13, 0)],
    ['IN in real mode', 'e4 80', { mode: 'real' }, {}, { kind: 'need' }],
    ['IN in virtual-8086 mode with IOPL 3', 'e4 80', { mode: 'vm86' }, { iopl: 3n }, fault(13, 0)],
    ['CLI with IOPL 0', 'fa', {}, {}, fault(13, 0)],
    ['HLT', 'f4', {}, {}, fault(13, 0)],
    ['MOV CR0', '0f 20 c0', {}, {}, fault(13, 0)],
    ['a CR that is none', '0f 20 c8', { cpl: 0 }, {}, fault(6)],
    ['MOV DR', '0f 21 c0', {}, {}, fault(13, 0)],
    ['DR4 with CR4.DE', '0f 21 e0', { cpl: 0 }, { cr4: 0x28n }, fault(6)],
    ['DR4 without', '0f 21 e0', { cpl: 0 }, {}, { kind: 'done' }],
    ['paging without protection', '0f 22 c0', { cpl: 0 }, { rax: 0x8000_0000n }, fault(13, 0)],
    ['NW without CD', '0f 22 c0', { cpl: 0 }, { rax: 0x2000_0001n }, fault(13, 0)],
    ['64 bits of CR0', '0f 22 c0', { cpl: 0 }, { rax: 0x1_8000_0011n }, fault(13, 0)],
    ['PAE away from long mode', '0f 22 e0', { cpl: 0 }, { rax: 0n }, fault(13, 0)],
    ['reserved bits of CR4', '0f 22 e0', { cpl: 0 }, { rax: 0x8000_0020n }, fault(13, 0)],
    ['16 in CR8', '44 0f 22 c0', { cpl: 0 }, { rax: 16n }, fault(13, 0)],
    ['64 bits of DR7', '0f 23 f8', { cpl: 0 }, { rax: 1n << 32n }, fault(13, 0)],
    ['an MSR that nobody has', '0f 32', { cpl: 0 }, { rcx: 0x1bn }, fault(13, 0)],
    ['LSTAR that is not canonical', '0f 30', { cpl: 0 }, { rcx: 0xc000_0082n, rdx: 0x8000n }, fault(13, 0)],
    ['LME while there is paging', '0f 30', { cpl: 0 }, { rcx: 0xc000_0080n, rax: 1n }, fault(13, 0)],
    ['XSETBV without CR4.OSXSAVE', '0f 01 d1', { cpl: 0 }, { cr4: 0x20n, rax: 1n }, fault(6)],
    ['XCR0 without x87', '0f 01 d1', { cpl: 0 }, { rax: 2n, rcx: 0n }, fault(13, 0)],
    ['AVX without SSE', '0f 01 d1', { cpl: 0 }, { rax: 5n, rcx: 0n }, fault(13, 0)],
  ])('B11: %s', (_, code, options, registers, expected) => {
    expect(guestWith(code, options, registers).step()).toMatchObject(expected);
  });

  const withTask = (code: string, map: string, options: GuestOptions = {}, limit = 0x88n) => {
    const guest = guestWith(code, options, { tr: 0x40n, trbase: ram, trlimit: limit });
    // The map begins at 68 and has the ports 0 to FF.
    guest.machine.memory.write(ram + 0x66n, bytesOf('68 00'));
    guest.machine.memory.write(ram + 0x68n + 0x10n, bytesOf(map));
    return guest;
  };

  it.each<[string, string, GuestOptions, boolean]>([
    ['e4 80', '01 00', {}, false],
    ['e4 80', '00 00', {}, true],
    ['e5 80', '08 00', {}, false],
    ['e5 80', '10 00', {}, true],
    ['e5 86', '00 01', {}, false],
    ['e6 80', '01 00', { mode: 'prot32' }, false],
    ['e6 80', '00 00', { mode: 'vm86' }, true],
  ])('B11: %s with the bits %s of the task’s map in %o is permitted: %s', (code, map, options, isPermitted) => {
    const result = withTask(code, map, options).step();
    if (isPermitted) expect(result).toMatchObject({ kind: 'need', space: 'pio' });
    else expect(result).toEqual(fault(13, 0));
  });

  it('B11: a map that ends before the port permits nothing', () => {
    expect(withTask('e4 80', '00 00', {}, 0x79n).step()).toMatchObject({ kind: 'need' });
    expect(withTask('e4 80', '00 00', {}, 0x78n).step()).toEqual(fault(13, 0));
    expect(withTask('e4 80', '00 00', {}, 0x66n).step()).toEqual(fault(13, 0));
  });

  it('B11: DR7.GD makes the next access #DB, and is cleared', () => {
    const guest = guestWith('0f 21 c0', { cpl: 0 }, { dr7: 0x2400n });
    expect(guest.step()).toEqual(fault(1));
    expect([guest.machine.get('dr6') & 0x2000n, guest.machine.get('dr7')]).toEqual([0x2000n, 0x400n]);
    expect(guest.step()).toEqual({ kind: 'done' });
  });

  it('B11: RDPMC and unknown MSRs are their owner’s', () => {
    const written: string[] = [];
    const guest = guestWith(
      '0f 33 0f 30',
      {
        cpl: 0,
        system: {
          readCounter: (number) => (number === 2 ? 0x1_2345_6789n : undefined),
          writeModelSpecific(number, value) {
            written.push(`${number.toString(16)}=${value.toString(16)}`);
            return true;
          },
        },
      },
      { rcx: 2n },
    );
    expect(guest.step()).toEqual({ kind: 'done' });
    expect([guest.machine.get('rdx'), guest.machine.get('rax')]).toEqual([1n, 0x2345_6789n]);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(written).toEqual(['2=123456789']);
  });
});

describe('B12: what holds interrupts', () => {
  const none = { sti: false, movSs: false } as const;

  it('B12: STI does for one instruction', () => {
    const guest = guestWith('fb 90', { cpl: 0 });
    guest.step();
    expect(guest.interruptibility).toEqual({ sti: true, movSs: false });
    guest.step();
    expect(guest.interruptibility).toEqual(none);
  });

  it('B12: STI where they are enabled already does not', () => {
    const guest = guestWith('fb', { cpl: 0 }, { if: 1n });
    guest.step();
    expect(guest.interruptibility).toEqual(none);
  });

  it.each([
    ['17 90', 'prot32'],
    ['8e d0 90', 'prot32'],
    ['8e d0 90', 'real'],
    ['17 90', 'vm86'],
  ] as const)('B12: %s in %s loads SS and holds traps too', (code, mode) => {
    const guest = guestWith(
      code,
      { mode, cpl: 0 },
      { gdtbase: ram, gdtlimit: 0x1fn, rax: mode === 'prot32' ? 0x10n : 0x400n },
    );
    guest.machine.memory.write(ram + 0x10n, bytesOf('ff ff 00 00 00 93 cf 00'));
    guest.machine.memory.write(guest.machine.get('rsp'), bytesOf(mode === 'prot32' ? '10 00' : '00 04'));
    guest.machine.set('tf', 1);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(guest.interruptibility).toEqual({ sti: false, movSs: true });
    expect(guest.step()).toMatchObject({ kind: 'exception', vector: 1, isTrap: true });
    expect(guest.interruptibility).toEqual(none);
  });

  it('B12: 32-bit 1F loads DS and holds nothing', () => {
    const guest = guestWith('1f', { mode: 'prot32', cpl: 0 }, { gdtbase: ram, gdtlimit: 0x1fn });
    guest.machine.memory.write(ram + 0x10n, bytesOf('ff ff 00 00 00 93 cf 00'));
    guest.machine.memory.write(guest.machine.get('rsp'), bytesOf('10 00'));
    expect([guest.step(), guest.interruptibility]).toEqual([{ kind: 'done' }, none]);
  });

  it('B12: STI does not hold traps', () => {
    const guest = guestWith('fb 90', { cpl: 0 }, { tf: 1n });
    expect(guest.step()).toMatchObject({ kind: 'exception', vector: 1, isTrap: true });
    expect([guest.interruptibility.sti, guest.machine.get('dr6') & 0x4000n]).toEqual([true, 0x4000n]);
  });

  it('B12: RF lasts for an instruction', () => {
    const guest = guestWith('90 90', {}, { rf: 1n });
    guest.step();
    expect(guest.machine.get('rf')).toBe(0n);
  });

  const entering = (fmask: bigint) =>
    guestWith(
      '0f 05',
      { system: { executesSystemCalls: true } },
      { tf: 1n, fmask, star: 0x0023_0010_0000_0000n, lstar: 0xffff_8000_0000_1000n },
    );

  it('B12: SYSCALL is traced by TF as it leaves it', () => {
    const masked = entering(0x100n);
    expect(masked.step()).toEqual({ kind: 'done' });
    const { machine } = masked;
    expect([machine.get('rip'), machine.get('cs'), machine.get('ss'), machine.get('rcx')]).toEqual([
      ...[0xffff_8000_0000_1000n, 0x10n, 0x18n, codeAt(64) + 2n],
    ]);
    expect([machine.get('r11') & 0x100n, machine.get('tf')]).toEqual([0x100n, 0n]);
    expect(entering(0n).step()).toMatchObject({ kind: 'exception', vector: 1, isTrap: true });
  });

  it.each(guestModes)('B12: a guest in %s says so', (mode) => {
    expect(guestWith('90', { mode, cpl: 0 }).mode).toBe(mode);
  });
});
