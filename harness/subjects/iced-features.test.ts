import { CpuidFeature } from 'iced-x86';
import { afterAll, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { isFeature, isNeed } from '../../emulator/isa/needs.ts';
import { createIced } from './iced.ts';
import { featureName } from './iced-features.ts';
import { createTouchstone } from './touchstone.ts';

const iced = createIced();
const ours = createTouchstone();
afterAll(() => iced.close());

const allFeatures = Object.values(CpuidFeature).filter((value): value is CpuidFeature => typeof value === 'number');

it('says every feature of iced in a word of the rows, or leaves it out', () => {
  const words = allFeatures.map(featureName).filter((word) => word !== '');
  // No instruction has these, but only the choice with RTM, and with SVM.
  const unknown = words.filter((word) => !isNeed(word) || !isFeature(word));
  expect(words.length).toBeGreaterThan(120);
  expect(unknown).toEqual(['HLE', 'SKINIT']);
});

it.each<[string, Mode, Vendor, string]>([
  ['62 F1 7C 08 58 C1', 64, 'intel', 'AVX512F AVX512VL'],
  ['C4 E3 71 44 C2 00', 64, 'intel', 'AVX PCLMULQDQ'],
  ['F3 0F 38 D8 00', 64, 'intel', 'AESKLE WIDE_KL'],
  ['DB E8', 32, 'intel', 'CMOV X87'],
  ['0F 01 D6', 32, 'intel', 'HLE|RTM'],
  ['0F 01 DC', 32, 'amd', 'SKINIT|SVM'],
  ['0F AE E8', 16, 'intel', 'SSE2'],
  ['0F 0D 08', 64, 'amd', 'PRFCHW'],
  ['F3 90', 64, 'intel', ''],
  ['48 01 C0', 64, 'intel', ''],
])('agrees on %s in %i-bit mode of %s: %s', async (hex, mode, vendor, features) => {
  const input = { bytes: Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)), mode, vendor };
  const [theirs] = await iced.decode([input]);
  expect(ours.ask(input)).toHaveProperty('cpuidFeatures', features);
  expect(theirs).toHaveProperty('cpuidFeatures', features);
});

it('tells no features of what is behind an option', () => {
  const input = { bytes: Uint8Array.of(0x0f, 0x26, 0xc0), mode: 32, vendor: 'intel', options: ['MOV-TR'] } as const;
  expect(ours.ask(input)).toMatchObject({ status: 'valid', cpuidFeatures: undefined });
});
