/** Which CPU answers: the vendor and numbers of CPUID leaves 0 and 1; the name is for people. */
import { type Vendor, vendors } from '../../../emulator/isa/modes.ts';

/** `name` is for people. */
export interface CpuSignature {
  readonly vendor: Vendor;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly name: string;
}

/** `intel 06-a7-01`. */
export const signatureText = ({ vendor, family, model, stepping }: CpuSignature): string =>
  `${vendor} ${[family, model, stepping].map((part) => part.toString(16).padStart(2, '0')).join('-')}`;

/** Null of CPUs of other makers. `signature` is EAX of leaf 1. */
export const readSignature = (vendorText: string, signature: number, name: string): CpuSignature | null => {
  const vendor = vendors.find((one) => vendorTexts[one] === vendorText);
  if (vendor === undefined) return null;
  const base = (signature >>> 8) & 15;
  const family = base === 15 ? base + ((signature >>> 20) & 0xff) : base;
  const hasMoreModels = base === 15 || base === 6;
  const model = ((signature >>> 4) & 15) | (hasMoreModels ? ((signature >>> 16) & 15) << 4 : 0);
  return { vendor, family, model, stepping: signature & 15, name };
};

const vendorTexts: Readonly<Record<Vendor, string>> = { intel: 'GenuineIntel', amd: 'AuthenticAMD' };
