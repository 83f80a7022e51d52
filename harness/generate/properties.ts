/**
 * fast-check arbitraries of whole instructions. They shrink as encodings, not as byte strings: prefixes go first, then
 * the REX byte, SIB, displacement, and the numbers in the fields; bytes that other fields ask for come and go with these.
 * The opcode stays what it is, and so does the mode until 16 bits will do.
 */
import fc from 'fast-check';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { type Mode, modes, type Vendor } from '../../emulator/isa/modes.ts';
import { suffixMap } from '../../emulator/isa/opcode-map.ts';
import { optionOf } from '../../emulator/isa/presence.ts';
import type { Input } from '../subject.ts';
import { assemble, type Parts, type VexParts } from './assemble.ts';
import { escapes, hasVvvv, vexOf } from './skeleton.ts';

export interface InstructionsOptions {
  /** All by default. */
  readonly modes?: readonly Mode[];
  /** Intel alone by default. */
  readonly vendors?: readonly Vendor[];
  /** By default all that no option is needed for. */
  readonly forms?: readonly Form[];
}

/** Inputs of 1 to 15 bytes, most of them valid, of every form in every mode. */
export const instructions = (options: InstructionsOptions = {}): fc.Arbitrary<Input> =>
  fc
    .record({
      mode: fc.constantFrom(...(options.modes ?? modes)),
      vendor: fc.constantFrom<Vendor[]>(...(options.vendors ?? ['intel' as const])),
      form: fc.noShrink(fc.constantFrom(...(options.forms ?? usualForms))),
      prefixes,
      isSized: fc.boolean(),
      rex: fc.option(fc.subarray([8, 4, 2, 1]), { nil: null, freq: 2 }),
      modrm,
      vvvv: fc.nat(31),
      evex,
      low: fc.nat(7),
      sib: fc.nat(0xff),
      displacement: fc.integer(),
      immediate: fc.tuple(fc.integer(), fc.integer()),
      tail: fc.array(fc.nat(0xff), { maxLength: 6 }),
      cut,
    })
    .map(inputOf);

const usualForms = forms.filter((form) => optionOf(form) === undefined);

/** Hints and segments before those that change more, so that what is left after shrinking says the most. */
const prefix = fc.noShrink(
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(0x3e, 0x2e, 0x26, 0x36, 0x64, 0x65, 0x67, 0x66, 0xf2, 0xf3) },
    { weight: 1, arbitrary: fc.constant(0xf0) },
  ),
);

/** A prefix `times` in ten. Each place by itself may become empty, so that any prefix can go. */
const place = (times: number): fc.Arbitrary<number | null> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 10 - times, arbitrary: fc.constant(null) },
    { weight: times, arbitrary: prefix },
  );

/** None 40 % of the time, at most four. */
const prefixes = fc
  .tuple(place(4), place(2), place(1), place(1))
  .map((places): readonly number[] => places.filter((byte) => byte !== null));

/** Where the input ends, one time in twenty within the instruction. */
const cut: fc.Arbitrary<number | null> = fc.oneof(
  { withCrossShrink: true },
  { weight: 19, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 14 }) },
);

/** `isAny` has mod as it is drawn; otherwise it is one that the form has. */
const modrm = fc.record({
  mod: fc.nat(3),
  reg: fc.nat(7),
  rm: fc.nat(7),
  isAny: fc.nat(15).map((lot) => lot === 15),
  isGroup: fc.nat(15).map((lot) => lot !== 15),
});

/** Each may stand where the form does not allow it. */
const evex = fc.record({
  mask: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
  z: fc.nat(7).map((lot) => lot === 7),
  b: fc.nat(7).map((lot) => lot === 7),
  high: fc.nat(3).map((lot) => lot === 3),
});

interface Drawn {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly form: Form;
  readonly prefixes: readonly number[];
  readonly isSized: boolean;
  readonly rex: readonly number[] | null;
  readonly modrm: {
    readonly mod: number;
    readonly reg: number;
    readonly rm: number;
    readonly isAny: boolean;
    readonly isGroup: boolean;
  };
  readonly vvvv: number;
  readonly evex: { readonly mask: number; readonly z: boolean; readonly b: boolean; readonly high: boolean };
  readonly low: number;
  readonly sib: number;
  readonly displacement: number;
  readonly immediate: readonly [low: number, high: number];
  readonly tail: readonly number[];
  readonly cut: number | null;
}

const inputOf = (drawn: Drawn): Input => {
  const { mode, vendor, form, low, sib, displacement, immediate, tail, cut } = drawn;
  const vex = vexParts(drawn);
  const sized = drawn.isSized ? sizePrefixes(form, mode) : { prefixes: [], rex: 0 };
  const bytes = assemble(mode, {
    prefixes: [...prefixesOf(drawn, vex), ...sized.prefixes, ...(vex === null ? mandatoryPrefixes[form.prefix] : [])],
    rex: sized.rex | (drawn.rex === null ? 0 : drawn.rex.reduce((bits, bit) => bits | bit, 0x40)),
    vex,
    ...opcodeOf(form, low),
    modrm: form.hasModrm ? modrmOf(form, drawn.modrm) : -1,
    // 24 is the plainest SIB byte, [rSP], and comes of 0.
    sib: sib ^ 0x24,
    displacement,
    isDirect: form.immediateBytes < 0,
    immediate: immediateOf(form, immediate),
    tail,
  });
  return { bytes: cut === null ? bytes : bytes.subarray(0, cut), mode, vendor };
};

/** Most prefixes that could stand before VEX make it invalid. */
const prefixesOf = ({ prefixes: all, modrm: { isAny } }: Drawn, vex: VexParts | null): readonly number[] =>
  vex === null || isAny ? all : all.filter((byte) => !invalidBeforeVex.has(byte));

const invalidBeforeVex: ReadonlySet<number> = new Set([0x66, 0xf0, 0xf2, 0xf3]);

/** 3DNow!'s opcode is a suffix. */
const opcodeOf = (form: Form, low: number): Pick<Parts, 'opcode' | 'suffix'> => {
  const opening = escapes[form.map] ?? [];
  if (form.map === suffixMap) return { opcode: opening, suffix: [form.opcode] };
  return { opcode: [...opening, form.opcode | (form.opcodeRegister ? low : 0)], suffix: [] };
};

const mandatoryPrefixes: Readonly<Record<Form['prefix'], readonly number[]>> = {
  '': [],
  NP: [],
  NFx: [],
  '66': [0x66],
  F2: [0xf2],
  F3: [0xf3],
};

/** What makes the form's operand and address size in this mode. */
const sizePrefixes = (
  { operandSize, addressSize, w }: Form,
  mode: Mode,
): { readonly prefixes: readonly number[]; readonly rex: number } => {
  const prefixes: number[] = [];
  if (operandSize === (mode === 16 ? 32 : 16)) prefixes.push(0x66);
  if (addressSize === (mode === 32 ? 16 : 32)) prefixes.push(0x67);
  return { prefixes, rex: operandSize === 64 || w === 1 ? 0x48 : 0 };
};

/** vvvv names a register mostly where the form has one there. */
const vexParts = ({ form, vvvv, evex: { mask, z, b, high }, modrm: { isAny } }: Drawn): VexParts | null => {
  const vex = vexOf(form);
  if (vex === null) return null;
  const own = isAny || hasVvvv(form) ? { ...vex, vvvv: vex.encoding === 'evex' ? vvvv : vvvv & 15 } : vex;
  if (vex.encoding !== 'evex') return own;
  const drawn = { mask: mask === 0 ? vex.evex.mask : mask, z: bit(z), b: bit(b), high: bit(high) };
  return { ...own, evex: { ...vex.evex, ...drawn } };
};

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

const modrmOf = (form: Form, { mod, reg, rm, isAny, isGroup }: Drawn['modrm']): number => {
  const field = form.reg >= 0 && isGroup ? form.reg : reg;
  const low = form.rm >= 0 && isGroup ? form.rm : rm;
  const own = form.mod === 'register' ? 3 : form.mod === 'memory' ? mod % 3 : mod;
  return ((isAny ? mod : own) << 6) | (field << 3) | low;
};

const immediateOf = ({ immediateBytes }: Form, [low, high]: Drawn['immediate']): readonly number[] =>
  Array.from(
    { length: Math.max(immediateBytes, 0) },
    (_, k) => (k < 4 ? low >> (8 * k) : high >> (8 * (k - 4))) & 0xff,
  );
