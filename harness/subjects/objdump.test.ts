import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Answer, Input, Subject } from '../subject.ts';
import { contractLaws } from './contract.ts';
import { harmfulFor, withFakeTool } from './fake-tool.ts';
import { createObjdump, type ObjdumpOptions } from './objdump.ts';

const started = async (options?: ObjdumpOptions): Promise<Subject> => {
  const subject = await createObjdump(options);
  if ('unavailable' in subject) throw new Error(`${subject.unavailable}: ${subject.remedy}`);
  return subject;
};

const input = (hex: string, mode: Mode = 64, vendor: Vendor = 'intel'): Input => ({
  bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
  mode,
  vendor,
});

const summary = (answer: Answer | undefined): string => {
  if (answer?.status !== 'valid') return answer?.status ?? 'no answer';
  return [answer.lengthBytes, answer.text?.intel, answer.text?.gas].join(' | ').replace(/ {2,}/g, ' ');
};

let objdump: Subject;
beforeAll(async () => {
  objdump = await started();
});
afterAll(() => objdump.close());

describe('objdump', () => {
  it('presents its version, modes and vendors', () => {
    expect(objdump).toMatchObject({ name: 'objdump', modes: [16, 32, 64], vendors: ['intel', 'amd'] });
    expect(objdump.version).toMatch(/^2\.\d+/);
  });

  it.each(contractLaws)('$title', async ({ check }) => {
    expect(await check(() => started())).toBeNull();
  });

  it.each<[string, Mode, Vendor, string]>([
    ['90', 64, 'intel', '1 | nop | nop'],
    ['48 8b 05 10 00 00 00', 64, 'intel', '7 | mov rax,QWORD PTR [rip+0x10] # 0x1017 | mov 0x10(%rip),%rax # 0x1017'],
    [
      '48 8b 04 25 80 ff ff ff',
      64,
      'intel',
      '8 | mov rax,QWORD PTR ds:0xffffffffffffff80 | mov 0xffffffffffffff80,%rax',
    ],
    [
      'a1 ff ff ff ff ff ff ff ff',
      64,
      'intel',
      '9 | movabs eax,ds:0xffffffffffffffff | movabs 0xffffffffffffffff,%eax',
    ],
    ['00 00', 64, 'intel', '2 | add BYTE PTR [rax],al | add %al,(%rax)'],
    ['9b db e3', 64, 'intel', '3 | finit | finit'],
    ['9b 90', 64, 'intel', '1 | fwait | fwait'],
    ['67 8b 06 ff ff', 32, 'intel', '5 | mov eax,DWORD PTR ds:0xffff | mov -0x1,%eax'],
    ['8b 46 ff', 16, 'intel', '3 | mov ax,WORD PTR [bp-0x1] | mov -0x1(%bp),%ax'],
  ])('reads %s in %s-bit mode (%s)', async (hex, mode, vendor, expected) => {
    expect(summary((await objdump.decode([input(hex, mode, vendor)]))[0])).toBe(expected);
  });

  it.each<[string, Mode, Vendor, string]>([
    ['e9 fb ef ff ff', 64, 'intel', '5 | jmp 0x0 | jmp 0x0'],
    ['e9 fa ef ff ff', 64, 'intel', '5 | jmp 0xffffffffffffffff | jmp 0xffffffffffffffff'],
    ['e9 fa ef ff ff', 32, 'intel', '5 | jmp 0xffffffff | jmp 0xffffffff'],
    ['66 e9 fc ef', 32, 'intel', '4 | jmpw 0x0 | jmpw 0x0'],
    ['e9 fd ef', 16, 'intel', '3 | jmp 0x0 | jmp 0x0'],
    ['66 e9 f9 ef ff ff', 16, 'intel', '6 | jmpd 0xffffffff | jmpl 0xffffffff'],
    ['66 e9 00 00 00 00', 64, 'intel', '6 | data16 jmp 0x1006 | data16 jmp 0x1006'],
    ['66 e9 fc ef 00 00', 64, 'amd', '4 | jmpw 0x0 | jmpw 0x0'],
  ])('prints the target of %s in %s-bit mode (%s) as seen from 1000, wrapped', async (hex, mode, vendor, expected) => {
    expect(summary((await objdump.decode([input(hex, mode, vendor)]))[0])).toBe(expected);
  });

  it.each<[string, Mode, string]>([
    ['06', 64, 'no opcode'],
    ['48 66 90', 64, 'a REX prefix that is not last is printed alone'],
    ['48 48 90', 64, 'so is a repeated one'],
    ['2e2e2e2e2e2e2e2e2e2e2e2e2e2e 90', 64, 'fourteen prefixes are printed without an instruction'],
    ['8e f8', 64, 'segment register 7 is printed as ?'],
    ['62 c0 00 00 00 00', 32, 'BOUND with a register'],
    ['62 f1 7d 58 6f 00', 64, 'a broadcast that is none is printed as {bad}'],
    ['62 f1 7d 58 6f c0', 64, 'rounding that is none is printed as {rn-bad}'],
    ['62 f1 fe 48 c2 00 02', 64, 'a size that is none is printed as vcmps{bad}'],
  ])('calls %s in %s-bit mode invalid: %s', async (hex, mode) => {
    const padded = input(hex.padEnd(45, ' 90'), mode);
    expect(await objdump.decode([padded])).toEqual([{ status: 'invalid' }]);
  });

  it('calls every proper prefix of an instruction truncated', async () => {
    const whole = '66 f2 41 0f 38 f1 84 88 11 22 33 44'.split(' ');
    const inputs = whole.slice(1).map((_, k) => input(whole.slice(0, k + 1).join('')));
    expect(new Set((await objdump.decode(inputs)).map((answer) => answer.status))).toEqual(new Set(['truncated']));
  });

  it('starts anew at each case, whatever the one before was', async () => {
    const inputs = ['48 b8 11 22 33', 'e8', '66 66 66', '90', 'c7 84 24 11 22 33 44', '0f 05'].map((hex) => input(hex));
    expect((await objdump.decode(inputs)).map(summary)).toEqual([
      'truncated',
      'truncated',
      'truncated',
      '1 | nop | nop',
      'truncated',
      '2 | syscall | syscall',
    ]);
  });

  it('answers more inputs than one file holds', async () => {
    const inputs = Array.from({ length: objdump.batch + 3 }, (_, k) => input(k % 2 === 0 ? '90' : '0fa2'));
    const lengths = (await objdump.decode(inputs)).map((answer) =>
      answer.status === 'valid' ? answer.lengthBytes : 0,
    );
    expect(lengths).toEqual(inputs.map((_, k) => 1 + (k % 2)));
  });
});

describe('createObjdump', () => {
  it('is unavailable, with the commands that install it, where there is none', async () => {
    expect(await createObjdump({ command: 'touchstone-no-such-tool' })).toEqual({
      name: 'objdump',
      unavailable: 'touchstone-no-such-tool was not found',
      remedy: expect.stringMatching(/apt-get install binutils.*dnf install binutils.*brew install binutils/),
    });
  });

  it('is unavailable where it is too old, another program, or for another CPU', async () => {
    const reasons: string[] = [];
    for (const lines of [
      ['echo "GNU objdump (GNU Binutils) 2.26.1"'],
      ['echo "llvm-objdump, version 14"'],
      [
        'case "$1" in --version) echo "GNU objdump (GNU Binutils) 2.40";; *) echo "file format not recognized" >&2; exit 1;; esac',
      ],
    ]) {
      await withFakeTool(lines, async (command) => {
        const made = await createObjdump({ command });
        reasons.push('unavailable' in made ? made.unavailable.replaceAll(command, 'objdump') : 'available');
      });
    }
    expect(reasons).toEqual([
      'objdump 2.26.1 is too old: 2.30 or newer is needed',
      'objdump is not the one wanted: it says "llvm-objdump, version 14"',
      expect.stringContaining('objdump 2.40 cannot disassemble x86-64: the tool stopped working'),
    ]);
  });

  const poisoned = [input('90'), input(Buffer.from('CRASHME!').toString('hex')), input('0fa2'), input('c3')];

  it.each([
    ['kills itself', 'kill -KILL $$', { status: 'crashed', detail: expect.stringContaining('SIGKILL') }],
    [
      'exits with an error',
      'echo "internal error" >&2; exit 1',
      { status: 'crashed', detail: expect.stringContaining('"internal error"') },
    ],
    [
      'prints garbage',
      'head -c 5000 /bin/sh; exit 0',
      { status: 'crashed', detail: expect.stringContaining('cannot be read') },
    ],
    ['hangs', 'exec sleep 60', { status: 'timed out', timeoutMs: 500 }],
  ])('answers for the one input on which it %s, and all others as ever', async (_, harm, expected) => {
    await withFakeTool(harmfulFor('objdump', { pattern: 'CRASHME!', harm }), async (command) => {
      const subject = await started({ command, timeoutMs: 500 });
      const answers = await subject.decode(poisoned);
      await subject.close();
      expect(answers[1]).toEqual(expected);
      expect([answers[0], answers[2], answers[3]].map(summary)).toEqual([
        '1 | nop | nop',
        '2 | cpuid | cpuid',
        '1 | ret | ret',
      ]);
    });
  });

  it('answers unavailable when the tool goes away in the middle', async () => {
    await withFakeTool(
      [
        '[ -e "$0.gone" ] && exit 127',
        '[ "$1" = --version ] || [ -e "$0.used" ] && touch "$0.gone"',
        'touch "$0.used"',
        'exec objdump "$@"',
      ],
      async (command) => {
        const made = await createObjdump({ command, timeoutMs: 2000 });
        expect(made).toMatchObject({
          name: 'objdump',
          unavailable: expect.stringContaining('the tool stopped working'),
        });
      },
    );
  });
});
