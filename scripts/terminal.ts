/** What commands know of the outside: streams, environment, colours, one progress line. What is said is theirs. */
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { ansiPalette, type Palette, plainPalette } from '../harness/report/palette.ts';
import { systemCode, systemFailure } from './commands/failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Input = Readable & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
}

export class Terminal {
  readonly input: Input;
  readonly environment: Environment;
  /** Colours for standard output. */
  readonly palette: Palette;
  /** Colours for notes. */
  readonly notePalette: Palette;
  readonly #stdout: Output;
  readonly #stderr: Output;
  #closed = false;
  #shown = '';
  #drawnAtMs = Number.NEGATIVE_INFINITY;

  constructor({ stdin, stdout, stderr, env }: Streams) {
    this.input = stdin;
    this.environment = env;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.palette = isColoured(stdout, env) ? ansiPalette : plainPalette;
    this.notePalette = isColoured(stderr, env) ? ansiPalette : plainPalette;
    stdout.on('error', (error) => {
      this.#closed ||= systemCode(error) === 'EPIPE';
    });
    // Nobody is left to be told.
    stderr.on('error', () => {});
  }

  /** The reader of standard output is gone (`| head`): more output is wasted work, and no error. */
  get closed(): boolean {
    return this.#closed;
  }

  /** To standard output, waiting until it is taken. */
  async write(text: string): Promise<void> {
    if (this.#closed || text === '') return;
    this.clearProgress();
    await new Promise<void>((resolve, reject) => {
      this.#stdout.write(text, (error) => {
        if (error === null || error === undefined) return resolve();
        this.#closed = true;
        if (systemCode(error) === 'EPIPE') return resolve();
        reject(systemFailure('Standard output cannot be written', error));
      });
    });
  }

  /** A line for people, on standard error. */
  note(text: string): void {
    this.clearProgress();
    this.#stderr.write(`${text}\n`);
  }

  /** Rewrites the progress line, at most ten times a second. Pipes and files get none. */
  progress(text: string): void {
    if (this.#stderr.isTTY !== true || performance.now() - this.#drawnAtMs < 100) return;
    this.#drawnAtMs = performance.now();
    const line = text.slice(0, Math.max(0, (this.#stderr.columns ?? 80) - 1));
    if (line === this.#shown) return;
    this.#shown = line;
    this.#stderr.write(`\r\u001B[K${line}`);
  }

  clearProgress(): void {
    if (this.#shown === '') return;
    this.#shown = '';
    this.#drawnAtMs = Number.NEGATIVE_INFINITY;
    this.#stderr.write('\r\u001B[K');
  }
}

/** FORCE_COLOR before NO_COLOR, as Node has it; then whether anybody looks. */
const isColoured = (stream: Output, environment: Environment): boolean => {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
};
