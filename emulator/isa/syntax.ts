/** Reads one operand token of a row's syntax column (SDM 2A 3.1.1.3) into its OperandSpec. */
import { type ConversionName, isConversion } from './conversions.ts';
import type { Access, OperandPlace, OperandSpec } from './form.ts';
import { OperandKind } from './instruction.ts';
import { classOf, NO_REGISTER, RegisterClass, registerBits, registerByName } from './registers.ts';

/** Equal tokens with equal access are one object, for there are thousands of rows and few of these. */
export const readOperand = (token: string, access: Access): OperandSpec => {
  const key = `${token} ${access}`;
  const known = specs.get(key);
  if (known !== undefined) return known;
  const spec = { ...readDecorated(token), access };
  specs.set(key, spec);
  return spec;
};

const specs = new Map<string, OperandSpec>();

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
  masked: false,
  zeroing: false,
  broadcastBits: 0,
  rounding: '',
  conversion: '',
  indexClass: 0,
  indexBits: 0,
  groupSize: 1,
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
  TRn: { registerClass: RegisterClass.test, bits: 32 },
};

/** Memory that no ModRM byte addresses. */
const stringPlaces: Readonly<Record<string, number>> = {
  rSI: OperandKind.memorySi,
  rDI: OperandKind.memoryDi,
  'rBX+AL': OperandKind.memoryXlat,
};

/** `{k}{z}`, `{er}` and `{sae}` behind a token (SDM 2A 2.7), and the names of MVEX's conversions. */
const readDecorated = (token: string): OperandSpec => {
  const at = token.indexOf('{');
  if (at < 0) return readToken(token);
  if (!/^(\{\w+\})+$/.test(token.slice(at))) return unreadable(token);
  const words = token.slice(at + 1, -1).split('}{');
  const names = words.filter(isConversion);
  if (names.length > 1 || words.some((word) => !known.has(word) && !isConversion(word))) return unreadable(token);
  const conversion: ConversionName | '' = names[0] ?? '';
  return {
    ...readToken(token.slice(0, at)),
    token,
    masked: words.includes('k'),
    zeroing: words.includes('z'),
    rounding: words.includes('er') ? 'er' : words.includes('sae') ? 'sae' : '',
    conversion,
  };
};

const known: ReadonlySet<string> = new Set(['k', 'z', 'er', 'sae']);

const readToken = (token: string): OperandSpec => {
  if (token === 'ST(i)') return { ...blank, token, place: 'rm', registerClass: RegisterClass.st, bits: 80 };
  // The low half of the immediate whose high half is a register.
  if (token === 'imm4') return { ...blank, token, place: 'immediate', bits: 8 };
  if (token === '1') return { ...blank, token, fixed: OperandKind.constantOne, bits: 8 };
  // Upper case names a register, lower case a width: R8 is none of r8's.
  const fixed = token === token.toUpperCase() ? registerByName(token.toLowerCase()) : undefined;
  if (fixed !== undefined) return { ...blank, token, fixed, registerClass: classOf(fixed), bits: registerBits(fixed) };
  const special = specialClasses[token];
  if (special !== undefined) return { ...blank, token, place: 'reg', ...special };
  if (token === 'mib' || token === 'sibmem') return { ...blank, token, place: 'rm', memory: 'must' };
  return readValue(token) ?? readRegister(token) ?? readVector(token) ?? readMemory(token) ?? unreadable(token);
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

const vectorClasses: Readonly<Record<string, RegisterClass>> = {
  mm: RegisterClass.mm,
  xmm: RegisterClass.xmm,
  ymm: RegisterClass.ymm,
  zmm: RegisterClass.zmm,
  k: RegisterClass.mask,
  tmm: RegisterClass.tile,
};

/** xmm, xmm:vvvv, xmm:is4, xmm/m64, zmm/m512/m32bcst, zmm:vvvv+3, k+1; vm32x:64. */
const readVector = (token: string): OperandSpec | undefined => {
  const match = /^(mm|[xyz]mm|tmm|k)(?:\/m(\d+))?(?:\/m(\d+)bcst)?(?::(rm|vvvv|is4))?(?:\+(\d))?$/.exec(token);
  if (match === null) return readVectorMemory(token);
  const [, name = '', memory, element, field, more] = match;
  const registerClass = vectorClasses[name] ?? 0;
  const place = memory !== undefined || field === 'rm' ? 'rm' : field === 'vvvv' || field === 'is4' ? field : 'reg';
  return {
    ...blank,
    token,
    place,
    registerClass,
    memory: memory === undefined ? 'never' : 'may',
    bits: bitsOfClass[registerClass] ?? 0,
    memoryBits: Number(memory ?? 0),
    encodedBits: field === 'is4' ? 8 : 0,
    broadcastBits: Number(element ?? 0),
    groupSize: Number(more ?? 0) + 1,
  };
};

const bitsOfClass: Readonly<Record<number, number>> = Object.fromEntries(
  Object.values(vectorClasses).map((registerClass) => [registerClass, registerBits(registerClass << 5)]),
);

const indexClasses: Readonly<Record<string, RegisterClass>> = {
  x: RegisterClass.xmm,
  y: RegisterClass.ymm,
  z: RegisterClass.zmm,
};

/** vm32x:64: as many elements of 64 bits as there are indexes of 32 bits in an xmm register. */
const readVectorMemory = (token: string): OperandSpec | undefined => {
  const match = /^vm(32|64)([xyz]):(\d+)$/.exec(token);
  if (match === null) return undefined;
  const bits = Number(match[3]);
  const vsib = { indexClass: indexClasses[match[2] ?? ''] ?? 0, indexBits: Number(match[1]) } as const;
  return { ...blank, token, place: 'rm', memory: 'must', bits, memoryBits: bits, ...vsib };
};

/** m, m32, m16:32, m16&64, m512byte, m64fp, m16int, m80bcd, moffs8, m8@rSI. */
const readMemory = (token: string): OperandSpec | undefined => {
  const match = /^m(offs)?(\d*)(?:[:&](\d+))?(byte|fp|int|bcd)?(?:@(.+))?$/.exec(token);
  if (match === null) return undefined;
  const bits = (Number(match[2]) + Number(match[3] ?? 0)) * (match[4] === 'byte' ? 8 : 1);
  const at = match[5];
  const memory = { ...blank, token, memory: 'must' as const, bits, memoryBits: bits };
  if (at === undefined) return { ...memory, place: match[1] === undefined ? 'rm' : 'moffs' };
  const fixed = stringPlaces[at];
  return fixed === undefined ? undefined : { ...memory, place: 'string', fixed };
};

const unreadable = (token: string): never => {
  throw new Error(`Row syntax has an operand that cannot be read: ${token}`);
};
