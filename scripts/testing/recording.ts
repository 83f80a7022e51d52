/** Streams that remember, for tests of what commands say: nothing is spawned. */
import { Readable, Writable } from 'node:stream';
import type { Environment, Streams } from '../terminal.ts';

export interface Recording extends Streams {
  readonly out: () => string;
  readonly notes: () => string;
}

export interface RecordingOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Environment;
  readonly isTTY?: boolean;
  /** What writing to standard output fails with. */
  readonly outputFails?: string;
}

export const recording = ({ input = '', env = {}, isTTY = false, outputFails }: RecordingOptions = {}): Recording => {
  const out = remembering({ isTTY, fails: outputFails });
  const notes = remembering({ isTTY, fails: undefined });
  const stdin = Object.assign(Readable.from(input.length === 0 ? [] : [Buffer.from(input)]), { isTTY });
  return { stdin, stdout: out.stream, stderr: notes.stream, env, out: out.text, notes: notes.text };
};

const remembering = ({ isTTY, fails }: { readonly isTTY: boolean; readonly fails: string | undefined }) => {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (fails !== undefined) return done(Object.assign(new Error(fails), { code: fails }));
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 60 }), text: () => chunks.join('') };
};
