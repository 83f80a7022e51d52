/** Which accesses to memory a form makes, compiled from its row for `AccessList`. */
import type { Form, ImplicitSpec, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { OperandKind } from '../isa/instruction.ts';
import { firstEvexMap } from '../isa/opcode-map.ts';

export const AccessBit = { read: 1, write: 2 } as const;

export const Place = {
  modrm: 0,
  source: 1,
  destination: 2,
  table: 3,
  stack: 4,
  frame: 5,
  pointer: 6,
  other: 7,
} as const;

/** One memory operand of a form. */
export interface Plan {
  readonly place: number;
  readonly bits: number;
  readonly access: number;
  /** Displacement from the stack or frame pointer or from the address of ModRM, or the number of a pointer. */
  readonly argument: number;
  /** Of a pointer: its segment, or -1 where an override holds. */
  readonly segment: number;
  /** The operand whose bits depend on EVEX.b or MVEX.SSS too; null for others. */
  readonly varying: OperandSpec | null;
}

export interface FormPlan {
  readonly plans: readonly Plan[];
  readonly popsFirst: boolean;
  readonly isBitString: boolean;
  /** ENTER: how many items depends on its immediate. */
  readonly nests: boolean;
  /** VSIB. */
  readonly gathers: boolean;
}

const accessBits = (access: string): number =>
  (access.includes('r') ? AccessBit.read : 0) | (access.includes('w') ? AccessBit.write : 0);

const plansOf = (form: Form): FormPlan => {
  const plans: Plan[] = [];
  for (const spec of form.operands) {
    const { place, memory, fixed, memoryBits, access } = spec;
    if (memory === 'never' || accessBits(access) === 0 || form.needs.has('ADDRESS-ONLY')) continue;
    const isString = place === 'string';
    const of = !isString
      ? Place.modrm
      : fixed === OperandKind.memorySi
        ? Place.source
        : fixed === OperandKind.memoryDi
          ? Place.destination
          : Place.table;
    const varying = form.map >= firstEvexMap ? spec : null;
    const argument = form.needs.has('LINE-BEFORE') ? -64 : 0;
    plans.push({ place: of, bits: memoryBits, access: accessBits(access), argument, segment: -1, varying });
  }
  for (const spec of form.implicit) plans.push(...implicitPlans(spec));
  const nests = form.operands.filter(({ place }) => place === 'immediate').length === 2 && form.implicit.some(isPush);
  const [popsFirst, isBitString] = [form.needs.has('POPS-FIRST'), form.needs.has('BIT-STRING')];
  const gathers = form.operands.some(({ indexClass }) => indexClass !== 0);
  return { plans, popsFirst, isBitString, nests, gathers };
};

const isPush = ({ kind }: ImplicitSpec): boolean => kind === 'push';

const pointers: Readonly<Record<string, number>> = { ax: 0, di: 7, rax: 0, rcx: 1, rdx: 2, rbx: 3, rsi: 6, rdi: 7 };

const implicitPlans = ({ kind, access, bits, count, skipped, register }: ImplicitSpec): readonly Plan[] => {
  const shared = { bits, access: accessBits(access), segment: -1, varying: null };
  const bytes = bits >> 3;
  if (kind === 'frame') return [{ ...shared, place: Place.frame, argument: 0 }];
  if (kind === 'push' || kind === 'pop') {
    const items = Array.from({ length: count }, (_, k) => k).filter((k) => k !== skipped);
    return items.map((k) => ({
      ...shared,
      place: Place.stack,
      argument: kind === 'push' ? -(k + 1) * bytes : k * bytes,
    }));
  }
  if (kind !== 'memory') return [];
  if (register === 'rm' || register === 'reg') {
    return [
      { ...shared, place: Place.other, argument: register === 'rm' ? 0 : 1, segment: register === 'reg' ? ES : -1 },
    ];
  }
  const segment = register === 'ax' || register === 'di' ? -1 : register === 'rdi' ? ES : DS;
  return [{ ...shared, place: Place.pointer, argument: pointers[register], segment }];
};

const [ES, DS] = [0, 3];

const formPlans = new Array<FormPlan | undefined>(forms.length).fill(undefined);
/** By `Instruction.form`. */
export const planOf = (form: number): FormPlan => {
  const known = formPlans[form];
  if (known !== undefined) return known;
  const made = plansOf(forms[form]);
  formPlans[form] = made;
  return made;
};
