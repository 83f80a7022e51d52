import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withFakeTool } from './fake-tool.ts';
import { findTool, runTool, type ToolWanted } from './process.ts';

const wanted = (commands: readonly string[]): ToolWanted => ({
  name: 'tool',
  commands,
  versionArguments: ['--version'],
  versionPattern: /^Tool version (\d+(?:\.\d+)*)/m,
  minimum: '2.14',
  remedy: 'apt-get install tool',
});

describe('runTool', () => {
  it('returns exit code, output and error output of a tool that ends', async () => {
    const ran = await withFakeTool(['echo out', 'echo err >&2', 'exit 3'], (tool) =>
      runTool(tool, [], { timeoutMs: 5000 }),
    );
    expect(ran).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('kills a tool that hangs', async () => {
    const ran = await withFakeTool(['exec sleep 60'], (tool) => runTool(tool, [], { timeoutMs: 200 }));
    expect(ran).toMatchObject({ failure: 'timed out', detail: expect.stringMatching(/did not end within 200 ms$/) });
  });

  it('does not wait for a grandchild that keeps the pipes open', async () => {
    await withFakeTool(['sleep 30 &', 'echo $! > "$0.grandchild"', 'wait'], async (tool) => {
      expect(await runTool(tool, [], { timeoutMs: 300 })).toMatchObject({ failure: 'timed out' });
      // Signal 0 throws where the process has ended; the kill clears up.
      const grandchild = Number(await readFile(`${tool}.grandchild`, 'latin1'));
      expect(process.kill(grandchild, 0)).toBe(true);
      process.kill(grandchild, 'SIGKILL');
    });
  });

  it('names the signal that killed a tool', async () => {
    const ran = await withFakeTool(['kill -SEGV $$'], (tool) => runTool(tool, [], { timeoutMs: 5000 }));
    expect(ran).toMatchObject({ failure: 'crashed', detail: expect.stringContaining('SIGSEGV') });
  });

  it('says that a tool was not found', async () => {
    const ran = await runTool('touchstone-no-such-tool', [], { timeoutMs: 5000 });
    expect(ran).toEqual({ failure: 'unavailable', detail: 'touchstone-no-such-tool was not found' });
  });

  it('hides NASMENV and the locale from tools', async () => {
    const ran = await withFakeTool(['echo "$LC_ALL[$NASMENV]"'], (tool) => runTool(tool, [], { timeoutMs: 5000 }));
    expect(ran).toMatchObject({ stdout: 'C[]\n' });
  });
});

describe('findTool', () => {
  it('takes the first command that is new enough', async () => {
    await withFakeTool(['echo "Tool version 2.14.02 of old"'], async (tool) => {
      expect(await findTool(wanted(['touchstone-no-such-tool', tool]))).toEqual({ command: tool, version: '2.14.02' });
    });
  });

  it('reads a version that is printed to standard error', async () => {
    await withFakeTool(['echo "Tool version 3.0" >&2'], async (tool) => {
      expect(await findTool(wanted([tool]))).toEqual({ command: tool, version: '3.0' });
    });
  });

  it('is unavailable, with the remedy, where no command is found', async () => {
    expect(await findTool(wanted(['touchstone-no-such-tool']))).toEqual({
      name: 'tool',
      unavailable: 'touchstone-no-such-tool was not found',
      remedy: 'apt-get install tool',
    });
  });

  it('is unavailable where the tool is too old, comparing numbers and not letters', async () => {
    await withFakeTool(['echo "Tool version 2.9.4"'], async (tool) => {
      expect(await findTool(wanted([tool]))).toMatchObject({
        unavailable: `${tool} 2.9.4 is too old: 2.14 or newer is needed`,
      });
    });
  });

  it('is unavailable where another program has that name', async () => {
    await withFakeTool(['echo "LLVM objdump"; exit 0'], async (tool) => {
      expect(await findTool(wanted([tool]))).toMatchObject({
        unavailable: `${tool} is not the one wanted: it says "LLVM objdump"`,
      });
    });
  });
});
