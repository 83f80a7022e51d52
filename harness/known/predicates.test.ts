import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify } from '../bucket/identity.ts';
import type { Mismatch } from '../mismatch.ts';
import { type PredicateName, predicates } from './predicates.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

const rejected = { ours: 'invalid', theirs: 'valid' };

const holds = (name: PredicateName, hex: string, mode: Mode, theirLength = 1, says = rejected): boolean => {
  const mismatch: Mismatch = {
    input: { bytes: bytes(hex), mode, vendor: 'intel' },
    observable: 'validity',
    subject: 'objdump',
    ours: { status: 'invalid' },
    theirs: { status: 'valid', lengthBytes: theirLength },
    says,
  };
  return predicates[name](identify(mismatch.input.bytes, mode), mismatch);
};

const lockable = [
  '00 00',
  '01 00',
  '09 00',
  '11 00',
  '19 00',
  '21 00',
  '29 00',
  '31 00',
  '80 00',
  '81 30',
  '83 28',
  '86 00',
  '87 00',
  'f6 10',
  'f7 18',
  'fe 00',
  'ff 08',
  '0f ab 00',
  '0f b3 00',
  '0f bb 00',
  '0f b0 00',
  '0f b1 00',
  '0f c0 00',
  '0f c1 00',
  '0f ba 28',
  '0f ba 30',
  '0f ba 38',
  '0f c7 08',
];
const unlockable = [
  '90',
  '01 c0',
  '02 00',
  '03 00',
  '04',
  '38 00',
  '39 00',
  '80 38',
  '83 38',
  '84 00',
  '89 00',
  'f6 00',
  'f6 20',
  'f7 c0',
  'ff 10',
  'ff 30',
  '0f a3 00',
  '0f ba 20',
  '0f c7 30',
  '0f 38 f0 00',
  'c3',
  '0f 20 c0',
  'ff c0',
];

describe('predicates', () => {
  it.each(lockable)('allow LOCK before %s', (hex) => {
    expect(holds('lock-not-allowed', `f0 ${hex}`, 64)).toBe(false);
    expect(holds('lock-not-allowed', hex, 64)).toBe(false);
  });

  it.each(unlockable)('forbid LOCK before %s', (hex) => {
    expect(holds('lock-not-allowed', `f0 ${hex}`, 64)).toBe(true);
  });

  it.each<[name: PredicateName, hex: string, mode: Mode, expected: boolean]>([
    ['rex-ignored', '48 66 90', 64, true],
    ['rex-ignored', '66 48 90', 64, false],
    ['rex-ignored', '48 66 90', 32, false],
    ['rex', '40 90', 64, true],
    ['prefix-before-vex', '66 c4 e2 70 f2 c1', 32, true],
    ['prefix-before-vex', '40 c4 e2 70 f2 c1', 64, true],
    ['prefix-before-vex', '26 c4 e2 70 f2 c1', 64, false],
    ['prefix-before-vex', '66 c4 02', 32, false],
    ['vex-high-register', 'c4 c2 70 f2 c1', 32, true],
    ['vex-high-register', 'c4 e2 30 f2 c1', 32, true],
    ['vex-high-register', 'c4 e2 70 f2 c1', 32, false],
    ['rex', '40', 32, false],
    ['prefixes-14', '66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 64, true],
    ['prefixes-14', '66 66 66 66 66 66 66 66 66 66 66 66 66 0f a2', 64, false],
    ['near-branch', '0f 8f', 64, true],
    ['near-branch', 'e9', 64, true],
    ['near-branch', '8f 00', 64, false],
    ['near-branch', 'eb', 64, false],
    ['cr-missing', '0f 20 c8', 64, true],
    ['cr-missing', '44 0f 20 c0', 64, false],
    ['cr-missing', '44 0f 20 c8', 64, true],
    ['dr-missing', '44 0f 21 c0', 64, true],
    ['dr-missing', '0f 21 f8', 64, false],
    ['sreg-missing', '8c f0', 32, true],
    ['sreg-missing', '8c e8', 32, false],
    ['sreg-cs', '8e c8', 32, true],
    ['address-16', '0f 1a 00', 16, true],
    ['address-16', '67 0f 1a 00', 16, false],
    ['address-16', '67 0f 1a 00', 32, true],
    ['address-16', '67 0f 1a 00', 64, false],
    ['operand-16', '66 0f c8', 32, true],
    ['operand-16', '0f c8', 16, true],
    ['operand-16', '66 48 0f c8', 64, false],
  ])('%s of %s in %i-bit mode', (name, hex, mode, expected) => {
    expect(holds(name, hex, mode)).toBe(expected);
  });

  it.each<[name: PredicateName, hex: string, expected: boolean]>([
    ['evex-mask', '62 f1 7c 4b 58 c1', true],
    ['evex-mask', '62 f1 7c 48 58 c1', false],
    ['evex-mask', 'c5 f8 58 c1', false],
    ['evex-zeroing', '62 f1 7c cb 58 c1', true],
    ['evex-zeroing', '62 f1 7c 4b 58 c1', false],
    ['evex-b', '62 f1 7c 58 58 c1', true],
    ['evex-b', '62 f1 7c 48 58 c1', false],
    ['evex-reserved', '62 f9 7c 48 58 c1', true],
    ['evex-reserved', '62 f1 78 48 58 c1', true],
    ['evex-reserved', '62 f1 7c 48 58 c1', false],
    ['evex-high-vvvv', '62 f1 7c 40 58 c1', true],
    ['evex-high-vvvv', '62 f1 74 40 58 c1', false],
    ['evex-upper-vvvv', '62 f1 74 40 58 c1', true],
    ['evex-upper-vvvv', '62 f1 74 48 58 c1', false],
    ['evex-w-against-pp', '62 f1 fc 48 58 c1', true],
    ['evex-w-against-pp', '62 f1 7d 48 58 c1', true],
    ['evex-w-against-pp', '62 f1 fd 48 58 c1', false],
    ['vector-not-66', 'c5 f8 58 c1', true],
    ['vector-not-66', 'c5 f9 58 c1', false],
    ['vector-not-66', '0f 58 c1', false],
    ['vector-not-128', 'c5 fc 58 c1', true],
    ['vector-not-128', 'c5 f8 58 c1', false],
    ['vector-below-512', '62 f1 7c 28 58 c1', true],
    ['vector-below-512', '62 f1 7c 48 58 c1', false],
    ['vector-b', 'c4 c1 79 44 c0', true],
    ['vector-b', 'c4 a1 79 44 c0', false],
    ['vector-x', 'c4 a1 79 44 c0', true],
    ['vector-x-or-b', 'c4 a1 79 44 c0', true],
    ['vector-x-or-b', 'c4 e1 79 44 c0', false],
  ])('%s of %s: %s', (name, hex, expected) => {
    expect(holds(name, hex, 64)).toBe(expected);
  });

  it.each<[name: PredicateName, ours: string, theirs: string, mode: Mode, expected: boolean]>([
    ['other-vector-length', 'vmovss xmm1, xmm2', 'vmovss ymm1, xmm2', 64, true],
    ['other-vector-length', 'vmovss xmm1, xmm2', 'vmovss ymm1, xmm3', 64, false],
    ['rounding-as-length', 'vaddps zmm1, zmm2, {rn-sae}', 'vaddps xmm1, xmm2', 64, true],
    ['rounding-as-length', 'vaddps zmm1, zmm2, {rn-sae}', 'vsubps xmm1, xmm2', 64, false],
    ['other-place', 'ds:[rcx+0x80] a64 w 16', 'ds:[rcx+0x40] a64 w 16', 64, true],
    ['other-place', 'ds:[rcx+0x80] a64 w 16', 'ds:[rdx+0x80] a64 w 16', 64, false],
    ['other-length', 'ymm0 w 256', 'xmm0 w 128', 64, true],
    ['other-length', 'ymm0 w 256', 'xmm1 w 128', 64, false],
    ['other-name', 'vrndscaleph xmm0, xmm1', 'vendscaleph xmm0, xmm1', 64, true],
    ['other-name', 'vrndscaleph xmm0, xmm1', 'vendscaleph xmm0, xmm2', 64, false],
    ['other-broadcast', 'v xmm0, [rax]{1to2}', 'v xmm0, [rax]{1to4}', 64, true],
    ['other-broadcast', 'v xmm0, [rax]{1to2}', 'v xmm0, [rcx]{1to2}', 64, false],
    ['other-width', 'vpextrd ecx, xmm0', 'vpextrd rcx, xmm0', 64, true],
    ['other-width', 'vpextrd r9d, xmm0', 'vpextrd r9, xmm0', 64, true],
    ['other-width', 'vpextrd ecx, xmm0', 'vpextrd rdx, xmm0', 64, false],
    ['high-byte', 'vpextrb esp, xmm0', 'vpextrb ah, xmm0', 64, true],
    ['high-byte', 'vpextrb esp, xmm0', 'vpextrb ch, xmm0', 64, false],
    ['one-byte-longer', '6', '7', 64, true],
    ['one-byte-longer', '6', '8', 64, false],
    ['same-operands', 'vrcpph xmm4, [rax]', 'vrcpph xmm4, xmm0, word [rax]', 64, true],
    ['same-operands', 'vminph zmm4, zmm1, zmm2, {sae}', 'vgetminph xmm4, xmm2', 64, true],
    ['same-operands', 'vrcpph xmm4, [rax]', 'vrcpph xmm4, xmm0, word [rcx]', 64, false],
    ['beyond-mode', 'vdpps ymm0, ymm1, eax', 'vdpps ymm0, ymm9, rax', 32, true],
    ['beyond-mode', 'vdpps ymm0, ymm1, edi', 'vdpps ymm0, ymm1, r15', 32, true],
    ['beyond-mode', 'vdpps ymm0, ymm1, eax', 'vdpps ymm0, ymm9, eax', 64, false],
    ['beyond-mode', 'vdpps ymm0, ymm1, eax', 'vdpps ymm0, ymm10, eax', 32, false],
    ['other-of-group', 'v4fmaddss xmm0, xmm4, [rax]', 'v4fmaddss xmm0, xmm6, [rax]', 64, true],
    ['other-of-group', 'v4fmaddss xmm0, xmm4, [rax]', 'v4fmaddss xmm0, xmm8, [rax]', 64, false],
    ['other-of-named-group', 'v4fmaddss xmm0, xmm4', 'v4 zmm0, zmm6', 64, true],
    ['other-of-named-group', 'v4fmaddss xmm0, xmm4', 'v4 zmm0, zmm8', 64, false],
    ['other-high-index', 'v xmm9, [rdi+xmm13*4]', 'v xmm9, [rdi+xmm29*4]', 64, true],
    ['other-high-index', 'v xmm9, [rdi+xmm13*4]', 'v xmm25, [rdi+xmm13*4]', 64, false],
    ['other-of-pair', 'vp2intersectd k4, xmm1', 'vp2intersectd k5, xmm1', 64, true],
    ['other-of-pair', 'vp2intersectd k4, xmm1', 'vp2intersectd k6, xmm1', 64, false],
    ['bit-1-as-bit-4', 'vpclmulqdq xmm0, xmm0, 0x3', 'vpclmulqdq xmm0, xmm0, 0x11', 64, true],
    ['bit-1-as-bit-4', 'vpclmulqdq xmm0, xmm0, 0x3', 'vpclmulqdq xmm0, xmm0, 0x10', 64, false],
  ])('%s of %j and %j in %i-bit mode: %s', (name, ours, theirs, mode, expected) => {
    expect(holds(name, '62 f1 7c 48 58 c1', mode, 1, { ours, theirs })).toBe(expected);
  });

  it('see that theirs is longer than an instruction may be', () => {
    expect([holds('theirs-over-15', '90', 64, 15), holds('theirs-over-15', '90', 64, 16)]).toEqual([false, true]);
  });
});
