import { createHash } from 'node:crypto';
import { isPanelError, PanelError, type HttpSignal, type Ssh, type SshResult, type SshTarget } from '@hostwright/sdk';
import type { Recorder } from '../recording/index.js';
import { runRemotely } from './remote-run.js';
import { encodeRunData, pinnedHostKeys, type RunData } from './run-data.js';

const defaultTimeoutMs = 30_000;
const longestTimeoutMs = 1_200_000;
/** The longest argument Linux gives a process, which is how a remote command arrives. */
const mostScriptBytes = 131_071;

export interface SshOptions {
  /** Extension id. */
  readonly extension: string;
  readonly serverId: string;
  /** The module's `ssh` for this server: where runs may go, by name. Asked when the first run comes. */
  readonly targets: () => Readonly<Record<string, SshTarget>>;
  /** Ends every run: one not sent yet is `unavailable`, the others `unknown_outcome`. */
  readonly signal?: HttpSignal;
  readonly recorder?: Recorder;
}

/** The SDK's `Ssh` for one module on one server. It keeps the promises written there. */
export function createSsh(options: SshOptions): Ssh {
  let targets: Readonly<Record<string, SshTarget>> | undefined;
  return {
    async run(name, script, data, { timeoutMs = defaultTimeoutMs } = {}) {
      targets ??= options.targets();
      const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
      if (!target) throw new PanelError('invalid_config', `ssh: the server's settings name no target "${name}"`);
      if (script === '' || script.includes('\0') || Buffer.byteLength(script) > mostScriptBytes) {
        throw new TypeError(`a script must hold 1–${mostScriptBytes} bytes and no zero byte`);
      }
      if (!(timeoutMs > 0 && timeoutMs <= longestTimeoutMs))
        throw new TypeError(`timeoutMs must be over 0 and at most ${longestTimeoutMs}`);
      const stdin = encodeRunData(data);
      checkTarget(name, target);
      const hostKeys = pinnedHostKeys(target.hostKey, name);
      if (options.signal?.aborted) throw new PanelError('unavailable', `${name}: stopped before the script was sent`);
      const signals = options.signal ? [options.signal] : [];
      return recorded(options, name, script, data, () => runRemotely({ name, target, hostKeys, script, stdin, timeoutMs, signals }));
    },
  };
}

function checkTarget(name: string, { host, port, username, privateKey }: SshTarget): void {
  const wrong = (rule: string) => new PanelError('invalid_config', `${name}: ${rule}`);
  if (typeof host !== 'string' || !/^[^\s/@]+$/.test(host)) throw wrong('the host is not a name or address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('the port must be 1–65535');
  if (typeof username !== 'string' || username === '') throw wrong('there is no user name');
  if (typeof privateKey !== 'string' || privateKey === '') throw wrong('there is no private key');
}

async function recorded(
  options: SshOptions,
  target: string,
  script: string,
  data: RunData,
  run: () => Promise<SshResult>,
): Promise<SshResult> {
  const { recorder, extension, serverId } = options;
  if (!recorder) return run();
  const at = new Date().toISOString();
  const began = performance.now();
  const tell = (ended: { result: SshResult } | { error: { code: PanelError['code']; message: string } }) =>
    recorder.record({
      kind: 'ssh',
      extension,
      serverId,
      at,
      durationMs: Math.round(performance.now() - began),
      target,
      scriptSha256: createHash('sha256').update(script).digest('hex'),
      dataNames: Object.keys(data),
      dataValues: Object.values(data).map(String),
      ...ended,
    });
  try {
    const result = await run();
    tell({ result });
    return result;
  } catch (error) {
    if (isPanelError(error)) tell({ error: { code: error.code, message: error.message } });
    throw error;
  }
}
