import { label, operation, PanelError, type DnsRecordInput, type Operation } from '@hostwright/sdk';
import { tagsOf, type OrderConfig, type ProductConfig } from '../config.js';
import { isForbidden, isNoSuchCall } from '../refusal.js';
import { addressesOf, hostOf, siteName } from '../site-name.js';
import { Sites } from '../sites.js';
import { addDomainStep, primaryStep } from './domain-steps.js';
import type { Create } from './shapes.js';
import { allTags, convertStep, settingsStep, tagStep } from './site-steps.js';

const minutes = 60_000;

/** Undo of what is part of a site: it goes when the creation is undone. */
const withSite = () => Promise.resolve();

export const create: Operation<Create> = operation({
  reserve: {
    label: label(
      ({ order: asked }) => String(asked['siteName'] ?? 'site'),
      ({ product: sold }) => String(sold['zone'] ?? ''),
    ),
  },
  steps: [
    'create site',
    'tag site',
    'wait until live',
    'set environment',
    'convert to live',
    'add domain',
    'set primary domain',
    'find SFTP user',
    'publish DNS',
  ],
  async run({ ctx, server: at, product: sold, order: asked, reserved, step, skip }) {
    const name = siteName(reserved.label, ctx.owner);
    const domain = primaryDomainOf(sold, asked, reserved.label);
    const sites = new Sites(ctx, at);
    const now = () => ctx.now();

    const { id } = await step('create site', {
      strength: 'tagged',
      claim: name,
      find: (claimed) => sites.findCreated(claimed),
      run: (claimed) =>
        sites.create({
          name: claimed,
          datacenter_code: sold.datacenter,
          php_version: sold.phpVersion,
          staging: sold.staging,
          ...(sold.templateSiteId === undefined ? { install: sold.install } : { template: sold.templateSiteId }),
          ...(asked.adminEmail === undefined ? {} : { wp_admin_email: asked.adminEmail }),
        }),
      until: (task) => sites.creationState(name, task),
      undo: (made, claimed, task) => sites.undoCreation(made.id, claimed, task),
      sweep: (claimed, kept) => sites.sweep(claimed, kept?.id),
    });

    // At once: an order that stops here leaves nothing that is not marked.
    await step('tag site', tagStep(sites, { id, name }, allTags(ctx.owner, tagsOf(sold))));
    const site = await step('wait until live', {
      run: () => Promise.resolve(ctx.now()),
      until: async (since) => {
        const polled = await sites.liveState(id, since);
        if (polled.state !== 'done') return polled;
        const { addresses, sftpHost } = polled.output;
        const facts = { host: hostOf(polled.output), addresses: addressesOf({ addresses }, at), ...(sftpHost && { sftpHost }) };
        return { state: 'done', output: facts };
      },
      giveUpAfterMs: 120 * minutes,
    });

    if (sold.environment === undefined) skip('set environment', 'as Pressable sets it');
    else await step('set environment', settingsStep(sites, id, now, sold));

    const giveDomain = async (): Promise<void> => {
      if (domain === undefined) {
        for (const none of ['convert to live', 'add domain', 'set primary domain'] as const) skip(none, 'it begins without a domain');
        return;
      }
      if (sold.staging) await step('convert to live', convertStep(sites, id, now, 'live'));
      else skip('convert to live', 'it is a live site');
      await step('add domain', { ...addDomainStep(sites, { siteId: id, name: domain }, now), undo: withSite });
      await step('set primary domain', primaryStep(sites, { siteId: id, name: domain }, now, { onlyIfNone: false }));
    };
    const publish = async (): Promise<void> => {
      const record = domain === undefined ? undefined : recordOf(domain, sold, site);
      if (record === undefined) skip('publish DNS', 'there is nothing to publish');
      else await step('publish DNS', ctx.dns.ensureRecord(record));
    };
    const findUser = () => step('find SFTP user', { run: () => sftpUserOf(sites, id) });

    const [sftpUser] = await Promise.all([findUser(), giveDomain(), publish()]);
    return {
      remoteId: String(id),
      siteId: id,
      name,
      host: site.host,
      addresses: site.addresses.join(', '),
      ...(domain === undefined ? {} : { domain, dnsRecord: sold.dnsRecord }),
      ...(site.sftpHost === undefined ? {} : { sftpHost: site.sftpHost }),
      ...(sftpUser === undefined ? {} : { sftpUser }),
    };
  },
});

/** Throws: `invalid_config` without a zone where one is to give it, `invalid_input` without a domain where the customer is to name it. */
function primaryDomainOf(sold: ProductConfig, asked: OrderConfig, name: string): string | undefined {
  if (sold.primaryDomain === 'none') return undefined;
  if (sold.primaryDomain === 'order') {
    if (asked.domain === undefined) throw new PanelError('invalid_input', 'this product begins with a domain', { field: 'order.domain' });
    return asked.domain.toLowerCase();
  }
  if (sold.zone === undefined) throw new PanelError('invalid_config', 'the product names no zone for its sites', { field: 'zone' });
  return `${name}.${sold.zone}`.toLowerCase();
}

function recordOf(
  name: string,
  { dnsRecord, dnsTtl }: ProductConfig,
  { host, addresses }: { readonly host: string; readonly addresses: readonly string[] },
): DnsRecordInput | undefined {
  if (dnsRecord === 'none') return undefined;
  if (dnsRecord === 'CNAME') return { name, type: 'CNAME', content: host, ttl: dnsTtl };
  const address = addresses.find((one) => !one.includes(':'));
  if (address === undefined) {
    throw new PanelError('invalid_config', 'Pressable named no address of the site; give them in the settings of the server', {
      field: 'siteAddresses',
    });
  }
  return { name, type: 'A', content: address, ttl: dnsTtl };
}

/** Undefined where the API application may not know: no reason to keep an order waiting. */
async function sftpUserOf(sites: Sites, id: number): Promise<string | undefined> {
  try {
    return await sites.client.sftpUser(id);
  } catch (error) {
    if (isForbidden(error) || isNoSuchCall(error)) return undefined;
    throw error;
  }
}
