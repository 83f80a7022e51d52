/**
 * The world in which single instructions are executed: the same few pages and descriptors for every subject, so that a
 * state means the same to all of them. CPL 3, IOPL 0, CR0.AM = 1, CR4.UMIP = 1; everything that is not here faults.
 */

export const pageBytes = 4096;

export type PageAccess = 'read-write' | 'read-only' | 'execute';

export interface SandboxPage {
  /** Linear address. */
  readonly address: number;
  readonly access: PageAccess;
}

/** Base of the 64 KiB that 16-bit segments cover, and that most addresses point into. */
export const windowBase = 0x10_0000;

/**
 * Data pages are not executable; the code page is readable, writable and executable. The last page of the window lets
 * 16-bit offsets wrap from mapped to mapped memory; the last page below 4 GiB does so for 32-bit addresses' upper end.
 */
export const sandboxPages: readonly SandboxPage[] = [
  { address: windowBase, access: 'read-write' },
  { address: windowBase + 0x1000, access: 'read-only' },
  { address: windowBase + 0x2000, access: 'read-write' },
  { address: windowBase + 0x3000, access: 'execute' },
  { address: windowBase + 0xf000, access: 'read-write' },
  { address: 0xffff_f000, access: 'read-write' },
];

/** Where instructions stand unless a state says otherwise: an offset in CS for 16-bit code, else a linear address. */
export const codeOffset = 0x3000;
export const codeAddress = windowBase + codeOffset;

/** Base of the 64 KiB that segments of real mode cover to begin with: 1000:0000. */
export const realWindowBase = 0x1_0000;
export const realSelector = realWindowBase >>> 4;

/**
 * Memory of executions in real mode, which has no rights: vectors, a window like the other one, and either side of 1 MiB,
 * since addresses do not wrap there. Nobody is asked about what is elsewhere.
 */
export const realPages: readonly SandboxPage[] = [
  { address: 0, access: 'read-write' },
  ...[0, 0x1000, 0x2000].map((at): SandboxPage => ({ address: realWindowBase + at, access: 'read-write' })),
  { address: realWindowBase + codeOffset, access: 'execute' },
  ...[0xf000, 0x1_0000].map((at): SandboxPage => ({ address: realWindowBase + at, access: 'read-write' })),
  { address: 0xf_f000, access: 'read-write' },
  { address: 0x10_0000, access: 'read-write' },
];

/** A segment descriptor as far as code at CPL 3 can tell (SDM 3A 3.4.5). */
export interface SandboxDescriptor {
  readonly selector: number;
  readonly kind: 'code' | 'data';
  readonly base: number;
  /** In bytes, the last offset (or, of expand-down data, the last one below the segment). */
  readonly limit: number;
  /** D/B: 32-bit code, 32-bit stack pointer. */
  readonly big: boolean;
  readonly long?: true;
  readonly readable?: boolean;
  readonly writable?: boolean;
  readonly expandDown?: true;
  readonly absent?: true;
}

const local = (index: number): number => index * 8 + 7;
const flatLimit = 0xffff_ffff;

/** Selectors that states use. Others are null, or fault, or belong to the operating system and are not to be loaded. */
export const sandboxDescriptors: readonly SandboxDescriptor[] = [
  { selector: 0x23, kind: 'code', base: 0, limit: flatLimit, big: true, readable: true },
  { selector: 0x2b, kind: 'data', base: 0, limit: flatLimit, big: true, writable: true },
  { selector: 0x33, kind: 'code', base: 0, limit: flatLimit, big: false, long: true, readable: true },
  { selector: local(0), kind: 'code', base: windowBase, limit: 0xffff, big: false, readable: true },
  { selector: local(1), kind: 'data', base: windowBase, limit: 0xffff, big: false, writable: true },
  { selector: local(2), kind: 'data', base: windowBase, limit: 0xffff, big: true, writable: true },
  { selector: local(3), kind: 'data', base: windowBase, limit: 0x17ff, big: true, writable: true },
  { selector: local(4), kind: 'data', base: windowBase, limit: 0xffff, big: true, writable: false },
  { selector: local(5), kind: 'data', base: windowBase, limit: 0x0fff, big: false, writable: true, expandDown: true },
  { selector: local(6), kind: 'data', base: windowBase, limit: 0x0fff, big: true, writable: true, expandDown: true },
  { selector: local(7), kind: 'data', base: windowBase, limit: 0xffff, big: true, writable: true, absent: true },
  { selector: local(8), kind: 'code', base: windowBase, limit: 0xffff, big: true, readable: false },
  { selector: local(9), kind: 'code', base: windowBase, limit: 0x3fff, big: true, readable: true },
];

/** Selectors of CS and of the other segments with which a state of each mode starts. */
export const codeSelector = { 16: local(0), 32: 0x23, 64: 0x33 } as const;
export const dataSelector = { 16: local(1), 32: 0x2b, 64: 0x2b } as const;
export const wideStackSelector = local(2);

const fill = (bytes: Uint8Array, seed: number): void => {
  let x = seed >>> 0;
  for (let i = 0; i < bytes.length; i++) {
    // Marsaglia's xorshift32.
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x >>> 8;
  }
};

/** What a page holds before an execution's own runs: data pages seeded bytes, the code page INT3. */
export const pageImage = ({ address, access }: SandboxPage): Uint8Array => {
  const bytes = new Uint8Array(pageBytes);
  if (access === 'execute') return bytes.fill(0xcc);
  fill(bytes, (address >>> 12) + 1);
  return bytes;
};
