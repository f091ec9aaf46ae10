import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PanelError } from '@hostwright/sdk';
import { freePort, identityOf, livingProcess } from '../supervision/index.js';

const patienceMs = 10_000;
const lookEveryMs = 50;
const processFile = 'process.json';

/** A Redis of the demo's own, on a free port of this machine. */
export class RedisServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly url: string,
  ) {}

  /**
   * Starts it with its data in `folder`, which holds none yet.
   * Throws `unsupported` when there is no `redis-server`; `unavailable` when it does not start.
   */
  static async start(folder: string, logFile: string): Promise<RedisServer> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const port = await freePort();
    const output = openSync(logFile, 'a', 0o600);
    const settings = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
    ];
    const child = spawn('redis-server', settings, { detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    if (child.pid !== undefined) await writeFile(join(folder, processFile), JSON.stringify(identityOf(child.pid)), { mode: 0o600 });
    const server = new RedisServer(child, folder, `redis://127.0.0.1:${port}`);
    const ended = new Promise<unknown>((resolve) => {
      child.once('error', resolve);
      child.once('exit', resolve);
    });
    try {
      await Promise.race([answering(port), ended.then((why) => Promise.reject(reasonOf(why, logFile)))]);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Ends the one that a demo which was killed left behind, and removes its data. */
  static async removeLeftOver(folder: string): Promise<void> {
    const left = livingProcess(await readFile(join(folder, processFile), 'utf8').catch(() => ''));
    if (left) process.kill(left.pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const force = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(force);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answering(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookEveryMs) {
    if (await pings(port)) return;
    await sleep(lookEveryMs);
  }
  throw new PanelError('unavailable', `redis-server did not answer within ${patienceMs / 1_000} s`);
}

function pings(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (answer) => {
      resolve(answer.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(false));
  });
}

function reasonOf(why: unknown, logFile: string): PanelError {
  if (why instanceof Error && (why as NodeJS.ErrnoException).code === 'ENOENT') {
    return new PanelError(
      'unsupported',
      '--redis needs redis-server, and there is none: install it (Debian: apt-get install redis-server; macOS: brew install redis)',
    );
  }
  return new PanelError('unavailable', `redis-server did not start; ${logFile} says why`);
}
