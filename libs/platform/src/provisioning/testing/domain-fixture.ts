import { DomainWatch, type Domain, type RequestedDomain } from '@hostwright/core';
import {
  done,
  failed,
  operation,
  PanelError,
  pending,
  type DomainFacts,
  type DomainShape,
  type Fields,
  type TerminateShape,
} from '@hostwright/sdk';
import { domainColumns, domainOf, type DomainRow } from '../../stores/index.js';
import { processTimers } from '../process-timers.js';
import { EngineFixture } from './engine-fixture.js';
import { SilentLog } from './silent-log.js';

type Facts = Fields;
type WithDomain = DomainShape<Facts, Facts, Facts, Facts>;

/** Where domains must lead. */
export const address = '203.0.113.10';

/** The engine with a module that takes domains, a provider that keeps a host for each, and a DNS that says what it was told. */
export class DomainFixture {
  /** Domain → owner mark. */
  readonly hosts = new Map<string, string>();
  /** What the DNS says, by type and name. */
  readonly dns = new Map<string, readonly string[]>();
  /** What happens before a host is made or removed. */
  trouble: ((name: string) => Promise<void>) | undefined;
  /** How often a certificate is looked at before it is refused; below 0 it is there at once. */
  looks = -1;
  /** The domains that ended with a service. */
  readonly ended: (readonly DomainFacts[])[] = [];
  readonly module = this.operations();

  private constructor(readonly engine: EngineFixture) {}

  static async make(): Promise<DomainFixture> {
    const fixture = new DomainFixture(await EngineFixture.make());
    await fixture.engine.runner().start();
    return fixture;
  }

  async reset(): Promise<void> {
    this.engine.reset();
    this.engine.modules = { provisioning: this.module };
    this.hosts.clear();
    this.dns.clear();
    this.ended.length = 0;
    this.trouble = undefined;
    this.looks = -1;
    await this.engine.pool.query(`UPDATE domain SET state = 'gone', gone_at = now(), look_at = NULL WHERE state <> 'gone'`);
  }

  /** A service that was delivered. */
  async service(): Promise<string> {
    const serviceId = await this.engine.service();
    await this.engine.until(await this.engine.job('create', { serviceId }), 'completed');
    return serviceId;
  }

  add(serviceId: string, name = 'shop.example'): Promise<RequestedDomain> {
    return this.engine.domains.add({ serviceId, name, requestedBy: 'test' });
  }

  remove(serviceId: string, name = 'shop.example'): Promise<RequestedDomain> {
    return this.engine.domains.remove({ serviceId, name, requestedBy: 'test' });
  }

  /** As the watch of a worker does. */
  look(): Promise<void> {
    return new DomainWatch({
      waits: this.engine.waits,
      lookUp: async (name, type) => this.dns.get(`${type} ${name}`) ?? [],
      timers: processTimers,
      log: new SilentLog(),
      waitScale: 1,
    }).look();
  }

  /** The domain as it is by now. */
  async now({ id }: Pick<Domain, 'id'>): Promise<Domain> {
    const { rows } = await this.engine.pool.query<DomainRow>(`SELECT ${domainColumns} FROM domain d WHERE id = $1`, [id]);
    return domainOf(rows[0]!);
  }

  /** A domain whose DNS is as it must be, and the job that adds it. */
  async begun(serviceId: string, name = 'shop.example'): Promise<{ domain: Domain; jobId: string }> {
    this.dns.set(`A ${name}`, [address]);
    const { domain } = await this.add(serviceId, name);
    await this.look();
    return { domain, jobId: (await this.now(domain)).addJobId! };
  }

  async active(serviceId: string, name = 'shop.example'): Promise<Domain> {
    const { domain, jobId } = await this.begun(serviceId, name);
    await this.engine.until(jobId, 'completed');
    return this.now(domain);
  }

  /** Asks for an operation and sees it done. */
  async become(serviceId: string, operationName: string): Promise<void> {
    const { jobId } = await this.engine.desk.request(serviceId, operationName, 'test');
    await this.engine.until(jobId, 'completed');
  }

  async jobsOf(serviceId: string): Promise<string[]> {
    const { rows } = await this.engine.pool.query<{ operation: string }>(
      `SELECT operation FROM provisioning_job WHERE service_id = $1 ORDER BY id`,
      [serviceId],
    );
    return rows.map((job) => job.operation);
  }

  private operations() {
    const nothing = operation({ steps: [], run: async () => undefined });
    return {
      create: operation({ steps: ['make'], run: async () => ({ remoteId: 'r1', ip: address }) }),
      suspend: nothing,
      unsuspend: nothing,
      changePackage: nothing,
      addDomain: this.adding(),
      removeDomain: operation<WithDomain>({
        steps: ['close proxy'],
        run: async ({ domain: { name }, step }) => {
          await step('close proxy', { run: () => this.drop(name) });
        },
      }),
      terminate: operation<TerminateShape<Facts, Facts, Facts, Facts>>({
        steps: ['close domain'],
        run: async ({ domains, step, skip }) => {
          if (domains.length === 0) skip('close domain', 'none');
          for (const { name } of domains) await step(['close domain', name], { run: () => this.drop(name) });
          this.ended.push(domains);
        },
      }),
      domainQuota: ({ domains = 3 }: { domains?: number }) => domains,
      domainTarget: ({ properties }: { properties: { ip: string } }) => ({
        addresses: [properties.ip],
        nameServers: ['NS1.panel.example.'],
      }),
      ownZones: () => ['panel.example'],
    };
  }

  private adding() {
    return operation<WithDomain>({
      steps: ['open proxy', 'issue certificate'],
      run: async ({ ctx, domain: { name }, step }) => {
        await step('open proxy', {
          strength: 'unique',
          claim: name,
          find: async (claimed) => {
            const owner = this.hosts.get(claimed);
            if (owner !== undefined && owner !== ctx.owner) throw new PanelError('not_owned', `${claimed} is somebody else's host`);
            return owner === undefined ? { state: 'absent' } : done(claimed);
          },
          run: async (claimed) => {
            await this.trouble?.(claimed);
            this.hosts.set(claimed, ctx.owner);
            return claimed;
          },
          undo: async (made) => void (this.hosts.get(made) === ctx.owner && this.hosts.delete(made)),
        });
        await step('issue certificate', {
          until: async () => {
            if (this.looks < 0) return done();
            this.looks -= 1;
            return this.looks > 0 ? pending() : failed(new PanelError('rejected', 'no certificate was issued'));
          },
        });
      },
    });
  }

  private async drop(name: string): Promise<void> {
    await this.trouble?.(name);
    this.hosts.delete(name);
  }
}
