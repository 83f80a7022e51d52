/** Exit codes, and the one error whose message is written for the user. */
export const exitCodes = {
  clean: 0,
  /** Something differs and nothing explains it, or a known row explains nothing any more. */
  mismatches: 1,
  /** Bad arguments, or a file or folder that cannot be read or written. */
  usage: 2,
  /** An oracle that is needed is missing, too old or broken. */
  oracle: 3,
  /** A bug of ours: sysexits.h's EX_SOFTWARE, so that it is not taken for a mismatch. */
  internal: 70,
  /** Ctrl-C, as shells have it: 128 + SIGINT. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command: the message says what happened, to what, and what to do. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The operating system's error code, or '' where there is none. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** `"ls.o" cannot be read: there is no such file or folder (ENOENT). …` */
export const systemFailure = (what: string, error: unknown): CommandFailure => {
  const code = systemCode(error);
  const known = causes[code];
  if (known !== undefined) return new CommandFailure(`${what}: ${known} (${code}).`);
  return new CommandFailure(`${what}: ${error instanceof Error ? error.message : String(error)}.`);
};

const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied; check who owns it and its mode',
  EPERM: 'the system does not permit it',
  ENOENT: 'there is no such file or folder; check the path',
  EISDIR: 'it is a folder; name a file',
  ENOTDIR: 'a part of its path is a file; name another folder',
  EEXIST: 'a file of this name is in the way; name another folder',
  EROFS: 'the file system is read-only; name another folder',
  ENOSPC: 'no space is left on the disk; free some and run again',
  EDQUOT: 'the disk quota is used up; free some space and run again',
  EFBIG: 'the file is too big',
  EMFILE: 'too many files are open; raise `ulimit -n`',
  ENFILE: 'the system has too many open files; close some programs',
  EIO: 'the device reports an error',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'symbolic links lead in a circle',
  ERR_FS_FILE_TOO_LARGE: 'the file is over 2 GiB',
};
