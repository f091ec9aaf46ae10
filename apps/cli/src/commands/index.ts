import type { Command } from '../command-line/index.js';
import { accountCreateCommand } from './account-create.command.js';
import { demoCommand } from './demo.command.js';
import { mailCheckCommand } from './mail-check.command.js';
import { migrateCommand } from './migrate.command.js';
import { runCommand } from './run.command.js';
import { sandboxCommand } from './sandbox.command.js';

/** Every command there is, in the order of the help. */
export const commands: readonly Command[] = [
  runCommand,
  migrateCommand,
  accountCreateCommand,
  mailCheckCommand,
  demoCommand,
  sandboxCommand,
];
