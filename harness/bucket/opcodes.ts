/** The little that naming an encoding needs from the opcode maps (SDM 2D appendix A): ModRM, groups, opcode registers. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn, type OpcodeMap } from '../../emulator/isa/opcode-map.ts';

const vex0F = mapIn(Encoding.vex, 1);
const vex0F38 = mapIn(Encoding.vex, 2);

/** Invalid opcodes count as those with ModRM where their neighbours have it. */
export function hasModrm(map: OpcodeMap, opcode: number, mode: Mode): boolean {
  // VZEROUPPER and VZEROALL.
  if (map === vex0F) return opcode !== 0x77;
  if (map >= 2) return true;
  if (map === 1) return !isIn(withoutModrm0F, opcode);
  // C4, C5 and 62 are VEX and EVEX prefixes in 64-bit mode.
  if (mode === 64 && (opcode === 0xc4 || opcode === 0xc5 || opcode === 0x62)) return false;
  return isIn(withModrm, opcode);
}

/** ModRM.reg is an opcode extension (SDM 2D table A-6, and the reserved NOPs and prefetches of 0F 0D, 0F 18). */
export const isGroup = (map: OpcodeMap, opcode: number): boolean => isIn(groupsByMap[map] ?? [], opcode);

/** The low three bits of the opcode are a register. 90 is NOP, and apart. */
export const isOpcodeRegister = (map: OpcodeMap, opcode: number, mode: Mode): boolean => {
  if (map === 1) return opcode >= 0xc8 && opcode <= 0xcf;
  if (map !== 0) return false;
  if (opcode >= 0x40 && opcode <= 0x4f) return mode !== 64;
  return (opcode >= 0x50 && opcode <= 0x5f) || (opcode > 0x90 && opcode <= 0x97) || (opcode >= 0xb0 && opcode <= 0xbf);
};

type Range = readonly [from: number, to: number];

const isIn = (ranges: readonly Range[], opcode: number): boolean => {
  for (const [from, to] of ranges) if (opcode >= from && opcode <= to) return true;
  return false;
};

const withModrm: readonly Range[] = [
  [0x00, 0x03],
  [0x08, 0x0b],
  [0x10, 0x13],
  [0x18, 0x1b],
  [0x20, 0x23],
  [0x28, 0x2b],
  [0x30, 0x33],
  [0x38, 0x3b],
  [0x62, 0x63],
  [0x69, 0x69],
  [0x6b, 0x6b],
  [0x80, 0x8f],
  [0xc0, 0xc1],
  [0xc4, 0xc7],
  [0xd0, 0xd3],
  [0xd8, 0xdf],
  [0xf6, 0xf7],
  [0xfe, 0xff],
];

const withoutModrm0F: readonly Range[] = [
  [0x04, 0x0c],
  [0x0e, 0x0e],
  [0x30, 0x37],
  [0x39, 0x39],
  [0x3b, 0x3f],
  [0x77, 0x77],
  [0x80, 0x8f],
  [0xa0, 0xa2],
  [0xa8, 0xaa],
  [0xc8, 0xcf],
];

const groups: readonly Range[] = [
  [0x80, 0x83],
  [0x8f, 0x8f],
  [0xc0, 0xc1],
  [0xc6, 0xc7],
  [0xd0, 0xd3],
  [0xd8, 0xdf],
  [0xf6, 0xf7],
  [0xfe, 0xff],
];

const groups0F: readonly Range[] = [
  [0x00, 0x01],
  [0x0d, 0x0d],
  [0x18, 0x18],
  [0x71, 0x73],
  [0xae, 0xae],
  [0xba, 0xba],
  [0xc7, 0xc7],
];

const shifts: Range = [0x71, 0x73];

/** Groups of VEX, XOP and EVEX: shifts by an immediate, MXCSR, BLSR and its kin, tiles, prefetches of gathers, AMD's. */
const groupsByMap: Readonly<Record<OpcodeMap, readonly Range[]>> = {
  0: groups,
  1: groups0F,
  2: [[0xd8, 0xd8]],
  [vex0F]: [shifts, [0xae, 0xae]],
  [vex0F38]: [
    [0x49, 0x49],
    [0xc6, 0xc7],
    [0xf3, 0xf3],
  ],
  [mapIn(Encoding.xop, 9)]: [
    [0x01, 0x02],
    [0x12, 0x12],
  ],
  [mapIn(Encoding.xop, 10)]: [[0x12, 0x12]],
  [mapIn(Encoding.evex, 1)]: [shifts],
  [mapIn(Encoding.evex, 2)]: [[0xc6, 0xc7]],
};
