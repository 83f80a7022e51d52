/** Registers as the fields of an encoding number them. */
import { takesRex2 } from '../isa/apx.ts';
import type { Form, OperandSpec } from '../isa/form.ts';
import type { Mode } from '../isa/modes.ts';
import { Encoding, encodingOf, type OpcodeMap } from '../isa/opcode-map.ts';
import { classOf, numberOf, RegisterClass, type RegisterId } from '../isa/registers.ts';
import type { Choices } from './choices.ts';

/** What decides how many registers there are. */
export interface Room {
  readonly mode: Mode;
  readonly map: OpcodeMap;
  readonly generalRegisters: 8 | 16 | 32;
}

/** R16 to R31 are reached through REX2 and EVEX, where APX is asked for. */
export const roomOf = (form: Form, { mode, options = [] }: Choices): Room => ({
  mode,
  map: form.map,
  generalRegisters: mode !== 64 ? 8 : options.includes('APX') && hasFifthBits(form) ? 32 : 16,
});

const hasFifthBits = (form: Form): boolean =>
  encodingOf(form.map) === Encoding.evex || form.rex2 >= 0 || takesRex2(form);

/** The number to encode, 0 to 31, or -1 where the register cannot stand there. */
export const fieldOf = (spec: OperandSpec, id: RegisterId, { mode, map, generalRegisters }: Room): number => {
  const { registerClass, groupSize } = spec;
  const number = numberOf(id);
  if (registerClass === RegisterClass.gpr8 && classOf(id) === RegisterClass.gpr8High)
    return number < 4 ? number + 4 : -1;
  if (classOf(id) !== registerClass) return -1;
  switch (registerClass) {
    case RegisterClass.segment:
      return number < 6 ? number : -1;
    case RegisterClass.control:
      return controlNumbers.includes(number) ? number : -1;
    case RegisterClass.debug:
      return number < 8 ? number : -1;
    case RegisterClass.bound:
      return number < 4 ? number : -1;
    case RegisterClass.mm:
    case RegisterClass.st:
    case RegisterClass.mask:
    case RegisterClass.tile:
      return number < 8 && number % groupSize === 0 ? number : -1;
    case RegisterClass.xmm:
    case RegisterClass.ymm:
    case RegisterClass.zmm:
      return number < vectorCount(map, mode) && number % groupSize === 0 ? number : -1;
    default:
      return number < generalRegisters && !(mode !== 64 && needsRex(id)) ? number : -1;
  }
};

const vectorCount = (map: OpcodeMap, mode: Mode): number =>
  mode !== 64 ? 8 : encodingOf(map) >= Encoding.evex ? 32 : 16;

/** Control registers that exist (SDM 3A 2.5). */
const controlNumbers: readonly number[] = [0, 2, 3, 4, 8];

/** SPL, BPL, SIL, DIL: with any REX byte, and never without. */
const needsRex = (id: RegisterId): boolean =>
  classOf(id) === RegisterClass.gpr8 && numberOf(id) >= 4 && numberOf(id) < 8;

/** With REX, which a register from number 8 on needs, and SPL and its kin. */
export const rexOfRegister = (id: RegisterId, number: number): number => (number > 7 || needsRex(id) ? 0x40 : 0);
