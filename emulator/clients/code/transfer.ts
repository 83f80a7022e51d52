/**
 * What a form does to rIP, read from its row: its chapter, its operands, and what it pushes or pops. No mnemonic and no
 * opcode is named.
 */
import { flagEffects } from '../../isa/flags.ts';
import type { Form } from '../../isa/form.ts';
import { forms } from '../../isa/forms.ts';
import { controlTransfer } from '../../isa/rows/control-transfer.ts';

export type Transfer =
  | 'none'
  /** On a condition of the flags. */
  | 'conditional'
  /** On rCX. */
  | 'counted'
  | 'jump'
  | 'call'
  | 'return'
  | 'far jump'
  | 'far call'
  | 'far return'
  | 'interrupt return'
  | 'interrupt'
  /** It does nothing but fault, or faults on a condition. */
  | 'exception'
  /** The beginning or the end of a transaction, or what tests for one. */
  | 'transaction'
  /** To or from the operating system, by registers that are no operand. */
  | 'system';

/** The chapter "Control Transfer Instructions" (SDM 1 5.1.7). */
const chapter: ReadonlySet<string> = new Set(controlTransfer.map(([opcode, syntax]) => `${opcode} ${syntax}`));

const interrupts = new Set<Form['flags']>([flagEffects['interrupt'], flagEffects['interrupt-overflow']]);
const interruptReturns = new Set<Form['flags']>([flagEffects['interrupt-return'], flagEffects['interrupt-return16']]);
const systemEffects = new Set<Form['flags']>([
  flagEffects.syscall,
  flagEffects.sysret,
  flagEffects.sysenter,
  flagEffects.resume,
  flagEffects['interrupt-return'],
  flagEffects['user-interrupt-return'],
]);

/** The distance to its target is in the instruction. */
export const isRelative = ({ operands }: Form): boolean => operands.some(({ place }) => place === 'relative');

const pops = ({ implicit }: Form): number => implicit.find(({ kind }) => kind === 'pop')?.count ?? 0;
const pushes = ({ implicit }: Form): boolean => implicit.some(({ kind }) => kind === 'push');
const usesCount = ({ implicit }: Form): boolean => implicit.some(({ kind }) => kind === 'address-register');
const isFar = ({ operands }: Form): boolean =>
  operands.some(({ place, token }) => place === 'far-pointer' || token.startsWith('m16:'));

const classify = (form: Form): Transfer => {
  if (!chapter.has(`${form.opcodeText} ${form.syntax}`)) return leavesBySystem(form) ? 'system' : 'none';
  if (form.needs.has('RTM') || form.needs.has('HLE|RTM') || form.needs.has('TSXLDTRK')) return 'transaction';
  if (interrupts.has(form.flags)) return 'interrupt';
  if (interruptReturns.has(form.flags)) return 'interrupt return';
  if (isFar(form)) return pushes(form) ? 'far call' : 'far jump';
  if (isRelative(form) && usesCount(form)) return 'counted';
  if (isRelative(form) && form.flags.read !== '') return 'conditional';
  if (pops(form) > 0) return pops(form) === 1 ? 'return' : 'far return';
  if (pushes(form)) return 'call';
  return form.operands.length === 1 ? 'jump' : 'exception';
};

const leavesBySystem = ({ flags, implicit }: Form): boolean =>
  systemEffects.has(flags) || implicit.some(({ register, access }) => register === 'cs' && access === 'w');

const byForm: readonly Transfer[] = forms.map(classify);

export const transferOf = ({ id }: Form): Transfer => byForm[id];
