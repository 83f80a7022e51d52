import { describe, expect, it } from 'vitest';
import { Machine } from '../../emulator.ts';
import { Definedness } from './definedness.ts';

const codeAddress = 0x40_1000n;
const data = 0x1_0000n;
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

interface Followed {
  readonly machine: Machine;
  readonly follow: Definedness;
  /** Kinds and offsets in the code of the errors. */
  readonly errors: () => readonly string[];
}

const followed = (code: string, registers: Readonly<Record<string, bigint>> = {}): Followed => {
  const machine = new Machine();
  machine.memory.map(codeAddress, 0x1000);
  machine.memory.map(data, 0x1000);
  machine.memory.write(codeAddress, bytesOf(code));
  machine.set('rip', codeAddress);
  machine.set('rsp', data + 0x800n);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  const follow = new Definedness(machine);
  const errors = (): readonly string[] =>
    follow.errors.map(({ kind, address }) => `${kind} at ${address - codeAddress}`);
  return { machine, follow, errors };
};

const steps = (follow: Definedness, count: number): void => {
  for (let k = 0; k < count; k++) expect(follow.step().kind).toBe('done');
};

const maskOf = ({ follow }: Followed, number: number): string => follow.state.registers[number]?.toString(16) ?? '';

describe('an undefined value', () => {
  it('may be copied and computed with', () => {
    // mov rax, [rbx]; add rax, 1; mov [rbx + 8], rax
    const made = followed('48 8b 03 48 83 c0 01 48 89 43 08', { rbx: data });
    made.follow.state.undefine(data, 8);
    steps(made.follow, 3);
    expect(made.errors()).toEqual([]);
    expect(made.follow.state.load(data + 8n, 64)).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('may not decide a jump', () => {
    // cmp dword [rbx], 5; je +0
    const made = followed('83 3b 05 74 00', { rbx: data });
    made.follow.state.undefine(data, 4);
    steps(made.follow, 2);
    expect(made.errors()).toEqual(['condition at 3']);
  });

  it('may not be an address, nor a target, nor a count', () => {
    const address = followed('8b 03', { rbx: data });
    address.follow.undefineRegister('rbx');
    steps(address.follow, 1);
    expect(address.errors()).toEqual(['address at 0']);
    const target = followed('ff e0', { rax: codeAddress });
    target.follow.undefineRegister('rax');
    steps(target.follow, 1);
    expect(target.errors()).toEqual(['jump target at 0']);
    const count = followed('f3 aa', { rdi: data, rcx: 3n });
    count.follow.undefineRegister('rcx');
    steps(count.follow, 1);
    expect(count.errors()).toEqual(['repetition count at 0']);
  });

  it('may not decide whether a division faults', () => {
    const made = followed('f7 f1', { rax: 9n, rcx: 3n });
    made.follow.undefineRegister('rcx');
    steps(made.follow, 1);
    expect(made.errors()).toEqual(['fault at 0']);
  });

  it('is told of once a place', () => {
    // cmp eax, 1; jmp back through je
    const made = followed('83 f8 01 74 fb eb f9', { rax: 0n });
    made.follow.undefineRegister('rax');
    steps(made.follow, 6);
    expect(made.errors()).toEqual(['condition at 3']);
  });
});

describe('undefined bits', () => {
  const run = (code: string, count = 1): Followed => {
    const made = followed(code, { rax: 0x1234n, rcx: 4n, rbx: 0xff00n });
    made.follow.state.registers[0] = 0xf0n;
    steps(made.follow, count);
    return made;
  };

  it.each([
    ['and eax, 0f: a defined 0 decides', '83 e0 0f', '0'],
    ['and eax, 3f', '83 e0 3f', '30'],
    ['or eax, 70: a defined 1 decides', '83 c8 70', '80'],
    ['xor eax, -1', '83 f0 ff', 'f0'],
    ['not eax', 'f7 d0', 'f0'],
    ['add eax, 1: carries go up from the lowest', '83 c0 01', 'fffffff0'],
    ['shl eax, 4', 'c1 e0 04', 'f00'],
    ['shr eax, cl', 'd3 e8', 'f'],
    ['rol eax, 28', 'c1 c0 1c', 'f'],
    ['bswap eax', '0f c8', 'f0000000'],
    ['movzx eax, al', '0f b6 c0', 'f0'],
    ['movsx eax, al: the sign spreads', '0f be c0', 'fffffff0'],
    ['imul eax, eax, 3', '6b c0 03', 'fffffff0'],
    ['popcnt eax, eax', 'f3 0f b8 c0', 'ffffffff'],
    ['mov eax, 0', 'b8 00 00 00 00', '0'],
    ['xor eax, eax leaves what is undefined', '31 c0', 'f0'],
  ])('%s', (_, code, mask) => {
    expect(maskOf(run(code), 0)).toBe(mask);
  });

  it('go where a partial register goes', () => {
    // mov ah, al; mov bl, ah
    const made = run('88 c4 88 e3', 2);
    expect([maskOf(made, 0), maskOf(made, 3)]).toEqual(['f0f0', 'f0']);
  });

  it('do not matter to a comparison that defined bits decide', () => {
    // cmp eax, 0 decides nothing by carries; test al, 4 is defined, and so is its jump
    const made = run('a8 04 74 00', 2);
    expect(made.errors()).toEqual([]);
  });

  it('of a condition make both possible results undefined where they differ', () => {
    // test al, 10; cmove ecx, ebx: 4 or ff00
    const made = run('a8 10 0f 44 cb', 2);
    expect(maskOf(made, 1)).toBe('ff04');
    expect(made.errors()).toEqual([]);
  });

  it('move through the stack', () => {
    const made = run('50 5b', 2);
    expect(maskOf(made, 3)).toBe('f0');
  });

  it('move with strings, element by element', () => {
    const made = followed('f3 a4', { rsi: data, rdi: data + 0x100n, rcx: 4n });
    made.follow.state.undefine(data + 1n, 2);
    steps(made.follow, 1);
    expect(made.follow.state.load(data + 0x100n, 32)).toBe(0x00ff_ff00n);
    expect(made.machine.get('rcx')).toBe(0n);
  });

  it('stay as they were where the instruction faults', () => {
    const made = followed('89 03', { rbx: 0x9_0000n });
    made.follow.undefineRegister('rax');
    expect(made.follow.step().kind).toBe('fault');
    expect(made.follow.state.load(0x9_0000n, 32)).toBe(0n);
  });

  it('are those of flags, too', () => {
    // cmp eax, 5; setb cl; lahf
    const made = run('83 f8 05 0f 92 c1', 2);
    expect(maskOf(made, 1)).toBe('1');
  });
});

it('memory that is written is defined', () => {
  const made = followed('c7 03 05 00 00 00 83 3b 05 74 00', { rbx: data });
  made.follow.state.undefine(data, 4);
  steps(made.follow, 3);
  expect(made.errors()).toEqual([]);
});

it('wants names of registers that it follows', () => {
  expect(() => followed('90').follow.undefineRegister('xmm0')).toThrow('no general register');
});
