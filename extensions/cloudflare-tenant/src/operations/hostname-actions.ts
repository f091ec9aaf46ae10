import { absent, action, done, fields, PanelError, pending, type Ctx, type JsonObject } from '@hostwright/sdk';
import type { CustomHostname, Proof } from '../client/index.js';
import { Remote } from '../remote.js';
import { demandOwned, type MarkedZone } from '../zone-mark.js';
import type { Later } from './shapes.js';

/** How long Cloudflare takes at most to say what proves a hostname (cloudflare-docs#14460); then what there is counts. */
const proofWithinMs = 2 * 60_000;

const which = fields({ hostname: { type: 'hostname', label: 'Hostname', help: 'Example: shop.example.com' } });
const added = fields({
  ...which,
  method: { type: 'choice', label: 'Shown to be yours by', choices: ['txt', 'http'], default: 'txt' },
  origin: { type: 'hostname', label: 'Origin', help: 'Where its visitors are sent; the fallback origin otherwise', optional: true },
});

/** Answers the hostname, its two states, and what its owner has to publish. Throws: `conflict` when it is taken or the plan has no more. */
export const addHostname = action<Later, typeof added>({
  label: 'Add a custom hostname',
  shownTo: 'customer',
  input: added,
  steps: ['check owner', 'add hostname', 'read proofs'],
  async run({ ctx, server, product, properties, input, step }) {
    const remote = new Remote(ctx, server);
    const { zoneId } = properties;
    const hostname = input.hostname.toLowerCase();
    const before = await step('check owner', {
      run: async () => {
        await demandOwned(remote.zones, ctx.owner, properties);
        const all = await remote.hostnames.all(zoneId);
        const isThere = all.some((one) => one.hostname === hostname);
        if (!isThere && all.length >= product.customHostnames) throw new PanelError('conflict', noneLeft(product.customHostnames));
        return { isThere };
      },
    });
    const { id } = await step('add hostname', {
      strength: 'unique',
      claim: { zoneId, hostname },
      find: async () => {
        const there = await remote.hostnames.find(zoneId, hostname);
        return there === undefined ? absent : done({ id: there.id });
      },
      run: async () => ({ id: (await remote.hostnames.create(zoneId, hostname, input.method, input.origin)).id }),
      undo: async (made) => {
        if (!before.isThere) await remote.hostnames.remove(zoneId, made.id);
      },
    });
    return step('read proofs', {
      until: async () => {
        const one = await remote.hostnames.find(zoneId, hostname);
        if (one === undefined) throw new PanelError('not_found', `${hostname} was removed in between`);
        const isKnown = one.certificate.length > 0 || one.certificateStatus === 'active' || isOld(one, ctx);
        return isKnown ? done({ id, ...told(one) }) : pending();
      },
    });
  },
});

/** Answers `{ hostnames: […], used, quota }`. */
export const listHostnames = action<Later>({
  label: 'List custom hostnames',
  shownTo: 'customer',
  when: ['active', 'suspended'],
  steps: ['list hostnames'],
  async run({ ctx, server, product, properties, step }) {
    const remote = new Remote(ctx, server);
    const hostnames = await step('list hostnames', {
      run: async () => {
        await demandOwned(remote.zones, ctx.owner, properties);
        return (await remote.hostnames.all(properties.zoneId)).map(told);
      },
    });
    return { hostnames: [...hostnames], used: hostnames.length, quota: product.customHostnames };
  },
});

/** Has Cloudflare look at the proofs again, unless they are accepted: a certificate that is there would be made anew. Throws: `not_found`. */
export const recheckHostname = action<Later, typeof which>({
  label: 'Check a custom hostname again',
  shownTo: 'customer',
  input: which,
  steps: ['ask for check'],
  async run({ ctx, server, properties, input, step }) {
    const remote = new Remote(ctx, server);
    return step('ask for check', {
      run: async () => {
        const found = await demandHostname(remote, ctx, properties, input.hostname);
        return told(isActive(found) ? found : await remote.hostnames.revalidate(properties.zoneId, found));
      },
    });
  },
});

/** Throws: `not_found`. */
export const removeHostname = action<Later, typeof which>({
  label: 'Remove a custom hostname',
  shownTo: 'customer',
  input: which,
  steps: ['find hostname', 'remove hostname'],
  onFailure: 'keep',
  async run({ ctx, server, properties, input, step }) {
    const remote = new Remote(ctx, server);
    const { id, hostname } = await step('find hostname', {
      run: async () => {
        const found = await demandHostname(remote, ctx, properties, input.hostname);
        return { id: found.id, hostname: found.hostname };
      },
    });
    await step('remove hostname', { run: () => remote.hostnames.remove(properties.zoneId, id) });
    return { hostname };
  },
});

const fallback = fields({ origin: { type: 'hostname', label: 'Origin', help: 'A name within the zone. Example: origin.example.com' } });

/** Answers `{ origin, status }`. Throws: `invalid_input` for a name that is not in the zone's DNS. */
export const setFallbackOrigin = action<Later, typeof fallback>({
  label: 'Set the fallback origin',
  shownTo: 'customer',
  input: fallback,
  steps: ['set origin'],
  onFailure: 'keep',
  async run({ ctx, server, properties, input, step }) {
    const remote = new Remote(ctx, server);
    return step('set origin', {
      run: async () => {
        await demandOwned(remote.zones, ctx.owner, properties);
        return { origin: input.origin, status: await remote.hostnames.setFallbackOrigin(properties.zoneId, input.origin) };
      },
    });
  },
});

function noneLeft(quota: number): string {
  if (quota === 0) return 'the product has no custom hostnames; order one that has';
  const has = quota === 1 ? '1 custom hostname' : `${quota} custom hostnames`;
  return `the product has ${has}, and all are in use; remove one first, or order a larger product`;
}

async function demandHostname(remote: Remote, ctx: Ctx, where: MarkedZone, name: string): Promise<CustomHostname> {
  await demandOwned(remote.zones, ctx.owner, where);
  const found = await remote.hostnames.find(where.zoneId, name.toLowerCase());
  if (found === undefined)
    throw new PanelError('not_found', `hostname: ${where.domain} has no custom hostname ${name}`, { field: 'hostname' });
  return found;
}

function isOld({ createdAt }: CustomHostname, ctx: Ctx): boolean {
  return createdAt === undefined || Date.parse(ctx.now()) - Date.parse(createdAt) > proofWithinMs;
}

/** Either state alone says nothing: visitors are served once both are `active`. */
function isActive({ status, certificateStatus }: CustomHostname): boolean {
  return status === 'active' && certificateStatus === 'active';
}

function told(one: CustomHostname): JsonObject {
  const { hostname, status, certificateStatus } = one;
  const proofs = (list: readonly Proof[]): JsonObject[] => list.map((proof) => ({ ...proof }));
  const [ownership, certificate] = [proofs(one.ownership), proofs(one.certificate)];
  return { hostname, isActive: isActive(one), status, certificateStatus, ownership, certificate };
}
