import {
  ServerProbe,
  ServiceInspector,
  withinCall,
  withInputs,
  type ComponentInspection,
  type PlacedInputs,
  type Sealer,
} from '@hostwright/core';
import { PanelError, type ConnectionTest, type Ctx, type Inspection, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { ExtensionModules } from './extension-modules.js';
import { loadComponents, type ComponentFacts } from './job-rows.js';

/** A read must not hold its caller for longer than this. */
const readTimeoutMs = 20_000;
const states: readonly string[] = ['running', 'stopped', 'changing', 'missing'];

/** Asks modules things that change nothing; customers and staff wait for the answer. */
export class ModuleInspector extends ServiceInspector {
  constructor(
    private readonly pool: Pool,
    private readonly modules: ExtensionModules,
    private readonly sealer: Sealer,
    private readonly installationId: string,
  ) {
    super();
  }

  async inspect(serviceId: string, interactive = true): Promise<readonly ComponentInspection[]> {
    if (!/^\d{1,18}$/.test(serviceId)) throw new PanelError('not_found', `there is no service ${serviceId}`);
    const { rows } = await this.pool.query<{ order_values: JsonObject; state: string }>({
      name: 'inspect-service',
      text: `SELECT order_values, state FROM service WHERE id = $1`,
      values: [serviceId],
    });
    const service = rows[0];
    if (!service) throw new PanelError('not_found', `there is no service ${serviceId}`);
    const made = (await loadComponents(this.pool as never, serviceId)).filter((one) => one.remoteId !== null);
    if (made.length === 0 || service.state === 'terminated' || service.state === 'cancelled')
      throw new PanelError('conflict', `service ${serviceId} is ${service.state}, so there is nothing to look at`);
    const inspections = await Promise.all(
      made.map(async (component) => {
        const signal = AbortSignal.timeout(readTimeoutMs);
        const scope = { owner: `hw-${this.installationId}-${serviceId}`, label: `inspect of service ${serviceId}`, signal };
        const ref = { kind: 'provisioning', serverId: component.serverId, extension: component.extension };
        const opened = await this.modules.open(ref, scope);
        const module = (await this.modules.find(ref)).module as ProvisioningModule;
        const properties = this.sealer.open(component.properties, `service/${serviceId}/${component.name}`) as JsonObject;
        const inspection = await withinCall({ label: scope.label, interactive }, () =>
          module.inspect({
            ctx: opened.ctx as Ctx,
            service: { id: serviceId },
            serviceState: service.state,
            server: opened.server,
            ...withInputs({ product: component.settings, order: service.order_values }, this.inputsOf(serviceId, component)),
            remoteId: component.remoteId!,
            properties,
          } as unknown as Parameters<ProvisioningModule['inspect']>[0]),
        );
        return { name: component.name, inspection: checkedInspection(inspection, component.extension) };
      }),
    );
    await this.pool.query({
      name: 'inspect-observed',
      text: `UPDATE service SET observed_state = $2, observed_at = now() WHERE id = $1`,
      values: [serviceId, worst(inspections)],
    });
    return inspections;
  }

  /** What its fields were wired with. */
  private inputsOf(serviceId: string, { name, inputs }: ComponentFacts): PlacedInputs {
    if (inputs === null) return { order: {}, product: {} };
    return this.sealer.open(inputs, `service/${serviceId}/${name}/inputs`) as unknown as PlacedInputs;
  }
}

function worst(inspections: readonly ComponentInspection[]): string {
  return (
    ['missing', 'stopped', 'changing', 'running'].find((state) => inspections.some((one) => one.inspection.state === state)) ?? 'missing'
  );
}

function checkedInspection(inspection: Inspection, extension: string): Inspection {
  const plain = JSON.parse(JSON.stringify(inspection ?? null)) as Inspection | null;
  if (!plain || !states.includes(plain.state)) throw new Error(`inspect of '${extension}' answered no state`);
  return plain;
}

/** Tests the connection to a server through its own module. */
export class ModuleProbe extends ServerProbe {
  constructor(
    private readonly pool: Pool,
    private readonly modules: ExtensionModules,
    private readonly installationId: string,
  ) {
    super();
  }

  async test(serverId: string): Promise<ConnectionTest> {
    const { rows } = await this.pool.query<{ kind: string }>({
      name: 'probe-kind',
      text: `SELECT kind FROM server WHERE id = $1`,
      values: [serverId],
    });
    if (!rows[0]) throw new PanelError('not_found', `there is no server ${serverId}`);
    const ref = { kind: rows[0].kind, serverId };
    const { module, record } = await this.modules.find(ref);
    if (!module.testConnection)
      throw new PanelError('unsupported', `the ${ref.kind} module of '${record.extension}' cannot test its connection`);
    const scope = { owner: `hw-${this.installationId}-0`, label: `test of server ${serverId}`, signal: AbortSignal.timeout(readTimeoutMs) };
    const opened = await this.modules.open(ref, scope);
    const test = module.testConnection.bind(module) as (args: { ctx: Ctx; server: JsonObject }) => Promise<ConnectionTest>;
    const answer = await withinCall({ label: scope.label, interactive: true }, () =>
      test({ ctx: opened.ctx as Ctx, server: opened.server }),
    );
    return { version: String(answer.version), warnings: [...answer.warnings].map(String) };
  }
}
