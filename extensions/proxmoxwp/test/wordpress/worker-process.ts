import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { searchPath } from './run-command.js';
import { root } from './workshop.js';

/** The worker application as built, in a process of its own, which can be killed for real. */
export class WorkerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<void>,
  ) {}

  /** At work. `lines` gets what it logs. */
  static async start(environment: Readonly<Record<string, string>>, folder: string, lines: string[]): Promise<WorkerProcess> {
    // The kernel kills it when this process ends, however it ends.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, join(root, 'apps/worker/dist/main.js')], {
      env: { PATH: searchPath, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      cwd: folder,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${lines.slice(-5).join('\n')}`)));
    });
    return new WorkerProcess(child, ended);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** For real: it learns nothing of it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
