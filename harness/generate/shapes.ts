/** How ModRM and SIB can address memory (SDM 2A tables 2-1 to 2-3), as the bits that they and REX take. */
import type { Level } from './level.ts';

export interface AddressingShape {
  /** ModRM with reg 0. */
  readonly modrm: number;
  readonly sib: number;
  /** REX.X and REX.B, with REX itself where either is set. */
  readonly rex: number;
}

const cache = new Map<string, readonly AddressingShape[]>();

/** `quick` has each kind once, `default` every ModRM and each special SIB, `full` every ModRM with every SIB. */
export const addressingShapes = (
  addressSize: 16 | 32 | 64,
  level: Level,
  isLong: boolean,
): readonly AddressingShape[] => {
  const key = `${addressSize} ${level} ${isLong}`;
  const known = cache.get(key) ?? [...shapesOf(addressSize, level, isLong)];
  cache.set(key, known);
  return known;
};

/** REX bits that a shape is tried with: none, B, X and both. */
const extensions = [0, 0x41, 0x42, 0x43] as const;

function* shapesOf(addressSize: 16 | 32 | 64, level: Level, isLong: boolean): Generator<AddressingShape> {
  if (level === 'quick') return yield* addressSize === 16 ? quick16 : isLong ? [...quick32, ...quick64] : quick32;
  for (let mod = 0; mod < 3; mod++) {
    for (let rm = 0; rm < 8; rm++) {
      const modrm = (mod << 6) | rm;
      const hasSib = addressSize !== 16 && rm === 4;
      if (hasSib) yield* level === 'full' ? everySib(modrm, isLong) : specialSibs(modrm, isLong);
      else for (const rex of isLong ? extensions : [0]) yield { modrm, sib: 0, rex };
    }
  }
}

/** No base, rBP and R13; no index, R12 as index; and the rest by one. */
function* specialSibs(modrm: number, isLong: boolean): Generator<AddressingShape> {
  let scale = 0;
  for (const rex of isLong ? extensions : [0]) {
    for (const base of [4, 5, 0]) {
      for (const index of [4, 5, 1]) {
        scale = (scale + 1) & 3;
        yield { modrm, sib: (scale << 6) | (index << 3) | base, rex };
      }
    }
  }
}

function* everySib(modrm: number, isLong: boolean): Generator<AddressingShape> {
  for (let sib = 0; sib < 256; sib++) for (const rex of isLong ? extensions : [0]) yield { modrm, sib, rex };
}

const shape = (modrm: number, sib = 0, rex = 0): AddressingShape => ({ modrm, sib, rex });

/** [BX+SI], [disp16], [BP+disp8], [BP+DI+disp16]. */
const quick16: readonly AddressingShape[] = [shape(0), shape(0x06), shape(0x46), shape(0x83)];

/** [rAX], [disp32] or [RIP+disp32], [rBP+disp8], [rCX+disp32], and through SIB [rSP], [disp32], [rBP+rCX*4+disp8]. */
const quick32: readonly AddressingShape[] = [
  shape(0),
  shape(0x05),
  shape(0x45),
  shape(0x81),
  shape(0x04, 0x24),
  shape(0x04, 0x25),
  shape(0x44, 0x8d),
];

/** [R12], [R13+disp8], [RAX+R12*2+disp32]. */
const quick64: readonly AddressingShape[] = [shape(0x04, 0x24, 0x41), shape(0x45, 0, 0x41), shape(0x84, 0x60, 0x42)];
