import { Injectable } from '@nestjs/common';
import { CustomerStore, isGone, ProvisioningDesk, ServiceStore, ZoneReader, type PlacedOrder, type ServiceDetails } from '@hostwright/core';
import { PanelError, type DnsRecord, type DnsZoneContents, type JsonObject } from '@hostwright/sdk';
import { JobWaiter } from '../jobs/index.js';
import { forCallers, reading } from './for-callers.js';
import { resultOf } from './job-result.js';
import { PaymenterPlans } from './paymenter-calls.js';
import type { ZoneMapping } from './paymenter-mapping.js';
import { recordValues, wholeName, zonesAround, type RecordCall, type RecordRemovalCall, type ZoneCall } from './zone-input.js';

/** Callers give up after 20 s. */
const patienceMs = 15_000;

/** Translates another panel's calls about its users' DNS zones: a zone is a service of ours, a record an action on it. */
@Injectable()
export class ZoneCalls {
  constructor(
    private readonly plans: PaymenterPlans,
    private readonly desk: ProvisioningDesk,
    private readonly services: ServiceStore,
    private readonly customers: CustomerStore,
    private readonly reader: ZoneReader,
    private readonly waiter: JobWaiter,
  ) {}

  /** The user's zones as the name servers have them. */
  async list(userId: string): Promise<JsonObject> {
    const services = await this.services.listExternal(this.zones.source, { customerEmail: this.emailOf(userId) });
    const standing = await reading(() => this.reader.read(services.map(({ id }) => id)));
    return {
      zones: services.flatMap(({ id }) =>
        (standing.get(id) ?? []).map((zone) => ({ zone: { id, name: zone.name, records: recordsOf(zone) } })),
      ),
    };
  }

  /**
   * Answers that the zone is there, or that it is being set up when that lasts longer than callers wait.
   * Throws: `invalid_input` unless the domain is delegated to our name servers; `conflict` when it is another user's zone.
   */
  async add({ domain, userId }: ZoneCall & { readonly userId: string }, requestedBy: string): Promise<string> {
    const placed = await this.place(domain, userId, requestedBy);
    if (!placed.created) {
      const [own] = await this.services.listExternal(this.zones.source, { ids: [domain], customerEmail: this.emailOf(userId) });
      if (!own) throw new PanelError('conflict', `the zone ${domain} is there already`, { field: 'domain' });
      if (own.desiredState === 'terminated') throw beingDeleted(domain);
      if (own.state === 'active') return 'success';
    }
    return this.outcome(placed.jobId, `the zone ${domain} is being set up`);
  }

  /** Removes the zone with its records; one that was there and is gone is a success. Throws `not_found`. */
  async remove({ domain, userId }: ZoneCall, requestedBy: string): Promise<string> {
    const service = await this.services.findExternal(this.zones.source, domain);
    if (!service || service.state === 'cancelled' || !(await this.isOf(service, userId))) throw noZone(domain);
    if (isGone(service.state)) return 'success';
    const { jobId } = await this.desk.request(service.id, 'terminate', requestedBy);
    const outcome = await this.waiter.wait(jobId, patienceMs);
    if (!outcome) return `success: the zone ${domain} is being deleted`;
    // Removed before it was made, it has ended all the same.
    if (!isGone((await this.services.get(service.id)).state)) resultOf(outcome);
    return 'success';
  }

  /** Throws: `not_found` without a zone that the name is in; `invalid_input`; `conflict` when the name leads elsewhere already. */
  async addRecord(record: RecordCall, requestedBy: string): Promise<string> {
    const zone = record.zoneId === undefined ? await this.around(record) : await this.byId(record.zoneId, record.userId);
    const name = wholeName(record.name, record.zoneId === undefined ? undefined : zone.externalId!);
    const jobId = await this.act(zone, this.zones.addRecord, recordValues(record, name), requestedBy);
    return this.outcome(jobId, 'the record is being added');
  }

  /** Throws `not_found` unless the zone has such a record. */
  async removeRecord({ zoneId, recordId, userId }: RecordRemovalCall, requestedBy: string): Promise<string> {
    const zone = await this.byId(zoneId, userId);
    const standing = (await reading(() => this.reader.read([zone.id]))).get(zone.id) ?? [];
    const record = standing.flatMap(({ records }) => records).find(({ remoteId }) => remoteId === recordId);
    if (!record) throw new PanelError('not_found', `there is no record ${recordId} in the zone ${zone.externalId}`, { field: 'rc_id' });
    const { name, type, content, priority } = record;
    // Two MX may name the same exchange.
    const which = { name, type, content, ...(priority === undefined ? {} : { priority }) };
    const jobId = await this.act(zone, this.zones.removeRecord, which, requestedBy);
    return this.outcome(jobId, 'the record is being removed');
  }

  private get zones(): ZoneMapping {
    const { zones } = this.plans.mapping;
    if (!zones) throw new PanelError('invalid_config', 'the Paymenter configuration does not say what a DNS zone is');
    return zones;
  }

  private emailOf(userId: string): string {
    return `${userId}@${this.zones.customers}`;
  }

  private async isOf({ customerId }: ServiceDetails, userId: string | undefined): Promise<boolean> {
    return userId === undefined || (await this.customers.get(customerId)).email === this.emailOf(userId);
  }

  private place(domain: string, userId: string, requestedBy: string): Promise<PlacedOrder> {
    const { source, product, domain: field } = this.zones;
    return forCallers(() =>
      this.desk.placeOrder({
        productCode: product,
        customerEmail: this.emailOf(userId),
        customerName: `user ${userId}`,
        order: { [field]: domain },
        external: { source, id: domain, reusable: true },
        requestedBy,
      }),
    );
  }

  /** The nearest zone that the name is in. */
  private async around({ name, userId }: RecordCall): Promise<ServiceDetails> {
    const whole = wholeName(name, undefined);
    const nearestFirst = zonesAround(whole);
    const owner = userId === undefined ? {} : { customerEmail: this.emailOf(userId) };
    const found = await this.services.listExternal(this.zones.source, { ids: nearestFirst, ...owner });
    const zone = nearestFirst.flatMap((domain) => found.find(({ externalId }) => externalId === domain) ?? [])[0];
    if (!zone)
      throw new PanelError(
        'not_found',
        `there is no zone that ${whole.slice(0, 255)} is in; give its whole name, such as www.example.com`,
        {
          field: 'name',
        },
      );
    return zone;
  }

  private async byId(serviceId: string, userId: string | undefined): Promise<ServiceDetails> {
    const owner = userId === undefined ? {} : { customerEmail: this.emailOf(userId) };
    const [zone] = await this.services.listExternal(this.zones.source, { serviceId, ...owner });
    if (!zone) throw new PanelError('not_found', `there is no zone ${serviceId}`, { field: 'zone_id' });
    return zone;
  }

  private async act(zone: ServiceDetails, name: string, input: JsonObject, requestedBy: string): Promise<string> {
    if (zone.state === 'pending')
      throw new PanelError('conflict', `the zone ${zone.externalId} is still being set up; try again in a moment`);
    if (zone.desiredState === 'terminated') throw beingDeleted(zone.externalId!);
    const { component } = this.zones;
    return (await this.desk.act({ serviceId: zone.id, name, component, input, requestedBy, byCustomer: true })).jobId;
  }

  /** `meanwhile`: what is so when the job lasts longer than callers wait. Throws what the job failed with. */
  private async outcome(jobId: string, meanwhile: string): Promise<string> {
    const outcome = await this.waiter.wait(jobId, patienceMs);
    if (!outcome) return `success: ${meanwhile}`;
    resultOf(outcome);
    return 'success';
  }
}

function noZone(domain: string): PanelError {
  return new PanelError('not_found', `there is no zone ${domain}`, { field: 'domain' });
}

function beingDeleted(domain: string): PanelError {
  return new PanelError('conflict', `the zone ${domain} is being deleted; try again in a moment`, { field: 'domain' });
}

/** Id → record, in the words of the other panel: whole names with a dot at the end, also in the content. */
function recordsOf({ records }: DnsZoneContents): JsonObject {
  return Object.fromEntries(
    records.map((record) => [
      record.remoteId,
      {
        id: record.remoteId,
        type: record.type,
        name: `${record.name}.`,
        data: dataOf(record),
        ttl: record.ttl,
        priority: record.priority ?? null,
        active: 'y',
      },
    ]),
  );
}

function dataOf({ type, content }: DnsRecord): string {
  return type === 'CNAME' || type === 'MX' || type === 'NS' ? `${content}.` : content;
}
