/** Which CPU this is, from /proc/cpuinfo of Linux on x86: vendor, family, model, stepping and name. */
import { readFile } from 'node:fs/promises';
import type { Vendor } from '../../emulator/isa/modes.ts';
import type { CpuSignature } from '../../harness/subjects/silicon/signature.ts';

/** Null where the system does not say, or the CPU is of another vendor. */
export const readCpuSignature = async (): Promise<CpuSignature | null> =>
  signatureOf(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));

export const signatureOf = (cpuinfo: string): CpuSignature | null => {
  const field = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1] ?? '';
  const vendor = vendorByName[field('vendor_id')];
  const [family, model, stepping] = ['cpu family', 'model', 'stepping'].map((name) => Number.parseInt(field(name), 10));
  if (vendor === undefined || family === undefined || model === undefined || stepping === undefined) return null;
  if (!Number.isInteger(family) || !Number.isInteger(model) || !Number.isInteger(stepping)) return null;
  return { vendor, family, model, stepping, name: field('model name') };
};

const vendorByName: Readonly<Record<string, Vendor>> = { GenuineIntel: 'intel', AuthenticAMD: 'amd' };
