/** Status and control flags as their bits in RFLAGS (SDM 1 3.4.3). */
export const Flag = {
  C: 1 << 0,
  P: 1 << 2,
  A: 1 << 4,
  Z: 1 << 6,
  S: 1 << 7,
  T: 1 << 8,
  I: 1 << 9,
  D: 1 << 10,
  O: 1 << 11,
  /** Both bits of IOPL. */
  L: 3 << 12,
  N: 1 << 14,
  R: 1 << 16,
  V: 1 << 17,
  K: 1 << 18,
  F: 1 << 19,
  G: 1 << 20,
  E: 1 << 21,
} as const;

/** The six status flags. */
export const statusFlags = Flag.O | Flag.S | Flag.Z | Flag.A | Flag.P | Flag.C;
