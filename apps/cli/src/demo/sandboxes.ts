import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { SandboxAddress, SandboxAnswer, WantedSandbox } from './sandbox-messages.js';

const program = fileURLToPath(new URL('./sandbox-host.main.js', import.meta.url));

/** What is alive at a provider. */
export interface LedgerLine {
  readonly server: string;
  readonly kind: string;
  readonly id: string;
  readonly owner: string | undefined;
  readonly details: JsonObject;
}

/** The providers of the demo, played by sandboxes in a process of their own. */
export class Sandboxes {
  private constructor(
    private readonly child: ChildProcess,
    readonly all: readonly SandboxAddress[],
  ) {}

  /** Throws `invalid_config` when one does not start; then none is left running. */
  static async start(wanted: readonly WantedSandbox[], logFile: string): Promise<Sandboxes> {
    const output = openSync(logFile, 'a', 0o600);
    const child = fork(program, [], { detached: true, execArgv: [], stdio: ['ignore', output, output, 'ipc'] });
    closeSync(output);
    const ended = once(child, 'exit').then((): SandboxAnswer => ({ kind: 'failed', reason: 'their process ended' }));
    // Settings and secrets travel between the processes, not over a command line.
    child.send(wanted);
    const answer = await Promise.race([once(child, 'message').then(([message]) => message as SandboxAnswer), ended]);
    const sandboxes = new Sandboxes(child, answer.kind === 'running' ? answer.sandboxes : []);
    if (answer.kind === 'running') return sandboxes;
    await sandboxes.stop();
    throw new PanelError('invalid_config', `the sandboxes did not start: ${answer.reason}`);
  }

  /** Everything alive at every provider. */
  async ledger(): Promise<readonly LedgerLine[]> {
    const lists = await Promise.all(
      this.all.map(async ({ server, controlUrl }) => {
        const entries = (await ask(`${controlUrl}/ledger`)) as readonly Omit<LedgerLine, 'server'>[];
        return entries.map(({ kind, id, owner, details }) => ({ server, kind, id, owner, details: details ?? {} }));
      }),
    );
    return lists.flat();
  }

  /** What the panel did there that it must never do. */
  async violations(): Promise<readonly string[]> {
    const lists = await Promise.all(
      this.all.map(async ({ server, controlUrl }) =>
        ((await ask(`${controlUrl}/violations`)) as readonly string[]).map((what) => `${server}: ${what}`),
      ),
    );
    return lists.flat();
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
    await ended;
    clearTimeout(force);
  }
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new PanelError('unavailable', `a sandbox answered ${response.status} to ${new URL(url).pathname}`);
  return response.json();
}
