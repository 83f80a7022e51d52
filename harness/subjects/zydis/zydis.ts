/** Zydis as a subject: what its structures tell. */
import type { Subject, Unavailable } from '../../subject.ts';
import { createLibrarySubject, type LibraryOptions } from '../library/library.ts';
import { toldReader } from './told.ts';
import { zydisFlagLetters } from './words.ts';

export const createZydis = (options: LibraryOptions = {}): Promise<Subject | Unavailable> =>
  createLibrarySubject(
    {
      name: 'zydis',
      vendors: ['intel', 'amd'],
      observes: new Set(['validity', 'length', 'mnemonic', 'operands', 'access', 'decorations', 'flags']),
      flagsTold: zydisFlagLetters,
      remedy:
        'install Zydis 4 and gcc (Debian, Ubuntu: apt-get install libzydis-dev gcc libc6-dev), and run: node scripts/setup.mjs',
      reader: toldReader,
    },
    options,
  );
