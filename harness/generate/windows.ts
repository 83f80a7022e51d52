/** Sliding candidates: over-long instructions with random fields, window by window of 15 bytes, never ending. */
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { vendors } from '../../emulator/isa/modes.ts';
import type { OpcodeMap } from '../../emulator/isa/opcode-map.ts';
import { longestInput, type VexParts } from './assemble.ts';
import type { Random } from './random.ts';
import { drawPrefixes } from './recipe.ts';
import { escapes, hasVvvv, skeletonsOf, vexOf } from './skeleton.ts';

export interface WindowsOptions {
  readonly mode: Mode;
  readonly random: Random;
}

export function* windows({ mode, random }: WindowsOptions): Generator<Uint8Array, never> {
  const live = liveOpcodes(mode);
  const candidate = new Uint8Array(longestCandidate);
  for (;;) {
    const opcodeAt = drawCandidate(candidate, { mode, live, random });
    for (let start = 0; start <= opcodeAt; start++) yield candidate.slice(start, start + longestInput);
    // A window into the operands: any bytes at all.
    if (random.chance(1, 8)) yield candidate.slice(opcodeAt + 1, opcodeAt + 1 + longestInput);
  }
}

const longestCandidate = 28;

/** Opcodes with their escapes. */
type Opcode = readonly number[];

const liveByMode = new Map<Mode, readonly Opcode[]>();

/** Every opcode of which our rows speak, be it valid or not, so that maps weigh what is in them. */
const liveOpcodes = (mode: Mode): readonly Opcode[] => {
  const known = liveByMode.get(mode);
  if (known !== undefined) return known;
  const used = new Set(
    vendors.flatMap((vendor: Vendor) => skeletonsOf(mode, vendor).map(({ form }) => keyOf(form.map, form.opcode))),
  );
  const opcodes: Opcode[] = [];
  for (const map of [0, 1, 2, 3] as const) {
    for (let opcode = 0; opcode < 256; opcode++) {
      if (!isEscape(map, opcode)) opcodes.push([...(escapes[map] ?? []), opcode]);
    }
  }
  for (const form of forms) {
    const vex = vexOf(form);
    if (vex === null || !used.has(keyOf(form.map, form.opcode))) continue;
    const first = firstBytes[vex.encoding];
    opcodes.push([first, vex.map, vex.pp | lastBits(form), vex.l, form.opcode]);
  }
  liveByMode.set(mode, opcodes);
  return opcodes;
};

const firstBytes: Readonly<Record<VexParts['encoding'], number>> = { vex2: 0xc5, vex3: 0xc4, xop: 0x8f, evex: 0x62 };

/** Of the byte that holds pp: W, and bit 6 where vvvv names a register. */
const lastBits = (form: Form): number => (form.w === 1 ? 0x80 : 0) | (hasVvvv(form) ? 0x40 : 0);

const keyOf = (map: OpcodeMap, opcode: number): number => (map << 8) | opcode;
const isEscape = (map: OpcodeMap, opcode: number): boolean =>
  (map === 0 && opcode === 0x0f) || (map === 1 && (opcode === 0x38 || opcode === 0x3a));

interface Drawing extends WindowsOptions {
  readonly live: readonly Opcode[];
}

/** Fills the candidate; returns where its escapes and opcode begin. */
const drawCandidate = (candidate: Uint8Array, { mode, live, random }: Drawing): number => {
  random.fill(candidate);
  const prefixes = drawPrefixes(random);
  candidate.set(prefixes);
  let at = prefixes.length;
  // A REX byte, or in other modes INC and DEC; now and then any byte in its place.
  if (mode === 64 && random.chance(1, 2)) candidate[at++] = 0x40 | random.below(16);
  else if (random.chance(1, 32)) at++;
  const opcode = random.chance(1, 16) ? foreignOpcode(random) : random.pick(live);
  candidate.set(isVex(opcode) ? withRegisters(opcode, mode, random) : opcode, at);
  drawModrm(candidate, at + opcode.length, { opcode, mode, random });
  return at;
};

const isVex = (opcode: Opcode): boolean => opcode.length === 5;

/**
 * R, X and B as they come, outside 64-bit mode R and X as they must be. W, vvvv and L as the form has them, and one time
 * in eight as they come.
 */
const withRegisters = (
  [first = 0, map = 0, bits = 0, l = 0, opcode = 0]: Opcode,
  mode: Mode,
  random: Random,
): Opcode => {
  const isEvex = first === 0x62;
  const second = (random.byte() & (isEvex ? 0xf0 : 0xe0)) | (mode === 64 ? 0 : 0xc0) | map;
  const drawn = random.byte();
  const isAny = random.chance(1, 8);
  const vvvv = isAny || (bits & 0x40) !== 0 ? drawn & 0x78 : 0x78;
  const third = (isAny ? drawn & 0x80 : bits & 0x80) | vvvv | (bits & 3);
  if (!isEvex) return [first, second, third | (random.chance(1, 16) ? 4 : l << 2), opcode];
  const last = random.chance(1, 4) ? random.byte() : (l << 5) | 8 | (random.chance(1, 2) ? random.below(8) : 0);
  return [first, second, third | 4, last, opcode];
};

/** Of the maps and encodings that have no rows: their borders with those that have are tested too. */
const foreignOpcode = (random: Random): Opcode => {
  const shape = random.pick(foreignShapes);
  return [...shape, random.byte()];
};

const foreignShapes: readonly Opcode[] = [[0x0f], [0x0f, 0x38], [0x0f, 0x3a], [0xc4], [0xc5], [0x62], [0x8f], []];

/**
 * Registers a third of the time, else memory, half of it with SIB. Behind C4, C5 and 62 registers are VEX and EVEX
 * outside 64-bit mode (SDM 2A 2.3.5), and are drawn one time in eight.
 */
const drawModrm = (
  candidate: Uint8Array,
  at: number,
  { opcode, mode, random }: { opcode: Opcode; mode: Mode; random: Random },
): void => {
  const first = opcode[0] ?? 0;
  const isVector = mode !== 64 && !isVex(opcode) && (first === 0xc4 || first === 0xc5 || first === 0x62);
  if (opcode.length > 1 && isVector && !random.chance(1, 8)) candidate[at - 1] = (candidate[at - 1] ?? 0) & 0x3f;
  const isRegister = isVector ? random.chance(1, 8) : random.chance(1, 3);
  const byte = random.byte();
  candidate[at] = isRegister
    ? byte | 0xc0
    : ((byte % 3) << 6) | (byte & 0x38) | (random.chance(1, 2) ? 4 : random.below(8));
};
