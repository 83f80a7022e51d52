/** A disassembling library as a subject: a child process that is linked with it answers batches of slots. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Mode, modes, type Vendor } from '../../../emulator/isa/modes.ts';
import type { Subject, Unavailable } from '../../subject.ts';
import { type Failure, isFailure } from '../process.ts';
import { type Questions, RunnerProcess } from '../silicon/runner-process.ts';
import { helloWithoutWorld } from '../silicon/wire.ts';
import { answerSlots, type Reading, type Slots, slotBytes } from '../slots.ts';

export interface LibraryOptions {
  /** The program that set-up builds, unless told otherwise. */
  readonly command?: string;
  /** For a runner that says nothing. */
  readonly timeoutMs?: number;
}

export interface Library {
  readonly name: string;
  readonly vendors: readonly Vendor[];
  readonly observes: Subject['observes'];
  readonly flagsTold?: string;
  /** The exact commands that install it. */
  readonly remedy: string;
  /** Given the names it told: what its content of `content` says of a valid instruction; null where that is garbage. */
  readonly reader: (names: readonly string[]) => (content: Content) => Reading;
}

/** What is told of one instruction; `bytes` are used again when the reader has returned. */
export interface Content {
  readonly bytes: Buffer;
  readonly lengthBytes: number;
  readonly mode: Mode;
}

const batch = 16_384;
const defaultTimeoutMs = 10_000;

export const createLibrarySubject = async (
  library: Library,
  options: LibraryOptions,
): Promise<Subject | Unavailable> => {
  const { name, remedy, vendors, observes, flagsTold } = library;
  const command = options.command ?? builtRunner(name);
  if (options.command === undefined && !isRunnable(command))
    return { name, unavailable: 'its runner is not built', remedy };
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const runner = new RunnerProcess({ command, hello: helloWithoutWorld(), leastResultBytes, timeoutMs });
  const welcome = await runner.start();
  if (isFailure(welcome)) return { name, unavailable: welcome.detail, remedy };
  const names = await namesOf(runner);
  if (isFailure(names)) return { name, unavailable: names.detail, remedy };
  const read = library.reader(names);
  const tool = { read: (slots: Slots) => readSlots(runner, slots, read) };
  return {
    name,
    version: welcome.name,
    modes,
    vendors,
    observes,
    ...(flagsTold === undefined ? {} : { flagsTold }),
    batch,
    decode: (inputs) => answerSlots(tool, inputs, { timeoutMs, batch }),
    close: () => runner.close(),
  };
};

/** dist/NAME/runner, from sources or from dist itself. */
const builtRunner = (name: string): string => {
  const above = dirname(dirname(dirname(import.meta.dirname)));
  return join(above, above.endsWith('dist') ? '' : 'dist', name, 'runner');
};

const isRunnable = (command: string): boolean => {
  try {
    accessSync(command, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** As `runner/library.h` has them. */
const headBytes = 8;
const settingBytes = 8;
const leastResultBytes = headBytes;

const questionsOf = (setting: readonly [mode: number, isAmd: number], slots: Uint8Array): Questions => {
  const count = Math.max(1, slots.length / slotBytes);
  const words = Uint32Array.of(settingBytes + slots.length, count, ...setting);
  return { count, finish: () => Buffer.concat([Buffer.from(words.buffer), slots]) };
};

const readSlots = async (
  runner: RunnerProcess,
  { bytes, mode, vendor }: Slots,
  read: (content: Content) => Reading,
): Promise<readonly Reading[] | Failure> => {
  const readings: Reading[] = [];
  const questions = questionsOf([mode, vendor === 'amd' ? 1 : 0], bytes);
  const failure = await runner.ask(questions, (words, at) => {
    const lengthBytes = words[at + 1] ?? 0;
    const reading = lengthBytes === 0 ? null : read({ bytes: contentOf(words, at), lengthBytes, mode });
    readings.push(reading);
    return (reading === null) === (lengthBytes === 0) && lengthBytes <= slotBytes;
  });
  return failure ?? readings;
};

const contentOf = (words: Uint32Array, at: number): Buffer => {
  const start = words.byteOffset + at * 4;
  return Buffer.from(words.buffer, start + headBytes, (words[at] ?? 0) - headBytes);
};

const namesOf = async (runner: RunnerProcess): Promise<readonly string[] | Failure> => {
  let names: readonly string[] = [];
  const failure = await runner.ask(questionsOf([0, 0], new Uint8Array()), (words, at) => {
    names = contentOf(words, at).toString('latin1').split('\0');
    return true;
  });
  return failure ?? names;
};
