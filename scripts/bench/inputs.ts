/** What is decoded: the code of the very Node that runs, and bytes that no compiler would make. */
import { readFile } from 'node:fs/promises';
import { readElf } from '../../harness/generate/elf.ts';
import { Random } from '../../harness/generate/random.ts';

/** The largest executable section of Node's own binary; null where that is no ELF file for x86-64. */
export const nodeCode = async (): Promise<Uint8Array | null> => {
  const elf = readElf(await readFile(process.execPath));
  if ('problem' in elf || elf.mode !== 64) return null;
  const [largest] = [...elf.sections].sort((left, right) => right.bytes.length - left.bytes.length);
  return largest?.bytes.subarray(0, sizeBytes) ?? null;
};

export const randomCode = (): Uint8Array => {
  const bytes = new Uint8Array(sizeBytes);
  new Random(1, 'bench').fill(bytes);
  return bytes;
};

const sizeBytes = 16 << 20;
