import { instructionsFor, type Domain, type DomainWatch } from '@hostwright/core';
import type { Json, JsonObject } from '@hostwright/sdk';
import type { Deed } from '../cases.js';
import type { Installation, Service } from '../installation.js';

const requestedBy = 'crash sweep';

/** Asks the panel for what is done with a service, as its customers and staff do. */
export class DeedDesk {
  private readonly watch: DomainWatch;

  constructor(private readonly installation: Installation) {
    this.watch = installation.provisioning.domainWatch();
  }

  /** Answers the job. `answers`: what earlier actions of that life have answered. */
  async ask(deed: Deed, service: Service, answers: ReadonlyMap<string, Json>): Promise<string> {
    const { desk, domains } = this.installation.provisioning;
    const { serviceId, shop, domain: name } = service;
    switch (deed.operation) {
      case 'create':
        return service.createJobId;
      case 'terminate':
      case 'suspend':
      case 'unsuspend':
      case 'renew':
        return (await desk.request(serviceId, deed.operation, requestedBy)).jobId;
      case 'changePassword':
        return (await desk.changePassword({ serviceId, password: 'Chosen-1-password', requestedBy, byCustomer: false })).jobId;
      case 'upkeep':
        return this.upkeep(serviceId);
      case 'changePackage':
        return (await desk.changePackage(serviceId, shop.productCodes[deed.product!]!, requestedBy)).jobId;
      case 'addDomain': {
        const { domain } = await domains.add({ serviceId, name, requestedBy });
        return this.provenInDns(domain, deed.domain ?? 'address');
      }
      case 'removeDomain':
        return (await domains.remove({ serviceId, name, requestedBy })).jobId!;
      default: {
        const input = filledIn(deed.input ?? {}, service, answers);
        return (await desk.act({ serviceId, name: deed.operation, input, requestedBy, byCustomer: false })).jobId;
      }
    }
  }

  /** Lets the time come at which the panel asks for it by itself. */
  private async upkeep(serviceId: string): Promise<string> {
    const { pool, provisioning } = this.installation;
    const { rowCount } = await pool.query(
      `UPDATE service_component SET upkeep_at = now(), upkeep_asked_at = NULL WHERE service_id = $1 AND upkeep_at IS NOT NULL`,
      [serviceId],
    );
    if (rowCount === 0) throw new TypeError('the panel never asks for the upkeep of such a service: leave it out of the operations');
    await provisioning.upkeep.requestDue(10);
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM provisioning_job WHERE service_id = $1 AND operation = 'upkeep' ORDER BY id DESC LIMIT 1`,
      [serviceId],
    );
    return rows[0]!.id;
  }

  /** Lets the DNS say what the panel asks for, and the panel look. */
  private async provenInDns(domain: Domain, way: 'address' | 'zone'): Promise<string> {
    const { nameServer, pool } = this.installation;
    const { name, target } = domain;
    const leadsHere = (): void => {
      for (const host of [name, `www.${name}`]) nameServer.set(host, 'A', target.addresses.slice(0, 1));
    };
    if (way === 'address') leadsHere();
    else {
      const { txt } = instructionsFor(domain);
      nameServer.set(txt.name, 'TXT', [txt.value]);
      nameServer.set(name, 'NS', target.nameServers);
    }
    await this.watch.look();
    const { rows } = await pool.query<{ job: string | null; missing: string | null }>(
      `SELECT add_job_id AS job, missing FROM domain WHERE id = $1`,
      [domain.id],
    );
    const { job, missing } = rows[0]!;
    if (job === null) throw new Error(`${name} is not taken: ${missing}`);
    // What its zone will say once it is there.
    leadsHere();
    return job;
  }
}

function filledIn(input: JsonObject, { names, domain }: Service, answers: ReadonlyMap<string, Json>): JsonObject {
  const answered = (operation: string, field: string): string => {
    const value = (answers.get(operation) as JsonObject | undefined)?.[field];
    if (typeof value !== 'string') throw new TypeError(`'${operation}' has answered no '${field}'`);
    return value;
  };
  const filled = JSON.stringify(input)
    .replaceAll('{domain}', domain)
    .replaceAll('{customer}', names[0]!)
    .replace(/"\{(\w+)\.(\w+):number\}"/g, (_, operation: string, field: string) => String(Number(answered(operation, field))))
    .replace(/\{(\w+)\.(\w+)\}/g, (_, operation: string, field: string) => answered(operation, field));
  return JSON.parse(filled) as JsonObject;
}
