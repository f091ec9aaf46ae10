import { allowOperation, desiredState, type Program } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { unfinished, type JobRecord, type ServiceRecord, type Tables } from './tables.js';

/** What is asked for: the program of the job, and what it reserves. */
export interface Asked {
  /** `missing`: only those components, of a service that is in use. */
  program(jobId: number, missing?: readonly string[]): Program;
  reservations(jobId: number, missing?: readonly string[]): readonly { readonly value: string; readonly component: string }[];
}

/** Orders and operations on tables in memory, as the desk on PostgreSQL takes them: each is one transaction. */
export class MemoryDesk {
  constructor(private readonly tables: Tables) {}

  /** A service and its create job. */
  placeOrder(components: readonly string[], asked: (service: ServiceRecord) => Asked): { service: ServiceRecord; job: JobRecord } {
    const { tables } = this;
    const service: ServiceRecord = { id: tables.nextId(), state: 'pending', desiredState: 'active' };
    tables.services.set(service.id, service);
    for (const name of components) tables.components.push({ serviceId: service.id, name, remoteId: null, properties: {}, inputs: null });
    return { service, job: this.startCreate(service.id, asked(service)) };
  }

  /** A create job for a service whose first one failed. */
  createAnew(serviceId: number, asked: Asked): JobRecord {
    const service = this.service(serviceId);
    const inUse = service.state === 'active' || service.state === 'suspended';
    if (inUse ? service.desiredState === 'terminated' : service.state !== 'pending')
      throw new PanelError('conflict', `service ${serviceId} is ${service.state}, so it is not made anew`);
    const busy = this.tables.jobsOf(serviceId).filter((job) => unfinished.includes(job.state));
    const running = busy.find((job) => job.operation === 'create');
    if (running) return running;
    if (!inUse) return this.startCreate(serviceId, asked);
    const components = this.tables.components.filter((one) => one.serviceId === serviceId && one.remoteId === null);
    const missing = components.map(({ name }) => name);
    if (missing.length === 0) throw new PanelError('conflict', `service ${serviceId} is there as a whole`);
    const job = this.startCreate(
      serviceId,
      { program: (id) => asked.program(id, missing), reservations: (id) => asked.reservations(id, missing) },
      busy.length === 0,
    );
    job.handedOver = true;
    return job;
  }

  request(serviceId: number, operation: string, asked: Asked): { readonly jobId: number; readonly created: boolean } {
    const { tables } = this;
    const service = this.service(serviceId);
    const jobs = tables.jobsOf(serviceId).filter((job) => unfinished.includes(job.state));
    const ending = jobs.some((job) => job.operation === 'terminate');
    allowOperation({ serviceId: String(serviceId), state: service.state, ending }, operation);
    const same = jobs.find((job) => job.operation === operation);
    if (same) return { jobId: same.id, created: false };
    if (operation === 'terminate') {
      const ended = this.terminateAtOnce(service, jobs.length > 0);
      if (ended !== undefined) return { jobId: ended, created: false };
      for (const job of jobs) this.stop(job);
    }
    const job = this.insert(serviceId, operation, asked, jobs.length === 0);
    service.desiredState = desiredState(operation) ?? service.desiredState;
    return { jobId: job.id, created: true };
  }

  private service(serviceId: number): ServiceRecord {
    const service = this.tables.services.get(serviceId);
    if (!service) throw new PanelError('not_found', `there is no service ${serviceId}`);
    return service;
  }

  private startCreate(serviceId: number, asked: Asked, due = true): JobRecord {
    const job = this.insert(serviceId, 'create', asked, due);
    for (const one of asked.reservations(job.id)) this.tables.reservations.push({ ...one, jobId: job.id, serviceId, freeAt: null });
    return job;
  }

  private insert(serviceId: number, operation: string, asked: Asked, due: boolean): JobRecord {
    const { tables } = this;
    const id = tables.nextId();
    const job: JobRecord = {
      id,
      serviceId,
      operation,
      state: 'pending',
      phase: 'forward',
      program: asked.program(id),
      interactive: false,
      fence: 0,
      workerId: null,
      wakeAt: due ? tables.now : null,
      stopRequestedAt: null,
      failure: null,
      result: null,
      lookAgainCount: 0,
      eventCount: 0,
      finishedAt: null,
      handedOver: false,
      givenUp: {},
    };
    tables.jobs.set(id, job);
    const total = job.program.components.reduce((sum, one) => sum + one.steps.length, 0);
    tables.addEvent(job, { type: 'progress', stepKey: null, step: 0, total, percentage: 0, message: `${operation}: accepted` });
    return job;
  }

  /** Asks what is under way to stop at its next step boundary; one that waits for a person is turned round. */
  private stop(job: JobRecord): void {
    const { now } = this.tables;
    const asking = job.state === 'needs_operator';
    const forward = job.phase === 'forward' || job.phase === 'settling';
    // What is now tried once more is asked of people again should it fail again.
    if (asking && job.phase === 'undoing')
      this.tables.closeTasks(
        (task) => task.jobId === job.id && task.kind === 'not_undone' && this.tables.stepsOf(job.id).get(task.stepKey)?.state !== 'undone',
      );
    job.stopRequestedAt ??= now;
    if (job.workerId === null) job.wakeAt = now;
    if (!asking) return;
    if (forward)
      Object.assign(job, { failure: { code: 'stopped', message: 'the service was cancelled' }, phase: 'settling', state: 'waiting' });
    else if (job.phase === 'undoing') job.state = 'rolling_back';
  }

  /** Ends a service of which there is nothing: over already, or never delivered and nobody at work on it. Answers its last job. */
  private terminateAtOnce(service: ServiceRecord, busy: boolean): number | undefined {
    const { tables } = this;
    const over = service.state === 'terminated' || service.state === 'cancelled';
    if (!over && (busy || service.state !== 'pending')) return undefined;
    if (!over) {
      service.state = 'cancelled';
      service.desiredState = 'terminated';
      tables.free((one) => one.serviceId === service.id && tables.job(one.jobId).phase !== 'looking');
      tables.closeTasks((task) => task.serviceId === service.id && task.kind !== 'not_undone');
      tables.outbox.push({ topic: 'service.cancelled', payload: { serviceId: String(service.id) } });
    }
    return tables.jobsOf(service.id).at(-1)?.id;
  }
}
