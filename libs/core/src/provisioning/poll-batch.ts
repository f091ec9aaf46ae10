import type { Json, Polled, Troubled } from '@hostwright/sdk';
import type { Timers } from './timers.js';

type Answer = Polled<Json | undefined, unknown>;
type AskMany = (tasks: readonly (Json | undefined)[]) => Promise<readonly (Answer | Troubled)[]>;

interface Waiting {
  readonly task: Json | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Joins waits of several jobs on one server that are due at the same moment into one call. */
export class PollBatch {
  private readonly waiting = new Map<string, { readonly many: AskMany; readonly list: Waiting[] }>();

  constructor(private readonly timers: Timers) {}

  /** `group` names the server and the step; tasks of one group can be asked for together. */
  ask(group: string, task: Json | undefined, many: AskMany): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const batch = this.waiting.get(group);
      if (batch) {
        batch.list.push({ task, resolve, reject });
        return;
      }
      this.waiting.set(group, { many, list: [{ task, resolve, reject }] });
      // Jobs claimed together come here within one turn of the event loop or the next few; their journal is read together.
      this.timers.soon(() => void this.flush(group));
    });
  }

  private async flush(group: string): Promise<void> {
    const batch = this.waiting.get(group);
    if (!batch) return;
    this.waiting.delete(group);
    try {
      const answers = await batch.many(batch.list.map((one) => one.task));
      batch.list.forEach((one, index) => {
        const answer = answers[index];
        if (answer?.state === 'troubled') one.reject(answer.error);
        else if (answer) one.resolve(answer);
        else one.reject(new Error(`untilMany answered ${answers.length} of ${batch.list.length} tasks`));
      });
    } catch (error) {
      for (const one of batch.list) one.reject(error);
    }
  }
}
