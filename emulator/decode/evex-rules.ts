/** What EVEX and MVEX allow a form, and how they count its displacements, as flat integers. */
import { isConditional, isPromoted, usesVvvv } from '../isa/apx.ts';
import { convertedBits, swizzles } from '../isa/conversions.ts';
import type { Form, OperandSpec } from '../isa/form.ts';
import type { Need } from '../isa/needs.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';

/** Bits of a form's rules; between them, from 8 on, the shifts of displacements of 8 bits. */
export const Evex = {
  maskable: 1,
  zeroable: 2,
  broadcast: 4,
  /** Registers may be rounded or at least suppress exceptions. */
  rounding: 8,
  needsMask: 16,
  usesVvvv: 32,
  /** Of MVEX: registers are swizzled; SSS must be 0 with registers and E. */
  swizzle: 64,
  zeroConversion: 128,
  /** Of APX, which allows nothing of the above but vvvv: what it promotes, and of that conditional comparisons. */
  promoted: 0x1_0000,
  conditional: 0x2_0000,
} as const;

/** Four bits each, for all of the memory operand and for one element of it. */
export const memoryShift = 8;
export const elementShift = 12;

export const evexRulesOf = (form: Form): number => {
  const { map, needs, operands } = form;
  if (encodingOf(map) < Encoding.evex) return 0;
  const has = (condition: (operand: OperandSpec) => boolean, bit: number): number =>
    operands.some(condition) ? bit : 0;
  return (
    has(({ masked }) => masked, Evex.maskable) |
    has(({ zeroing }) => zeroing, Evex.zeroable) |
    has(({ broadcastBits }) => broadcastBits > 0, Evex.broadcast) |
    has(({ rounding }) => rounding !== '', Evex.rounding) |
    (needs.has('MASK-REQUIRED') ? Evex.needsMask : 0) |
    (usesVvvv(form) ? Evex.usesVvvv : 0) |
    (isPromoted(form) ? Evex.promoted : 0) |
    (isConditional(form) ? Evex.conditional : 0) |
    has(({ conversion }) => swizzles(conversion), Evex.swizzle) |
    (needs.has('NO-SSS-WITH-E') ? Evex.zeroConversion : 0) |
    (logOf(unitBytesOf(form)) << memoryShift) |
    (isPromoted(form) ? 0 : logOf((memoryOf(form)?.broadcastBits ?? 8) >> 3) << elementShift)
  );
};

const memoryOf = ({ operands }: Form): OperandSpec | undefined => operands.find(({ memoryBits }) => memoryBits > 0);

/** What a displacement of 8 bits counts, without broadcast and conversion (SDM 2A 2.7.5); bytes in what is promoted. */
const unitBytesOf = (form: Form): number =>
  isPromoted(form)
    ? 1
    : ([1, 2, 4, 8].find((bytes) => form.needs.has(elementNeeds[bytes])) ?? (memoryOf(form)?.memoryBits ?? 8) >> 3);

const elementNeeds: Readonly<Record<number, Need>> = { 1: 'DISP8-1', 2: 'DISP8-2', 4: 'DISP8-4', 8: 'DISP8-8' };

const logOf = (bytes: number): number => 31 - Math.clz32(Math.max(bytes, 1));

/** In the place of a shift: no conversion has this SSS. */
export const reservedShift = 15;

/** MVEX: for each SSS, 4 bits: the shift of a displacement of 8 bits with the operand so converted, or `reservedShift`. */
export const conversionShiftsOf = (form: Form): number => {
  if (encodingOf(form.map) !== Encoding.mvex) return 0;
  let shifts = 0;
  for (let sss = 0; sss < 8; sss++) {
    const bits = convertedBits(form.conversion, memoryOf(form)?.memoryBits ?? 8, sss);
    shifts |= (bits === 0 ? reservedShift : logOf(bits >> 3)) << (sss * 4);
  }
  return shifts;
};
