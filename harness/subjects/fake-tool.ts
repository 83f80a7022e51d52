/** A shell script in the place of a tool, for tests of tools that hang, die and lie. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `use` with the path of an executable script of these lines. */
export async function withFakeTool<T>(lines: readonly string[], use: (command: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'touchstone-fake-'));
  try {
    const command = join(folder, 'tool');
    await writeFile(command, `#!/bin/sh\n${lines.join('\n')}\n`);
    await chmod(command, 0o755);
    return await use(command);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Does `harm` when its input file, the last argument, holds `pattern`; else is the real tool. */
export function harmfulFor(tool: string, { pattern, harm }: { pattern: string; harm: string }): string[] {
  return [
    'for file; do :; done',
    `if [ -f "$file" ] && LC_ALL=C grep -aq '${pattern}' "$file"; then ${harm}; fi`,
    `exec ${tool} "$@"`,
  ];
}
