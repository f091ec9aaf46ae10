import type { Program } from '@hostwright/core';
import type { BenchWorker } from './bench-worker.js';
import { joined } from './joined.js';
import type { ServiceSupply } from './service-supply.js';
import { insertJobs, type NewJob } from './start.js';

/** Creates of services, asked for as an order does it: the job is a row that is due, and the worker is rung. */
export class ServiceJobs {
  private readonly add: (job: NewJob) => Promise<void>;

  constructor(
    private readonly worker: BenchWorker,
    private readonly services: ServiceSupply,
    private readonly programOf: (serviceId: string) => Program,
  ) {
    this.add = joined(async (jobs) => {
      await insertJobs(worker.pool, jobs);
      worker.runner.look();
    });
  }

  /** So many services are there, and need not be made while something is measured. */
  prepare(count: number): Promise<void> {
    return this.services.fill(count);
  }

  /** One job, from its being asked for to the commit that ends it. */
  async work(): Promise<void> {
    const serviceId = await this.services.take();
    const ended = this.worker.ended(serviceId);
    await this.ask(serviceId);
    await ended;
  }

  /** Asks for so many at once, and waits for none of them. */
  async begin(count: number): Promise<void> {
    await this.prepare(count);
    await Promise.all(Array.from({ length: count }, async () => this.ask(await this.services.take())));
  }

  private ask(serviceId: string): Promise<void> {
    return this.add({ serviceId, operation: 'create', program: this.programOf(serviceId) });
  }
}
