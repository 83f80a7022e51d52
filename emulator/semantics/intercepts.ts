/** The instructions that a hypervisor may want to take over, by the names that hypervisors have for them. */
import type { Form } from '../isa/form.ts';

export const intercepts = [
  ...['cr_read', 'cr_write', 'clts', 'lmsw', 'smsw', 'dr_read', 'dr_write', 'lidt', 'sidt', 'lgdt', 'sgdt'],
  ...['lldt', 'sldt', 'ltr', 'str', 'rdtsc', 'rdpmc', 'pushf', 'popf', 'cpuid', 'rsm', 'iret', 'intn', 'invd'],
  ...['pause', 'hlt', 'invlpg', 'invlpga', 'vmrun', 'vmload', 'vmsave', 'vmmcall', 'stgi', 'clgi', 'skinit'],
  ...['rdtscp', 'rdpid', 'icebp', 'wbinvd', 'monitor', 'mwait', 'rdmsr', 'wrmsr', 'in', 'ins', 'out', 'outs'],
  'xsetbv',
] as const;
export type Intercept = (typeof intercepts)[number];

/** Mnemonics that are not their intercept's name in capitals. */
const byMnemonic: Readonly<Record<string, Intercept>> = {
  PUSHFD: 'pushf',
  PUSHFQ: 'pushf',
  POPFD: 'popf',
  POPFQ: 'popf',
  IRETD: 'iret',
  IRETQ: 'iret',
  INT: 'intn',
  INT1: 'icebp',
  INSB: 'ins',
  INSW: 'ins',
  INSD: 'ins',
  OUTSB: 'outs',
  OUTSW: 'outs',
  OUTSD: 'outs',
};

const isIntercept = (name: string): name is Intercept => intercepts.some((known) => known === name);

export const interceptOf = ({ mnemonic, operands }: Form): Intercept | null => {
  const tokens = operands.map(({ token }) => token);
  if (tokens.includes('CRn')) return tokens[0] === 'CRn' ? 'cr_write' : 'cr_read';
  if (tokens.includes('DRn')) return tokens[0] === 'DRn' ? 'dr_write' : 'dr_read';
  const name = mnemonic.toLowerCase();
  return isIntercept(name) ? name : (byMnemonic[mnemonic] ?? null);
};
