/** `npm run bench`: decode throughput of ours and iced-x86 on the same instructions, in the same run. */
import { cpus } from 'node:os';
import { type Mode, modes } from '../emulator/isa/modes.ts';
import { createIced } from '../harness/subjects/iced.ts';
import { touchstoneVersion } from '../harness/subjects/touchstone.ts';
import { iced, jobs, ours } from './bench/contenders.ts';
import { nodeCode, randomCode } from './bench/inputs.ts';
import { timeInTurns, watchHeap } from './bench/measure.ts';
import { streamOf } from './bench/stream.ts';
import { heapText, type Measured, omissionsText, tableText } from './bench/table.ts';
import { Terminal } from './terminal.ts';

const rounds = 5;

const measure = async (input: string, code: Uint8Array, mode: Mode): Promise<Measured> => {
  const stream = streamOf(code, mode);
  const timings = jobs.map((job) => ({
    job,
    ...timeInTurns(
      () => ours[job](stream),
      () => iced[job](stream),
      rounds,
    ),
  }));
  return { input, stream, timings, heap: await watchHeap(() => ours.decode(stream)) };
};

const bench = async (terminal: Terminal): Promise<void> => {
  const all: Measured[] = [];
  terminal.progress("bench: Node's own code");
  const code = await nodeCode();
  if (code === null) terminal.note('Node is no ELF file for x86-64 here: its own code is left out.');
  else all.push(await measure("Node's own code", code, 64));
  for (const mode of modes) {
    terminal.progress(`bench: random bytes, ${mode}-bit`);
    all.push(await measure('random bytes', randomCode(), mode));
  }
  const icedSubject = createIced();
  await icedSubject.close();
  await terminal.write(`Touchstone ${touchstoneVersion} and iced-x86 ${icedSubject.version}, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'CPU unknown'}

Throughput, millions of instructions a second: both decode the same instructions, one after the other; median of
${rounds} rounds in turns.
${tableText(all)}
Left out of these streams, as a share of the instructions that iced-x86 finds: what ours does not decode yet (x87, MMX,
SSE, VEX and later), and where the two differ.
${omissionsText(all)}
JavaScript heap of ours, decode: 0 means that nothing is allocated for an instruction.
${heapText(all)}`);
};

await bench(new Terminal(process));
