/** Runs an outside program to its end, or to its time limit, and finds out whether it is there and new enough. */
import { execa } from 'execa';
import type { Unavailable } from '../subject.ts';

/** Why a run gave nothing to read. `unavailable` is the machine's fault, the others may be the input's. */
export interface Failure {
  readonly failure: 'crashed' | 'timed out' | 'unavailable';
  readonly detail: string;
}

/** A run that ended by itself; whether its exit code is good is for the caller to say. */
export interface Finished {
  readonly exitCode: number;
  /** One character a byte (latin1): the tools read here print ASCII. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that may be asked for. */
export interface ToolWanted {
  readonly name: string;
  /** Tried in this order; the first one that is new enough is taken. */
  readonly commands: readonly string[];
  readonly versionArguments: readonly string[];
  /** Its first group is the version. */
  readonly versionPattern: RegExp;
  readonly minimum: string;
  /** The exact commands that install it. */
  readonly remedy: string;
}

export interface ToolFound {
  readonly command: string;
  readonly version: string;
}

/** Outputs of more than this are no answer to a batch of ours. */
const maxOutputBytes = 256 * 1024 * 1024;

/** A grandchild which inherited the pipes keeps them open after the kill: wait no longer than this for it. */
const killGraceMs = 250;

const versionTimeoutMs = 10_000;

/** Runs `command`; never rejects. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly timeoutMs: number },
): Promise<Finished | Failure> {
  const { timeoutMs } = options;
  const running = execa(command, args, {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    reject: false,
    encoding: 'latin1',
    stdin: 'ignore',
    stripFinalNewline: false,
    maxBuffer: maxOutputBytes,
    // NASMENV would add arguments to nasm; a locale would translate what is parsed here.
    env: { LC_ALL: 'C', LANGUAGE: '', NASMENV: '' },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<'too long'>((resolve) => {
    timer = setTimeout(() => resolve('too long'), timeoutMs + killGraceMs);
  });
  const result = await Promise.race([running, tooLong]);
  clearTimeout(timer);
  if (result === 'too long') {
    running.stdout.destroy();
    running.stderr.destroy();
    return timedOut(command, timeoutMs);
  }
  if (result.timedOut) return timedOut(command, timeoutMs);
  if (result.isMaxBuffer) return crashed(`${command} printed over ${maxOutputBytes} bytes`);
  if (result.signal !== undefined) return crashed(`${command} was killed by ${result.signal}`);
  if (result.exitCode === undefined) return notStarted(command, result.code);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** The installed tool, or what the user can do about its absence. */
export async function findTool(wanted: ToolWanted): Promise<ToolFound | Unavailable> {
  const { name, minimum, remedy } = wanted;
  let reason = '';
  for (const command of wanted.commands) {
    const ran = await runTool(command, wanted.versionArguments, { timeoutMs: versionTimeoutMs });
    if (isFailure(ran)) {
      reason ||= ran.detail;
      continue;
    }
    const said = ran.stdout + ran.stderr;
    const version = wanted.versionPattern.exec(said)?.[1];
    if (version === undefined) reason = `${command} is not the one wanted: it says ${firstLine(said)}`;
    else if (isOlder(version, minimum)) reason = `${command} ${version} is too old: ${minimum} or newer is needed`;
    else return { command, version };
  }
  return { name, unavailable: reason, remedy };
}

export function isFailure(value: object): value is Failure {
  return 'failure' in value;
}

/** The first line of a message, quoted and cut, for a sentence of ours. */
export function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  return line === '' ? 'nothing' : JSON.stringify(line.slice(0, 120));
}

export function crashed(detail: string): Failure {
  return { failure: 'crashed', detail };
}

function timedOut(command: string, timeoutMs: number): Failure {
  return { failure: 'timed out', detail: `${command} did not end within ${timeoutMs} ms` };
}

function notStarted(command: string, code: string | undefined): Failure {
  if (code === 'ENOENT') return { failure: 'unavailable', detail: `${command} was not found` };
  if (code === 'EACCES') return { failure: 'unavailable', detail: `${command} may not be run (EACCES)` };
  return { failure: 'unavailable', detail: `${command} could not be started (${code ?? 'no reason given'})` };
}

/** Compares dotted versions number by number: 2.9 is older than 2.14. */
function isOlder(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  for (const [k, least] of minimum.split('.').map(Number).entries()) {
    const part = have[k] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
