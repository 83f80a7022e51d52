/** Which forms are the integer instruction set: what execution is compared of. */
import { isIntegerChapter } from '../../emulator/isa/chapters.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { chapterOf } from '../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Feature } from '../../emulator/isa/needs.ts';
import { skeletonsOf } from '../generate/skeleton.ts';

/** Of the mode and the vendor, in the order of `forms`: those that have an encoding there. */
export const integerForms = (mode: Mode, vendor: Vendor): readonly Form[] =>
  skeletonsOf(mode, vendor).flatMap(({ form }) => (isIntegerForm(form) ? [form] : []));

/** A form with a feature that nobody has listed counts, so that the coverage page shows it. */
const isIntegerForm = (form: Form): boolean =>
  isIntegerChapter(chapterOf(form)) && !movesMxcsr(form) && !otherFeatures.some((feature) => form.needs.has(feature));

/** Fences and prefetches are SSE's too, but touch no state of it. */
const movesMxcsr = ({ needs, operands }: Form): boolean =>
  needs.has('SSE') && operands.some(({ access }) => access !== '');

/** State beside the integer registers, other agents' instructions (VMX, SVM, SGX …), and waiting. */
const otherFeatures: readonly Feature[] = [
  'AVX',
  'CET_SS',
  'CLZERO',
  'CMPCCXADD',
  'ENQCMD',
  'FRED',
  'FXSR',
  'HLE|RTM',
  'HRESET',
  'INVLPGB',
  'LKGS',
  'MCOMMIT',
  'MONITOR',
  'MONITORX',
  'MOVDIR64B',
  'MPX',
  'MSRLIST',
  'OSPKE',
  'OSS',
  'PBNDKB',
  'PCONFIG',
  'PTWRITE',
  'RAO-INT',
  'RDPRU',
  'RMPQUERY',
  'RTM',
  'SERIALIZE',
  'SEV-ES',
  'SGX',
  'SKINIT|SVM',
  'SMM',
  'SMX',
  'SNP',
  'SVM',
  'TDX',
  'TSXLDTRK',
  'UINTR',
  'VMX',
  'WAITPKG',
  'WBNOINVD',
  'WRMSRNS',
  'X87',
  'XSAVE',
  'XSAVEC',
  'XSAVEOPT',
  'XSAVES',
];
