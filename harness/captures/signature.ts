/** Names of CPUs in capture files: `intel 06-a7-01`, vendor and then family, model and stepping in hex. */
import { vendors } from '../../emulator/isa/modes.ts';
import { type CpuSignature, signatureText } from '../subjects/silicon/signature.ts';

/** The folder of its captures: `intel-06-a7-01`. */
export const signatureFolder = (cpu: CpuSignature): string => signatureText(cpu).replace(' ', '-');

/** The inverse of `signatureText`, with the CPU's name behind it. */
export const readSignature = (text: string): CpuSignature | null => {
  const match = /^(\w+) ([0-9a-f]{2,3})-([0-9a-f]{2,3})-([0-9a-f]{2,3})(?: (.+))?$/.exec(text);
  const vendor = vendors.find((one) => one === match?.[1]);
  if (match === null || vendor === undefined) return null;
  const [family = 0, model = 0, stepping = 0] = match.slice(2, 5).map((part) => Number.parseInt(part, 16));
  return { vendor, family, model, stepping, name: match[5] ?? '' };
};

/**
 * The profile whose undefined results are this CPU's: `intel`, `amd-zen3`; null of CPUs that no profile describes, whose
 * undefined results are compared with nobody's.
 */
export const profileOf = ({ vendor, family }: CpuSignature): 'intel' | 'amd-zen3' | null => {
  if (vendor === 'intel') return family === 6 ? 'intel' : null;
  return family === 0x19 ? 'amd-zen3' : null;
};
