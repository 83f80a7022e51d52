import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { type Mode, modes } from '../isa/modes.ts';
import { NO_REGISTER } from '../isa/registers.ts';
import { operandsOf } from '../operand/operands.ts';
import { prefixWords } from './facts.ts';
import { formatIntel } from './intel.ts';
import { formatNasm } from './nasm.ts';
import { type Sample, samplesOf } from './testing/samples.ts';

/**
 * What NASM 2.16 has no text for, by opcode and syntax of the form, or where it assembles its own text wrongly. The
 * formatter prints something readable all the same.
 */
const beyondNasm: readonly (readonly [why: string, form: RegExp])[] = [
  ['no BSWAP of 16 bits, whose result is undefined', /BSWAP r16/],
  ['no MOVZX and MOVSX from 16 to 16 bits', /MOV[SZ]X r16, r\/m16/],
  ['no MOVSXD to 16 and 32 bits', /MOVSXD r(16|32)/],
  ['no reserved NOP at 0F 0D', /0F 0D \/r NOP/],
  ['no REX.R in a reserved NOP, and F3 makes others of some', /0F 1[89A-F] \/[r\d] NOP r\/m\d+, r/],
  ['no RAO-INT', /0F 38 FC/],
  [
    'not all that 0F 01 and 0F 00 encode, or in 64-bit mode only',
    /^(NP |66 |F[23] |a\d+ |o\d+ |REX.W \+ )*0F 0[01] .*(TDCALL|PBNDKB|RDPRU|TLBSYNC|INVLPGB|MCOMMIT|RMP|PSMASH|PVALIDATE|LKGS|ERET|VMGEXIT|SKINIT|RDPKRU|WRPKRU|WRMSRNS|RDMSRLIST|WRMSRLIST|SEAM|URDMSR)/,
  ],
  ['F3 left out of PTWRITE', /PTWRITE/],
  ['66 put before WRSS', /WRSS/],
  ['16-bit addresses given to ENQCMD in 32-bit mode', /ENQCMD/],
  ['67 left out of MPX with a register in 16-bit mode', /BND(CL|CU|CN) bnd, r\/m32|BNDMOV bnd/],
  ['REX.W left out where a selector moves', /REX.W \+ (8C|8E|0F 0[01]) \/[r\d] (MOV|SLDT|STR|SMSW)/],
  ['operands of XCHG in an order of its own', /XCHG/],
  ['no Key Locker', /KL |ENCODEKEY|LOADIWKEY/],
  ['no name for an alias of FSTP', /FSTPNCE/],
  ['no URDMSR and UWRMSR', /U(RD|WR)MSR/],
  ['no AMX-FP16 and AMX-COMPLEX, no VPERMIL2PS', /TDPFP16PS|TCMM|VPERMIL2/],
  ['no 64 bits where fewer count', /REX.W \+ .*(PEXTR[BW]|PMOVMSKB|PINSR[BW])/],
  [
    'lines of half precision with mistakes in names, operands, lengths and scales',
    /MAP[56]\.|EVEX\.\S+\.0F3A\.W0 \w+ \/r ib V(RNDSCALE|GETMANT|REDUCE|FPCLASS|CMP)[PS]H /,
  ],
  ['no broadcast of VPOPCNT and VDPBF16PS', /VPOPCNT[DQ]|VDPBF16PS/],
  ['no VP2INTERSECT but one', /VP2INTERSECT/],
  ['register groups that no text gives, and names misspelt', /V4FN?MADD|VP4DPWSSD|VBCSTNEBF162PS/],
  ['operands too many or too long', /VCVTNEPS2BF16/],
  ['no VEX for AVX-VNNI, though told to', /^VEX\.\S+ 5[0-3] \/r VPDP/],
  ['no AVX-VNNI-INT16, SHA512, SM3, SM4', /VPDPW[US][US]D|VSHA512|VSM[34]/],
  ['W left out where RAX and RDX hold lengths of strings', /0F3A\.W1 6[01] \/r ib VPCMPESTR/],
  ['W left out where an element moves', /(VPEXTR[BW]|VPINSR[BW]|VEXTRACTPS|VMOVMSKP[SD]|VPMOVMSKB) .*\br64/],
];

const isBeyondNasm = ({ instruction }: Sample): boolean => {
  const { opcodeText, syntax } = forms[instruction.form];
  return (
    isOutOfReach(instruction) ||
    isLoneIndex(instruction) ||
    beyondNasm.some(([, pattern]) => pattern.test(`${opcodeText} ${syntax}`))
  );
};

/** NASM leaves prefixes out that mean nothing, and the target is too far from the end of a shorter jump. */
const isOutOfReach = ({ operands, immediateBytes, immediate, opcodeOffset }: Instruction): boolean =>
  operands[0] === OperandKind.branch && immediateBytes === 1 && immediate + opcodeOffset > 127;

/** To NASM an index alone without a scale is a base, even behind NOSPLIT. */
const isLoneIndex = ({ sib, base, index, scale }: Instruction): boolean =>
  sib !== -1 && base === NO_REGISTER && index !== NO_REGISTER && scale === 1;

/** To NASM a number behind `rel` is no place of the section, and absolute after all; a distance from here is one. */
const relocate = (text: string, address: bigint): string =>
  text.replace(/(?<=rel (?:..:)?)0x[0-9a-f]+/, (place) => {
    const distance = BigInt(place) - address;
    return distance < 0n ? `$-${-distance}` : `$+${distance}`;
  });

const assembler = 'nasm';
const base = 0x1000;
/** Each line has a slot of its own, so that targets are where the text says. */
const slotBytes = 16;
const addressOf = (k: number): bigint => BigInt(base + k * slotBytes);

/** The slots that NASM makes of these lines. */
const assemble = (mode: Mode, lines: readonly string[]): readonly Uint8Array[] => {
  const folder = mkdtempSync(join(tmpdir(), 'nasm-text-'));
  try {
    const [source, binary] = [join(folder, 'a.asm'), join(folder, 'a.bin')];
    const text = lines.map((line) => `times 1 ${line}\nalign ${slotBytes}\n`).join('');
    writeFileSync(source, `bits ${mode}\norg ${base}\n${text}`);
    execFileSync(assembler, ['-f', 'bin', '-w-all', '-Werror=orphan-labels', '-o', binary, source]);
    const all = readFileSync(binary);
    return lines.map((_, k) => all.subarray(k * slotBytes, (k + 1) * slotBytes));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** All that decides what the instruction does. RIP-relative operands as places, for NASM may find a shorter encoding. */
const meaningOf = (instruction: Instruction, address: bigint): unknown => ({
  name: forms[instruction.form].mnemonic,
  prefixes: prefixWords(instruction).replace('notrack ', ''),
  operands: operandsOf(instruction, address).map((operand) =>
    operand.kind === 'memory' && (operand.base === 'rip' || operand.base === 'eip')
      ? { ...operand, displacement: BigInt.asUintN(32, operand.displacement + BigInt(instruction.lengthBytes)) }
      : operand,
  ),
});

describe('formatNasm', () => {
  it.each(modes)('prints what NASM assembles to the same instruction in %i-bit mode', (mode) => {
    const samples = samplesOf(mode, 4).filter((sample) => !isBeyondNasm(sample));
    const lines = samples.map(({ instruction }, k) => relocate(formatNasm(instruction, addressOf(k)), addressOf(k)));
    const slots = assemble(mode, lines);
    expect(samples.length).toBeGreaterThan(1500);
    for (const [k, { instruction }] of samples.entries()) {
      const made = decode(slots[k], mode);
      if (made.status !== 'valid') throw new Error(`${lines[k]} is ${made.status}: ${slots[k].toString()}`);
      const address = addressOf(k);
      expect(
        meaningOf(made.instruction, address),
        `${lines[k]} became ${formatIntel(made.instruction, address)}`,
      ).toEqual(meaningOf(instruction, address));
    }
  });

  it.each(beyondNasm)('lists no form that is gone: %s', (_why, pattern) => {
    expect(forms.some(({ opcodeText, syntax }) => pattern.test(`${opcodeText} ${syntax}`))).toBe(true);
  });
});
