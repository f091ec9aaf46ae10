import { fileURLToPath } from 'node:url';
import { UsageError, type Command } from '../command-line/index.js';
import { aborted, listenForStop } from '../supervision/index.js';

const name = 'sandbox';
const extensionsDir = fileURLToPath(new URL('../../../../extensions', import.meta.url));

/** One provider, small, for whoever wants to try a module without an account there. */
export const sandboxCommand: Command = {
  name,
  summary: 'Run the sandbox of one provider, with faults that can be switched on',
  details: [
    'It listens on 127.0.0.1, and prints the settings of a server that reaches it and where its control API is. What it holds is forgotten when',
    'it stops. docs/sandboxes.md says which faults and switches there are.',
  ].join('\n'),
  options: {
    extension: { value: 'id', required: true, summary: 'whose provider' },
    speed: { value: 'factor', summary: 'how long things take; 1 is as long as at the provider (default: 0.1)' },
    port: { value: 'number', summary: 'port of the API (default: a free one)' },
    version: { value: 'name', summary: 'which behaviour, where the provider has several (default: the newest)' },
  },
  async run(given) {
    const speed = numberIn(given.text('speed') ?? '0.1', 0, 10);
    const port = given.text('port');
    const version = given.text('version');
    if (speed === undefined) throw new UsageError('--speed must be a number from 0 to 10', name);
    const chosen = port === undefined ? undefined : numberIn(port, 1, 65_535);
    if (port !== undefined && (chosen === undefined || !Number.isInteger(chosen)))
      throw new UsageError('--port must be a whole number from 1 to 65535', name);
    const { aboutSandbox, startSandbox } = await import('../sandbox/index.js');
    const stop = listenForStop();
    const sandbox = await startSandbox(extensionsDir, given.text('extension') ?? '', {
      speed,
      ...(chosen !== undefined && { port: chosen }),
      ...(version !== undefined && { version }),
    });
    process.stdout.write(`${aboutSandbox(sandbox)}\n`);
    await aborted(stop.first);
    await sandbox.stop();
    stop.release();
  },
};

function numberIn(text: string, least: number, most: number): number | undefined {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}
