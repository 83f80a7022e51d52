/** One-shot cases: thousands of different integer instructions, each with registers that keep it from faulting. */
import { MachineEvaluator } from '../../emulator/execute/machine-evaluator.ts';
import { StopKind } from '../../emulator/execute/stop.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify } from '../../emulator/machine/identification.ts';
import { setFlatMode } from '../../emulator/machine/presets.ts';
import { MachineState } from '../../emulator/machine/state.ts';
import { Random } from '../../harness/generate/random.ts';
import { InstructionDraw } from '../../harness/generate/states/instructions.ts';
import { hexBytes } from '../../harness/report/hex.ts';

export type OneShotMode = Exclude<Mode, 16>;

/** Code is padded to this with HLT. */
export const codeBytes = 16;
export const codeAddress = 0x10000;
/** Mapped from 0 on. */
export const memoryBytes = 16 << 20;
/** General registers in the order of their encoding, then rIP and rFLAGS: 64 bits each. */
export const registerCount = 18;

export interface OneShotCase {
  readonly code: Uint8Array;
  readonly lengthBytes: number;
  /** Words of 32 bits, low halves first. */
  readonly registers: Uint32Array;
}

const hlt = 0xf4;
/** Most are taken; a form that always faults must not keep this from ending. */
const drawsPerCase = 40;

/** Cases that end without a fault with our emulator; the same ones each time. */
export const oneShotCases = (mode: OneShotMode, count: number): readonly OneShotCase[] => {
  const random = new Random(1, `one-shot/${mode}`);
  const draw = new InstructionDraw({ mode, vendor: 'intel', random: random.split('instructions'), forms: timedForms });
  const world = new OneShotWorld(mode);
  const seen = new Set<string>();
  const cases: OneShotCase[] = [];
  for (let drawn = 0; cases.length < count && drawn < count * drawsPerCase; drawn++) {
    draw.next();
    if (!draw.isValid) continue;
    const bytes = draw.bytes.subarray(0, draw.lengthBytes);
    const key = hexBytes(bytes);
    if (seen.has(key)) continue;
    const code = new Uint8Array(codeBytes).fill(hlt);
    code.set(bytes);
    const made = { code, lengthBytes: bytes.length, registers: drawRegisters(mode, random) };
    if (world.run(made, new Uint32Array(2 * registerCount)) !== StopKind.none) continue;
    seen.add(key);
    cases.push(made);
  }
  return cases;
};

/** Without repetitions, which take as long as one likes, and what changes more than these registers and memory. */
const timedForms = forms.filter(
  ({ needs, operands }) =>
    !(needs.has('REP') || needs.has('REPE') || needs.has('TSC') || needs.has('RDTSCP')) &&
    !operands.some(({ token }) => token === 'Sreg' || token.includes('16:')),
);

/** Everywhere in memory's second MiB, so that a base and eight times an index stay within what is mapped. */
const drawRegisters = (mode: OneShotMode, random: Random): Uint32Array => {
  const registers = new Uint32Array(2 * registerCount);
  for (let k = 0; k < (mode === 64 ? 16 : 8); k++) registers[2 * k] = 0x10_0000 + (random.next() & 0x7_fff8);
  registers[2 * 16] = codeAddress;
  registers[2 * 17] = (random.next() & 0x8d5) | 0x202;
  return registers;
};

/** Our emulator as its parts are used from inside: on the machine's state. */
export class OneShotWorld {
  readonly #state = new MachineState();
  readonly #evaluator: MachineEvaluator;

  constructor(mode: OneShotMode) {
    setFlatMode(this.#state, mode, 3);
    this.#state.memory.map(0n, memoryBytes);
    this.#evaluator = new MachineEvaluator(this.#state, {
      profile: 'intel',
      delivers: false,
      identify: (leaf) => identify('intel', leaf),
      timeStamp: () => 0n,
      random: () => null,
    });
  }

  /** Sets the state, writes the code, executes it and reads the state; a StopKind. */
  run({ code, registers }: OneShotCase, after: Uint32Array): number {
    const { ip, flags, memory } = this.#state;
    this.#state.loadGeneral(registers);
    ip.lo = (registers[32] ?? 0) | 0;
    ip.hi = (registers[33] ?? 0) | 0;
    flags.value = registers[34] ?? 0;
    const page = memory.find(ip.lo, ip.hi);
    page?.bytes.set(code, ip.lo & 0xfff);
    page?.code?.forget(ip.lo & 0xfff, codeBytes);
    const kind = this.#evaluator.step(1);
    this.#state.storeGeneral(after);
    after[32] = ip.lo;
    after[33] = ip.hi;
    after[34] = flags.value;
    return kind;
  }
}
