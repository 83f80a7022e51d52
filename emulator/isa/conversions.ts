/**
 * What MVEX.SSS does to an operand (Xeon Phi Coprocessor ISA Reference Manual, 2.2): a row names the function, as the
 * manual does, behind the operand: `zmm/m512{Sf32}`. S converts and broadcasts what is loaded, and swizzles registers; U
 * converts what is loaded, D what is stored, and stands with the register that is. SU swizzles registers and only converts
 * what is loaded; SB and Q are S where memory is only broadcast (VCVTPS2PD), and where it is four elements or all, and
 * registers are as they are (VFMADD233PS).
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

const conversions = {
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

/** Those of what is stored. */
export const isDownConversion = (name: ConversionName | ''): boolean => name.startsWith('D');

/** Bits of one element of the operand, unconverted. */
const elementBitsOf = (name: ConversionName): number => (name.endsWith('64') ? 64 : 32);

/** Bits of memory for an operand that is `wholeBits` unconverted; 0 where the function has no such conversion. */
export const convertedBits = (name: ConversionName | '', wholeBits: number, sss: number): number => {
  switch (name === '' ? asIs[sss] : conversions[name][sss]) {
    case 'one':
      return elementBitsOf(name === '' ? 'Sf32' : name);
    case 'four':
      return elementBitsOf(name === '' ? 'Sf32' : name) * 4;
    case 'half':
      return wholeBits / 2;
    case 'quarter':
      return wholeBits / 4;
    case 'reserved':
      return 0;
    default:
      return wholeBits;
  }
};

const swizzleWords: readonly string[] = ['', 'cdab', 'badc', 'dacb', 'aaaa', 'bbbb', 'cccc', 'dddd'];
const typeWords: readonly string[] = ['', '', '', 'float16', 'uint8', 'sint8', 'uint16', 'sint16'];

/** `cdab` of a register whose elements change places within fours, '' where they do not. */
export const swizzleWord = (name: ConversionName | '', sss: number): string =>
  swizzles(name) ? swizzleWords[sss] : '';

/** `1to16`, `4to8`, `uint8` of memory that is `wholeBits` unconverted, '' where it is as it is. */
export const conversionWord = (name: ConversionName | '', wholeBits: number, sss: number): string => {
  if (name === '' || sss === 0) return '';
  const count = wholeBits / elementBitsOf(name);
  return sss < 3 ? `${sss === 1 ? 1 : 4}to${count}` : typeWords[sss];
};
