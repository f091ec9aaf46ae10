import type { JobRunner, JobState, Program } from '@hostwright/core';
import { sdkVersion } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { BenchWorker } from './bench-worker.js';
import { joined } from './joined.js';
import { ServiceSupply } from './service-supply.js';
import type { NewJob } from './start.js';
import { extensionOf, stepNames, type Hooks, type WorkloadName } from './workloads.js';

export interface EngineOptions {
  readonly connectionString: string;
  readonly workload: WorkloadName;
  /** As what its jobs end. Default: `completed`. */
  readonly endsAs?: JobState;
  /** Jobs at work at once. Default: as in production. */
  readonly concurrency?: number;
  readonly hooks?: Hooks;
}

/** How jobs of which the rows are not there yet are begun. */
export type StartJobs = (engine: BenchEngine, jobs: readonly NewJob[]) => Promise<void>;

/** The engine with one module whose `create` is the workload. */
export class BenchEngine {
  /** Undefined: jobs begin directly. */
  private readonly add: ((job: NewJob) => Promise<void>) | undefined;

  private constructor(
    private readonly worker: BenchWorker,
    readonly services: ServiceSupply,
    private readonly workload: WorkloadName,
    start: StartJobs | undefined,
  ) {
    this.add = start && joined((jobs) => start(this, jobs));
  }

  /** Answers it at work. The database must have every migration applied. */
  static async open({ workload, hooks = {}, ...options }: EngineOptions, start?: StartJobs): Promise<BenchEngine> {
    const extension = { extension: extensionOf(workload, hooks), version: '1.0.0', manifest: { sdk: sdkVersion, egress: [] } };
    const worker = await BenchWorker.open({ ...options, extensions: [extension] });
    const services = await ServiceSupply.open(worker.pool, [{ name: 'site', extension: workload }]);
    return new BenchEngine(worker, services, workload, start);
  }

  get pool(): Pool {
    return this.worker.pool;
  }

  get runner(): JobRunner {
    return this.worker.runner;
  }

  /** One job, from its being asked for to the commit that ends it. */
  async work(): Promise<void> {
    if (!this.add) return this.workDirectly();
    const serviceId = await this.services.take();
    const ended = this.worker.ended(serviceId);
    await this.add({ serviceId, operation: 'create', program: this.program(serviceId) });
    await ended;
  }

  /** A job of the installation, begun by the worker that asks for it. It ends with its last turn, which is after its beginning was answered. */
  private async workDirectly(): Promise<void> {
    const jobId = await this.runner.begin({ operation: 'perform', program: this.program('0'), requestedBy: 'bench' });
    await this.worker.ended(jobId);
  }

  close(): Promise<void> {
    return this.worker.close();
  }

  program(serviceId: string): Program {
    return {
      contract: sdkVersion,
      owner: `hw-bench-${serviceId}`,
      components: [
        {
          name: 'site',
          extension: this.workload,
          version: '1.0.0',
          serverId: this.services.serverOf('site'),
          connections: {},
          product: {},
          order: {},
          reserved: {},
          steps: stepNames,
        },
      ],
    };
  }
}
