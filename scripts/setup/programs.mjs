/** Where programs are. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these that can be run, by full path or in PATH; null where there is none. */
export const findProgram = (names) => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  const paths = names.flatMap((name) => (/[/\\]/.test(name) ? [name] : folders.map((folder) => join(folder, name))));
  return paths.flatMap((path) => endings.map((ending) => path + ending)).find(isRunnable) ?? null;
};

/** Chromium or its kin, which show the report page in tests: CHROMIUM_PATH, or one that is found; null without. */
export const findChromium = () => {
  const named = process.env.CHROMIUM_PATH ?? '';
  return findProgram(named === '' ? browsers : [named]);
};

const browsers = [
  '/usr/bin/chromium',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Can gcc include it? In the places where it looks, as packages of systems put it there. */
export const hasHeader = (path) =>
  ['/usr/include', '/usr/local/include', '/opt/homebrew/include'].some((folder) => existsSync(join(folder, path)));

/** Can gcc link a library by this name? */
export const hasLibrary = (name) => libraryFolders.some((folder) => existsSync(join(folder, name)));

const multiarch = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i386', riscv64: 'riscv64' }[process.arch] ?? process.arch;
const libraryFolders = [`/usr/lib/${multiarch}-linux-gnu`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];

const isRunnable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
