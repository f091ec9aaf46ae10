import { componentOf, isOver } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { isUndone } from './memory-operators.js';
import type { Network } from './network.js';
import { askedOf } from './orders.js';
import { type JobRecord, type OperatorTaskRecord, type StepRecord } from './tables.js';
import type { ReachedStep, World } from './world.js';

/**
 * Staff, who decide about jobs that need a person. They do what they say: whoever takes a step as done has seen to it at the provider,
 * and whoever closes a task has dealt with what it was about.
 */
export class Staff {
  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly ring: () => void,
  ) {}

  /** Decides about one job, if there is one to decide about. */
  act(): void {
    const { random, tables } = this.world;
    const asking = [...tables.jobs.values()].filter((job) => tables.openTasks(job.id).length > 0 && this.mayDecide(job));
    const running = [...tables.jobs.values()].filter(
      (job) => ['in_progress', 'waiting', 'pending'].includes(job.state) && mayTurnRound(job),
    );
    if (!this.world.quiet && running.length > 0 && random.chance(0.1)) this.rollBack(random.pick(running));
    else if (asking.length > 0) this.decide(random.pick(asking));
    else return;
    this.ring();
  }

  private mayDecide(job: JobRecord): boolean {
    return job.state === 'needs_operator' || job.state === 'failed' || job.phase === 'looking' || this.lacks(job);
  }

  /** It was handed over without something that can still be made. */
  private lacks(job: JobRecord): boolean {
    if (!job.handedOver || !isOver(job.state)) return false;
    const { state, desiredState } = this.world.tables.services.get(job.serviceId!)!;
    const missing = this.world.tables.components.some((one) => one.serviceId === job.serviceId && one.remoteId === null);
    return missing && (state === 'active' || state === 'suspended') && desiredState !== 'terminated';
  }

  private decide(job: JobRecord): void {
    const { random } = this.world;
    if (this.lacks(job) && random.chance(0.6)) return this.retry(job);
    if (job.state !== 'needs_operator') {
      const pending = this.world.tables.services.get(job.serviceId!)!.state === 'pending';
      if (job.state === 'failed' && job.operation === 'create' && pending && random.chance(0.6)) return this.retry(job);
      return random.chance(0.5) && (job.state === 'failed' || job.phase === 'looking') ? this.resolve(job) : undefined;
    }
    switch (random.weighed({ retry: 4, skip: 3, 'roll back': mayTurnRound(job) ? 2 : 0, resolve: 1 })) {
      case 'retry':
        return this.retry(job);
      case 'skip':
        return this.skip(job);
      case 'roll back':
        return this.rollBack(job);
      case 'resolve':
        return this.resolve(job);
    }
  }

  /** What tasks of the job were about is dealt with when they are closed. */
  private note(job: JobRecord, what: string): void {
    const { world } = this;
    world.coverage.add(`staff: ${what}`);
    world.trace(() => `staff decide about job ${job.id}: ${what}`);
    world.watch.personSpoke(job.id);
    world.noted.add(job.id);
    for (const task of world.tables.openTasks(job.id)) if (task.kind === 'not_undone') this.clear(job, task.stepKey);
  }

  private retry(job: JobRecord): void {
    const open = this.world.tables.openTasks(job.id);
    if (open.some((task) => task.kind === 'decide' && !this.mayCallAgain(job, task))) return;
    this.note(job, job.state === 'failed' ? 'retry anew' : 'retry');
    this.world.operators.retry(job.id, askedOf(this.world, job.serviceId!, 'create'));
  }

  /** They have looked: it did not take place, nor will it. */
  private mayCallAgain(job: JobRecord, task: OperatorTaskRecord): boolean {
    const step = this.reached(job, task.stepKey);
    if (step?.strength !== 'blind') return true;
    return !this.network.awaited(job.id, task.stepKey) && this.made(job, task.stepKey).length === 0;
  }

  private rollBack(job: JobRecord): void {
    this.note(job, job.state === 'needs_operator' ? 'roll back' : 'stop');
    this.world.operators.rollBack(job.id);
  }

  private skip(job: JobRecord): void {
    const { random, tables } = this.world;
    const asked = tables.openTasks(job.id).map((task) => task.stepKey);
    const steps = [...tables.stepsOf(job.id).values()].filter((step) => !['done', 'skipped', 'undone'].includes(step.state));
    const wanted = steps.filter((step) => asked.includes(step.key));
    const step = random.pick(wanted.length > 0 ? wanted : steps);
    if (!step || this.underWay(job, step.key)) return;
    const undoing = job.phase === 'undoing' || isUndone(job, step.key);
    const output = undoing ? null : this.doByHand(job, step);
    if (output === undefined) return;
    this.note(job, undoing ? 'skip an undo' : 'skip a step');
    if (undoing) this.clear(job, step.key);
    else this.world.seenTo.add(`${job.id} ${step.key}`);
    this.world.operators.skip(job.id, step.key, output);
  }

  /** Answers what the step would have; undefined when it cannot be done. */
  private doByHand(job: JobRecord, row: StepRecord): JsonObject | undefined {
    const { provider } = this.world;
    const step = this.reached(job, row.key);
    if (job.operation === 'terminate') return this.removeByHand(job, row.key);
    if (!step) return {};
    const owner = job.program.owner;
    provider.kill(step.serverId, step.claim);
    const there = step.strength === 'blind' ? this.made(job, row.key)[0] : provider.list(step.serverId, step.claim, owner)[0];
    if (there !== undefined) return provider.things.get(there)!.ready ? { id: there } : undefined;
    if (provider.held(step.serverId, step.claim).length > 0) return undefined;
    const kind = step.strength === 'blind' ? 'charge' : 'thing';
    return provider.make({ serverId: step.serverId, claim: step.claim, owner, madeFor: `${job.id} ${row.key}`, kind }, false);
  }

  /** What a step of a terminate was to remove: its claim, or everything of its name at the connected modules. */
  private removeByHand(job: JobRecord, key: string): JsonObject {
    const [component, what, claim] = key.split(' / ');
    const domain = `${component}${job.serviceId}.example.com`;
    for (const thing of [...this.world.provider.things.values()]) {
      const isMeant = what === 'remove' ? thing.claim === claim : thing.claim.endsWith(domain);
      if (isMeant && thing.owner === job.program.owner) this.world.provider.things.delete(thing.id);
    }
    return {};
  }

  private resolve(job: JobRecord): void {
    const { world } = this;
    const { state } = job;
    if ([...world.tables.stepsOf(job.id).keys()].some((key) => this.underWay(job, key))) return;
    this.note(job, 'mark resolved');
    if (job.operation === 'create') this.clear(job, '');
    if (job.operation === 'terminate' && state === 'needs_operator') {
      for (const one of world.tables.jobsOf(job.serviceId)) this.clear(one, '');
      for (const thing of [...world.provider.things.values()])
        if (thing.owner === job.program.owner) world.provider.things.delete(thing.id);
    }
    world.operators.markResolved(job.id);
  }

  /** Removes what the job has made under that step, or at all, and answers for whatever of it turns up later. */
  private clear(job: JobRecord, key: string): void {
    const { provider, seenTo } = this.world;
    for (const step of this.world.reached.get(job.id)?.values() ?? []) {
      if (key !== '' && step.key !== key && !step.key.startsWith(`${key} / `)) continue;
      // What the customer uses is left alone.
      if (key === '' && job.handedOver && job.operation === 'create' && this.isDelivered(job, step)) continue;
      seenTo.add(`${job.id} ${step.key}`);
      for (const earlier of this.world.tables.jobsOf(job.serviceId)) {
        const same = this.world.reached.get(earlier.id)?.get(step.key);
        if (same?.claim === step.claim) seenTo.add(`${earlier.id} ${same.key}`);
      }
      // What a later try of the service goes by is left alone.
      if (step.strength !== 'blind' && this.world.tables.jobsOf(job.serviceId).some((one) => one.operation === 'create' && one.id > job.id))
        continue;
      provider.kill(step.serverId, step.claim);
      const ids = step.strength === 'blind' ? this.made(job, step.key) : provider.list(step.serverId, step.claim, job.program.owner);
      for (const id of ids) provider.things.delete(id);
    }
  }

  private isDelivered(job: JobRecord, { key }: ReachedStep): boolean {
    const { state } = this.world.tables.services.get(job.serviceId!)!;
    const component = this.world.tables.components.find((one) => one.serviceId === job.serviceId && one.name === componentOf(key));
    return (state === 'active' || state === 'suspended') && component !== undefined && component.remoteId !== null;
  }

  private reached(job: JobRecord, key: string): ReachedStep | undefined {
    return this.world.reached.get(job.id)?.get(key);
  }

  private made(job: JobRecord, key: string): number[] {
    return [...this.world.provider.things.values()].filter((thing) => thing.madeFor === `${job.id} ${key}`).map((thing) => thing.id);
  }

  private underWay(job: JobRecord, key: string): boolean {
    return this.network.awaited(job.id, key);
  }
}

/** What is being removed cannot be brought back. */
function mayTurnRound(job: JobRecord): boolean {
  return job.operation !== 'terminate' || job.state === 'pending';
}
