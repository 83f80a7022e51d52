/** Reads one operand token of a row's syntax column (SDM 2A 3.1.1.3) into its OperandSpec. */
import type { Access, OperandPlace, OperandSpec } from './form.ts';
import { OperandKind } from './instruction.ts';
import { classOf, NO_REGISTER, RegisterClass, registerBits, registerByName } from './registers.ts';

export const readOperand = (token: string, access: Access): OperandSpec => {
  const shared = tokens.get(token) ?? readToken(token);
  tokens.set(token, shared);
  return { ...shared, access };
};

const tokens = new Map<string, OperandSpec>();

const blank: OperandSpec = {
  token: '',
  place: 'fixed',
  registerClass: 0,
  fixed: NO_REGISTER,
  memory: 'never',
  bits: 0,
  memoryBits: 0,
  encodedBits: 0,
  signExtended: false,
  access: '',
};

const gprClasses: Readonly<Record<string, RegisterClass>> = {
  8: RegisterClass.gpr8,
  16: RegisterClass.gpr16,
  32: RegisterClass.gpr32,
  64: RegisterClass.gpr64,
};

/** Register operands in ModRM.reg that are no general register. MOV CR and MOV DR move 64 bits in 64-bit mode only. */
const specialClasses: Readonly<Record<string, { readonly registerClass: RegisterClass; readonly bits: number }>> = {
  Sreg: { registerClass: RegisterClass.segment, bits: 16 },
  CRn: { registerClass: RegisterClass.control, bits: 64 },
  bnd: { registerClass: RegisterClass.bound, bits: 128 },
  DRn: { registerClass: RegisterClass.debug, bits: 64 },
};

/** Memory that no ModRM byte addresses. */
const stringPlaces: Readonly<Record<string, number>> = {
  rSI: OperandKind.memorySi,
  rDI: OperandKind.memoryDi,
  'rBX+AL': OperandKind.memoryXlat,
};

const readToken = (token: string): OperandSpec => {
  if (token === '1') return { ...blank, token, fixed: OperandKind.constantOne, bits: 8 };
  // Upper case names a register, lower case a width: R8 is none of r8's.
  const fixed = token === token.toUpperCase() ? registerByName(token.toLowerCase()) : undefined;
  if (fixed !== undefined) return { ...blank, token, fixed, registerClass: classOf(fixed), bits: registerBits(fixed) };
  const special = specialClasses[token];
  if (special !== undefined) return { ...blank, token, place: 'reg', ...special };
  if (token === 'mib') return { ...blank, token, place: 'rm', memory: 'must' };
  return readValue(token) ?? readRegister(token) ?? readMemory(token) ?? unreadable(token);
};

/** imm8, simm8:32, rel32, ptr16:32. */
const readValue = (token: string): OperandSpec | undefined => {
  const match = /^(s?imm|rel|ptr16:)(\d+)(?::(\d+))?$/.exec(token);
  if (match === null) return undefined;
  const encodedBits = Number(match[2]);
  const signExtended = match[1] === 'simm';
  // simm32 stands alone in the SDM's REX.W rows, where it is extended to 64 bits.
  const bits = match[3] !== undefined ? Number(match[3]) : signExtended ? 64 : encodedBits;
  const place: OperandPlace = match[1] === 'rel' ? 'relative' : match[1] === 'ptr16:' ? 'far-pointer' : 'immediate';
  return { ...blank, token, place, bits, encodedBits, signExtended };
};

/** r32, r32:rm, r32:vvvv, r/m32, r32/m16, bnd/m64. */
const readRegister = (token: string): OperandSpec | undefined => {
  if (token.startsWith('bnd/m')) {
    const memoryBits = Number(token.slice(5));
    const place = { place: 'rm', registerClass: RegisterClass.bound, memory: 'may' } as const;
    return { ...blank, token, ...place, bits: 128, memoryBits };
  }
  const match = /^r(\d*)(?:\/m(\d+))?(?::(rm|vvvv))?$/.exec(token);
  if (match === null) return undefined;
  const memoryBits = match[2] === undefined ? 0 : Number(match[2]);
  const bits = match[1] === '' ? memoryBits : Number(match[1]);
  const inRm = match[2] !== undefined || match[3] === 'rm';
  return {
    ...blank,
    token,
    place: inRm ? 'rm' : match[3] === 'vvvv' ? 'vvvv' : 'reg',
    registerClass: gprClasses[bits] ?? 0,
    memory: match[2] !== undefined ? 'may' : 'never',
    bits,
    memoryBits,
  };
};

/** m, m32, m16:32, m16&64, m512byte, moffs8, m8@rSI. */
const readMemory = (token: string): OperandSpec | undefined => {
  const match = /^m(offs)?(\d*)(?:[:&](\d+))?(byte)?(?:@(.+))?$/.exec(token);
  if (match === null) return undefined;
  const bits = (Number(match[2]) + Number(match[3] ?? 0)) * (match[4] === undefined ? 1 : 8);
  const at = match[5];
  const memory = { ...blank, token, memory: 'must' as const, bits, memoryBits: bits };
  if (at === undefined) return { ...memory, place: match[1] === undefined ? 'rm' : 'moffs' };
  const fixed = stringPlaces[at];
  return fixed === undefined ? undefined : { ...memory, place: 'string', fixed };
};

const unreadable = (token: string): never => {
  throw new Error(`Row syntax has an operand that cannot be read: ${token}`);
};
