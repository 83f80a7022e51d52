import { DecoderOptions } from 'iced-x86';
import { afterAll, describe, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { registerByName } from '../../emulator/isa/registers.ts';
import type { Answer, Decoded, Subject } from '../subject.ts';
import { contractLaws } from './contract.ts';
import { createIced } from './iced.ts';
import { mnemonicNames, registerNames } from './iced-names.ts';

const iced = createIced();
afterAll(() => iced.close());

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

const ask = async (hex: string, mode: Mode, vendor: Vendor = 'intel', subject: Subject = iced): Promise<Answer> => {
  const [answer] = await subject.decode([{ bytes: bytesOf(hex), mode, vendor }]);
  return answer ?? { status: 'unavailable', detail: 'no answer' };
};

const decoded = async (hex: string, mode: Mode, vendor: Vendor = 'intel'): Promise<Decoded> => {
  const answer = await ask(hex, mode, vendor);
  if (answer.status !== 'valid') throw new Error(`${hex}: ${answer.status}`);
  return answer;
};

describe('iced keeps the subject contract', () => {
  it.each(contractLaws)('$title', async ({ check }) => {
    expect(await check(() => createIced())).toBeNull();
  });
});

describe('iced', () => {
  it('answers unavailable once it is closed', async () => {
    const closed = createIced();
    await closed.close();
    expect(await ask('90', 64, 'intel', closed)).toEqual({ status: 'unavailable', detail: 'iced: closed' });
  });

  it('answers each input of a batch by its own mode and vendor', async () => {
    const bytes = bytesOf('66 E9 00 00 00 00');
    const settings = ([16, 32, 64, 16, 32, 64] as const).map(
      (mode, k) => ({ bytes, mode, vendor: k < 3 ? 'intel' : 'amd' }) as const,
    );
    const answers = await iced.decode(settings);
    expect(answers.map((answer) => answer.status === 'valid' && answer.lengthBytes)).toEqual([6, 4, 6, 6, 4, 4]);
  });

  it('gives a near branch under 66 the length of its vendor in 64-bit mode', async () => {
    expect((await decoded('66 E9 00 00 00 00', 64, 'intel')).operands).toEqual([
      { kind: 'branch', target: 0x1006n, bits: 64 },
    ]);
    expect((await decoded('66 E9 00 00 00 00', 64, 'amd')).operands).toEqual([
      { kind: 'branch', target: 0x1004n, bits: 16 },
    ]);
  });

  it.each<[string, Vendor, Answer['status'], number]>([
    ['F0 0F 20 C0', 'intel', 'invalid', 0],
    ['F0 0F 20 C0', 'amd', 'valid', 4],
    ['0F FF C0', 'intel', 'valid', 3],
    ['0F FF C0', 'amd', 'valid', 2],
  ])('answers %s for %s with %s', async (hex, vendor, status, lengthBytes) => {
    expect(await ask(hex, 64, vendor)).toMatchObject(status === 'valid' ? { status, lengthBytes } : { status });
  });

  it('decodes MPX for Intel and reserved NOPs for AMD, or what its options say', async () => {
    expect((await decoded('F3 0F 1A C1', 64)).form).toBe('Bndcl_bnd_rm64');
    expect(await ask('F3 0F 1A C1', 64, 'amd')).toMatchObject({ mnemonic: 'nop', form: 'Reservednop_rm32_r32_0F1A' });
    const other = createIced({ amd: DecoderOptions.AMD | DecoderOptions.MPX });
    expect(await ask('F3 0F 1A C1', 64, 'amd', other)).toMatchObject({ form: 'Bndcl_bnd_rm64' });
    await other.close();
  });

  it('rejects more than 15 bytes', async () => {
    expect(await ask(`${'66 '.repeat(14)}90`, 64)).toMatchObject({ status: 'valid', lengthBytes: 15 });
    expect(await ask(`${'66 '.repeat(15)}90`, 64)).toEqual({ status: 'invalid' });
  });

  it('names no register that the vocabulary does not know', () => {
    const strange = registerNames.filter((name) => name !== '' && registerByName(name) === undefined);
    // Debug and control registers go to 15, so these are all of iced's.
    expect(strange).toEqual([]);
    expect(registerNames).toContain('r8b');
  });

  it.each([
    ['9B', 64, 'fwait'],
    ['0F 07', 64, 'sysret'],
    ['48 0F 07', 64, 'sysret'],
    ['48 0F 35', 64, 'sysexit'],
    ['60', 16, 'pusha'],
    ['60', 32, 'pushad'],
    ['9C', 16, 'pushf'],
    ['9D', 64, 'popfq'],
    ['CB', 64, 'retf'],
    ['FF 18', 32, 'call'],
    ['72 00', 64, 'jb'],
    ['67 E3 00', 64, 'jecxz'],
    ['A5', 64, 'movsd'],
    ['D7', 64, 'xlatb'],
    ['C0 F0 01', 64, 'shl'],
    ['0F 1D C0', 64, 'nop'],
    ['F1', 64, 'int1'],
    ['CC', 64, 'int3'],
    ['D6', 32, 'salc'],
  ] as const)('names %s in %i-bit mode %s', async (hex, mode, mnemonic) => {
    expect((await decoded(hex, mode)).mnemonic).toBe(mnemonic);
    expect(mnemonicNames).toContain(mnemonic);
  });
});
