/** Texts that come again and again, made once: joining many short pieces is most of what formatting costs. */
import { lastRegister, registerName } from '../isa/registers.ts';

/** What is made of each register's name, by its identity. */
export const textsOfRegisters = (make: (name: string) => string): readonly string[] =>
  Array.from({ length: lastRegister + 1 }, (_, id) => make(registerName(id)));

/** Before the first operand, and before the others. */
export const spaced = textsOfRegisters((name) => ` ${name}`);
export const listed = textsOfRegisters((name) => `, ${name}`);

/** Words for sizes in bits: looked up for every operand in memory. */
export const wordsBySize = (words: Readonly<Record<number, string>>): readonly string[] =>
  Array.from({ length: largestSize + 1 }, (_, bits) => words[bits] ?? '');

/** Bits of XSAVE's legacy area, the largest operand of a known size. */
const largestSize = 0x1000;
