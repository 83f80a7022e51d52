/** A valid iced instruction as a canonical answer. */
import { type Instruction, type InstructionInfoFactory, Register } from 'iced-x86';
import type { Mode } from '../../emulator/isa/modes.ts';
import { formatMemoryUses } from '../normalise/uses.ts';
import type { AnswerFlags, Decoded } from '../subject.ts';
import { roundingOf } from './iced-decorations.ts';
import { featuresOf } from './iced-features.ts';
import { codeNames, flagLetters, mnemonicNames } from './iced-names.ts';
import { operandsOf } from './iced-operands.ts';
import { memoryUsesOf, registersUsed } from './iced-uses.ts';

/** Everything iced tells of the instruction. Its segment prefix is taken away where it has no meaning. */
export const decodedOf = (instruction: Instruction, factory: InstructionInfoFactory, mode: Mode): Decoded => {
  if (mode === 64) dropIgnoredSegmentPrefix(instruction);
  const info = factory.info(instruction);
  try {
    const operands = operandsOf(instruction, info, mode);
    return {
      status: 'valid',
      lengthBytes: instruction.length,
      mnemonic: mnemonicNames[instruction.mnemonic] ?? '',
      operands,
      ...roundingOf(instruction),
      flags: flagsOf(instruction),
      registersUsed: registersUsed(instruction, info, operands),
      memoryUsed: formatMemoryUses(memoryUsesOf(instruction, info, operands)),
      cpuidFeatures: featuresOf(instruction),
      form: codeNames[instruction.code] ?? '',
    };
  } finally {
    info.free();
  }
};

/**
 * In 64-bit mode ES, CS, SS and DS prefixes do not override a segment (SDM 1 3.4.2.1), yet iced reports the prefix as
 * the operand's segment. Without the prefix it reports the default segment.
 */
const dropIgnoredSegmentPrefix = (instruction: Instruction): void => {
  const prefix = instruction.segmentPrefix;
  if (prefix !== Register.None && prefix <= Register.DS) instruction.segmentPrefix = Register.None;
};

const flagsOf = (instruction: Instruction): AnswerFlags => ({
  read: flagLetters(instruction.rflagsRead),
  written: flagLetters(instruction.rflagsWritten),
  cleared: flagLetters(instruction.rflagsCleared),
  set: flagLetters(instruction.rflagsSet),
  undefined: flagLetters(instruction.rflagsUndefined),
});
