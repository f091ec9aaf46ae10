import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  DomainDesk,
  domainNameIn,
  DomainStore,
  instructionsFor,
  isGone,
  ServiceStore,
  type Domain,
  type ServiceDetails,
} from '@hostwright/core';
import { isPanelError, PanelError, type JsonObject } from '@hostwright/sdk';
import { JobWaiter } from '../jobs/index.js';
import { resultOf } from './job-result.js';
import { mostDomains, PaymenterPlans, requireUsable, unknownService } from './paymenter-calls.js';
import { patienceMs } from './paymenter-sites.js';

const lookEveryMs = 100;

/**
 * How a domain is asked for.
 * - `pointed`: its DNS leads here already; otherwise it is refused, and nothing is kept of it
 * - `proven`: its owner proves that it is theirs; it waits until the DNS shows so
 */
export type DomainWay = 'pointed' | 'proven';

/** What another panel asks about the domains of its customers' own that lead to a site. */
@Injectable()
export class SiteDomains {
  constructor(
    private readonly plans: PaymenterPlans,
    private readonly services: ServiceStore,
    private readonly desk: DomainDesk,
    private readonly domains: DomainStore,
    private readonly waiter: JobWaiter,
  ) {}

  async list(serviceId: string): Promise<JsonObject> {
    const service = await this.find(serviceId);
    const { items } = await this.domains.list({ limit: mostDomains }, { serviceId: service.id, live: true });
    const oldestFirst = [...items].reverse();
    return {
      success: true,
      domains: oldestFirst.filter(({ state }) => state === 'active').map(({ name }) => name),
      pending: oldestFirst.filter(({ state }) => state !== 'active').map(pendingDomain),
    };
  }

  /**
   * Adds a domain, or takes it on when that lasts longer than callers wait. One that is there already is a success.
   * Throws: `invalid_input` for what is no domain or while its DNS does not show what it must; `conflict` when the plan allows no more or
   * it leads elsewhere; `not_found`; `forbidden` while the service is suspended.
   */
  async add(serviceId: string, name: string, way: DomainWay, requestedBy: string): Promise<JsonObject> {
    const until = performance.now() + patienceMs;
    const { id } = await this.find(serviceId);
    const asked = await this.desk.add({ serviceId: id, name, component: this.plans.mapping.component, requestedBy });
    const domain = await this.looked(asked.domain, until);
    if (domain.state === 'adding' && domain.addJobId === null) {
      if (way === 'pointed' && asked.created) await this.desk.remove({ serviceId: id, name, requestedBy });
      throw domain.missing === null ? new PanelError('unavailable', 'the DNS could not be looked at in time') : notYet(domain, way);
    }
    // What its job failed with is told as that of any job.
    if (domain.addJobId !== null && domain.state !== 'active') await this.done(domain.addJobId, until);
    if (domain.state === 'gone') throw new PanelError('conflict', domain.failure ?? `${domain.name} was taken back meanwhile`);
    return { success: true, domain: domain.name };
  }

  /** Takes a domain away; one that was there and is gone is a success. Throws: `not_found`, `invalid_input`, `forbidden`, `conflict`. */
  async remove(serviceId: string, name: string, requestedBy: string): Promise<JsonObject> {
    const until = performance.now() + patienceMs;
    const { id } = await this.find(serviceId);
    try {
      const { domain, jobId } = await this.desk.remove({ serviceId: id, name, requestedBy });
      // The job that adds it is asked to stop: that it does not come to its end is what was wanted.
      if (jobId !== null && jobId === domain.removeJobId) await this.done(jobId, until);
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'not_found') throw error;
      await this.requireGone(id, name);
    }
    return { success: true };
  }

  /** Asked again, because an answer was lost. */
  private async requireGone(serviceId: string, name: string): Promise<void> {
    const { items } = await this.domains.list({ limit: 1 }, { serviceId, name: domainNameIn(name) });
    if (items.length === 0) throw new PanelError('not_found', `this service has no domain ${domainNameIn(name)}`);
  }

  /** As it is once a worker has looked at its DNS, or the time is up. */
  private async looked(asked: Domain, until: number): Promise<Domain> {
    for (let domain = asked; ;) {
      const waits = domain.state === 'adding' && domain.addJobId === null && domain.missing === null;
      if (!waits || performance.now() > until) return domain;
      await sleep(lookEveryMs);
      const { items } = await this.domains.list({ limit: 1 }, { serviceId: asked.serviceId, name: asked.name });
      domain = items[0] ?? domain;
    }
  }

  private async done(jobId: string, until: number): Promise<void> {
    const outcome = await this.waiter.wait(jobId, until - performance.now());
    if (outcome) resultOf(outcome);
  }

  private async find(serviceId: string): Promise<ServiceDetails> {
    const service = await this.services.findExternal(this.plans.mapping.source, serviceId);
    if (!service || isGone(service.state)) throw unknownService();
    requireUsable(service);
    return service;
  }
}

function pendingDomain(domain: Domain): JsonObject {
  const { txt, addresses, nameServers } = instructionsFor(domain);
  const waits = domain.state === 'adding' && domain.lookAt !== null;
  return {
    domain: domain.name,
    state: waits ? 'waiting' : domain.state,
    missing: domain.missing,
    ...(waits ? { txt: { ...txt }, addresses: [...addresses], nameservers: [...nameServers] } : {}),
  };
}

/** What the customer is to do, in the one sentence that callers show. */
function notYet(domain: Domain, way: DomainWay): PanelError {
  const { txt, addresses, nameServers } = instructionsFor(domain);
  const here = addresses.join(' and ');
  if (way === 'pointed')
    return new PanelError('invalid_input', `${domain.name} must lead to ${here} and nowhere else before it is added`, { field: 'domain' });
  const delegated = nameServers.length > 0 ? `, or delegate it to ${nameServers.join(' and ')}` : '';
  const proof = domain.verifiedBy === null ? `set the TXT record ${txt.name} to ${txt.value}, and ` : '';
  const todo = `${proof}let ${domain.name} lead to ${here}${delegated}`;
  return new PanelError('invalid_input', `${domain.name} is not added yet: ${todo}; it is added by itself once the DNS shows it`, {
    field: 'domain',
  });
}
