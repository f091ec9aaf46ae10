import { operation, type Operation } from '@hostwright/sdk';
import { Sites } from '../sites.js';
import type { Later } from './shapes.js';
import { disableStep, enableStep } from './site-steps.js';

/** Every site of the service is put out of reach. Each is a step of its own, so that it is seen which one failed. */
export const suspend: Operation<Later> = operation({
  steps: ['find sites', 'disable site'],
  async run({ ctx, server, properties: { siteId }, step }) {
    const sites = new Sites(ctx, server);
    const ids = await step('find sites', { run: () => sites.demandIdsOf(siteId) });
    await Promise.all(
      ids.map((id) =>
        step(
          ['disable site', String(id)],
          disableStep(sites, id, () => ctx.now()),
        ),
      ),
    );
  },
});

export const unsuspend: Operation<Later> = operation({
  steps: ['find sites', 'enable site'],
  async run({ ctx, server, properties: { siteId }, step }) {
    const sites = new Sites(ctx, server);
    const ids = await step('find sites', { run: () => sites.demandIdsOf(siteId) });
    await Promise.all(
      ids.map((id) =>
        step(
          ['enable site', String(id)],
          enableStep(sites, id, () => ctx.now()),
        ),
      ),
    );
  },
});
