import { ownerMark, type ProgramComponent, type Sealer } from '@hostwright/core';
import {
  PanelError,
  sdkVersion,
  type Fields,
  type Json,
  type JsonObject,
  type Operation,
  type OperationShape,
  type ProvisioningModule,
} from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import type { InstalledExtensions } from './installed-extensions.js';
import { operationOf } from './module-operations.js';
import { insertJob, nextJobId, withoutSecrets, type ComponentFacts } from './job-rows.js';
import { takeReservations } from './take-reservations.js';

export interface JobMakingPorts {
  readonly extensions: InstalledExtensions;
  readonly sealer: Sealer;
  readonly installationId: string;
  readonly randomInteger: (below: number) => number;
}

/** A component, and what this job is asked for besides. */
export type WantedComponent = ComponentFacts & Pick<ProgramComponent, 'previous' | 'input' | 'domain' | 'domains'>;

/** A job to be made: whose, what, and what it works with. */
export interface WantedJob {
  readonly jobId: string;
  /** Null: the service is over, and the job takes down what was left of it. */
  readonly serviceId: string | null;
  /** The service that once had what such a job works on. */
  readonly formerServiceId?: string;
  readonly operation: string;
  readonly requestedBy: string;
  /** Nothing of the service comes before it. */
  readonly due: boolean;
  readonly order: JsonObject;
  readonly components: readonly WantedComponent[];
  /** Component → what was reserved for it. */
  readonly taken: ReadonlyMap<string, Record<string, Json>>;
  /** The product that the service is to be of. */
  readonly productId?: string;
  /** The domain that it adds or removes. */
  readonly domainId?: string;
  /** A customer waits for it. */
  readonly interactive?: boolean;
}

/** Makes jobs from what a service consists of and from what its modules declare, inside the caller's transaction. */
export class JobMaking {
  constructor(private readonly ports: JobMakingPorts) {}

  /** Throws `unsupported` when it is not loaded, does not provision, or asks for what is not taken. */
  module(extension: string): ProvisioningModule {
    const module = this.ports.extensions.find(extension)?.extension.provisioning;
    if (!module) throw new PanelError('unsupported', `the extension '${extension}' is not loaded, or does not provision`);
    // They would stand in the order for everybody who may read it.
    const secretField = Object.entries(module.order as Fields).find(([, field]) => field.type === 'secret');
    if (secretField)
      throw new PanelError(
        'unsupported',
        `the extension '${extension}' asks for a secret at checkout ('${secretField[0]}'), which is not taken`,
      );
    return module as ProvisioningModule;
  }

  /** A create job with all its reservations, or none of it. */
  async startCreate(
    client: PoolClient,
    serviceId: string,
    components: readonly ComponentFacts[],
    order: JsonObject,
    requestedBy: string,
  ): Promise<{ jobId: string; reserved: Record<string, JsonObject> }> {
    const jobId = await nextJobId(client);
    const requests = components.map((one) => ({
      component: one.name,
      serverId: one.serverId,
      reserve: this.module(one.extension).create.reserve,
      server: withoutSecrets(one.serverSettings),
      product: one.settings,
      order,
    }));
    const taken = await takeReservations(client, requests, { jobId, serviceId }, this.ports.randomInteger);
    await this.insert(client, { jobId, serviceId, operation: 'create', requestedBy, due: true, order, components, taken });
    return { jobId, reserved: Object.fromEntries([...taken].map(([name, values]) => [name, withoutSecrets(values)])) };
  }

  async insert(client: PoolClient, job: WantedJob): Promise<void> {
    const { formerServiceId } = job;
    const owner = ownerMark(this.ports.installationId, job.serviceId ?? formerServiceId ?? '');
    const components = job.components.map((one): ProgramComponent => {
      const operation = this.operation(one.extension, job.operation);
      return {
        name: one.name,
        extension: one.extension,
        version: this.ports.extensions.find(one.extension)!.version,
        serverId: one.serverId,
        connections: one.connections,
        product: one.settings,
        ...(one.previous === undefined ? {} : { previous: one.previous }),
        order: job.order,
        ...(one.input === undefined ? {} : { input: one.input }),
        ...(one.domain === undefined ? {} : { domain: one.domain }),
        ...(one.domains === undefined ? {} : { domains: one.domains }),
        reserved: this.ports.sealer.seal(job.taken.get(one.name) ?? {}, `program/${owner}`) as JsonObject,
        steps: operation.steps,
        ...(formerServiceId !== undefined &&
          one.remoteId !== null && { delivered: { remoteId: one.remoteId, properties: one.properties } }),
      };
    });
    const withdraws = job.components.every((one) => this.operation(one.extension, job.operation).onRefusal === 'withdraw');
    const program = {
      contract: sdkVersion,
      owner,
      ...(withdraws ? { withdraws } : {}),
      ...(job.productId === undefined ? {} : { productId: job.productId }),
      ...(job.domainId === undefined ? {} : { domainId: job.domainId }),
      ...(formerServiceId === undefined ? {} : { formerServiceId }),
      components,
    };
    await insertJob(client, { ...job, program });
  }

  private operation(extension: string, name: string): Operation<OperationShape> {
    const operation = operationOf(this.module(extension), name);
    if (!operation) throw new PanelError('unsupported', `the extension '${extension}' cannot ${name}`);
    return operation;
  }
}
