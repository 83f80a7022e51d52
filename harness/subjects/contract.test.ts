import { describe, expect, it } from 'vitest';
import type { Answer, Input, Subject } from '../subject.ts';
import { contractLaws } from './contract.ts';

/** A subject that keeps all laws: every input is valid and one byte long. */
const lawful = (): Subject => ({
  name: 'lawful',
  version: '1',
  modes: [16, 64],
  vendors: ['intel'],
  observes: new Set(['validity', 'length', 'mnemonic', 'operands', 'flags', 'uses', 'text']),
  batch: 1,
  decode: async (inputs) => inputs.map(answerOf),
  close: async () => {},
});

const answerOf = (input: Input): Answer => ({
  status: 'valid',
  lengthBytes: 1,
  mnemonic: `op${input.bytes[0]}`,
  operands: [],
  flags: { read: '', written: '', cleared: '', set: '', undefined: '' },
  registersUsed: '',
  memoryUsed: '',
  text: { intel: 'nop' },
});

const breaches = async (create: () => Subject): Promise<readonly string[]> => {
  const broken: string[] = [];
  for (const law of contractLaws) if ((await law.check(create)) !== null) broken.push(law.title);
  return broken;
};

const decoding =
  (decode: Subject['decode']): (() => Subject) =>
  () => ({ ...lawful(), decode });

const forgetful = (): Subject => {
  let latest: readonly Input[] = [];
  return {
    ...lawful(),
    decode: async (inputs) => {
      latest = inputs;
      await Promise.resolve();
      return latest.map(answerOf);
    },
  };
};

const touchy = (): Subject => {
  let closed = false;
  return {
    ...lawful(),
    close: async () => {
      if (closed) throw new Error('closed already');
      closed = true;
    },
  };
};

const scribbling = decoding(async (all) => {
  for (const { bytes } of all) bytes[0] = 1;
  return all.map(answerOf);
});

const presents = 'names itself, its version, its modes and vendors, and observes validity';
const empty = 'answers an empty batch with no answers';
const order = 'answers in order, one answer an input';
const alone = 'answers one input at a time as it answers a batch';
const garbage = 'answers garbage of 1 to 64 bytes, without crash, within its length';
const tells = 'tells of a valid instruction everything that it observes';
const inputs = 'leaves the bytes of its inputs alone';
const apart = 'keeps the answers of two calls under way apart';
const closing = 'can be closed twice';

describe('the subject contract', () => {
  it('is kept by a subject that keeps it', async () => {
    expect(await breaches(lawful)).toEqual([]);
  });

  it.each<[string, () => Subject, string]>([
    ['has no version', () => ({ ...lawful(), version: ' ' }), presents],
    ['has a name that fits no option', () => ({ ...lawful(), name: 'My subject' }), presents],
    ['does not observe validity', () => ({ ...lawful(), observes: new Set(['length'] as const) }), presents],
    ['has a broken batch size', () => ({ ...lawful(), batch: 0 }), presents],
    ['answers nothing with something', decoding(async () => [{ status: 'invalid' }]), empty],
    ['drops an answer', decoding(async (all) => all.slice(1).map(answerOf)), order],
    [
      'answers the last input first',
      decoding(async (all) => [...all].reverse().map((input, k) => (k < 2 ? { status: 'invalid' } : answerOf(input)))),
      order,
    ],
    ['rejects', decoding(async () => Promise.reject(new Error('no'))), order],
    [
      'answers batches otherwise',
      decoding(async (all) => all.map((input) => (all.length > 1 ? answerOf(input) : { status: 'invalid' }))),
      alone,
    ],
    [
      'answers a length beyond the input',
      decoding(async (all) => all.map((input) => ({ ...answerOf(input), lengthBytes: 65 }))),
      garbage,
    ],
    ['crashes on an input', decoding(async (all) => all.map(() => ({ status: 'crashed', detail: '' }))), garbage],
    [
      'keeps its mnemonics to itself',
      decoding(async (all) => all.map((input) => ({ ...answerOf(input), mnemonic: '' }))),
      tells,
    ],
    ['writes into its inputs', scribbling, inputs],
    ['answers the latest call', forgetful, apart],
    ['cannot be closed twice', touchy, closing],
  ])('is broken by a subject that %s', async (_, create, title) => {
    expect(await breaches(create)).toContain(title);
  });
});
