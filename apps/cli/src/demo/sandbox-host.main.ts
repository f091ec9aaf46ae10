// Runs the sandboxes of the demo in a process of their own, as providers would: what happens to the panel does not touch them.
import { pathToFileURL } from 'node:url';
import type { RunningSandbox, Sandbox } from '@hostwright/sdk-testing';
import type { SandboxAnswer, WantedSandbox } from './sandbox-messages.js';

const running: RunningSandbox[] = [];

async function start({ path, speed, version }: WantedSandbox): Promise<RunningSandbox> {
  const { default: sandbox } = (await import(pathToFileURL(path).href)) as { default: Sandbox };
  const started = await sandbox.start({ speed, ...(version !== undefined && { version }) });
  running.push(started);
  return started;
}

async function startAll(wanted: readonly WantedSandbox[]): Promise<SandboxAnswer> {
  try {
    const sandboxes = await Promise.all(
      wanted.map(async (one) => {
        const { server, product, controlUrl } = await start(one);
        return { server: one.server, settings: server, product, controlUrl };
      }),
    );
    return { kind: 'running', sandboxes };
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function end(): void {
  void Promise.allSettled(running.map((sandbox) => sandbox.stop())).then(() => process.exit(0));
}

process.once('message', (wanted) => void startAll(wanted as readonly WantedSandbox[]).then((answer) => process.send?.(answer)));
// The demo has ended, in whatever way.
process.once('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
