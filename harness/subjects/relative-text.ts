/** Finds the address which a NASM text names relative to its own place: a branch target or a RIP-relative operand. */
import type { Mode } from '../../emulator/isa/modes.ts';

/** `jz near 0x1007`, `loop 0x1000,ecx`, `xbegin 0x1006`; not `jmp 0x10:0x20`, which is absolute. */
const branch =
  /(?<=^|\s)(?:j[a-z]+|call|loop[a-z]*|xbegin)((?: (?:short|near|word|dword|qword))*) (0x[0-9a-f]+|[0-9][0-9a-f]*h|[0-9]+)(?=$|,)/i;

/** `[rel 0x1017]`, `[dword rel fs:0x1017]`. */
const ripRelative =
  /\[(?:(dword|qword) )?(?:(?:dword|qword) )?rel (?:[c-gs]s:)?(0x[0-9a-f]+|[0-9][0-9a-f]*h|[0-9]+)\]/i;

/** The text with that address put in other words; the text itself where it has none. */
export function rewriteRelative(
  text: string,
  mode: Mode,
  inOtherWords: (address: bigint, widthBits: Mode) => string,
): string {
  const found = branch.exec(text) ?? (mode === 64 ? ripRelative.exec(text) : null);
  if (found === null) return text;
  const address = found[2] ?? '';
  const at = found.index + found[0].lastIndexOf(address);
  return (
    text.slice(0, at) + inOtherWords(numberOf(address), widthOf(found[1] ?? '', mode)) + text.slice(at + address.length)
  );
}

/** `jmp word` cuts its target to 16 bits, `[dword rel …]` to 32; without a word it is as wide as the mode. */
function widthOf(sizeWords: string, mode: Mode): Mode {
  if (sizeWords.includes('qword')) return 64;
  if (sizeWords.includes('dword')) return 32;
  return sizeWords.includes('word') ? 16 : mode;
}

/** `0x1f`, `1Fh` or `31`. */
function numberOf(number: string): bigint {
  return BigInt(/h$/i.test(number) ? `0x${number.slice(0, -1)}` : number);
}
