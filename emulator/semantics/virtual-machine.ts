import type { virtualMachine as rows } from '../isa/rows/virtual-machine.ts';
import type { Semantic, SemanticsOf } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

/** For hypervisors, which may be emulated by another one. */
const hypervisors: Semantic = (cpu) => {
  cpu.reach('checked');
  cpu.reach('read');
  cpu.unsupported();
};

const call: Semantic = (cpu) => {
  cpu.reach('checked');
  cpu.reach('read');
  cpu.hypercall();
};

/** Virtual machines (VMX, TDX, SVM) and atomic arithmetic on memory: not supported yet. */
export const virtualMachine: SemanticsOf<typeof rows> = {
  VMCALL: call,
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
  VMRUN: hypervisors,
  VMLOAD: hypervisors,
  VMSAVE: hypervisors,
  VMMCALL: call,
  VMGEXIT: unsupported,
  STGI: hypervisors,
  CLGI: hypervisors,
  SKINIT: hypervisors,
  INVLPGA: hypervisors,
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
