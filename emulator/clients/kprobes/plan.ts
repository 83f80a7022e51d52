/** What would be done with a probe at an address, or why none may stand there. */
import { isEmulatedControl } from '../code/emulate-control.ts';
import type { Placed } from '../code/placed.ts';
import { isRefusal, type Refusal } from '../code/refusal.ts';
import type { TextView } from '../code/text-view.ts';
import { canOptimize, type Optimizable, type OptimizeOptions } from './can-optimize.ts';
import { canProbe, type ProbeOptions } from './can-probe.ts';
import { buildSlot, type Slot } from './slot.ts';

export interface ProbePlan {
  readonly status: 'probeable';
  readonly placed: Placed;
  /** Emulated, copied with a jump back, or copied and stepped. */
  readonly how: 'emulated' | 'boosted' | 'stepped';
  /** Null where it is emulated. */
  readonly slot: Slot | null;
  readonly optimization: Optimizable | Refusal;
}

export interface PlanOptions extends ProbeOptions, OptimizeOptions {
  /** Address of the slot. */
  readonly slot: bigint;
}

export const planProbe = (text: TextView, offset: number, options: PlanOptions): ProbePlan | Refusal => {
  const placed = canProbe(text, offset, options);
  if (isRefusal(placed)) return placed;
  const optimization = canOptimize(text, offset, options);
  if (isEmulatedControl(placed)) return { status: 'probeable', placed, how: 'emulated', slot: null, optimization };
  const isFixedUp = options.fixedUp?.includes(placed.address) ?? false;
  const slot = buildSlot(placed, options.slot, { isFixedUp });
  if (isRefusal(slot)) return slot;
  return { status: 'probeable', placed, how: slot.isBoosted ? 'boosted' : 'stepped', slot, optimization };
};
