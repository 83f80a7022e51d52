/** NASM's disassembler as a subject: validity, length, and text in NASM syntax. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { inputAddress, type Subject, type Unavailable } from '../subject.ts';
import { nasmRemedy } from './nasm.ts';
import { crashed, findTool, firstLine, isFailure, runTool } from './process.ts';
import { rewriteRelative } from './relative-text.ts';
import { answerSlots, type Reading, type SlotTool, slotBytes } from './slots.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface NdisasmOptions {
  /** Tried instead of the usual name. */
  readonly command?: string;
  /** For a single input. */
  readonly timeoutMs?: number;
}

const name = 'ndisasm';
/** One argument a slot: 16,384 of them stay below every system's limit for a command line. */
const batch = 16_384;
const defaultTimeoutMs = 5_000;

export async function createNdisasm(options: NdisasmOptions = {}): Promise<Subject | Unavailable> {
  const tool = await findTool({
    name,
    commands: [options.command ?? 'ndisasm'],
    versionArguments: ['-r'],
    versionPattern: /^NDISASM version (\d+(?:\.\d+)*)/m,
    minimum: '2.14',
    remedy: nasmRemedy,
  });
  if ('unavailable' in tool) return tool;
  const workspace = await openWorkspace();
  if (isFailure(workspace))
    return { name, unavailable: workspace.detail, remedy: 'set TMPDIR to a folder that can be written' };
  const disassembler = slotTool(tool.command, workspace);
  const limits = { timeoutMs: options.timeoutMs ?? defaultTimeoutMs, batch };
  return {
    name,
    version: tool.version,
    modes: [16, 32, 64],
    vendors: ['intel', 'amd'],
    observes: new Set(['validity', 'length', 'text']),
    batch,
    decode: (inputs) => answerSlots(disassembler, inputs, limits),
    close: () => workspace.close(),
  };
}

/**
 * Address of the first slot. Far above 64 KiB, so that a target cut to 16 bits is told from one that is not, and not
 * within reach of the displacements which generators like (0, -1, the smallest and the largest).
 */
const origin = 0x2000_0000;

function slotTool(command: string, workspace: Workspace): SlotTool {
  return {
    async read({ bytes, mode, vendor }, limit) {
      const args = ['-b', String(mode), '-p', vendor, '-o', String(origin), ...syncPoints(bytes.length / slotBytes)];
      return workspace.withFile(bytes, async (file) => {
        const ran = await runTool(command, [...args, file], limit);
        if (isFailure(ran)) return ran;
        if (ran.exitCode !== 0) {
          return crashed(`${command} exited with ${ran.exitCode}: ${firstLine(ran.stderr)}`);
        }
        const readings = parseListing(ran.stdout, bytes.length / slotBytes, mode);
        return readings ?? crashed(`${command} printed what cannot be read`);
      });
    },
  };
}

/** A sync point is where ndisasm starts anew, whatever stands before it. */
function syncPoints(slots: number): string[] {
  return Array.from({ length: slots - 1 }, (_, k) => `-s${origin + (k + 1) * slotBytes}`);
}

/** `20000000  90                nop`: where the text starts. */
const textColumn = 28;
const addressColumns = 8;
const continuation = '         -';

/** Null where the output is not that of these slots. */
function parseListing(output: string, slots: number, mode: Mode): Reading[] | null {
  const readings: Reading[] = [];
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    const address = origin + slot * slotBytes;
    at = seekAddress(output, at, address);
    const lineEnd = output.indexOf('\n', at);
    if (at === -1 || lineEnd === -1) return null;
    const text = output.slice(at + textColumn, lineEnd);
    at = lineEnd + 1;
    // Bytes beyond the eighth stand in lines of their own.
    while (output.startsWith(continuation, at)) at = output.indexOf('\n', at) + 1;
    const next =
      at === output.length ? address + slotBytes : Number.parseInt(output.slice(at, at + addressColumns), 16);
    if (!(next > address && next <= address + slotBytes)) return null;
    readings.push(
      isNoInstruction(text)
        ? null
        : { lengthBytes: next - address, text: { nasm: atInputAddress(text, address, mode) } },
    );
  }
  return readings;
}

/** Start of the line with this address, from a line's start on; -1 where there is none before the next slot. */
function seekAddress(output: string, from: number, address: number): number {
  const wanted = address.toString(16).toUpperCase();
  let at = from;
  for (let lines = 0; lines <= 2 * slotBytes; lines++) {
    if (output.startsWith(wanted, at)) return at;
    const lineEnd = output.indexOf('\n', at);
    if (lineEnd === -1) return -1;
    at = lineEnd + 1;
  }
  return -1;
}

/** Bytes of no instruction are printed as data, prefixes that no instruction follows as lines of their own. */
function isNoInstruction(text: string): boolean {
  return text.startsWith('db 0x') || prefixWords.test(text);
}

const prefixWords =
  /^(?:(?:lock|repn?[ez]?|bnd|xacquire|xrelease|o16|o32|o64|a16|a32|a64|[c-gs]s|rex(?:\.w?r?x?b?)?)(?: |$))+$/;

/** ndisasm prints relative targets against the place in the file. */
function atInputAddress(text: string, address: number, mode: Mode): string {
  if (!text.includes('0x')) return text;
  return rewriteRelative(text, mode, (printed, widthBits) => {
    const rebased = BigInt.asUintN(widthBits, printed - BigInt(address) + BigInt(inputAddress));
    return `0x${rebased.toString(16)}`;
  });
}
