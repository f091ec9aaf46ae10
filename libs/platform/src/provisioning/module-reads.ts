import {
  allowAction,
  hideSecrets,
  ServerProbe,
  ServiceInspector,
  ServiceSignOn,
  withinCall,
  type AskedComponent,
  type ComponentInspection,
  type ModuleCatalog,
  type ServiceQuestion,
  type SignOn,
} from '@hostwright/core';
import { isPanelError, PanelError, type ConnectionTest, type Ctx, type Inspection, type Json, type JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { ComponentReads, type ComponentReadPorts, type ReadService } from './component-reads.js';
import type { ExtensionModules } from './extension-modules.js';
import type { ComponentFacts } from './job-rows.js';
import { actionOf } from './module-operations.js';
import { readingStep } from './reading-step.js';
import { checkedSignOn } from './remote-answers.js';

/** A read must not hold its caller for longer than this. */
const readTimeoutMs = 20_000;
const states: readonly string[] = ['running', 'stopped', 'changing', 'missing'];

export interface InspectorPorts extends ComponentReadPorts {
  readonly catalog: ModuleCatalog;
}

/** Asks modules things that change nothing; customers and staff wait for the answer. */
export class ModuleInspector extends ServiceInspector {
  private readonly reads: ComponentReads;

  constructor(private readonly ports: InspectorPorts) {
    super();
    this.reads = new ComponentReads(ports);
  }

  async inspect(serviceId: string, interactive = true): Promise<readonly ComponentInspection[]> {
    const service = await this.reads.service(serviceId);
    const inspections = await Promise.all(service.made.map((component) => this.inspected(service, component, interactive)));
    await this.observed(serviceId, inspections);
    return inspections;
  }

  async askEach(serviceId: string): Promise<readonly AskedComponent[]> {
    const service = await this.reads.service(serviceId);
    const ends = await Promise.allSettled(service.made.map((component) => this.inspected(service, component, true)));
    const known = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    const first = failed.find((error) => !isPanelError(error)) ?? (known.length === 0 ? failed[0] : undefined);
    if (first) throw first;
    // How the whole is cannot be said while a part of it is unknown.
    if (failed.length === 0) await this.observed(serviceId, known);
    return ends.map((end, at) => {
      if (end.status === 'fulfilled') return { ...end.value, failure: null };
      const { code, message } = end.reason as PanelError;
      return { name: service.made[at]!.name, inspection: null, failure: { code, message } };
    });
  }

  private async inspected(service: ReadService, component: ComponentFacts, interactive: boolean): Promise<ComponentInspection> {
    const about = { what: 'inspect', interactive };
    const inspection = await this.reads.ask(service, component, about, (module, given) => module.inspect(given));
    return { name: component.name, inspection: checkedInspection(inspection, component.extension) };
  }

  private async observed(serviceId: string, inspections: readonly ComponentInspection[]): Promise<void> {
    await this.ports.pool.query({
      name: 'inspect-observed',
      text: `UPDATE service SET observed_state = $2, observed_at = now() WHERE id = $1`,
      values: [serviceId, worst(inspections)],
    });
  }

  async ask(serviceId: string, { action: name, component, input, byCustomer }: ServiceQuestion): Promise<Json> {
    const service = await this.reads.service(serviceId);
    const facts = service.made.find((one) => one.name === component);
    const unknown = new PanelError('not_found', `service ${serviceId} has no action '${name}'`, { field: 'action' });
    if (!facts) throw unknown;
    return this.reads.ask(service, facts, { what: name, interactive: true }, async (module, given) => {
      const action = actionOf(module, name);
      if (!action || (byCustomer && action.shownTo !== 'customer')) throw unknown;
      if (!action.reads) throw new PanelError('unsupported', `the action '${name}' of '${facts.extension}' does not only read`);
      allowAction({ serviceId, state: service.state, ending: false }, name, action.when);
      const checked = this.ports.catalog.check(action.input, input, 'input');
      const skip = (): void => undefined;
      const answer = await action.run({ ...given, input: checked, reserved: {}, step: readingStep, skip } as Parameters<
        typeof action.run
      >[0]);
      return hideSecrets(JSON.parse(JSON.stringify(answer ?? null)) as Json);
    });
  }
}

/** Logs customers in through the modules of what they bought. */
export class ModuleSignOn extends ServiceSignOn {
  private readonly reads: ComponentReads;

  constructor(ports: ComponentReadPorts) {
    super();
    this.reads = new ComponentReads(ports);
  }

  async open(serviceId: string, component: string): Promise<SignOn> {
    const { service, facts } = await this.reads.component(serviceId, component);
    return this.reads.ask(service, facts, { what: 'sign-on', interactive: true }, async (module, given) => {
      if (!module.singleSignOn) throw new PanelError('unsupported', `the module of '${facts.extension}' logs nobody in`);
      return checkedSignOn(await module.singleSignOn(given), facts.extension);
    });
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
