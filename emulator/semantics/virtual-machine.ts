import type { virtualMachine as rows } from '../isa/rows/virtual-machine.ts';
import type { Semantic, SemanticsOf } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

/** Virtual machines (VMX, TDX, SVM) and atomic arithmetic on memory: not supported yet. */
export const virtualMachine: SemanticsOf<typeof rows> = {
  VMCALL: unsupported,
  VMLAUNCH: unsupported,
  VMRESUME: unsupported,
  VMXOFF: unsupported,
  VMFUNC: unsupported,
  VMPTRLD: unsupported,
  VMCLEAR: unsupported,
  VMXON: unsupported,
  VMPTRST: unsupported,
  VMREAD: unsupported,
  VMWRITE: unsupported,
  TDCALL: unsupported,
  SEAMRET: unsupported,
  SEAMOPS: unsupported,
  SEAMCALL: unsupported,
  VMRUN: unsupported,
  VMLOAD: unsupported,
  VMSAVE: unsupported,
  VMMCALL: unsupported,
  VMGEXIT: unsupported,
  STGI: unsupported,
  CLGI: unsupported,
  SKINIT: unsupported,
  INVLPGA: unsupported,
  MCOMMIT: unsupported,
  PVALIDATE: unsupported,
  PSMASH: unsupported,
  RMPADJUST: unsupported,
  RMPUPDATE: unsupported,
  RMPQUERY: unsupported,
  AADD: unsupported,
  AAND: unsupported,
  AXOR: unsupported,
  AOR: unsupported,
};
