/** One runner: its process, what is under way to it, and what comes back. It starts again by itself when it is needed. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { crashed, type Failure, firstLine, isFailure } from '../process.ts';
import { decodeWelcome, mostResultBytes, welcomeBytes } from './wire.ts';

/** Takes result `index` of a batch, which stands at `at` of `words` until it returns. Returns false where it is garbage. */
export type Take = (words: Uint32Array, at: number, index: number) => boolean;

/** Questions under way to it. */
export interface Questions {
  readonly count: number;
  /** What to write; not to be touched until the answers have come. */
  finish(): Uint8Array;
}

export interface RunnerOptions {
  readonly command: string;
  readonly commandArguments?: readonly string[];
  /** What it is told of the world. */
  readonly hello: Uint8Array;
  /** Of a result; fewer are garbage. */
  readonly leastResultBytes: number;
  /** For nothing to come from it. */
  readonly timeoutMs: number;
}

type Welcome = NonNullable<ReturnType<typeof decodeWelcome>>;

interface Job {
  readonly batch: Questions;
  readonly take: Take;
  done: number;
  readonly end: (failure: Failure | null) => void;
}

export class RunnerProcess {
  readonly #options: RunnerOptions;
  #life: Life | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Starts it if it does not run; what it says of its CPU. */
  async start(): Promise<Welcome | Failure> {
    if (this.#life === null || this.#life.failure !== null) this.#life = new Life(this.#options);
    return this.#life.welcome;
  }

  /** Null when each result was taken. */
  async ask(batch: Questions, take: Take): Promise<Failure | null> {
    const started = await this.start();
    if (isFailure(started)) return started;
    return this.#life === null ? closed : this.#life.ask(batch, take);
  }

  /** Ends the process that runs now, and comes back when it has ended. */
  async close(): Promise<void> {
    const life = this.#life;
    this.#life = null;
    await life?.close();
  }
}

const closed: Failure = { failure: 'unavailable', detail: 'the runner was closed' };

/** From one start to one end. */
class Life {
  readonly welcome: Promise<Welcome | Failure>;
  failure: Failure | null = null;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #timeoutMs: number;
  readonly #leastResultBytes: number;
  readonly #jobs: Job[] = [];
  #greet: ((welcome: Welcome | Failure) => void) | null = null;
  #words = new Uint32Array(1 << 18);
  #bytes = new Uint8Array(this.#words.buffer);
  /** Bytes that came, and of these that were taken. */
  #filled = 0;
  #taken = 0;
  #said = '';
  #timer: NodeJS.Timeout | undefined;
  #isHeld = true;

  constructor({ command, commandArguments = [], hello, leastResultBytes, timeoutMs }: RunnerOptions) {
    this.#timeoutMs = timeoutMs;
    this.#leastResultBytes = leastResultBytes;
    this.#process = spawn(command, commandArguments, { stdio: 'pipe', env: {}, cwd: '/' });
    const { stdin, stdout, stderr } = this.#process;
    this.welcome = new Promise((resolve) => {
      this.#greet = resolve;
    });
    this.#process.on('error', (error) => this.fail(notStarted(command, error)));
    this.#process.on('close', (code, signal) => this.fail(this.#ended(code, signal)));
    // What ended it is told by its end.
    stdin.on('error', () => {});
    stderr.on('data', (chunk: Buffer) => {
      if (this.#said.length < mostSaid) this.#said += chunk.toString('latin1');
    });
    stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    stdin.write(hello);
    this.#watch();
  }

  ask(batch: Questions, take: Take): Promise<Failure | null> {
    if (this.failure !== null) return Promise.resolve(this.failure);
    return new Promise((resolve) => {
      this.#jobs.push({ batch, take, done: 0, end: resolve });
      this.#process.stdin.write(batch.finish());
      this.#watch();
    });
  }

  /** At the end of its input it ends by itself, and its child with it. */
  close(): Promise<void> {
    if (this.failure !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#process.once('close', () => resolve());
      this.#process.stdin.end();
      this.#process.ref();
      setTimeout(() => this.fail(closed), closingMs).unref();
    });
  }

  fail(failure: Failure): void {
    if (this.failure !== null) return;
    this.failure = failure;
    clearTimeout(this.#timer);
    this.#process.kill('SIGKILL');
    this.#greet?.(failure);
    for (const { end } of this.#jobs.splice(0)) end(failure);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): Failure {
    if (signal !== null) return crashed(`the runner was killed by ${signal}`);
    const said = this.#said.trim() === '' ? 'nothing' : firstLine(this.#said);
    // It gives up while it starts: what it says is about this machine.
    if (this.#greet !== null) return { failure: 'unavailable', detail: `the runner does not start: it says ${said}` };
    return crashed(`the runner ended with exit code ${code}, and said ${said}`);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    const isWaiting = this.#jobs.length > 0 || this.#greet !== null;
    // Only an open question keeps our own process alive.
    if (isWaiting !== this.#isHeld) this.#hold(isWaiting);
    if (!isWaiting) return;
    const timeoutMs = this.#timeoutMs;
    const detail = `the runner said nothing for ${timeoutMs} ms`;
    this.#timer = setTimeout(() => this.fail({ failure: 'timed out', detail }), timeoutMs);
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const held of [this.#process, this.#process.stdout, this.#process.stdin, this.#process.stderr])
      holdOrRelease(held, isHeld);
  }

  #receive(chunk: Buffer): void {
    if (this.failure !== null) return;
    if (this.#filled + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#filled);
    this.#filled += chunk.length;
    if (this.#greet !== null) this.#takeWelcome();
    while (this.#takeResult());
    if (this.#taken === this.#filled) {
      this.#taken = 0;
      this.#filled = 0;
    }
    if (this.failure === null) this.#watch();
  }

  #makeRoom(needed: number): void {
    const left = this.#filled - this.#taken;
    const from = this.#bytes.subarray(this.#taken, this.#filled);
    if (left + needed > this.#bytes.length) {
      this.#words = new Uint32Array((left + needed) >>> 1);
      this.#bytes = new Uint8Array(this.#words.buffer);
    }
    this.#bytes.set(from);
    this.#taken = 0;
    this.#filled = left;
  }

  #takeWelcome(): void {
    if (this.#filled < welcomeBytes) return;
    const welcome = decodeWelcome(this.#bytes.subarray(0, welcomeBytes));
    if (welcome === null) {
      this.fail(crashed('the runner is none of this version: run set-up'));
      return;
    }
    this.#taken = welcomeBytes;
    this.#greet?.(welcome);
    this.#greet = null;
  }

  /** False where no whole result is there. */
  #takeResult(): boolean {
    const left = this.#filled - this.#taken;
    if (this.failure !== null || left < 4) return false;
    const lengthBytes = this.#words[this.#taken >>> 2] ?? 0;
    const job = this.#jobs[0];
    if (
      job === undefined ||
      lengthBytes < this.#leastResultBytes ||
      lengthBytes > mostResultBytes ||
      lengthBytes % 8 !== 0
    ) {
      this.fail(garbage);
      return false;
    }
    if (left < lengthBytes) return false;
    if (!job.take(this.#words, this.#taken >>> 2, job.done)) {
      this.fail(garbage);
      return false;
    }
    this.#taken += lengthBytes;
    if (++job.done === job.batch.count) this.#jobs.shift()?.end(null);
    return true;
  }
}

const garbage = crashed('the runner answered garbage');
const mostSaid = 4096;
const closingMs = 1_000;

const notStarted = (command: string, error: Error): Failure => ({
  failure: 'unavailable',
  detail: `${command} cannot be run: ${error.message}`,
});

const holdOrRelease = (held: object, isHeld: boolean): void => {
  if (isHeld && 'ref' in held && typeof held.ref === 'function') held.ref();
  if (!isHeld && 'unref' in held && typeof held.unref === 'function') held.unref();
};
