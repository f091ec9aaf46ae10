import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, type Config } from './config.js';
import { ConfigError } from './parsers.js';

/** The exit code of a process that was given wrong settings (`EX_CONFIG` of sysexits.h). */
export const wrongConfigExitCode = 78;

/**
 * The settings of this process: its environment, and what a `.env` file in the working directory adds to it.
 * A wrong one ends the process with one line that names the variable and its rule.
 */
export function loadConfig(): Config {
  const file = join(process.cwd(), '.env');
  try {
    if (existsSync(file)) process.loadEnvFile(file);
    return readConfig(process.env, process.cwd());
  } catch (error) {
    const line =
      error instanceof ConfigError ? error.message : `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`;
    process.stderr.write(`hostwright: ${line}\n`);
    process.exit(wrongConfigExitCode);
  }
}
