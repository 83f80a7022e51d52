/** Valid instructions of every form that a seeded search reaches: any opcode, few prefixes, any ModRM. */
import { Decoder } from '../../decode/decoder.ts';
import { forms } from '../../isa/forms.ts';
import { Instruction, Status } from '../../isa/instruction.ts';
import type { Mode } from '../../isa/modes.ts';
import { isVectorMap, type OpcodeMap } from '../../isa/opcode-map.ts';
import { drawnOf, type Random } from './drawn.ts';

export interface Sample {
  readonly mode: Mode;
  readonly bytes: Uint8Array;
  readonly instruction: Instruction;
}

/** At most `perForm` of each form. At most one legacy prefix, so that few mean nothing. */
export const samplesOf = (mode: Mode, perForm: number): readonly Sample[] => {
  const random = createRandom(mode);
  const decoder = new Decoder(mode);
  const counts = new Map<number, number>();
  const samples: Sample[] = [];
  for (const opcode of opcodesOf(perForm)) {
    const bytes = candidate(mode, opcode, random);
    const instruction = new Instruction();
    if (decoder.decode(bytes, 0, bytes.length, instruction) !== Status.valid) continue;
    const count = counts.get(instruction.form) ?? 0;
    if (count === perForm) continue;
    counts.set(instruction.form, count + 1);
    samples.push({ mode, bytes: bytes.subarray(0, instruction.lengthBytes), instruction });
  }
  for (const form of forms.filter(({ id, map, opcode }) => (counts.get(id) ?? 0) < perForm && isDrawn(map, opcode))) {
    for (const bytes of drawnOf(form, mode, isVectorMap(form.map) ? 2 * perForm : perForm, random)) {
      const instruction = new Instruction();
      const status = decoder.decode(bytes, 0, bytes.length, instruction);
      if (status !== Status.valid) throw new Error(`${form.syntax} is encoded as ${bytes.join(' ')}`);
      samples.push({ mode, bytes, instruction });
    }
  }
  return samples;
};

/** Of these a search among bytes meets few: VEX and its kin, 3DNow!, the x87, and what has a mandatory prefix. */
const isDrawn = (map: OpcodeMap, opcode: number): boolean => map > 0 || (opcode >= 0xd8 && opcode <= 0xdf);

/** Every opcode of the three maps, then those behind VEX, again and again; opcodes of groups more often. */
function* opcodesOf(perForm: number): Generator<readonly number[]> {
  for (const starts of [[[], [0x0f], [0x0f, 0x38]], vexes]) yield* opcodesBehind(starts, perForm * 4);
}

function* opcodesBehind(starts: readonly (readonly number[])[], rounds: number): Generator<readonly number[]> {
  for (let round = 0; round < rounds; round++) {
    for (const escapes of starts) {
      for (let opcode = 0; opcode < 256; opcode++) {
        const tries = escapes.length === 1 && groups.has(opcode) ? 16 : 2;
        for (let k = 0; k < tries; k++) yield [...escapes, opcode];
      }
    }
  }
}

/** VEX.0F, VEX.0F38 and VEX.0F3A with each mandatory prefix that they have, and with W. */
const vexes: readonly (readonly number[])[] = [
  [0xc5, 0xf8],
  [0xc4, 0xe2, 0x70],
  [0xc4, 0xe2, 0x71],
  [0xc4, 0xc2, 0x72],
  [0xc4, 0xe2, 0x73],
  [0xc4, 0xe2, 0xf0],
  [0xc4, 0xe2, 0xf1],
  [0xc4, 0xc2, 0xf2],
  [0xc4, 0xe2, 0xf3],
  [0xc4, 0xe3, 0x7b],
  [0xc4, 0xe3, 0xfb],
];

const groups: ReadonlySet<number> = new Set([0x00, 0x01, 0x18, 0x1a, 0x1b, 0x1c, 0x1e, 0xae, 0xba, 0xc7]);

const candidate = (mode: Mode, opcode: readonly number[], random: Random): Uint8Array => {
  const bytes: number[] = [];
  if (random(2) === 0) bytes.push(prefixes[random(prefixes.length)]);
  if (mode === 64 && random(2) === 0) bytes.push(0x40 + random(16));
  bytes.push(...opcode);
  // Small displacements, immediates with the sign and without it, and zeros among them.
  while (bytes.length < 15) bytes.push(random(4) === 0 ? 0 : random(256));
  return Uint8Array.from(bytes);
};

const prefixes = [0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x26, 0x64];

/** A linear congruential generator (Numerical Recipes); its high bits are the better ones. */
const createRandom = (seed: number): Random => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};
