import type { ExpectedLimits, JsonObject, RemoteAccount } from '@hostwright/sdk';
import type { ServiceState } from '../services/index.js';
import type { FindingAspect, NewFinding } from './finding.js';
import { isMark, ownerMark, serviceOfMark } from './owner-mark.js';

export interface PanelComponent {
  readonly name: string;
  readonly serverId: string;
  readonly remoteId: string | null;
  /** Its owner stopped it, by an action, and nothing has started it since. */
  readonly leftStopped?: boolean;
  readonly expected: ExpectedLimits;
  /** What create left on it; secrets are never asked for. */
  readonly properties: JsonObject;
}

/** A service as the panel has it, with all its components. */
export interface PanelService {
  readonly id: string;
  readonly state: ServiceState;
  /** No job is under way for it and nothing changed lately: only then can it be judged. */
  readonly settled: boolean;
  readonly components: readonly PanelComponent[];
}

export interface Comparison {
  readonly serverId: string;
  readonly installationId: string;
  readonly accounts: readonly RemoteAccount[];
  /** Those that live on the server, and those that a mark there names. */
  readonly services: readonly PanelService[];
}

/** A disk of which this share is missing or too much is as it was sold: a file system is smaller than its volume. */
const diskTolerance = 0.05;

/** Panel against provider. Of services that are not settled it says nothing, and nothing of what does not bear our mark. */
export function judge({ serverId, installationId, accounts, services }: Comparison): NewFinding[] {
  const byRemoteId = new Map(accounts.map((account) => [account.remoteId, account]));
  const byId = new Map(services.map((service) => [service.id, service]));
  const ofServices = services
    .filter((service) => service.settled && lives(service))
    .flatMap((service) =>
      service.components
        .filter((component) => component.serverId === serverId && component.remoteId !== null)
        .flatMap((component) => {
          const about = { serviceId: service.id, component: component.name, remoteId: component.remoteId! };
          const mark = ownerMark(installationId, service.id);
          return judgeComponent(service.state, mark, component, byRemoteId.get(about.remoteId)).map((one) => ({
            ...one,
            ...about,
          }));
        }),
    );
  const ofMarks = accounts.flatMap((account) => {
    const serviceId = serviceOfMark(installationId, account.owner);
    const aspect = serviceId === undefined ? undefined : orphanAspect(byId.get(serviceId), account.remoteId);
    if (serviceId === undefined || aspect === undefined) return [];
    const details = { name: account.name, state: account.state };
    return [{ kind: 'orphan' as const, aspect, serviceId, component: '', remoteId: account.remoteId, details }];
  });
  return [...ofServices, ...ofMarks];
}

function lives({ state }: PanelService): boolean {
  return state === 'active' || state === 'suspended';
}

/** Why something that bears a service's mark belongs to nobody; undefined: it does belong to it, or that cannot be told now. */
function orphanAspect(service: PanelService | undefined, remoteId: string): FindingAspect | undefined {
  if (service === undefined) return 'unknown';
  if (!service.settled) return undefined;
  if (service.state === 'pending') return 'undelivered';
  if (!lives(service)) return 'ended';
  // Whichever server: two of ours can be two ways to the same provider.
  return service.components.some((component) => component.remoteId === remoteId) ? undefined : 'elsewhere';
}

type Verdict = Pick<NewFinding, 'kind' | 'aspect' | 'details'>;

function judgeComponent(
  state: ServiceState,
  mark: string,
  { expected, properties, leftStopped = false }: PanelComponent,
  account: RemoteAccount | undefined,
): Verdict[] {
  if (account === undefined) return [{ kind: 'missing', aspect: 'gone', details: {} }];
  const proven = proves(account.proof, properties);
  if (proven === false || (account.owner !== mark && isMark(account.owner))) return [{ kind: 'missing', aspect: 'taken', details: {} }];
  if (account.owner !== mark && proven !== true) {
    return [{ kind: 'drift', aspect: 'owner', details: { expected: mark, found: account.owner ?? null } }];
  }
  return [...judgeState(state, leftStopped, account), ...judgeLimits(expected, account)];
}

/** Whether the provider's proof is what the service has left; undefined when either is silent. */
function proves(proof: RemoteAccount['proof'], properties: JsonObject): boolean | undefined {
  const values = Object.entries(proof ?? {});
  if (values.some(([name, value]) => properties[name] !== undefined && properties[name] !== value)) return false;
  return values.length > 0 && values.every(([name]) => properties[name] !== undefined) ? true : undefined;
}

function judgeState(state: ServiceState, leftStopped: boolean, account: RemoteAccount): Verdict[] {
  if (state === 'suspended' && account.state === 'running') return [drift('running', 'stopped', 'running')];
  if (state === 'active' && account.state === 'stopped' && !leftStopped) return [drift('stopped', 'running', 'stopped')];
  return [];
}

function judgeLimits(expected: ExpectedLimits, account: RemoteAccount): Verdict[] {
  const found: Verdict[] = [];
  const { memoryLimitBytes: memory, diskLimitBytes: disk, package: plan } = expected;
  if (memory !== undefined && account.memoryLimitBytes !== undefined && account.memoryLimitBytes !== memory)
    found.push(drift('memory', memory, account.memoryLimitBytes));
  if (disk !== undefined && account.diskLimitBytes !== undefined && Math.abs(account.diskLimitBytes - disk) > disk * diskTolerance)
    found.push(drift('disk', disk, account.diskLimitBytes));
  if (plan !== undefined && account.package !== undefined && account.package !== plan) found.push(drift('package', plan, account.package));
  return found;
}

function drift(aspect: FindingAspect, expected: string | number, found: string | number): Verdict {
  return { kind: 'drift', aspect, details: { expected, found } };
}
