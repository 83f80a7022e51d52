/** What LAR, LSL, VERR and VERW learn of a segment (SDM 2A LAR, LSL; 2D VERR). */
import { type Descriptor, DescriptorBit, dplOf, limitOf, typeOf } from '../../machine/segments.ts';
import type { Inspection } from '../../semantics/cpu.ts';
import { descriptorOf, has, isCode, isConforming, isData, isNullSelector, rplOf } from './descriptor-table.ts';
import type { SegmentMachine } from './segment-machine.ts';

/** The access rights or the limit; null where the segment is not visible. */
export const inspectSegment = (machine: SegmentMachine, selector: number, purpose: Inspection): number | null => {
  const descriptor = isNullSelector(selector) ? null : descriptorOf(machine, selector);
  if (descriptor === null || !hasPurpose(machine, descriptor, purpose)) return null;
  const level = Math.max(machine.privilegeLevel, rplOf(selector));
  if (!isConforming(descriptor) && dplOf(descriptor) < level) return null;
  return purpose === 'limit' ? limitOf(descriptor) : descriptor.high & 0xffff00;
};

const hasPurpose = (machine: SegmentMachine, descriptor: Descriptor, purpose: Inspection): boolean => {
  const has1 = has(descriptor, DescriptorBit.readWrite);
  switch (purpose) {
    case 'readable':
      return isData(descriptor) || (isCode(descriptor) && has1);
    case 'writable':
      return isData(descriptor) && has1;
    default:
      if (has(descriptor, DescriptorBit.codeOrData)) return true;
      return systemTypes(machine, purpose).includes(typeOf(descriptor));
  }
};

/** TSS, LDT and gates that have what is asked for; IA-32e mode has no 16-bit ones, nor tasks' gates. */
const systemTypes = ({ isLongMode }: SegmentMachine, purpose: 'access rights' | 'limit'): readonly number[] => {
  const withLimit = isLongMode ? [2, 9, 11] : [1, 2, 3, 9, 11];
  if (purpose === 'limit') return withLimit;
  return isLongMode ? [...withLimit, 12] : [...withLimit, 4, 5, 12];
};
