import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isFailure } from './process.ts';
import { openWorkspace, type Workspace, writeInput } from './workspace.ts';

const opened = async (): Promise<Workspace> => {
  const workspace = await openWorkspace();
  if (isFailure(workspace)) throw new Error(workspace.detail);
  return workspace;
};

describe('openWorkspace', () => {
  it('keeps a file for as long as it is used', async () => {
    const workspace = await opened();
    const content = await workspace.withFile(Buffer.from('abc'), (path) => readFile(path, 'latin1'));
    expect(content).toBe('abc');
    expect(readdirSync(workspace.path)).toEqual([]);
    await workspace.close();
  });

  it('gives files in use at one time names of their own', async () => {
    const workspace = await opened();
    const read = (text: string): Promise<unknown> =>
      workspace.withFile(Buffer.from(text), (path) => readFile(path, 'latin1'));
    expect(await Promise.all([read('one'), read('two')])).toEqual(['one', 'two']);
    await workspace.close();
  });

  it('removes the folder when it is closed, and may be closed twice', async () => {
    const workspace = await opened();
    await workspace.close();
    await workspace.close();
    expect(existsSync(workspace.path)).toBe(false);
  });

  it('says which folder cannot be written', async () => {
    const failure = await openWorkspace('/no/such/folder');
    expect(failure).toEqual({ failure: 'unavailable', detail: 'cannot write /no/such/folder: error ENOENT' });
  });
});

describe('writeInput', () => {
  it('says that the disk is full', async () => {
    const failure = await writeInput('/dev/full', Buffer.from('abc'));
    expect(failure).toMatchObject({ failure: 'unavailable', detail: expect.stringContaining('the disk is full') });
  });
});
