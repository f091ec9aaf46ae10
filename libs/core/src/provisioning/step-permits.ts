import type { JobLedger } from './job-ledger.js';
import type { StepRow } from './job.js';
import type { LiveStep } from './live-step.js';
import type { Pace } from './pace.js';
import type { Permits } from './permits.js';
import type { Progress } from './progress.js';

/** The permits of one job's steps. A step that gets none waits as a row. */
export class StepPermits {
  constructor(
    private readonly permits: Permits,
    private readonly ledger: JobLedger,
    private readonly progress: Progress,
    private readonly pace: Pace,
    private readonly wake: (inMs: number) => void,
  ) {}

  /** True when the step needs no permit, has one, or gets one now. */
  async hold(step: LiveStep): Promise<boolean> {
    const { serverId } = step;
    const name = step.spec.permit;
    if (name === undefined || serverId === null) return true;
    const cap = step.module.permits[name];
    if (cap === undefined) throw new Error(`step '${step.key}' wants a permit '${name}' that its module does not declare`);
    const { id: jobId, interactive } = this.ledger.job;
    return this.permits.acquire({ serverId, name, cap, jobId, stepKey: step.key, interactive });
  }

  /** Before a step begins: false when it has to wait for a permit, which is then written down. */
  async begin(step: LiveStep, row: StepRow | undefined): Promise<boolean> {
    if (await this.hold(step)) return true;
    const event = row
      ? null
      : this.progress.event('waiting', this.ledger, step.key, `${this.progress.title(step.key)}: waits for a free place`);
    await this.wait(step, 'parked', event);
    return false;
  }

  /** Before a step is undone, which is work for the provider like doing. */
  async beginUndo(step: LiveStep): Promise<boolean> {
    if (await this.hold(step)) return true;
    await this.wait(step, 'undoing', null);
    return false;
  }

  async release(step: LiveStep): Promise<void> {
    if (step.spec.permit === undefined) return;
    // Who waited for it goes on now, not when it would have looked by itself.
    if (await this.permits.release(this.ledger.job.id, step.key)) this.wake(0);
  }

  private async wait(step: LiveStep, state: 'parked' | 'undoing', event: ReturnType<Progress['event']> | null): Promise<void> {
    const waitFor = `permit:${step.serverId}:${step.spec.permit}`;
    await this.ledger.write(step, { state, waitFor, wakeInMs: this.pace.permitNet }, { event });
  }
}
