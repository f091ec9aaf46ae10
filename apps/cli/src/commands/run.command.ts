import { PanelError } from '@hostwright/sdk';
import { loadConfig } from '@hostwright/platform/start';
import type { Command } from '../command-line/index.js';
import { aborted, listenForStop, lockFolder, Panel } from '../supervision/index.js';

/** Everything on this machine, until it is asked to stop. */
export const runCommand: Command = {
  name: 'run',
  summary: 'Run the panel on this machine: one API and one worker',
  details: [
    'Starts the embedded PostgreSQL unless DATABASE_URL is set, brings its schema up to date, and starts the API and the worker again',
    'when they end. SIGTERM or Ctrl-C lets what is under way finish and stops; a second one stops at once.',
  ].join('\n'),
  options: {},
  async run() {
    const config = loadConfig();
    const stop = listenForStop();
    const lock = await lockFolder(config.dataDir);
    try {
      const tell = (line: string): void => void process.stdout.write(`hostwright: ${line}\n`);
      const panel = await Panel.start({ config, env: process.env, cwd: process.cwd(), tell });
      tell(`ready in ${(performance.now() / 1_000).toFixed(1)} s (API process ${panel.api.pid}, worker process ${panel.worker.pid})`);
      tell(`API on ${panel.url}, its description on ${panel.url}/docs`);
      const failure = await Promise.race([panel.failed, aborted(stop.first)]);
      tell(failure instanceof Error ? 'stopping' : `stopping on ${String(stop.first.reason)}`);
      // Whoever asks twice does not want to wait; leases make sure that nothing is lost.
      const impatient = aborted(stop.second).then(() => panel.stop({ atOnce: true }));
      await Promise.race([panel.stop(), impatient]);
      if (failure instanceof Error) throw failure instanceof PanelError ? failure : new PanelError('unavailable', failure.message);
    } finally {
      await lock.release();
      stop.release();
    }
  },
};
