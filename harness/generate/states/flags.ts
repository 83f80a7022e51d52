/** RFLAGS to begin with: status flags and DF at random, others now and then. */
import type { Random } from '../random.ts';

/** IF and the bit that is always 1. */
export const fixedFlags = 0x202;
const statusFlags = 0x8d5;
const direction = 0x400;
const nested = 0x4000;
const alignment = 0x4_0000;
const identification = 0x20_0000;

/** Those that states may begin with. TF is not among them: what it does comes after the instruction. */
export const freeFlags = statusFlags | direction | nested | alignment | identification;

export const drawFlags = (random: Random): number => {
  const lot = random.next();
  let flags = fixedFlags | (lot & (statusFlags | direction));
  if ((lot & 0xf000) === 0) flags |= identification;
  if ((lot & 0x1f_0000) === 0) flags |= nested;
  if ((lot & 0x7e0_0000) === 0) flags |= alignment;
  return flags;
};
