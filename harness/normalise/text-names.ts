/** The names that Intel's, NASM's and AT&T's spellings share: tables for text.ts. */

/** Mnemonic spellings that name one instruction, all of them to the SDM's first name. */
export function canonicalName(mnemonic: string): string {
  const condition = /^(j|set|cmov)([a-z]+)$/.exec(mnemonic);
  const canonicalCondition = conditions.get(condition?.[2] ?? '');
  if (condition !== null && canonicalCondition !== undefined) return `${condition[1]}${canonicalCondition}`;
  const compared = conditions.get(/^cmp([a-z]+)xadd$/.exec(mnemonic)?.[1] ?? '');
  if (compared !== undefined) return `cmp${compared}xadd`;
  if (/^hint_nop\d*$/.test(mnemonic)) return 'nop';
  return aliases.get(mnemonic) ?? mnemonic;
}

/** SDM 1 appendix B: the conditions, each with all its names. */
const conditions = namesOf([
  ['o'],
  ['no'],
  ['b', 'c', 'nae'],
  ['ae', 'nb', 'nc'],
  ['e', 'z'],
  ['ne', 'nz'],
  ['be', 'na'],
  ['a', 'nbe'],
  ['s'],
  ['ns'],
  ['p', 'pe'],
  ['np', 'po'],
  ['l', 'nge'],
  ['ge', 'nl'],
  ['le', 'ng'],
  ['g', 'nle'],
]);

const aliases = namesOf([
  ['shl', 'sal'],
  ['loope', 'loopz'],
  ['loopne', 'loopnz'],
  ['fwait', 'wait'],
  ['int1', 'icebp'],
  // NASM's name of it.
  ['fnsetpm', 'fsetpm'],
  ['ret', 'retn'],
  ['retf', 'lret'],
  ['xlat', 'xlatb'],
  // LLVM's names of them.
  ['fcomip', 'fcompi'],
  ['fucomip', 'fucompi'],
  ['ud1', 'ud2b'],
  ['ud2', 'ud2a'],
  // NASM's names of the moves of YMM registers (its manual, appendix F).
  ['vmovdqa', 'vmovqqa'],
  ['vmovdqu', 'vmovqqu'],
  ['vmovntdq', 'vmovntqq'],
  ['vlddqu', 'vldqqu'],
  // The width of RAX and RDX, which count, is a suffix to GNU as alone.
  ...['pcmpestri', 'pcmpestrm', 'vpcmpestri', 'vpcmpestrm'].map((name) => [name, `${name}q`]),
  // The width of an address or immediate is no part of the instruction's meaning, and its value is compared.
  ['mov', 'movabs'],
  // AT&T's names of the conversions (GNU as, i386-Mnemonics).
  ['movsxd', 'movsll'],
  ['cbw', 'cbtw'],
  ['cwde', 'cwtl'],
  ['cdqe', 'cltq'],
  ['cwd', 'cwtd'],
  ['cdq', 'cltd'],
  ['cqo', 'cqto'],
]);

/** Whether a name is that of a Jcc: `jne`, not `jnew` nor `jmp`. */
export function isJcc(mnemonic: string): boolean {
  return mnemonic.startsWith('j') && conditions.has(mnemonic.slice(1));
}

function namesOf(groups: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  return new Map(groups.flatMap((group) => group.map((name) => [name, group[0] ?? name] as const)));
}

/** Instructions that take AT&T's size suffix b, w, l, q. */
export const suffixed: ReadonlySet<string> = new Set(
  (
    'adc add and bsf bsr bt btc btr bts call cmp cmpxchg crc32 dec div enter idiv imul in inc iret jmp lar lcall lea leave ' +
    'lgdt lidt ljmp lmsw lods loop loope loopne lret lsl mov movbe movnti mul neg nop not or out outs ins cmps movs stos scas ' +
    'pop popa popf popcnt push pusha pushf rcl rcr ret rol ror sal sar sbb shl shld shr shrd sgdt sidt sldt smsw str sub ' +
    'ptwrite sysexit sysret test xadd xbegin xchg xor lzcnt tzcnt bound lds les lfs lgs lss nop rdrand rdseed'
  ).split(' '),
);

/** Instructions whose operand size no operand shows: objdump, NASM and AT&T write it as a suffix, each in other cases. */
export const sizeless: ReadonlySet<string> = new Set(
  (
    'push pop pushf popf pusha popa call jmp ret retf iret enter leave xbegin lgdt lidt sgdt sidt sysret sysexit lcall ljmp ' +
    'fldenv fnstenv frstor fnsave'
  ).split(' '),
);

/** In 64-bit mode the operand size of these defaults to 32 (SDM 2A 2.2.1.7 lists those with 64). */
export const default32In64: ReadonlySet<string> = new Set(
  'retf iret lcall ljmp sysret sysexit fldenv fnstenv frstor fnsave'.split(' '),
);

/** String instructions; AT&T and NASM name them with a size, objdump's Intel syntax without. */
export const strings: ReadonlySet<string> = new Set('movs cmps stos lods scas ins outs'.split(' '));

/** `movsb`, not `movsx`. */
export function isString(mnemonic: string): boolean {
  return /[bwdq]$/.test(mnemonic) && strings.has(mnemonic.slice(0, -1));
}

/** Instructions with one size of memory operand only, which some write and some do not. */
const oneMemorySize: ReadonlySet<string> = new Set(
  (
    'bound cmpxchg8b cmpxchg16b clflush clflushopt clwb cldemote invlpg invpcid invept invvpid lar lsl lldt lmsw ltr sldt str ' +
    'smsw verr verw lds les lfs lgs lss lgdt lidt sgdt sidt lea nop prefetch prefetchw prefetchwt1 prefetchnta prefetcht0 ' +
    'ldmxcsr stmxcsr vldmxcsr vstmxcsr prefetcht1 prefetcht2 prefetchit0 prefetchit1 xlat movdir64b enqcmd enqcmds vmptrld vmptrst vmclear vmxon rstorssp clrssbsy arpl movsxd aesenc256kl aesdec256kl aesencwide256kl aesdecwide256kl ldtilecfg sttilecfg fbld fbstp lwpins lwpval bndmk bndmov bndcl bndcu bndcn bndldx bndstx'
  ).split(' '),
);

export function hasOneMemorySize(name: string): boolean {
  return oneMemorySize.has(name) || name.startsWith('set');
}

/** Bits of a general-purpose register by its name; 0 for another register. */
export function gprBits(name: string): 0 | 8 | 16 | 32 | 64 {
  return gprWidths.get(name) ?? 0;
}

const gprWidths: ReadonlyMap<string, 8 | 16 | 32 | 64> = widths();

function widths(): Map<string, 8 | 16 | 32 | 64> {
  const table = new Map<string, 8 | 16 | 32 | 64>();
  for (const letter of 'abcd') for (const half of 'lh') table.set(`${letter}${half}`, 8);
  for (const name of ['spl', 'bpl', 'sil', 'dil']) table.set(name, 8);
  for (const name of ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di']) {
    table.set(name, 16).set(`e${name}`, 32).set(`r${name}`, 64);
  }
  for (let k = 8; k < 16; k++) table.set(`r${k}b`, 8).set(`r${k}w`, 16).set(`r${k}d`, 32).set(`r${k}`, 64);
  table.set('eip', 32).set('rip', 64).set('eiz', 32).set('riz', 64);
  return table;
}

/** Bits of an XMM, YMM or ZMM register by its name; 0 for another register. */
export function vectorBits(name: string): 0 | 128 | 256 | 512 {
  const letter = /^([xyz])mm\d+$/.exec(name)?.[1];
  return letter === undefined ? 0 : letter === 'x' ? 128 : letter === 'y' ? 256 : 512;
}

/** The low 16 bits of a general-purpose register. */
export function word(name: string): string {
  const numbered = /^(r\d+)d?$/.exec(name);
  if (numbered !== null) return `${numbered[1]}w`;
  return /^[er](?:[a-d]x|[sd]i|[sb]p)$/.test(name) ? name.slice(1) : name;
}

const segmentNames = new Set(['es', 'cs', 'ss', 'ds', 'fs', 'gs']);

export function isSegment(name: string): boolean {
  return segmentNames.has(name);
}

/** Bits of a datum by its keyword. */
export const bitsOfSize: Readonly<Record<string, number>> = {
  ...{ byte: 8, word: 16, dword: 32, qword: 64 },
  ...{ oword: 128, xmmword: 128, yword: 256, ymmword: 256, zword: 512, zmmword: 512 },
};
