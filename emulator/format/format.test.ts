import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import { type Mode, modes } from '../isa/modes.ts';
import { format, syntaxes } from './format.ts';

const texts = (hex: string, mode: Mode): readonly string[] => {
  const answer = decode(
    Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
    mode,
  );
  if (answer.status !== 'valid') throw new Error(`${hex} is ${answer.status}`);
  return syntaxes.map((syntax) => format(answer.instruction, syntax, 0x1000n));
};

describe('format', () => {
  it.each([
    // Registers, immediates, memory.
    ['89 C8', 32, 'mov eax, ecx', 'mov eax, ecx', 'mov %ecx,%eax'],
    [
      '48 8B 44 B3 10',
      64,
      'mov rax, qword ptr [rbx+rsi*4+0x10]',
      'mov rax, qword [rbx+rsi*4+0x10]',
      'mov 0x10(%rbx,%rsi,4),%rax',
    ],
    ['C6 45 F0 05', 32, 'mov byte ptr [ebp-0x10], 0x5', 'mov byte [ebp-0x10], 0x5', 'movb $0x5,-0x10(%ebp)'],
    ['8B 05 10 00 00 00', 64, 'mov eax, dword ptr [rip+0x10]', 'mov eax, dword [rel 0x1016]', 'mov 0x10(%rip),%eax'],
    [
      '67 8B 05 10 00 00 00',
      64,
      'mov eax, dword ptr [eip+0x10]',
      'a32 mov eax, dword [rel 0x1017]',
      'mov 0x10(%eip),%eax',
    ],
    [
      '8B 04 25 F0 FF FF FF',
      64,
      'mov eax, dword ptr [0xfffffffffffffff0]',
      'mov eax, dword [abs -0x10]',
      'mov 0xfffffffffffffff0,%eax',
    ],
    ['8B 04 45 00 00 00 00', 32, 'mov eax, dword ptr [eax*2]', 'mov eax, dword [nosplit eax*2]', 'mov (,%eax,2),%eax'],
    ['8B 02', 16, 'mov ax, word ptr [bp+si]', 'mov ax, word [bp+si]', 'mov (%bp,%si),%ax'],
    ['64 8B 00', 64, 'mov eax, dword ptr fs:[rax]', 'mov eax, dword [fs:rax]', 'mov %fs:(%rax),%eax'],
    [
      '48 A1 F0 DE BC 9A 78 56 34 12',
      64,
      'mov rax, qword ptr [0x123456789abcdef0]',
      'mov rax, qword [qword 0x123456789abcdef0]',
      'movabs 0x123456789abcdef0,%rax',
    ],
    ['48 83 C0 FF', 64, 'add rax, 0xffffffffffffffff', 'add rax, -0x1', 'add $0xffffffffffffffff,%rax'],
    ['48 C7 C0 05 00 00 00', 64, 'mov rax, 0x5', 'mov rax, strict dword 0x5', 'mov $0x5,%rax'],
    ['0F B6 03', 64, 'movzx eax, byte ptr [rbx]', 'movzx eax, byte [rbx]', 'movzbl (%rbx),%eax'],
    ['D3 03', 32, 'rol dword ptr [ebx], cl', 'rol dword [ebx], cl', 'roll %cl,(%ebx)'],
    // Sizes that no operand shows.
    ['66 C3', 32, 'data16 ret', 'o16 ret', 'retw'],
    ['66 E8 00 10', 32, 'data16 call 0x2004', 'call word 0x2004', 'callw 0x2004'],
    ['66 6A FF', 64, 'data16 push 0xffff', 'push word -0x1', 'pushw $0xffff'],
    ['67 E2 05', 64, 'addr32 loop 0x1008', 'a32 loop 0x1008', 'addr32 loop 0x1008'],
    ['66 8E D8', 16, 'mov ds, eax', 'o32 mov ds, eax', 'mov %eax,%ds'],
    ['48 98', 64, 'cdqe', 'cdqe', 'cltq'],
    // What GNU as wants otherwise.
    [
      '48 B8 F0 DE BC 9A 78 56 34 12',
      64,
      'mov rax, 0x123456789abcdef0',
      'mov rax, strict qword 0x123456789abcdef0',
      'movabs $0x123456789abcdef0,%rax',
    ],
    ['66 74 05', 32, 'data16 je 0x1008', 'o16 je short 0x1008', 'data16 je 0x1008'],
    ['0F 07', 64, 'sysret', 'sysret', 'sysretl'],
    ['48 0F 07', 64, 'data64 sysret', 'o64 sysret', 'sysretq'],
    ['66 90', 32, 'data16 nop', 'o16 nop', 'data16 nop'],
    // Addresses that no register sizes, and segments that no operand shows.
    ['67 A0 34 12', 32, 'addr16 mov al, byte ptr [0x1234]', 'mov al, byte [word 0x1234]', 'addr16 mov 0x1234,%al'],
    ['67 D7', 32, 'xlatb byte ptr ds:[bx]', 'a16 xlatb', 'xlat %ds:(%bx)'],
    ['64 0F 01 C8', 64, 'fs monitor', 'fs monitor', 'fs monitor'],
    ['67 0F 01 C8', 64, 'addr32 monitor', 'a32 monitor', 'addr32 monitor'],
    // Selectors: the register shows the size, or memory does not.
    ['66 8C D8', 32, 'mov ax, ds', 'mov ax, ds', 'mov %ds,%ax'],
    ['66 8C 18', 16, 'mov word ptr [bx+si], ds', 'o32 mov word [bx+si], ds', 'mov %ds,(%bx,%si)'],
    // Strings and ports.
    ['F3 A5', 64, 'rep movs dword ptr es:[rdi], dword ptr ds:[rsi]', 'rep movsd', 'rep movsl %ds:(%rsi),%es:(%rdi)'],
    ['67 64 A4', 64, 'movs byte ptr es:[edi], byte ptr fs:[esi]', 'a32 fs movsb', 'movsb %fs:(%esi),%es:(%edi)'],
    ['F2 AE', 32, 'repne scas al, byte ptr es:[edi]', 'repne scasb', 'repne scasb %es:(%edi),%al'],
    ['6E', 32, 'outs dx, byte ptr ds:[esi]', 'outsb', 'outsb %ds:(%esi),(%dx)'],
    // Branches and far pointers.
    ['3E 74 05', 32, 'je 0x1008', 'je short 0x1008', 'je,pt 0x1008'],
    ['F2 E9 00 00 00 00', 64, 'bnd jmp 0x1006', 'bnd jmp near 0x1006', 'bnd jmp 0x1006'],
    ['3E FF E0', 64, 'notrack jmp rax', 'jmp rax', 'notrack jmp *%rax'],
    ['9A 78 56 34 12 08 00', 32, 'call 0x8:0x12345678', 'call dword 0x8:0x12345678', 'lcall $0x8,$0x12345678'],
    ['FF 18', 32, 'call far fword ptr [eax]', 'call dword far [eax]', 'lcall *(%eax)'],
    ['FF 20', 64, 'jmp qword ptr [rax]', 'jmp qword [rax]', 'jmp *(%rax)'],
    // VEX.
    ['C4 E2 70 F2 C2', 64, 'andn eax, ecx, edx', 'andn eax, ecx, edx', 'andn %edx,%ecx,%eax'],
    [
      'C4 62 F3 F7 44 8B 10',
      64,
      'shrx r8, qword ptr [rbx+rcx*4+0x10], rcx',
      'shrx r8, qword [rbx+rcx*4+0x10], rcx',
      'shrx %rcx,0x10(%rbx,%rcx,4),%r8',
    ],
    ['C4 E3 7B F0 01 05', 32, 'rorx eax, dword ptr [ecx], 0x5', 'rorx eax, dword [ecx], 0x5', 'rorx $0x5,(%ecx),%eax'],
    ['C4 E2 78 F3 08', 16, 'blsr eax, dword ptr [bx+si]', 'blsr eax, dword [bx+si]', 'blsr (%bx,%si),%eax'],
    [
      'C4 E2 F1 E4 03',
      64,
      'cmpzxadd qword ptr [rbx], rax, rcx',
      'cmpzxadd qword [rbx], rax, rcx',
      'cmpzxadd %rcx,%rax,(%rbx)',
    ],
    // Prefixes.
    ['F0 83 00 01', 32, 'lock add dword ptr [eax], 0x1', 'lock add dword [eax], 0x1', 'lock addl $0x1,(%eax)'],
    [
      'F2 F0 0F B1 0B',
      32,
      'xacquire lock cmpxchg dword ptr [ebx], ecx',
      'xacquire lock cmpxchg dword [ebx], ecx',
      'xacquire lock cmpxchg %ecx,(%ebx)',
    ],
    [
      'F3 C7 03 01 00 00 00',
      32,
      'xrelease mov dword ptr [ebx], 0x1',
      'xrelease mov dword [ebx], 0x1',
      'xrelease movl $0x1,(%ebx)',
    ],
    ['C8 10 00 01', 64, 'enter 0x10, 0x1', 'enter 0x10, 0x1', 'enter $0x10,$0x1'],
    ['0F 19 C8', 32, 'nop eax, ecx', 'hint_nop9 eax', 'nop %ecx,%eax'],
  ] as const)('prints %s in %i-bit mode', (hex, mode, intel, nasm, gas) => {
    expect(texts(hex, mode)).toEqual([intel, nasm, gas]);
  });

  it.each([
    // Ends of numbers, of address spaces, and of what a double holds.
    ['E9 00 00 00 00', 0xffff_ffff_ffff_fffen, 64, 'jmp 0x3'],
    ['E9 F0 FF FF FF', 0n, 64, 'jmp 0xfffffffffffffff5'],
    ['E9 00 00 00 80', 0x7fff_ffff_ffffn, 64, 'jmp 0x7fff80000004'],
    ['EB 10', 0x20_0000_0000_0001n, 64, 'jmp 0x20000000000013'],
    ['E9 F0 FF FF FF', 0n, 32, 'jmp 0xfffffff5'],
    ['E9 00 00', 0xffffn, 16, 'jmp 0x2'],
    ['66 C7 F8 00 80', 0x1000n, 64, 'data16 xbegin 0xffffffffffff9005'],
  ] as const)('counts the target of %s at %d from its end, in %i-bit mode', (hex, address, mode, text) => {
    const answer = decode(
      Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
      mode,
    );
    expect(answer.status === 'valid' ? format(answer.instruction, 'intel', address) : answer.status).toBe(text);
  });

  it('prints every valid instruction without leaving a gap', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 15, maxLength: 15 }), fc.constantFrom(...modes), (bytes, mode) => {
        const answer = decode(bytes, mode);
        if (answer.status !== 'valid') return;
        for (const syntax of syntaxes) {
          const text = format(answer.instruction, syntax, 0x1000n);
          expect(text).not.toMatch(/undefined|NaN|null| {2}|, ,|,$|^$/);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});
