import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Elf, type ElfFailure, isElf, loadElf, readElf } from './elf.ts';

interface Shape {
  readonly is64?: boolean;
  readonly machine?: number;
  readonly data?: number;
  readonly hasSections?: boolean;
  readonly flags?: number;
  /** As the section header names them. */
  readonly codeBytes?: number;
}

const code = Uint8Array.of(0x55, 0x89, 0xe5, 0x5d, 0xc3);
const names = '\0.text\0.shstrtab\0';

/** A small ELF file: header, one program header, code, names, and three section headers. */
const elfOf = ({
  is64 = true,
  machine,
  data = 1,
  hasSections = true,
  flags = 6,
  codeBytes = code.length,
}: Shape = {}): Uint8Array => {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number): void =>
    is64 ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, data, 1]);
  view.setUint16(18, machine ?? (is64 ? 62 : 3), true);
  const [programs, sections, codeAt, namesAt] = [64, 256, 128, 160];
  bytes.set(code, codeAt);
  bytes.set(new TextEncoder().encode(names), namesAt);
  word(is64 ? 32 : 28, programs);
  word(is64 ? 40 : 32, hasSections ? sections : 0);
  view.setUint16(is64 ? 54 : 42, is64 ? 56 : 32, true);
  view.setUint16(is64 ? 56 : 44, 1, true);
  view.setUint16(is64 ? 58 : 46, is64 ? 64 : 40, true);
  view.setUint16(is64 ? 60 : 48, hasSections ? 3 : 0, true);
  view.setUint16(is64 ? 62 : 50, 2, true);
  view.setUint32(programs, 1, true);
  view.setUint32(programs + (is64 ? 4 : 24), 5, true);
  word(programs + (is64 ? 8 : 4), codeAt);
  word(programs + (is64 ? 16 : 8), 0x40_0000);
  word(programs + (is64 ? 32 : 16), code.length);
  if (!hasSections) return bytes;
  const section = (
    k: number,
    { name, type, flags: bits, at, size }: Record<'name' | 'type' | 'flags' | 'at' | 'size', number>,
  ): void => {
    const header = sections + k * (is64 ? 64 : 40);
    view.setUint32(header, name, true);
    view.setUint32(header + 4, type, true);
    word(header + 8, bits);
    word(header + (is64 ? 16 : 12), 0x40_1000);
    word(header + (is64 ? 24 : 16), at);
    word(header + (is64 ? 32 : 20), size);
  };
  section(1, { name: 1, type: 1, flags, at: codeAt, size: codeBytes });
  section(2, { name: 7, type: 3, flags: 0, at: namesAt, size: names.length });
  return bytes;
};

const read = (bytes: Uint8Array): Elf => {
  const elf = readElf(bytes);
  if ('problem' in elf) throw new Error(elf.detail);
  return elf;
};
const problemOf = (elf: Elf | ElfFailure): string =>
  'problem' in elf ? `${elf.problem}: ${elf.detail}` : 'no problem';

describe('readElf', () => {
  it.each([true, false])('finds the executable section of a file (64-bit: %s)', (is64) => {
    const elf = read(elfOf({ is64 }));
    expect(elf.machine).toBe(is64 ? 'x86-64' : 'i386');
    expect(elf.mode).toBe(is64 ? 64 : 32);
    expect(elf.sections).toEqual([{ name: '.text', address: 0x40_1000n, bytes: code }]);
  });

  it.each([true, false])('takes executable segments where there are no sections (64-bit: %s)', (is64) => {
    expect(read(elfOf({ is64, hasSections: false })).sections).toEqual([
      { name: 'segment 0', address: 0x40_0000n, bytes: code },
    ]);
  });

  it('takes executable segments where no section is executable', () => {
    expect(read(elfOf({ flags: 2 })).sections[0]?.name).toBe('segment 0');
  });

  it('reads 32-bit files of the x86-64 machine in 64-bit mode', () => {
    expect(read(elfOf({ is64: false, machine: 62 })).mode).toBe(64);
  });

  it('reads a file that stands within a larger buffer', () => {
    const file = elfOf();
    const larger = new Uint8Array(file.length + 7);
    larger.set(file, 7);
    expect(read(larger.subarray(7)).sections[0]?.bytes).toEqual(code);
  });

  it.each<readonly [string, Uint8Array]>([
    ['not-elf: it does not start with 7F 45 4C 46, so it is no ELF file', new TextEncoder().encode('#!/bin/sh\n')],
    ['not-elf: it does not start with 7F 45 4C 46, so it is no ELF file', new Uint8Array()],
    ['truncated: it ends after 20 bytes, within the ELF header of 64 bytes', elfOf().slice(0, 20)],
    ['truncated: it has 300 bytes, but its section headers would end at 0x140', elfOf().slice(0, 300)],
    ['truncated: it has 400 bytes, but its section headers would end at 0x1c0', elfOf().slice(0, 400)],
    ['truncated: it has 512 bytes, but its section .text would end at 0x1080', elfOf({ codeBytes: 0x1000 })],
    [
      'truncated: it has 100 bytes, but its program headers would end at 0x78',
      elfOf({ hasSections: false }).slice(0, 100),
    ],
    ['big-endian: it is a big-endian ELF file; x86 is little-endian', elfOf({ data: 2 })],
    ['not-x86: it is for AArch64 (e_machine 183), not for i386 (3) or x86-64 (62)', elfOf({ machine: 183 })],
    [
      'not-x86: it is for another processor (e_machine 9999), not for i386 (3) or x86-64 (62)',
      elfOf({ machine: 9999 }),
    ],
    ['malformed: its ELF data encoding is 3, neither 1 nor 2', elfOf({ data: 3 })],
  ])('says %s', (sentence, bytes) => {
    expect(problemOf(readElf(bytes))).toBe(sentence);
  });

  it('never throws, whichever byte of the headers is changed or wherever the file ends', () => {
    for (const file of [elfOf(), elfOf({ is64: false }), elfOf({ hasSections: false })]) {
      for (let at = 0; at < file.length; at++) {
        for (const value of [0, 0x7f, 0xff]) {
          const changed = file.slice();
          changed[at] = value;
          readElf(changed);
        }
        readElf(file.slice(0, at));
      }
    }
    expect(isElf(elfOf())).toBe(true);
  });
});

describe('loadElf', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'touchstone-elf-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the program that runs this test, if it is for x86', () => {
    const elf = loadElf(process.execPath);
    if (process.arch !== 'x64') return expect('problem' in elf).toBe(true);
    if ('problem' in elf) throw new Error(elf.detail);
    expect(elf.mode).toBe(64);
    const text = elf.sections.find((section) => section.name === '.text');
    expect(text?.bytes.length).toBeGreaterThan(1_000_000);
    expect(readFileSync(process.execPath).length).toBeGreaterThan(text?.bytes.length ?? 0);
  });

  it('says that a file is missing', () => {
    expect(problemOf(loadElf(join(folder, 'nothing')))).toBe('missing: there is no such file');
  });

  it('says that a folder is no file', () => {
    expect(problemOf(loadElf(folder))).toBe('unreadable: it is a folder');
  });

  it('says that a text is no ELF file', () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'hello');
    expect(problemOf(loadElf(path))).toMatch(/^not-elf/);
  });
});
