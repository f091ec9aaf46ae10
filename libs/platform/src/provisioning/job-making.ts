import { ownerMark, type FailurePolicy, type ProgramComponent, type Sealer } from '@hostwright/core';
import {
  PanelError,
  sdkVersion,
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
import { idsUpFrom } from './children.js';
import { placeInputs } from './place-inputs.js';
import { sitesOf } from './sites.js';
import { takeReservations } from './take-reservations.js';
import { dependentsFirst, wiresOf, type OutsideComponent, type Wires } from './wires.js';

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
  /** The service is in use already: a create makes what is missing of it. */
  readonly handedOver?: boolean;
  /** What the product says about a failure of its create. */
  readonly onFailure?: FailurePolicy | null;
  /** Components that the job leaves out because they have no such operation. */
  readonly without?: readonly string[];
  /** The service that it is added to. */
  readonly parentId?: string | null;
  /** Components that are there already, from which those of a create may be wired. */
  readonly outside?: readonly OutsideComponent[];
}

/** A create that is to be made. */
export type WantedCreate = Pick<WantedJob, 'requestedBy' | 'order' | 'components' | 'handedOver' | 'onFailure' | 'outside' | 'parentId'> & {
  readonly serviceId: string;
  readonly due?: boolean;
};

/** Makes jobs from what a service consists of and from what its modules declare, inside the caller's transaction. */
export class JobMaking {
  constructor(private readonly ports: JobMakingPorts) {}

  /** Undefined when it is not loaded or does not provision. */
  find(extension: string): ProvisioningModule | undefined {
    return this.ports.extensions.find(extension)?.extension.provisioning as ProvisioningModule | undefined;
  }

  /** Throws `unsupported` when it is not loaded or does not provision. */
  module(extension: string): ProvisioningModule {
    const module = this.find(extension);
    if (!module) throw new PanelError('unsupported', `the extension '${extension}' is not loaded, or does not provision`);
    return module;
  }

  /** One that is not loaded can do nothing. */
  can(extension: string, operation: string): boolean {
    const module = this.find(extension);
    return module !== undefined && operationOf(module, operation) !== undefined;
  }

  /** A create job with all its reservations, or none of it. */
  async startCreate(
    client: PoolClient,
    { serviceId, components, order, ...wanted }: WantedCreate,
  ): Promise<{ jobId: string; reserved: Record<string, JsonObject> }> {
    const jobId = await nextJobId(client);
    const requests = components.map((one) => ({
      component: one.name,
      serverId: one.serverId,
      reserve: this.module(one.extension).create.reserve,
      server: withoutSecrets(one.serverSettings),
      product: one.settings,
      order,
      wired: new Set(Object.keys(one.wiring)),
    }));
    const taken = await takeReservations(client, requests, { jobId, serviceId }, this.ports.randomInteger);
    await this.insert(client, { due: true, ...wanted, jobId, serviceId, operation: 'create', order, components, taken });
    return { jobId, reserved: Object.fromEntries([...taken].map(([name, values]) => [name, withoutSecrets(values)])) };
  }

  async insert(client: PoolClient, job: WantedJob): Promise<void> {
    const { formerServiceId, order } = job;
    const { installationId } = this.ports;
    const serviceId = job.serviceId ?? formerServiceId ?? '';
    const owner = ownerMark(installationId, serviceId);
    const sites = await sitesOf(client, { installationId, serviceId, order, components: job.components });
    const wires = (one: WantedComponent): Wires => {
      if (job.operation === 'terminate') return dependentsFirst(one, job.components);
      if (job.operation !== 'create') return {};
      const { given, ...others } = wiresOf(one, job.components, job.outside ?? [], this.ports.sealer);
      if (given === undefined) return others;
      if (others.inputs === undefined) placeInputs(this.module(one.extension), given, one.extension);
      return { ...others, given: this.ports.sealer.seal(given, `program/${owner}`) as JsonObject };
    };
    const components = job.components.map((one): ProgramComponent => {
      const operation = this.operation(one.extension, job.operation);
      const site = sites.get(one.name);
      return {
        name: one.name,
        extension: one.extension,
        version: this.ports.extensions.find(one.extension)!.version,
        serverId: one.serverId,
        connections: one.connections,
        ...(site ? { site } : {}),
        product: one.settings,
        ...(one.previous === undefined ? {} : { previous: one.previous }),
        order,
        ...(one.input === undefined ? {} : { input: one.input }),
        ...(one.domain === undefined ? {} : { domain: one.domain }),
        ...(one.domains === undefined ? {} : { domains: one.domains }),
        reserved: this.ports.sealer.seal(job.taken.get(one.name) ?? {}, `program/${owner}`) as JsonObject,
        ...wires(one),
        ...(job.operation === 'create' && (one.handOver === 'later' || job.handedOver) ? { later: true as const } : {}),
        steps: operation.steps,
        ...(formerServiceId !== undefined &&
          one.remoteId !== null && {
            delivered: { remoteId: one.remoteId, properties: one.properties, ...(one.inputs ? { inputs: one.inputs } : {}) },
          }),
      };
    });
    const above = job.parentId ? await idsUpFrom(client, job.parentId) : [];
    const withdraws = job.components.every((one) => this.operation(one.extension, job.operation).onRefusal === 'withdraw');
    const program = {
      contract: sdkVersion,
      owner,
      ...(above.length > 0 ? { above: above.map((id) => ownerMark(installationId, id)) } : {}),
      ...(withdraws ? { withdraws } : {}),
      ...(job.productId === undefined ? {} : { productId: job.productId }),
      ...(job.domainId === undefined ? {} : { domainId: job.domainId }),
      ...(job.onFailure ? { onFailure: job.onFailure === 'roll back' ? ('roll back' as const) : ('keep' as const) } : {}),
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
