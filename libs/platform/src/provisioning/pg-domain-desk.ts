import {
  allowDomains,
  DomainDesk,
  domainNameIn,
  type Domain,
  type Doorbell,
  type RequestedDomain,
  type WantedDomain,
} from '@hostwright/core';
import { PanelError, type DomainFacts } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { domainColumns, domainOf, type DomainRow } from '../stores/index.js';
import { requireForeign, requireRoom, targetOf } from './domain-rules.js';
import { JobMaking, type JobMakingPorts } from './job-making.js';
import { loadComponents, requireThere, type ComponentFacts } from './job-rows.js';
import { lockService, queueJob, standingOf, type ServiceRecord } from './service-jobs.js';
import { stopWork, unfinishedOf, type UnfinishedJob } from './unfinished-jobs.js';

export interface DomainDeskPorts extends JobMakingPorts {
  readonly pool: Pool;
  readonly doorbell: Doorbell;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What customers ask for their domains. Nothing is asked of the DNS or a provider here. */
export class PgDomainDesk extends DomainDesk {
  private readonly jobs: JobMaking;

  constructor(private readonly ports: DomainDeskPorts) {
    super();
    this.jobs = new JobMaking(ports);
  }

  async add(wanted: WantedDomain): Promise<RequestedDomain> {
    const name = domainNameIn(wanted.name);
    return inTransaction(this.ports.pool, async (client) => {
      const service = await this.lock(client, wanted);
      const components = await loadComponents(client, service.id);
      const facts = this.component(components, wanted);
      const module = this.jobs.module(facts.extension);
      const there = await findDomain(client, service.id, name);
      if (there) return this.again(client, there);
      const jobs = await unfinishedOf(client, service.id);
      allowDomains(standingOf(service, jobs), 'add');
      requireThere(facts, service.id);
      await requireForeign(client, name, (extension) => this.ports.extensions.find(extension)?.extension.provisioning as never, components);
      await requireRoom(client, module, { serviceId: service.id, component: facts.name, settings: facts.settings, more: 1 });
      const { addresses, nameServers } = targetOf(module, facts);
      const { rows } = await client.query<DomainRow>({
        name: 'desk-add-domain',
        // A text that its owner may have put into the DNS at an earlier try stays the right one.
        text: `INSERT INTO domain AS d (service_id, component, name, token, addresses, name_servers, requested_by, look_at) VALUES ($1, $2, $3,
            coalesce((SELECT o.token FROM domain o WHERE o.service_id = $1 AND o.name = $3 ORDER BY o.id DESC LIMIT 1), $4), $5, $6, $7, now())
          ON CONFLICT (name) WHERE state <> 'gone' DO NOTHING RETURNING ${domainColumns}`,
        values: [service.id, facts.name, name, this.token(), addresses, nameServers, wanted.requestedBy],
      });
      if (!rows[0]) throw new PanelError('conflict', `${name} belongs to another service already`, { field: 'name' });
      return { domain: domainOf(rows[0]), jobId: null, created: true };
    });
  }

  async remove(wanted: Omit<WantedDomain, 'component'>): Promise<RequestedDomain> {
    const name = domainNameIn(wanted.name);
    const removal = await inTransaction(this.ports.pool, async (client) => {
      const service = await this.lock(client, wanted);
      await stopAdding(client, service.id, name);
      const domain = await findDomain(client, service.id, name);
      if (!domain) throw new PanelError('not_found', `service ${service.id} has no domain ${name}`);
      if (domain.state === 'adding') return this.takeBack(client, domain);
      const jobs = await unfinishedOf(client, service.id);
      const under = jobs.find(({ id }) => id === domain.removeJobId);
      if (under) return { domain, jobId: under.id, created: false };
      // Taken back while it was added: the removal is about to begin.
      if (domain.state === 'removing' && domain.lookAt !== null) return { domain, jobId: null, created: false };
      allowDomains(standingOf(service, jobs), 'remove');
      const jobId = await queueRemoval(client, this.jobs, { service, before: jobs, domain, requestedBy: wanted.requestedBy });
      return { domain: await change(client, domain.id, `state = 'removing', remove_job_id = $2`, [jobId]), jobId, created: true };
    });
    if (removal.jobId !== null) await this.ports.doorbell.ring('provisioning');
    return removal;
  }

  private async lock(client: PoolClient, { serviceId, ownedBy }: Pick<WantedDomain, 'serviceId' | 'ownedBy'>): Promise<ServiceRecord> {
    if (!/^\d{1,18}$/.test(serviceId)) throw new PanelError('not_found', `there is no service ${serviceId}`);
    return lockService(client, serviceId, ownedBy);
  }

  private component(components: readonly ComponentFacts[], { serviceId, component }: WantedDomain): ComponentFacts {
    const able = components.filter(({ name, extension }) => (component ?? name) === name && this.jobs.can(extension, 'addDomain'));
    if (able.length > 1) throw new PanelError('invalid_input', 'several components take domains: name one', { field: 'component' });
    if (!able[0]) throw new PanelError('unsupported', `service ${serviceId} takes no domains`);
    return able[0];
  }

  /** Who asks again has perhaps just changed the DNS. */
  private async again(client: PoolClient, domain: Domain): Promise<RequestedDomain> {
    if (domain.state === 'removing')
      throw new PanelError('conflict', `${domain.name} is being removed; add it again when that is done`, { field: 'name' });
    if (domain.lookAt === null) return { domain, jobId: domain.addJobId, created: false };
    return { domain: await change(client, domain.id, `look_at = least(look_at, now()), missing = NULL`, []), jobId: null, created: false };
  }

  private async takeBack(client: PoolClient, domain: Domain): Promise<RequestedDomain> {
    if (domain.addJobId !== null) return { domain, jobId: domain.addJobId, created: false };
    return {
      domain: await change(client, domain.id, `state = 'gone', gone_at = now(), look_at = NULL, missing = NULL`, []),
      jobId: null,
      created: true,
    };
  }

  private token(): string {
    return Array.from({ length: 32 }, () => alphabet[this.ports.randomInteger(alphabet.length)]).join('');
  }
}

/** What of a domain its removal has to know. */
export type RemovableDomain = Pick<Domain, 'id' | 'component' | 'name' | 'zone'>;

export interface WantedRemoval {
  readonly service: ServiceRecord;
  readonly before: readonly UnfinishedJob[];
  readonly domain: RemovableDomain;
  readonly requestedBy: string;
}

/** Makes the job that takes the domain away, behind what is under way for its service. Answers the job. */
export async function queueRemoval(
  client: PoolClient,
  jobs: JobMaking,
  { service, before, domain, requestedBy }: WantedRemoval,
): Promise<string> {
  const facts: DomainFacts = { name: domain.name, zone: domain.zone };
  const components = (await loadComponents(client, service.id)).filter(({ name }) => name === domain.component);
  return queueJob(client, jobs, service, before, {
    operation: 'removeDomain',
    requestedBy,
    components: components.map((one) => ({ ...one, domain: facts })),
    domainId: domain.id,
  });
}

/** Before the domain is locked: its job is locked before it where it ends, too. What had ended by then is seen in the domain. */
async function stopAdding(client: PoolClient, serviceId: string, name: string): Promise<void> {
  const { rows } = await client.query<{ add_job_id: string }>({
    name: 'desk-domain-job',
    text: `SELECT add_job_id FROM domain WHERE service_id = $1 AND name = $2 AND state = 'adding' AND add_job_id IS NOT NULL`,
    values: [serviceId, name],
  });
  if (rows[0]) await stopWork(client, serviceId, 'the domain was taken back', rows[0].add_job_id);
}

/** The one of that name that is not gone. */
async function findDomain(client: PoolClient, serviceId: string, name: string): Promise<Domain | undefined> {
  const { rows } = await client.query<DomainRow>({
    name: 'desk-find-domain',
    text: `SELECT ${domainColumns} FROM domain d WHERE d.service_id = $1 AND d.name = $2 AND d.state <> 'gone' FOR UPDATE`,
    values: [serviceId, name],
  });
  return rows[0] && domainOf(rows[0]);
}

/** `set` is ours; its values begin with `$2`. */
async function change(client: PoolClient, id: string, set: string, values: readonly unknown[]): Promise<Domain> {
  const { rows } = await client.query<DomainRow>(`UPDATE domain d SET ${set} WHERE d.id = $1 RETURNING ${domainColumns}`, [id, ...values]);
  return domainOf(rows[0]!);
}
