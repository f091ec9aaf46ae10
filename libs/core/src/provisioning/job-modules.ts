import type { HttpSignal, Json, JsonObject, SubOperation } from '@hostwright/sdk';
import type { Asker, Job, ProgramComponent } from './job.js';
import type { ModuleHost, ModuleScope, OpenModule } from './module-host.js';
import { asJson } from './plain-json.js';
import type { Connected, ReadyComponent } from './replay-ports.js';
import type { Sealer } from './sealer.js';
import { PersonNeeded } from './person-needed.js';
import { SiteModules } from './site-modules.js';
import { withInputs, type PlacedInputs } from './wiring.js';

/** Opens the modules one job works with: those of its components, and those connected to them. */
export class JobModules {
  private readonly connections = new Map<string, Promise<OpenModule>>();
  private readonly sites: SiteModules;

  constructor(
    private readonly job: Job,
    private readonly modules: ModuleHost,
    private readonly sealer: Sealer,
    private readonly signal: HttpSignal,
  ) {
    this.sites = new SiteModules(job, modules, sealer, signal);
  }

  /** Every component, ready to be run. Throws as `ModuleHost.open` does, and `PersonNeeded` when a module has no such operation. */
  open(): Promise<ReadyComponent[]> {
    return Promise.all(this.there().map((component) => this.ready(component)));
  }

  /** Later operations work on what was delivered; where a component never was, there is nothing of it. */
  private there(): readonly ProgramComponent[] {
    const { components } = this.job.program;
    if (this.job.delivered.every(({ remoteId }) => remoteId === null)) return components;
    const never = new Set(this.job.delivered.flatMap(({ name, remoteId }) => (remoteId === null ? [name] : [])));
    if (never.size === 0) return components;
    return components
      .filter(({ name }) => !never.has(name))
      .map(({ after, ...one }) => (after ? { ...one, after: after.filter((name) => !never.has(name)) } : one));
  }

  /** The module that a call goes to: the one connected to the asker for that kind, or the one that serves its site. */
  async connect(asker: Asker, sub: SubOperation<unknown>, outputs: ReadonlyMap<string, unknown>): Promise<Connected> {
    if (sub.kind === 'site') return this.sites.connect(asker, sub, outputs);
    const module = await this.connected(asker, sub.kind);
    return { module, input: { server: module.server, input: asJson(sub.input) as Json } };
  }

  private connected({ name, connections, owner = this.job.program.owner }: Asker, kind: string): Promise<OpenModule> {
    const serverId = connections[kind];
    if (serverId === undefined) {
      throw new PersonNeeded({
        kind: 'fix_settings',
        stepKey: '',
        title: `No ${kind} module is connected to '${name}'`,
        detail: 'Connect one to the product, then retry.',
      });
    }
    const key = `${kind} ${serverId} ${owner}`;
    let opened = this.connections.get(key);
    if (!opened) this.connections.set(key, (opened = this.modules.open({ kind, serverId }, { ...this.scope(), owner })));
    return opened;
  }

  private async ready(component: ProgramComponent): Promise<ReadyComponent> {
    const { job } = this;
    const module = await this.modules.open(
      { kind: 'provisioning', serverId: component.serverId, extension: component.extension },
      this.scope(),
    );
    const operation = module.operation(job.operation);
    if (!operation) {
      throw new PersonNeeded({
        kind: 'extension',
        stepKey: '',
        title: `${component.extension} ${module.version} cannot ${job.operation}`,
        detail: 'Install a version that can, then retry.',
      });
    }
    const asItWas = job.serviceId === null || (job.phase === 'looking' && component.delivered);
    const delivered = asItWas ? component.delivered : job.delivered.find((one) => one.name === component.name);
    const serviceId = job.serviceId ?? job.program.formerServiceId ?? '';
    const reserved = this.sealer.open(component.reserved, `program/${job.program.owner}`) as JsonObject;
    const input: JsonObject = {
      service: { id: serviceId },
      server: module.server,
      product: component.product,
      order: component.order,
      ...(component.previous === undefined ? {} : { previous: component.previous }),
      ...(component.input === undefined ? {} : { input: component.input }),
      ...(component.domain === undefined ? {} : { domain: component.domain }),
      ...(job.operation === 'terminate' ? { domains: component.domains ?? [] } : {}),
      ...(job.operation === 'changePassword' ? { password: reserved['password'] } : {}),
      reserved,
      ...(delivered?.remoteId != null
        ? { remoteId: delivered.remoteId, properties: this.sealer.open(delivered.properties, `service/${serviceId}/${component.name}`) }
        : {}),
    };
    const kept = delivered?.inputs ? this.sealer.open(delivered.inputs, `service/${serviceId}/${component.name}/inputs`) : undefined;
    return {
      component,
      operation,
      module,
      input: kept === undefined ? input : withInputs(input, kept as unknown as PlacedInputs),
      ...(component.given === undefined ? {} : { given: this.sealer.open(component.given, `program/${job.program.owner}`) as JsonObject }),
    };
  }

  private scope(): ModuleScope {
    const { owner, above = [] } = this.job.program;
    return { owner, above, label: `job ${this.job.id}`, signal: this.signal };
  }
}
