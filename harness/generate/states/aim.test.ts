import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../emulator/decode/decoder.ts';
import { encode } from '../../../emulator/encode/encode.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { modes } from '../../../emulator/isa/modes.ts';
import { NO_REGISTER } from '../../../emulator/isa/registers.ts';
import { evaluateOperand } from '../../../emulator/operand/evaluate.ts';
import { explicitOperandsOf } from '../../../emulator/operand/operands.ts';
import { registersOf } from '../../compare/execution-registers.ts';
import { type CpuState, type Execution, StateWord } from '../../execution.ts';
import { windowBase } from '../../sandbox.ts';
import { Random } from '../random.ts';
import { drawValid } from '../valid.ts';
import { aim, Pair } from './aim.ts';
import { homeState } from './home.ts';
import { drawValue } from './values.ts';

/** AND r/m32, r32 and the like: forms with memory that any operand may be. */
const form = forms.find(({ syntax }) => syntax === 'AND r/m8, r8');

describe.each(modes)('aiming in %d-bit mode', (mode) => {
  it('makes the operand lie at the address, whatever addresses it', () => {
    if (form === undefined) throw new Error('The form is gone.');
    const random = new Random(1, `aim ${mode}`);
    const kinds = new Set<string>();
    for (let k = 0; k < 3000; k++) {
      const made = drawValid(form, { mode, vendor: 'intel', random, place: 'memory' });
      if (made === null) throw new Error('There is no encoding.');
      const bytes = encode(made);
      const instruction = new Instruction();
      new Decoder(mode).decode(bytes, 0, bytes.length, instruction);
      const state: CpuState = homeState(mode);
      for (let word = 0; word < 32; word += 2) drawValue(state.words, word, random);
      state.words[StateWord.fsBase] = mode === 64 ? 0x1234 : 0;
      const target = new Pair();
      target.low = windowBase + random.below(0x4000);
      aim({ instruction, state, bytes }, target);
      const linear = linearOf({ mode, bytes, state, memory: [] });
      const wanted = BigInt(target.low);
      // A null segment of narrow modes begins at 0, which 16-bit addresses do not reach the window from.
      if (instruction.addressSize === 16 && mode === 32) continue;
      if (mode === 16 && (instruction.segment & 7) > 3 && instruction.addressSize === 16) continue;
      const isExact =
        instruction.index === NO_REGISTER ||
        (instruction.base !== NO_REGISTER && instruction.base !== instruction.index);
      if (isExact) expect(linear, `${bytes.join(' ')}`).toBe(wanted);
      else expect(wanted - linear).toBeLessThan(9n);
      kinds.add(`${instruction.base >> 5} ${instruction.index >> 5} ${instruction.addressSize}`);
    }
    expect(kinds.size).toBeGreaterThan(3);
  });
});

const linearOf = (execution: Execution): bigint => {
  const instruction = new Instruction();
  new Decoder(execution.mode).decode(execution.bytes, 0, execution.bytes.length, instruction);
  const registers = registersOf(execution);
  const operand = explicitOperandsOf(instruction, registers.read('rip'))[
    instruction.operands.indexOf(OperandKind.memory)
  ];
  const value = operand === undefined ? undefined : evaluateOperand(instruction, operand, registers);
  if (value?.kind !== 'address') throw new Error('The operand is no memory.');
  return value.linear;
};
