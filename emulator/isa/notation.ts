/** Reads a row, in the SDM's notation, into its Form. What cannot be read throws, when it is read first. */
import { flagEffects } from './flags.ts';
import type { Access, Form, ImplicitSpec, OperandSpec } from './form.ts';
import { isNeed, type Need } from './needs.ts';
import { readOpcode } from './opcode-column.ts';
import { isVectorMap, type OpcodeMap } from './opcode-map.ts';
import type { Row } from './row.ts';
import { readOperand } from './syntax.ts';

export const readRow = (row: Row, id: number): Form => new RowForm(row, id);

/** What selects a form is read at once, and the rest when somebody asks: few programs meet most forms. */
class RowForm implements Form {
  readonly id: number;
  readonly opcodeText: string;
  readonly syntax: string;
  readonly mnemonic: string;
  readonly map: Form['map'];
  readonly opcode: Form['opcode'];
  readonly opcodeRegister: Form['opcodeRegister'];
  readonly prefix: Form['prefix'];
  readonly operandSize: Form['operandSize'];
  readonly addressSize: Form['addressSize'];
  readonly vectorLength: Form['vectorLength'];
  readonly w: Form['w'];
  readonly eviction: Form['eviction'];
  readonly hasModrm: Form['hasModrm'];
  readonly reg: Form['reg'];
  readonly rm: Form['rm'];
  readonly nd: Form['nd'];
  readonly nf: Form['nf'];
  readonly rex2: Form['rex2'];
  readonly #row: Row;
  #operands: readonly OperandSpec[] | undefined;
  #needs: ReadonlySet<Need> | undefined;

  constructor(row: Row, id: number) {
    const [opcodeText, syntax] = row;
    const space = syntax.indexOf(' ');
    const opcode = readOpcode(opcodeText);
    this.#row = row;
    this.id = id;
    this.opcodeText = opcodeText;
    this.syntax = syntax;
    this.mnemonic = space < 0 ? syntax : syntax.slice(0, space);
    this.map = opcode.map;
    this.opcode = opcode.opcode;
    this.opcodeRegister = opcode.opcodeRegister;
    this.prefix = opcode.prefix;
    this.operandSize = opcode.operandSize;
    this.addressSize = opcode.addressSize;
    this.vectorLength = opcode.vectorLength;
    this.w = opcode.w;
    this.eviction = opcode.eviction;
    this.hasModrm = opcode.hasModrm;
    this.reg = opcode.reg;
    this.rm = opcode.rm;
    this.nd = opcode.nd;
    this.nf = opcode.nf;
    this.rex2 = opcode.rex2;
  }

  get operands(): readonly OperandSpec[] {
    this.#operands ??= readOperands(this.syntax, this.#row[2], this.opcodeRegister);
    return this.#operands;
  }

  get needs(): ReadonlySet<Need> {
    this.#needs ??= readNeeds(this.#row[5], this.syntax, this.map);
    return this.#needs;
  }

  get mod(): Form['mod'] {
    return this.needs.has('MOD-IGNORED') ? 'ignored' : modOf(this);
  }

  get immediateBytes(): number {
    return immediateBytesOf(this.operands);
  }

  get conversion(): Form['conversion'] {
    return this.operands.find(({ conversion }) => conversion !== '')?.conversion ?? '';
  }

  get implicit(): readonly ImplicitSpec[] {
    return readImplicit(this.#row[3]);
  }

  get flags(): Form['flags'] {
    return flagEffects[this.#row[4]];
  }
}

/** A form with a whole ModRM byte, or with a register in ModRM.rm, is a register form; one with `m32` a memory form. */
const modOf = ({ rm, operands }: Form): Form['mod'] => {
  if (rm !== -1) return 'register';
  const inRm = operands.find((operand) => operand.place === 'rm');
  if (inRm === undefined || inRm.memory === 'may') return 'any';
  return inRm.memory === 'must' ? 'memory' : 'register';
};

const readOperands = (syntax: string, access: string, opcodeRegister: boolean): readonly OperandSpec[] => {
  const space = syntax.indexOf(' ');
  if (space < 0) return [];
  const tokens = syntax.slice(space + 1).split(', ');
  const accesses = access.split(' ');
  if (accesses.length !== tokens.length) throw new Error(`Row has ${accesses.length} accesses for ${syntax}`);
  return tokens.map((token, k) => {
    const operand = readOperand(token, readAccess(accesses[k] ?? ''));
    return opcodeRegister && operand.place === 'reg' ? { ...operand, place: 'opcode' as const } : operand;
  });
};

const readAccess = (word: string): Access => {
  switch (word) {
    case '-':
      return '';
    case 'r':
    case 'w':
    case 'rw':
    case 'cr':
    case 'cw':
    case 'rcw':
      return word;
    default:
      throw new Error(`Row has an access that cannot be read: ${word}`);
  }
};

const immediateBytesOf = (operands: readonly OperandSpec[]): number => {
  let bytes = 0;
  for (const operand of operands) {
    if (operand.place === 'moffs') return -1;
    bytes += operand.encodedBits >> 3;
    if (operand.place === 'far-pointer') bytes += 2;
  }
  return bytes;
};

const readImplicit = (text: string): readonly ImplicitSpec[] =>
  once(implicits, text, () => (text === '' ? [] : text.split(', ').map((entry) => readImplicitEntry(entry))));

const implicits = new Map<string, readonly ImplicitSpec[]>();

/** Columns repeat from row to row: equal ones are read once and shared. */
const once = <T>(known: Map<string, T>, key: string, read: () => T): T => {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
};

const readImplicitEntry = (entry: string): ImplicitSpec => {
  const [access = '', place = ''] = entry.split(' ');
  const memory = /^(push|pop|frame)(\d+)(?:\*(\d+))?(?:!(\d+))?$/.exec(place);
  const base = { access: readAccess(access), bits: 0, count: 1, skipped: -1 };
  if (memory !== null) {
    const kind = memory[1] === 'push' ? 'push' : memory[1] === 'pop' ? 'pop' : 'frame';
    return {
      ...base,
      kind,
      register: '',
      bits: Number(memory[2]),
      count: Number(memory[3] ?? 1),
      skipped: Number(memory[4] ?? -1),
    };
  }
  const pointed = /^m(\d+)@(aAX|aDI|rm|reg|R[A-D]X|R[SD]I)$/.exec(place);
  if (pointed !== null)
    return {
      ...base,
      kind: 'memory',
      register: pointed[2] === 'aAX' ? 'ax' : pointed[2] === 'aDI' ? 'di' : (pointed[2] ?? '').toLowerCase(),
      bits: Number(pointed[1]),
    };
  const sized = /^([as])([A-Z]{2})$/.exec(place);
  if (sized !== null) {
    const kind = sized[1] === 'a' ? 'address-register' : 'stack-register';
    return { ...base, kind, register: (sized[2] ?? '').toLowerCase() };
  }
  return { ...base, kind: 'register', register: place.toLowerCase() };
};

/** VEX and its kin are #UD in real and virtual-8086 mode, whatever the instruction (SDM 2A 2.4, APM 3 1.2.5). */
const readNeeds = (text: string, syntax: string, map: OpcodeMap): ReadonlySet<Need> => {
  const isVector = isVectorMap(map);
  return once(needSets, isVector ? `PROTECTED ${text}` : text, () => {
    const set = new Set<Need>(isVector ? ['PROTECTED'] : []);
    for (const word of text === '' ? [] : text.split(' ')) {
      if (!isNeed(word)) throw new Error(`Row of ${syntax} needs something unknown: ${word}`);
      set.add(word);
    }
    return set;
  });
};

const needSets = new Map<string, ReadonlySet<Need>>();
