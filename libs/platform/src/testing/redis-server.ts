import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why tests on Redis cannot run here; undefined when they can. */
export const noRedis = spawnSync('redis-server', ['--version']).error ? 'redis-server is not installed' : undefined;

/** A Redis of the test's own, which can be killed and started again at the same address. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'hostwright-redis-'));
  private port = 0;

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    this.child = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.folder], {
      stdio: 'ignore',
    });
    while ((await ask(this.port, 'PING')) !== '+PONG') await sleep(20);
  }

  /** Everything in it is gone at once, as after an accident at the keyboard. */
  async flushAll(): Promise<void> {
    if ((await ask(this.port, 'FLUSHALL')) !== '+OK') throw new Error('Redis was not emptied');
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async destroy(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** The first line of the answer; undefined when there is none. */
function ask(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(`${command}\r\n`));
    socket.once('data', (text) => end(text.toString().split('\r\n')[0]));
    socket.once('error', () => end(undefined));
  });
}
