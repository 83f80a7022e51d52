/** Where a form exists: in which modes, and on whose CPUs. */
import type { Form } from './form.ts';
import type { Mode, Vendor } from './modes.ts';

export const isInMode = (form: Form, mode: Mode): boolean => {
  if (form.needs.has(mode === 64 ? 'NO64' : 'ONLY64')) return false;
  return mode === 64 ? form.addressSize !== 16 : form.operandSize !== 64 && form.addressSize !== 64;
};

export const isOfVendor = (form: Form, vendor: Vendor): boolean =>
  !form.needs.has(vendor === 'intel' ? 'AMD' : 'INTEL');

export const existsIn = (form: Form, mode: Mode, vendor: Vendor): boolean =>
  isInMode(form, mode) && isOfVendor(form, vendor);
