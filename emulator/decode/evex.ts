/**
 * EVEX (SDM 2A 2.7): its fields, and what each form allows of them. What is inverted in the encoding comes out plain, as
 * that of VEX does.
 */
import { Extension, type Instruction, OperandKind } from '../isa/instruction.ts';
import { firstEvexMap, firstMvexMap, promotedMap } from '../isa/opcode-map.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { numberOf, RegisterClass, register } from '../isa/registers.ts';
import { Evex, elementShift, memoryShift } from './evex-rules.ts';
import { breaksMvex, scaleConverted } from './mvex.ts';
import { Check, conversions, evexRules, indexClasses } from './tables.ts';

const indexOf = (reason: Reason): number => reasons.indexOf(reason);
const reservedBits = indexOf('reserved-bits');
const mask = indexOf('mask');
const zeroing = indexOf('zeroing');
const broadcast = indexOf('broadcast');
const rounding = indexOf('rounding');
const vvvv = indexOf('vvvv');
const vectorLength = indexOf('vector-length');
const sameRegister = indexOf('same-register');
const vectorIndex = indexOf('vector-index');
const sibNeeded = indexOf('sib-needed');
const badRegister = indexOf('register');
const stackPointer = register(RegisterClass.gpr64, 4);

/** Nothing is broken. */
export const fits = -1;

/** Reads the fields of EVEX, whose second byte is at `second`: `fits`, or the index of a reason. */
export const decodeEvex = (
  bytes: Uint8Array,
  second: number,
  is64: boolean,
  hasApx: boolean,
  into: Instruction,
): number => {
  const first = bytes[second];
  const middle = bytes[second + 1];
  const last = bytes[second + 2];
  into.vexBytes = 4;
  if (!hasApx && ((first & 8) !== 0 || (middle & 4) === 0)) return reservedBits;
  // V' means a register that there is in 64-bit mode only (SDM 2A table 2-38).
  if (!is64 && (last & 8) === 0) return vvvv;
  into.map = firstEvexMap + (first & 7);
  into.pp = middle & 3;
  into.vvvv = ((~middle >> 3) & 15) | ((~last & 8) << 1);
  into.vectorLength = (last >> 5) & 3;
  into.mask = last & 7;
  into.zeroing = (last & 0x80) !== 0 ? 1 : 0;
  into.b = (last & 0x10) !== 0 ? 1 : 0;
  // Outside 64-bit mode R and X are 0, or this were BOUND; B and R' are ignored.
  into.registerHigh = is64 ? ~first & 0x10 : 0;
  into.rex = ((middle >> 4) & 8) | (is64 ? (~first >> 5) & 7 : 0);
  // What is promoted has the operand sizes that it had, with pp as its 66.
  const size = into.map === promotedMap && into.pp === 1 ? 16 : 32;
  into.operandSize = is64 && into.rex >= 8 ? 64 : size;
  // To APX the reserved bits are B4 and, inverted, X4; without it both come out 0.
  into.rex |= ((first & 8) << 5) | ((~middle & 4) << 7);
  return fits;
};

const distinctChecks = Check.distinct | Check.distinctDestination;

/** What VEX and its kin say that the form does not allow: `fits`, or the index of a reason. */
export const breaksVector = (form: number, checks: number, into: Instruction): number => {
  if ((checks & Check.vsib) !== 0) {
    const broken = takeVectorIndex(indexClasses[form], into);
    if (broken !== fits) return broken;
  }
  if ((checks & distinctChecks) !== 0) {
    const broken = breaksDistinction(checks, into);
    if (broken !== fits) return broken;
  }
  if ((checks & Check.sibNeeded) !== 0 && into.sib < 0) return sibNeeded;
  if (into.map < firstEvexMap) return fits;
  const rules = evexRules[form];
  const broken = (rules & Evex.promoted) === 0 ? breaksEvex(rules, checks, into) : breaksPromoted(rules, checks, into);
  return broken === fits && into.map >= firstMvexMap ? breaksMvex(conversions[form], rules, into) : broken;
};

/** What EVEX says that a form of APX does not allow: `fits`, or the index of a reason. */
const breaksPromoted = (rules: number, checks: number, into: Instruction): number => {
  if (isStrayX4(into)) return reservedBits;
  if (into.vectorLength !== 0) return vectorLength;
  if (into.zeroing === 1) return zeroing;
  // Source conditions and default flags leave no bit of mask, vvvv and V' over.
  if ((rules & Evex.conditional) !== 0) return fits;
  if ((into.mask & 3) !== 0) return mask;
  if ((checks & Check.noStackPointer) !== 0 && (into.vvvv === 4 || into.operands[1] === stackPointer))
    return badRegister;
  return (into.vvvv & 16) !== 0 && (rules & Evex.usesVvvv) === 0 ? vvvv : fits;
};

/** Registers are not indexes: without memory, X4 is reserved (APX specification 3.1.2.3). */
const isStrayX4 = ({ rex, modrm }: Instruction): boolean => (rex & Extension.x4) !== 0 && modrm >= 0xc0;

/** What EVEX says that the form does not allow: `fits`, or the index of a reason. */
const breaksEvex = (rules: number, checks: number, into: Instruction): number => {
  if (isStrayX4(into)) return reservedBits;
  // L'L of 3 is a rounding mode, and no length even where length is ignored (SDM 2A 2.7.11).
  if (into.vectorLength === 3 && (into.b === 0 || into.modrm < 0xc0)) return vectorLength;
  // MVEX's kkk means nothing to what takes no mask.
  const isUnmasked = (rules & Evex.maskable) === 0 && into.map < firstMvexMap;
  if (into.mask !== 0 ? isUnmasked : (rules & Evex.needsMask) !== 0) return mask;
  if (
    into.zeroing === 1 &&
    ((rules & Evex.zeroable) === 0 || into.mask === 0 || into.operands[0] === OperandKind.memory)
  )
    return zeroing;
  if (into.b === 1) {
    if (into.modrm < 0xc0) {
      if ((rules & Evex.broadcast) === 0) return broadcast;
    } else if ((rules & Evex.rounding) === 0) return rounding;
  }
  // V' is the index's where there is one.
  return (into.vvvv & 16) !== 0 && (rules & Evex.usesVvvv) === 0 && (checks & Check.vsib) === 0 ? vvvv : fits;
};

/** A displacement of 8 bits counts whole operands, or whole elements that are broadcast (SDM 2A 2.7.5). */
export const scaleDisplacement = (form: number, into: Instruction): void => {
  if (into.displacementBytes !== 1) return;
  if (into.map >= firstMvexMap) scaleConverted(conversions[form], into);
  else into.displacement <<= (evexRules[form] >> (into.b === 1 ? elementShift : memoryShift)) & 15;
};

/** The index of VSIB is a vector register, number 4 as any other; `fits`, or the index of a reason. */
const takeVectorIndex = (registerClass: number, into: Instruction): number => {
  if ((into.modrm & 7) !== 4 || into.addressSize === 16) return vectorIndex;
  const { sib, rex } = into;
  const high = into.map >= firstEvexMap ? into.vvvv & 16 : 0;
  into.index = (registerClass << 5) + ((sib >> 3) & 7) + ((rex & 2) << 2) + high;
  into.scale = 1 << (sib >> 6);
  return fits;
};

/** Operands that must not be the same register: `fits`, or the index of a reason. */
const breaksDistinction = (checks: number, into: Instruction): number => {
  const count = into.operandCount;
  // Of the destination alone, or of every pair.
  const last = (checks & Check.distinct) !== 0 ? count : 1;
  for (let k = 0; k < last; k++) {
    const number = registerNumber(k, checks, into);
    if (number < 0) continue;
    for (let j = k + 1; j < count; j++) if (registerNumber(j, checks, into) === number) return sameRegister;
  }
  return fits;
};

/** The number of the register that operand `k` is or, with VSIB, is addressed by; -1 without. */
const registerNumber = (k: number, checks: number, into: Instruction): number => {
  const operand = into.operands[k];
  if (operand >= 32) return numberOf(operand);
  return operand === OperandKind.memory && (checks & Check.vsib) !== 0 ? numberOf(into.index) : -1;
};
