import { describe, expect, it } from 'vitest';
import { decode } from '../../../emulator/decode/decode.ts';
import { isIntegerChapter } from '../../../emulator/isa/chapters.ts';
import { chapterOf, forms } from '../../../emulator/isa/forms.ts';
import { type Mode, modes } from '../../../emulator/isa/modes.ts';
import { existsIn } from '../../../emulator/isa/presence.ts';
import { accessesOf } from '../../../emulator/operand/evaluate.ts';
import { registersOf } from '../../compare/execution-registers.ts';
import { StateWord } from '../../execution.ts';
import { pageBytes, sandboxDescriptors, sandboxPages } from '../../sandbox.ts';
import { DrawnExecution } from './drawn.ts';
import { ExecutionDraw } from './executions.ts';
import { fixedFlags, freeFlags } from './flags.ts';

const drawn = (mode: Mode, count: number, seed = 1): DrawnExecution[] => {
  const draw = new ExecutionDraw({ mode, vendor: 'amd', seed });
  return Array.from({ length: count }, () => {
    const execution = new DrawnExecution();
    draw.draw(execution);
    return execution;
  });
};

const pageOf = (address: number) =>
  sandboxPages.find((page) => address >= page.address && address < page.address + pageBytes);

const textOf = ({ bytes, state, memory }: DrawnExecution): string =>
  `${bytes.join()} ${state.words.join()} ${memory.map((run) => `${run.address}:${run.bytes.join()}`).join()}`;

describe.each(modes)('executions drawn in %d-bit mode', (mode) => {
  const executions = drawn(mode, 20_000);

  it('are the same for the same seed, and others for another', () => {
    const [first, again, other] = [drawn(mode, 200), drawn(mode, 200), drawn(mode, 200, 2)];
    expect(again.map(textOf)).toEqual(first.map(textOf));
    expect(other.map(textOf)).not.toEqual(first.map(textOf));
  });

  it('reach every form that the mode has', () => {
    const draw = new ExecutionDraw({ mode, vendor: 'amd', seed: 3 });
    const execution = new DrawnExecution();
    const reached = new Set<number>();
    for (let k = 0; k < 60_000; k++) {
      draw.draw(execution);
      reached.add(execution.form);
    }
    const integer = forms.filter((form) => isIntegerChapter(chapterOf(form)));
    const missed = integer.filter((form) => existsIn(form, mode, 'amd') && !reached.has(form.id));
    // Digits of reserved NOPs and their like have no encoding of their own.
    expect(missed.length).toBeLessThan(integer.length / 100);
  });

  it('tell the form of their bytes, which are whole instructions', () => {
    for (const { bytes, form } of executions.slice(0, 4000)) {
      const decoded = decode(bytes, mode, { vendor: 'amd' });
      if (form >= 0) {
        expect(decoded.status === 'valid' && decoded.instruction.form).toBe(form);
        expect(decoded.status === 'valid' && decoded.instruction.lengthBytes).toBe(bytes.length);
      } else expect(decoded.status).not.toBe('valid');
    }
  });

  it('keep memory sorted, apart, and within pages of data', () => {
    for (const { memory } of executions) {
      for (const [k, { address, bytes }] of memory.entries()) {
        const next = memory[k + 1];
        if (next !== undefined) expect(next.address).toBeGreaterThanOrEqual(address + bytes.length);
        for (const end of [address, address + bytes.length - 1]) expect(pageOf(end)?.access).toMatch(/^read/);
      }
    }
    expect(executions.filter(({ memory }) => memory.length > 0).length).toBeGreaterThan(2000);
  });

  it('begin with segments that the sandbox has, and with flags that do not trap', () => {
    const selectors = new Set(sandboxDescriptors.filter(({ absent }) => absent !== true).map((one) => one.selector));
    const held = new Set(executions.flatMap(({ state }) => [...state.words.subarray(StateWord.selectors, 42)]));
    expect([...held].filter((selector) => selector !== 0 && !selectors.has(selector))).toEqual([]);
    const flags = new Set(executions.map(({ state }) => (state.words[StateWord.rflags] ?? 0) & ~freeFlags));
    expect([...flags]).toEqual([fixedFlags]);
  });

  it('have no registers that the mode has not', () => {
    const hasMore = ({ state: { words } }: DrawnExecution): boolean =>
      words.subarray(16, 32).some((word) => word !== 0) ||
      words.subarray(0, 16).some((word, k) => k % 2 === 1 && word !== 0);
    expect(executions.some(hasMore)).toBe(mode === 64);
  });

  it('access pages that can be written most of the time, and every other place now and then', () => {
    const places = new Map<string, number>();
    let across = 0;
    for (const execution of executions) {
      const decoded = decode(execution.bytes, mode, { vendor: 'amd' });
      if (decoded.status !== 'valid') continue;
      for (const { linear, bits } of accessesOf(decoded.instruction, registersOf(execution))) {
        const address = Number(linear);
        const place = pageOf(address)?.access ?? 'unmapped';
        places.set(place, (places.get(place) ?? 0) + 1);
        if (bits > 8 && address % pageBytes > pageBytes - (bits >> 3)) across++;
      }
    }
    const total = [...places.values()].reduce((sum, count) => sum + count, 0);
    expect((places.get('read-write') ?? 0) / total).toBeGreaterThan(0.5);
    for (const place of ['read-only', 'execute', 'unmapped'])
      expect((places.get(place) ?? 0) / total, place).toBeGreaterThan(0.005);
    expect(across / total).toBeGreaterThan(0.02);
  });

  it('have equal operand registers, zeros and sign bits much more often than chance', () => {
    let zeros = 0;
    let signs = 0;
    for (const { state } of executions) {
      if (state.words[4] === 0) zeros++;
      if (((state.words[6] ?? 0) & 0xffff) === 0x8000 || (state.words[6] ?? 0) === 0x8000_0000) signs++;
    }
    expect(zeros).toBeGreaterThan(1000);
    expect(signs).toBeGreaterThan(100);
  });
});

describe('a drawn execution', () => {
  it('keeps runs sorted in whatever order they are added, and refuses those that overlap', () => {
    const execution = new DrawnExecution();
    execution.addRun(300, 4)?.fill(3);
    execution.addRun(100, 4)?.fill(1);
    expect(execution.addRun(302, 4)).toBeNull();
    execution.addRun(200, 8)?.fill(2);
    expect(execution.addRun(900, 1)).toBeNull();
    expect(execution.memory.map(({ address, bytes }) => [address, bytes.length, bytes[0]])).toEqual([
      [100, 4, 1],
      [200, 8, 2],
      [300, 4, 3],
    ]);
  });
});
