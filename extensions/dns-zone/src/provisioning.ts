import { action, defineProvisioning, operation, PanelError, type CreateShape, type LaterShape, type Operation } from '@hostwright/sdk';
import { newRecord, oldRecord, order, product, properties, server } from './config.js';

type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;

const create: Operation<Create> = operation({
  steps: ['create zone'],
  // That the domain is not delegated to us is for its owner to mend, and to order again then.
  onRefusal: 'withdraw',
  async run({ ctx, order: { domain }, step }) {
    const { name, nameServers } = await step('create zone', ctx.dns.ensureZone({ name: domain }));
    return { remoteId: name, domain: name, nameServers: nameServers.join(' ') };
  },
});

const terminate: Operation<Later> = operation({
  steps: ['remove zone'],
  async run({ ctx, remoteId, step }) {
    await step('remove zone', ctx.dns.removeZone({ name: remoteId }));
  },
});

const addRecord = action<Later, typeof newRecord, Record<never, never>, 'create record'>({
  label: 'Add a record',
  input: newRecord,
  shownTo: 'customer',
  steps: ['create record'],
  async run({ ctx, remoteId, input: { name, ...wanted }, step }) {
    return step('create record', ctx.dns.ensureRecord({ ...wanted, name: nameWithin(remoteId, name) }));
  },
});

const removeRecord = action<Later, typeof oldRecord, Record<never, never>, 'remove record'>({
  label: 'Remove a record',
  input: oldRecord,
  shownTo: 'customer',
  steps: ['remove record'],
  async run({ ctx, remoteId, input: { name, ...which }, step }) {
    await step('remove record', ctx.dns.removeRecord({ ...which, name: nameWithin(remoteId, name) }));
  },
});

/** The connected module may keep zones of ours in which this service has no business. Throws `invalid_input`. */
function nameWithin(zone: string, text: string): string {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name === zone || name.endsWith(`.${zone}`)) return name;
  throw new PanelError('invalid_input', `${name.slice(0, 100)} is not in the zone ${zone}`, { field: 'name' });
}

export const provisioning = defineProvisioning(
  { server, product, order, properties },
  {
    create,
    terminate,
    actions: { addRecord, removeRecord },
    // What is in the zone is read from the connected module; the service itself is as the panel has it.
    inspect: () => Promise.resolve({ state: 'running' }),
  },
);
