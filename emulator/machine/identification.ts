/**
 * What CPUID answers where a machine's owner does not say otherwise: a CPU of the profile's vendor with the features
 * that are emulated, and no others (SDM 2A CPUID; APM 3 appendix E).
 */

/** EAX, EBX, ECX, EDX. */
export type Identification = readonly [eax: number, ebx: number, ecx: number, edx: number];

const text = (four: string): number =>
  four.charCodeAt(0) | (four.charCodeAt(1) << 8) | (four.charCodeAt(2) << 16) | (four.charCodeAt(3) << 24);

const bits = (...numbers: readonly number[]): number => numbers.reduce((sum, bit) => sum | (1 << bit), 0);

/** Family, model and stepping of a core whose undefined results the profile follows. */
const signatures = { intel: 0x000806f8, 'amd-zen3': 0x00a00f11 } as const;

/** TSC, MSR, CX8, CMOV; SSE4.2's CRC32, MOVBE, POPCNT, CX16. */
const leaf1Edx = bits(4, 5, 8, 15);
const leaf1Ecx = bits(13, 20, 22, 23);
/** FSGSBASE, BMI1, BMI2, ADX. */
const leaf7Ebx = bits(0, 3, 8, 19);
/** LAHF in 64-bit mode, LZCNT; long mode, NX, SYSCALL. */
const extendedEcx = bits(0, 5);
const extendedEdx = bits(11, 20, 29);

const vendorLeaf = (profile: keyof typeof signatures, most: number): Identification =>
  profile === 'intel'
    ? [most, text('Genu'), text('ntel'), text('ineI')]
    : [most, text('Auth'), text('cAMD'), text('enti')];

export const identify = (profile: keyof typeof signatures, leaf: number): Identification => {
  switch (leaf) {
    case 0:
      return vendorLeaf(profile, 7);
    case 1:
      return [signatures[profile], 0, leaf1Ecx, leaf1Edx];
    case 7:
      return [0, leaf7Ebx, 0, 0];
    case 0x8000_0000:
      return vendorLeaf(profile, 0x8000_0008 | 0);
    case 0x8000_0001:
      return [profile === 'intel' ? 0 : signatures[profile], 0, extendedEcx, extendedEdx];
    case 0x8000_0008:
      // 48 bits of linear and of physical addresses.
      return [0x3030, 0, 0, 0];
    default:
      return [0, 0, 0, 0];
  }
};
