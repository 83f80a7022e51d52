/**
 * VEX and where it begins (SDM 2A 2.3; XOP, whose bytes are VEX's: APM 3 1.2.5). What is inverted in the encoding comes
 * out plain: R, X and B as REX has them, vvvv as a register number.
 */
import { type Instruction, Prefix } from '../isa/instruction.ts';
import { Encoding, mapIn } from '../isa/opcode-map.ts';

/**
 * Outside 64-bit mode the first byte may be LES, LDS or BOUND instead, and tells by the second, which would be ModRM with
 * a register; XOP's map would be the digit and register of a POP that does not exist.
 */
export const isVectorPrefix = (first: number, second: number, is64: boolean): boolean =>
  first === 0x8f ? (second & 0x1f) >= 8 : is64 || second >= 0xc0;

/** Bytes of VEX and XOP; 4 of EVEX. */
export const vexLengthOf = (first: number): number => (first === 0xc5 ? 2 : first === 0x62 ? 4 : 3);

const wrongPrefixes = Prefix.lock | Prefix.repne | Prefix.rep | Prefix.operandSize;

/** Prefixes that make VEX #UD (SDM 2A 2.3.2 to 2.3.4). A REX byte that another prefix follows is ignored as ever. */
export const breaksVexPrefixes = ({ prefixes, rex }: Instruction): boolean =>
  (prefixes & wrongPrefixes) !== 0 || rex !== 0;

/** Maps above 15 are as reserved as map 15. */
const mapOf = (mmmmm: number): number => Math.min(mmmmm, 15);

/** Reads the fields of VEX or XOP, whose second byte is at `second`. */
export const decodeVex = (
  bytes: Uint8Array,
  second: number,
  lengthBytes: number,
  is64: boolean,
  into: Instruction,
): void => {
  const isLong = lengthBytes === 3;
  const first = bytes[second];
  // Two bytes have no X, B, W and map: these are 0, 0, 0 and 0F.
  const last = isLong ? bytes[second + 1] : first & 0x7f;
  const extensions = isLong ? (~first >> 5) & 7 : (~first >> 5) & 4;
  into.vexBytes = lengthBytes;
  into.map = mapIn(bytes[second - 1] === 0x8f ? Encoding.xop : Encoding.vex, isLong ? mapOf(first & 0x1f) : 1);
  into.mask = 0;
  into.zeroing = 0;
  into.b = 0;
  into.registerHigh = 0;
  into.vvvv = (~last >> 3) & 15;
  into.vectorLength = (last >> 2) & 1;
  into.pp = last & 3;
  // Outside 64-bit mode R and X are 0, or this were LES, and B is ignored (SDM 2A 2.3.5.5).
  into.rex = ((last >> 4) & 8) | (is64 ? extensions : 0);
  into.operandSize = is64 && into.rex >= 8 ? 64 : 32;
};
