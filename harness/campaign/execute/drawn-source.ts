/** Executions at random, as many as are wanted, in batches from two pools that are drawn into in turn. */
import { isIntegerChapter } from '../../../emulator/isa/chapters.ts';
import type { Form } from '../../../emulator/isa/form.ts';
import { chapterOf, forms } from '../../../emulator/isa/forms.ts';
import type { Vendor } from '../../../emulator/isa/modes.ts';
import { integerForms } from '../../coverage/integer-forms.ts';
import { DrawnExecution } from '../../generate/states/drawn.ts';
import { ExecutionDraw } from '../../generate/states/executions.ts';
import type { Case, ExecutionSource } from './setup.ts';

export interface DrawnSourceOptions {
  readonly vendor: Vendor;
  /** Executions of one slice. */
  readonly sliceCases: number;
  /** Slices of one mode. */
  readonly slices: number;
  /** Executions in real mode. */
  readonly isReal?: boolean;
  /** These alone; else the integer forms, and now and then others. */
  readonly only?: readonly Form[];
}

/** Raised with each change of the generator after which a seed means other executions. */
const version = '1';

export const drawnSource = (options: DrawnSourceOptions): ExecutionSource => {
  const { vendor, sliceCases, slices, only, isReal = false } = options;
  const pools: readonly DrawnExecution[][] = [[], [], []];
  return {
    name: isReal ? 'drawn in real mode' : 'drawn',
    version,
    portable: true,
    ...(isReal ? { modes: [16] } : {}),
    slices,
    *batches({ mode, seed, index }, size) {
      const integer = new Set(integerForms(mode, vendor));
      const kinds = only === undefined ? { forms: [...integer], rare: othersThan(integer) } : { forms: only };
      const draw = new ExecutionDraw({
        mode,
        vendor,
        seed,
        label: isReal ? `real ${index}` : `slice ${index}`,
        isReal,
        ...kinds,
      });
      for (let done = 0, turn = 0; done < sliceCases; turn++) {
        const count = Math.min(size, sliceCases - done);
        yield filled(pools[turn % pools.length] ?? [], count, draw);
        done += count;
      }
    },
  };
};

/** Of vectors an execution tells nothing. */
const othersThan = (integer: ReadonlySet<Form>): readonly Form[] =>
  forms.filter((form) => isIntegerChapter(chapterOf(form)) && !integer.has(form));

const filled = (pool: DrawnExecution[], count: number, draw: ExecutionDraw): readonly Case[] => {
  while (pool.length < count) pool.push(new DrawnExecution());
  const batch = pool.length === count ? pool : pool.slice(0, count);
  for (const execution of batch) draw.draw(execution);
  return batch;
};
