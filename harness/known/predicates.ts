/** Conditions of known rows that no single field expresses, each by name and from the bytes alone. */
import { digitOf, type Identity, isMemoryForm, isRegisterForm, prefixBytesOf, rmOf } from '../bucket/identity.ts';
import type { Vex } from '../bucket/vex.ts';
import type { AnyMismatch } from '../mismatch.ts';
import { saidPredicates } from './said-predicates.ts';
import { vectorPredicates } from './vector-predicates.ts';

type Predicate = (identity: Identity, mismatch: AnyMismatch) => boolean;

export const predicates = {
  /** LOCK stands where the instruction cannot take it (SDM 2A LOCK). */
  'lock-not-allowed': (identity) => identity.prefixes.includes(0xf0) && !isLockable(identity),
  /** LOCK stands where the instruction can take it. */
  'lock-allowed': (identity) => identity.prefixes.includes(0xf0) && isLockable(identity),
  /** A REX byte stands before another prefix, and is ignored (SDM 2A 2.2.1). */
  'rex-ignored': (identity) => identity.hasIgnoredRex,
  'no-rex-ignored': (identity) => !identity.hasIgnoredRex,
  rex: (identity) => identity.rex !== 0 || identity.hasIgnoredRex,
  'no-rex': (identity) => identity.rex === 0 && !identity.hasIgnoredRex,
  /** No prefix and no REX at all. */
  'no-prefix': (identity) => identity.prefixes.length === 0 && identity.rex === 0 && !identity.hasIgnoredRex,
  /** Some legacy prefix or REX. */
  prefix: (identity) => prefixBytesOf(identity) > 0,
  /** ModRM is RIP-relative (SDM 2A 2.2.1.6). */
  'rip-relative': (identity, { input: { mode } }) => mode === 64 && (identity.modrm & 0xc7) === 5,
  /** The address is an index times 1 and a displacement: SIB without base (SDM 2A table 2-3). */
  'lone-index': (identity, { input: { bytes } }) =>
    (identity.modrm & 0xc7) === 4 && ((bytes[identity.opcodeOffset + 2] ?? 0) & 0xc7) === 5,
  /** 66, F2, F3 or REX stands before VEX, which is #UD (SDM 2A 2.3.2 to 2.3.4). */
  'prefix-before-vex': ({ vex, prefixes, rex }) =>
    vex !== null && (rex !== 0 || prefixes.some((prefix) => prefix === 0x66 || prefix === 0xf2 || prefix === 0xf3)),
  /** VEX.B, or vvvv above 7, which outside 64-bit mode mean nothing (SDM 2A 2.3.5.5, 2.3.5.6). */
  'vex-high-register': ({ vex }) => vex !== null && ((vex.rxb & 1) !== 0 || vex.vvvv > 7),
  /** 14 prefixes or more, REX counted. */
  'prefixes-14': (identity) => prefixBytesOf(identity) >= 14,
  /** 15 prefixes or more: no room for an opcode (SDM 2A 2.3.11). */
  'prefixes-15': (identity) => prefixBytesOf(identity) >= 15,
  /** Some prefix stands twice, or two of one group stand (SDM 2A 2.1.1). */
  'prefix-repeated': (identity) => new Set(identity.prefixes.map(groupOf)).size < identity.prefixes.length,
  /** Behind 66, F2 or F3, one of which the opcode may need, stands another prefix (SDM 2A 2.1.1). */
  'prefix-behind-mandatory': ({ prefixes }) => {
    const first = prefixes.findIndex(isMandatory);
    return first >= 0 && prefixes.slice(first + 1).some((prefix) => prefix !== prefixes[first]);
  },
  /** 67 stands before F2 or F3. */
  '67-before-repeat': ({ prefixes }) => {
    const first = prefixes.indexOf(0x67);
    return first >= 0 && prefixes.slice(first).some((prefix) => prefix === 0xf2 || prefix === 0xf3);
  },
  /** 66 stands before an opcode of SSE, which is told by it from others (SDM 2A 2.1.2). */
  'mandatory-66': ({ map, opcode, prefixes }) =>
    prefixes.includes(0x66) && (map === 2 || map === 3 || (map === 1 && isOfSse(opcode))),
  /** ModRM.reg, extended by REX.R, is a control register that does not exist: not CR0, CR2, CR3, CR4 or CR8. */
  'cr-missing': (identity) => ![0, 2, 3, 4, 8].includes(regOf(identity)),
  /** ModRM.reg, extended by REX.R, is above DR7. */
  'dr-missing': (identity) => regOf(identity) > 7,
  /** ModRM.reg is a segment register that does not exist. */
  'sreg-missing': (identity) => digitOf(identity) > 5,
  /** ModRM.reg is CS. */
  'sreg-cs': (identity) => digitOf(identity) === 1,
  /** CALL, JMP and Jcc with a displacement of the operand size: E8, E9, 0F 80 to 0F 8F. */
  'near-branch': ({ map, opcode }) =>
    map === 0 ? opcode === 0xe8 || opcode === 0xe9 : map === 1 && (opcode & 0xf0) === 0x80,
  /** The same with 66. */
  'near-branch-16': ({ map, opcode, prefixes }) =>
    prefixes.includes(0x66) && (map === 0 ? opcode === 0xe8 || opcode === 0xe9 : map === 1 && (opcode & 0xf0) === 0x80),
  /** Address size is 16 bits. */
  'address-16': (identity, { input: { mode } }) => mode !== 64 && identity.prefixes.includes(0x67) === (mode === 32),
  /** Operand size is 16 bits (SDM 1 table 3-4). */
  'operand-16': (identity, { input: { mode } }) =>
    (identity.rex & 8) === 0 && identity.prefixes.includes(0x66) === (mode !== 16),
  /** Behind FS or GS stands a segment prefix that 64-bit mode ignores (SDM 2A 2.1.1). */
  'ignored-segment-last': ({ prefixes }, { input: { mode } }) =>
    mode === 64 &&
    (prefixes.includes(0x64) || prefixes.includes(0x65)) &&
    prefixes.findLastIndex(isIgnoredSegment) > prefixes.findLastIndex((prefix) => prefix === 0x64 || prefix === 0x65),
  /** ModRM.reg and ModRM.rm name one register. */
  'same-register': (identity) =>
    isRegisterForm(identity) && regOf(identity) === (rmOf(identity) | ((identity.rex & 1) << 3)),
  xop: ({ vex }) => vex?.encoding === 'XOP',
  /** XOP.R, or XOP.R or XOP.X, which outside 64-bit mode mean nothing. */
  'xop-r': ({ vex }) => vex?.encoding === 'XOP' && (vex.rxb & 4) !== 0,
  'xop-rx': ({ vex }) => vex?.encoding === 'XOP' && (vex.rxb & 6) !== 0,
  /** VEX.vvvv and ModRM.rm name one register. */
  'same-source': (identity) =>
    identity.vex !== null &&
    isRegisterForm(identity) &&
    identity.vex.vvvv === (rmOf(identity) | (sourceBits(identity.vex) << 3)),
  /** Of registers in a group, EVEX names one that is not the first (SDM 2C VP2INTERSECTD, V4FMADDPS). */
  'inside-group': ({ vex, opcode, modrm }) =>
    vex !== null && (opcode === 0x68 ? (modrm & 8) !== 0 : (vex.vvvv & 3) !== 0),
  ...vectorPredicates,
  ...saidPredicates,
  /** FCOM, FCOMP, FXCH and FSTP where the manuals reserve the opcode (APM 5 appendix A, table A-15). */
  'stack-alias': (identity) =>
    identity.map === 0 &&
    isRegisterForm(identity) &&
    stackAliases[identity.opcode]?.includes(digitOf(identity)) === true,
  /** Theirs has more bytes than an instruction may have (SDM 2A 2.3.11). */
  'theirs-over-15': (_identity, { theirs }) => theirs.status === 'valid' && theirs.lengthBytes > 15,
} as const satisfies Readonly<Record<string, Predicate>>;

export type PredicateName = keyof typeof predicates;

/** ModRM.reg by the opcode. */
const stackAliases: Readonly<Record<number, readonly number[]>> = {
  217: [3],
  220: [2, 3],
  221: [1],
  222: [2],
  223: [1, 2, 3],
};

/** Of a register in ModRM.rm: B, and of EVEX X too (SDM 2A 2.7.1). */
const sourceBits = ({ encoding, rxb }: Vex): number => (encoding === 'EVEX' ? rxb & 3 : rxb & 1);

const regOf = (identity: Identity): number => digitOf(identity) | ((identity.rex & 4) << 1);

const isOfSse = (opcode: number): boolean =>
  [
    [0x10, 0x17],
    [0x28, 0x2f],
    [0x50, 0x7f],
    [0xae, 0xae],
    [0xc2, 0xc7],
    [0xd0, 0xff],
  ].some(([from = 0, to = 0]) => opcode >= from && opcode <= to);

const isMandatory = (prefix: number): boolean => prefix === 0x66 || prefix === 0xf2 || prefix === 0xf3;

const isIgnoredSegment = (prefix: number): boolean => (prefix & 0xe7) === 0x26;

const groupOf = (prefix: number): number => {
  if (prefix === 0xf0 || prefix === 0xf2 || prefix === 0xf3) return 1;
  return prefix === 0x66 || prefix === 0x67 ? prefix : 2;
};

/**
 * ADD OR ADC SBB AND SUB XOR, XCHG, NOT NEG, INC DEC, CMPXCHG, XADD, BTS BTR BTC, CMPXCHG8B/16B, each with a memory
 * destination. Written from SDM 2A LOCK, apart from our rows, so that a slip there is not excused here.
 */
const isLockable = (identity: Identity): boolean => {
  if (!isMemoryForm(identity)) return false;
  const { map, opcode } = identity;
  const digit = digitOf(identity);
  if (map === 0) {
    if (opcode < 0x38) return (opcode & 7) <= 1;
    if (opcode >= 0x80 && opcode <= 0x83) return digit !== 7;
    if (opcode === 0x86 || opcode === 0x87) return true;
    if (opcode === 0xf6 || opcode === 0xf7) return digit === 2 || digit === 3;
    return (opcode === 0xfe || opcode === 0xff) && digit <= 1;
  }
  if (map !== 1) return false;
  if (opcode === 0xba) return digit >= 5;
  if (opcode === 0xc7) return digit === 1;
  return [0xab, 0xb3, 0xbb, 0xb0, 0xb1, 0xc0, 0xc1].includes(opcode);
};
