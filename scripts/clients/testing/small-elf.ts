/** An ELF file for x86-64 of one segment, with the functions that a test wants. */

export interface SmallFunction {
  readonly name: string;
  /** Bytes in hexadecimal. */
  readonly code: string;
}

const headerBytes = 64;
const programBytes = 56;
const sectionBytes = 64;
const symbolBytes = 24;
const baseAddress = 0x40_0000;
export const firstFunction = baseAddress + headerBytes + programBytes;

/** Functions stand one behind the other. */
export const smallElf = (functions: readonly SmallFunction[]): Uint8Array => {
  const codes = functions.map(({ code }) => code.split(' ').map((byte) => Number.parseInt(byte, 16)));
  const text = codes.flat();
  const names = ['', ...functions.map(({ name }) => name)];
  const strings = new TextEncoder().encode(`${names.join('\0')}\0`);
  const textAt = headerBytes + programBytes;
  const symbolsAt = textAt + text.length;
  const stringsAt = symbolsAt + symbolBytes * names.length;
  const sectionsAt = stringsAt + strings.length;
  const file = new Uint8Array(sectionsAt + 4 * sectionBytes);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  put(view, 16, [2, 2], [62, 2], [1, 4], [firstFunction, 8], [headerBytes, 8], [sectionsAt, 8], [0, 4]);
  put(view, 52, [headerBytes, 2], [programBytes, 2], [1, 2], [sectionBytes, 2], [4, 2], [3, 2]);
  put(view, headerBytes, [1, 4], [5, 4], [0, 8], [baseAddress, 8], [baseAddress, 8], [sectionsAt, 8], [sectionsAt, 8]);
  file.set(text, textAt);
  file.set(strings, stringsAt);
  let address = firstFunction;
  let nameAt = 1;
  for (const [k, { name }] of functions.entries()) {
    const size = codes[k]?.length ?? 0;
    put(view, symbolsAt + symbolBytes * (k + 1), [nameAt, 4], [0x12, 1], [0, 1], [1, 2], [address, 8], [size, 8]);
    address += size;
    nameAt += name.length + 1;
  }
  const symbolTableBytes = symbolBytes * names.length;
  section(view, sectionsAt + sectionBytes, {
    type: 1,
    flags: 6,
    address: firstFunction,
    offset: textAt,
    size: text.length,
    link: 0,
  });
  section(view, sectionsAt + 2 * sectionBytes, {
    type: 2,
    flags: 0,
    address: 0,
    offset: symbolsAt,
    size: symbolTableBytes,
    link: 3,
  });
  section(view, sectionsAt + 3 * sectionBytes, {
    type: 3,
    flags: 0,
    address: 0,
    offset: stringsAt,
    size: strings.length,
    link: 0,
  });
  return file;
};

const put = (view: DataView, start: number, ...fields: readonly (readonly [value: number, bytes: number])[]): void => {
  let at = start;
  for (const [value, bytes] of fields) {
    for (let k = 0; k < bytes; k++) view.setUint8(at + k, k < 4 ? (value >>> (8 * k)) & 0xff : 0);
    at += bytes;
  }
};

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

const section = (view: DataView, at: number, { type, flags, address, offset, size, link }: Section): void =>
  put(view, at, [0, 4], [type, 4], [flags, 8], [address, 8], [offset, 8], [size, 8], [link, 4]);
