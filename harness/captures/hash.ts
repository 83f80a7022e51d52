/** Digests: of a capture, which name it and tell edits; of the sandbox, in which alone captures mean what they say. */
import { createHash } from 'node:crypto';
import { pageImage, sandboxDescriptors, sandboxPages } from '../sandbox.ts';

export const hashLength = 10;

/** Of the line's text without its hash, and of whose and in which mode it is. */
export const captureHash = (signature: string, mode: number, text: string): string =>
  createHash('sha256').update(`${signature} ${mode} ${text}`).digest('hex').slice(0, hashLength);

let digest: string | undefined;

export const sandboxDigest = (): string => {
  digest ??= digestOfSandbox();
  return digest;
};

const digestOfSandbox = (): string => {
  const hash = createHash('sha256');
  for (const page of sandboxPages) hash.update(`${page.address} ${page.access}\n`).update(pageImage(page));
  for (const one of sandboxDescriptors) {
    const flags = [one.big, one.long, one.readable, one.writable, one.expandDown, one.absent].map(
      (flag) => flag === true,
    );
    hash.update(`${one.selector} ${one.kind} ${one.base} ${one.limit} ${flags.join(' ')}\n`);
  }
  return hash.digest('hex').slice(0, 16);
};
