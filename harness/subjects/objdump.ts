/** GNU objdump as a subject: validity, length, and text in Intel and AT&T syntax. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { inputAddress, type Subject, type Unavailable } from '../subject.ts';
import { caseSection, writeElf } from './elf-writer.ts';
import { crashed, type Failure, findTool, firstLine, isFailure, runTool } from './process.ts';
import { answerSlots, type Reading, type SlotTool, slotBytes } from './slots.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface ObjdumpOptions {
  /** Tried instead of the usual names. */
  readonly command?: string;
  /** For a single input. */
  readonly timeoutMs?: number;
}

const name = 'objdump';
const batch = 16_384;
const defaultTimeoutMs = 5_000;

const remedy =
  'install GNU binutils with x86 support: apt-get install binutils (Debian, Ubuntu; on other CPUs ' +
  'binutils-x86-64-linux-gnu), dnf install binutils (Fedora), brew install binutils (macOS)';

export async function createObjdump(options: ObjdumpOptions = {}): Promise<Subject | Unavailable> {
  const tool = await findTool({
    name,
    commands: options.command === undefined ? usualCommands : [options.command],
    versionArguments: ['--version'],
    versionPattern: /^GNU objdump .*?(\d+\.\d+(?:\.\d+)*)$/m,
    minimum: '2.30',
    remedy,
  });
  if ('unavailable' in tool) return tool;
  const workspace = await openWorkspace();
  if (isFailure(workspace))
    return { name, unavailable: workspace.detail, remedy: 'set TMPDIR to a folder that can be written' };
  const disassembler = slotTool(tool.command, workspace);
  const limits = { timeoutMs: options.timeoutMs ?? defaultTimeoutMs, batch };

  const first = await answerSlots(disassembler, [{ bytes: Uint8Array.of(0x90), mode: 64, vendor: 'intel' }], limits);
  const trial = first[0];
  if (trial?.status !== 'valid') {
    await workspace.close();
    const why = trial !== undefined && 'detail' in trial ? trial.detail : (trial?.status ?? 'nothing');
    return { name, unavailable: `${tool.command} ${tool.version} cannot disassemble x86-64: ${why}`, remedy };
  }
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

/** Where a system's own objdump is another one (LLVM's on macOS) or for another CPU, GNU's for x86 has these names. */
const usualCommands = ['objdump', 'gobjdump', 'x86_64-linux-gnu-objdump'];

function slotTool(command: string, workspace: Workspace): SlotTool {
  return {
    async read({ bytes, mode, vendor }, { timeoutMs }) {
      const elf = writeElf({
        machine: mode === 64 ? 'x86-64' : 'i386',
        bytes,
        caseBytes: slotBytes,
        address: inputAddress,
      });
      const cases = bytes.length / slotBytes;
      return workspace.withFile(elf, async (file) => {
        const list = (syntax: 'intel' | 'att'): Promise<Listing | Failure> =>
          disassemble(command, [...disassembleAll, machineOption(syntax, mode, vendor), file], { timeoutMs, cases });
        const [intel, gas] = await Promise.all([list('intel'), list('att')]);
        if (isFailure(intel)) return intel;
        return isFailure(gas) ? gas : merge(intel, gas);
      });
    },
  };
}

/** -z: else runs of zero bytes are left out. */
const disassembleAll = ['-d', '-z', '--no-show-raw-insn', '-M'];

function machineOption(syntax: 'intel' | 'att', mode: Mode, vendor: Vendor): string {
  if (mode === 64) return `${syntax},x86-64,${vendor === 'amd' ? 'amd64' : 'intel64'}`;
  return `${syntax},${mode === 32 ? 'i386' : 'i8086'}`;
}

/** The first line of each case: what it says, and how many bytes it is about. */
interface Listing {
  readonly texts: readonly string[];
  readonly lengths: Uint8Array;
}

async function disassemble(
  command: string,
  args: readonly string[],
  { timeoutMs, cases }: { timeoutMs: number; cases: number },
): Promise<Listing | Failure> {
  const ran = await runTool(command, args, { timeoutMs });
  if (isFailure(ran)) return ran;
  if (ran.exitCode !== 0) {
    return crashed(`${command} exited with ${ran.exitCode}: ${firstLine(ran.stderr)}`);
  }
  return parseListing(ran.stdout, cases) ?? crashed(`${command} printed what cannot be read`);
}

const caseHeader = `<${caseSection}>:\n`;
/** `    1000:\t`: the address column of the first line of a case. */
const firstAddress = `${inputAddress.toString(16).padStart(8)}:\t`;

/** Null where the output is not that of so many cases. */
function parseListing(output: string, cases: number): Listing | null {
  const texts: string[] = [];
  const lengths = new Uint8Array(cases);
  for (let at = output.indexOf(caseHeader); at !== -1; at = output.indexOf(caseHeader, at)) {
    if (texts.length === cases) return null;
    at += caseHeader.length;
    if (!output.startsWith(firstAddress, at)) return null;
    const lineEnd = output.indexOf('\n', at);
    if (lineEnd === -1) return null;
    const next = output.slice(lineEnd + 1, lineEnd + 1 + firstAddress.length - 2);
    // A case of one line is followed by an empty one, or by the end.
    const end = next.startsWith('    ') ? Number.parseInt(next, 16) : inputAddress + slotBytes;
    if (!(end > inputAddress && end <= inputAddress + slotBytes)) return null;
    lengths[texts.length] = end - inputAddress;
    texts.push(output.slice(at + firstAddress.length, lineEnd).trimEnd());
    at = lineEnd;
  }
  return texts.length === cases ? { texts, lengths } : null;
}

function merge(intel: Listing, gas: Listing): Reading[] {
  return intel.texts.map((text, k) => {
    const other = gas.texts[k] ?? '';
    if (isNoInstruction(text) || isNoInstruction(other)) return null;
    return { lengthBytes: intel.lengths[k] ?? 0, text: { intel: text, gas: other } };
  });
}

/** `(bad)`, `{bad}` and `{rn-bad}` stand for an instruction, an operand or a bit of EVEX, `?` for a register that does not exist. */
function isNoInstruction(text: string): boolean {
  return bad.test(text) || text.startsWith('.byte') || isPrefixesOnly(text);
}

/** A comparison's name is put into the word: `vcmps{banled}`. */
const bad = /\(bad\)|\{(?:r[nduz]-)?ba|\?/;

const prefixWord =
  /^(?:lock|repz|repnz|rep|repe|repne|bnd|notrack|xacquire|xrelease|data16|data32|addr16|addr32|[c-gs]s|rex(?:\.W?R?X?B?)?)$/;

/** Prefixes that no instruction follows are printed as lines of their own. */
function isPrefixesOnly(text: string): boolean {
  return text.split(' ').every((word) => prefixWord.test(word));
}
