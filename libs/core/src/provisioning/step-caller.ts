import type { Json } from '@hostwright/sdk';
import { withinCall } from './call-scope.js';
import type { EngineMeter } from './engine-log.js';
import type { LiveStep } from './live-step.js';
import type { PollBatch } from './poll-batch.js';

/** Makes the calls of a job's steps into their modules. */
export class StepCaller {
  constructor(
    private readonly jobId: string,
    private readonly interactive: boolean,
    private readonly polls: PollBatch,
    readonly meter: EngineMeter,
  ) {}

  find(step: LiveStep): ReturnType<NonNullable<LiveStep['spec']['find']>> {
    return this.call(step, async () => step.spec.find?.(claimOf(step)) ?? { state: 'absent' });
  }

  run(step: LiveStep): Promise<unknown> {
    return this.call(step, async () => step.spec.run?.(claimOf(step)));
  }

  until(step: LiveStep, task: Json | undefined): ReturnType<NonNullable<LiveStep['spec']['until']>> {
    const { spec } = step;
    return this.call(step, () => {
      if (spec.untilMany) return this.polls.ask(`${step.serverId} ${step.module.extension} ${step.name}`, task, (tasks) => spec.untilMany!(tasks));
      if (!spec.until) throw new Error(`step '${step.key}' waits for a task, but has no 'until'`);
      return spec.until(task);
    });
  }

  undo(step: LiveStep, output: unknown, task: Json | undefined): ReturnType<NonNullable<LiveStep['spec']['undo']>> {
    return this.call(step, async () => step.spec.undo?.(output, claimOf(step), task));
  }

  sweep(step: LiveStep, keep: unknown): Promise<void> {
    return this.call(step, async () => step.spec.sweep?.(claimOf(step), keep));
  }

  private call<T>(step: LiveStep, call: () => Promise<T>): Promise<T> {
    return withinCall({ label: `job ${this.jobId}, ${step.key}`, interactive: this.interactive }, call);
  }
}

/** The claim as it was committed: the author's closures see the journal's copy, not the one of this replay. */
function claimOf(step: LiveStep): Json | undefined {
  return step.spec.claim;
}
