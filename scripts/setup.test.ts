import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aptGet, BareTree } from './setup/testing/bare-tree.ts';

let tree: BareTree;
beforeEach(() => {
  tree = new BareTree();
});
afterEach(() => tree.delete());

/** On CPUs other than x86, objdump has another name. */
const objdumps = ['objdump', 'x86_64-linux-gnu-objdump'];

describe('set-up of dependencies', () => {
  it('installs and builds on a bare tree, and says and does nothing the second time', async () => {
    const first = await tree.setUp();
    expect(first.exitCode).toBe(0);
    expect(first.said).toMatch(
      /^setup: installing .*\nsetup: dependencies .*\nsetup: building .*\nsetup: dist\/ is built .*\n$/,
    );
    expect(tree.calls()).toEqual(['npm ci', 'tsc -b']);
    expect(await tree.setUp()).toEqual({ exitCode: 0, said: '' });
    expect(tree.calls()).toEqual([]);
  });

  it.each(['fails', 'dies'])('ends with 3 where npm %s, and takes what it left for nothing whole', async (how) => {
    const { exitCode, said } = await tree.setUp([], { FAKE_NPM: how });
    expect(exitCode).toBe(3);
    expect(said).toMatch(
      /npm ci (?:failed with exit code 1|was killed by SIGKILL); .* run the same command again\.\n$/,
    );
    expect(tree.calls()).toEqual(['npm ci']);
    expect(await tree.setUp()).toMatchObject({ exitCode: 0 });
    expect(tree.calls()).toEqual(['npm ci', 'tsc -b']);
  });

  it('says so where there is no npm', async () => {
    tree.withoutPrograms('npm');
    const { exitCode, said } = await tree.setUp();
    expect(exitCode).toBe(3);
    expect(said).toContain('npm could not be started (ENOENT). Install npm');
  });

  it('installs again when the lock file changes', async () => {
    await tree.setUp();
    tree.calls();
    tree.lock('1.0.1');
    await tree.setUp();
    expect(tree.calls()).toEqual(['npm ci', 'tsc -b']);
  });

  it('is content with what the user installed by hand, if it is whole', async () => {
    await tree.setUp();
    tree.calls();
    tree.remove('tree/node_modules/.touchstone-setup');
    expect(await tree.setUp()).toEqual({ exitCode: 0, said: '' });
    expect(tree.calls()).toEqual([]);

    tree.remove('tree/node_modules/.touchstone-setup');
    tree.remove('tree/node_modules/typescript/package.json');
    await tree.setUp();
    expect(tree.calls()).toEqual(['npm ci']);
  });

  it('is done once by two commands that start together', async () => {
    const both = await Promise.all([tree.setUp(), tree.setUp()]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(tree.calls()).toEqual(['npm ci', 'tsc -b']);
  });

  it('is not held up by a set-up that was killed', async () => {
    // No process has this number: it is over the highest that Linux gives.
    tree.write('tree/.touchstone/setup.lock', String(2 ** 22 + 1));
    expect(await tree.setUp()).toMatchObject({ exitCode: 0 });
    expect(tree.has('tree/.touchstone/setup.lock')).toBe(false);
  });
});

describe('set-up of dist/', () => {
  beforeEach(async () => {
    await tree.setUp();
    tree.calls();
  });

  it.each([
    ['a source changes', () => tree.write('tree/harness/a.ts', 'export {};')],
    ['a source is added', () => tree.write('tree/harness/deep/b.ts', '')],
    ['a source is deleted', () => tree.remove('tree/emulator/a.ts')],
    ['a setting changes', () => tree.write('tree/tsconfig.base.json', '{ }')],
    ['dist/ is deleted', () => tree.remove('tree/dist')],
    ['the command is deleted', () => tree.remove('tree/dist/scripts/touchstone.js')],
  ])('builds when %s', async (_, change) => {
    change();
    expect(await tree.setUp()).toMatchObject({ exitCode: 0 });
    expect(tree.calls()).toEqual(['tsc -b']);
  });

  it('does not build when a test changes', async () => {
    tree.write('tree/harness/a.test.ts', '');
    expect(await tree.setUp()).toEqual({ exitCode: 0, said: '' });
    expect(tree.calls()).toEqual([]);
  });

  it('ends with 3 where the build fails, shows why, and tries again the next time', async () => {
    tree.write('tree/emulator/a.ts', 'wrong');
    tree.write('tree/compiler-fails', '');
    for (const _ of [1, 2]) {
      const { exitCode, said } = await tree.setUp();
      expect(exitCode).toBe(3);
      expect(said).toMatch(/a\.ts\(1,1\): error\nsetup: tsc -b failed with exit code 2; .*\n$/);
      expect(tree.calls()).toEqual(['tsc -b']);
    }
  });

  it('makes npx find the command', async () => {
    expect(await tree.run('tree/node_modules/.bin/touchstone')).toBe(0);
    tree.remove('tree/dist');
    await tree.setUp();
    expect(await tree.run('tree/node_modules/.bin/touchstone')).toBe(0);
  });
});

describe('set-up of tools', () => {
  beforeEach(async () => {
    await tree.setUp();
    tree.calls();
  });

  it('shows the commands that install what is missing, and goes on', async () => {
    tree.withoutPrograms('nasm', ...objdumps);
    const { exitCode, said } = await tree.setUp();
    expect(exitCode).toBe(0);
    expect(said).toContain('setup: nasm, objdump are missing: there is no apt-get here. To install them:\n');
    expect(said).toMatch(
      /sudo apt-get install nasm binutils.*\n.*sudo dnf install nasm binutils.*\n.*brew install nasm binutils\n/,
    );
  });

  it('ends with 3 where all oracles are required', async () => {
    tree.withoutPrograms('ndisasm');
    const required = await tree.setUp([], { TOUCHSTONE_REQUIRE_ORACLES: '1' });
    expect(required).toEqual({ exitCode: 3, said: expect.stringContaining('nasm is missing') });
    expect(await tree.setUp([], { TOUCHSTONE_REQUIRE_ORACLES: '0' })).toMatchObject({ exitCode: 0 });
  });

  it('wants a browser for tests only', async () => {
    tree.withoutPrograms('chromium');
    expect(await tree.setUp()).toEqual({ exitCode: 0, said: '' });
    expect((await tree.setUp(['--for', 'test'])).said).toContain('chromium is missing');
  });

  it('installs by apt what is missing and no more, and looks for news first where apt knows nothing', async () => {
    tree.withoutPrograms('nasm', 'ndisasm');
    tree.program('apt-get', aptGet({ nasm: ['nasm', 'ndisasm'] }));
    const { exitCode, said } = await tree.setUp();
    expect(exitCode).toBe(0);
    expect(said).toMatch(/^setup: installing nasm \(apt-get; .*\)\nsetup: nasm installed \(.*\)\n$/);
    expect(tree.calls().filter((call) => call !== 'sudo')).toEqual([
      'apt-get install nasm',
      'apt-get update',
      'apt-get install nasm',
    ]);
    expect(await tree.setUp()).toEqual({ exitCode: 0, said: '' });
  });

  it('installs the others where apt does not know one', async () => {
    tree.withoutPrograms('nasm', 'chromium');
    tree.program('apt-get', aptGet({ nasm: ['nasm', 'ndisasm'] }));
    const { said } = await tree.setUp(['--for', 'test']);
    expect(said).toContain(
      'chromium is missing: apt-get failed with exit code 100: E: Unable to locate package chromium',
    );
    expect(tree.has('bin/nasm')).toBe(true);
  });

  it('leaves the system alone where TOUCHSTONE_NO_APT is set', async () => {
    tree.withoutPrograms('nasm');
    tree.program('apt-get', aptGet({ nasm: ['nasm'] }));
    const { exitCode, said } = await tree.setUp([], { TOUCHSTONE_NO_APT: '1' });
    expect(exitCode).toBe(0);
    expect(said).toContain('TOUCHSTONE_NO_APT is set');
    expect(tree.calls()).toEqual([]);
  });
});

describe('set-up itself', () => {
  it.each([[['--for']], [['--for', 'toString']], [['test']]])('refuses %j with 2', async (args) => {
    expect(await tree.setUp(args)).toEqual({ exitCode: 2, said: expect.stringContaining('[--for conform|test]') });
    expect(tree.calls()).toEqual([]);
  });

  it('tells a Node that is too old so, with 2', async () => {
    const versions = "Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } })";
    const { exitCode, said } = await tree.setUp([], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(versions)}`,
    });
    expect(exitCode).toBe(2);
    expect(said).toBe(
      'setup: Node 20.18.3 is too old: 20.19 or newer is needed. Install one from your system, nvm or https://nodejs.org, and run the same command again.\n',
    );
    expect(tree.calls()).toEqual([]);
  });

  it('refuses a tree that cannot be written with 3 and the reason', async () => {
    tree.write('tree/.touchstone', 'a file in the way');
    expect(await tree.setUp()).toEqual({ exitCode: 3, said: expect.stringMatching(/^setup: EEXIST: .*\n$/) });
  });
});
