import type { ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enter } from './container-scripts.js';
import { pathOf } from './prerequisites.js';
import { must, run, spawnWithUs } from './run-command.js';

/** What `pct exec` answered. */
export interface PctCall {
  readonly vmid: number;
  readonly code: number;
  /** The first word of its standard output. */
  readonly word: string;
}

/**
 * A node of one's own: a real OpenSSH server on the loopback interface with keys made for this run, and a `pct` that enters the
 * containers in `folder/containers`. It notes what each call answered, and can hold back the answer that a set-up was begun.
 */
export class RealNode {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly port: number,
    /** SHA-256 fingerprint of the host key. */
    readonly hostKey: string,
    readonly privateKey: string,
  ) {}

  static async start(folder: string): Promise<RealNode> {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    mkdirSync(join(folder, 'containers'));
    appendFileSync(join(folder, 'calls'), '');
    writeFileSync(join(folder, 'bin/pct'), pct(folder), { mode: 0o755 });
    for (const key of ['host', 'panel']) await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
    const hostKey = (await must('ssh-keygen', ['-l', '-E', 'sha256', '-f', join(folder, 'host.pub')])).split(' ')[1]!;
    const port = await freePort();
    const settings = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'panel.pub')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      `SetEnv "PATH=${join(folder, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"`,
    ];
    writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
    // Debian's server wants it, and makes it only in its service.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const server = spawnWithUs(pathOf('sshd')!, ['-D', '-E', join(folder, 'sshd.log'), '-f', join(folder, 'sshd_config')]);
    const node = new RealNode(folder, server, port, hostKey, readFileSync(join(folder, 'panel'), 'utf8'));
    for (let tries = 0; (await run('ssh-keyscan', ['-p', String(port), '127.0.0.1'])).stdout === ''; tries += 1) {
      if (tries === 100 || server.exitCode !== null)
        throw new Error(
          `sshd does not start: ${existsSync(join(folder, 'sshd.log')) ? readFileSync(join(folder, 'sshd.log'), 'utf8') : ''}`,
        );
      await sleep(50);
    }
    return node;
  }

  get containers(): string {
    return join(this.folder, 'containers');
  }

  calls(vmid: number): readonly PctCall[] {
    return readFileSync(join(this.folder, 'calls'), 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([id]) => id === String(vmid))
      .map(([id, code, word = '']) => ({ vmid: Number(id), code: Number(code), word }));
  }

  /** How often a set-up was really begun in that container. */
  starts(vmid: number): number {
    return this.calls(vmid).filter(({ word }) => word === 'started').length;
  }

  /** From now on nobody hears that a set-up was begun in that container, until it is let go. */
  hold(vmid: number): void {
    writeFileSync(join(this.folder, `hold-${vmid}`), '');
  }

  letGo(vmid: number): void {
    rmSync(join(this.folder, `hold-${vmid}`), { force: true });
  }

  /** How to look into a container by hand. */
  howToEnter(vmid: number): string {
    return `ssh -p ${this.port} -i ${join(this.folder, 'panel')} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -t root@127.0.0.1 pct exec ${vmid} -- bash`;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once('close', resolve));
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    this.server.kill('SIGKILL');
    await ended;
  }
}

/** `pct exec VMID -- COMMAND…`, with the answers of the original where there is no such container or it does not run. */
function pct(folder: string): string {
  return String.raw`#!/bin/bash
folder='${folder.replaceAll("'", String.raw`'\''`)}'
vmid=$2
if test "$1" != exec || test "$3" != --; then
  echo 'this node has pct exec alone' >&2
  exit 2
fi
shift 3
if ! test -d "$folder/containers/$vmid"; then
  echo "Configuration file 'nodes/pve1/lxc/$vmid.conf' does not exist" >&2
  exit 255
fi
pid=$(cat "$folder/containers/$vmid/pid" 2>/dev/null)
if ! test -d "/proc/$pid"; then
  echo "container '$vmid' not running!" >&2
  exit 255
fi
if test -t 0; then exec nsenter --target "$pid" ${enter.join(' ')} -- "$@"; fi
answer=$(nsenter --target "$pid" ${enter.join(' ')} -- "$@")
code=$?
printf '%s %s %s\n' "$vmid" "$code" "$(head -n 1 <<<"$answer" | cut -d ' ' -f 1)" >>"$folder/calls"
if test "$answer" = started; then
  while test -e "$folder/hold-$vmid"; do sleep 0.1; done
fi
if test -n "$answer"; then printf '%s\n' "$answer"; fi
exit "$code"
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
