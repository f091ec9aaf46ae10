import { execFile, fork, type ChildProcess } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../processes/index.js';

export interface PeerResult {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the peer's own process. */
  readonly cpuPct: number;
}

const sources = join(root, 'bench/peers');
const folder = join(root, '.hostwright/bench-peers');
const installed = join(folder, 'installed.json');

/** Installs the peers into a folder that nothing of the panel looks into, unless they are there as the lock has them. */
export async function installPeers(note: (text: string) => void): Promise<void> {
  const lock = await readFile(join(sources, 'package-lock.json'), 'utf8');
  await mkdir(folder, { recursive: true });
  await cp(sources, folder, { recursive: true });
  if ((await readFile(installed, 'utf8').catch(() => '')) === lock) return;
  note(`installing the peers into ${folder}`);
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  await writeFile(installed, lock);
}

/** Another engine in a process of its own. */
export class Peer {
  private constructor(private readonly child: ChildProcess) {}

  static async start(program: 'dbos.mjs' | 'bullmq.mjs', env: Readonly<Record<string, string>>): Promise<Peer> {
    const child = fork(join(folder, program), {
      cwd: folder,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const peer = new Peer(child);
    await peer.message();
    return peer;
  }

  get pid(): number {
    return this.child.pid!;
  }

  run(workload: 'plain' | 'provider', concurrency: number, seconds: number): Promise<PeerResult> {
    const result = this.message();
    this.child.send({ workload, concurrency, seconds });
    return result as Promise<PeerResult>;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 3_000);
    await gone;
    clearTimeout(timer);
  }

  private message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`a peer ended with ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', (message) => {
        this.child.off('exit', ended);
        resolve(message);
      });
    });
  }
}
