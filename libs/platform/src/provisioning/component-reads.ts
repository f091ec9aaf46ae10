import { ownerMark, withinCall, withInputs, type PlacedInputs, type Sealer } from '@hostwright/core';
import { PanelError, type Ctx, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { ExtensionModules } from './extension-modules.js';
import { loadComponents, type ComponentFacts } from './job-rows.js';

export interface ComponentReadPorts {
  readonly pool: Pool;
  readonly modules: Pick<ExtensionModules, 'find' | 'open'>;
  readonly sealer: Sealer;
  readonly installationId: string;
}

export interface ReadService {
  readonly id: string;
  readonly state: string;
  readonly order: JsonObject;
  /** Those that were made. */
  readonly made: readonly ComponentFacts[];
}

/** A read must not hold its caller for longer than this. */
const readTimeoutMs = 20_000;

/** What a read of a service's module is given. */
type Given = Parameters<ProvisioningModule['inspect']>[0];

/** Asks the modules of services things that change nothing of them. */
export class ComponentReads {
  constructor(private readonly ports: ComponentReadPorts) {}

  /** Throws `not_found`; `conflict` when nothing of it was made yet or it is gone. */
  async service(id: string): Promise<ReadService> {
    if (!/^\d{1,18}$/.test(id)) throw new PanelError('not_found', `there is no service ${id}`);
    const { pool } = this.ports;
    const { rows } = await pool.query<{ order_values: JsonObject; state: string }>({
      name: 'inspect-service',
      text: `SELECT order_values, state FROM service WHERE id = $1`,
      values: [id],
    });
    const service = rows[0];
    if (!service) throw new PanelError('not_found', `there is no service ${id}`);
    const made = (await loadComponents(pool, id)).filter((one) => one.remoteId !== null);
    if (made.length === 0 || service.state === 'terminated' || service.state === 'cancelled')
      throw new PanelError('conflict', `service ${id} is ${service.state}, so there is nothing to look at`);
    return { id, state: service.state, order: service.order_values, made };
  }

  /** One component of it, and the rest. Throws as `service`; `conflict` when that component was not made. */
  async component(id: string, name: string): Promise<{ readonly service: ReadService; readonly facts: ComponentFacts }> {
    const service = await this.service(id);
    const facts = service.made.find((one) => one.name === name);
    if (!facts) throw new PanelError('conflict', `the component '${name}' of service ${id} was not made`);
    return { service, facts };
  }

  /** `what` is asked, in words; `interactive`: somebody waits for it. */
  async ask<T>(
    service: ReadService,
    component: ComponentFacts,
    { what, interactive }: { readonly what: string; readonly interactive: boolean },
    read: (module: ProvisioningModule, given: Given) => Promise<T>,
  ): Promise<T> {
    const { modules, sealer, installationId } = this.ports;
    const label = `${what} of service ${service.id}`;
    const scope = { owner: ownerMark(installationId, service.id), label, signal: AbortSignal.timeout(readTimeoutMs) };
    const ref = { kind: 'provisioning', serverId: component.serverId, extension: component.extension };
    const opened = await modules.open(ref, scope);
    const module = (await modules.find(ref)).module as ProvisioningModule;
    const properties = sealer.open(component.properties, `service/${service.id}/${component.name}`) as JsonObject;
    return withinCall({ label, interactive }, () =>
      read(module, {
        ctx: opened.ctx as Ctx,
        service: { id: service.id },
        serviceState: service.state,
        server: opened.server,
        ...withInputs({ product: component.settings, order: service.order }, this.inputsOf(service.id, component)),
        remoteId: component.remoteId!,
        properties,
      } as unknown as Given),
    );
  }

  /** The component's module and what it has left by now, secrets and all. Nothing is asked of its server. */
  async left(
    { id }: Pick<ReadService, 'id'>,
    { name, serverId, extension, properties }: ComponentFacts,
  ): Promise<{ readonly module: ProvisioningModule; readonly properties: JsonObject }> {
    const { modules, sealer } = this.ports;
    const { module } = await modules.find({ kind: 'provisioning', serverId, extension });
    return { module: module as ProvisioningModule, properties: sealer.open(properties, `service/${id}/${name}`) as JsonObject };
  }

  /** What its fields were wired with. */
  private inputsOf(serviceId: string, { name, inputs }: ComponentFacts): PlacedInputs {
    if (inputs === null) return { order: {}, product: {} };
    return this.ports.sealer.open(inputs, `service/${serviceId}/${name}/inputs`) as unknown as PlacedInputs;
  }
}
