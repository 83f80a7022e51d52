import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Answer, Input, Subject } from '../subject.ts';
import { contractLaws } from './contract.ts';
import { harmfulFor, withFakeTool } from './fake-tool.ts';
import { createNdisasm, type NdisasmOptions } from './ndisasm.ts';

const started = async (options?: NdisasmOptions): Promise<Subject> => {
  const subject = await createNdisasm(options);
  if ('unavailable' in subject) throw new Error(`${subject.unavailable}: ${subject.remedy}`);
  return subject;
};

const input = (hex: string, mode: Mode = 64): Input => ({
  bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
  mode,
  vendor: 'intel',
});

const summary = (answer: Answer | undefined): string =>
  answer?.status === 'valid' ? `${answer.lengthBytes} | ${answer.text?.nasm}` : (answer?.status ?? 'no answer');

let ndisasm: Subject;
beforeAll(async () => {
  ndisasm = await started();
});
afterAll(() => ndisasm.close());

describe('ndisasm', () => {
  it('presents its version, modes and vendors', () => {
    expect(ndisasm).toMatchObject({ name: 'ndisasm', modes: [16, 32, 64], vendors: ['intel', 'amd'] });
    expect(ndisasm.version).toMatch(/^\d+\.\d+/);
  });

  it.each(contractLaws)('$title', async ({ check }) => {
    expect(await check(() => started())).toBeNull();
  });

  it.each<[string, Mode, string]>([
    ['90', 64, '1 | nop'],
    ['48 b8 f0 de bc 9a 78 56 34 12', 64, '10 | mov rax,0x123456789abcdef0'],
    ['f0 48 0f b1 08', 64, '5 | lock cmpxchg [rax],rcx'],
    ['66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 64, '15 | xchg ax,ax'],
    ['9b db e3', 64, '3 | finit'],
    ['9a 11 22 33 44', 16, '5 | call 0x4433:0x2211'],
    ['a1 ff ff', 16, '3 | mov ax,[0xffff]'],
  ])('reads %s in %s-bit mode', async (hex, mode, expected) => {
    expect(summary((await ndisasm.decode([input(hex, mode)]))[0])).toBe(expected);
  });

  it.each<[string, Mode, string]>([
    ['eb 80', 64, '2 | jmp short 0xf82'],
    ['e9 fa ef ff ff', 64, '5 | jmp 0xffffffffffffffff'],
    ['e8 fb ef ff ff', 64, '5 | call 0x0'],
    ['66 e9 00 00 00 80', 64, '6 | jmp qword 0xffffffff80001006'],
    ['67 e2 fd', 64, '3 | loop 0x1000,ecx'],
    ['e9 fa ef ff ff', 32, '5 | jmp 0xffffffff'],
    ['66 e9 fc ef', 32, '4 | jmp word 0x0'],
    ['66 eb fd', 32, '3 | o16 jmp short 0x1000'],
    ['e9 fc ef', 16, '3 | jmp 0xffff'],
    ['66 e9 fa ef ff ff', 16, '6 | jmp dword 0x0'],
    ['66 0f 84 f8 ef ff ff', 16, '7 | jz dword 0xffffffff'],
    ['c7 f8 fa ef ff ff', 64, '6 | xbegin 0x0'],
    ['48 8b 05 10 00 00 00', 64, '7 | mov rax,[rel 0x1017]'],
    ['67 8b 05 f8 ef ff ff', 64, '7 | mov eax,[dword rel 0xffffffff]'],
    ['64 c7 05 f4 ef ff ff 11 22 33 44', 64, '11 | mov dword [rel fs:0xffffffffffffffff],0x44332211'],
  ])('prints the address of %s in %s-bit mode as seen from 1000, wrapped', async (hex, mode, expected) => {
    expect(summary((await ndisasm.decode([input('90'), input(hex, mode)]))[1])).toBe(expected);
  });

  it.each<[string, Mode, string]>([
    ['06', 64, 'printed as db'],
    ['48 66 90', 64, 'a REX prefix that is not last is printed alone'],
    ['66 9a', 64, 'so is an operand size prefix before no instruction'],
    ['f0 9a', 64, 'and a LOCK'],
    ['82 c0 01', 32, 'an alias it does not know'],
  ])('calls %s in %s-bit mode invalid: %s', async (hex, mode) => {
    expect(await ndisasm.decode([input(hex.padEnd(45, ' 90'), mode)])).toEqual([{ status: 'invalid' }]);
  });

  it('calls every proper prefix of an instruction truncated', async () => {
    const whole = '66 f2 41 0f 38 f1 84 88 11 22 33 44'.split(' ');
    const inputs = whole.slice(1).map((_, k) => input(whole.slice(0, k + 1).join('')));
    expect(new Set((await ndisasm.decode(inputs)).map((answer) => answer.status))).toEqual(new Set(['truncated']));
  });

  it('starts anew at each case, whatever the one before was', async () => {
    const inputs = ['48 b8 11 22 33', 'e8', '66 66 66', '90', 'c7 84 24 11 22 33 44', '0f 05'].map((hex) => input(hex));
    expect((await ndisasm.decode(inputs)).map(summary)).toEqual([
      'truncated',
      'truncated',
      'truncated',
      '1 | nop',
      'truncated',
      '2 | syscall',
    ]);
  });

  it('answers more inputs than one run takes', async () => {
    const inputs = Array.from({ length: ndisasm.batch + 3 }, (_, k) => input(k % 2 === 0 ? 'ebfe' : '0fa2'));
    const answers = await ndisasm.decode(inputs);
    expect(new Set(answers.map(summary))).toEqual(new Set(['2 | jmp short 0x1000', '2 | cpuid']));
  });
});

describe('createNdisasm', () => {
  it('is unavailable, with the commands that install it, where there is none', async () => {
    expect(await createNdisasm({ command: 'touchstone-no-such-tool' })).toEqual({
      name: 'ndisasm',
      unavailable: 'touchstone-no-such-tool was not found',
      remedy: expect.stringMatching(/apt-get install nasm.*dnf install nasm.*brew install nasm/),
    });
  });

  it('is unavailable where it is too old', async () => {
    await withFakeTool(['echo "NDISASM version 2.10.07"'], async (command) => {
      const made = await createNdisasm({ command });
      expect(made).toMatchObject({ unavailable: `${command} 2.10.07 is too old: 2.14 or newer is needed` });
    });
  });

  const poisoned = [input('90'), input(Buffer.from('CRASHME!').toString('hex')), input('0fa2'), input('c3')];

  it.each([
    ['kills itself', 'kill -KILL $$', { status: 'crashed', detail: expect.stringContaining('SIGKILL') }],
    ['prints garbage', 'echo 20000000 what', { status: 'crashed', detail: expect.stringContaining('cannot be read') }],
    ['prints nothing', 'exit 0', { status: 'crashed', detail: expect.stringContaining('cannot be read') }],
    ['hangs', 'exec sleep 60', { status: 'timed out', timeoutMs: 500 }],
  ])('answers for the one input on which it %s, and all others as ever', async (_, harm, expected) => {
    await withFakeTool(harmfulFor('ndisasm', { pattern: 'CRASHME!', harm }), async (command) => {
      const subject = await started({ command, timeoutMs: 500 });
      const answers = await subject.decode(poisoned);
      await subject.close();
      expect(answers[1]).toEqual(expected);
      expect([answers[0], answers[2], answers[3]].map(summary)).toEqual(['1 | nop', '2 | cpuid', '1 | ret']);
    });
  });
});
