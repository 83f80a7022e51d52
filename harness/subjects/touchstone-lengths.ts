/** Ours, asked for lengths alone. */
import { Decoder } from '../../emulator/decode/decoder.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { type LengthSetting, type LengthSubject, mnemonicNumber, slotBytes, slotsOfACall } from './lengths.ts';

export const createTouchstoneLengths = ({ mode, vendor }: LengthSetting): LengthSubject => {
  const decoder = new Decoder(mode, vendor);
  const instruction = new Instruction();
  return {
    name: 'touchstone',
    fill: (slots, { bytes, mnemonics: told, maps: mapsTold }) => {
      for (let slot = 0; slot < slotsOfACall; slot++) {
        const at = slot * slotBytes;
        const isValid = decoder.decode(slots, at, at + slotBytes, instruction) === Status.valid;
        bytes[slot] = isValid ? instruction.lengthBytes : 0;
        told[slot] = isValid ? (mnemonics[instruction.form] ?? 0) : 0;
        mapsTold[slot] = isValid ? (maps[instruction.form] ?? 0) : 0;
      }
    },
    close: () => undefined,
  };
};

const mnemonics = Uint16Array.from(forms, ({ mnemonic }) => mnemonicNumber(mnemonic.toLowerCase()));
const maps = Uint8Array.from(forms, ({ map }) => map);
