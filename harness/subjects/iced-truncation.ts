/** Whether bytes too few for an instruction begin one: the difference between truncated and invalid. */

/** What must be asked of a decoder. */
export interface Probe {
  /** Does it miss bytes when it is given only these? */
  readonly runsOut: (bytes: Uint8Array) => boolean;
  /** Is one of these 15-byte slots an instruction longer than `lengthBytes`? */
  readonly hasLonger: (slots: Uint8Array, lengthBytes: number) => boolean;
}

export const slotBytes = 15;

/**
 * `prefix`: an instruction of at most 15 bytes starts with these bytes and is longer. `dead-end`: none does, but the
 * decoder missed bytes before it rejected these. `none`: it rejected them without missing any.
 */
export type Beginning = 'prefix' | 'dead-end' | 'none';

/**
 * Asked only where the bytes, padded, are invalid, and that may be the padding's fault: `0F C7 00` has no instruction,
 * `0F C7 08` has. Completions are tried. What makes one valid is mostly the next opcode, prefix or ModRM byte, so each
 * of the 256 values comes next, with several fillers behind; then whole tails of VEX, EVEX, XOP and LOCKed
 * instructions, whose validity hangs on several bytes.
 *
 * iced's own `NoMoreBytes` is no proof of a prefix: it is given for `06` in 64-bit mode, as the decoder reads a ModRM
 * byte before it looks the opcode up, and for `F0 05`, where no immediate makes LOCK legal. These are the dead ends.
 */
export const beginningOf = (bytes: Uint8Array, probe: Probe): Beginning => {
  if (bytes.length >= slotBytes || !probe.runsOut(bytes)) return 'none';
  return probe.hasLonger(completionsOf(bytes), bytes.length) ? 'prefix' : 'dead-end';
};

/** ModRM for memory without displacement; PFCMPGE's suffix and NOP and KMOV; ModRM for registers. */
const fillers: readonly number[] = [0x00, 0x90, 0xc0];

/** EVEX's last prefix byte, for 128 and 512 bits. */
const lastEvexBytes: readonly number[] = [0x08, 0x48];

/** The slots are tried in order, the likely ones first. */
const completionsOf = (bytes: Uint8Array): Uint8Array => {
  const slots = new Uint8Array(((fillers.length + lastEvexBytes.length) * 256 + tails.length) * slotBytes);
  let position = 0;
  const complete = (rest: readonly number[], filler: number): void => {
    const slot = slots.subarray(position, position + slotBytes);
    position += slotBytes;
    slot.fill(filler, bytes.length);
    slot.set(bytes);
    slot.set(rest.slice(0, slotBytes - bytes.length), bytes.length);
  };
  for (const filler of fillers) for (let next = 0; next < 256; next++) complete([next], filler);
  for (const tail of tails) complete(tail, 0);
  for (const last of lastEvexBytes) for (let opcode = 0; opcode < 256; opcode++) complete([last, opcode], 0);
  return slots;
};

/**
 * Ends of instructions whose first bytes may be given: VMOVUPS and VBROADCASTSS by C5, C4 and 62, VPERMIL2PS-like
 * 0F 3A forms, BLCI and VPHADDBW by 8F, PALIGNR, HRESET and LOCK ADD.
 */
const tails: readonly (readonly number[])[] = [
  [0xf8, 0x10, 0x00],
  [0xe1, 0x78, 0x10, 0x00],
  [0xe2, 0x79, 0x18, 0x00],
  [0xe3, 0x79, 0x0f, 0x00, 0x00],
  [0x78, 0x10, 0x00],
  [0x79, 0x18, 0x00],
  [0x79, 0x0f, 0x00, 0x00],
  [0xf1, 0x7c, 0x48, 0x10, 0x00],
  [0xf2, 0x7d, 0x48, 0x18, 0x00],
  [0xf3, 0x7d, 0x48, 0x08, 0x00, 0x00],
  [0x7c, 0x48, 0x10, 0x00],
  [0x7d, 0x48, 0x18, 0x00],
  [0x7d, 0x48, 0x08, 0x00, 0x00],
  [0x48, 0x10, 0x00],
  [0x48, 0x18, 0x00],
  [0xe9, 0x78, 0x02, 0x30],
  [0xe9, 0x78, 0xc1, 0xc0],
  [0xe8, 0x78, 0xc0, 0x00, 0x00],
  [0x0f, 0x00, 0x00],
  [0xf0, 0xc0, 0x00],
];
