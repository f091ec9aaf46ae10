import { isPanelError } from '@hostwright/sdk';
import type { JsonObject, Log } from '@hostwright/sdk';
import type { TaskQueueName } from './queue-names.js';
import { maxTaskAttempts, maxUnplannedAttempts, type ClaimedTask, type TaskHandler, type TaskStore } from './queue-task.js';

export interface TaskRunnerSettings {
  /** How long a task is held without a sign of life. */
  readonly leaseMs: number;
  /** Tasks of one queue under way at once in this process. */
  readonly concurrency: number;
  /** Before the second attempt; doubles with each. Drawn at random between none and that. */
  readonly backoffMs: number;
  /** No wait is longer than that. */
  readonly longestBackoffMs: number;
}

export const defaultTaskRunnerSettings: TaskRunnerSettings = {
  leaseMs: 60_000,
  concurrency: 5,
  backoffMs: 10_000,
  longestBackoffMs: 3_600_000,
};

interface Look {
  /** Something may have become due since the last claim. */
  again: boolean;
  ended: Promise<number>;
}

/** Takes due tasks from the store and gives them to the handler of their kind. */
export class TaskRunner {
  private readonly handlers = new Map<string, TaskHandler>();
  private readonly looks = new Map<TaskQueueName, Look>();
  private readonly held = new Map<TaskQueueName, Set<Promise<void>>>();
  /** Errors nobody planned for, by task, as far as this process has seen them: what a task had waited for before does not count. */
  private readonly unplanned = new Map<string, number>();
  private stopping = false;

  constructor(
    private readonly tasks: TaskStore,
    handlers: readonly TaskHandler[],
    private readonly settings: TaskRunnerSettings,
    private readonly random: () => number,
    private readonly log: Log,
  ) {
    for (const handler of handlers) this.handlers.set(`${handler.queue}/${handler.kind}`, handler);
  }

  /**
   * Works until nothing is due in the queue or the stop was asked for; a call meanwhile joins in and makes it look once more.
   * Answers how many tasks were taken.
   */
  look(queue: TaskQueueName): Promise<number> {
    const running = this.looks.get(queue);
    if (running) {
      running.again = true;
      return running.ended;
    }
    const look: Look = { again: true, ended: Promise.resolve(0) };
    look.ended = this.workOff(queue, look);
    this.looks.set(queue, look);
    return look.ended;
  }

  private async workOff(queue: TaskQueueName, look: Look): Promise<number> {
    const underWay = this.heldIn(queue);
    let taken = 0;
    try {
      while (look.again && !this.stopping) {
        const free = this.settings.concurrency - underWay.size;
        if (free > 0) {
          look.again = false;
          const claimed = await this.tasks.claim(queue, free, this.settings.leaseMs);
          if (claimed.length === 0) continue;
          look.again = true;
          taken += claimed.length;
          for (const task of claimed) this.hold(underWay, task);
        }
        await Promise.race(underWay);
      }
    } finally {
      this.looks.delete(queue); // at once: a call from now on begins anew
    }
    return taken;
  }

  /** Takes no more and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.held.values()].flatMap((set) => [...set]));
  }

  private heldIn(queue: TaskQueueName): Set<Promise<void>> {
    const set = this.held.get(queue) ?? new Set<Promise<void>>();
    this.held.set(queue, set);
    return set;
  }

  private hold(underWay: Set<Promise<void>>, task: ClaimedTask): void {
    const done: Promise<void> = this.run(task)
      // The store cannot be written: the lease runs out and the task is taken again.
      .catch((error: unknown) => this.log.error(`task ${task.id} (${task.kind}) could not be recorded`, { error: String(error) }))
      .finally(() => underWay.delete(done));
    underWay.add(done);
  }

  private async run(task: ClaimedTask): Promise<void> {
    const handler = this.handlers.get(`${task.queue}/${task.kind}`);
    if (!handler) {
      await this.tasks.fail(task, `no part of this panel knows the kind "${task.kind}" in the queue ${task.queue}`, null);
      return;
    }
    const renewal = setInterval(() => {
      this.tasks.renew([task], this.settings.leaseMs).catch(() => undefined); // the next beat tries again; the lease decides
    }, this.settings.leaseMs / 3);
    let result: JsonObject;
    try {
      result = await handler.run(task);
    } catch (error) {
      await this.recordFailure(task, error);
      return;
    } finally {
      clearInterval(renewal);
    }
    this.unplanned.delete(task.id);
    await this.tasks.finish(task, result);
  }

  private async recordFailure(task: ClaimedTask, error: unknown): Promise<void> {
    const planned = isPanelError(error);
    if (!planned) this.log.error(`task ${task.id} (${task.kind}) failed unexpectedly`, { stack: stackOf(error) });
    const retryable = !planned || error.code === 'unavailable' || error.code === 'unknown_outcome';
    const again = retryable && task.attempt < maxTaskAttempts[task.queue] && (planned || this.countUnplanned(task) < maxUnplannedAttempts);
    if (!again) this.unplanned.delete(task.id);
    const { backoffMs, longestBackoffMs } = this.settings;
    const retryInMs = again
      ? Math.max(this.random() * Math.min(backoffMs * 2 ** (task.attempt - 1), longestBackoffMs), (planned && error.retryAfterMs) || 0)
      : null;
    await this.tasks.fail(task, planned ? `${error.code}: ${error.message}` : 'an unexpected error; the log has it', retryInMs);
  }

  private countUnplanned({ id }: ClaimedTask): number {
    const count = (this.unplanned.get(id) ?? 0) + 1;
    this.unplanned.set(id, count);
    return count;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
