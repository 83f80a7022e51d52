/** NASM as an assembler: the oracle of a round trip from our NASM text to bytes. Nothing here decodes. */
import { readFile, unlink } from 'node:fs/promises';
import type { Mode } from '../../emulator/isa/modes.ts';
import { inputAddress, type Unavailable } from '../subject.ts';
import { isolate } from './isolate.ts';
import { crashed, type Failure, findTool, firstLine, isFailure, runTool } from './process.ts';
import { rewriteRelative } from './relative-text.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** One instruction in NASM syntax, as formatted at `inputAddress`. */
export interface AssemblyLine {
  readonly mode: Mode;
  readonly text: string;
}

/** What NASM made of a line: its bytes, or why there are none. */
export type Assembled = { readonly bytes: Uint8Array } | { readonly error: string };

export interface Nasm {
  readonly name: 'nasm';
  readonly version: string;
  /** How many lines a call wants for good speed. */
  readonly batch: number;
  /** One result a line, in order. A bad line costs no other line its result. Never rejects because of a line. */
  assemble(lines: readonly AssemblyLine[]): Promise<readonly Assembled[]>;
  close(): Promise<void>;
}

export interface NasmOptions {
  /** Tried instead of the usual name. */
  readonly command?: string;
  /** For a single line. */
  readonly timeoutMs?: number;
}

export const nasmRemedy =
  'install NASM: apt-get install nasm (Debian, Ubuntu), dnf install nasm (Fedora), brew install nasm (macOS)';

const name = 'nasm';
const batch = 8_192;
const defaultTimeoutMs = 5_000;
const timeoutMsPerLine = 0.5;

export async function createNasm(options: NasmOptions = {}): Promise<Nasm | Unavailable> {
  const tool = await findTool({
    name,
    commands: [options.command ?? name],
    versionArguments: ['-v'],
    versionPattern: /^NASM version (\d+(?:\.\d+)*)/m,
    minimum: '2.14',
    remedy: nasmRemedy,
  });
  if ('unavailable' in tool) return tool;
  const workspace = await openWorkspace();
  if (isFailure(workspace))
    return { name, unavailable: workspace.detail, remedy: 'set TMPDIR to a folder that can be written' };
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const run = (lines: readonly AssemblyLine[]): Promise<readonly Assembled[] | Failure> =>
    assembleAll(lines, {
      command: tool.command,
      workspace,
      timeoutMs: Math.ceil(timeoutMs + lines.length * timeoutMsPerLine),
    });
  return {
    name,
    version: tool.version,
    batch,
    async assemble(lines) {
      const results: Assembled[] = [];
      for (let from = 0; from < lines.length; from += batch) {
        const asked = { run, probe: () => probe(run), blame: ({ detail }: Failure) => ({ error: detail }) };
        for (const result of await isolate(lines.slice(from, from + batch), asked)) results.push(result);
      }
      return results;
    },
    close: () => workspace.close(),
  };
}

type Run = (lines: readonly AssemblyLine[]) => Promise<readonly Assembled[] | Failure>;

async function probe(run: Run): Promise<Failure | null> {
  const made = await run([{ mode: 64, text: 'nop' }]);
  if (isFailure(made)) return made;
  const first = made[0];
  if (first !== undefined && 'bytes' in first && first.bytes[0] === 0x90) return null;
  return crashed('it cannot assemble "nop"');
}

interface Circumstances {
  readonly command: string;
  readonly workspace: Workspace;
  readonly timeoutMs: number;
}

/** NASM stops at the first pass that finds errors: take the lines it names out and ask again. */
async function assembleAll(lines: readonly AssemblyLine[], how: Circumstances): Promise<Assembled[] | Failure> {
  const errors = new Map<number, string>();
  for (const [k, { text }] of lines.entries()) if (!isInstruction(text)) errors.set(k, 'not one instruction');
  for (;;) {
    const source = sourceOf(lines, errors);
    const outcome = await assembleOnce(source, how);
    if (isFailure(outcome)) return outcome;
    if ('made' in outcome) return lines.map((_, k) => resultOf(errors.get(k), outcome.made[k]));
    const known = errors.size;
    for (const [k, error] of outcome.errors) if (!errors.has(k)) errors.set(k, error);
    if (errors.size === known) return crashed(`nasm gave up, and no line for it: ${outcome.said}`);
  }
}

function resultOf(error: string | undefined, bytes: Uint8Array | undefined): Assembled {
  if (error !== undefined) return { error };
  return bytes === undefined || bytes.length === 0 ? { error: 'no bytes' } : { bytes };
}

/** Nothing that could end its line, or be a macro, a label, data, or a directive that changes what follows. */
function isInstruction(text: string): boolean {
  return /^[a-z{][\w {}.,:+*$[\]-]*$/i.test(text) && !directive.test(text);
}

const directive =
  /^(?:bits|use\d+|org|section|segment|absolute|global|extern|common|static|required|default|cpu|float|times|incbin|align\w*|struc|d[bwdqtoyz]|res[bwdqtoyz])\b|^\w+:|\bequ\b/i;

/**
 * Each line of ours is one line of the source, after one that sets its mode: NASM's line numbers give ours. `times 1`
 * because a first word that NASM does not know is a label to it, silently (`notrack jmp rsp`); behind TIMES it is an
 * error.
 */
function sourceOf(lines: readonly AssemblyLine[], errors: ReadonlyMap<number, string>): string {
  let source = '';
  for (const [k, line] of lines.entries()) {
    source += `bits ${line.mode}\n${errors.has(k) ? '' : `times 1 ${relocatable(line)}`}\n`;
  }
  return source;
}

/** Lines stand one behind the other, each believing to be at `inputAddress`: name places by distance from the line. */
function relocatable({ text, mode }: AssemblyLine): string {
  return rewriteRelative(text.trim(), mode, (address, widthBits) => {
    const distance = BigInt.asIntN(widthBits, address - BigInt(inputAddress));
    return distance < 0n ? `$-0x${(-distance).toString(16)}` : `$+0x${distance.toString(16)}`;
  });
}

/** Bytes by line of ours, or errors by line of ours. */
type Outcome =
  | { readonly made: readonly Uint8Array[] }
  | { readonly errors: ReadonlyMap<number, string>; readonly said: string };

/**
 * A lone unknown word is an orphan label, with no more than a warning (`orphan-labels` is the name of label-orphan that
 * 2.14 knows, too). Other warnings are about values, which the round trip sees anyway.
 */
const warnings = ['-w-all', '-w+orphan-labels', '-Werror=orphan-labels'];

async function assembleOnce(source: string, how: Circumstances): Promise<Outcome | Failure> {
  return how.workspace.withFile(Buffer.from(source, 'latin1'), async (file) => {
    const [binary, listing] = [`${file}.bin`, `${file}.lst`];
    try {
      const args = ['-f', 'bin', ...warnings, '-o', binary, '-l', listing, file];
      const ran = await runTool(how.command, args, { timeoutMs: how.timeoutMs });
      if (isFailure(ran)) return ran;
      if (ran.exitCode !== 0) return { errors: parseErrors(ran.stderr), said: firstLine(ran.stderr) };
      const made = parseListing(await readFile(listing, 'latin1'), await readFile(binary));
      return made === null ? crashed(`${how.command} wrote a listing that cannot be read`) : { made };
    } catch (error) {
      return crashed(`${how.command} wrote no output: ${String(error)}`);
    } finally {
      for (const path of [binary, listing]) await unlink(path).catch(() => {});
    }
  });
}

/** `…/input-3:14: error: invalid combination of opcode and operands`. */
function parseErrors(stderr: string): Map<number, string> {
  const errors = new Map<number, string>();
  for (const [, line, message] of stderr.matchAll(/^.*?:(\d+): (?:error|fatal|panic): (.*)$/gm)) {
    const k = ourLine(Number(line));
    if (!errors.has(k)) errors.set(k, message ?? '');
  }
  return errors;
}

const ourLine = (sourceLine: number): number => (sourceLine >> 1) - 1;

/**
 * `     6 00000001 48C7C0FFFFFFFF          mov rax,-1`: line number, then the offset where the line has bytes. Bytes
 * are taken from the binary, for the listing cuts, brackets and abbreviates them.
 */
function parseListing(listing: string, binary: Uint8Array): Uint8Array[] | null {
  const starts: { k: number; offset: number }[] = [];
  for (let at = 0; at < listing.length; at = listing.indexOf('\n', at) + 1 || listing.length) {
    const offset = listing.slice(at + 7, at + 15);
    if (!/^[0-9A-F]{8}$/.test(offset)) continue;
    const k = ourLine(Number(listing.slice(at, at + 6)));
    if (starts.at(-1)?.k !== k) starts.push({ k, offset: Number.parseInt(offset, 16) });
  }
  const made: Uint8Array[] = [];
  for (const [nth, { k, offset }] of starts.entries()) {
    const end = starts[nth + 1]?.offset ?? binary.length;
    if (!(end >= offset && end <= binary.length)) return null;
    made[k] = Uint8Array.from(binary.subarray(offset, end));
  }
  return made;
}
