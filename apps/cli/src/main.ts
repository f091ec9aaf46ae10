#!/usr/bin/env node
import { runCommandLine } from './command-line/index.js';
import { commands } from './commands/index.js';

// Whoever read our output has gone; what runs goes on and ends in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runCommandLine(process.argv.slice(2), commands, {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
});
