/**
 * `npm run bench`: ours against others at the same work, in the same run: decoding against iced-x86, single instructions
 * against Unicorn, loops against v86; and what clients do for an access. `npm run bench -- decode`, `one-shot`, `loops` or
 * `clients` measures these alone.
 */
import { cpus } from 'node:os';
import { type Mode, modes } from '../emulator/isa/modes.ts';
import { createIced } from '../harness/subjects/iced.ts';
import { touchstoneVersion } from '../harness/subjects/touchstone.ts';
import { measureClients } from './bench/clients.ts';
import { iced, type Job, jobs, ours, shareOf } from './bench/contenders.ts';
import { measureLoops, measureOneShots } from './bench/execution.ts';
import { loopsText, oneShotText } from './bench/execution-table.ts';
import { nodeCode, randomCode } from './bench/inputs.ts';
import { measureLinearity } from './bench/linearity.ts';
import { type Timing, timeInTurns, watchHeap } from './bench/measure.ts';
import { createNatives, type Natives } from './bench/native.ts';
import { type Stream, streamOf } from './bench/stream.ts';
import { heapText, linearityText, type Measured, nativeText, omissionsText, tableText } from './bench/table.ts';
import { v86Version } from './bench/v86.ts';
import { Terminal } from './terminal.ts';

const rounds = 5;

const timingOf = (job: Job, share: Stream): Timing =>
  timeInTurns(
    () => ours[job](share),
    () => iced[job](share),
    rounds,
  );

const measure = async (input: string, code: Uint8Array, mode: Mode, natives: Natives): Promise<Measured> => {
  const stream = streamOf(code, mode);
  const slow = shareOf('operands and flags', stream);
  const decoding = timingOf('decode', slow);
  const timings = jobs.map((job) => {
    const share = shareOf(job, stream);
    const timing = timingOf(job, share);
    return { job, count: share.count, ...(job === 'operands and flags' ? timeWithout(timing, decoding) : timing) };
  });
  const native = await natives.time(stream, slow.count, rounds);
  return { input, stream, timings, native, nativeCount: slow.count, heap: await watchHeap(() => ours.decode(stream)) };
};

/** What is asked of a decoded instruction: the time of decoding it is taken off, of both. */
const timeWithout = (whole: Timing, part: Timing): Timing => ({
  oursMs: whole.oursMs - part.oursMs,
  theirsMs: whole.theirsMs - part.theirsMs,
});

const benchDecoding = async (terminal: Terminal): Promise<void> => {
  const all: Measured[] = [];
  const problems: string[] = [];
  const natives = await createNatives(problems);
  terminal.progress("bench: Node's own code");
  const code = await nodeCode();
  if (code === null) terminal.note('Node is no ELF file for x86-64 here: its own code is left out.');
  else all.push(await measure("Node's own code", code, 64, natives));
  for (const mode of modes) {
    terminal.progress(`bench: random bytes, ${mode}-bit`);
    all.push(await measure('random bytes', randomCode(), mode, natives));
  }
  await natives.close();
  for (const problem of problems) terminal.note(problem);
  terminal.progress('bench: 1 MB and 100 MB');
  const linearity = await measureLinearity(code ?? randomCode());
  const icedSubject = createIced();
  await icedSubject.close();
  await terminal.write(`Touchstone ${touchstoneVersion} and iced-x86 ${icedSubject.version}, ${host()}

Throughput, millions of instructions a second of CPU time: both decode the same instructions, one after the other, and print
them; operands with access and flags are asked of decoded instructions. Median of ${rounds} rounds in turns.
${tableText(all)}
Native decoders at the same instructions, in C, and how many times their rate ours has.
${nativeText(all)}
Whether cost is linear: 100 MB at once, and 1 MB a hundred times.
${linearityText(linearity)}
Left out of these streams, as a share of the instructions that iced-x86 finds: what ours does not decode, and where the two
differ.
${omissionsText(all)}
JavaScript heap of ours, decode: 0 means that nothing is allocated for an instruction.
${heapText(all)}`);
};

const benchOneShots = async (terminal: Terminal): Promise<void> => {
  const problems: string[] = [];
  const { unicornVersion, measured } = await measureOneShots(problems, (mode) => {
    terminal.progress(`bench: single instructions, ${mode}-bit`);
  });
  for (const problem of problems) terminal.note(problem);
  await terminal.write(`Touchstone ${touchstoneVersion}${unicornVersion === null ? '' : ` and Unicorn ${unicornVersion}`}, ${host()}

Single instructions a second of CPU time: set all registers, write the code, execute it, read all registers; new code
each time. On the state: as the harness does. By the door: set, get and step of a Machine. Unicorn: its C API, in C.
Median of 5 rounds in turns. Refused: left out because Unicorn does not execute them. Differing: in general registers.
${oneShotText(measured)}`);
};

const benchLoops = async (terminal: Terminal): Promise<void> => {
  const problems: string[] = [];
  const measured = await measureLoops(problems, (name) => terminal.progress(`bench: loop ${name}`));
  for (const problem of problems) terminal.note(problem);
  await terminal.write(`Touchstone ${touchstoneVersion} and v86 ${await v86Version()} (interpreter, 32-bit), ${host()}

Loops, millions of instructions a second of CPU time: Machine.run with decoded instructions kept. Median of 5 rounds in turns.
${loopsText(measured)}`);
};

const benchClients = async (terminal: Terminal): Promise<void> => {
  terminal.progress('bench: clients');
  const { accessNs, instructions, divertedNs } = await measureClients();
  await terminal.write(`Touchstone ${touchstoneVersion}, ${host()}

What clients do for an access, in CPU time; median of 9 rounds.
decode, and list the accesses with address, size and direction   ${accessNs.toFixed(0)} ns   (${instructions} instructions of Node's own code)
trace a load from a device: find, execute, divert, record       ${divertedNs.toFixed(0)} ns
`);
};

const host = (): string => `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'CPU unknown'}`;

const parts = { decode: benchDecoding, 'one-shot': benchOneShots, loops: benchLoops, clients: benchClients };
const wanted = process.argv.slice(2);
const terminal = new Terminal(process);
for (const [name, run] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await run(terminal);
for (const name of wanted)
  if (!(name in parts)) terminal.note(`There is no ${name}: ${Object.keys(parts).join(', ')}.`);
// v86 leaves timers behind.
process.exit();
