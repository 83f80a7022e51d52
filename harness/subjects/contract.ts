/**
 * What every subject owes the harness, as laws that any test can run: `it.each(contractLaws)('$title', …)`.
 * They know nothing of right and wrong decoding: a subject that calls everything invalid keeps them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Decoded, Input, Subject } from '../subject.ts';

export interface ContractLaw {
  readonly title: string;
  /** Null where the law is kept, else a sentence that says how it is broken. Each check makes and closes its own subject. */
  readonly check: (create: () => Subject | Promise<Subject>) => Promise<string | null>;
}

type Check = (subject: Subject) => Promise<string | null>;

const law = (title: string, check: Check): ContractLaw => ({
  title,
  check: async (create) => {
    const subject = await create();
    try {
      const breach = await check(subject);
      await subject.close();
      return breach;
    } catch (error) {
      // A subject answers, whatever it is asked; a rejection is a breach like any other.
      return `rejected: ${String(error)}`;
    }
  },
});

const presentsItself: Check = async (subject) => {
  if (!/^[a-z][a-z0-9-]*$/.test(subject.name)) return `name "${subject.name}" is no short lower-case word`;
  if (subject.version.trim() === '') return 'version is empty';
  if (subject.modes.length === 0 || subject.vendors.length === 0) return 'no mode or no vendor is listed';
  if (!Number.isInteger(subject.batch) || subject.batch < 1) return `batch is ${subject.batch}`;
  return subject.observes.has('validity') ? null : 'validity is not observed';
};

const answersNothingForNothing: Check = async (subject) => {
  const answers = await subject.decode([]);
  return answers.length === 0 ? null : `${answers.length} answers to no input`;
};

const answersInOrder: Check = async (subject) => {
  const inputs = knownInputs(subject);
  const forwards = await subject.decode(inputs);
  if (forwards.length !== inputs.length) return `${forwards.length} answers to ${inputs.length} inputs`;
  const backwards = [...(await subject.decode([...inputs].reverse()))].reverse();
  return firstDifference(inputs, forwards, backwards, 'and reversed');
};

const answersOneByOneAlike: Check = async (subject) => {
  const inputs = forEachSetting(subject, (setting) => garbage(8, 11).map((bytes) => ({ ...setting, bytes })));
  const together = await subject.decode(inputs);
  const alone: Answer[] = [];
  for (const input of inputs) alone.push(...(await subject.decode([input])));
  return firstDifference(inputs, together, alone, 'alone');
};

const answersGarbage: Check = async (subject) => {
  const inputs = forEachSetting(subject, (setting) => garbage(64, 23).map((bytes) => ({ ...setting, bytes })));
  const answers = await subject.decode(inputs);
  if (answers.length !== inputs.length) return `${answers.length} answers to ${inputs.length} inputs`;
  for (const [place, input] of inputs.entries()) {
    const fault = faultOf(answers[place], input);
    if (fault !== null) return `${describe(input)}: ${fault}`;
  }
  return null;
};

const faultOf = (answer: Answer | undefined, input: Input): string | null => {
  if (answer === undefined) return 'no answer';
  if (answer.status === 'invalid' || answer.status === 'truncated' || answer.status === 'unsupported') return null;
  if (answer.status !== 'valid') return `answered ${answer.status}`;
  const inside =
    Number.isInteger(answer.lengthBytes) && answer.lengthBytes >= 1 && answer.lengthBytes <= input.bytes.length;
  return inside ? null : `length ${answer.lengthBytes} of ${input.bytes.length} bytes`;
};

const holdsWhatItObserves: Check = async (subject) => {
  const inputs = knownInputs(subject);
  const answers = await subject.decode(inputs);
  for (const [place, input] of inputs.entries()) {
    const answer = answers[place];
    const missing = answer?.status === 'valid' ? missingOf(answer, subject.observes) : null;
    if (missing !== null) return `${describe(input)}: ${missing} is observed but not told`;
  }
  return null;
};

const missingOf = (answer: Decoded, observes: Subject['observes']): string | null => {
  if (observes.has('mnemonic') && (answer.mnemonic ?? '') === '') return 'mnemonic';
  if (observes.has('operands') && answer.operands === undefined) return 'operands';
  if (observes.has('flags') && answer.flags === undefined) return 'flags';
  if (observes.has('uses') && (answer.registersUsed === undefined || answer.memoryUsed === undefined)) return 'uses';
  if (observes.has('features') && answer.cpuidFeatures === undefined) return 'features';
  if (observes.has('text') && Object.keys(answer.text ?? {}).length === 0) return 'text';
  return null;
};

const keepsInputs: Check = async (subject) => {
  const inputs = forEachSetting(subject, (setting) => garbage(20, 31).map((bytes) => ({ ...setting, bytes })));
  const before = inputs.map((input) => input.bytes.slice());
  await subject.decode(inputs);
  const changed = inputs.find((input, place) => !isDeepStrictEqual(input.bytes, before[place]));
  return changed === undefined ? null : `${describe(changed)}: the input's bytes were changed`;
};

const keepsCallsApart: Check = async (subject) => {
  const inputs = knownInputs(subject);
  const reversed = [...inputs].reverse();
  const expected = await subject.decode(inputs);
  const [first, second] = await Promise.all([subject.decode(inputs), subject.decode(reversed)]);
  return (
    firstDifference(inputs, expected, first, 'with another call under way') ??
    firstDifference(inputs, expected, [...second].reverse(), 'with another call under way')
  );
};

const closesTwice: Check = async (subject) => {
  await subject.close();
  await subject.close();
  return null;
};

/** All laws. A subject whose start is slow is started once a law. */
export const contractLaws: readonly ContractLaw[] = [
  law('names itself, its version, its modes and vendors, and observes validity', presentsItself),
  law('answers an empty batch with no answers', answersNothingForNothing),
  law('answers in order, one answer an input', answersInOrder),
  law('answers one input at a time as it answers a batch', answersOneByOneAlike),
  law('answers garbage of 1 to 64 bytes, without crash, within its length', answersGarbage),
  law('tells of a valid instruction everything that it observes', holdsWhatItObserves),
  law('leaves the bytes of its inputs alone', keepsInputs),
  law('keeps the answers of two calls under way apart', keepsCallsApart),
  law('can be closed twice', closesTwice),
];

/** Instructions of different lengths, nearly all valid in every mode, none at the end of another. */
const known: readonly Uint8Array[] = [
  [0x90],
  [0x01, 0xd8],
  [0x83, 0xc0, 0x05],
  [0xb8, 0x11, 0x22, 0x33, 0x44],
  [0x0f, 0xa2],
  [0x66, 0x0f, 0xaf, 0xc3],
  [0x88, 0x07],
  [0xf0, 0x90],
  [0x81, 0x40, 0x10, 0x11, 0x22, 0x33, 0x44],
  [0xc3],
].map((bytes) => Uint8Array.from(bytes));

/** Fresh copies, for a subject that writes into its inputs must not break another law. */
const knownInputs = (subject: Subject): readonly Input[] =>
  forEachSetting(subject, (setting) => known.map((bytes) => ({ ...setting, bytes: bytes.slice() })));

type Setting = Pick<Input, 'mode' | 'vendor'>;

const forEachSetting = (subject: Subject, inputsOf: (setting: Setting) => readonly Input[]): readonly Input[] =>
  subject.modes.flatMap((mode) => subject.vendors.flatMap((vendor) => inputsOf({ mode, vendor })));

/** One input of each length from 1 to `count`, from xorshift32 (Marsaglia): the same bytes every time. */
const garbage = (count: number, seed: number): readonly Uint8Array[] => {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  return Array.from({ length: count }, (_, length) => Uint8Array.from({ length: length + 1 }, next));
};

const firstDifference = (
  inputs: readonly Input[],
  expected: readonly Answer[],
  actual: readonly Answer[],
  when: string,
): string | null => {
  if (actual.length !== inputs.length) return `${actual.length} answers ${when} to ${inputs.length} inputs`;
  for (const [place, input] of inputs.entries()) {
    if (!isDeepStrictEqual(expected[place], actual[place])) return `${describe(input)}: answered otherwise ${when}`;
  }
  return null;
};

const describe = (input: Input): string => {
  const hex = Array.from(input.bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  return `${hex} (${input.mode}-bit, ${input.vendor})`;
};
