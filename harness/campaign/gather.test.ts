import { describe, expect, it } from 'vitest';
import type { Input, Subject } from '../subject.ts';
import { gathering } from './gather.ts';
import { createToy } from './testing/toy-subject.ts';

const input = (...bytes: number[]): Input => ({ bytes: Uint8Array.from(bytes), mode: 64, vendor: 'intel' });

const counting = (calls: number[]): Subject => {
  const toy = createToy('toy', []);
  return {
    ...toy,
    decode: (inputs) => {
      calls.push(inputs.length);
      return toy.decode(inputs);
    },
  };
};

describe('gathering', () => {
  it('puts what is asked at once into one call, and hands each its own answers', async () => {
    const calls: number[] = [];
    const subject = gathering(counting(calls));
    const [one, two, none] = await Promise.all([
      subject.decode([input(0x90), input(0x06)]),
      subject.decode([input(0x0f)]),
      subject.decode([]),
    ]);
    expect(calls).toEqual([3]);
    expect([one, two, none].map((answers) => answers?.map(({ status }) => status))).toEqual([
      ['valid', 'invalid'],
      ['truncated'],
      [],
    ]);
  });

  it('asks once a round where many ask again and again', async () => {
    const calls: number[] = [];
    const subject = gathering(counting(calls));
    const askThrice = async (): Promise<void> => {
      for (let k = 0; k < 3; k++) await subject.decode([input(0x90)]);
    };
    await Promise.all(Array.from({ length: 50 }, askThrice));
    expect(calls).toEqual([50, 50, 50]);
  });

  it('hands a failure to all who waited, and goes on', async () => {
    let isBroken = true;
    const toy = createToy('toy', []);
    const subject = gathering({
      ...toy,
      decode: (inputs) => (isBroken ? Promise.reject(new Error('gone')) : toy.decode(inputs)),
    });
    const failures = await Promise.allSettled([subject.decode([input(0x90)]), subject.decode([input(0x90)])]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await subject.decode([input(0x90)])).toHaveLength(1);
  });
});
