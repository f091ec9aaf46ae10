import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SshTarget } from '@hostwright/sdk';
import { createSsh } from './index.js';

const program = '/usr/sbin/sshd';
const missing = !existsSync(program)
  ? 'sshd is not installed'
  : spawnSync('ssh-keygen', ['-?']).error
    ? 'ssh-keygen is not installed'
    : undefined;
const suite = missing ? describe.skip : describe;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

suite(missing ? `runs against a real OpenSSH server (skipped: ${missing})` : 'runs against a real OpenSSH server', () => {
  let folder: string;
  let server: ChildProcess;
  let target: SshTarget;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hostwright-sshd-'));
    for (const name of ['host', 'user']) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const { stdout } = spawnSync('ssh-keygen', ['-l', '-E', 'sha256', '-f', join(folder, 'host.pub')], { encoding: 'utf8' });
    const port = await freePort();
    writeFileSync(
      join(folder, 'config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(folder, 'host')}`,
        `AuthorizedKeysFile ${join(folder, 'user.pub')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'PidFile none',
      ].join('\n'),
    );
    // Debian's server wants it when root starts it, and makes it only in its service.
    if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    server = spawn(program, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
    for (let tries = 0; tries < 250 && !(await answers(port)); tries += 1) await sleep(20);
    target = {
      host: '127.0.0.1',
      port,
      username: userInfo().username,
      privateKey: readFileSync(join(folder, 'user'), 'utf8'),
      hostKey: stdout.split(' ')[1]!,
    };
  });
  afterAll(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const ssh = (over: Partial<SshTarget> = {}) =>
    createSsh({ extension: 'test', serverId: '1', targets: () => ({ node: { ...target, ...over } }) });

  it('hands the data over on standard input and answers what the script said', async () => {
    const script =
      'while read -r name value && [ -n "$name" ]; do printf "%s=%s;" "$name" "$(printf %s "$value" | base64 -d)"; done; echo told >&2; exit 7';
    const answer = await ssh().run('node', script, { vmid: 907, password: 'a b\n"c" $(id)' });
    expect(answer).toEqual({ exitCode: 7, stdout: 'vmid=907;password=a b\n"c" $(id);', stderr: 'told\n' });
  });

  it('shows the data in no command line', async () => {
    const script = 'read -r name value; cat /proc/$$/cmdline /proc/$PPID/cmdline | tr "\\0" " "';
    const { stdout } = await ssh().run('node', script, { password: 'hunter2-hunter2' });
    expect(stdout).toContain('read -r name value');
    expect(stdout).not.toContain('hunter2-hunter2');
    expect(stdout).not.toContain(Buffer.from('hunter2-hunter2').toString('base64'));
  });

  it('does not connect to a server with another host key', async () => {
    await expect(ssh({ hostKey: `SHA256:${'A'.repeat(43)}` }).run('node', 'true', {})).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('says that a log-in was refused', async () => {
    await expect(ssh({ username: 'nobody-of-that-name' }).run('node', 'true', {})).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('does not know what became of a script that was cut off', async () => {
    await expect(ssh().run('node', 'sleep 5', {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
});
