import { afterAll, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { operandText, sayOf } from '../../compare/say.ts';
import { createZydis } from './zydis.ts';

const opened = await createZydis();
afterAll(async () => {
  if (!('unavailable' in opened)) await opened.close();
});

/** All that it tells, as findings say it. */
const told = async (hex: string, mode: Mode, vendor: Vendor): Promise<string> => {
  if ('unavailable' in opened) throw new Error(`${opened.unavailable}: ${opened.remedy}`);
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const [answer] = await opened.decode([{ bytes, mode, vendor }]);
  if (answer?.status !== 'valid') return answer?.status ?? 'nothing';
  const { lengthBytes, mnemonic, operands = [], rounding } = answer;
  const flags = sayOf('flags', answer, { mode, subject: 'zydis' });
  const words = [String(lengthBytes), `${mnemonic} ${operands.map(operandText).join(', ')}`.trim(), flags];
  return [...words, ...(rounding === undefined ? [] : [rounding])].join(' | ');
};

it.each<[string, Mode, Vendor, string]>([
  ['01 d8', 32, 'intel', '2 | add eax rw, ebx r | written OSZAPC'],
  ['83 c0 ff', 16, 'intel', '3 | add ax rw, 0xffffffffffffffff | written OSZAPC'],
  ['8b 46 80', 16, 'intel', '3 | mov ax w, ss:[bp+0xffffffffffffff80] a16 r 16 | none'],
  ['48 8b 05 10 00 00 00', 64, 'intel', '7 | mov rax w, ds:[rip+0x10] a64 r 64 | none'],
  ['a1 ff ff ff ff', 32, 'intel', '5 | mov eax w, ds:[0xffffffff] a32 r 32 | none'],
  ['8d 44 88 01', 64, 'intel', '4 | lea eax w, ds:[rax+rcx*4+0x1] a64 0 | none'],
  ['0f 85 00 00 00 00', 64, 'intel', '6 | jne to 0x1006 | read Z'],
  ['66 e9 00 00 00 00', 64, 'intel', '6 | jmp to 0x1006 | none'],
  ['66 e9 00 00 00 00', 64, 'amd', '4 | jmp to 0x1004 | none'],
  ['ea 11 22 33 44 55 66', 32, 'intel', '7 | jmp 0x6655:0x44332211 | none'],
  ['cb', 64, 'intel', '1 | retf | none'],
  ['f2 0f 51 c1', 64, 'intel', '4 | sqrtsd xmm0 rw, xmm1 r | none'],
  ['f2 0f 10 00', 64, 'intel', '4 | movsd xmm0 w, ds:[rax] a64 r 64 | none'],
  ['c5 eb 51 c9', 64, 'intel', '4 | vsqrtsd xmm1 w, xmm2 r, xmm1 r | none'],
  ['62 f1 74 c9 58 c2', 64, 'intel', '6 | vaddps zmm0{k1}{z} w, zmm1 r, zmm2 r | none'],
  ['62 f1 74 58 58 00', 64, 'intel', '6 | vaddps zmm0 w, zmm1 r, ds:[rax] a64{1to16} r 32 | none'],
  ['62 f1 74 38 58 c2', 64, 'intel', '6 | vaddps zmm0 w, zmm1 r, zmm2 r | none | rd-sae'],
  ['62 f1 7c 18 2e c1', 64, 'intel', '6 | vucomiss xmm0 r, xmm1 r | written ZPC; cleared OSA | sae'],
  ['62 f2 77 48 9a 00', 64, 'intel', '6 | v4fmaddps zmm0 rw, zmm1+3 r, ds:[rax] a64 r 128 | none'],
  ['06', 64, 'intel', 'invalid'],
  ['0f 1a 00', 64, 'amd', '3 | nop ds:[rax] a64 r 32 | none'],
])('tells of %s in %s-bit mode (%s): %s', async (hex, mode, vendor, expected) => {
  expect(await told(hex, mode, vendor)).toBe(expected);
});
