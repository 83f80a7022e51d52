/** What people read of probes: a function instruction by instruction, and a file in numbers. */
import { isEmulatedControl } from '../../emulator/clients/code/emulate-control.ts';
import type { Placed } from '../../emulator/clients/code/placed.ts';
import { isRefusal } from '../../emulator/clients/code/refusal.ts';
import { boundaries, TextView } from '../../emulator/clients/code/text-view.ts';
import { canBoost } from '../../emulator/clients/kprobes/boost.ts';
import { canOptimize } from '../../emulator/clients/kprobes/can-optimize.ts';
import { probeRefusal } from '../../emulator/clients/kprobes/can-probe.ts';
import { type ProbePlan, planProbe } from '../../emulator/clients/kprobes/plan.ts';
import { format } from '../../emulator/format/format.ts';
import { distinctFunctions, type ElfFunction, type ElfImage, readImage } from './elf-image.ts';

export const hexBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

export const viewOf = (image: ElfImage, { address, lengthBytes }: ElfFunction): TextView | null => {
  const bytes = readImage(image, address, lengthBytes);
  return bytes === null ? null : new TextView(address, bytes, { mode: image.mode });
};

/** A page behind everything, as a place for slots. */
export const slotOf = ({ segments }: ElfImage): bigint => {
  const end = segments.reduce((last, { address, memoryBytes }) => {
    const own = address + BigInt(memoryBytes);
    return own > last ? own : last;
  }, 0n);
  return (end + 0x1fffn) & ~0xfffn;
};

const mnemonicColumn = 40;
const bytesColumn = 32;

/** Each instruction of a function, and what a probe there would do. */
export const functionText = (image: ElfImage, one: ElfFunction): string => {
  const view = viewOf(image, one);
  if (view === null) return `${one.name} has no bytes in the file.\n`;
  const slot = slotOf(image);
  const { instructions, stop } = boundaries(view);
  const lines = instructions.map((placed) => instructionLine(view, placed, slot));
  const inside = one.lengthBytes - instructions.length;
  return [
    `${one.name} at 0x${one.address.toString(16)}, ${one.lengthBytes} bytes; slots at 0x${slot.toString(16)}`,
    '',
    ...lines,
    ...(stop === null ? [] : ['', `No probe from there on: ${stop.detail} (${stop.kind}, ${stop.errno}).`]),
    '',
    `${instructions.length} instructions; the other ${inside} addresses are refused: NotBoundary, EILSEQ.`,
    '',
  ].join('\n');
};

const instructionLine = (view: TextView, placed: Placed, slot: bigint): string => {
  const offset = Number(placed.address - view.address);
  const text = format(placed.instruction, 'intel', placed.address);
  const head = `+${offset.toString(16).padEnd(5)}${hexBytes(placed.bytes).padEnd(bytesColumn)}${text.padEnd(mnemonicColumn)}`;
  const plan = planProbe(view, offset, { slot });
  return isRefusal(plan) ? `${head}no: ${plan.detail} (${plan.kind}, ${plan.errno})` : `${head}${planText(plan)}`;
};

const planText = ({ how, slot, optimization }: ProbePlan): string => {
  const jump = isRefusal(optimization)
    ? `no jump: ${optimization.kind}`
    : `or a jump over ${optimization.lengthBytes} bytes`;
  return slot === null ? `${how}; ${jump}` : `${how} by ${hexBytes(slot.bytes)}; ${jump}`;
};

interface Tally {
  functions: number;
  whole: number;
  instructions: number;
  bytes: number;
  entriesByJump: number;
  readonly how: Map<string, number>;
  readonly stops: Map<string, number>;
}

const count = (into: Map<string, number>, key: string): void => {
  into.set(key, (into.get(key) ?? 0) + 1);
};

/** All functions of a file in numbers. */
export const fileText = (image: ElfImage): string => {
  const tally: Tally = {
    functions: 0,
    whole: 0,
    instructions: 0,
    bytes: 0,
    entriesByJump: 0,
    how: new Map(),
    stops: new Map(),
  };
  for (const one of distinctFunctions(image)) {
    const view = viewOf(image, one);
    if (view !== null) tallyFunction(view, tally);
  }
  const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const rows = (entries: Map<string, number>, whole: number): readonly string[] =>
    [...entries]
      .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
      .map(([name, times]) => `  ${name.padEnd(28)}${String(times).padStart(9)}  ${share(times, whole)}`);
  return [
    `${tally.functions} functions, ${tally.whole} of them decoded to their end`,
    `${tally.instructions} instructions in ${tally.bytes} bytes: so many addresses may begin a probe`,
    ...rows(tally.how, tally.instructions),
    `${tally.entriesByJump} functions could be probed at their entry by a jump instead of a breakpoint`,
    ...(tally.stops.size === 0 ? [] : ['Functions that cannot be followed to their end:']),
    ...rows(tally.stops, tally.functions),
    '',
  ].join('\n');
};

const tallyFunction = (view: TextView, tally: Tally): void => {
  const { instructions, stop } = boundaries(view);
  tally.functions++;
  tally.bytes += view.bytes.length;
  tally.instructions += instructions.length;
  if (stop === null) tally.whole++;
  else count(tally.stops, stop.detail.replace(/^at 0x[0-9a-f]+ stands /, ''));
  for (const placed of instructions) count(tally.how, howOf(view, placed));
  if (stop === null && !isRefusal(canOptimize(view, 0))) tally.entriesByJump++;
};

const howOf = (view: TextView, placed: Placed): string => {
  const offset = Number(placed.address - view.address);
  const refusal = probeRefusal(placed, view.bytes.subarray(offset, offset + 5));
  if (refusal !== null) return `refused: ${refusal.kind}`;
  if (isEmulatedControl(placed)) return 'emulated';
  return canBoost(placed) ? 'copied, with a jump back' : 'copied, and stepped';
};
