/** Reads the opcode column of a row (SDM 2A 3.1.1.1, 3.1.1.2): what selects the form. */
import type { Form, MandatoryPrefix } from './form.ts';
import { Encoding, isVectorMap, mapIn, type OpcodeMap, suffixMap } from './opcode-map.ts';

export type OpcodeColumn = Pick<
  Form,
  | 'map'
  | 'opcode'
  | 'opcodeRegister'
  | 'prefix'
  | 'operandSize'
  | 'addressSize'
  | 'vectorLength'
  | 'w'
  | 'eviction'
  | 'nd'
  | 'nf'
  | 'rex2'
  | 'hasModrm'
  | 'reg'
  | 'rm'
>;

export const readOpcode = (text: string): OpcodeColumn => {
  const form: Draft = {
    map: 0,
    opcode: -1,
    opcodeRegister: false,
    prefix: '',
    operandSize: 0,
    addressSize: 0,
    vectorLength: 0,
    w: -1,
    eviction: -1,
    nd: -1,
    nf: -1,
    rex2: -1,
    hasModrm: false,
    reg: -1,
    rm: -1,
  };
  for (const word of text.split(' ')) {
    // Behind VEX stands the opcode at once: F2 is no prefix there.
    if (form.opcode < 0 && !isVectorMap(form.map) && readCondition(word, form)) continue;
    readByte(word, form, text);
  }
  // Nothing follows what is an escape elsewhere: it is the opcode.
  const hidden = /^(?:.* )?0F (38|3A|0F)$/.exec(text)?.[1];
  if (form.opcode < 0 && hidden !== undefined) return { ...form, map: 1, opcode: Number.parseInt(hidden, 16) };
  if (form.opcode < 0) throw new Error(`Row has no opcode byte: ${text}`);
  return form;
};

interface Draft {
  map: OpcodeMap;
  opcode: number;
  opcodeRegister: boolean;
  prefix: MandatoryPrefix;
  operandSize: 0 | 16 | 32 | 64;
  addressSize: 0 | 16 | 32 | 64;
  vectorLength: Form['vectorLength'];
  w: Form['w'];
  eviction: Form['eviction'];
  nd: Form['nd'];
  nf: Form['nf'];
  rex2: Form['rex2'];
  hasModrm: boolean;
  reg: number;
  rm: number;
}

/** Words before the opcode: VEX and its kin, sizes, prefixes, escapes. */
const readCondition = (word: string, form: Draft): boolean => {
  if (readVector(word, form)) return true;
  switch (word) {
    case 'o16':
    case 'o32':
    case 'o64':
      form.operandSize = word === 'o16' ? 16 : word === 'o32' ? 32 : 64;
      return true;
    case 'a16':
    case 'a32':
    case 'a64':
      form.addressSize = word === 'a16' ? 16 : word === 'a32' ? 32 : 64;
      return true;
    case 'REX.W':
      form.operandSize = 64;
      return true;
    case 'REX2.W0':
    case 'REX2.W1':
      form.rex2 = word === 'REX2.W0' ? 0 : 1;
      return true;
    case '+':
      return true;
    case 'NP':
    case 'NFx':
    case '66':
    case 'F2':
    case 'F3':
      // Behind an escape these are opcodes: 0F 66 is PCMPGTD.
      if (form.map !== 0) return false;
      form.prefix = word;
      return true;
    case '0F':
      if (form.map > 1) return false;
      form.map = 1;
      return true;
    case '38':
    case '3A':
      if (form.map !== 1) return false;
      form.map = word === '38' ? 2 : 3;
      return true;
    default:
      return false;
  }
};

/** The opcode byte and what follows it: `+rd`, `/r`, `/digit`, a whole ModRM byte, `+i`, immediates. */
const readByte = (word: string, form: Draft, text: string): void => {
  const match = /^([0-9A-F]{2})(\+r[bwdo]|\+i)?$/.exec(word);
  if (match !== null) {
    const byte = Number.parseInt(match[1] ?? '', 16);
    if (form.hasModrm && form.reg < 0) {
      form.map = suffixMap;
      form.opcode = byte;
    } else if (form.opcode < 0) {
      form.opcode = byte;
      form.opcodeRegister = match[2] !== undefined;
    } else {
      form.hasModrm = true;
      form.reg = (byte >> 3) & 7;
      form.rm = match[2] === '+i' ? -2 : byte & 7;
    }
  } else if (word === '/r') {
    form.hasModrm = true;
  } else if (word === '11:rrr:000') {
    form.hasModrm = true;
    form.rm = 0;
  } else if (/^\/[0-7]$/.test(word)) {
    form.hasModrm = true;
    form.reg = Number(word[1]);
  } else if (!/^(i[bwdo]|c[bwdp]|\/is4)$/.test(word)) {
    throw new Error(`Row opcode has a word that cannot be read: ${word} in ${text}`);
  }
};

/** `VEX.LZ.F2.0F38.W1`: the encoding, then vector length, mandatory prefix, map and W in any order (SDM 2A 3.1.1.2). */
const readVector = (word: string, form: Draft): boolean => {
  const known = vectors.get(word);
  if (known !== undefined) {
    Object.assign(form, known);
    return true;
  }
  const [name = '', ...parts] = word.split('.');
  const encoding = encodingsByName[name];
  if (encoding === undefined) return false;
  form.prefix = 'NP';
  for (const part of parts) {
    if (!readVectorPart(part, encoding, form))
      throw new Error(`Row opcode has a part that cannot be read: ${part} in ${word}`);
  }
  if (!isVectorMap(form.map)) throw new Error(`Row opcode has no map: ${word}`);
  const { map, prefix, vectorLength, w, eviction, nd, nf } = form;
  vectors.set(word, { map, prefix, vectorLength, w, eviction, nd, nf });
  return true;
};

/** What was read of such words: thousands of rows have few of them. */
const vectors = new Map<string, Pick<Draft, 'map' | 'prefix' | 'vectorLength' | 'w' | 'eviction' | 'nd' | 'nf'>>();

const encodingsByName: Readonly<Record<string, Encoding>> = {
  VEX: Encoding.vex,
  XOP: Encoding.xop,
  EVEX: Encoding.evex,
  MVEX: Encoding.mvex,
};

const readVectorPart = (part: string, encoding: Encoding, form: Draft): boolean => {
  const vectorLength = vectorLengths[part];
  const w = wBits[part];
  if (vectorLength !== undefined) form.vectorLength = vectorLength;
  else if (w !== undefined) form.w = w;
  else if (part === 'EH0' || part === 'EH1') form.eviction = part === 'EH0' ? 0 : 1;
  else if (part in promotions) Object.assign(form, promotions[part]);
  else if (part === 'NP' || part === '66' || part === 'F2' || part === 'F3') form.prefix = part;
  else return readMap(part, encoding, form);
  return true;
};

/**
 * What APX promotes to EVEX (APX specification 3.1.2.3). L'L is 0 there, ND and NF are if nothing is said; SCALABLE has the
 * sizes of legacy instructions, by W and by the pp that is their 66.
 */
const promotions: Readonly<Record<string, Partial<Draft>>> = {
  LLZ: { nd: 0, nf: 0 },
  IGNORED: { w: -1 },
  SCALABLE: { prefix: 'NFx' },
  ND1: { nd: 1 },
  NF: { nf: -1 },
  NF1: { nf: 1 },
};

const vectorLengths: Readonly<Record<string, Form['vectorLength']>> = {
  LIG: 0,
  LZ: 128,
  L0: 128,
  L1: 256,
  '128': 128,
  '256': 256,
  '512': 512,
};

const wBits: Readonly<Record<string, Form['w']>> = { WIG: -1, W0: 0, W1: 1 };

const readMap = (part: string, encoding: Encoding, form: Draft): boolean => {
  const number = /^MAP[0-7]$/.test(part) ? Number(part[3]) : (encoding === Encoding.xop ? xopMaps : vexMaps)[part];
  if (number === undefined) return false;
  form.map = mapIn(encoding, number);
  return true;
};

const vexMaps: Readonly<Record<string, number>> = { '0F': 1, '0F38': 2, '0F3A': 3 };
const xopMaps: Readonly<Record<string, number>> = { '08': 8, '09': 9, '0A': 10 };
