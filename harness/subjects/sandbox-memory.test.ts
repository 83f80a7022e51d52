import { describe, expect, it } from 'vitest';
import { Memory } from '../../emulator/machine/memory.ts';
import { pageBytes, pageImage, sandboxPages, windowBase } from '../sandbox.ts';
import { SandboxMemory } from './sandbox-memory.ts';

const setUp = () => {
  const memory = new Memory();
  const sandbox = new SandboxMemory(memory);
  /** As an instruction does it. */
  const write = (address: number, ...bytes: number[]): void => {
    for (const [k, byte] of bytes.entries()) {
      const page = memory.find((address + k) | 0, 0);
      const offset = (address + k) % pageBytes;
      if (page === null) continue;
      page.bytes[offset] = byte;
      page.soil(offset, 1);
    }
  };
  const isAsBefore = (): boolean =>
    sandboxPages.every((page) => Buffer.from(memory.read(BigInt(page.address), pageBytes)).equals(pageImage(page)));
  return { memory, sandbox, write, isAsBefore };
};

const imageAt = (address: number): number => {
  const page = sandboxPages.find((one) => address >= one.address && address < one.address + pageBytes);
  return page === undefined ? 0 : (pageImage(page)[address - page.address] ?? 0);
};

describe('the memory of a sandbox', () => {
  it('tells each run that is other than before, one a page', () => {
    const { sandbox, write } = setUp();
    const end = windowBase + pageBytes;
    write(
      windowBase + 0x10,
      imageAt(windowBase + 0x10) ^ 1,
      imageAt(windowBase + 0x11),
      imageAt(windowBase + 0x12) ^ 1,
    );
    write(end - 1, imageAt(end - 1) ^ 1, imageAt(end) ^ 1);
    expect(sandbox.changes().map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [windowBase + 0x10, 1],
      [windowBase + 0x12, 1],
      [end - 1, 1],
      [end, 1],
    ]);
  });

  it('holds what was put there to be before, over the end of a page too', () => {
    const { memory, sandbox, write } = setUp();
    const end = windowBase + pageBytes;
    sandbox.put(end - 2, Uint8Array.of(1, 2, 3, 4));
    expect([...memory.read(BigInt(end - 2), 4)]).toEqual([1, 2, 3, 4]);
    write(end - 2, 1, 2, 3, 9);
    expect(sandbox.changes()).toEqual([{ address: end + 1, bytes: Uint8Array.of(9) }]);
  });

  it('leaves out what lies outside its pages', () => {
    const { sandbox, isAsBefore } = setUp();
    sandbox.put(windowBase - 4, Uint8Array.of(1, 2, 3, 4));
    expect(isAsBefore()).toBe(true);
  });

  it('is as it was when it is restored, and says nothing of what was before', () => {
    const { sandbox, write, isAsBefore } = setUp();
    sandbox.put(windowBase + 8, new Uint8Array(200).fill(7));
    sandbox.put(windowBase + 0x2ff0, new Uint8Array(40).fill(7));
    write(windowBase + 4, ...new Array<number>(100).fill(5));
    write(0xffff_fffe, 1, 2);
    expect(isAsBefore()).toBe(false);
    sandbox.restore();
    expect(isAsBefore()).toBe(true);
    expect(sandbox.changes()).toEqual([]);
  });

  it('hands out runs that later executions leave alone', () => {
    const { sandbox, write } = setUp();
    const byte = imageAt(windowBase) ^ 0xff;
    write(windowBase, byte);
    const [run] = sandbox.changes();
    sandbox.restore();
    expect(run?.bytes).toEqual(Uint8Array.of(byte));
  });
});
