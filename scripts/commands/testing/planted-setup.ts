/** The setup of `touchstone fuzz`, with one bug planted in ours: does the search find what it is there to find? */
import { decode } from '../../../emulator/decode/decode.ts';
import type { Setup, SetupReference } from '../../../harness/campaign/setup.ts';
import type { Answer, Decoded, Input, Subject, Syntax } from '../../../harness/subject.ts';
import { type CampaignOptions, createSetup as createReal } from '../campaign-setup.ts';

export const plantedBugs = ['length', 'operands', 'size', 'lock', 'flags', 'text'] as const;
export type PlantedBug = (typeof plantedBugs)[number];

interface PlantedOptions {
  readonly bug: PlantedBug;
  readonly campaign: CampaignOptions;
}

export const plantedSetup = (bug: PlantedBug): SetupReference => ({
  module: import.meta.url,
  options: {
    bug,
    // One who sees it is enough: iced-x86, which prints no text that is compared.
    campaign: { kind: 'fuzz', subjects: [bug === 'text' ? 'objdump' : 'iced'], elf: [], level: 'quick' },
  } satisfies PlantedOptions,
});

export const createSetup = async (options: unknown): Promise<Setup> => {
  if (!isPlantedOptions(options)) throw new Error('These are no options of plantedSetup.');
  const real = await createReal(options.campaign);
  // The laws would find some of these bugs as well, by another way.
  const { laws: _, ...rest } = real;
  return { ...rest, ours: withBug(real.ours, options.bug) };
};

const isPlantedOptions = (options: unknown): options is PlantedOptions =>
  typeof options === 'object' && options !== null && 'bug' in options && 'campaign' in options;

/** Ours, but for one answer. */
export const withBug = (ours: Subject, bug: PlantedBug): Subject => ({
  ...ours,
  decode: async (inputs) => {
    const answers = await ours.decode(inputs);
    return answers.map((answer, k) => {
      const input = inputs[k];
      return input === undefined ? answer : spoil(answer, input, bug);
    });
  },
});

const spoil = (answer: Answer, input: Input, bug: PlantedBug): Answer => {
  if (bug === 'lock') return forgetLock(answer, input);
  if (answer.status !== 'valid') return answer;
  const { form = '' } = answer;
  switch (bug) {
    case 'length':
      // An immediate that 66 does not shorten.
      return form === 'o16 81 /5 iw SUB r/m16, imm16'
        ? { ...told(answer), lengthBytes: answer.lengthBytes + 2 }
        : answer;
    case 'operands':
      return form === 'o32 0F AF /r IMUL r32, r/m32' ? swapped(answer) : answer;
    case 'size':
      return form === 'o16 0F BA /4 ib BT r/m16, imm8' ? widened(answer) : answer;
    case 'flags':
      return /^o32 FF \/0 /.test(form) ? { ...told(answer), flags: { ...noFlags, written: 'OSZAPC' } } : answer;
    case 'text':
      return / 0F A4 \/r ib SHLD r\/m32, /.test(form) ? misspelt(answer) : answer;
  }
};

const noFlags = { read: '', written: '', cleared: '', set: '', undefined: '' };

/** The answer as plain fields: ours makes them when asked. */
const told = (answer: Decoded): Decoded => ({
  status: 'valid',
  lengthBytes: answer.lengthBytes,
  ...(answer.mnemonic === undefined ? {} : { mnemonic: answer.mnemonic }),
  ...(answer.operands === undefined ? {} : { operands: answer.operands }),
  ...(answer.flags === undefined ? {} : { flags: answer.flags }),
  ...(answer.text === undefined ? {} : { text: answer.text }),
  ...(answer.form === undefined ? {} : { form: answer.form }),
});

const swapped = (answer: Decoded): Decoded => {
  const [first, second, ...rest] = answer.operands ?? [];
  return first === undefined || second === undefined ? answer : { ...told(answer), operands: [second, first, ...rest] };
};

const widened = (answer: Decoded): Decoded => {
  const operands = (answer.operands ?? []).map((operand, k) => (k === 0 ? { ...operand, bits: 32 } : operand));
  return { ...told(answer), operands };
};

const misspelt = (answer: Decoded): Decoded => {
  const text: Partial<Record<Syntax, string>> = {};
  for (const syntax of ['intel', 'nasm', 'gas'] as const) {
    const right = answer.text?.[syntax];
    if (right !== undefined) text[syntax] = right.replace('shld', 'shrd');
  }
  return { ...told(answer), text };
};

/** CMP r/m32, r32 takes LOCK. */
const forgetLock = (answer: Answer, input: Input): Answer => {
  if (answer.status !== 'invalid' || answer.reason !== 'lock-not-allowed') return answer;
  const without = input.bytes.filter((byte) => byte !== 0xf0);
  const again = decode(without, input.mode, { vendor: input.vendor });
  if (again.status !== 'valid' || again.instruction.map !== 0 || again.instruction.opcode !== 0x39) return answer;
  const dropped = input.bytes.length - without.length;
  return { status: 'valid', lengthBytes: again.instruction.lengthBytes + dropped, mnemonic: 'cmp' };
};
