import { isPanelError } from '@hostwright/sdk';
import { ServerReads, type ClaimedLook, type LookHandler } from '../looks/index.js';
import { ServiceInspector } from '../services/index.js';
import type { NewFinding } from './finding.js';
import { judge } from './judge.js';
import { serviceOfMark } from './owner-mark.js';
import { ReconciliationStore, type StoredService } from './reconciliation-store.js';

export interface ReconcileSettings {
  readonly installationId: string;
  /** Services that changed this long before a look began are not judged: providers take their time too. */
  readonly graceMs: number;
}

/** Services that are asked after one by one at the same time. */
const asksAtOnce = 5;

/** Compares panel and provider, one server at a time. Changes nothing at the provider. */
export class ReconcileServer implements LookHandler {
  readonly kind = 'reconcile';

  constructor(
    private readonly reads: ServerReads,
    private readonly inspector: ServiceInspector,
    private readonly store: ReconciliationStore,
    private readonly settings: ReconcileSettings,
  ) {}

  async run(look: ClaimedLook): Promise<void> {
    const { installationId, graceMs } = this.settings;
    const { serverId } = look;
    const accounts = await this.reads.accounts(serverId);
    const marked = accounts.flatMap(({ owner }) => serviceOfMark(installationId, owner) ?? []);
    const stored = await this.store.panelOf(look, [...new Set(marked)], graceMs);
    const services = stored.map((service) => ({
      ...service,
      components: service.components.map((component) => ({
        ...component,
        expected: component.serverId === serverId ? this.reads.expects(component.extension, component.settings) : {},
      })),
    }));
    const occupied = await this.reads.occupied(serverId, knownOn(serverId, stored));
    const judged = judge({ serverId, installationId, accounts, services });
    const doubtful = await this.doubtful(judged.filter(({ kind }) => kind === 'missing'));
    const unjudged = [...doubtful, ...services.filter(({ settled }) => !settled).map(({ id }) => id)];
    await this.store.record(look, {
      findings: judged.filter(({ kind, serviceId }) => kind !== 'missing' || !doubtful.has(serviceId)),
      unjudged,
      occupied,
      counts: { accounts: accounts.length, services: services.length, unjudged: unjudged.length },
    });
  }

  /**
   * A list can be incomplete where a question after one thing is not, so what it lacks is asked after. Answers the services of which that
   * did not say that they are missing, among them all that were not asked after because the server stopped answering.
   */
  private async doubtful(missing: readonly NewFinding[]): Promise<ReadonlySet<string>> {
    const doubtful = new Set(missing.map(({ serviceId }) => serviceId));
    const waiting = [...doubtful];
    const askOn = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        try {
          const seen = await this.inspector.inspect(id, false);
          const lacking = missing.filter(({ serviceId }) => serviceId === id);
          const confirmed = lacking.every(({ component }) => seen.find(({ name }) => name === component)?.inspection.state === 'missing');
          if (confirmed) doubtful.delete(id);
        } catch (error) {
          if (!isPanelError(error)) throw error;
          if (error.code === 'unavailable' || error.code === 'unknown_outcome') waiting.length = 0;
        }
      }
    };
    await Promise.all(Array.from({ length: asksAtOnce }, askOn));
    return doubtful;
  }
}

/** Remote ids of what living services have there. */
function knownOn(serverId: string, services: readonly StoredService[]): readonly string[] {
  return services
    .filter(({ state }) => state !== 'terminated' && state !== 'cancelled')
    .flatMap(({ components }) => components.flatMap((one) => (one.serverId === serverId && one.remoteId !== null ? [one.remoteId] : [])));
}
