import { done, pending, secret, type Found, type Json, type JsonObject, type Pending, type Polled } from '@hostwright/sdk';
import type { Call, Caller, Network } from './network.js';
import type { StepPlan } from './product-plan.js';
import type { Made, TaskEnd } from './provider.js';
import type { World } from './world.js';

/** What a step of a history is given to work with. */
export interface StepPlay {
  readonly world: World;
  readonly network: Network;
  readonly caller: Caller;
  readonly plan: StepPlan;
  /** The journal's key of the step. */
  readonly key: string;
  /** What it is called at the provider. */
  readonly name: string;
  /** With a setting: what it becomes, and what undoing makes of it; nothing when it was not there before. */
  readonly value?: string;
  readonly valueBefore?: string | undefined;
}

type TaskHandle = JsonObject & { readonly task: number };

/** The closures of one step, as an extension's author would write them. */
export function playedStep(play: StepPlay): JsonObject {
  const { plan, name } = play;
  const claim = plan.claim === undefined ? {} : { claim: name };
  const calls = new StepCalls(play);
  const whole = {
    ...(plan.strength ? { strength: plan.strength } : {}),
    ...claim,
    ...(plan.permit ? { permit: 'tasks' } : {}),
    ...(plan.giveUpAfterMs === undefined ? {} : { giveUpAfterMs: plan.giveUpAfterMs }),
    ...(plan.find ? { find: () => calls.find() } : {}),
    ...(plan.waits === 'only' ? {} : { run: () => calls.run() }),
    ...(plan.waits === 'task' || plan.waits === 'tasks' ? { until: (task: TaskHandle) => calls.until(task) } : {}),
    ...(plan.waits === 'tasks' ? { untilMany: (tasks: readonly TaskHandle[]) => calls.untilMany(tasks) } : {}),
    ...(plan.waits === 'only' ? { until: () => calls.over() } : {}),
    ...(plan.undo === 'no' ? {} : { undo: (made: Made | undefined, _claim: Json, task?: Json) => calls.undo(made, task) }),
    ...(plan.strength === 'tagged' ? { sweep: (_claim: Json, keep: Made | undefined) => calls.sweep(keep) } : {}),
  };
  return whole as unknown as JsonObject;
}

class StepCalls {
  constructor(private readonly play: StepPlay) {}

  find(): Promise<Found<Json, Json>> {
    return this.request('find', true, () => {
      this.anotherComesFirst();
      return this.provider.find(this.caller.serverId, this.play.name, this.caller.owner);
    });
  }

  async run(): Promise<Json | undefined> {
    const { plan, name, value } = this.play;
    const { serverId, owner, jobId } = this.caller;
    const thing = {
      serverId,
      claim: name,
      owner,
      madeFor: `${jobId} ${this.play.key}`,
      kind: plan.makes === 'charge' ? 'charge' : 'thing',
    } as const;
    const unique = plan.strength === 'unique';
    const waits = plan.waits !== 'no';
    const [lastsMs, end] = this.drawTask();
    const answer = await this.request('run', plan.makes === 'nothing' && !waits, (): JsonObject => {
      if (plan.makes === 'setting') {
        this.provider.settings.set(name, value!);
        return {};
      }
      if (plan.makes === 'nothing')
        return waits ? this.provider.startTask(owner, undefined, lastsMs, end) : { read: this.provider.things.size };
      return waits ? this.provider.startMake(thing, unique, lastsMs, end) : this.provider.make(thing, unique);
    });
    return plan.secret ? { ...answer, password: { ...secret(`password of ${name}`) } } : answer;
  }

  until(task: TaskHandle): Promise<Polled<Json, Json>> {
    return this.request('until', true, () => this.provider.poll(task.task));
  }

  untilMany(tasks: readonly TaskHandle[]): Promise<readonly Polled<Json, Json>[]> {
    this.play.world.coverage.add('steps: polled together', tasks.length > 1 ? 1 : 0);
    return this.request('until', true, () => tasks.map((task) => this.provider.poll(task.task)), tasks.length > 1);
  }

  /** A wait for something that nobody makes. */
  over(): Promise<Polled<undefined, undefined>> {
    const { world, plan } = this.play;
    return this.request('until', true, () => (world.agenda.now >= plan.overAfterMs ? done() : pending()));
  }

  async undo(made: Made | undefined, task?: Json): Promise<void | Pending<Json>> {
    const { plan, name, world } = this.play;
    const { owner } = this.caller;
    if (task !== undefined) {
      const polled = await this.request('undo', true, () => this.provider.poll((task as TaskHandle).task));
      if (polled.state === 'failed') throw polled.error;
      return polled.state === 'pending' ? pending(task) : undefined;
    }
    if (plan.makes === 'setting')
      return this.request('undo', false, () => {
        if (this.play.valueBefore === undefined) this.provider.settings.delete(name);
        else this.provider.settings.set(name, this.play.valueBefore);
      });
    const ids = plan.strength === 'tagged' ? await this.list() : made === undefined ? [] : [made.id];
    if (plan.undo === 'at once') return this.request('undo', false, () => ids.forEach((id) => this.provider.remove(id, owner)));
    const [lastsMs, end] = this.drawTask();
    const removal = await this.request('undo', false, () => {
      for (const id of ids)
        if (this.provider.things.has(id) && end === 'well') world.agenda.after(lastsMs, () => this.provider.remove(id, owner));
      return this.provider.startTask(owner, undefined, lastsMs, end);
    });
    return pending(removal, 500);
  }

  async sweep(keep: Made | undefined): Promise<void> {
    const ids = (await this.list()).filter((id) => id !== keep?.id);
    if (ids.length > 0) await this.request('sweep', false, () => ids.forEach((id) => this.provider.remove(id, this.caller.owner)));
  }

  /** Now and then somebody else has taken our name a moment before us. */
  private anotherComesFirst(): void {
    const { world, name } = this.play;
    if (world.quiet || !world.random.chance(world.plan.faultRate * 0.03)) return;
    if (this.provider.held(this.caller.serverId, name).length > 0) return;
    world.coverage.add('faults: a stranger comes first');
    this.provider.make({ serverId: this.caller.serverId, claim: name, owner: 'stranger', madeFor: '', kind: 'thing' }, true);
    world.strangers += 1;
  }

  private list(): Promise<number[]> {
    return this.request('list', true, () => this.provider.list(this.caller.serverId, this.play.name, this.caller.owner));
  }

  private get caller(): Caller {
    return this.play.caller;
  }

  private get provider(): World['provider'] {
    return this.play.world.provider;
  }

  private drawTask(): [number, TaskEnd] {
    const { random, quiet, plan, coverage } = this.play.world;
    const lastsMs = random.chance(0.8) ? random.between(500, 20_000) : random.between(20_000, 600_000);
    if (quiet || !random.chance(plan.faultRate)) return [lastsMs, 'well'];
    const end = random.weighed({ well: 4, badly: 2, 'badly, leaving something': 2, never: 0.7 });
    if (end !== 'well') coverage.add(`faults: task ends ${end}`);
    return [lastsMs, end];
  }

  private request<Answer>(verb: Call<Answer>['verb'], reads: boolean, apply: () => Answer, joint = false): Promise<Answer> {
    const { network, key, plan } = this.play;
    // What cannot be looked for must not arrive late: nobody could tell.
    const mayBeLate = (plan.find || plan.strength === 'blind') && verb !== 'sweep';
    return network.request(this.caller, { verb, key, reads, strength: plan.strength, canBeFound: plan.find, mayBeLate, joint, apply });
  }
}
