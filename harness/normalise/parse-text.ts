/** Reads one line of Intel, NASM or AT&T syntax into its parts. It knows the syntaxes, and no instruction. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Syntax } from '../subject.ts';

/** Where a line comes from. */
export interface TextContext {
  readonly syntax: Syntax;
  /** Whose text it is; `objdump`, `ndisasm` and `llvm` have habits of their own. */
  readonly subject: string;
  readonly mode: Mode;
}

export interface TextInstruction {
  /** As written, in order. */
  prefixes: string[];
  mnemonic: string;
  /** In the order of the syntax. */
  operands: TextOperand[];
  /** EVEX's `rn-sae` or `sae`, wherever it stands; '' without. */
  rounding: string;
}

export interface TextRegister {
  readonly kind: 'register';
  name: string;
  /** AT&T `*%rax`. */
  readonly indirect: boolean;
  /** `k1`, `z`: what stands in braces behind it. */
  decorations: readonly string[];
}
export interface TextNumber {
  readonly kind: 'number';
  value: bigint;
  /** Written before it: `byte`, `word`, `dword`, `qword`. */
  size: string;
  /** AT&T writes immediates with `$`, so that a bare number is an address; `*` marks one that holds a target. */
  readonly immediate: boolean;
  readonly indirect: boolean;
}
export interface TextFarPointer {
  readonly kind: 'far-pointer';
  readonly selector: bigint;
  readonly offset: bigint;
}
export interface TextMemory {
  readonly kind: 'memory';
  /** `dword` of `DWORD PTR`; '' where nothing is written. */
  size: string;
  readonly far: boolean;
  readonly indirect: boolean;
  /** `k1`, `1to8`: what stands in braces behind it; `bcst` where a word before it says so. */
  decorations: readonly string[];
  segment: string;
  base: string;
  index: string;
  scale: number;
  displacement: bigint;
  /** NASM's `rel`. */
  readonly relative: boolean;
  /** `[dword 0x1234]`: the address size written inside the brackets. */
  addressSize: string;
}
export type TextOperand = TextRegister | TextNumber | TextFarPointer | TextMemory;

/** Null where the line cannot be read. */
export function parseText(text: string, syntax: Syntax): TextInstruction | null {
  const line = text
    .replace(/[#;].*$/, '')
    .replace(/<[^>]*>/g, '')
    // What objdump notes behind FNENI and its kin.
    .replace(/\((?:8087|287) only\)/, '')
    .trim()
    .toLowerCase();
  const words = line.split(/\s+/);
  const prefixes: string[] = [];
  while (words.length > 1 && isPrefix(words[0] ?? '')) prefixes.push(words.shift() ?? '');
  // Branch hints are no part of AT&T's mnemonic `je,pt`, nor of any comparison: no CPU has to heed them (SDM 2A 2.1.1).
  let mnemonic = (words.shift() ?? '').replace(/,p[nt]$/, '');
  if (mnemonic === 'ret' && words[0] === 'far') {
    mnemonic = 'retf';
    words.shift();
  }
  // NASM's `fadd to st1`.
  if (words[0] === 'to') mnemonic += ` ${words.shift() ?? ''}`;
  const instruction: TextInstruction = { prefixes, mnemonic, operands: [], rounding: '' };
  for (const part of splitOperands(words.join(' '))) if (!addOperand(instruction, part, syntax)) return null;
  return instruction;
}

/** Rounding is a fact of the instruction: some write it behind a register, some as if it were an operand. */
function addOperand(instruction: TextInstruction, part: string, syntax: Syntax): boolean {
  const bare = part.replace(/ *\{[^{}]*\}/g, '').trim();
  const words = [...part.matchAll(/\{%?([^{}]*)\}/g)].map(([, word = '']) => word);
  instruction.rounding = words.find(isRounding) ?? instruction.rounding;
  const decorations = words.filter((word) => !isRounding(word));
  if (bare === '') return words.length > 0 && decorations.length === 0;
  let operand = syntax === 'gas' ? parseGas(bare) : parseIntel(bare);
  // A number of AT&T's that is no immediate is an address, and only an address is decorated.
  if (operand?.kind === 'number' && !operand.immediate && decorations.length > 0)
    operand = { ...noMemory, displacement: operand.value };
  if (operand === null || (decorations.length > 0 && !isDecorated(operand))) return false;
  if (isDecorated(operand)) operand.decorations = [...operand.decorations, ...decorations];
  instruction.operands.push(operand);
  return true;
}

const isRounding = (word: string): boolean => /^(?:r[nduz]-)?sae$/.test(word);

const isDecorated = (operand: TextOperand): operand is TextRegister | TextMemory =>
  operand.kind === 'register' || operand.kind === 'memory';

const prefixWord =
  /^(?:lock|rep|repn?[ez]|bnd|notrack|xacquire|xrelease|hint-taken|hint-not-taken|data(?:16|32|64)|addr(?:16|32|64)|rex64|o(?:16|32|64)|a(?:16|32|64)|[c-gs]s|rex(?:\.w?r?x?b?)?|\{vex[23]?\}|\{evex\})$/;

const isPrefix = (word: string): boolean => prefixWord.test(word);

function splitOperands(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let k = 0; k < text.length; k++) {
    const letter = text[k];
    if (letter === '(' || letter === '[') depth++;
    else if (letter === ')' || letter === ']') depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, k).trim());
      start = k + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' && parts.length === 0 ? [] : [...parts, last];
}

const sizeWord = /^(?:byte|word|dword|qword|fword|tbyte|tword|oword|yword|zword|[xyz]mmword)$/;

function parseIntel(text: string): TextOperand | null {
  let rest = text;
  let size = '';
  let far = false;
  let decorations: readonly string[] = [];
  for (let word = /^([a-z]+) /.exec(rest); word !== null; word = /^([a-z]+) /.exec(rest)) {
    const name = word[1] ?? '';
    if (sizeWord.test(name)) size = name;
    else if (name === 'far') far = true;
    else if (name === 'bcst') decorations = [name];
    else if (!/^(?:ptr|short|near|strict)$/.test(name)) return null;
    rest = rest.slice(word[0].length);
  }
  const segment = /^([c-gs]s):/.exec(rest)?.[1] ?? '';
  if (segment !== '') rest = rest.slice(3);
  if (rest.startsWith('[') && rest.endsWith(']'))
    return intelMemory(rest.slice(1, -1), { size, far, segment, decorations });
  const value = parseNumber(rest);
  // objdump writes an absolute address as ds:0x1234.
  if (segment !== '')
    return value === null ? null : { ...noMemory, size, far, segment, decorations, displacement: value };
  if (value !== null) return { kind: 'number', value, size, immediate: true, indirect: false };
  return parseFarPointer(rest) ?? parseRegister(rest, false);
}

/** `[0]`. */
export const noMemory: TextMemory = {
  kind: 'memory',
  size: '',
  far: false,
  indirect: false,
  decorations: [],
  segment: '',
  base: '',
  index: '',
  scale: 1,
  displacement: 0n,
  relative: false,
  addressSize: '',
};

function intelMemory(
  inside: string,
  outside: Pick<TextMemory, 'size' | 'far' | 'segment' | 'decorations'>,
): TextMemory | null {
  const memory = { ...noMemory, ...outside };
  // LLVM has spaces around signs.
  let rest = inside.replace(/ ([+-]) /g, '$1');
  for (let word = keyword.exec(rest); word !== null; word = keyword.exec(rest)) {
    const name = word[1] ?? '';
    if (word[2] === ':') memory.segment = name;
    else if (name === 'rel') memory.relative = true;
    else if (sizeWord.test(name)) memory.addressSize = name;
    else if (name !== 'abs' && name !== 'nosplit') return null;
    rest = rest.slice(word[0].length);
  }
  for (const term of rest.match(/[+-]?[^+-]+/g) ?? []) if (!addTerm(memory, term)) return null;
  return memory;
}

/** A word with a space behind it, or a segment with a colon. */
const keyword = /^([a-z]+)([ :])/;

function addTerm(memory: TextMemory, term: string): boolean {
  const value = parseNumber(term);
  if (value !== null) {
    memory.displacement += value;
    return true;
  }
  // LLVM writes the scale first.
  const found = /^\+?(?:([1248])\*)?([a-z][a-z0-9]*)(?:\*([1248]))?$/.exec(term);
  if (found === null) return false;
  const [, before, name = '', scale = before] = found;
  // A vector of indexes is no base, wherever it stands (SDM 2A 2.3.12).
  if (scale === undefined && memory.base === '' && !isVector(name)) memory.base = name;
  else if (memory.index === '') {
    memory.index = name;
    memory.scale = Number(scale ?? 1);
  } else return false;
  return true;
}

function parseGas(text: string): TextOperand | null {
  const indirect = text.startsWith('*');
  let rest = indirect ? text.slice(1) : text;
  if (rest.startsWith('$')) {
    const value = parseNumber(rest.slice(1));
    return value === null ? null : { kind: 'number', value, size: '', immediate: true, indirect };
  }
  if (/^%[a-z0-9]+(?:\(\d\))?$/.test(rest)) return parseRegister(rest.slice(1), indirect);
  if (rest === '(%dx)') return parseRegister('dx', indirect);
  const segment = /^%([c-gs]s):/.exec(rest)?.[1] ?? '';
  if (segment !== '') rest = rest.slice(4);
  const found = /^(-?[0-9][0-9a-fx]*)?(?:\((?:%([a-z0-9]+))?(?:,(?:%([a-z0-9]+))?(?:,([1248]))?)?\))?$/.exec(rest);
  if (found === null || rest === '') return null;
  const [, number, base = '', index = '', scale] = found;
  const displacement = number === undefined ? 0n : parseNumber(number);
  if (displacement === null) return null;
  if (!rest.includes('(') && segment === '')
    return { kind: 'number', value: displacement, size: '', immediate: false, indirect };
  return { ...noMemory, indirect, segment, base, index, scale: Number(scale ?? 1), displacement };
}

function parseRegister(name: string, indirect: boolean): TextRegister | null {
  // NASM tells how many registers there are in a group behind the first: `zmm4+3`.
  const named = name
    .replace(/^st(?:\((\d)\))?$/, (_, number = '0') => `st${number}`)
    .replace(/^(zmm\d+|k\d)\+[13]$/, '$1');
  return /^[a-z][a-z0-9]*$/.test(named) ? { kind: 'register', name: named, indirect, decorations: [] } : null;
}

const isVector = (name: string): boolean => /^[xyz]mm\d+$/.test(name);

/** `0x10:0x20`, in Intel and NASM syntax. */
function parseFarPointer(text: string): TextFarPointer | null {
  const [selector, offset, more] = text.split(':').map(parseNumber);
  if (selector === undefined || selector === null || offset === undefined || offset === null || more !== undefined)
    return null;
  return { kind: 'far-pointer', selector, offset };
}

/** `0x1f`, `-0x1f`, `1fh`, `31`; null for no number. */
function parseNumber(text: string): bigint | null {
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  let value: bigint;
  if (/^0x[0-9a-f]+$/.test(digits)) value = BigInt(digits);
  else if (/^[0-9][0-9a-f]*h$/.test(digits)) value = BigInt(`0x${digits.slice(0, -1)}`);
  else if (/^[0-9]+$/.test(digits)) value = BigInt(digits);
  else return null;
  return negative ? -value : value;
}
