/** For tests that need Unicorn: where it is not here, each group says so in one test, with what to do about it. */
import { describe, expect, it } from 'vitest';
import type { Executor } from '../../../execution.ts';
import type { Unavailable } from '../../../subject.ts';
import { createUnicorn } from '../unicorn.ts';

export interface AskedUnicorn {
  readonly opened: Executor | Unavailable;
  /** `describe`, or its stand-in. */
  readonly ofUnicorn: (name: string, tests: () => void) => void;
}

export const askedUnicorn = async (): Promise<AskedUnicorn> => {
  const opened = await createUnicorn();
  const ofUnicorn: AskedUnicorn['ofUnicorn'] = (name, tests) => {
    if (!('unavailable' in opened)) {
      describe(name, tests);
      return;
    }
    it(`${name}: Unicorn cannot be asked here (${opened.unavailable})`, () => {
      expect(opened.remedy).toMatch(/libunicorn-dev/);
    });
  };
  return { opened, ofUnicorn };
};
