import { afterAll, describe, expect, it } from 'vitest';
import type { AnswerOperand, Decoded } from '../subject.ts';
import { createIced } from './iced.ts';

const iced = createIced();
afterAll(() => iced.close());

const decoded = async (hex: string): Promise<Decoded> => {
  const [answer] = await iced.decode([{ bytes: Buffer.from(hex, 'hex'), mode: 64, vendor: 'intel' }]);
  if (answer?.status !== 'valid') throw new Error(`${hex}: ${answer?.status}`);
  return answer;
};

const operand = async (hex: string, place: number): Promise<AnswerOperand | undefined> =>
  (await decoded(hex)).operands?.[place];

describe('decorations', () => {
  it.each([
    ['a mask of the destination', '62f17c495800', 0, { register: 'zmm0', mask: 'k1', access: 'rcw' }],
    ['zeroing', '62f17cc95800', 0, { mask: 'k1', zeroing: true, access: 'w' }],
    ['a mask of memory', '62f17c491100', 0, { kind: 'memory', mask: 'k1', access: 'cw' }],
    ['a broadcast', '62f17c585800', 2, { kind: 'memory', broadcast: 16, bits: 32 }],
    ['a broadcast to half of the vector', '62f17d085b00', 1, { bits: 128 }],
    ['a group of four', '62f25f489a00', 1, { register: 'zmm4', count: 4 }],
    ['a pair of masks', '62f27f4868c1', 0, { register: 'k0', count: 2 }],
    ['a vector of indexes', '62f27d49920408', 1, { index: 'zmm1', bits: 32 }],
  ] as const)('tell %s', async (_, hex, place, expected) => {
    expect(await operand(hex, place)).toMatchObject(expected);
  });

  it.each([
    ['62f17c1858c1', 'rn-sae'],
    ['62f17c3858c1', 'rd-sae'],
    ['62f17c5858c1', 'ru-sae'],
    ['62f17c7858c1', 'rz-sae'],
    ['62f17c185fc1', 'sae'],
    ['62f17c4858c1', undefined],
  ] as const)('tell the rounding of %s: %s', async (hex, expected) => {
    expect((await decoded(hex)).rounding).toBe(expected);
  });

  it('leave masks, zeroing and groups out where there are none', async () => {
    const first = await operand('62f17c4858c1', 0);
    expect(first).toEqual({ kind: 'register', register: 'zmm0', bits: 512, access: 'w' });
  });
});

describe('options', () => {
  it('are those that the input asks for', async () => {
    const bytes = Buffer.from('0f26c0', 'hex');
    const [without, withTests] = await iced.decode([
      { bytes, mode: 32, vendor: 'intel' },
      { bytes, mode: 32, vendor: 'intel', options: ['MOV-TR'] },
    ]);
    expect([without?.status, withTests?.status]).toEqual(['invalid', 'valid']);
  });
});
