import type { Json } from '@hostwright/sdk';
import { withinCall } from './call-scope.js';
import type { JobLedger } from './job-ledger.js';
import type { LiveStep } from './live-step.js';
import type { PollBatch } from './poll-batch.js';

/** Makes the calls of a job's steps into their modules. */
export class StepCaller {
  constructor(
    private readonly ledger: JobLedger,
    private readonly polls: PollBatch,
  ) {}

  find(step: LiveStep): ReturnType<NonNullable<LiveStep['spec']['find']>> {
    return this.call(step, async () => step.spec.find?.(this.claimOf(step)) ?? { state: 'absent' });
  }

  run(step: LiveStep): Promise<unknown> {
    return this.call(step, () => step.spec.run!(this.claimOf(step)));
  }

  until(step: LiveStep, task: Json | undefined): ReturnType<NonNullable<LiveStep['spec']['until']>> {
    const { spec } = step;
    return this.call(step, () => {
      if (spec.untilMany)
        return this.polls.ask(
          `${step.serverId} ${step.module.extension} ${this.ledger.job.operation} ${step.key.slice(step.key.indexOf(' / '))}`,
          task,
          (tasks) => spec.untilMany!(tasks),
        );
      if (!spec.until) throw new Error(`step '${step.key}' waits for a task, but has no 'until'`);
      return spec.until(task);
    });
  }

  undo(step: LiveStep, output: unknown, task: Json | undefined): ReturnType<NonNullable<LiveStep['spec']['undo']>> {
    return this.call(step, async () => step.spec.undo?.(output, this.claimOf(step), task));
  }

  sweep(step: LiveStep, keep: unknown): Promise<void> {
    return this.call(step, async () => step.spec.sweep?.(this.claimOf(step), keep));
  }

  /** Nothing is called before all that led to it is committed. */
  private call<T>(step: LiveStep, call: () => Promise<T>): Promise<T> {
    const { ledger } = this;
    const { notes, job } = ledger;
    const now = (): Promise<T> => {
      ledger.requireLease();
      return withinCall({ label: `job ${job.id}, ${step.key}`, interactive: job.interactive }, call);
    };
    return notes ? notes.then(now) : now();
  }

  /** The claim as it was committed, should another version of the extension have come to another one since. */
  private claimOf(step: LiveStep): Json | undefined {
    return this.ledger.find(step.key)?.claim ?? step.spec.claim;
  }
}
