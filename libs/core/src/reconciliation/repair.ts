import type { Finding } from './finding.js';

/**
 * What staff's one call does about a finding:
 * - `operation`: asks for it once more, by a job of the service; only while that is still in the state in which it was found wrong
 * - `removal`: destroys what belongs to nobody, after it was confirmed
 * - `task`: a person decides; this is what they are told
 */
export type RepairPlan =
  | {
      readonly kind: 'operation';
      readonly operation: 'suspend' | 'unsuspend' | 'changePackage';
      readonly whileIn?: 'active' | 'suspended';
    }
  | { readonly kind: 'removal' }
  | ({ readonly kind: 'task' } & PersonsTask);

export interface PersonsTask {
  readonly title: string;
  readonly detail: string;
}

type About = Pick<Finding, 'kind' | 'aspect' | 'serviceId' | 'remoteId'>;

/** What repair means for a finding. Nothing that is missing is made again, and nothing whose owner is in doubt is touched, by itself. */
export function repairOf(finding: About, serverName: string): RepairPlan {
  if (finding.kind === 'orphan') return { kind: 'removal' };
  if (finding.kind === 'missing') return { kind: 'task', ...missingTask(finding, serverName) };
  switch (finding.aspect) {
    case 'running':
      return { kind: 'operation', operation: 'suspend', whileIn: 'suspended' };
    case 'stopped':
      return { kind: 'operation', operation: 'unsuspend', whileIn: 'active' };
    case 'owner':
      return { kind: 'task', ...lostMarkTask(finding, serverName) };
    default: // other than sold
      return { kind: 'operation', operation: 'changePackage' };
  }
}

function missingTask({ aspect, serviceId, remoteId }: About, serverName: string): PersonsTask {
  const now = aspect === 'taken' ? 'Under that id there is somebody else’s now: leave it alone. ' : '';
  return {
    title: `Service ${serviceId} is not on ${serverName} any more`,
    detail:
      `The panel has it as '${remoteId}', and the provider has nothing of ours under that id. ${now}` +
      'Find out what became of it. Then either restore it at the provider under the same id with its owner mark, ' +
      'or terminate the service and order it anew for the customer.',
  };
}

function lostMarkTask({ serviceId, remoteId }: About, serverName: string): PersonsTask {
  return {
    title: `What service ${serviceId} has on ${serverName} bears no owner mark`,
    detail:
      `'${remoteId}' may be the service's own with its mark removed, or somebody else's that was given the same id. ` +
      'Until that is clear the panel will not change it. If it is the service’s, put the mark back; if not, terminate the service.',
  };
}

/** Why the removal of an orphan is left to a person: there is nothing on record with which its module could take it down. */
export function orphanTask({ serviceId, remoteId }: About, serverName: string, mark: string): PersonsTask {
  return {
    title: `'${remoteId}' on ${serverName} belongs to no service`,
    detail:
      `It bears the mark ${mark} of this panel, and the panel has no record of how it was made as part of service ${serviceId}, ` +
      'so it cannot take it down with all that belongs to it. Make sure that nobody uses it, then remove it at the provider, ' +
      'with its addresses and names.',
  };
}

/** The repair that was asked for, and how it stands. */
export interface EarlierRepair {
  /** The job is not over, or the person has not resolved the task. */
  readonly open: boolean;
  /** It ended well. */
  readonly succeeded: boolean;
  /** A look saw the finding after the repair had ended. */
  readonly seenSince: boolean;
}

/** Whether a repair still counts, so that pressing again changes nothing: until it failed, or was seen to have been in vain. */
export function stands({ open, succeeded, seenSince }: EarlierRepair): boolean {
  return open || (succeeded && !seenSince);
}
