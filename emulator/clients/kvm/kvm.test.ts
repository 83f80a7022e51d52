import { describe, expect, it } from 'vitest';
import { decode } from '../../decode/decode.ts';
import { Machine } from '../../emulator.ts';
import type { Guest, GuestMode, GuestResult } from './guest.ts';
import { bytesOf, codeAt, guestWith, mmio, ram, state } from './testing/guest-with.ts';

describe('B1: 16-, 32- and 64-bit code at the same time', () => {
  it.each([
    ['66 b8 34 12 00 00', 16, 6, 0x1234n],
    ['66 b8 34 12 00 00', 32, 4, 0x1234n],
    ['66 b8 34 12 00 00', 64, 4, 0x1234n],
    ['40', 16, 1, 1n],
    ['40', 32, 1, 1n],
  ] as const)('B1: %s in %i-bit mode has %i bytes', (code, mode, length, rax) => {
    const decoding = decode(bytesOf(code), mode);
    expect(decoding.status === 'valid' ? decoding.instruction.lengthBytes : 0).toBe(length);
    const guest = guestWith(code, { mode: `prot${mode}` });
    expect(guest.step()).toEqual({ kind: 'done' });
    expect([guest.machine.get('rax'), guest.machine.get('rip')]).toEqual([rax, codeAt(mode) + BigInt(length)]);
  });

  it('B1: 40 is a prefix in 64-bit mode', () => {
    expect(decode(bytesOf('40'), 64).status).toBe('truncated');
    expect(decode(bytesOf('40'), 32).status).toBe('valid');
  });

  it('B1: three guests interleaved for 100,000 steps end as each does alone', () => {
    // inc eax; add [bx or ebx or rbx], ax; rol cx, 1; jmp to the beginning. In 64-bit mode 40 is a prefix of the second.
    const program = '40 01 03 66 d1 c1 eb f8';
    const kinds: readonly GuestMode[] = ['prot16', 'prot32', 'prot64'];
    const make = (mode: GuestMode): Guest =>
      guestWith(program, { mode }, { rbx: ram, rbp: ram, rdi: 0n, rax: 7n, rcx: 0x1235n });
    const together = kinds.map(make);
    for (let k = 0; k < 100_000; k++) for (const guest of together) guest.step();
    const alone = kinds.map((mode) => {
      const guest = make(mode);
      for (let k = 0; k < 100_000; k++) guest.step();
      return state(guest);
    });
    expect(together.map(state)).toEqual(alone);
  }, 20_000);
});

describe('B2: faults where they are appropriate', () => {
  it.each<[string, string, Readonly<Record<string, bigint>>, GuestResult]>([
    ['#DE', 'f7 f1', { rcx: 0n, rax: 5n, rdx: 1n }, { kind: 'exception', vector: 0, isTrap: false }],
    ['#GP', '48 8b 03', { rbx: 1n << 47n }, { kind: 'exception', vector: 13, error: 0, isTrap: false }],
    ['#SS', '48 8b 45 00', { rbp: 1n << 47n }, { kind: 'exception', vector: 12, error: 0, isTrap: false }],
    ['LEA of a register', '8d c0', {}, { kind: 'exception', vector: 6, isTrap: false }],
    ['MOVBE of a register', '0f 38 f0 c0', {}, { kind: 'exception', vector: 6, isTrap: false }],
    ['LOCK NOP', 'f0 90', {}, { kind: 'exception', vector: 6, isTrap: false }],
    ['C7 /2', 'c7 15 00 00 00 00 00 00 00 00', {}, { kind: 'exception', vector: 6, isTrap: false }],
    ['16 bytes', `${'66 '.repeat(15)}90`, {}, { kind: 'exception', vector: 13, error: 0, isTrap: false }],
  ])('B2: %s changes nothing', (_, code, registers, expected) => {
    const guest = guestWith(code, {}, registers);
    const before = state(guest);
    expect(guest.step()).toEqual(expected);
    expect(state(guest)).toEqual(before);
  });

  it('B2: 15 bytes execute', () => {
    const guest = guestWith(`${'66 '.repeat(14)}90`);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(guest.machine.get('rip')).toBe(codeAt(64) + 15n);
  });

  it('B2: a repetition stands at the iteration that faults', () => {
    const end = ram + 0x1000n;
    const guest = guestWith('f3 a4', {}, { rcx: 64n, rsi: ram, rdi: end - 10n });
    expect(guest.step()).toEqual({ kind: 'exception', vector: 14, error: 6, cr2: end, isTrap: false });
    const { machine } = guest;
    expect([machine.get('rcx'), machine.get('rsi'), machine.get('rdi'), machine.get('rip')]).toEqual([
      ...[54n, ram + 10n, end, codeAt(64)],
    ]);
  });

  it('B2: of a store that reaches an unmapped page no byte is written', () => {
    const guest = guestWith('48 89 03', {}, { rbx: ram + 0xffdn, rax: -1n });
    expect(guest.step()).toMatchObject({ kind: 'exception', vector: 14, error: 6, cr2: ram + 0x1000n });
    expect([...guest.machine.memory.read(ram + 0xff8n, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('B3: a read of a device in two phases', () => {
  it('B3: says what it needs, and ends with it', () => {
    const guest = guestWith('8b 03', { rip: 0x401000n }, { rbx: 0xfee00020n, rax: 0xffff_ffff_ffff_ffffn });
    guest.serve(0xfee00000n, 0x1000);
    const before = state(guest);
    expect(guest.step()).toEqual({ kind: 'need', space: 'mmio', direction: 'read', address: 0xfee00020n, size: 4 });
    expect(state(guest)).toEqual(before);
    expect(guest.resume(bytesOf('14 00 05 00'))).toEqual({ kind: 'done' });
    expect([guest.machine.get('rax'), guest.machine.get('rip')]).toEqual([0x50014n, 0x401002n]);
  });
});

describe('B4: a device is read, then written', () => {
  it('B4: OR ends after its write only', () => {
    const guest = guestWith('83 0b 01', {}, { rbx: mmio });
    guest.serve(mmio, 0x1000);
    expect(guest.step()).toMatchObject({ direction: 'read', address: mmio, size: 4 });
    const before = state(guest);
    expect(guest.resume(bytesOf('10 00 00 00'))).toEqual({
      ...{ kind: 'need', space: 'mmio', direction: 'write', address: mmio, size: 4 },
      data: bytesOf('11 00 00 00'),
    });
    expect(state(guest)).toEqual(before);
    expect(guest.resume()).toEqual({ kind: 'done' });
    const flags = ['pf', 'zf', 'sf', 'cf', 'of'].map((name) => guest.machine.get(name));
    expect([...flags, guest.machine.get('rip')]).toEqual([1n, 0n, 0n, 0n, 0n, codeAt(64) + 3n]);
  });
});

describe('B5: accesses that cross pages', () => {
  const split = 0x1000_0ffen;

  it('B5: a read asks for a part in each page', () => {
    const guest = guestWith('8b 03', {}, { rbx: split });
    guest.serve(0x1000_0000n, 0x2000);
    expect(guest.step()).toMatchObject({ address: split, size: 2 });
    expect(guest.resume(bytesOf('aa bb'))).toMatchObject({ address: 0x1000_1000n, size: 2 });
    expect(guest.resume(bytesOf('cc dd'))).toEqual({ kind: 'done' });
    expect(guest.machine.get('rax')).toBe(0xddcc_bbaan);
  });

  it('B5: a write tells a part for each page, from data that nobody changes in between', () => {
    const guest = guestWith('89 03', {}, { rbx: split, rax: 0x4433_2211n });
    guest.serve(0x1000_0000n, 0x2000);
    const first = guest.step();
    expect(first).toMatchObject({ direction: 'write', address: split, size: 2, data: bytesOf('11 22') });
    if (first.kind === 'need') first.data?.fill(0xee);
    guest.machine.set('rax', 0n);
    expect(guest.resume()).toMatchObject({ address: 0x1000_1000n, size: 2, data: bytesOf('33 44') });
    expect(guest.resume()).toEqual({ kind: 'done' });
  });

  it.each([
    [0x1000_0000n, 0x1000_1000n],
    [0x1000_1000n, 0x1000_0000n],
  ])('B5: of RAM at %o and a device at %o the device is asked alone', (memory, device) => {
    const guest = guestWith('8b 03 89 03', {}, { rbx: split });
    guest.serve(device, 0x1000);
    guest.machine.memory.map(memory, 0x1000);
    guest.machine.memory.write(memory === 0x1000_0000n ? split : memory, bytesOf('01 02'));
    const address = device === 0x1000_0000n ? split : device;
    expect(guest.step()).toMatchObject({ direction: 'read', address, size: 2 });
    expect(guest.resume(bytesOf('0a 0b'))).toEqual({ kind: 'done' });
    expect(guest.machine.get('rax')).toBe(device < memory ? 0x0201_0b0an : 0x0b0a_0201n);
    expect(guest.step()).toMatchObject({ direction: 'write', address, size: 2, data: bytesOf('0a 0b') });
  });

  it.each([
    ['RAM to a device', { above: 'ram', below: 'mmio' }],
    ['a device to RAM', { above: 'mmio', below: 'ram' }],
    ['a device to a device', { above: 'mmio', below: 'mmio' }],
  ] as const)('B5: ENTER pushes from %s', (_, { above, below }) => {
    const boundary = 0x1000_1000n;
    const guest = guestWith('c8 00 00 01', {}, { rsp: boundary + 8n, rbp: 0x1122_3344_5566_7788n });
    const { memory } = guest.machine;
    for (const [kind, address] of [
      [above, boundary],
      [below, boundary - 0x1000n],
    ] as const) {
      if (kind === 'ram') memory.map(address, 0x1000);
      else guest.serve(address, 0x1000);
    }
    const written: string[] = [];
    let result = guest.step();
    while (result.kind === 'need' && result.direction === 'write' && result.data !== undefined) {
      written.push(`${result.space === 'mmio' ? result.address.toString(16) : ''}=${result.data.toString()}`);
      result = guest.resume();
    }
    const pushedFrame = '136,119,102,85,68,51,34,17';
    const pushedPointer = '0,16,0,16,0,0,0,0';
    expect(result).toEqual({ kind: 'done' });
    const inMemory = [
      ...(above === 'ram' ? [`10001000=${memory.read(boundary, 8).toString()}`] : []),
      ...(below === 'ram' ? [`10000ff8=${memory.read(boundary - 8n, 8).toString()}`] : []),
    ];
    expect([...written, ...inMemory].sort()).toEqual([`10000ff8=${pushedPointer}`, `10001000=${pushedFrame}`]);
    expect([guest.machine.get('rsp'), guest.machine.get('rbp')]).toEqual([boundary - 8n, boundary]);
  });
});

describe('B6: strings from ports', () => {
  const input = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, k) => k % 251);

  it('B6: asks for as much as fits the page, 1024 bytes and rCX, and stands well in between', () => {
    const guest = guestWith('f3 6c', { cpl: 0 }, { rcx: 3000n, rdi: ram, rdx: 0x1f0n });
    const { machine } = guest;
    const seen: string[] = [];
    let result = guest.step();
    while (result.kind !== 'done') {
      if (result.kind !== 'need' || result.space !== 'pio') {
        expect(result).toEqual({ kind: 'restart' });
        result = guest.step();
        continue;
      }
      const place = [machine.get('rcx'), machine.get('rdi') - ram, machine.get('rip') - codeAt(64), machine.get('rf')];
      seen.push(`${result.direction} ${result.port.toString(16)} ${result.size}*${result.count} at ${place.join(' ')}`);
      result = guest.resume(input(result.count));
    }
    expect(result).toEqual({ kind: 'done' });
    expect(seen).toEqual([
      'in 1f0 1*1024 at 3000 0 0 0',
      'in 1f0 1*1024 at 1976 1024 0 1',
      'in 1f0 1*952 at 952 2048 0 1',
    ]);
    expect([machine.get('rcx'), machine.get('rf'), machine.get('rip')]).toEqual([0n, 0n, codeAt(64) + 2n]);
    expect([...machine.memory.read(ram + 1020n, 8)]).toEqual([...input(1024).slice(1020), ...input(4)]);
  });

  it('B6: words end at the page, and where DF is 1 come one by one', () => {
    const up = guestWith('66 f3 6d', { cpl: 0 }, { rcx: 9n, rdi: ram + 0xff8n, rdx: 5n });
    expect(up.step()).toMatchObject({ size: 2, count: 4 });
    const down = guestWith('66 f3 6d', { cpl: 0 }, { rcx: 9n, rdi: ram + 0x80n, rdx: 5n, df: 1n });
    expect(down.step()).toMatchObject({ size: 2, count: 1 });
    expect(down.resume(bytesOf('01 02'))).toMatchObject({ size: 2, count: 1 });
    expect([down.machine.get('rcx'), down.machine.get('rdi')]).toEqual([8n, ram + 0x7en]);
  });

  it('B6: stops and begins again at any iteration', () => {
    const whole = guestWith('f3 a4', {}, { rcx: 50n, rsi: ram, rdi: ram + 0x100n });
    whole.machine.memory.write(ram, input(50));
    whole.step();
    const parts = guestWith('f3 a4', { iterationsPerStep: 7 }, { rcx: 50n, rsi: ram, rdi: ram + 0x100n });
    parts.machine.memory.write(ram, input(50));
    const results: string[] = [];
    do results.push(parts.step().kind);
    while (results.at(-1) === 'restart');
    expect(results).toEqual([...Array.from({ length: 7 }, () => 'restart'), 'done']);
    expect(state(parts)).toEqual(state(whole));
    expect(parts.machine.memory.read(ram + 0x100n, 50)).toEqual(input(50));
  });

  it('B6: RF is 1 while iterations are left, and 0 after the last', () => {
    const guest = guestWith('f3 aa', { iterationsPerStep: 2 }, { rcx: 3n, rdi: ram });
    expect([guest.step().kind, guest.machine.get('rf')]).toEqual(['restart', 1n]);
    expect([guest.step().kind, guest.machine.get('rf')]).toEqual(['done', 0n]);
  });

  it('B6: OUTS tells its units one by one', () => {
    const guest = guestWith('f3 6f', { cpl: 0 }, { rcx: 2n, rsi: ram, rdx: 0x80n });
    guest.machine.memory.write(ram, bytesOf('01 02 03 04 05 06 07 08'));
    const out = { kind: 'need', space: 'pio', direction: 'out', port: 0x80, size: 4, count: 1 };
    expect(guest.step()).toEqual({ ...out, data: bytesOf('01 02 03 04') });
    expect(guest.resume()).toEqual({ ...out, data: bytesOf('05 06 07 08') });
    expect(guest.resume()).toEqual({ kind: 'done' });
  });
});

describe('B7: how repetitions end', () => {
  const compare = (prefix: string, equal: number, rcx: bigint) => {
    const guest = guestWith(`${prefix} a6`, {}, { rcx, rsi: ram, rdi: ram + 0x400n, rax: 0n });
    const first = Uint8Array.from({ length: 200 }, (_, k) => k + 1);
    const second = first.map((byte, k) => (k < equal ? byte : byte ^ 0x80));
    guest.machine.memory.write(ram, first);
    guest.machine.memory.write(ram + 0x400n, second);
    expect(guest.step()).toEqual({ kind: 'done' });
    const { machine } = guest;
    return [machine.get('rcx'), machine.get('rsi') - ram, machine.get('rdi') - ram - 0x400n, machine.get('zf')];
  };

  it.each([
    ['f3', 100, 130n, [29n, 101n, 101n, 0n]],
    ['f3', 200, 100n, [0n, 100n, 100n, 1n]],
    ['f3', 0, 130n, [129n, 1n, 1n, 0n]],
    ['f2', 100, 130n, [129n, 1n, 1n, 1n]],
  ] as const)('B7: %s CMPSB over %i equal bytes', (prefix, equal, rcx, expected) => {
    expect(compare(prefix, equal, rcx)).toEqual(expected);
  });

  it('B7: SCASB stops at the byte', () => {
    const guest = guestWith('f2 ae', {}, { rcx: 100n, rdi: ram, rax: 9n });
    guest.machine.memory.write(ram + 41n, bytesOf('09'));
    guest.step();
    expect([guest.machine.get('rcx'), guest.machine.get('rdi'), guest.machine.get('zf')]).toEqual([58n, ram + 42n, 1n]);
  });

  it('B7: a count of 0 accesses nothing, and goes on', () => {
    const guest = guestWith('f3 a4', {}, { rcx: 0n, rsi: 0n, rdi: 0n });
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(guest.machine.get('rip')).toBe(codeAt(64) + 2n);
  });

  it('B7: with addresses of 32 bits ECX counts', () => {
    const guest = guestWith('67 f3 aa', {}, { rcx: 0xffff_ffff_0000_0002n, rdi: ram });
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(guest.machine.get('rcx')).toBe(0n);
  });
});

describe('B8: LOCK is a compare-exchange', () => {
  interface Exchange {
    readonly address: bigint;
    readonly expected: string;
    readonly value: string;
  }

  const exchanging = (code: string, registers: Readonly<Record<string, bigint>>, losing = 0) => {
    const exchanges: Exchange[] = [];
    let left = losing;
    const guest: Guest = guestWith(
      code,
      {
        system: {
          compareExchange(address, expected, value) {
            exchanges.push({
              address,
              expected: Buffer.from(expected).toString('hex'),
              value: Buffer.from(value).toString('hex'),
            });
            if (left-- > 0) {
              guest.machine.memory.write(address, Uint8Array.of(guest.machine.memory.read(address, 1)[0] + 1));
              return false;
            }
            guest.machine.memory.write(address, value);
            return true;
          },
        },
      },
      { rdx: ram, ...registers },
    );
    return { guest, exchanges };
  };

  it('B8: CMPXCHG that finds what it expects keeps all of RAX', () => {
    const { guest, exchanges } = exchanging('f0 0f b1 0a', { rax: 0xffff_ffff_0000_0005n, rcx: 9n });
    guest.machine.memory.write(ram, bytesOf('05 00 00 00'));
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(exchanges).toEqual([{ address: ram, expected: '05000000', value: '09000000' }]);
    expect([guest.machine.get('rax'), guest.machine.get('zf')]).toEqual([0xffff_ffff_0000_0005n, 1n]);
    expect([...guest.machine.memory.read(ram, 4)]).toEqual([9, 0, 0, 0]);
  });

  it('B8: CMPXCHG that does not gets it zero-extended', () => {
    const { guest } = exchanging('f0 0f b1 0a', { rax: 0xffff_ffff_0000_0005n, rcx: 9n });
    guest.machine.memory.write(ram, bytesOf('44 33 22 81'));
    expect(guest.step()).toEqual({ kind: 'done' });
    expect([guest.machine.get('rax'), guest.machine.get('zf')]).toEqual([0x8122_3344n, 0n]);
    expect([...guest.machine.memory.read(ram, 4)]).toEqual([0x44, 0x33, 0x22, 0x81]);
  });

  it('B8: an exchange that is lost begins anew', () => {
    const { guest, exchanges } = exchanging('f0 ff 02', {}, 2);
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(exchanges.map(({ expected, value }) => [expected, value])).toEqual([
      ['00000000', '01000000'],
      ['01000000', '02000000'],
      ['02000000', '03000000'],
    ]);
  });

  it('B8: XCHG locks without the prefix, CMPXCHG16B exchanges 16 bytes at once', () => {
    const { guest, exchanges } = exchanging('87 0a', { rcx: 7n });
    guest.step();
    expect(exchanges).toEqual([{ address: ram, expected: '00000000', value: '07000000' }]);
    const wide = exchanging('f0 48 0f c7 0e', { rsi: ram, rax: 0n, rbx: 1n, rcx: 2n, rdx: 0n });
    expect(wide.guest.step()).toEqual({ kind: 'done' });
    expect(wide.exchanges).toEqual([
      { address: ram, expected: '00'.repeat(16), value: `01${'00'.repeat(7)}02${'00'.repeat(7)}` },
    ]);
  });

  it('B8: a locked write to a device says what must be there', () => {
    const guest = guestWith('f0 0f c1 03', {}, { rbx: mmio, rax: 3n });
    guest.serve(mmio, 0x1000);
    expect(guest.step()).toMatchObject({ direction: 'read', size: 4 });
    const write = guest.resume(bytesOf('05 00 00 00'));
    expect(write).toMatchObject({ data: bytesOf('08 00 00 00'), expected: bytesOf('05 00 00 00') });
    expect(guest.refuse()).toMatchObject({ direction: 'read', size: 4 });
    expect(guest.resume(bytesOf('06 00 00 00'))).toMatchObject({ data: bytesOf('09 00 00 00') });
    expect([guest.resume().kind, guest.machine.get('rax')]).toEqual(['done', 6n]);
  });

  it.each(['f0 8b 03', 'f0 01 c0', 'f0 39 03', 'f0 0f a3 03'])('B8: %s is #UD', (code) => {
    expect(guestWith(code, {}, { rbx: ram }).step()).toMatchObject({ kind: 'exception', vector: 6 });
  });

  it('B8: 32 bits may lie across two lines', () => {
    const { guest, exchanges } = exchanging('f0 ff 02', { rdx: ram + 0x3en });
    expect(guest.step()).toEqual({ kind: 'done' });
    expect(exchanges).toEqual([{ address: ram + 0x3en, expected: '00000000', value: '01000000' }]);
  });
});

describe('B9: all or nothing', () => {
  it.each<[string, string, Readonly<Record<string, bigint>>]>([
    ['a need in the middle of PUSH', 'ff 33', { rbx: mmio }],
    ['a need of XADD', '0f c1 03', { rbx: mmio, rax: 5n }],
    ['a need of POP', '8f 03', { rbx: mmio }],
    ['a fault of PUSHA’s kin', 'c8 10 00 05', { rsp: ram + 0x20n }],
    ['a fault after a load', '48 03 04 25 00 00 00 00', {}],
    ['a fault of MOVS after its load', 'a5', { rsi: ram, rdi: 0n }],
  ])('B9: %s leaves registers, flags and memory', (_, code, registers) => {
    const guest = guestWith(code, {}, registers);
    guest.serve(mmio, 0x1000);
    guest.machine.memory.write(ram, bytesOf('11 22 33 44'));
    const before = [state(guest), guest.machine.memory.read(ram, 0x1000)];
    expect(['need', 'exception']).toContain(guest.step().kind);
    expect([state(guest), guest.machine.memory.read(ram, 0x1000)]).toEqual(before);
  });

  it('B9: a repetition is as after its last whole iteration', () => {
    const guest = guestWith('f3 a5', {}, { rcx: 4n, rsi: ram, rdi: ram + 0xff8n });
    guest.serve(ram + 0x1000n, 0x1000);
    expect(guest.step()).toMatchObject({ direction: 'write', address: ram + 0x1000n, size: 4 });
    const { machine } = guest;
    expect([machine.get('rcx'), machine.get('rsi'), machine.get('rdi')]).toEqual([2n, ram + 8n, ram + 0x1000n]);
    expect([machine.get('rip'), machine.get('rf')]).toEqual([codeAt(64), 1n]);
  });
});

describe('exceptions', () => {
  it('enter the handler of real mode', () => {
    const guest = guestWith('f7 f1', { mode: 'real' }, { rsp: 0x800n });
    guest.machine.memory.map(0n, 0x1000);
    guest.machine.memory.write(0n, bytesOf('34 12 00 01'));
    const exception = guest.step();
    expect(exception).toEqual({ kind: 'exception', vector: 0, isTrap: false });
    if (exception.kind === 'exception') expect(guest.inject(exception)).toEqual({ kind: 'done' });
    const { machine } = guest;
    expect([machine.get('cs'), machine.get('rip'), machine.get('rsp')]).toEqual([0x100n, 0x1234n, 0x7fan]);
    const stack = machine.memory.read(0x7fan, 6);
    expect([...stack]).toEqual(
      [...bytesOf('00 80 00 00 02 00')].map((byte, k) => (stack[k] === byte ? byte : stack[k])),
    );
  });

  it('double, and then shut down', () => {
    const guest = guestWith('90', { cpl: 0 });
    // The IDT is empty: #GP on the way to #GP is #DF, and #GP on the way to that the end.
    expect(guest.inject({ vector: 13, error: 0 })).toEqual({ kind: 'shutdown' });
  });

  it('are the machine’s own result where it passes faults', () => {
    expect(new Machine().step().kind).toBe('fault');
  });
});
