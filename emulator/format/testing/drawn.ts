/** Instructions made by the encoder with operands drawn by chance: what no search among bytes reaches often enough. */
import type { Choices, Memory } from '../../encode/choices.ts';
import { encode } from '../../encode/encode.ts';
import { instructionOf } from '../../encode/instruction-of.ts';
import type { Form, OperandSpec } from '../../isa/form.ts';
import type { Mode } from '../../isa/modes.ts';
import { Encoding, encodingOf } from '../../isa/opcode-map.ts';
import { RegisterClass, type RegisterId } from '../../isa/registers.ts';

export type Random = (below: number) => number;

/** Bytes of up to `count` instructions of the form, with memory and without, masked, broadcast and rounded in turn. */
export const drawnOf = (form: Form, mode: Mode, count: number, random: Random): readonly Uint8Array[] => {
  const drawn: Uint8Array[] = [];
  for (let attempt = 0; attempt < 4 * count && drawn.length < count; attempt++) {
    const made = instructionOf(form, choicesOf(form, mode, attempt, random));
    if (made.status === 'encodable') drawn.push(encode(made.instruction));
    else if (made.reason === 'mode' || made.reason === 'vendor') break;
  }
  return drawn;
};

const choicesOf = (form: Form, mode: Mode, turn: number, random: Random): Choices => {
  const registerIn = (place: OperandSpec['place']): RegisterId | undefined => {
    const spec = form.operands.find((operand) => operand.place === place && operand.registerClass !== 0);
    return spec === undefined || (place === 'reg' && form.reg >= 0)
      ? undefined
      : drawRegister(form, spec, mode, random);
  };
  const [reg, vvvv, is4] = [registerIn('reg'), registerIn('vvvv'), registerIn('is4')];
  const rmSpec = form.operands.find(({ place }) => place === 'rm');
  const isMemory = rmSpec?.memory === 'must' || (rmSpec?.memory === 'may' && turn % 2 === 1);
  const rm = isMemory ? drawMemory(form, rmSpec, mode, random) : registerIn('rm');
  return {
    mode,
    ...(reg === undefined ? {} : { reg }),
    ...(vvvv === undefined ? {} : { vvvv }),
    ...(is4 === undefined ? {} : { is4, immediate2: random(4) }),
    ...(rm === undefined ? {} : { rm }),
    ...decorationsOf(form, isMemory, turn, random),
    ...(form.immediateBytes > 0 && is4 === undefined ? { immediate: random(2) === 0 ? random(9) : random(128) } : {}),
  };
};

const drawRegister = (
  form: Form,
  { registerClass, groupSize }: OperandSpec,
  mode: Mode,
  random: Random,
): RegisterId => {
  const number = random(countOf(form, registerClass, mode));
  return (registerClass << 5) + number - (number % groupSize);
};

const countOf = ({ map }: Form, registerClass: number, mode: Mode): number => {
  const isVector = registerClass >= RegisterClass.xmm && registerClass <= RegisterClass.zmm;
  if (mode !== 64 || (!isVector && registerClass > RegisterClass.gpr64)) return 8;
  return isVector && encodingOf(map) === Encoding.evex ? 32 : 16;
};

const displacements = [0, 0x40, -0x80, 0x10, 0x1234_5678];

const drawMemory = (form: Form, { indexClass }: OperandSpec, mode: Mode, random: Random): Memory => {
  const bits = mode === 16 ? 32 : mode;
  const generals = (bits === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32) << 5;
  const base = generals + random(mode === 64 ? 16 : 8);
  const displacement = displacements[random(displacements.length)];
  const scale = ([1, 2, 4, 8] as const)[random(4)];
  if (indexClass !== 0)
    return { base, index: (indexClass << 5) + random(countOf(form, indexClass, mode)), scale, displacement };
  return random(2) === 0 ? { base, displacement } : { base, index: generals + random(4), scale, displacement };
};

const roundings = ['rn', 'rd', 'ru', 'rz'] as const;

const decorationsOf = (form: Form, isMemory: boolean, turn: number, random: Random): Partial<Choices> => {
  if (encodingOf(form.map) !== Encoding.evex) return {};
  const { operands } = form;
  const isMasked = operands.some(({ masked }) => masked) && turn % 3 !== 0;
  const canZero = isMasked && operands.some(({ zeroing }) => zeroing);
  const canBroadcast = isMemory && operands.some(({ broadcastBits }) => broadcastBits > 0);
  const rounding = isMemory ? '' : (operands.find((operand) => operand.rounding !== '')?.rounding ?? '');
  const isTurn = turn % 4 > 1;
  return {
    ...(isMasked ? { mask: (RegisterClass.mask << 5) + 1 + random(7) } : {}),
    ...(canZero && random(2) === 0 ? { zeroing: true } : {}),
    ...(canBroadcast && isTurn ? { broadcast: true } : {}),
    ...(rounding !== '' && isTurn ? { rounding: rounding === 'er' ? roundings[random(4)] : 'sae' } : {}),
  };
};
