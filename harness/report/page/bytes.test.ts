import { describe, expect, it } from 'vitest';
import { bytesMarkup, wholeSegments } from './bytes.ts';

const segment = (kind: string, offset: number, length: number) => ({ kind, offset, length, meaning: '' });
const bytes = Uint8Array.of(0x66, 0x0f, 0xba, 0xe0);
const shape = (segments: ReturnType<typeof segment>[]): string =>
  wholeSegments(bytes, segments)
    .map((one) => `${one.kind} ${one.offset}+${one.length}`)
    .join(', ');

describe('wholeSegments', () => {
  it('shows every byte once, gaps included', () => {
    expect(shape([segment('opcode', 1, 2)])).toBe('rest 0+1, opcode 1+2, rest 3+1');
    expect(shape([])).toBe('rest 0+4');
  });

  it('puts segments in order and drops what overlaps, is empty or lies outside', () => {
    const told = [segment('modrm', 3, 9), segment('prefix', 0, 1), segment('rex', 0, 2), segment('sib', 2, 0)];
    expect(shape([...told, segment('immediate', 4, 1)])).toBe('prefix 0+1, rest 1+2, modrm 3+1');
  });
});

describe('bytesMarkup', () => {
  it('colours a field by its kind, and a kind without a colour plainly', () => {
    const { markup } = bytesMarkup(bytes, [segment('prefix', 0, 1), segment('escape', 1, 1), segment('novel', 2, 2)]);
    expect(markup).toBe(
      '<span class="field field-prefix" title="prefix">66</span> <span class="field field-opcode" title="escape">0F</span> <span class="field field-other" title="novel">BA E0</span>',
    );
  });
});
