/** What of a state an instruction looks at, as small numbers, worked out once for all states that it is executed in. */
import type { Form, OperandSpec } from '../../../emulator/isa/form.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { classOf, RegisterClass, registerByName } from '../../../emulator/isa/registers.ts';
import { isRepeated } from '../../../emulator/operand/places.ts';

/** What memory of the instruction holds, so that it gets contents that lead somewhere. */
export const Content = { value: 0, selector: 1, farPointer: 2 } as const;
export type Content = (typeof Content)[keyof typeof Content];

export class Shape {
  /** Numbers of the general registers among the explicit operands. */
  readonly registers: number[] = [];
  /** Memory of ModRM, or at a direct address. */
  hasMemory = false;
  /** Of any one memory operand; 1 where it has no size. */
  memoryBytes = 1;
  content: Content = Content.value;
  /** A register's bit offset reaches past the memory operand. */
  isBitString = false;
  hasSource = false;
  hasDestination = false;
  hasTable = false;
  isRepeated = false;
  /** Loads a segment register, from a general one, memory or the stack. */
  loadsSegment = false;
  hasFarPointer = false;
  /** Bytes of a stack item, and items popped. */
  itemBytes = 0;
  popped = 0;
  usesFrame = false;
  /** Where TF among popped flags would end the execution: the item, or -1. */
  flagsItem = -1;

  fill(instruction: Instruction): void {
    const form = formOf(instruction);
    this.#reset(form, instruction);
    for (let k = 0; k < form.operands.length; k++) {
      const spec = form.operands[k];
      if (spec !== undefined) this.#addOperand(instruction.operands[k] ?? 0, spec);
    }
    for (let k = 0; k < form.implicit.length; k++) {
      const { kind, register, access, bits, count } = form.implicit[k] ?? noImplicit;
      if (kind === 'pop') this.popped = count;
      if (kind === 'pop' || kind === 'push') this.itemBytes = bits >> 3;
      if (kind === 'frame') this.usesFrame = true;
      if (kind === 'register' && access === 'w' && isSegment(register)) {
        this.loadsSegment = true;
        this.content = Content.farPointer;
      }
    }
    if (form.flags.written.includes('T')) this.flagsItem = this.popped === 1 ? 0 : 2;
  }

  #reset({ needs }: Form, instruction: Instruction): void {
    this.registers.length = 0;
    this.hasMemory = false;
    this.memoryBytes = 1;
    this.content = Content.value;
    this.isBitString = needs.has('BIT-STRING');
    this.hasSource = false;
    this.hasDestination = false;
    this.hasTable = false;
    this.isRepeated = isRepeated(instruction);
    this.loadsSegment = false;
    this.hasFarPointer = false;
    this.itemBytes = 0;
    this.popped = 0;
    this.usesFrame = false;
    this.flagsItem = -1;
  }

  #addOperand(entry: number, { token, access, memoryBits }: OperandSpec): void {
    if (entry >= 32) {
      const registerClass = classOf(entry);
      if (registerClass === RegisterClass.segment) this.#addSegment(access.includes('w'));
      else if (registerClass === RegisterClass.gpr8High) this.registers.push(entry & 3);
      else if (registerClass <= RegisterClass.gpr64) this.registers.push(entry & 15);
      return;
    }
    if (entry === OperandKind.farPointer) this.hasFarPointer = true;
    if (entry === OperandKind.memory) this.hasMemory = true;
    if (entry === OperandKind.memorySi) this.hasSource = true;
    if (entry === OperandKind.memoryDi) this.hasDestination = true;
    if (entry === OperandKind.memoryXlat) this.hasTable = true;
    if (memoryBits > 0 && entry < 32) this.memoryBytes = memoryBits >> 3;
    if (entry === OperandKind.memory && token.startsWith('m16:')) this.content = Content.farPointer;
  }

  #addSegment(isLoaded: boolean): void {
    if (!isLoaded) return;
    this.loadsSegment = true;
    this.content = Content.selector;
  }
}

const formOf = ({ form }: Instruction): Form => {
  const found = forms[form];
  if (found === undefined) throw new Error(`There is no form ${form}.`);
  return found;
};

const noImplicit: Form['implicit'][number] = {
  access: '',
  kind: 'register',
  register: '',
  bits: 0,
  count: 0,
  skipped: -1,
};

const isSegment = (name: string): boolean => classOf(registerByName(name) ?? 0) === RegisterClass.segment;
