/** For tests that need the CPU: where it cannot be asked, each group says so in one test, with what to do about it. */
import { describe, expect, it } from 'vitest';
import type { Unavailable } from '../../../subject.ts';
import { createSilicon, type Silicon } from '../silicon.ts';

export interface AskedCpu {
  readonly opened: Silicon | Unavailable;
  /** `describe`, or its stand-in. */
  readonly ofCpu: (name: string, tests: () => void) => void;
}

export const askedCpu = async (): Promise<AskedCpu> => {
  const opened = await createSilicon();
  const ofCpu: AskedCpu['ofCpu'] = (name, tests) => {
    if (!('unavailable' in opened)) {
      describe(name, tests);
      return;
    }
    it(`${name}: the CPU cannot be asked here (${opened.unavailable})`, () => {
      expect(opened.remedy).not.toBe('');
    });
  };
  return { opened, ofCpu };
};
