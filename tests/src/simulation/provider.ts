import { absent, done, failed, PanelError, pending, type Found, type JsonObject, type Polled } from '@hostwright/sdk';
import type { Agenda } from './agenda.js';

/** Something that is there and costs somebody money. */
export interface Thing {
  readonly id: number;
  readonly serverId: string;
  readonly claim: string;
  /** The owner mark it bears. */
  readonly owner: string;
  /** On whose behalf it was made, as `job key`; empty for a stranger's. */
  readonly madeFor: string;
  /** What can be taken back, and what only a person can see to. */
  readonly kind: 'thing' | 'charge';
  ready: boolean;
}

/** Something the provider works on. */
interface Task {
  readonly id: number;
  readonly thingId: number | undefined;
  readonly owner: string;
  end: 'well' | 'badly' | 'badly, leaving something' | 'never' | 'killed';
  endsAt: number;
}

export type TaskEnd = Task['end'];
export type Made = JsonObject & { readonly id: number };

/** The provider's own books: what it holds, under which name and mark. It knows nothing of the panel. */
export class Provider {
  readonly things = new Map<number, Thing>();
  readonly tasks = new Map<number, Task>();
  /** Name → value of what is only set. */
  readonly settings = new Map<string, string>();
  /** Server → until when what the panel knows of it is wrong. */
  readonly wrongUntil = new Map<string, number>();
  private lastId = 0;

  constructor(private readonly agenda: Agenda) {}

  settingsWrong(serverId: string): boolean {
    return (this.wrongUntil.get(serverId) ?? 0) > this.agenda.now;
  }

  held(serverId: string, claim: string): Thing[] {
    return [...this.things.values()].filter((thing) => thing.serverId === serverId && thing.claim === claim);
  }

  /** Makes a thing. `unique`: refuses a second one of the name. */
  make(thing: Omit<Thing, 'id' | 'ready'>, unique: boolean): Made {
    if (unique && this.held(thing.serverId, thing.claim).length > 0) throw new PanelError('conflict', `${thing.claim} exists`);
    const id = ++this.lastId;
    this.things.set(id, { ...thing, id, ready: true });
    return { id };
  }

  /** Begins to make a thing, and answers the task. */
  startMake(thing: Omit<Thing, 'id' | 'ready'>, unique: boolean, lastsMs: number, end: TaskEnd): { task: number } {
    const { id } = this.make(thing, unique);
    this.things.get(id)!.ready = false;
    return this.startTask(thing.owner, id, lastsMs, end);
  }

  startTask(owner: string, thingId: number | undefined, lastsMs: number, end: TaskEnd): { task: number } {
    const id = ++this.lastId;
    const task: Task = { id, thingId, owner, end, endsAt: this.agenda.now + lastsMs };
    this.tasks.set(id, task);
    if (end !== 'never') this.agenda.after(lastsMs, () => this.endTask(task));
    return { task: id };
  }

  /** A person ends what would go on for ever. */
  kill(serverId: string, claim: string): void {
    for (const task of this.tasks.values()) {
      const thing = task.thingId === undefined ? undefined : this.things.get(task.thingId);
      if (task.end !== 'never' || thing?.serverId !== serverId || thing.claim !== claim) continue;
      Object.assign(task, { end: 'killed', endsAt: this.agenda.now });
      this.things.delete(thing.id);
    }
  }

  find(serverId: string, claim: string, owner: string): Found<{ task: number }, Made> {
    const there = this.held(serverId, claim);
    const ours = there.filter((thing) => thing.owner === owner);
    if (ours.length === 0) {
      if (there.length > 0) throw new PanelError('not_owned', `${claim} belongs to somebody else`);
      return absent;
    }
    const thing = ours.find((one) => one.ready) ?? ours[0]!;
    if (thing.ready) return done({ id: thing.id });
    const task = [...this.tasks.values()].find((one) => one.thingId === thing.id)!;
    return pending({ task: task.id });
  }

  poll(taskId: number): Polled<{ task: number }, Made> {
    const task = this.tasks.get(taskId);
    if (!task) throw new PanelError('not_found', `there is no task ${taskId}`);
    if (task.end === 'never' || task.endsAt > this.agenda.now) return pending({ task: taskId });
    if (task.end !== 'well') return failed(new PanelError('rejected', `task ${taskId} ended badly`));
    return done({ id: task.thingId ?? taskId });
  }

  /** Ids of what bears the mark under that name. */
  list(serverId: string, claim: string, owner: string): number[] {
    return this.held(serverId, claim)
      .filter((thing) => thing.owner === owner)
      .map((thing) => thing.id);
  }

  /** Removes a thing that bears the mark; one that is gone is gone. */
  remove(id: number, owner: string): void {
    const thing = this.things.get(id);
    if (!thing) return;
    if (thing.owner !== owner) throw new PanelError('not_owned', `${thing.claim} belongs to somebody else`);
    this.things.delete(id);
  }

  private endTask(task: Task): void {
    const thing = task.thingId === undefined ? undefined : this.things.get(task.thingId);
    if (!thing) return;
    if (task.end === 'badly') this.things.delete(thing.id);
    else thing.ready = true;
  }
}
