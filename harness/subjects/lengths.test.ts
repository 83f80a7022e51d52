/** Those who are asked for lengths alone say what they say when they are asked for all. */
import { afterAll, describe, expect, it } from 'vitest';
import { modes, vendors } from '../../emulator/isa/modes.ts';
import { Random } from '../generate/random.ts';
import type { Answer, Input } from '../subject.ts';
import { createIced } from './iced.ts';
import { createIcedLengths } from './iced-lengths.ts';
import { Lengths, mnemonicNumber, slotBytes, slotsOfACall } from './lengths.ts';
import { createTouchstone } from './touchstone.ts';
import { createTouchstoneLengths } from './touchstone-lengths.ts';

const subjects = [
  { whole: createTouchstone(), createLengths: createTouchstoneLengths },
  { whole: createIced(), createLengths: createIcedLengths },
];
afterAll(() => Promise.all(subjects.map(({ whole }) => whole.close())));

const settings = modes.flatMap((mode) => vendors.map((vendor) => ({ mode, vendor })));

const lengthOf = (answer: Answer | undefined): number => (answer?.status === 'valid' ? answer.lengthBytes : 0);
const mnemonicOf = (answer: Answer | undefined): string => (answer?.status === 'valid' ? (answer.mnemonic ?? '') : '');

describe.each(subjects)('lengths of $whole.name', ({ whole, createLengths }) => {
  it.each(settings)('are those of its whole answers in $mode-bit mode of $vendor', async (setting) => {
    const random = new Random(1, `lengths ${setting.mode} ${setting.vendor}`);
    const lengths = createLengths(setting);
    const told = new Lengths();
    for (let round = 0; round < 8; round++) {
      const slots = Uint8Array.from({ length: slotsOfACall * slotBytes }, () => random.byte());
      lengths.fill(slots, told);
      const inputs = Array.from({ length: slotsOfACall }, (_, slot): Input => {
        return { ...setting, bytes: slots.slice(slot * slotBytes, (slot + 1) * slotBytes) };
      });
      const answers = await whole.decode(inputs);
      expect([...told.bytes]).toEqual(answers.map(lengthOf));
      for (const [slot, answer] of answers.entries())
        if (answer.status === 'valid') expect(told.mnemonics[slot]).toBe(mnemonicNumber(mnemonicOf(answer)));
    }
    lengths.close();
  });
});
