/** MVEX, EVEX's predecessor in the first Xeon Phi (its ISA reference, 3.1 and 2.2): other fields in the same places. */
import type { Instruction } from '../isa/instruction.ts';
import { firstMvexMap } from '../isa/opcode-map.ts';
import { reasons } from '../isa/reasons.ts';
import { Evex, reservedShift } from './evex-rules.ts';

/** Whether the third byte of what 62 begins is MVEX's: EVEX has this bit set. */
export const isMvex = (middle: number): boolean => (middle & 4) === 0;

/** Reads the fields of MVEX, whose second byte is at `second`. It is there in 64-bit mode only. */
export const decodeMvex = (bytes: Uint8Array, second: number, into: Instruction): void => {
  const first = bytes[second];
  const middle = bytes[second + 1];
  const last = bytes[second + 2];
  into.vexBytes = 4;
  into.map = firstMvexMap + (first & 15);
  into.pp = middle & 3;
  into.vvvv = ((~middle >> 3) & 15) | ((~last & 8) << 1);
  into.vectorLength = 2;
  into.mask = last & 7;
  into.zeroing = 0;
  into.b = 0;
  into.conversion = (last >> 4) & 7;
  into.eviction = (last & 0x80) !== 0 ? 1 : 0;
  into.registerHigh = ~first & 0x10;
  into.rex = ((middle >> 4) & 8) | ((~first >> 5) & 7);
  into.operandSize = into.rex >= 8 ? 64 : 32;
};

/** A displacement of 8 bits counts operands as they are in memory. */
export const scaleConverted = (shifts: number, into: Instruction): void => {
  const shift = (shifts >>> (into.conversion * 4)) & 15;
  if (shift !== reservedShift) into.displacement <<= shift;
};

const badConversion = reasons.indexOf('conversion');

/** What SSS and E say that the form does not allow: -1, or the index of a reason. */
export const breaksMvex = (shifts: number, rules: number, into: Instruction): number => {
  const { conversion } = into;
  if (conversion === 0) return -1;
  if (into.modrm < 0xc0) return ((shifts >>> (conversion * 4)) & 15) === reservedShift ? badConversion : -1;
  // With E, SSS is a rounding mode, and means nothing where nothing is rounded.
  const needed = into.eviction === 0 ? (rules & Evex.swizzle) !== 0 : (rules & Evex.zeroConversion) === 0;
  return needed ? -1 : badConversion;
};
