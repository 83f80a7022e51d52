/** An INT3 that stands while text is rewritten was hit: the new instruction is done in its place. */
import { type ControlContext, emulateControl } from '../code/emulate-control.ts';
import { endOf, isPlaced, placeAt } from '../code/placed.ts';
import { nops, same } from './bytes.ts';

/** Does what `bytes`, at `address`, will do there: a branch, or nothing. False where it is something else. */
export const emulatePoke = (bytes: Uint8Array, address: bigint, context: ControlContext): boolean => {
  const placed = placeAt(bytes, address);
  if (!isPlaced(placed)) return false;
  if (nops.some((nop) => nop.length > 0 && same(nop, placed.bytes))) {
    context.set('rip', endOf(placed));
    return true;
  }
  return emulateControl(placed, context) === 'emulated';
};
