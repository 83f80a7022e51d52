/** Captures that are not believed any more: `0123456789 why`, sorted by hash, a line each. */

import type { CaptureFailure } from './file.ts';
import { hashLength } from './hash.ts';

export const revokedName = 'revoked.txt';

/** Reasons by hash. */
export type Revoked = ReadonlyMap<string, string>;

export const readRevoked = (text: string): Revoked | CaptureFailure => {
  const revoked = new Map<string, string>();
  for (const [k, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, hash = '', reason = ''] = /^(\S+)\s+(.*\S)\s*$/.exec(line) ?? [];
    if (!new RegExp(`^[0-9a-f]{${hashLength}}$`).test(hash))
      return { line: k + 1, reason: `a line is a hash of ${hashLength} hex digits, and why it is revoked` };
    if (reason === '') return { line: k + 1, reason: `${hash} is revoked without a reason` };
    if (revoked.has(hash)) return { line: k + 1, reason: `${hash} is revoked twice` };
    revoked.set(hash, reason);
  }
  return revoked;
};

export const isFailure = (read: object): read is CaptureFailure => 'reason' in read && 'line' in read;
