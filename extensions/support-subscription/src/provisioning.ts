import { code, defineProvisioning, operation, type CreateShape, type LaterShape, type Operation } from '@hostwright/sdk';
import { order, product, properties, server } from './config.js';

type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;

const create: Operation<Create> = operation({
  // Taken with the order, in one transaction: known to whoever orders before anything else happens, and the same after every crash.
  reserve: { key: code({ prefix: 'SUP-', length: 16 }) },
  steps: ['issue key'],
  // The customer has been told the key. Kept and tried again it stays that key; rolled back and ordered anew it would be another.
  onFailure: 'keep',
  async run({ reserved, step, ctx }) {
    // The time may be read inside a step only: the journal keeps it, so that a replay answers the same.
    const issuedAt = await step('issue key', { run: () => Promise.resolve(ctx.now()) });
    return { remoteId: reserved.key, supportKey: reserved.key, issuedAt };
  },
});

/** The panel keeps the service's state, and changes it when the job is done; the journal keeps when the step was taken. */
function change(name: string): Operation<Later> {
  return operation({
    steps: [name],
    async run({ step, ctx }) {
      // Where there is a provider, this is where it is called.
      await step(name, { run: () => Promise.resolve(ctx.now()) });
    },
  });
}

export const provisioning = defineProvisioning(
  { server, product, order, properties },
  {
    create,
    suspend: change('suspend key'),
    unsuspend: change('reinstate key'),
    terminate: change('retire key'),
    // Nobody else knows of the key, so nobody can contradict the panel: the key is as good as the service is.
    inspect: ({ serviceState }) => Promise.resolve({ state: serviceState === 'suspended' ? 'stopped' : 'running' }),
  },
);
