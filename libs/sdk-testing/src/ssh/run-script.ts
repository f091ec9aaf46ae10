import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import type { SshResult, SshTarget } from '@hostwright/sdk';

/**
 * Runs a script on a node as `ctx.ssh.run` does, for tests of a sandbox: the pinned host key, the values on standard input.
 * Rejects when the log-in is refused, the host key is another, the connection ends without an exit code, or the time is over.
 */
export function runScript(
  target: SshTarget,
  script: string,
  values: Readonly<Record<string, string | number>> = {},
  { timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {},
): Promise<SshResult> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let exitCode: number | undefined;
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      reject(new Error('no answer in time'));
      client.destroy();
    }, timeoutMs);
    client.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    client.on('close', () => {
      clearTimeout(timer);
      if (exitCode === undefined) reject(new Error('the connection ended without an exit code'));
      else resolve({ exitCode, stdout, stderr });
    });
    client.on('connect', () => client.setNoDelay(true));
    client.on('ready', () => {
      client.exec(script, (error, channel) => {
        if (error) return reject(error);
        channel.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
        channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
        channel.on('exit', (code: number) => (exitCode = code));
        channel.on('close', () => client.end());
        const lines = Object.entries(values).map(([name, value]) => `${name} ${Buffer.from(String(value)).toString('base64')}\n`);
        channel.end(`${lines.join('')}\n`);
      });
    });
    client.connect({
      host: target.host,
      port: target.port,
      username: target.username,
      privateKey: target.privateKey,
      hostVerifier: (key: Buffer) => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}` === target.hostKey,
    });
  });
}
