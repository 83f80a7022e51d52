import { describe, expect, it } from 'vitest';
import { Machine, type MachineOptions } from '../../emulator.ts';

const codeAddress = 0x40_1000n;
const data = 0x1_0000n;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

type Registers = Readonly<Record<string, bigint>>;

const machineWith = (code: string, registers: Registers = {}, options: MachineOptions = {}): Machine => {
  const machine = new Machine(options);
  machine.memory.map(codeAddress, 0x1000);
  machine.memory.map(data, 0x1000);
  machine.memory.write(codeAddress, bytesOf(code));
  machine.set('rip', codeAddress);
  machine.set('rbx', data);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  return machine;
};

const done = { kind: 'done' };
const one = 0x3ff0_0000_0000_0000n;
const two = 0x4000_0000_0000_0000n;
const three = 0x4008_0000_0000_0000n;
const pair = (high: bigint, low: bigint): bigint => (high << 64n) | low;
const quad = (a: bigint, b: bigint, c: bigint, d: bigint): bigint => (a << 96n) | (b << 64n) | (c << 32n) | d;

describe('moves and arithmetic of XMM registers', () => {
  it.each<[string, string, Registers, Registers]>([
    ['addsd xmm0,xmm1', 'f2 0f 58 c1', { xmm0: pair(7n, one), xmm1: pair(9n, two) }, { xmm0: pair(7n, three) }],
    ['subpd xmm0,xmm1', '66 0f 5c c1', { xmm0: pair(three, three), xmm1: pair(one, two) }, { xmm0: pair(two, one) }],
    [
      'mulps xmm0,xmm1',
      '0f 59 c1',
      {
        xmm0: quad(0x4000_0000n, 0x3f80_0000n, 0n, 0x4040_0000n),
        xmm1: quad(0x4000_0000n, 0x4000_0000n, 1n, 0x3f00_0000n),
      },
      { xmm0: quad(0x4080_0000n, 0x4000_0000n, 0n, 0x3fc0_0000n), mxcsr: 0x1f82n },
    ],
    [
      'divss xmm0,xmm1',
      'f3 0f 5e c1',
      { xmm0: quad(1n, 2n, 3n, 0x3f80_0000n), xmm1: 0x4040_0000n },
      { xmm0: quad(1n, 2n, 3n, 0x3eaa_aaabn), mxcsr: 0x1fa0n },
    ],
    ['sqrtsd xmm0,xmm1', 'f2 0f 51 c1', { xmm0: pair(7n, 5n), xmm1: 0x4010_0000_0000_0000n }, { xmm0: pair(7n, two) }],
    ['minpd xmm0,xmm1', '66 0f 5d c1', { xmm0: pair(one, two), xmm1: pair(two, one) }, { xmm0: pair(one, one) }],
    ['movss xmm0,xmm1', 'f3 0f 10 c1', { xmm0: quad(1n, 2n, 3n, 4n), xmm1: 9n }, { xmm0: quad(1n, 2n, 3n, 9n) }],
    ['movsd xmm0,xmm1', 'f2 0f 10 c1', { xmm0: pair(1n, 2n), xmm1: pair(3n, 4n) }, { xmm0: pair(1n, 4n) }],
    ['movhlps xmm0,xmm1', '0f 12 c1', { xmm0: pair(1n, 2n), xmm1: pair(3n, 4n) }, { xmm0: pair(1n, 3n) }],
    ['movlhps xmm0,xmm1', '0f 16 c1', { xmm0: pair(1n, 2n), xmm1: pair(3n, 4n) }, { xmm0: pair(4n, 2n) }],
    ['movd xmm0,ecx', '66 0f 6e c1', { xmm0: pair(1n, 2n), rcx: 0xffff_ffff_8000_0001n }, { xmm0: 0x8000_0001n }],
    ['movq rcx,xmm0', '66 48 0f 7e c1', { xmm0: pair(1n, 0x8000_0000_0000_0002n) }, { rcx: 0x8000_0000_0000_0002n }],
    ['movd ecx,xmm0', '66 0f 7e c1', { xmm0: pair(1n, 0x1_8000_0002n), rcx: 1n << 40n }, { rcx: 0x8000_0002n }],
    ['unpcklpd xmm0,xmm1', '66 0f 14 c1', { xmm0: pair(1n, 2n), xmm1: pair(3n, 4n) }, { xmm0: pair(4n, 2n) }],
    ['unpckhpd xmm0,xmm0', '66 0f 15 c0', { xmm0: pair(1n, 2n) }, { xmm0: pair(1n, 1n) }],
    ['shufpd xmm0,xmm1,1', '66 0f c6 c1 01', { xmm0: pair(1n, 2n), xmm1: pair(3n, 4n) }, { xmm0: pair(4n, 1n) }],
    ['andnps xmm0,xmm1', '0f 55 c1', { xmm0: pair(0n, 0xf0n), xmm1: pair(6n, 0xffn) }, { xmm0: pair(6n, 0xfn) }],
    ['pxor xmm0,xmm1', '66 0f ef c1', { xmm0: pair(3n, 5n), xmm1: pair(1n, 1n) }, { xmm0: pair(2n, 4n) }],
    ['movmskpd ecx,xmm0', '66 0f 50 c8', { xmm0: pair(1n << 63n, 0n), rcx: ~0n & 0xffff_ffff_ffff_ffffn }, { rcx: 2n }],
    ['movmskps ecx,xmm0', '0f 50 c8', { xmm0: quad(1n << 31n, 0n, 1n << 31n, 1n << 31n) }, { rcx: 0xbn }],
    [
      'cvtsi2sd xmm0,ecx',
      'f2 0f 2a c1',
      { xmm0: pair(1n, 2n), rcx: 0xffff_ffffn },
      { xmm0: pair(1n, 0xbff0_0000_0000_0000n) },
    ],
    [
      'cvtsi2ss xmm0,rcx',
      'f3 48 0f 2a c1',
      { xmm0: quad(1n, 2n, 3n, 4n), rcx: 3n },
      { xmm0: quad(1n, 2n, 3n, 0x4040_0000n) },
    ],
    ['cvttsd2si ecx,xmm0', 'f2 0f 2c c8', { xmm0: 0xc004_0000_0000_0000n }, { rcx: 0xffff_fffen, mxcsr: 0x1fa0n }],
    ['cvtsd2si rcx,xmm0', 'f2 48 0f 2d c8', { xmm0: 0x4004_0000_0000_0000n }, { rcx: 2n, mxcsr: 0x1fa0n }],
    ['cvtss2sd xmm0,xmm1', 'f3 0f 5a c1', { xmm0: pair(1n, 2n), xmm1: 0x3f80_0000n }, { xmm0: pair(1n, one) }],
    [
      'cvtsd2ss xmm0,xmm1',
      'f2 0f 5a c1',
      { xmm0: quad(1n, 2n, 3n, 4n), xmm1: two },
      { xmm0: quad(1n, 2n, 3n, 0x4000_0000n) },
    ],
    ['cvtps2pd xmm0,xmm1', '0f 5a c1', { xmm1: quad(1n, 2n, 0x3f80_0000n, 0x4000_0000n) }, { xmm0: pair(one, two) }],
    [
      'cvtpd2ps xmm0,xmm1',
      '66 0f 5a c1',
      { xmm0: pair(5n, 5n), xmm1: pair(one, two) },
      { xmm0: quad(0n, 0n, 0x3f80_0000n, 0x4000_0000n) },
    ],
    [
      'cvtdq2pd xmm0,xmm1',
      'f3 0f e6 c1',
      { xmm1: quad(9n, 9n, 1n, 0xffff_ffffn) },
      { xmm0: pair(one, 0xbff0_0000_0000_0000n) },
    ],
  ])('%s', (_text, code, before, after) => {
    const machine = machineWith(code, before);
    expect(machine.step()).toEqual(done);
    const expected = { mxcsr: 0x1f80n, ...after };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, machine.get(name)]))).toEqual(expected);
  });

  it.each<[string, string, bigint]>([
    ['movsd xmm0,[rbx]', 'f2 0f 10 03', 0x0807_0605_0403_0201n],
    ['movss xmm0,[rbx]', 'f3 0f 10 03', 0x0403_0201n],
    ['movhpd xmm0,[rbx]', '66 0f 16 03', pair(0x0807_0605_0403_0201n, 6n)],
    ['movlps xmm0,[rbx]', '0f 12 03', pair(5n, 0x0807_0605_0403_0201n)],
    ['movd xmm0,[rbx]', '66 0f 6e 03', 0x0403_0201n],
    ['movupd xmm0,[rbx]', '66 0f 10 03', 0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201n],
  ])('%s loads', (_text, code, expected) => {
    const machine = machineWith(code, { xmm0: pair(5n, 6n) });
    machine.memory.write(data, bytesOf('01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10'));
    expect(machine.step()).toEqual(done);
    expect(machine.get('xmm0')).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['movsd [rbx],xmm0', 'f2 0f 11 03', '01 02 03 04 05 06 07 08 00'],
    ['movss [rbx],xmm0', 'f3 0f 11 03', '01 02 03 04 00 00 00 00 00'],
    ['movhps [rbx],xmm0', '0f 17 03', '09 0a 0b 0c 0d 0e 0f 10 00'],
    ['movd [rbx],xmm0', '66 0f 7e 03', '01 02 03 04 00 00 00 00 00'],
  ])('%s stores', (_text, code, expected) => {
    const machine = machineWith(code, { xmm0: 0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201n });
    expect(machine.step()).toEqual(done);
    expect(machine.memory.read(data, 9)).toEqual(bytesOf(expected));
  });

  it.each<[string, bigint, bigint, bigint]>([
    ['less', one, two, 1n],
    ['equal', two, two, 0x40n],
    ['greater', two, one, 0n],
    ['unordered', two, 0x7ff8_0000_0000_0000n, 0x45n],
  ])('ucomisd says %s in Z, P and C, and clears O, S and A', (_word, a, b, flags) => {
    const machine = machineWith('66 0f 2e c1', { xmm0: a, xmm1: b, rflags: 0x8d7n });
    expect(machine.step()).toEqual(done);
    expect(machine.get('rflags') & 0x8d5n).toBe(flags);
  });

  it('keeps exceptions until MXCSR is written', () => {
    // divsd xmm0,xmm1; ldmxcsr [rbx]; addsd xmm0,xmm0
    const machine = machineWith('f2 0f 5e c1 0f ae 13 f2 0f 58 c0', { xmm0: one, xmm1: three });
    machine.memory.write(data, bytesOf('80 1f 00 00'));
    expect([machine.step(), machine.get('mxcsr')]).toEqual([done, 0x1fa0n]);
    expect([machine.step(), machine.get('mxcsr')]).toEqual([done, 0x1f80n]);
    expect([machine.step(), machine.get('mxcsr')]).toEqual([done, 0x1f80n]);
  });

  it.each<[string, bigint]>([
    ['an exception that is not masked', 0x0f80n],
    ['rounding down', 0x3f80n],
    ['denormals as zeros', 0x1fc0n],
  ])('is unsupported with %s', (_what, mxcsr) => {
    const machine = machineWith('f2 0f 5e c1', { xmm0: one, xmm1: three, mxcsr });
    expect(machine.step().kind).toBe('unsupported');
    expect([machine.get('xmm0'), machine.get('mxcsr')]).toEqual([one, mxcsr]);
  });

  it('wants packed memory operands aligned, and others not', () => {
    expect(machineWith('66 0f 58 03', { rbx: data + 8n }).step()).toMatchObject({ kind: 'fault', vector: 13 });
    expect(machineWith('f2 0f 58 03', { rbx: data + 1n }).step()).toEqual(done);
  });
});

describe('moves of AVX and AVX-512', () => {
  const ones = (bytes: number): bigint => (1n << BigInt(8 * bytes)) - 1n;
  const counted = Uint8Array.from({ length: 64 }, (_, k) => k + 1);
  const loaded = (bytes: number): bigint =>
    BigInt(`0x${Buffer.from(counted.slice(0, bytes)).reverse().toString('hex')}`);

  it.each<[string, string, bigint]>([
    ['vmovsd xmm0,[rbx]', 'c5 fb 10 03', loaded(8)],
    ['vmovss xmm0,[rbx]', 'c5 fa 10 03', loaded(4)],
    ['vmovups ymm0,[rbx]', 'c5 fc 10 03', loaded(32)],
    ['vmovdqa xmm0,[rbx]', 'c5 f9 6f 03', loaded(16)],
    ['vlddqu ymm0,[rbx]', 'c5 ff f0 03', loaded(32)],
    ['vmovd xmm0,[rbx]', 'c5 f9 6e 03', loaded(4)],
    ['vmovaps zmm0,[rbx]', '62 f1 7c 48 28 03', loaded(64)],
    ['vmovdqu8 zmm0,[rbx]', '62 f1 7f 48 6f 03', loaded(64)],
    ['vmovdqu64 ymm0,[rbx]', '62 f1 fe 28 6f 03', loaded(32)],
  ])('%s clears what is above', (_text, code, expected) => {
    const machine = machineWith(code, { zmm0: ones(64) });
    machine.memory.write(data, counted);
    expect(machine.step()).toEqual(done);
    expect(machine.get('zmm0')).toBe(expected);
  });

  it('stores a whole register, of the upper sixteen too', () => {
    // vmovups [rbx],zmm17
    const machine = machineWith('62 e1 7c 48 11 0b', { zmm17: loaded(64) });
    expect(machine.step()).toEqual(done);
    expect(machine.memory.read(data, 64)).toEqual(counted);
  });

  it('joins two registers in VMOVSD and VMOVSS of three', () => {
    const registers = { xmm1: pair(1n, 2n), xmm2: pair(3n, 4n), zmm0: ones(64) };
    const machine = machineWith('c5 f3 10 c2 c5 f2 10 c2', registers);
    expect([machine.step(), machine.get('zmm0')]).toEqual([done, pair(1n, 4n)]);
    expect([machine.step(), machine.get('zmm0')]).toEqual([done, pair(1n, 4n)]);
  });

  it.each([
    ['vmovaps xmm', 'c5 f8 28 03', 16n],
    ['vmovaps ymm', 'c5 fc 28 03', 32n],
    ['vmovaps zmm', '62 f1 7c 48 28 03', 64n],
  ])('%s wants memory aligned to its length', (_text, code, bytes) => {
    expect(machineWith(code, { rbx: data + bytes }).step()).toEqual(done);
    expect(machineWith(code, { rbx: data + bytes / 2n }).step()).toMatchObject({ kind: 'fault', vector: 13 });
  });

  it.each<[string, string, Registers, number]>([
    ['VEX without CR4.OSXSAVE', 'c5 fc 10 03', { cr4: 0x600n }, 6],
    ['VEX without AVX state in XCR0', 'c5 fc 10 03', { xcr0: 3n }, 6],
    ['EVEX without AVX-512 state in XCR0', '62 f1 7c 48 28 03', { xcr0: 7n }, 6],
    ['VEX with CR0.TS', 'c5 fc 10 03', { cr0: 0x8000_0019n }, 7],
  ])('faults: %s', (_what, code, registers, vector) => {
    expect(machineWith(code, registers).step()).toMatchObject({ kind: 'fault', vector });
  });

  it.each([
    ['a mask', '62 f1 7c 49 28 03'],
    ['masked zeroing', '62 f1 7c c9 28 03'],
  ])('is unsupported with %s', (_what, code) => {
    expect(machineWith(code).step().kind).toBe('unsupported');
  });
});
