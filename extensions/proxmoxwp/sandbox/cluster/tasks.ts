import type { SandboxClock } from '@hostwright/sdk-testing';
import { badParameters, died, PveRefusal } from '../api/index.js';

/** How many tasks the sandbox takes at once: the figure the published platform states for one cluster. */
const taskLimit = 10;
const remembered = 20_000;

export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  /** Unix seconds. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  /** `USER@REALM!TOKEN`. */
  readonly user: string;
  readonly log: string[];
  endtime?: number;
  /** Absent while it runs. */
  exitstatus?: string;
}

export interface TaskPlan {
  readonly node: string;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  /** Milliseconds at speed 1. */
  readonly takesMs: number;
  readonly log?: readonly string[];
  /** Does the thing, at the end. What it throws is the exit status; so is the text it answers, `OK` without one. */
  finish(): string | void;
  /** Takes back what was there from the beginning, such as a lock, when the task fails or is stopped. */
  giveUp?(): void;
}

/** How the next matching task is to end, whatever it does. */
export interface TaskOutcome {
  /** Any type when left out. */
  readonly type?: string;
  /** Any guest when left out. */
  readonly vmid?: number;
  /** Such as `WARNINGS: 1`, `unexpected status`, or an error text. */
  readonly exitstatus: string;
  /** True: the thing is done all the same. */
  readonly applied: boolean;
}

/** The tasks of a cluster: what is under way, and what is remembered of the rest. */
export class TaskBoard {
  readonly #tasks = new Map<string, Task>();
  readonly #cancel = new Map<string, (reason: string) => void>();
  #outcomes: TaskOutcome[] = [];
  /** Ends whose time has come while none may come. */
  #heldEnds: (() => void)[] | undefined;
  #pid = 0x3a1b2;
  maxAtOnce = 0;
  started = 0;

  constructor(
    private readonly clock: SandboxClock,
    private readonly violations: string[],
  ) {}

  get underWay(): number {
    return this.#cancel.size;
  }

  /** Prescribes the end of the next task that fits. */
  prescribe(outcome: TaskOutcome): void {
    this.#outcomes.push(outcome);
  }

  /** While tasks are held none comes to its end, as on a storage that hangs. */
  hold(held: boolean): void {
    const due = this.#heldEnds ?? [];
    this.#heldEnds = held ? due : undefined;
    if (!held) for (const end of due) end();
  }

  /** Refuses a task over the limit, before anything was changed for it. */
  demandRoom(what: string): void {
    if (this.underWay < taskLimit) return;
    this.violations.push(`${what}: ${taskLimit} tasks were under way already`);
    throw died('got lock request timeout');
  }

  /** Starts a task and answers its UPID. The caller has asked for room. */
  start(plan: TaskPlan): string {
    this.#pid += 1;
    this.started += 1;
    const starttime = Math.floor(Date.now() / 1000);
    const pstart = 0x1c5d6e7 + this.started * 100;
    const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
    const upid = `UPID:${plan.node}:${hex(this.#pid)}:${hex(pstart)}:${hex(starttime)}:${plan.type}:${plan.id}:${plan.user}:`;
    const { node, type, id, user } = plan;
    const task: Task = { upid, node, pid: this.#pid, pstart, starttime, type, id, user, log: [...(plan.log ?? [])] };
    this.#tasks.set(upid, task);
    if (this.#tasks.size > remembered) this.#tasks.delete(this.#tasks.keys().next().value as string);
    const end = (): void => {
      if (this.#cancel.has(upid)) this.#end(task, this.#run(plan));
    };
    const cancelTimer = this.clock.later(plan.takesMs, () => (this.#heldEnds ? void this.#heldEnds.push(end) : end()));
    this.#cancel.set(upid, (reason) => {
      cancelTimer();
      plan.giveUp?.();
      this.#end(task, reason);
    });
    this.maxAtOnce = Math.max(this.maxAtOnce, this.underWay);
    return upid;
  }

  /** Asks a task to stop. One that has ended stays as it is. */
  stop(upid: string): void {
    this.get(upid);
    this.#cancel.get(upid)?.('interrupted by signal');
  }

  /** Throws the 400 of the original when there is no such task. */
  get(upid: string): Task {
    const task = this.#tasks.get(upid);
    if (!task) throw badParameters({ upid: 'no such task' });
    return task;
  }

  /** Newest first. */
  list(): readonly Task[] {
    return [...this.#tasks.values()].reverse();
  }

  #run(plan: TaskPlan): string {
    const index = this.#outcomes.findIndex(({ type, vmid }) => (type ?? plan.type) === plan.type && String(vmid ?? plan.id) === plan.id);
    const [outcome] = index < 0 ? [] : this.#outcomes.splice(index, 1);
    if (outcome && !outcome.applied) {
      plan.giveUp?.();
      return outcome.exitstatus;
    }
    try {
      return outcome ? (plan.finish(), outcome.exitstatus) : (plan.finish() ?? 'OK');
    } catch (error) {
      plan.giveUp?.();
      if (error instanceof PveRefusal) return error.message;
      this.violations.push(`the sandbox itself failed in ${plan.type}: ${(error as Error).stack ?? String(error)}`);
      return 'internal error';
    }
  }

  #end(task: Task, exitstatus: string): void {
    this.#cancel.delete(task.upid);
    task.exitstatus = exitstatus;
    task.endtime = Math.floor(Date.now() / 1000);
    const good = exitstatus === 'OK' || exitstatus.startsWith('WARNINGS');
    task.log.push(exitstatus === 'OK' ? 'TASK OK' : good ? `TASK ${exitstatus}` : `TASK ERROR: ${exitstatus}`);
  }
}
