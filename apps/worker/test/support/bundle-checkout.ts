import { postControl, putControl } from '@hostwright/sdk-testing';
import type { BundlePanel, Ordered } from './bundle-panel.js';
import { plans, servers } from './bundles.js';

interface Notice {
  readonly type?: string;
  readonly eventId?: string;
  readonly secret?: string;
}

/** A billing system of another's, where a bundle is bought, and which tells the panel of it. */
export class Checkout {
  constructor(
    private readonly panel: BundlePanel,
    /** The server by its name. */
    private readonly server: string,
  ) {}

  /** Sells it to a customer, whose domain is delegated to us unless it is said otherwise. Answers what the billing system calls it. */
  async sell(
    customer: string,
    { plan = plans.find(({ server }) => server === this.server)!.plan, delegated = true } = {},
  ): Promise<string> {
    const domain = `${customer}.example`;
    if (delegated) this.panel.delegate(domain);
    const wanted = { plan, email: `${customer}@example.com`, name: 'Ada Lovelace', values: { domain } };
    return ((await postControl(this.panel.at(this.server), '/sales', wanted)) as { subject: string }).subject;
  }

  /** Tells the panel that something has become of it, signed. Answers the status of the answer. */
  async tell(subject: string, notice: Notice = {}): Promise<number> {
    const { headers, query, body } = (await postControl(this.panel.at(this.server), '/notice', { subject, ...notice })) as {
      headers: Record<string, string>;
      query: string;
      body: string;
    };
    const { extension } = servers.find(({ name }) => name === this.server)!;
    const { status } = await fetch(`${this.panel.url}/triggers/${extension}${query && '?'}${query}`, { method: 'POST', headers, body });
    return status;
  }

  async becomes(subject: string, state: string): Promise<void> {
    await putControl(this.panel.at(this.server), '/sale', { subject, state });
    await this.tell(subject);
  }

  /** Its services in the panel. */
  async services(subject: string): Promise<readonly { readonly id: string; readonly state: string }[]> {
    const { items } = await this.panel.call('GET', '/api/v1/services?limit=200');
    return (items as { id: string; state: string; externalId: string }[]).filter(({ externalId }) => externalId === subject);
  }

  /** What was ordered for it, once it is. */
  async ordered(subject: string): Promise<Ordered> {
    const { id } = await this.panel.eventually(`${subject} is ordered`, async () => (await this.services(subject))[0]);
    const { createJobId } = await this.panel.call('GET', `/api/v1/services/${id}`);
    return { serviceId: id, jobId: createJobId };
  }

  /** When the panel has looked at it after every notice. Answers what became of them. */
  seenTo(subject: string): Promise<readonly { readonly state: string; readonly outcome: string }[]> {
    return this.panel.eventually(`every notice of ${subject} was seen to`, async () => {
      const { items } = await this.panel.call('GET', `/api/v1/trigger-events?subject=${subject}`);
      return (items as { state: string; outcome: string }[]).every(({ state }) => state === 'done') ? items : undefined;
    });
  }

  /** Sold, paid and told once. */
  async buy(
    customer: string,
    how: { readonly plan?: string; readonly delegated?: boolean } = {},
  ): Promise<Ordered & { readonly subject: string }> {
    const subject = await this.sell(customer, how);
    await this.tell(subject);
    return { subject, ...(await this.ordered(subject)) };
  }
}
