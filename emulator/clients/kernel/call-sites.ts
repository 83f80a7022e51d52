/** Places of five bytes that become a call, a jump, or nothing: those of the function tracer and of static calls. */
import { type Bytes, branchTo, nops, same } from './bytes.ts';

export type SiteAnswer =
  | { readonly status: 'written'; readonly bytes: Uint8Array }
  | { readonly status: 'refused'; readonly errno: 'EINVAL'; readonly why: 'other bytes' | 'out of reach' };

const refused = (why: 'other bytes' | 'out of reach'): SiteAnswer => ({ status: 'refused', errno: 'EINVAL', why });
const written = (bytes: Bytes): SiteAnswer => ({ status: 'written', bytes: Uint8Array.from(bytes) });

const nop5 = nops[5];

/** What a site holds: nothing, or a call of a function. */
export type Site = 'nop' | { readonly call: bigint };

const siteBytes = (site: Site, at: bigint): Bytes | null =>
  site === 'nop' ? nop5 : branchTo([0xe8], at, site.call, 4);

/** Function tracer: from what the site must hold to what it shall hold. The old bytes are verified first. */
export const patchSite = (current: Uint8Array, at: bigint, from: Site, to: Site): SiteAnswer => {
  const expected = siteBytes(from, at);
  if (expected === null || !same(expected, current.subarray(0, expected.length))) return refused('other bytes');
  const bytes = siteBytes(to, at);
  return bytes === null ? refused('out of reach') : written(bytes);
};

/** What a static call's site becomes: null is no function, 'return 0' the function that does only that. */
export type StaticTarget = bigint | null | 'return 0';

/** xor eax, eax with three CS prefixes: 0 in five bytes. */
const returnZero: Bytes = [0x2e, 0x2e, 0x2e, 0x31, 0xc0];
const ret: Bytes = [0xc3, 0xcc, 0xcc, 0xcc, 0xcc];

/** UD1 with ESP, ECX behind a trampoline tells that it is one. */
const trampolineSignature: Bytes = [0x0f, 0xb9, 0xcc];

export const isStaticCallTrampoline = (bytes: Uint8Array): boolean =>
  same(bytes.subarray(5, 5 + trampolineSignature.length), trampolineSignature);

/** How the site is written in the code: a call, a tail call, or one on a condition (0F 8x). */
type SiteKind = 'call' | 'tail' | 'conditional tail';

const kindOf = (current: Uint8Array): SiteKind | null => {
  const [first, second] = current;
  if (first === 0x0f && (second & 0xf0) === 0x80) return 'conditional tail';
  if (first === 0xe9 || same(current.subarray(0, 5), ret)) return 'tail';
  const isCall = first === 0xe8 || same(current.subarray(0, 5), nop5) || same(current.subarray(0, 5), returnZero);
  return isCall ? 'call' : null;
};

/** A site of a static call is pointed to another function. */
export const transformStaticCall = (current: Uint8Array, at: bigint, target: StaticTarget): SiteAnswer => {
  const kind = kindOf(current);
  if (kind === null) return refused('other bytes');
  const bytes = staticBytes(kind, current[1], at, target);
  return bytes === null ? refused('out of reach') : written(bytes);
};

const staticBytes = (kind: SiteKind, second: number, at: bigint, target: StaticTarget): Bytes | null => {
  if (kind === 'conditional tail') return typeof target === 'bigint' ? branchTo([0x0f, second], at, target, 4) : null;
  if (typeof target === 'bigint') return branchTo([kind === 'call' ? 0xe8 : 0xe9], at, target, 4);
  if (kind === 'tail') return ret;
  return target === null ? nop5 : returnZero;
};
