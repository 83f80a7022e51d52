import { describe, expect, it } from 'vitest';
import { Decoder } from '../decode/decoder.ts';
import type { Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { Instruction, OperandKind, Prefix, Status } from '../isa/instruction.ts';
import { type Mode, modes, type Vendor, vendors } from '../isa/modes.ts';
import { Encoding, encodingOf, isVectorMap } from '../isa/opcode-map.ts';
import type { OpcodeOption } from '../isa/options.ts';
import { isInMode, optionOf } from '../isa/presence.ts';
import { NO_REGISTER, Register, RegisterClass, type RegisterId, register, registerByName } from '../isa/registers.ts';
import type { Choices, Memory, Unencodable } from './choices.ts';
import { encode, encodeInto } from './encode.ts';
import { instructionOf } from './instruction-of.ts';

const formOf = (opcodeText: string, syntax: string): Form => {
  const form = forms.find((one) => one.opcodeText === opcodeText && one.syntax === syntax);
  if (form === undefined) throw new Error(`There is no form ${opcodeText} ${syntax}`);
  return form;
};

const id = (name: string): RegisterId => registerByName(name) ?? NO_REGISTER;

const hexOf = (form: Form, choices: Choices): string => {
  const made = instructionOf(form, choices);
  if (made.status !== 'encodable') return made.reason;
  return Buffer.from(encode(made.instruction)).toString('hex').replace(/../g, '$& ').trim();
};

/** Memory operands of every kind: each base, each index, each scale, each displacement size. */
const memories = (addressSize: 16 | 32 | 64): readonly Memory[] => {
  if (addressSize === 16) {
    const parts: Memory[] = [{}, ...['bx', 'bp', 'si', 'di'].map((base) => ({ base: id(base) }))];
    for (const base of ['bx', 'bp']) for (const index of ['si', 'di']) parts.push({ base: id(base), index: id(index) });
    return parts.flatMap((memory) => [
      memory,
      ...[0, 1, -128, 128, -32768].map((displacement) => ({ ...memory, displacement })),
    ]);
  }
  const registerClass = addressSize === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32;
  const all = Array.from({ length: addressSize === 64 ? 16 : 8 }, (_, number) => register(registerClass, number));
  const shapes: Memory[] = [{}, { hasSib: true }, ...all.map((base) => ({ base }))];
  for (const index of all) {
    shapes.push({ index, scale: 4, displacement: 0x1234_5678 }, { base: register(registerClass, 5), index, scale: 8 });
    shapes.push({ base: register(registerClass, 4), index, scale: 2, displacement: -1 });
  }
  shapes.push({ base: all[0], displacementBytes: 4 }, { base: all[0], hasSib: true, displacementBytes: 1 });
  shapes.push({ base: addressSize === 64 ? Register.rip : Register.eip, displacement: -0x8000_0000 });
  return shapes;
};

/** Some of many, others for each form. */
const sampled = <T>(all: readonly T[], { id, map }: Form): readonly T[] =>
  isVectorMap(map) ? all.filter((_, k) => (k + id) % 16 === 0) : all;

const registersOf = (registerClass: number, form: Form): readonly RegisterId[] =>
  sampled(
    Array.from({ length: isVectorMap(form.map) ? 33 : 17 }, (_, number) => (registerClass << 5) + number),
    form,
  );

/** Masks, zeroing, broadcast and rounding, where the form has them and where not. */
const decorationsOf = function* (base: Choices): Generator<Choices> {
  const memory = { base: id(base.mode === 64 ? 'rcx' : 'ecx'), displacement: 0x40 };
  for (let number = 0; number < 9; number += 2) yield { ...base, mask: (RegisterClass.mask << 5) + number };
  const mask = (RegisterClass.mask << 5) + 3;
  yield { ...base, mask, zeroing: true };
  yield { ...base, zeroing: true };
  for (const rounding of ['rn', 'rd', 'ru', 'rz', 'sae'] as const) {
    yield { ...base, rounding };
    yield { ...base, rounding, mask, rm: memory };
  }
  for (const displacement of [0, 4, 6, 8, 0x40, 0x1fc0, 0x2000, -0x80, -0x2000]) {
    yield { ...base, rm: { ...memory, displacement }, mask };
    yield { ...base, rm: { ...memory, displacement }, broadcast: true };
  }
  yield { ...base, broadcast: true };
};

/** Conversions, swizzles and rounding of MVEX. */
const conversionsOf = function* (base: Choices): Generator<Choices> {
  const memory = { base: id('r9'), index: id('zmm17'), displacement: 0x40 };
  for (let conversion = 0; conversion < 9; conversion++) {
    for (const eviction of [0, 1] as const) {
      yield { ...base, conversion, eviction };
      yield { ...base, conversion, eviction, mask: id('k5') };
      for (const displacement of [1, 4, 8, 0x20, 0x40, 0x1fc0, 0x2000, -0x80]) {
        yield { ...base, conversion, eviction, rm: { base: id('r9'), displacement } };
        yield { ...base, conversion, eviction, rm: { ...memory, displacement } };
      }
    }
  }
};

/** R16 to R31 everywhere, REX2, and what EVEX says of promoted instructions. */
const extendedOf = function* (form: Form, base: Choices): Generator<Choices> {
  yield { ...base, hasRex2: true };
  yield { ...base, suppressesFlags: true };
  for (const value of [0, 5, 9, 15]) yield { ...base, sourceCondition: value, defaultFlags: 15 - value };
  for (const registerClass of [RegisterClass.gpr8, RegisterClass.gpr16, RegisterClass.gpr32, RegisterClass.gpr64]) {
    for (const number of [16, 20, 21, 31]) {
      const high = register(registerClass, number);
      yield { ...base, reg: high };
      yield { ...base, rm: high };
      yield { ...base, vvvv: high, rm: { base: id('r21') } };
      yield { ...base, reg: high, rm: high, vvvv: high, suppressesFlags: true };
    }
  }
  const withVector = form.operands.find(({ indexClass }) => indexClass !== 0)?.indexClass ?? 0;
  for (const base64 of ['rax', 'r20', 'r21', 'r29']) {
    for (const displacement of [0, 8, 0x1234]) {
      const index = withVector === 0 ? id('r20') : register(withVector, 17);
      yield { ...base, rm: { base: id(base64), displacement } };
      yield { ...base, rm: { base: id(base64), index, scale: 4, displacement } };
    }
  }
};

interface Setting {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly options?: readonly OpcodeOption[];
}

const choicesOf = function* (form: Form, setting: Setting): Generator<Choices> {
  const { mode } = setting;
  const base: Choices = setting;
  if (isVectorMap(form.map)) yield* decorationsOf(base);
  if (encodingOf(form.map) === Encoding.mvex) yield* conversionsOf(base);
  if (setting.options?.includes('APX')) yield* extendedOf(form, base);
  const sizes = mode === 64 ? ([32, 64] as const) : ([16, 32] as const);
  yield base;
  yield { ...base, segment: Register.fs, prefixes: Prefix.rep };
  yield { ...base, segment: Register.ds, prefixes: Prefix.repne | Prefix.operandSize };
  yield { ...base, prefixes: Prefix.lock, rm: {} };
  for (const operandSize of [16, 32, 64] as const) yield { ...base, operandSize, hasRex: true };
  const classes = form.operands
    .map(({ registerClass }) => registerClass)
    .filter((registerClass) => registerClass !== 0);
  for (const registerClass of new Set([...classes, RegisterClass.gpr8High])) {
    for (const one of registersOf(registerClass, form)) {
      yield { ...base, reg: one };
      yield { ...base, rm: one, immediate: -1, immediate2: 0xff };
      yield { ...base, rm: one, reg: (registerClass << 5) + 16 - Math.min(16, one & 31), prefixes: Prefix.lock };
      yield { ...base, rm: one, reg: one ^ 1, is4: one };
    }
  }
  for (let spare = 0; spare < 8; spare++) yield { ...base, spareReg: spare };
  for (const w of [0, 1] as const) yield { ...base, w, vectorLength: w === 0 ? 128 : 512 };
  for (const spec of form.operands) {
    if (spec.place !== 'vvvv' || spec.registerClass === 0) continue;
    for (const one of registersOf(spec.registerClass, form)) yield { ...base, vvvv: one, reg: one ^ 3 };
  }
  for (const addressSize of sizes) {
    yield { ...base, addressSize, offset: 0x1234_5678, offsetHigh: 0x9abc_def0, immediate: 0x7f };
    if (form.hasModrm) for (const rm of sampled(memories(addressSize), form)) yield { ...base, addressSize, rm };
    for (const { indexClass } of form.operands) {
      if (indexClass === 0 || addressSize === 16) continue;
      for (const index of registersOf(indexClass, form))
        for (const displacement of [0, 4, 8, 0x200])
          yield {
            ...base,
            addressSize,
            rm: { base: id(addressSize === 64 ? 'r12' : 'ebp'), index, scale: 4, displacement },
          };
    }
  }
};

/** Fields that a decoder leaves as they were are not compared. */
const differingField = (made: Instruction, decoded: Instruction): string | null => {
  const always = [
    'form',
    'lengthBytes',
    'prefixes',
    'segmentOverride',
    'hintPrefix',
    'rex',
    'map',
    'opcode',
    'opcodeOffset',
  ] as const;
  const sizes = [
    'modrm',
    'sib',
    'operandSize',
    'addressSize',
    'displacementBytes',
    'segment',
    'immediateBytes',
    'operandCount',
  ] as const;
  const memory = ['base', 'index', 'scale', 'displacement', 'displacementHigh'] as const;
  const fields: (keyof Instruction)[] = [...always, ...sizes];
  if (made.segment !== NO_REGISTER) fields.push(...memory);
  if (isVectorMap(made.map)) fields.push('vexBytes', 'vvvv', 'vectorLength', 'pp', 'mask', 'zeroing', 'b');
  if (encodingOf(made.map) >= Encoding.evex) fields.push('registerHigh');
  if (encodingOf(made.map) === Encoding.mvex) fields.push('conversion', 'eviction');
  if (made.immediateBytes > 0) fields.push('immediate', 'immediateHigh');
  const operands = [...made.operands.subarray(0, made.operandCount)];
  if (operands.includes(OperandKind.immediate2) || operands.includes(OperandKind.farPointer)) fields.push('immediate2');
  for (const field of fields) if (made[field] !== decoded[field]) return `${field} ${made[field]} ${decoded[field]}`;
  const other = operands.findIndex((operand, k) => operand !== decoded.operands[k]);
  return other < 0 ? null : `operand ${other}`;
};

describe('instructionOf', () => {
  /** How many encodings of these forms there are; fails where a decoder reads another instruction. */
  const tried = (some: readonly Form[], setting: Setting): number => {
    const decoder = new Decoder(setting.mode, setting.vendor, setting.options);
    const decoded = new Instruction();
    const bytes = new Uint8Array(32);
    let count = 0;
    for (const form of some) {
      for (const choices of choicesOf(form, setting)) {
        const made = instructionOf(form, choices);
        if (made.status !== 'encodable') continue;
        count++;
        const lengthBytes = encodeInto(made.instruction, bytes);
        const status = decoder.decode(bytes, 0, lengthBytes, decoded);
        const difference = status === Status.valid ? differingField(made.instruction, decoded) : `status ${status}`;
        if (difference !== null)
          expect.fail(`${difference}: ${form.syntax} ${Buffer.from(bytes.subarray(0, lengthBytes)).toString('hex')}`);
      }
    }
    return count;
  };

  it.each(modes.flatMap((mode) => vendors.map((vendor) => ({ mode, vendor }))))(
    'fills what a decoder reads from its bytes: every form in $mode-bit mode for $vendor',
    (setting) => {
      expect(tried(forms, setting)).toBeGreaterThan(40_000);
    },
  );

  it('fills what a decoder reads from its bytes: every form of the first Xeon Phi', () => {
    const some = forms.filter(({ needs }) => needs.has('KNC'));
    const setting = { mode: 64, vendor: 'intel', options: ['KNC'] } as const;
    expect(tried(some, setting)).toBeGreaterThan(20_000);
    for (const form of some) expect(instructionOf(form, setting).status, form.syntax).toBe('encodable');
  });

  it('fills what a decoder reads from its bytes: every form of APX, and some that it extends', () => {
    const some = forms.filter(({ needs }) => needs.has('APX'));
    const extended = forms.filter((form) => isInMode(form, 64) && optionOf(form) === undefined && form.id % 5 === 0);
    const setting = { mode: 64, vendor: 'intel', options: ['APX'] } as const;
    expect(tried(some, setting)).toBeGreaterThan(20_000);
    expect(tried(extended, setting)).toBeGreaterThan(20_000);
    for (const form of some) expect(instructionOf(form, setting).status, form.syntax).toBe('encodable');
  });

  const unencodableForms = (mode: Mode, vendor: Vendor): readonly string[] =>
    forms
      .filter((form) => {
        const made = instructionOf(form, { mode, vendor });
        return made.status === 'unencodable' && made.reason === 'another-form';
      })
      .map((form) => `${form.opcodeText} ${form.syntax}`);

  it('finds an encoding for every form of a mode, near branches of 16 bits and NOPs that are MPX on Intel apart', () => {
    expect(unencodableForms(64, 'amd')).toEqual([]);
    expect(unencodableForms(32, 'amd')).toEqual([]);
    expect(unencodableForms(16, 'amd')).toEqual([]);
    expect(unencodableForms(32, 'intel')).toEqual(['o16 0F 1A /r NOP r/m16, r16', 'o16 0F 1B /r NOP r/m16, r16']);
    expect(unencodableForms(16, 'intel')).toEqual(['o32 0F 1A /r NOP r/m32, r32', 'o32 0F 1B /r NOP r/m32, r32']);
    const branches = /^o16 (a\d\d )?(7.|E[0-39B8]|0F 8.|FF|C[23]) .*(J|LOOP|CALL|RET)|^o16 0F 1[AB]|^o16 C3 RET$/;
    for (const text of unencodableForms(64, 'intel')) expect(text).toMatch(branches);
  });

  const apx = { mode: 64, options: ['APX'] } as const;
  const addNdd = 'o32 EVEX.LLZ.MAP4.SCALABLE.NF.ND1 01 /r';
  const adcNdd = 'o32 EVEX.LLZ.MAP4.SCALABLE.ND1 11 /r';
  const ccmp = 'o32 EVEX.LLZ.MAP4.SCALABLE.NF 39 /r';

  it.each<readonly [string, string, Choices, string]>([
    ['88 /r', 'MOV r/m8, r8', { mode: 64, rm: id('spl'), reg: id('al') }, '40 88 c4'],
    ['88 /r', 'MOV r/m8, r8', { mode: 64, rm: id('ah'), reg: id('al') }, '88 c4'],
    ['88 /r', 'MOV r/m8, r8', { mode: 64, rm: id('ah'), reg: id('spl') }, 'register'],
    ['88 /r', 'MOV r/m8, r8', { mode: 32, rm: id('spl') }, 'register'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 32, rm: id('r8d') }, 'register'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 32, rm: id('ax') }, 'register'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: id('r15d'), reg: id('r8d') }, '45 89 c7'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: id('rsp') } }, '89 04 24'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: id('r13') } }, '41 89 45 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { index: id('r12'), scale: 8 } }, '42 89 04 e5 00 00 00 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { index: id('rsp') } }, 'addressing'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: id('rax'), scale: 2 } }, 'addressing'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: id('rax'), index: id('ecx') } }, 'addressing'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: id('bx') } }, 'address-size'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: Register.rip, displacement: 0x10 } }, '89 05 10 00 00 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { base: Register.eip } }, '67 89 05 00 00 00 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 32, rm: { base: Register.eip } }, 'addressing'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: { displacement: 0x10 } }, '89 04 25 10 00 00 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 32, rm: { displacement: 0x10 } }, '89 05 10 00 00 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 16, rm: { displacement: 0x10 } }, '66 89 06 10 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 16, rm: { base: id('bp') } }, '66 89 46 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 16, rm: { base: id('bp'), displacementBytes: 0 } }, 'displacement'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 16, rm: { base: id('si'), displacement: 0x1_0000 } }, 'displacement'],
    [
      'o32 89 /r',
      'MOV r/m32, r32',
      { mode: 64, rm: { base: id('rax'), displacement: 128, displacementBytes: 1 } },
      'displacement',
    ],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, prefixes: Prefix.lock, rm: {} }, 'lock-not-allowed'],
    ['o32 01 /r', 'ADD r/m32, r32', { mode: 64, prefixes: Prefix.lock }, 'lock-not-allowed'],
    ['o32 01 /r', 'ADD r/m32, r32', { mode: 64, prefixes: Prefix.lock, rm: {} }, 'f0 01 04 25 00 00 00 00'],
    ['o32 01 /r', 'ADD r/m32, r32', { mode: 64, prefixes: Prefix.rep | Prefix.repne }, 'prefix'],
    ['o32 01 /r', 'ADD r/m32, r32', { mode: 64, operandSize: 16 }, 'operand-size'],
    ['o32 01 /r', 'ADD r/m32, r32', { mode: 64, prefixes: Prefix.operandSize }, 'operand-size'],
    ['o32 05 id', 'ADD EAX, imm32', { mode: 64, immediate: 0xffff_ffff }, '05 ff ff ff ff'],
    ['o32 83 /0 ib', 'ADD r/m32, simm8:32', { mode: 64, immediate: 128 }, 'immediate'],
    ['o32 83 /0 ib', 'ADD r/m32, simm8:32', { mode: 64, immediate: -128 }, '83 c0 80'],
    ['04 ib', 'ADD AL, imm8', { mode: 64, immediate: 1.5 }, 'immediate'],
    ['o32 90+rd', 'XCHG r32, EAX', { mode: 64 }, '91'],
    ['o32 90+rd', 'XCHG r32, EAX', { mode: 64, reg: id('eax') }, 'another-form'],
    ['o32 90+rd', 'XCHG r32, EAX', { mode: 64, reg: id('r8d') }, '41 90'],
    ['o32 8D /r', 'LEA r32, m', { mode: 64, rm: id('eax') }, 'memory-needed'],
    ['0F 20 /r', 'MOV r64:rm, CRn', { mode: 64, rm: {} }, 'register-needed'],
    ['0F 20 /r', 'MOV r64:rm, CRn', { mode: 64, reg: id('cr8') }, '44 0f 20 c0'],
    ['0F 20 /r', 'MOV r64:rm, CRn', { mode: 64, reg: id('cr1') }, 'register'],
    ['0F 20 /r', 'MOV r32:rm, CRn', { mode: 32, reg: id('cr8') }, 'register'],
    ['0F 20 /r', 'MOV r32:rm, CRn', { mode: 32, reg: id('cr8'), vendor: 'amd' }, 'f0 0f 20 c0'],
    ['0F 20 /r', 'MOV r64:rm, CRn', { mode: 64, reg: id('cr8'), vendor: 'amd', prefixes: Prefix.lock }, 'f0 0f 20 c0'],
    ['0F 20 /r', 'MOV r64:rm, CRn', { mode: 32 }, 'mode'],
    ['0F FF', 'UD0', { mode: 32 }, 'vendor'],
    ['o64 EB cb', 'JMP rel8', { mode: 64, immediate: -2 }, 'eb fe'],
    ['o32 EA cp', 'JMP ptr16:32', { mode: 16, immediate: 0x1234_5678, immediate2: 0xabcd }, '66 ea 78 56 34 12 cd ab'],
    [
      'A0',
      'MOV AL, moffs8',
      { mode: 64, offset: 0x1, offsetHigh: 2, segment: Register.gs },
      '65 a0 01 00 00 00 02 00 00 00',
    ],
    ['A0', 'MOV AL, moffs8', { mode: 64, segment: Register.ds }, '3e a0 00 00 00 00 00 00 00 00'],
    ['0F 90 /r', 'SETO r/m8', { mode: 16, spareReg: 7 }, '0f 90 f8'],
    ['NP 0F AE E8+i', 'LFENCE', { mode: 16, spareRm: 7 }, '0f ae ef'],
    ['NP 0F AE E8+i', 'LFENCE', { mode: 16, spareReg: 7 }, 'register'],
    [
      'VEX.LZ.0F38.W0 F2 /r',
      'ANDN r32, r32:vvvv, r/m32',
      { mode: 64, reg: id('r8d'), vvvv: id('r9d'), rm: { base: id('r10'), index: id('r11') } },
      'c4 02 30 f2 04 1a',
    ],
    ['VEX.LZ.0F38.W1 F3 /3', 'BLSI r64:vvvv, r/m64', { mode: 64, vvvv: id('rcx'), rm: id('rdx') }, 'c4 e2 f0 f3 da'],
    ['VEX.LZ.0F38.W1 F3 /3', 'BLSI r64:vvvv, r/m64', { mode: 32 }, 'mode'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 32, w: 1 }, 'c4 e2 f8 f3 d8'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, w: 1 }, 'operand-size'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, operandSize: 64 }, 'operand-size'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 32, vvvv: id('r9d') }, 'register'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, vvvv: id('rcx') }, 'register'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, vectorLength: 256 }, 'vector-length'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, prefixes: Prefix.operandSize }, 'prefix'],
    ['VEX.LZ.0F38.W0 F3 /3', 'BLSI r32:vvvv, r/m32', { mode: 64, hasRex: true }, 'prefix'],
    ['VEX.LZ.F2.0F3A.W0 F0 /r ib', 'RORX r32, r/m32, imm8', { mode: 64, vvvv: id('ecx') }, 'register'],
    ['VEX.LZ.0F.WIG AE /2', 'VLDMXCSR m32', { mode: 64 }, 'c5 f8 ae 10'],
    ['VEX.LZ.0F.WIG AE /2', 'VLDMXCSR m32', { mode: 64, w: 1 }, 'c4 e1 f8 ae 10'],
    ['VEX.LZ.0F.WIG AE /2', 'VLDMXCSR m32', { mode: 64, rm: { base: id('r8') } }, 'c4 c1 78 ae 10'],
    [
      'MVEX.512.0F.W0 58 /r',
      'VADDPS zmm{k}, zmm:vvvv, zmm/m512{Sf32}{er}',
      { mode: 64, options: ['KNC'], rm: { base: id('rax'), displacement: 0x20 }, conversion: 3, eviction: 1 },
      '62 f1 78 b8 58 40 01',
    ],
    [
      'MVEX.512.0F.W0 58 /r',
      'VADDPS zmm{k}, zmm:vvvv, zmm/m512{Sf32}{er}',
      { mode: 64, options: ['KNC'], rm: id('zmm17'), mask: id('k1'), conversion: 7 },
      '62 b1 78 79 58 c1',
    ],
    [
      'MVEX.512.F3.0F.W1.EH1 29 /r',
      'VMOVNRNGOAPD m512{k}, zmm{Df64}',
      { mode: 64, options: ['KNC'] },
      '62 f1 fa 88 29 00',
    ],
    [
      'MVEX.512.F3.0F.W1.EH1 29 /r',
      'VMOVNRNGOAPD m512{k}, zmm{Df64}',
      { mode: 64, options: ['KNC'], eviction: 0 },
      'conversion',
    ],
    [
      'MVEX.512.66.0F.W1 28 /r',
      'VMOVAPD zmm{k}, zmm/m512{SUf64}',
      { mode: 64, options: ['KNC'], rm: {}, conversion: 3 },
      'conversion',
    ],
    ['MVEX.512.0F.W0 58 /r', 'VADDPS zmm{k}, zmm:vvvv, zmm/m512{Sf32}{er}', { mode: 64 }, 'option'],
    ['VEX.LZ.0F.WIG AE /2', 'VLDMXCSR m32', { mode: 64, conversion: 1 }, 'conversion'],
    ['o32 89 /r', 'MOV r/m32, r32', { mode: 64, rm: id('r16d') }, 'register'],
    ['o32 89 /r', 'MOV r/m32, r32', { ...apx, rm: id('r16d'), reg: id('r31d') }, 'd5 54 89 f8'],
    ['o32 89 /r', 'MOV r/m32, r32', { ...apx, rm: { base: id('r21'), index: id('r20') } }, 'd5 30 89 44 25 00'],
    ['o32 89 /r', 'MOV r/m32, r32', { ...apx, hasRex2: true }, 'd5 00 89 c0'],
    ['o32 0F AF /r', 'IMUL r32, r/m32', { ...apx, reg: id('r17d') }, 'd5 c0 af c8'],
    ['A4', 'MOVSB m8@rDI, m8@rSI', { ...apx, hasRex2: true }, 'prefix'],
    ['NP 0F AE /4', 'XSAVE m', { ...apx, rm: { base: id('r16') } }, 'addressing'],
    ['o64 REX2.W1 50+ro', 'PUSHP r64', { ...apx, reg: id('r17') }, 'd5 18 51'],
    ['o64 REX2.W1 50+ro', 'PUSHP r64', { mode: 64 }, 'option'],
    ['REX2.W0 NP a64 A1 io', 'JMPABS imm64', { ...apx, immediate: 1 }, 'd5 00 a1 01 00 00 00 00 00 00 00'],
    [addNdd, 'ADD r32:vvvv, r/m32, r32', { ...apx, vvvv: id('r16d') }, '62 f4 7c 10 01 c0'],
    [addNdd, 'ADD r32:vvvv, r/m32, r32', { ...apx, suppressesFlags: true }, '62 f4 7c 1c 01 c0'],
    [addNdd, 'ADD r32:vvvv, r/m32, r32', { ...apx, mask: id('k1') }, 'mask'],
    [adcNdd, 'ADC r32:vvvv, r/m32, r32', { ...apx, suppressesFlags: true }, 'flags-suppressed'],
    [adcNdd, 'ADC r32:vvvv, r/m32, r32', { ...apx, defaultFlags: 1 }, 'source-condition'],
    [ccmp, 'CCMPSCC r/m32, r32', { ...apx, sourceCondition: 5, defaultFlags: 9 }, '62 f4 4c 05 39 c0'],
    [ccmp, 'CCMPSCC r/m32, r32', { ...apx, sourceCondition: 16 }, 'source-condition'],
    ['EVEX.LLZ.NP.MAP4.W0.ND1 FF /6', 'PUSH2 r64:vvvv, r64:rm', { ...apx, rm: id('rsp') }, 'register'],
    ['VEX.128.MAP0.W0 74 cb', 'JKZD k:vvvv, rel8', { mode: 64, options: ['KNC'], vvvv: id('k3') }, 'c4 e0 60 74 00'],
    ['0F 18 /7', 'PREFETCHIT0 m8', { mode: 64, rm: { base: id('rax') } }, 'another-form'],
  ])('makes of %s %s with %o: %s', (opcodeText, syntax, choices, expected) => {
    expect(hexOf(formOf(opcodeText, syntax), choices)).toBe(expected);
  });

  it('refuses what would take more than 15 bytes', () => {
    const form = formOf('o16 81 /0 iw', 'ADD r/m16, imm16');
    const rm: Memory = { base: id('eax'), index: id('ecx'), displacement: 0x1234_5678 };
    const many = Prefix.lock | Prefix.rep;
    const fits = instructionOf(form, {
      mode: 32,
      rm: { base: id('eax'), index: id('ecx'), displacement: 1 },
      prefixes: many,
    });
    expect(fits.status).toBe('encodable');
    const wide = formOf('o32 81 /0 id', 'ADD r/m32, imm32');
    const reasons: Unencodable[] = [];
    const long = instructionOf(wide, { mode: 16, rm, prefixes: many, segment: Register.fs });
    if (long.status === 'unencodable') reasons.push(long.reason);
    expect(reasons).toEqual(['too-long']);
  });
});
