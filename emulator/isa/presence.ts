/** Where a form exists: in which modes, on whose CPUs, and with which options. */
import type { Form } from './form.ts';
import type { Mode, Vendor } from './modes.ts';
import { type OpcodeOption, opcodeOptions } from './options.ts';

export const isInMode = (form: Form, mode: Mode): boolean => {
  if (form.needs.has(mode === 64 ? 'NO64' : 'ONLY64')) return false;
  return mode === 64 ? form.addressSize !== 16 : form.operandSize !== 64 && form.addressSize !== 64;
};

export const isOfVendor = (form: Form, vendor: Vendor): boolean =>
  !form.needs.has(vendor === 'intel' ? 'AMD' : 'INTEL');

/** The option that a form is behind. */
export const optionOf = ({ needs }: Form): OpcodeOption | undefined =>
  opcodeOptions.find((option) => needs.has(option));

/** Whether the option that a form is behind, if any, is one of these. */
export const isOptedFor = (form: Form, options: readonly OpcodeOption[]): boolean => {
  const option = optionOf(form);
  return option === undefined || options.includes(option);
};

export const existsIn = (form: Form, mode: Mode, vendor: Vendor, options: readonly OpcodeOption[] = []): boolean =>
  isInMode(form, mode) && isOfVendor(form, vendor) && isOptedFor(form, options);
