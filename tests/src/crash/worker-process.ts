import { fork, type ChildProcess } from 'node:child_process';
import type { FromWorker, ToWorker } from './messages.js';

/** A worker in a process of its own, which can be killed for real. */
export class WorkerProcess {
  protected readonly child: ChildProcess;
  /** Resolves when it says so. */
  readonly ready: Promise<void>;
  private readonly exited: Promise<void>;

  constructor(script: string, environment: Readonly<Record<string, string>>, folder: string, lines: string[]) {
    this.child = fork(script, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      cwd: folder,
      execArgv: [],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
    this.exited = new Promise((resolve) => this.child.once('exit', () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      this.child.once('message', () => resolve());
      this.child.once('exit', (code) => reject(new Error(`a worker ended with ${code}: ${lines.slice(-5).join('\n')}`)));
    });
    // Whoever starts it hears of it; one that is never started does not matter.
    this.ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** For real: it learns nothing of it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

/** One without a framework, which begins when it is told to, and tells what its jobs come to. */
export class LeanWorker extends WorkerProcess {
  /** Resolves when it is at work. */
  async start(message: ToWorker & { readonly type: 'start' }, hear: (message: FromWorker) => void): Promise<void> {
    await this.ready;
    const started = new Promise<void>((resolve, reject) => {
      this.child.on('message', (heard: FromWorker) => {
        if (heard.type === 'started') resolve();
        else hear(heard);
      });
      this.child.once('exit', () => reject(new Error('a worker ended before it began')));
    });
    started.catch(() => undefined);
    this.tell(message);
    await started;
  }

  tell(message: ToWorker): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}
