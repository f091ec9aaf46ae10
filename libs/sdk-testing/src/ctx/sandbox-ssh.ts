import { PanelError, type Ssh, type SshTarget } from '@hostwright/sdk';
import { runScript } from '../ssh/index.js';
import type { Deadline } from './sandbox-fetch.js';

const defaultTimeoutMs = 30_000;

/**
 * What `ctx.ssh` promises, for the nodes of a sandbox: give it what the module's `limits.ssh` answers for the sandbox's server.
 * Throws: `unavailable` when nobody listens; `invalid_config` when the log-in was refused or the host key is another;
 * `unknown_outcome` when the connection was lost or took too long; an `Error` for a target that is not there.
 */
export function sandboxSsh(targets: Readonly<Record<string, SshTarget>>, { deadlineMs = defaultTimeoutMs }: Deadline = {}): Ssh {
  return {
    async run(name, script, data, { timeoutMs = defaultTimeoutMs } = {}) {
      const target = targets[name];
      if (target === undefined) throw new Error(`there is no SSH target "${name}"`);
      try {
        return await runScript(target, script, data, { timeoutMs: Math.min(timeoutMs, deadlineMs) });
      } catch (error) {
        throw explain(name, error as NodeJS.ErrnoException & { readonly level?: string });
      }
    },
  };
}

/** `level` is where the SSH library says that it failed. */
function explain(name: string, error: NodeJS.ErrnoException & { readonly level?: string }): PanelError {
  if (error.code === 'ECONNREFUSED') return new PanelError('unavailable', `${name}: nobody listens`, { cause: error });
  if (error.level === 'client-authentication') return new PanelError('invalid_config', `${name}: the log-in was refused`, { cause: error });
  if (error.message.startsWith('Host denied')) return new PanelError('invalid_config', `${name}: another host key`, { cause: error });
  return new PanelError('unknown_outcome', `${name}: the connection was lost`, { cause: error });
}
