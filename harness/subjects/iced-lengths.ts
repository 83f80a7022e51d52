/** iced-x86, asked for lengths alone: three calls into WebAssembly an instruction. */
import { Code, Decoder, Instruction } from 'iced-x86';
import { icedDefaults } from './iced.ts';
import { mnemonicNames } from './iced-names.ts';
import { crashed, type LengthSetting, type LengthSubject, mnemonicNumber, slotBytes, slotsOfACall } from './lengths.ts';

export const createIcedLengths = ({ mode, vendor }: LengthSetting): LengthSubject => {
  const instruction = new Instruction();
  const mnemonics = mnemonicsByCode();
  return {
    name: 'iced',
    fill: (slots, { bytes, mnemonics: told }) => {
      const decoder = new Decoder(mode, slots, icedDefaults[vendor]);
      try {
        for (let slot = 0; slot < slotsOfACall; slot++) {
          decoder.position = slot * slotBytes;
          try {
            decoder.decodeOut(instruction);
          } catch {
            // A wasm trap: what it says of this slot must not cost the others their answers.
            bytes[slot] = crashed;
            continue;
          }
          const { code } = instruction;
          bytes[slot] = code === Code.INVALID ? 0 : instruction.length;
          told[slot] = mnemonics[code] ?? 0;
        }
      } finally {
        decoder.free();
      }
    },
    close: () => instruction.free(),
  };
};

const codes = Object.values(Code).filter((value): value is Code => typeof value === 'number');

/** By Code, so that the mnemonic costs no call more. */
const mnemonicsByCode = (): Uint16Array => {
  const numbers = new Uint16Array(codes.length);
  const instruction = new Instruction();
  for (const code of codes) {
    instruction.code = code;
    numbers[code] = mnemonicNumber(mnemonicNames[instruction.mnemonic] ?? '');
  }
  instruction.free();
  return numbers;
};
