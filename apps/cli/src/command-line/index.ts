export { GivenOptions, UsageError, type Command, type CommandOption } from './command.js';
export { runCommandLine, usageExitCode, type Output } from './run-command-line.js';
