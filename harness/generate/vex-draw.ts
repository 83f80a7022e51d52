/** The fields of VEX, XOP and EVEX drawn at random: mostly what the form allows, now and then what it does not. */
import type { Form } from '../../emulator/isa/form.ts';
import { RegisterClass } from '../../emulator/isa/registers.ts';
import type { EvexParts, VexParts } from './assemble.ts';
import type { Random } from './random.ts';
import { hasVvvv, indexClassOf } from './skeleton.ts';

export interface Place {
  readonly vex: VexParts;
  /** ModRM.mod selects memory. */
  readonly isMemory: boolean;
}

/** Any register; now and then another vector length, mandatory prefix or map, or a register where there is none. */
export const drawVex = (form: Form, { vex, isMemory }: Place, random: Random): VexParts => {
  const evex = vex.encoding === 'evex' ? drawEvex(form, { vex, isMemory }, random) : vex.evex;
  const isRounded = evex.b === 1 && !isMemory;
  return {
    encoding: vex.encoding === 'vex3' && random.chance(1, 32) ? 'vex2' : vex.encoding,
    map: random.chance(1, 32) ? random.below(vex.encoding === 'evex' ? 16 : 32) : vex.map,
    vvvv: drawVvvv(form, vex, random),
    l: isRounded || random.chance(1, 16) ? random.below(vex.encoding === 'evex' ? 4 : 2) : vex.l,
    pp: random.chance(1, 16) ? random.below(4) : vex.pp,
    evex,
  };
};

const drawVvvv = (form: Form, { encoding, vvvv }: VexParts, random: Random): number => {
  const all = encoding === 'evex' ? 32 : 16;
  if (hasVvvv(form) || random.chance(1, 16)) return random.below(all);
  // V' is the highest bit of VSIB's index.
  return indexClassOf(form) !== 0 && encoding === 'evex' ? vvvv | (random.below(2) << 4) : vvvv;
};

const drawEvex = (form: Form, { vex, isMemory }: Place, random: Random): EvexParts => {
  const { operands, needs } = form;
  const isMasked = operands.some(({ masked }) => masked);
  const mask =
    (isMasked && random.chance(2, 3)) || random.chance(1, 24)
      ? random.below(8) || (needs.has('MASK-REQUIRED') ? 1 : 0)
      : vex.evex.mask;
  const canZero = mask !== 0 && operands.some(({ zeroing }) => zeroing);
  const hasB = operands.some(({ broadcastBits, rounding }) => (isMemory ? broadcastBits > 0 : rounding !== ''));
  return {
    high: random.chance(1, reachesHigh(form) ? 2 : 24) ? 1 : 0,
    mask,
    z: random.chance(1, canZero ? 2 : 24) ? 1 : 0,
    b: (hasB && random.chance(2, 5)) || random.chance(1, 24) ? 1 : 0,
    fixed: random.chance(1, 48) ? 0 : 1,
  };
};

/** R' belongs to a vector register. */
const reachesHigh = ({ operands }: Form): boolean =>
  operands.some(
    ({ place, registerClass }) =>
      place === 'reg' && registerClass >= RegisterClass.xmm && registerClass <= RegisterClass.zmm,
  );
