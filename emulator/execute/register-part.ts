import type { Width } from '../bits/word.ts';
import { RegisterClass } from '../isa/registers.ts';

/** Parts of a general register, as staged writes name them. */
export const Part = { byte: 0, highByte: 1, word: 2, double: 3, quad: 4 } as const;

export const partOfWidth = (width: Width): number =>
  width === 64 ? Part.quad : width === 32 ? Part.double : width === 16 ? Part.word : Part.byte;

export const partOfClass = (registerClass: number): number => {
  switch (registerClass) {
    case RegisterClass.gpr8:
      return Part.byte;
    case RegisterClass.gpr8High:
      return Part.highByte;
    case RegisterClass.gpr16:
      return Part.word;
    case RegisterClass.gpr32:
      return Part.double;
    default:
      return Part.quad;
  }
};
