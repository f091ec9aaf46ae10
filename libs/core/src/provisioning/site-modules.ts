import { PanelError, type HttpSignal, type Json, type JsonObject, type SubOperation } from '@hostwright/sdk';
import type { Asker, Job, ProgramSite } from './job.js';
import type { ModuleHost, OpenModule } from './module-host.js';
import { asJson } from './plain-json.js';
import type { Connected } from './replay-ports.js';
import type { Sealer } from './sealer.js';
import { isSiteCall } from './sub-operations.js';
import { inputsOf, withInputs, type PlacedInputs } from './wiring.js';

/** What create left, secrets marked. */
interface Site {
  readonly remoteId: string;
  readonly properties: JsonObject;
  readonly inputs?: PlacedInputs;
}

/** Opens the modules that serve the sites of a job's components. */
export class SiteModules {
  private readonly opened = new Map<string, Promise<OpenModule>>();

  constructor(
    private readonly job: Job,
    private readonly modules: ModuleHost,
    private readonly sealer: Sealer,
    private readonly signal: HttpSignal,
  ) {}

  /** What is not there has no certificate to remove; one cannot be installed on it. Throws as `ModuleHost.open` does. */
  async connect(
    { name, site }: Asker,
    { operation, input: asked }: SubOperation<unknown>,
    outputs: ReadonlyMap<string, unknown>,
  ): Promise<Connected> {
    if (!isSiteCall(operation)) return { error: new PanelError('unsupported', `a site cannot be asked to ${operation}`) };
    const nothing = (error: PanelError): Connected => (operation === 'removeCertificate' ? { needless: true } : { error });
    if (!site) {
      const message = `the product names no site for '${name}': set the component's "site", or let it install nothing`;
      return nothing(new PanelError('invalid_config', message));
    }
    const module = await this.open(site);
    const there = this.delivered(site) ?? this.made(site, module, outputs);
    if (!there) return nothing(new PanelError('conflict', `'${site.name}', the site of '${name}', is not there`));
    const input: JsonObject = {
      service: { id: site.serviceId },
      server: module.server,
      product: site.product,
      order: site.order,
      remoteId: there.remoteId,
      properties: there.properties,
    };
    const certificate = asJson(asked) as Json;
    // What the site asks of other modules it asks of those connected to it, and for its own service.
    const asker: Asker = { name: site.name, connections: site.connections ?? {}, owner: site.owner };
    return { module, input: { ...(there.inputs === undefined ? input : withInputs(input, there.inputs)), certificate }, asker };
  }

  private open({ serverId, extension, owner }: ProgramSite): Promise<OpenModule> {
    const key = `${serverId} ${owner}`;
    let opened = this.opened.get(key);
    if (!opened) {
      const scope = { owner, label: `job ${this.job.id}`, signal: this.signal };
      this.opened.set(key, (opened = this.modules.open({ kind: 'provisioning', serverId, extension }, scope)));
    }
    return opened;
  }

  /** As an earlier job has left it; an operation before this one may have changed it since this was asked for. */
  private delivered({ serviceId, name, delivered }: ProgramSite): Site | undefined {
    const now = serviceId === this.job.serviceId ? this.job.delivered.find((one) => one.name === name) : undefined;
    const { remoteId, properties, inputs } = now ?? delivered ?? { remoteId: null, properties: {} };
    if (remoteId === null) return undefined;
    const place = `service/${serviceId}/${name}`;
    return {
      remoteId,
      properties: this.sealer.open(properties, place) as JsonObject,
      ...(inputs ? { inputs: this.sealer.open(inputs, `${place}/inputs`) as unknown as PlacedInputs } : {}),
    };
  }

  /** As this job has left it. */
  private made({ serviceId, name }: ProgramSite, module: OpenModule, outputs: ReadonlyMap<string, unknown>): Site | undefined {
    if (serviceId !== this.job.serviceId || this.job.operation !== 'create') return undefined;
    const component = this.job.program.components.find((one) => one.name === name);
    const { remoteId, ...properties } = (outputs.get(name) ?? {}) as JsonObject;
    if (!component || typeof remoteId !== 'string') return undefined;
    const { owner } = this.job.program;
    const given = component.given && (this.sealer.open(component.given, `program/${owner}`) as JsonObject);
    const inputs = inputsOf({ component, module, ...(given ? { given } : {}) }, outputs);
    return { remoteId, properties: module.checkProperties(properties), ...(inputs ? { inputs } : {}) };
  }
}
