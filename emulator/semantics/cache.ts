import type { cache as rows } from '../isa/rows/cache.ts';
import { type Semantic, type SemanticsOf, Vector } from './cpu.ts';

/** Hints and orderings, which change no state; memory is not accessed, so that nothing faults. */
const hint: Semantic = () => {};

const flush: Semantic = (cpu) => cpu.touch(0);

const privileged: Semantic = (cpu) => cpu.requirePrivilege();

const invalidate =
  (kind: 'invd' | 'wbinvd'): Semantic =>
  (cpu) => {
    cpu.requirePrivilege();
    cpu.reach('checked');
    cpu.reach('read');
    cpu.invalidateCaches(kind);
  };

const rAX = 0;
const lineBytes = 64;

/** Caches, prefetch and ordering (SDM 1 5.1.16, 11.4.4). */
export const cache: SemanticsOf<typeof rows> = {
  PREFETCHNTA: hint,
  PREFETCHT0: hint,
  PREFETCHT1: hint,
  PREFETCHT2: hint,
  PREFETCHIT0: hint,
  PREFETCHIT1: hint,
  PREFETCH: hint,
  PREFETCHW: hint,
  PREFETCHWT1: hint,
  CLDEMOTE: hint,
  CLFLUSH: flush,
  CLFLUSHOPT: flush,
  CLWB: flush,
  /** The line that rAX points into (APM 3 CLZERO). */
  CLZERO(cpu) {
    if (cpu.profile === 'intel') cpu.fault(Vector.UD);
    const { addressSize } = cpu;
    const line = cpu.and(cpu.general(addressSize, rAX), cpu.constant(-lineBytes));
    for (let k = 0; k < lineBytes; k += 8) {
      cpu.store(cpu.segment, cpu.add(addressSize, line, cpu.constant(k)), 64, cpu.constant(0));
    }
  },
  INVD: invalidate('invd'),
  WBINVD: invalidate('wbinvd'),
  WBNOINVD: privileged,
  LFENCE: hint,
  MFENCE: hint,
  SFENCE: hint,
};
