import { Code, Formatter, FormatterSyntax, Decoder as IcedDecoder, MemorySizeOptions } from 'iced-x86';
import { expect, it } from 'vitest';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { formatIntel } from '../../emulator/format/intel.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { escapeBytesOf } from '../../emulator/isa/opcode-map.ts';
import { opcodeOptions } from '../../emulator/isa/options.ts';
import { optionOf } from '../../emulator/isa/presence.ts';
import { icedDefaults, optionBits } from './iced.ts';
import { icedHistoricalCodes } from './iced-coverage.ts';

/** MVEX has more fields than texts say, and of APX iced knows nothing. */
const options = opcodeOptions.filter((option) => !['KNC', 'AVX10', 'APX'].includes(option));

/** The opcode of a form behind prefixes, with every ModRM byte. */
const candidatesOf = (form: Form): readonly Uint8Array[] => {
  const escapes = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][form.map] ?? [0x0f, 0x0f];
  expect(escapes).toHaveLength(escapeBytesOf(form.map));
  return prefixes.flatMap((prefix) =>
    everyByte.map((modrm) =>
      form.map === 4
        ? Uint8Array.from([...prefix, ...escapes, modrm, ...tail.slice(0, 4), form.opcode])
        : Uint8Array.from([...prefix, ...escapes, form.opcode, modrm, ...tail]),
    ),
  );
};

const prefixes: readonly (readonly number[])[] = [[], [0x66], [0x67], [0xf3], [0xf2], [0xf0], [0x64], [0x66, 0xf3]];
const everyByte = Array.from({ length: 256 }, (_, k) => k);
const tail = [0x24, 0x12, 0x34, 0x56, 0x78, 0x9a];

const formatter = new Formatter(FormatterSyntax.Intel);
formatter.hexPrefix = '0x';
formatter.hexSuffix = '';
formatter.uppercaseHex = false;
formatter.smallHexNumbersInDecimal = false;
formatter.branchLeadingZeros = false;
formatter.memorySizeOptions = MemorySizeOptions.Always;
formatter.spaceAfterOperandSeparator = true;
formatter.alwaysShowScale = true;
formatter.ripRelativeAddresses = true;

/** Whether it is behind an option; '' where it is none. */
type Said = readonly [isBehind: boolean, text: string];

const historical = new Map(icedHistoricalCodes().map(({ code, option }) => [code, option]));

/** PadLock is there with every option. */
const isBehind = (code: Code, option: number): boolean =>
  historical.has(code) && (historical.get(code) !== null || option === 0);

const theirsOf = (bytes: Uint8Array, mode: Mode, option: number): Said => {
  const decoder = new IcedDecoder(mode, bytes, icedDefaults.intel | option);
  const instruction = decoder.decode();
  try {
    if (instruction.code === Code.INVALID) return [false, ''];
    return [isBehind(instruction.code, option), `${instruction.length}: ${spelled(formatter.format(instruction))}`];
  } finally {
    instruction.free();
    decoder.free();
  }
};

/** ST and prefixes without effect go without saying, and x87 environments have no size. */
const spelled = (text: string): string =>
  text
    .replace(/^(f\w+) st, (?=\w+ ptr)/, '$1 ')
    .replace(/^(f(?:ist|st|bst)\w* .*), st$/, '$1')
    .replace(/\bfpu(env|state)\d+ ptr /, '')
    .replace(/^((data|addr)\d+|repn?e|repn?|[c-gs]s) /, '');

const oursOf = (decoder: Decoder, bytes: Uint8Array): Said => {
  const instruction = new Instruction();
  if (decoder.decode(bytes, 0, bytes.length, instruction) !== Status.valid) return [false, ''];
  const isOptional = optionOf(forms[instruction.form]) !== undefined;
  return [isOptional, `${instruction.lengthBytes}: ${spelled(formatIntel(instruction, 0n))}`];
};

it.each(options)('decodes with %s what iced decodes so', (option) => {
  const behind = forms.filter(({ needs }) => needs.has(option));
  const differing: string[] = [];
  let seen = 0;
  for (const mode of modes) {
    const decoder = new Decoder(mode, 'intel', [option]);
    for (const bytes of behind.flatMap(candidatesOf)) {
      const [isOurs, ours] = oursOf(decoder, bytes);
      const [isTheirs, theirs] = theirsOf(bytes, mode, optionBits[option]);
      if (isOurs) seen += 1;
      if ((isOurs || isTheirs) && ours !== theirs) differing.push(`${mode} ${bytes.toString()}: ${ours} | ${theirs}`);
    }
  }
  expect(behind.length).toBeGreaterThan(0);
  expect(seen).toBeGreaterThan(0);
  expect(differing).toEqual([]);
});
