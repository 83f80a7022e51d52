import { describe, expect, it } from 'vitest';
import { decode } from '../../decode/decode.ts';
import type { Instruction } from '../../isa/instruction.ts';
import type { Mode } from '../../isa/modes.ts';
import { registerByName } from '../../isa/registers.ts';
import type { RegisterView, SegmentView } from '../../operand/evaluate.ts';
import type { ControlContext } from '../code/emulate-control.ts';
import { isPlaced, type Placed, placeAt } from '../code/placed.ts';
import { applyAlternative } from './alternatives.ts';
import { branchFacts } from './branches.ts';
import { decodeBug } from './bugs.ts';
import { isStaticCallTrampoline, patchSite, transformStaticCall } from './call-sites.ts';
import { copySourceOf } from './copy-source.ts';
import { linearAddress } from './linear-address.ts';
import { decodeMmio, decodePortAccess, decodeTdxMmio, ioioInformation, registerAfter } from './mmio.ts';
import { flowClassOf, stackEffectOf } from './stack-effects.ts';
import { emulatePoke } from './text-poke.ts';
import { umipAnswer } from './umip.ts';
import { planUprobe } from './uprobes.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

const insn = (hex: string, mode: Mode = 64): Instruction => {
  const decoding = decode(bytesOf(hex), mode);
  if (decoding.status !== 'valid') throw new Error(`${hex}: ${decoding.status}`);
  return decoding.instruction;
};

const placed = (hex: string, address = 0x1000n): Placed => {
  const found = placeAt(bytesOf(hex), address);
  if (!isPlaced(found)) throw new Error(`${hex}: ${found.status}`);
  return found;
};

/** Registers by 64-bit names; narrower ones are their low parts. */
const view = (
  values: Readonly<Record<string, bigint>> = {},
  segments: Readonly<Record<string, SegmentView>> = {},
): RegisterView => ({
  read: (name) => {
    if (values[name] !== undefined) return values[name];
    if (name.length === 3 && name.startsWith('e')) return BigInt.asUintN(32, values[`r${name.slice(1)}`] ?? 0n);
    if (/^[a-d]h$/.test(name)) return ((values[`r${name[0]}x`] ?? 0n) >> 8n) & 0xffn;
    return /^[a-d]l$/.test(name)
      ? (values[`r${name[0]}x`] ?? 0n) & 0xffn
      : BigInt.asUintN(16, values[`r${name}`] ?? 0n);
  },
  segment: (name) => segments[name] ?? { base: 0n },
});

describe('G1: linear addresses', () => {
  it.each<[string, Mode, string, Record<string, bigint>, bigint]>([
    ['16-bit mod 0, rm 6 is a displacement', 16, '8b 06 34 12', { rbp: 0x100n }, 0x1234n],
    ['32-bit mod 0, rm 5 is a displacement', 32, '8b 05 78 56 34 12', { rbp: 0x100n }, 0x1234_5678n],
    ['a SIB index of 4 is none', 64, '8b 04 24', { rsp: 0x500n }, 0x500n],
    ['but r12 with REX.X', 64, '42 8b 04 24', { rsp: 0x500n, r12: 0x20n }, 0x520n],
    ['a SIB base of 5 with mod 0 is a displacement', 64, '8b 04 25 00 10 00 00', { rbp: 9n }, 0x1000n],
    ['32-bit addresses are not sign-extended', 64, '67 8b 03', { rbx: 0xffff_ff00n }, 0xffff_ff00n],
    ['moffs', 64, 'a1 88 77 66 55 44 33 22 11', {}, 0x1122_3344_5566_7788n],
  ])('%s', (_, mode, hex, values, linear) => {
    expect(linearAddress(insn(hex, mode), view(values))).toMatchObject({ status: 'address', linear });
  });

  it('string instructions use DS:rSI and ES:rDI', () => {
    const registers = view({ rsi: 0x10n, rdi: 0x20n }, { ds: { base: 0x1000n }, es: { base: 0x2000n } });
    expect(linearAddress(insn('a4', 32), registers)).toMatchObject({ linear: 0x2020n, segment: 'es' });
    expect(linearAddress(insn('a4', 32), registers, {}, 1)).toMatchObject({ linear: 0x1010n, segment: 'ds' });
  });

  it('are of 20 bits in virtual-8086 mode', () => {
    const registers = view({ rbx: 0xfff0n }, { ds: { base: 0xf_fff0n } });
    expect(linearAddress(insn('8b 07', 16), registers, { virtual8086: true })).toMatchObject({ linear: 0xffe0n });
  });

  it('beyond the limit are an error', () => {
    const registers = view({ rbx: 0x1000n }, { ds: { base: 0n, limit: 0xfffn } });
    expect(linearAddress(insn('8b 03', 32), registers)).toEqual({
      status: 'refused',
      why: 'beyond the limit of its segment',
    });
    expect(linearAddress(insn('8b c3'), registers)).toEqual({ status: 'refused', why: 'no memory operand' });
  });
});

describe('G2: probes of programs', () => {
  it.each([
    ['89 05 44 33 22 11', '89 86 44 33 22 11', 'rsi'],
    ['89 35 44 33 22 11', '89 b7 44 33 22 11', 'rdi'],
    ['49 8b 05 44 33 22 11', '48 8b 86 44 33 22 11', 'rsi'],
    ['c4 e2 63 f6 0d 44 33 22 11', 'c4 e2 63 f6 8e 44 33 22 11', 'rsi'],
    // ModRM.reg is rSI, VEX.vvvv is rDI: rBX is left.
    ['c4 e2 43 f6 35 44 33 22 11', 'c4 e2 43 f6 b3 44 33 22 11', 'rbx'],
    ['c4 c2 63 f6 0d 44 33 22 11', 'c4 e2 63 f6 8e 44 33 22 11', 'rsi'],
  ])('%s is stepped as %s', (hex, moved, register) => {
    const plan = planUprobe(placed(hex));
    expect(plan).toMatchObject({ kind: 'step', scratch: { register, value: 0x1000n + BigInt(bytesOf(hex).length) } });
    expect(plan.kind === 'step' ? hexOf(plan.bytes) : plan).toBe(moved);
  });

  it.each(['26 89 03', '2e 89 03', '36 89 03', '3e 89 03', 'f0 01 03'])('%s is refused for its prefix', (hex) => {
    expect(planUprobe(placed(hex))).toEqual({ kind: 'refused', why: 'prefix' });
  });

  it('16-bit branches are refused', () => {
    expect(planUprobe(placed('66 e8 00 00 00 00'))).toEqual({ kind: 'refused', why: '16-bit branch' });
  });

  it.each([
    ['eb 05', 'jump'],
    ['e9 05 00 00 00', 'jump'],
    ['e8 05 00 00 00', 'call'],
    ['75 05', 'conditional'],
    ['0f 84 05 00 00 00', 'conditional'],
    ['55', 'push'],
    ['90', 'nop'],
    ['66 90', 'nop'],
  ])('%s is emulated as a %s', (hex, what) => {
    expect(planUprobe(placed(hex))).toEqual({ kind: 'emulate', what });
  });

  it.each(['41 90', 'f3 90'])('%s is no nop', (hex) => {
    expect(planUprobe(placed(hex)).kind).toBe('step');
  });
});

describe('G3: classes and stack effects', () => {
  it.each([
    ['e8 00 00 00 00', 'call'],
    ['ff d0', 'dynamic call'],
    ['eb 00', 'jump'],
    ['ff e0', 'dynamic jump'],
    ['75 00', 'conditional jump'],
    ['e0 00', 'conditional jump'],
    ['e1 00', 'conditional jump'],
    ['e2 00', 'conditional jump'],
    ['e3 00', 'conditional jump'],
    ['c3', 'return'],
    ['48 cf', 'interrupt return'],
    ['cc', 'trap'],
    ['0f 0b', 'bug'],
    ['90', 'nop'],
    ['0f 1f 00', 'nop'],
    ['f3 0f 1e fa', 'endbr'],
    ['0f 1f c8', 'other'],
    ['48 89 e5', 'other'],
  ])('%s: %s', (hex, expected) => {
    expect(flowClassOf(insn(hex))).toBe(expected);
  });

  it.each([
    ['55', { source: { kind: 'register', register: 'rbp', offset: 0 }, destination: { kind: 'push' } }],
    ['5d', { source: { kind: 'pop' }, destination: { kind: 'register', register: 'rbp' } }],
    [
      '48 83 ec 10',
      { source: { kind: 'sum', register: 'rsp', offset: -16 }, destination: { kind: 'register', register: 'rsp' } },
    ],
    [
      '48 83 c4 10',
      { source: { kind: 'sum', register: 'rsp', offset: 16 }, destination: { kind: 'register', register: 'rsp' } },
    ],
    [
      '48 83 e4 f0',
      { source: { kind: 'and', register: 'rsp', offset: -16 }, destination: { kind: 'register', register: 'rsp' } },
    ],
    [
      '48 89 e5',
      { source: { kind: 'register', register: 'rsp', offset: 0 }, destination: { kind: 'register', register: 'rbp' } },
    ],
    [
      '48 8d 64 24 08',
      { source: { kind: 'sum', register: 'rsp', offset: 8 }, destination: { kind: 'register', register: 'rsp' } },
    ],
    [
      '48 89 5c 24 08',
      {
        source: { kind: 'register', register: 'rbx', offset: 0 },
        destination: { kind: 'memory', register: 'rsp', offset: 8 },
      },
    ],
    [
      '48 8b 5d f8',
      { source: { kind: 'memory', register: 'rbp', offset: -8 }, destination: { kind: 'register', register: 'rbx' } },
    ],
    ['e8 00 00 00 00', { source: { kind: 'constant' }, destination: { kind: 'push' } }],
    ['c9', { source: null, destination: { kind: 'leave' } }],
    ['c8 10 00 00', { source: null, destination: { kind: 'enter' } }],
    ['48 89 c3', null],
  ])('%s', (hex, expected) => {
    expect(stackEffectOf(insn(hex))).toEqual(expected);
  });

  it('all encodings of a displacement from rSP have the same effect', () => {
    const effects = [
      '48 8b 5c 24 08',
      '48 8b 5c 64 08',
      '48 8b 5c a4 08',
      '48 8b 5c e4 08',
      '48 8b 9c 24 08 00 00 00',
    ].map((hex) => stackEffectOf(insn(hex)));
    expect(new Set(effects.map((effect) => JSON.stringify(effect))).size).toBe(1);
    expect(effects[0]).toMatchObject({ source: { kind: 'memory', register: 'rsp', offset: 8 } });
  });
});

const id = (name: string): number => registerByName(name) ?? 0;

describe('G4: device accesses of a guest that makes them itself', () => {
  const registers = view({ rax: 0x1122_3344_5566_7788n });

  it.each([
    ['88 23', { kind: 'write', sizeBytes: 1, data: 0x77n }],
    ['89 03', { kind: 'write', sizeBytes: 4, data: 0x5566_7788n }],
    ['c6 03 80', { kind: 'write', sizeBytes: 1, data: 0x80n }],
    ['48 c7 03 ff ff ff ff', { kind: 'write', sizeBytes: 8, data: 0xffff_ffff_ffff_ffffn }],
    ['8b 03', { kind: 'read', sizeBytes: 4, into: id('eax'), bits: 32, extension: 'none' }],
    ['0f b6 03', { kind: 'read', sizeBytes: 1, into: id('eax'), bits: 32, extension: 'zero' }],
    ['0f bf 03', { kind: 'read', sizeBytes: 2, into: id('eax'), bits: 32, extension: 'sign' }],
    ['a5', { kind: 'movs', sizeBytes: 4 }],
    ['01 03', null],
    ['8b c3', null],
  ])('%s', (hex, expected) => {
    expect(decodeMmio(insn(hex), registers)).toEqual(expected);
  });

  it.each([
    ['0f b6 03', 0x80n, 0x80n],
    ['0f be 03', 0x80n, 0xffff_ff80n],
    ['48 0f be 03', 0x80n, 0xffff_ffff_ffff_ff80n],
    ['66 8b 03', 0xbeefn, 0x1122_3344_5566_beefn],
    ['8a 23', 0x99n, 0x1122_3344_5566_9988n],
  ])('%s of %s leaves %s in rAX', (hex, data, expected) => {
    const move = decodeMmio(insn(hex), registers);
    expect(move).not.toBeNull();
    if (move !== null) expect(registerAfter(move, data, 0x1122_3344_5566_7788n)).toBe(expected);
  });

  it.each([
    ['e4 80', { isInput: true, isString: false, sizeBytes: 1, port: 0x80, count: 1n }],
    ['ef', { isInput: false, sizeBytes: 4, port: 0x3f8 }],
    ['66 ed', { isInput: true, sizeBytes: 2, port: 0x3f8 }],
    ['f3 66 6f', { isInput: false, isString: true, isRepeated: true, sizeBytes: 2, count: 5n, segment: 'ds' }],
    ['64 6e', { isString: true, isRepeated: false, sizeBytes: 1, segment: 'fs', count: 1n }],
    ['f3 6c', { isInput: true, isString: true, segment: 'es', addressBits: 64 }],
  ])('%s', (hex, expected) => {
    expect(decodePortAccess(insn(hex), view({ rdx: 0x3f8n, rcx: 5n }))).toMatchObject(expected);
  });

  it('tells the hypervisor as an intercept does', () => {
    const information = (hex: string): number => {
      const access = decodePortAccess(insn(hex), view({ rdx: 0x3f8n, rcx: 5n }));
      return access === null ? -1 : ioioInformation(access);
    };
    expect(information('e4 80').toString(16)).toBe('800e11');
    expect(information('f3 66 6f').toString(16)).toBe('3f80e2c');
  });
});

describe('G5: the same in a trust domain', () => {
  const at = (rbx: bigint): RegisterView => view({ rbx, rsi: rbx, rdi: rbx });

  it.each<[string, bigint, object]>([
    ['8b 03', 0xffff_8000_0000_1000n, { status: 'mmio', lengthBytes: 2, linear: 0xffff_8000_0000_1000n }],
    ['48 89 03', 0xffff_8000_0000_1ffdn, { status: 'refused', why: 'page split' }],
    ['8b 03', 0x40_1000n, { status: 'refused', why: 'user address' }],
    ['a5', 0xffff_8000_0000_1000n, { status: 'refused', why: 'movs' }],
    ['01 03', 0xffff_8000_0000_1000n, { status: 'refused', why: 'not a move' }],
  ])('%s at %s', (hex, address, expected) => {
    expect(decodeTdxMmio(insn(hex), at(address))).toMatchObject(expected);
  });
});

describe('G6: dummies for UMIP', () => {
  it.each<[string, Mode, string, string, string]>([
    ['0f 01 03', 64, 'sgdt', 'memory', '00 00 00 00 fe ff ff ff ff ff'],
    ['0f 01 0b', 64, 'sidt', 'memory', '00 00 00 00 ff ff ff ff ff ff'],
    ['0f 01 03', 32, 'sgdt', 'memory', '00 00 00 00 fe ff'],
    ['0f 01 23', 64, 'smsw', 'memory', '33 00'],
    ['0f 01 e0', 64, 'smsw', 'register', '33 00 05 80'],
    ['66 0f 01 e0', 64, 'smsw', 'register', '33 00'],
    ['48 0f 01 e0', 64, 'smsw', 'register', '33 00 05 80 00 00 00 00'],
    ['0f 00 c0', 64, 'sldt', 'register', '00 00 00 00'],
    ['0f 00 0b', 64, 'str', 'memory', '40 00'],
  ])('%s in %i-bit mode: %s', (hex, mode, name, to, bytes) => {
    const answer = umipAnswer(insn(hex, mode));
    expect(answer).toMatchObject({ name, to });
    expect(answer === null ? '' : hexOf(answer.bytes)).toBe(bytes);
  });

  it.each(['0f 01 c2', '0f 01 c8', '0f 01 13', '0f 00 13'])('%s is none of them', (hex) => {
    expect(umipAnswer(insn(hex))).toBeNull();
  });

  it('no VEX or EVEX form is', () => {
    const decoding = decode(bytesOf('62 83 c5 05 0f 08 ff'), 64);
    expect(decoding.status === 'valid' ? umipAnswer(decoding.instruction) : null).toBeNull();
  });
});

describe('G7: branches', () => {
  it.each<[string, Mode, string, string, number]>([
    ['0f 01 c2', 64, 'vmentry', 'indirect', 0],
    ['0f 05', 64, 'syscall', 'indirect', 0],
    ['0f 07', 64, 'sysret', 'indirect', 0],
    ['75 10', 64, 'jcc', 'conditional', 16],
    ['0f 84 00 01 00 00', 64, 'jcc', 'conditional', 256],
    ['e3 fe', 64, 'jcc', 'conditional', -2],
    ['e2 fe', 64, 'loop', 'conditional', -2],
    ['e8 00 00 00 80', 64, 'call', 'unconditional', -(2 ** 31)],
    ['eb 00', 64, 'jmp', 'unconditional', 0],
    ['ff d0', 64, 'call', 'indirect', 0],
    ['ff 2b', 64, 'jmp', 'indirect', 0],
    ['9a 00 00 00 00 00 00', 32, 'call', 'indirect', 0],
    ['ca 10 00', 64, 'ret', 'indirect', 0],
    ['48 cf', 64, 'iret', 'indirect', 0],
    ['cd 80', 32, 'int', 'indirect', 0],
    ['f3 0f ae 23', 64, 'ptwrite', 'no', 0],
    ['90', 64, 'other', 'no', 0],
  ])('%s in %i-bit mode: %s, %s', (hex, mode, operation, branch, distance) => {
    expect(branchFacts(insn(hex, mode))).toEqual({ operation, branch, distance, lengthBytes: bytesOf(hex).length });
  });
});

describe('G8: sites of the function tracer', () => {
  const at = 0xffff_ffff_8123_4560n;
  const call = { call: 0xffff_ffff_8106_0a20n };

  it('become calls and nothing again', () => {
    const made = patchSite(bytesOf('0f 1f 44 00 00'), at, 'nop', call);
    expect(made).toEqual({ status: 'written', bytes: bytesOf('e8 bb c4 e2 ff') });
    expect(patchSite(bytesOf('e8 bb c4 e2 ff'), at, call, 'nop')).toEqual({
      status: 'written',
      bytes: bytesOf('0f 1f 44 00 00'),
    });
  });

  it('are left alone where they hold something else', () => {
    expect(patchSite(bytesOf('0f 1f 44 00 01'), at, 'nop', call)).toEqual({
      status: 'refused',
      errno: 'EINVAL',
      why: 'other bytes',
    });
  });
});

describe('G9: alternatives', () => {
  const moved = (hex: string, from: bigint, to: bigint): string => {
    const answer = applyAlternative(bytesOf(hex), from, to);
    return 'kind' in answer ? answer.kind : hexOf(answer);
  };

  it.each([
    ['a call keeps its target', 'e8 fb 2f 00 00', 'e8 fb 3f 00 00'],
    ['RIP-relative memory too', '48 8b 05 f9 2f 00 00', '48 8b 05 f9 3f 00 00'],
    ['a target inside stays inside', 'eb 01 90 90 74 fd', 'eb 01 66 90 74 fd'],
    ['a jump that reaches with one byte is short', 'e9 3b f0 ff ff', 'eb 3e cc cc cc'],
    ['no-operations become as few as can be', '90 90 90 90 90 90', '66 0f 1f 44 00 00'],
  ])('%s', (_, hex, expected) => {
    expect(moved(hex, 0x2000n, 0x1000n)).toBe(expected);
  });

  it('a short branch that does not reach any more is an error', () => {
    expect(moved('75 70', 0x2000n, 0x1000n)).toBe('DispOutOfRange');
  });

  it('what is no instruction is an error', () => {
    expect(moved('90 06', 0x2000n, 0x1000n)).toBe('Undecodable');
  });
});

describe('G10: static calls', () => {
  const at = 0xffff_ffff_8100_0100n;
  const target = 0xffff_ffff_8100_1105n;
  const bytes = (answer: ReturnType<typeof transformStaticCall>): string =>
    answer.status === 'written' ? hexOf(answer.bytes) : answer.why;

  it.each<[string, bigint | null | 'return 0', string]>([
    ['0f 1f 44 00 00', target, 'e8 00 10 00 00'],
    ['e8 00 10 00 00', null, '0f 1f 44 00 00'],
    ['e8 00 10 00 00', 'return 0', '2e 2e 2e 31 c0'],
    ['2e 2e 2e 31 c0', target, 'e8 00 10 00 00'],
    ['e9 00 10 00 00', null, 'c3 cc cc cc cc'],
    ['c3 cc cc cc cc', target, 'e9 00 10 00 00'],
    ['48 89 e5 90 90', target, 'other bytes'],
  ])('%s for %s', (hex, to, expected) => {
    expect(bytes(transformStaticCall(bytesOf(hex), at, to))).toBe(expected);
  });

  it('tail calls on a condition', () => {
    const from = 0xffff_ffff_8100_035dn;
    const answer = transformStaticCall(bytesOf('0f 85 00 00 00 00'), from, 0xffff_ffff_8100_3000n);
    expect(bytes(answer)).toBe('0f 85 9d 2c 00 00');
  });

  it('trampolines have a signature', () => {
    expect(isStaticCallTrampoline(bytesOf('e9 00 00 00 00 0f b9 cc'))).toBe(true);
    expect(isStaticCallTrampoline(bytesOf('e9 00 00 00 00 0f b9 cd'))).toBe(false);
  });
});

describe('G11: bugs', () => {
  it.each([
    ['0f 0b', { kind: 'ud2', lengthBytes: 2, code: 0 }],
    ['67 0f b9 40 10', { kind: 'ud1', lengthBytes: 5, code: 0x10 }],
    ['f0 75 f9', { kind: 'lock', lengthBytes: 3, code: 0 }],
    ['ea', { kind: 'far jump', lengthBytes: 1, code: 0 }],
    ['0f b9 80 78 56 34 12', { kind: 'ud1', lengthBytes: 7, code: 0x1234_5678 }],
    ['90', null],
    ['0f 05', null],
    ['0f b9', null],
  ])('%s', (hex, expected) => {
    expect(decodeBug(bytesOf(hex))).toEqual(expected);
  });
});

/** Registers and a stack, as an exception frame has them. */
const contextOf = (values: Record<string, bigint>): ControlContext & { readonly values: Record<string, bigint> } => {
  const stack = new Map<bigint, number>();
  return {
    values,
    get: (name) => values[name] ?? 0n,
    set: (name, value) => {
      values[name] = value;
    },
    memory: {
      read: (address, count) => Uint8Array.from({ length: count }, (_, k) => stack.get(address + BigInt(k)) ?? 0),
      write: (address, bytes) => {
        for (const [k, byte] of bytes.entries()) stack.set(address + BigInt(k), byte);
      },
    },
  };
};

describe('G12: breakpoints of text that is rewritten', () => {
  it.each<[string, Record<string, bigint>, Record<string, bigint>]>([
    ['e8 00 01 00 00', { rsp: 0x800n }, { rip: 0x1105n, rsp: 0x7f8n }],
    ['e9 00 01 00 00', {}, { rip: 0x1105n }],
    ['eb fe', {}, { rip: 0x1000n }],
    ['c3', { rsp: 0x800n }, { rip: 0n, rsp: 0x808n }],
    ['66 90', {}, { rip: 0x1002n }],
    ['0f 1f 44 00 00', {}, { rip: 0x1005n }],
  ])('%s is done in their place', (hex, before, after) => {
    const context = contextOf({ rip: 0x1000n, rflags: 2n, ...before });
    expect(emulatePoke(bytesOf(hex), 0x1000n, context)).toBe(true);
    expect(context.values).toMatchObject(after);
  });

  const [C, P, Z, S, O] = [1, 4, 0x40, 0x80, 0x800];
  const truths: readonly ((flags: number) => boolean)[] = [
    (flags) => (flags & O) !== 0,
    (flags) => (flags & C) !== 0,
    (flags) => (flags & Z) !== 0,
    (flags) => (flags & (C | Z)) !== 0,
    (flags) => (flags & S) !== 0,
    (flags) => (flags & P) !== 0,
    (flags) => ((flags & S) !== 0) !== ((flags & O) !== 0),
    (flags) => (flags & Z) !== 0 || ((flags & S) !== 0) !== ((flags & O) !== 0),
  ];

  it.each(Array.from({ length: 16 }, (_, condition) => condition))(
    'condition %i is met as the flags say',
    (condition) => {
      for (let k = 0; k < 32; k++) {
        const flags = [C, P, Z, S, O].reduce((sum, flag, bit) => sum | ((k >> bit) & 1 ? flag : 0), 2);
        const context = contextOf({ rip: 0x1000n, rflags: BigInt(flags) });
        expect(emulatePoke(Uint8Array.of(0x0f, 0x80 | condition, 0x10, 0, 0, 0), 0x1000n, context)).toBe(true);
        const isTaken = truths[condition >> 1]?.(flags) !== ((condition & 1) === 1);
        expect(context.get('rip'), `flags ${flags.toString(16)}`).toBe(isTaken ? 0x1016n : 0x1006n);
      }
    },
  );

  it('anything else is not ours', () => {
    const context = contextOf({ rip: 0x1000n });
    expect(emulatePoke(bytesOf('48 89 e5'), 0x1000n, context)).toBe(false);
    expect(context.values).toEqual({ rip: 0x1000n });
  });
});

describe('G13: sources of copies', () => {
  const registers = view({ rsi: 0x7000n, rdi: 0x8000n, rbx: 0x9000n });

  it.each([
    ['8a 03', 0x9000n],
    ['8b 43 10', 0x9010n],
    ['0f b6 03', 0x9000n],
    ['0f b7 03', 0x9000n],
    ['a4', 0x7000n],
    ['f3 48 a5', 0x7000n],
    ['89 03', null],
    ['8b c3', null],
  ])('%s', (hex, expected) => {
    expect(copySourceOf(insn(hex), hex.startsWith('f3') ? view({ rsi: 0x7000n, rcx: 1n }) : registers)).toBe(expected);
  });
});
