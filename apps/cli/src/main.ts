#!/usr/bin/env node
import { runCommandLine } from './command-line/index.js';
import { commands } from './commands/index.js';

process.exitCode = await runCommandLine(process.argv.slice(2), commands, {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
});
