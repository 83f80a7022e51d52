/** Exceptions that are injected, and those that come on the way (SDM 3A 6.15, interrupt 8). */
export interface GuestException {
  readonly kind: 'exception';
  readonly vector: number;
  /** Of vectors that push one. */
  readonly error?: number;
  /** Of #PF. */
  readonly cr2?: bigint;
  /** After the instruction, and not before it: INT n, single steps. */
  readonly isTrap: boolean;
}

const doubleFault = 8;
const pageFault = 14;
/** #DE, #TS, #NP, #SS, #GP. */
const contributory: ReadonlySet<number> = new Set([0, 10, 11, 12, 13]);

/** What is to be delivered where `second` came while `first` was. */
export const combine = (first: number, second: GuestException): GuestException | 'shutdown' => {
  const isGrave = contributory.has(second.vector) || second.vector === pageFault;
  if (first === doubleFault && isGrave) return 'shutdown';
  const doubles = contributory.has(first) ? contributory.has(second.vector) : first === pageFault && isGrave;
  return doubles ? { kind: 'exception', vector: doubleFault, error: 0, isTrap: false } : second;
};
