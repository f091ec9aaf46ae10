import { componentOf, holdsSecret, isOver } from '@hostwright/core';
import type { Json } from '@hostwright/sdk';
import type { Thing } from './provider.js';
import type { PlanNode, StepPlan } from './product-plan.js';
import { unfinished, type JobRecord, type ServiceRecord } from './tables.js';
import type { ReachedStep, World } from './world.js';

/** Holds what the panel says at the end of a history against what the provider has. What is not so is noted. */
export class Verdict {
  constructor(private readonly world: World) {}

  check(): void {
    for (const job of this.tables.jobs.values()) this.checkJob(job);
    for (const service of this.tables.services.values()) this.checkService(service);
    for (const slot of this.tables.slots)
      if (slot.jobId !== null) this.violated('permit kept', `${slot.jobId} ${slot.stepKey} still holds a permit, and nothing moves`);
    const strangers = [...this.world.provider.things.values()].filter((thing) => thing.owner === 'stranger').length;
    if (strangers !== this.world.strangers) this.violated("a stranger's", `${this.world.strangers - strangers} things of others are gone`);
  }

  private get tables(): World['tables'] {
    return this.world.tables;
  }

  private violated(rule: string, what: string): void {
    this.world.watch.violated(rule, what);
  }

  private checkJob(job: JobRecord): void {
    const about = `job ${job.id} (${job.operation})`;
    const asked = this.tables.openTasks(job.id).length > 0;
    this.world.coverage.add(`jobs ended: ${job.state}${job.handedOver ? ', handed over' : ''}`);
    if (Object.keys(job.givenUp).length > 0) this.world.coverage.add(`jobs ended: ${job.state}, without a component`);
    if (job.state === 'needs_operator' && !asked) this.violated('stuck', `${about} needs a person, and nobody was asked`);
    if (!isOver(job.state) && job.state !== 'needs_operator' && !this.isBehindAnother(job))
      this.violated(job.wakeAt === null ? 'stuck' : 'lost', `${about} is ${job.state}, ${job.phase}, and has not come to an end`);
    const isCancelled = this.tables.services.get(job.serviceId!)!.state === 'cancelled';
    if (job.state === 'failed' && !asked && !isCancelled && !this.world.noted.has(job.id))
      this.violated('lost', `${about} has failed, and nobody was told`);
    // Late looks keep out of the way of what waits behind a job that needs a person.
    const isInTheWay = this.tables.jobsOf(job.serviceId).some((one) => this.isBehindAnother(one));
    if (isOver(job.state) && job.phase !== 'ended' && !isInTheWay)
      this.violated('stuck', `${about} is ${job.state}, and still ${job.phase}`);
    const numbers = this.tables.events.filter((event) => event.jobId === job.id).map((event) => event.number);
    if (numbers.some((number, index) => number !== index + 1) || numbers.length !== job.eventCount)
      this.violated('events', `${about} has events ${numbers.join(', ')} and counts ${job.eventCount}`);
    if (job.phase === 'ended') this.checkEnded(job, about);
  }

  private checkEnded(job: JobRecord, about: string): void {
    const steps = [...this.tables.stepsOf(job.id).values()];
    const secrets = steps.some((step) => holdsSecret(step.output ?? undefined) || holdsSecret(step.task ?? undefined));
    if (secrets || holdsSecret(job.program as unknown as Json)) this.violated('secret kept', `${about} has ended and still holds a secret`);
    const open = steps.find((step) => ['parked', 'intended', 'waiting', 'undoing'].includes(step.state));
    if (job.state === 'completed' && open) this.violated('stuck', `${about} is completed, and its step ${open.key} is ${open.state}`);
    const kept = this.tables.reservations.some((one) => one.jobId === job.id && one.freeAt === null);
    if (kept && !job.handedOver && ['cancelled', 'superseded', 'failed'].includes(job.state) && !this.world.noted.has(job.id))
      this.violated('reservation kept', `${about} is ${job.state} and has ended, and what it reserved is not free`);
  }

  private isBehindAnother(job: JobRecord): boolean {
    return job.state === 'pending' && this.tables.jobsOf(job.serviceId).some((one) => one.id < job.id && unfinished.includes(one.state));
  }

  private checkService(service: ServiceRecord): void {
    this.world.coverage.add(`services ended: ${service.state}`);
    const jobs = this.tables.jobsOf(service.id);
    // Whoever was asked sees to it; what becomes of the service is still open.
    if (jobs.some((job) => unfinished.includes(job.state))) return;
    const owner = `hw-sim-${service.id}`;
    const things = [...this.world.provider.things.values()].filter((thing) => thing.owner === owner);
    const delivered = service.state === 'active' || service.state === 'suspended';
    const creates = delivered ? jobs.filter((job) => job.operation === 'create' && (job.state === 'completed' || job.handedOver)) : [];
    const expected = creates.map((create) => ({ create, steps: this.expectedOf(create) }));
    for (const { create, steps } of expected) for (const step of steps) this.checkExpected(create, step, things);
    for (const thing of things) {
      const isExpected = expected.some(
        ({ create, steps }) =>
          steps.some(({ serverId, claim }) => serverId === thing.serverId && claim === thing.claim) &&
          (thing.kind === 'thing' || thing.madeFor.startsWith(`${create.id} `)),
      );
      // What was charged for a service that was delivered stays charged.
      const isPaid = thing.kind === 'charge' && service.state === 'terminated';
      if (!isExpected && !isPaid && !this.isExcused(thing))
        this.violated('orphaned', `service ${service.id} is ${service.state}, and ${thing.claim} (${thing.madeFor}) is still there`);
    }
    this.checkReservations(service, creates);
    this.checkSettings(service, jobs, owner);
  }

  /** What create came to and nobody took upon themselves, but for what it gave up. */
  private expectedOf(create: JobRecord): ReachedStep[] {
    return [...(this.world.reached.get(create.id)?.values() ?? [])].filter(
      (step) => !this.isSeenTo(`${create.id} ${step.key}`) && this.isMade(create, componentOf(step.key)),
    );
  }

  private isMade(create: JobRecord, component: string): boolean {
    return !create.handedOver || create.givenUp[component] === undefined;
  }

  private checkExpected(create: JobRecord, step: ReachedStep, things: readonly Thing[]): void {
    const there = things.filter(
      (thing) =>
        thing.serverId === step.serverId &&
        thing.claim === step.claim &&
        (thing.kind === 'thing' || thing.madeFor === `${create.id} ${step.key}`),
    );
    const about = `job ${create.id} is completed, and of ${step.claim} there `;
    if (there.length === 0) this.violated('lost', `${about}is none`);
    else if (!there.some((thing) => thing.ready)) this.violated('lost', `${about}is only a beginning`);
    if (there.length > 1) this.violated('doubled', `${about}are ${there.length}`);
  }

  private isExcused(thing: Thing): boolean {
    if (this.isSeenTo(thing.madeFor)) return true;
    const [jobId, key] = [Number(thing.madeFor.split(' ')[0]), thing.madeFor.slice(thing.madeFor.indexOf(' ') + 1)];
    return this.tables
      .openTasks(jobId)
      .some((task) => task.stepKey !== '' && (key === task.stepKey || key.startsWith(`${task.stepKey} / `)));
  }

  private isSeenTo(step: string): boolean {
    return [...this.world.seenTo].some((seen) => step === seen || step.startsWith(`${seen} / `));
  }

  private checkReservations(service: ServiceRecord, creates: readonly JobRecord[]): void {
    for (const one of this.tables.reservations.filter((row) => row.serviceId === service.id)) {
      const create = creates.find((job) => job.id === one.jobId);
      if (create && this.isMade(create, one.component) && one.freeAt !== null)
        this.violated('reservation lost', `service ${service.id} is ${service.state}, and ${one.value} of it is free for others`);
      if ((service.state === 'terminated' || service.state === 'cancelled') && one.freeAt === null)
        this.violated('reservation kept', `service ${service.id} is ${service.state}, and ${one.value} is not free`);
    }
  }

  private checkSettings(service: ServiceRecord, jobs: readonly JobRecord[], owner: string): void {
    const { drifted, noted, provider, plan } = this.world;
    const open = jobs.some((job) => this.tables.openTasks(job.id).length > 0 || noted.has(job.id));
    if (drifted.has(service.id) || open) return;
    for (const component of plan.product.components) {
      const set = provider.settings.get(`${owner} ${component} switch`) ?? 'on';
      if ((service.state === 'active' && set !== 'on') || (service.state === 'suspended' && set !== 'off'))
        this.violated('not so', `service ${service.id} is ${service.state}, and at the provider it is switched ${set}`);
      if (service.state !== 'cancelled' && service.state !== 'pending') continue;
      for (const step of settingsOf(plan.product.create.nodes))
        if (provider.settings.has(`${owner} ${component} ${step.name}`))
          this.violated(
            'orphaned',
            `service ${service.id} is ${service.state}, and the setting ${step.name} of ${component} is still there`,
          );
    }
  }
}

function settingsOf(nodes: readonly PlanNode[]): StepPlan[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'branches') return node.branches.flatMap(settingsOf);
    return 'step' in node && node.step.makes === 'setting' && node.step.undo !== 'no' ? [node.step] : [];
  });
}
