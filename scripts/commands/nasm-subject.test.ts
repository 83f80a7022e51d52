import { describe, expect, it } from 'vitest';
import { compare } from '../../harness/compare/compare.ts';
import type { Mismatch } from '../../harness/mismatch.ts';
import type { Input } from '../../harness/subject.ts';
import type { Assembled, Nasm } from '../../harness/subjects/nasm.ts';
import { createTouchstone } from '../../harness/subjects/touchstone.ts';
import { nasmSubject } from './nasm-subject.ts';

const ours = createTouchstone();

/** A NASM that makes the same of every line. */
const assembler = (result: Assembled): Nasm => ({
  name: 'nasm',
  version: '2.16',
  batch: 100,
  assemble: async (lines) => lines.map(() => result),
  close: async () => {},
});

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const differenceOf = async (bytes: string, result: Assembled): Promise<Mismatch | null> => {
  const input: Input = { bytes: hex(bytes), mode: 64, vendor: 'intel' };
  const subject = nasmSubject(assembler(result), ours.ask);
  const [theirs] = await subject.decode([input]);
  if (theirs === undefined) throw new Error('There is no answer.');
  return compare(input, ours.ask(input), theirs, subject);
};

describe("NASM's round trip", () => {
  it.each([
    ['89 d8', '89 d8', 'the same bytes'],
    ['8b c3', '89 d8', 'the other encoding of a register move'],
    ['0f 1f 84 00 10 00 00 00', '0f 1f 44 00 10', 'a shorter displacement'],
    ['2e 48 8b 05 10 00 00 00', '48 8b 05 11 00 00 00', 'the same address from nearer by'],
  ])('of %s by way of %s agrees: %s', async (bytes, assembled) => {
    expect(await differenceOf(bytes, { bytes: hex(assembled) })).toBeNull();
  });

  it('differs where the bytes are another instruction', async () => {
    const mismatch = await differenceOf('89 d8', { bytes: hex('89 c3') });
    expect(mismatch).toMatchObject({ observable: 'operand-0', subject: 'nasm' });
  });

  it('differs where NASM refuses our text', async () => {
    const mismatch = await differenceOf('89 d8', { error: 'parser: instruction expected' });
    expect(mismatch).toMatchObject({ observable: 'validity', says: { ours: 'valid', theirs: 'invalid' } });
  });

  it('says nothing of bytes that have no text', async () => {
    const subject = nasmSubject(assembler({ bytes: hex('90') }), ours.ask);
    const inputs = ['06', '89 d8', '62 f4 7c 08 01 c1'].map(
      (text): Input => ({ bytes: hex(text), mode: 64, vendor: 'intel' }),
    );
    const statuses = (await subject.decode(inputs)).map(({ status }) => status);
    expect(statuses).toEqual(['unsupported', 'valid', 'unsupported']);
  });
});
