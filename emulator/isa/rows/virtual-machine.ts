import type { Row } from '../row.ts';

/** Virtual machines: VMX, TDX, SVM. */
export const virtualMachine = [
  // opcode                   syntax                access  implicit                flags          needs

  // VMX
  ['NP 0F 01 C1',            'VMCALL',             '',     '',                     'vmx',         'VMX'],
  ['NP 0F 01 C2',            'VMLAUNCH',           '',     '',                     'vmx',         'VMX CPL0'],
  ['NP 0F 01 C3',            'VMRESUME',           '',     '',                     'vmx',         'VMX CPL0'],
  ['NP 0F 01 C4',            'VMXOFF',             '',     '',                     'vmx',         'VMX CPL0'],
  ['NP 0F 01 D4',            'VMFUNC',             '',     'r EAX, r ECX',         'none',        'VMX'],
  ['NP 0F C7 /6',            'VMPTRLD m64',        'r',    '',                     'vmx',         'VMX CPL0'],
  ['66 0F C7 /6',            'VMCLEAR m64',        'rw',   '',                     'vmx',         'VMX CPL0'],
  ['F3 0F C7 /6',            'VMXON m64',          'r',    '',                     'vmx',         'VMX CPL0'],
  ['NP 0F C7 /7',            'VMPTRST m64',        'w',    '',                     'vmx-success', 'VMX CPL0'],
  ['NP 0F 78 /r',            'VMREAD r/m32, r32',  'w r',  '',                     'vmx',         'VMX CPL0 NO64'],
  ['NP 0F 78 /r',            'VMREAD r/m64, r64',  'w r',  '',                     'vmx',         'VMX CPL0 ONLY64 ALWAYS64'],
  ['NP 0F 79 /r',            'VMWRITE r32, r/m32', 'r r',  '',                     'vmx',         'VMX CPL0 NO64'],
  ['NP 0F 79 /r',            'VMWRITE r64, r/m64', 'r r',  '',                     'vmx',         'VMX CPL0 ONLY64 ALWAYS64'],

  // TDX
  ['66 0F 01 CC',            'TDCALL',             '',     '',                     'none',        'TDX'],
  ['66 0F 01 CD',            'SEAMRET',            '',     '',                     'vmx',         'ONLY64 TDX'],
  ['66 0F 01 CE',            'SEAMOPS',            '',     '',                     'none',        'ONLY64 TDX'],
  ['66 0F 01 CF',            'SEAMCALL',           '',     '',                     'vmx',         'ONLY64 TDX'],

  // SVM
  ['a16 0F 01 D8',           'VMRUN',              '',     'r aAX',                'none',        'SVM CPL0'],
  ['a32 0F 01 D8',           'VMRUN',              '',     'r aAX',                'none',        'SVM CPL0'],
  ['a64 0F 01 D8',           'VMRUN',              '',     'r aAX',                'none',        'SVM CPL0'],
  ['a16 0F 01 DA',           'VMLOAD',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['a32 0F 01 DA',           'VMLOAD',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['a64 0F 01 DA',           'VMLOAD',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['a16 0F 01 DB',           'VMSAVE',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['a32 0F 01 DB',           'VMSAVE',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['a64 0F 01 DB',           'VMSAVE',             '',     'r aAX',                'none',        'SVM CPL0'],
  ['NP 0F 01 D9',            'VMMCALL',            '',     '',                     'none',        'SVM'],
  ['66 0F 01 D9',            'VMMCALL',            '',     '',                     'none',        'SVM UNDOCUMENTED'],
  ['F3 0F 01 D9',            'VMGEXIT',            '',     '',                     'none',        'SEV-ES'],
  ['F2 0F 01 D9',            'VMGEXIT',            '',     '',                     'none',        'SEV-ES'],
  ['0F 01 DC',               'STGI',               '',     '',                     'none',        'SVM CPL0'],
  ['0F 01 DD',               'CLGI',               '',     '',                     'none',        'SVM CPL0'],
  ['0F 01 DE',               'SKINIT',             '',     'r EAX',                'none',        'SKINIT CPL0'],
  ['a16 0F 01 DF',           'INVLPGA',            '',     'r aAX, r ECX',         'none',        'SVM CPL0'],
  ['a32 0F 01 DF',           'INVLPGA',            '',     'r aAX, r ECX',         'none',        'SVM CPL0'],
  ['a64 0F 01 DF',           'INVLPGA',            '',     'r aAX, r ECX',         'none',        'SVM CPL0'],
  ['F3 0F 01 FA',            'MCOMMIT',            '',     '',                     'random',      'MCOMMIT'],
  ['a16 F2 0F 01 FF',        'PVALIDATE',          '',     'rw aAX, r ECX, r EDX', 'validate',    'SNP CPL0'],
  ['a32 F2 0F 01 FF',        'PVALIDATE',          '',     'rw aAX, r ECX, r EDX', 'validate',    'SNP CPL0'],
  ['a64 F2 0F 01 FF',        'PVALIDATE',          '',     'rw aAX, r ECX, r EDX', 'validate',    'SNP CPL0'],
  ['F3 0F 01 FF',            'PSMASH',             '',     'rw RAX',               'validate',    'ONLY64 SNP CPL0'],
  ['F3 0F 01 FE',            'RMPADJUST',          '',     'rw RAX, r RCX, r RDX', 'validate',    'ONLY64 SNP CPL0'],
  ['F2 0F 01 FE',            'RMPUPDATE',          '',     'rw RAX, r RCX',        'validate',    'ONLY64 SNP CPL0'],
  ['F3 0F 01 FD',            'RMPQUERY',           '',     'rw RAX, w RCX, w RDX', 'validate',    'ONLY64 SNP CPL0'],

  // Atomic arithmetic on memory (RAO-INT)
  ['NP 0F 38 FC /r',         'AADD m32, r32',      'rw r', '',                     'none',        'RAO-INT'],
  ['NP REX.W + 0F 38 FC /r', 'AADD m64, r64',      'rw r', '',                     'none',        'RAO-INT'],
  ['66 0F 38 FC /r',         'AAND m32, r32',      'rw r', '',                     'none',        'RAO-INT'],
  ['66 REX.W + 0F 38 FC /r', 'AAND m64, r64',      'rw r', '',                     'none',        'RAO-INT'],
  ['F3 0F 38 FC /r',         'AXOR m32, r32',      'rw r', '',                     'none',        'RAO-INT'],
  ['F3 REX.W + 0F 38 FC /r', 'AXOR m64, r64',      'rw r', '',                     'none',        'RAO-INT'],
  ['F2 0F 38 FC /r',         'AOR m32, r32',       'rw r', '',                     'none',        'RAO-INT'],
  ['F2 REX.W + 0F 38 FC /r', 'AOR m64, r64',       'rw r', '',                     'none',        'RAO-INT'],
] as const satisfies readonly Row[];
