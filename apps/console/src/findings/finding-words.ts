import type { Finding } from '../api/index.js';

export const findingKindLabels: Readonly<Record<Finding['kind'], string>> = { orphan: 'Orphan', missing: 'Missing', drift: 'Drift' };

/** What exactly is so, as a sentence. */
export const aspectTexts: Readonly<Record<Finding['aspect'], string>> = {
  ended: 'It bears our mark, and its service has ended.',
  undelivered: 'It bears our mark, and nothing of its service was ever made.',
  elsewhere: 'It bears our mark, and its service has another one.',
  unknown: 'It bears our mark, and there is no such service.',
  gone: 'The service’s thing is not there any more.',
  taken: 'Under the service’s id there is somebody else’s now.',
  running: 'It runs although its service is suspended.',
  stopped: 'It is stopped although its service is active.',
  memory: 'It has other memory than was sold.',
  disk: 'It has another disk than was sold.',
  package: 'It is of another package than was sold.',
  owner: 'It has lost the mark that says it is ours.',
};

/** Which findings are shown, as the address of their room names it. */
export interface FindingsShown {
  readonly kind?: Finding['kind'];
  readonly state?: 'resolved';
  readonly serverId?: string;
}

export function findingsShown({ kind, state, serverId }: Readonly<Record<string, unknown>>): FindingsShown {
  return {
    ...(typeof kind === 'string' && Object.hasOwn(findingKindLabels, kind) && { kind: kind as Finding['kind'] }),
    ...(state === 'resolved' && { state }),
    // The router reads digits in an address as a number.
    ...(/^[1-9]\d{0,17}$/.test(String(serverId)) && { serverId: String(serverId) }),
  };
}

/** What the repair of a finding does, before it is asked for. An orphan's is confirmed with its remote id. */
export function repairText({ kind, aspect, serviceId, remoteId }: Pick<Finding, 'kind' | 'aspect' | 'serviceId' | 'remoteId'>): string {
  if (kind === 'orphan') {
    return `A job removes '${remoteId}' at the provider, with everything in it, once it has read its mark back. What the panel has no record of becomes a task for a person.`;
  }
  if (kind === 'missing' || aspect === 'owner')
    return 'Only a person can decide about it: it becomes an operator task that says what can be done.';
  if (aspect === 'running') return `Service #${serviceId} is suspended once more.`;
  if (aspect === 'stopped') return `Service #${serviceId} is started again.`;
  return `Service #${serviceId} is made what was sold.`;
}
