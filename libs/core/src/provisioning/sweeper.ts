import type { EngineMeter } from './engine-log.js';
import type { HeldJob, Journal } from './journal.js';
import type { Timers } from './timers.js';

export interface SweeperPorts {
  readonly journal: Pick<Journal, 'sweep' | 'held' | 'giveBack'>;
  readonly timers: Timers;
  readonly meter: Pick<EngineMeter, 'stopwatch' | 'swept'>;
  readonly everyMs: number;
  /** Under which id the worker holds jobs now. */
  readonly workerId: () => string | undefined;
  /** True for a job that this worker is at work on. */
  readonly worksOn: (job: HeldJob) => boolean;
}

/** What the worker does about what a sweep found. */
export interface SweeperEvents {
  /** There are jobs that are due. */
  found(): void;
  reached(): void;
  trouble(error: unknown): void;
}

/**
 * Looks every few seconds for what nothing else would notice: rings that were lost, workers that died, permits of finished steps, and
 * jobs this worker holds without knowing it.
 */
export class Sweeper {
  private idleBefore = new Set<string>();
  private stopped = true;
  private alarm: { cancel(): void } | undefined;

  constructor(
    private readonly ports: SweeperPorts,
    private readonly events: SweeperEvents,
  ) {}

  start(): void {
    this.stopped = false;
    this.later(0);
  }

  stop(): void {
    this.stopped = true;
    this.alarm?.cancel();
  }

  private later(ms: number): void {
    this.alarm = this.ports.timers.after(ms, () => {
      void this.sweep().finally(() => {
        if (!this.stopped) this.later(this.ports.everyMs);
      });
    });
  }

  private async sweep(): Promise<void> {
    try {
      const seconds = this.ports.meter.stopwatch();
      const due = await this.ports.journal.sweep();
      await this.giveBackLost();
      this.ports.meter.swept(due, seconds());
      this.events.reached();
      if (due > 0) this.events.found();
    } catch (error) {
      this.events.trouble(error);
    }
  }

  /**
   * Jobs this worker holds but does not work on: the answer to a claim was lost, or a turn ended without being able to say so.
   * Given back when seen at two sweeps, since a claim's answer may just be on its way.
   */
  private async giveBackLost(): Promise<void> {
    const workerId = this.ports.workerId();
    if (workerId === undefined) return;
    const idle = (await this.ports.journal.held(workerId)).filter((job) => !this.ports.worksOn(job));
    const lost = idle.filter((job) => this.idleBefore.has(nameOf(job)));
    this.idleBefore = new Set(idle.map(nameOf));
    if (lost.length === 0) return;
    await this.ports.journal.giveBack(lost);
    this.events.found();
  }
}

function nameOf({ jobId, fence }: HeldJob): string {
  return `${jobId} ${fence}`;
}
