import { describe, expect, it } from 'vitest';
import { type Environment, Terminal } from './terminal.ts';
import { recording } from './testing/recording.ts';

describe('colours', () => {
  const cases: readonly (readonly [env: Environment, isTTY: boolean, isColoured: boolean])[] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ];
  it.each(cases)('with %j and a terminal %j are on: %j', (env, isTTY, isColoured) => {
    const { palette, notePalette } = new Terminal(recording({ env, isTTY }));
    expect(palette.bad('x') !== 'x').toBe(isColoured);
    expect(notePalette.bad('x') !== 'x').toBe(isColoured);
  });
});

describe('progress', () => {
  it('writes nothing into a pipe', () => {
    const streams = recording();
    const terminal = new Terminal(streams);
    terminal.progress('half');
    terminal.clearProgress();
    expect(streams.notes()).toBe('');
  });

  it('rewrites one line, cut to the width of the terminal, and clears it before a note', () => {
    const streams = recording({ isTTY: true });
    const terminal = new Terminal(streams);
    terminal.progress('x'.repeat(100));
    terminal.note('done');
    terminal.clearProgress();
    expect(streams.notes()).toBe(`\r\u001B[K${'x'.repeat(59)}\r\u001B[Kdone\n`);
  });

  it('is cleared before output that goes to the same terminal', async () => {
    const streams = recording({ isTTY: true });
    const terminal = new Terminal(streams);
    terminal.progress('half');
    await terminal.write('result\n');
    expect(streams.notes()).toBe('\r\u001B[Khalf\r\u001B[K');
    expect(streams.out()).toBe('result\n');
  });

  it('draws at most ten times a second', () => {
    const streams = recording({ isTTY: true });
    const terminal = new Terminal(streams);
    for (let k = 0; k < 1000; k++) terminal.progress(`${k}`);
    expect(streams.notes().split('\r').length).toBeLessThan(500);
  });
});

describe('standard output', () => {
  it('goes quiet when its reader is gone', async () => {
    const terminal = new Terminal(recording({ outputFails: 'EPIPE' }));
    await terminal.write('one');
    expect(terminal.closed).toBe(true);
    await expect(terminal.write('two')).resolves.toBeUndefined();
  });

  it('says so when the disk is full', async () => {
    const terminal = new Terminal(recording({ outputFails: 'ENOSPC' }));
    await expect(terminal.write('one')).rejects.toThrow(
      'Standard output cannot be written: no space is left on the disk',
    );
  });
});
