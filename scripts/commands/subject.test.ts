import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Terminal } from '../terminal.ts';
import { recording } from '../testing/recording.ts';
import { exitCodes } from './failure.ts';
import { subject } from './subject.ts';

const session = async (chunks: readonly (string | Uint8Array)[], outputFails?: string) => {
  const streams = recording(outputFails === undefined ? {} : { outputFails });
  let read = 0;
  const source = function* (): Generator<Uint8Array> {
    for (const chunk of chunks) {
      read++;
      yield Buffer.from(chunk);
    }
  };
  const stdin = Readable.from(source(), { highWaterMark: 1 });
  const exitCode = await subject(new Terminal({ ...streams, stdin }));
  const lines = streams.out().split('\n');
  expect(lines.pop()).toBe('');
  return { exitCode, answers: lines.map((line): unknown => JSON.parse(line)), read };
};

const decodeRequest = (id: number): string => JSON.stringify({ id, op: 'decode', mode: 64, bytes: '90' });

describe('a protocol session', () => {
  it('answers one line a line, in order, and ends with its input', async () => {
    const { answers, exitCode } = await session([
      '{"id":0,"op":"hello","protocol":1}\n',
      `${decodeRequest(1)}\n${decodeRequest(2)}\n`,
    ]);
    expect(answers).toMatchObject([
      { id: 0, name: 'touchstone' },
      { id: 1, length: 1 },
      { id: 2, length: 1 },
    ]);
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('goes on after whatever comes', async () => {
    const { answers } = await session([
      'garbage\n{"id":1}\n',
      Uint8Array.of(0xff, 0xfe, 0x0a),
      `${decodeRequest(2)}\n`,
    ]);
    expect(answers).toMatchObject([
      { id: null, status: 'error' },
      { id: 1, status: 'error' },
      { id: null, status: 'error' },
      { id: 2, status: 'valid' },
    ]);
  });

  it('takes lines in pieces, with CR LF, and a last one without an end', async () => {
    const whole = `${decodeRequest(1)}\r\n\n${decodeRequest(2)}`;
    const { answers } = await session([...whole]);
    expect(answers).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('answers an endless line with an error, and the next one as ever', async () => {
    const piece = 'x'.repeat(1 << 19);
    const { answers } = await session([piece, piece, piece, `\n${decodeRequest(1)}\n`]);
    expect(answers).toMatchObject([{ id: null, status: 'error', detail: 'a line has over 1048576 bytes' }, { id: 1 }]);
  });

  it('says nothing to nothing', async () => {
    const { answers, exitCode } = await session([]);
    expect(answers).toEqual([]);
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('stops reading when nobody reads its answers', async () => {
    const requests = Array.from({ length: 1000 }, (_, id) => `${decodeRequest(id)}\n`);
    const { exitCode, read } = await session(requests, 'EPIPE');
    expect(exitCode).toBe(exitCodes.clean);
    expect(read).toBeLessThan(100);
  });
});
