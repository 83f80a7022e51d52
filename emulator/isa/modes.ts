/** The three code sizes of the SDM: 16 (CS.D = 0), 32 (CS.D = 1), 64 (CS.L = 1); SDM 3A 3.4.5. */
export type Mode = 16 | 32 | 64;

export const modes: readonly Mode[] = [16, 32, 64];

/** Whose CPU is decoded for, where Intel and AMD differ. */
export type Vendor = 'intel' | 'amd';

export const vendors: readonly Vendor[] = ['intel', 'amd'];
