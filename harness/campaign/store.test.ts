import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../mismatch.ts';
import { findingId } from './settle.ts';
import { openStore, StoreError } from './store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const finding = (key: string): Finding => ({
  id: findingId(key),
  bucket: {
    key,
    known: null,
    count: 1,
    samples: [
      {
        input: { bytes: Uint8Array.of(0x90), mode: 64, vendor: 'intel' },
        observable: 'validity',
        subject: 'toy',
        ours: { status: 'invalid' },
        theirs: { status: 'valid', lengthBytes: 1 },
        says: { ours: 'invalid', theirs: 'valid' },
      },
    ],
  },
  verdict: { right: 'undecided', evidence: 'none', detail: 'Nobody knows.' },
  replay: 'npx touchstone replay --bytes 90 --mode 64',
});

describe('the store', () => {
  it('keeps a finding once, under its id, as JSON', async () => {
    const store = await openStore(folder);
    const one = finding('one');
    expect([await store.add(one), await store.add(one)]).toEqual([true, false]);
    expect(store.has(one.id)).toBe(true);
    expect(await readdir(join(folder, 'findings'))).toEqual([`${one.id}.json`]);
    const text = await readFile(join(folder, 'findings', `${one.id}.json`), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ id: one.id, bucket: 'one' });
  });

  it('knows what was kept before it was opened, and where each seed had come to', async () => {
    const before = await openStore(folder);
    await before.add(finding('one'));
    await before.finishRound(7, 3);
    await before.finishRound(7, 2);
    const after = await openStore(folder);
    expect(after.ids()).toEqual([findingId('one')]);
    expect(await after.add(finding('one'))).toBe(false);
    expect([after.roundsDone(7), after.roundsDone(8)]).toEqual([3, 0]);
  });

  it('starts its rounds anew where the file of rounds is no JSON', async () => {
    await writeFile(join(folder, 'fuzz-rounds.json'), '{"7": 3');
    expect((await openStore(folder)).roundsDone(7)).toBe(0);
  });

  it('names a folder that cannot be made, and what to do', async () => {
    await writeFile(join(folder, 'file'), '');
    const failure = openStore(join(folder, 'file'));
    await expect(failure).rejects.toThrow(StoreError);
    await expect(failure).rejects.toThrow(/cannot be written\. Choose another one/);
  });

  it('keeps the old files, leaves no half one, and forgets the new one where writing fails', async () => {
    const store = await openStore(folder);
    await store.add(finding('one'));
    await rm(join(folder, 'findings', `${findingId('one')}.json`));
    await rm(join(folder, 'findings'), { recursive: true });
    await expect(store.add(finding('two'))).rejects.toMatchObject({ name: 'StoreError', kind: 'unwritable' });
    expect(store.has(findingId('two'))).toBe(false);
    await chmod(folder, 0o700);
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells a full disk from a folder that cannot be written', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    expect(new StoreError('full', '/findings', full).message).toMatch(/^The disk is full\. Free some space/);
  });
});
