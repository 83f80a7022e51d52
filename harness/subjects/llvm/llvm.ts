/** LLVM as a subject: validity, length, and text in Intel syntax, from its C disassembler. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { inputAddress, type Subject, type Unavailable } from '../../subject.ts';
import { type Content, createLibrarySubject, type LibraryOptions } from '../library/library.ts';
import type { Reading } from '../slots.ts';

export const createLlvm = (options: LibraryOptions = {}): Promise<Subject | Unavailable> =>
  createLibrarySubject(
    {
      name: 'llvm',
      vendors: ['intel', 'amd'],
      observes: new Set(['validity', 'length', 'text']),
      remedy:
        'install LLVM 19 and gcc (Debian, Ubuntu: apt-get install libllvm19 gcc libc6-dev), and run: node scripts/setup.mjs',
      reader: () => readingOf,
    },
    options,
  );

const readingOf = ({ bytes, lengthBytes, mode }: Content): Reading => {
  const text = bytes.toString('latin1').replaceAll('\0', '').replaceAll('\t', ' ').trim();
  return { lengthBytes, text: { intel: absolute(text, lengthBytes, mode) } };
};

/** It prints the distance of a branch, and not how wide the target is. */
const branch = /^((?:[a-z0-9]+ +)*(?:j[a-z]+|call|loop[a-z]*|xbegin) +)(-?(?:0x[0-9a-f]+|\d+))$/;

const absolute = (text: string, lengthBytes: number, mode: Mode): string => {
  const found = branch.exec(text);
  if (found === null) return text;
  const [, words = '', number = '0'] = found;
  const distance = number.startsWith('-') ? -BigInt(number.slice(1)) : BigInt(number);
  const isWide = mode === 16 && BigInt.asIntN(16, distance) !== distance;
  const target = BigInt.asUintN(isWide ? 32 : mode, BigInt(inputAddress + lengthBytes) + distance);
  return `${words}0x${target.toString(16)}`;
};
