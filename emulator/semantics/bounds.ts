import type { bounds as rows } from '../isa/rows/bounds.ts';
import type { Semantic, SemanticsOf } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

/** Memory protection extensions (SDM 1 appendix E): not supported yet. */
export const bounds: SemanticsOf<typeof rows> = {
  BNDLDX: unsupported,
  BNDSTX: unsupported,
  BNDMOV: unsupported,
  BNDMK: unsupported,
  BNDCL: unsupported,
  BNDCU: unsupported,
  BNDCN: unsupported,
};
