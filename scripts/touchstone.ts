#!/usr/bin/env node
/** The `touchstone` command: arguments in, exit code out. */
import { runCommandLine } from './commands/program.ts';
import { Terminal } from './terminal.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), new Terminal(process));
// A pipe that nobody closes would keep the process alive.
process.stdin.destroy();
