import type { Domain } from '@hostwright/core';
import type { QueryResultRow } from 'pg';

export interface DomainRow extends Omit<Domain, 'target'>, QueryResultRow {
  readonly addresses: readonly string[];
  readonly nameServers: readonly string[];
}

/** The columns of a `domain d`. */
export const domainColumns = `d.id, d.service_id AS "serviceId", d.component, d.name, d.state, d.token, d.addresses, d.name_servers AS "nameServers",
  d.verified_by AS "verifiedBy", d.verified_at AS "verifiedAt", d.missing, d.look_at AS "lookAt", d.zone, d.failure, d.add_job_id AS "addJobId",
  d.remove_job_id AS "removeJobId", d.created_at AS "createdAt", d.active_since AS "activeSince", d.gone_at AS "goneAt"`;

export function domainOf({ addresses, nameServers, ...row }: DomainRow): Domain {
  return { ...row, target: { addresses, nameServers } };
}
