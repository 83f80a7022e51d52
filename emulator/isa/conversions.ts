/**
 * What MVEX.SSS does to memory (Xeon Phi Coprocessor ISA Reference Manual, 2.2): a row names the function, as the manual
 * does, behind its operand: `zmm/m512{Sf32}`. S converts and broadcasts, and swizzles registers; U converts what is
 * loaded, D what is stored. SU swizzles registers and only converts what is loaded; SB and Q are S where memory is only
 * broadcast (VCVTPS2PD), and where it is four elements or all, and registers are as they are (VFMADD233PS).
 */
export type ConversionName = keyof typeof conversions;

/** All of the operand as it is, one element or four of it for all, elements of a half or a quarter of their bytes; or reserved. */
export type Conversion = 'none' | 'one' | 'four' | 'half' | 'quarter' | 'reserved';

type BySss = readonly [Conversion, Conversion, Conversion, Conversion, Conversion, Conversion, Conversion, Conversion];

const wide: BySss = ['none', 'one', 'four', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved'];
const four: BySss = ['none', 'reserved', 'four', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved'];
const asIs: BySss = ['none', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved', 'reserved'];
/** {float16}, {uint8}, {sint8}, {uint16}, {sint16}. */
const floats: BySss = ['none', 'reserved', 'reserved', 'half', 'quarter', 'quarter', 'half', 'half'];
const integers: BySss = ['none', 'reserved', 'reserved', 'reserved', 'quarter', 'quarter', 'half', 'half'];

export const conversions = {
  Sf32: ['none', 'one', 'four', 'half', 'quarter', 'quarter', 'half', 'half'],
  Si32: ['none', 'one', 'four', 'reserved', 'quarter', 'quarter', 'half', 'half'],
  Sf64: wide,
  Si64: wide,
  SBf32: wide,
  SBi32: wide,
  SUf32: floats,
  SUi32: integers,
  SUf64: asIs,
  SUi64: asIs,
  Qf32: four,
  Qi32: four,
  Uf32: floats,
  Ui32: integers,
  Uf64: asIs,
  Ui64: asIs,
  Df32: floats,
  Di32: integers,
  Df64: asIs,
  Di64: asIs,
} as const satisfies Readonly<Record<string, BySss>>;

export const isConversion = (name: string): name is ConversionName => Object.hasOwn(conversions, name);

/** Those that swizzle where the operand is a register. */
export const swizzles = (name: ConversionName | ''): boolean => name.startsWith('S');

/** Bits of one element of the operand, unconverted. */
export const elementBitsOf = (name: ConversionName): number => (name.endsWith('64') ? 64 : 32);
