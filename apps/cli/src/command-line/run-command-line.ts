import { readFileSync } from 'node:fs';
import { isPanelError } from '@hostwright/sdk';
import { ConfigError, wrongConfigExitCode } from '@hostwright/platform/start';
import { UsageError, type Command } from './command.js';
import { helpOf, overview } from './help.js';
import { parse } from './parse.js';

/** The command line was wrong. */
export const usageExitCode = 2;

export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Does what the arguments ask for and answers the exit code. Never rejects. */
export async function runCommandLine(args: readonly string[], commands: readonly Command[], { stdout, stderr }: Output): Promise<number> {
  try {
    const request = parse(args, commands);
    switch (request.kind) {
      case 'version':
        stdout(`${version()}\n`);
        return 0;
      case 'help':
        stdout(request.command ? helpOf(request.command) : overview(commands));
        return 0;
      case 'run':
        return (await request.command.run(request.given)) ?? 0;
    }
  } catch (error) {
    stderr(`hostwright: ${wordsFor(error)}\n`);
    if (error instanceof UsageError) {
      stderr(`hostwright ${error.command === undefined ? '' : `${error.command} `}--help shows what there is\n`);
      return usageExitCode;
    }
    return error instanceof ConfigError ? wrongConfigExitCode : 1;
  }
}

/** One line for what somebody can do something about; everything else is a bug and shown with where it came from. */
function wordsFor(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigError || isPanelError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
