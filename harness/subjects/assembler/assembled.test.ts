import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../emulator/decode/decode.ts';
import { encode } from '../../../emulator/encode/encode.ts';
import { format } from '../../../emulator/format/format.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { formsToCome, opted, readLines } from './assembled.ts';

const lines = readLines(readFileSync(new URL('lines.txt', import.meta.url), 'utf8'));

describe('instructions of CPUs to come', () => {
  it('are those of which LLVM made the bytes', () => {
    const differing = lines.flatMap(({ mode, hex, text }) => {
      const decoding = decode(Buffer.from(hex, 'hex'), mode, { options: opted });
      const ours = decoding.status === 'valid' ? format(decoding.instruction, 'gas', 0n) : decoding.status;
      return ours === text ? [] : [`${mode} ${hex}: ${ours} | ${text}`];
    });
    expect(differing).toEqual([]);
  });

  it.each([32, 64] as const)('are all there in %i-bit mode', (mode) => {
    const met = new Set<number>();
    for (const { hex } of lines.filter((line) => line.mode === mode)) {
      const decoding = decode(Buffer.from(hex, 'hex'), mode, { options: opted });
      if (decoding.status === 'valid') met.add(decoding.instruction.form);
    }
    const missing = formsToCome(mode).filter(({ id }) => !met.has(id));
    // LLVM takes the older encoding of two: to memory both moves had one, and between registers there is the other direction.
    const twins = ['VMOVD xmm/m32, xmm', 'VMOVW xmm/m16, xmm'];
    expect(missing.filter(({ needs }) => !needs.has('APX')).map(({ syntax }) => syntax)).toEqual(twins);
  });

  it.each([
    ['62f17d08d6d1', 'vmovd %xmm2,%xmm1'],
    ['62f17d08d610', 'vmovd %xmm2,(%rax)'],
    ['62f57e087ed1', 'vmovw %xmm2,%xmm1'],
    ['62f57e087e10', 'vmovw %xmm2,(%rax)'],
    ['62fc7c088b08', 'movrs (%r16),%ecx'],
  ])('have second encodings: %s is %s', (hex, text) => {
    const decoding = decode(Buffer.from(hex, 'hex'), 64, { options: opted });
    expect(decoding.status === 'valid' ? format(decoding.instruction, 'gas', 0n) : decoding.status).toBe(text);
  });

  it('are encoded in as few bytes', () => {
    for (const { mode, hex, text } of lines) {
      const decoding = decode(Buffer.from(hex, 'hex'), mode, { options: opted });
      if (decoding.status === 'valid') expect(encode(decoding.instruction).length, text).toBe(hex.length / 2);
    }
  });

  it('are nothing to a decoder that was not asked for them, but for a NOP', () => {
    for (const { mode, hex, text } of lines.filter((line) => !/^vmov[dw] /.test(line.text))) {
      const decoding = decode(Buffer.from(hex, 'hex'), mode);
      const name = decoding.status === 'valid' ? forms[decoding.instruction.form]?.mnemonic : decoding.status;
      expect(name, text).toBe(text.startsWith('prefetchrst2') ? 'NOP' : 'invalid');
    }
  });
});
