/** Why a client of code leaves it alone. A refusal is an answer: nothing has been written. */

export type RefusalKind =
  /** Code cannot be decoded up to the address, so nobody knows whether an instruction begins there. */
  | 'Undecodable'
  /** It is in the middle of an instruction. */
  | 'NotBoundary'
  /** It is in none of the functions that are known. */
  | 'NoFunction'
  /** Text before it holds a breakpoint of somebody else, who alone knows the byte beneath. */
  | 'ForeignBreakpoint'
  /** The kernel rewrites this text itself. */
  | 'ReservedText'
  /** INT3 itself. */
  | 'Breakpoint'
  /** A hypervisor's prefix: what follows is emulated there, and an exception of it is not ours. */
  | 'EmulatePrefix'
  /** It holds off debug exceptions until the next instruction has ended: MOV and POP to SS. */
  | 'MasksExceptions'
  /** It moves CS and rIP. */
  | 'FarTransfer'
  /** It calls or configures a hypervisor. */
  | 'Hypercall'
  /** A displacement or distance from the new place does not fit its field. */
  | 'DispOutOfRange'
  | 'NoRoom'
  | 'NotBoostable'
  | 'BranchInto'
  | 'IndirectJump'
  | 'OtherProbe'
  | 'FixedUp'
  | 'Exists'
  | 'NotFound'
  | 'TooMany'
  | 'Unmapped';

export type Errno = 'EILSEQ' | 'EINVAL' | 'EOPNOTSUPP' | 'EEXIST' | 'ENOENT' | 'E2BIG' | 'EFAULT';

export interface Refusal {
  readonly status: 'refused';
  readonly kind: RefusalKind;
  /** What the kernel's own interface returns, without the sign. */
  readonly errno: Errno;
  readonly address: bigint;
  /** A sentence. */
  readonly detail: string;
}

const errnoOf: Readonly<Record<RefusalKind, Errno>> = {
  Undecodable: 'EILSEQ',
  NotBoundary: 'EILSEQ',
  NoFunction: 'EILSEQ',
  ForeignBreakpoint: 'EILSEQ',
  ReservedText: 'EINVAL',
  Breakpoint: 'EINVAL',
  EmulatePrefix: 'EINVAL',
  MasksExceptions: 'EINVAL',
  FarTransfer: 'EOPNOTSUPP',
  Hypercall: 'EOPNOTSUPP',
  DispOutOfRange: 'EINVAL',
  NoRoom: 'EINVAL',
  NotBoostable: 'EINVAL',
  BranchInto: 'EINVAL',
  IndirectJump: 'EINVAL',
  OtherProbe: 'EINVAL',
  FixedUp: 'EINVAL',
  Exists: 'EEXIST',
  NotFound: 'ENOENT',
  TooMany: 'E2BIG',
  Unmapped: 'EFAULT',
};

export const refuse = (kind: RefusalKind, address: bigint, detail: string): Refusal => ({
  status: 'refused',
  kind,
  errno: errnoOf[kind],
  address,
  detail,
});

export const isRefusal = (answer: object): answer is Refusal => 'status' in answer && answer.status === 'refused';

export const hex = (value: bigint): string => `0x${value.toString(16)}`;
