import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { PanelError } from '@hostwright/sdk';
import { restartDelayMs } from './restart-delay.js';

export interface ProcessPlan {
  /** As people are told of it. */
  readonly name: string;
  /** Path of the module it runs. It sends `ready` to its parent when it is, and ends itself when its parent is gone. */
  readonly module: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** File its output is appended to. Undefined: it writes where we write. */
  readonly logFile: string | undefined;
  /** How long it may take to end after SIGTERM before it is killed. Default 20 s. */
  readonly patienceMs?: number;
}

/** What happened to a process, for whoever watches. */
export type ProcessEvent =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'ended'; readonly pid: number; readonly how: string; readonly restartInMs: number | undefined };

const defaultPatienceMs = 20_000;

/** One child process that is started again, with back-off, whenever it ends without having been asked to. */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;
  private isReady = false;
  private quickEnds = 0;
  private readonly waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();

  /**
   * @param watch is told everything that happens.
   * @param isFinal says which exit codes mean that starting again is useless; the process then stays down.
   */
  constructor(
    readonly plan: ProcessPlan,
    private readonly watch: (event: ProcessEvent) => void = () => undefined,
    private readonly isFinal: (code: number) => boolean = () => false,
  ) {}

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it. Rejects, and starts it no more, when it ends before it was ready. */
  async start(): Promise<void> {
    const ready = this.untilReady();
    this.launch(true);
    await ready;
  }

  /** Fulfilled when it is ready, at once when it is already. Rejects when it will not be any more. */
  untilReady(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.add({ resolve, reject }));
  }

  /** Sends a signal to the process that runs now; it is started again if that ends it. Answers its id. */
  kill(signal: NodeJS.Signals): number | undefined {
    const pid = this.child?.pid;
    if (pid !== undefined) this.isReady = false;
    this.child?.kill(signal);
    return pid;
  }

  /** Ends it for good. `atOnce`: without giving it time to finish what it does. */
  async stop({ atOnce = false }: { readonly atOnce?: boolean } = {}): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    this.settle(new PanelError('unavailable', `${this.plan.name} was stopped`));
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(atOnce ? 'SIGKILL' : 'SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), this.plan.patienceMs ?? defaultPatienceMs);
    await ended;
    clearTimeout(force);
  }

  private launch(first: boolean): void {
    const { module, env, cwd, logFile } = this.plan;
    const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
    // A group of its own: an interrupt at the terminal is for us, who then end the processes in order.
    const child = fork(module, [], { env, cwd, detached: true, execArgv: [], stdio: ['ignore', output, output, 'ipc'] });
    if (typeof output === 'number') closeSync(output);
    this.child = child;
    const startedAt = performance.now();
    let wasReady = false;
    let over = false;
    const ended = (how: string, code: number | null): void => {
      if (over) return;
      over = true;
      this.isReady = false;
      const failed = new PanelError('unavailable', `${this.plan.name} ended ${how}`);
      const final = this.stopping || (code !== null && this.isFinal(code)) || (first && !wasReady);
      this.quickEnds = performance.now() - startedAt > restartDelayMs.calmAfterMs ? 0 : this.quickEnds + 1;
      const restartInMs = final ? undefined : restartDelayMs(this.quickEnds);
      if (restartInMs === undefined) this.settle(failed);
      else this.restart = setTimeout(() => this.launch(false), restartInMs);
      this.watch({ kind: 'ended', pid: child.pid ?? 0, how, restartInMs });
    };
    if (child.pid !== undefined) this.watch({ kind: 'started', pid: child.pid });
    child.on('message', (message) => {
      if (message !== 'ready' || over) return;
      wasReady = true;
      this.isReady = true;
      this.watch({ kind: 'ready', pid: child.pid ?? 0 });
      this.settle();
    });
    child.once('error', (error) => ended(`before it began: ${error.message}`, null));
    child.once('exit', (code, signal) => ended(signal === null ? `with exit code ${code}` : `by ${signal}`, code));
  }

  private settle(error?: Error): void {
    for (const { resolve, reject } of this.waiting) {
      if (error) reject(error);
      else resolve();
    }
    this.waiting.clear();
  }
}
