/** Code written as people write it, for tests of clients. */
import type { Mode } from '../../../isa/modes.ts';
import { isPlaced, type Placed, placeAt } from '../placed.ts';
import { isRefusal, type Refusal } from '../refusal.ts';

export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));

export const textOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

export const placed = (text: string, address: bigint, mode: Mode = 64): Placed => {
  const answer = placeAt(bytesOf(text), address, { mode, vendor: 'intel' });
  if (!isPlaced(answer)) throw new Error(`${text} is ${answer.status}`);
  return answer;
};

/** `ok`, or the kind of refusal. */
export const kindOf = (answer: object): Refusal['kind'] | 'ok' => (isRefusal(answer) ? answer.kind : 'ok');
