import { defineTrigger, PanelError } from '@hostwright/sdk';
import { ZohoBillingClient } from './client.js';
import { server } from './config.js';
import { factOf } from './fact.js';
import { verifyNotice } from './notice.js';

export const trigger = defineTrigger(
  // Zoho takes about 100 requests in a minute for an organization.
  { server, limits: { rate: { requests: 90, perSeconds: 60 } } },
  {
    verify: ({ server: organization, notice }) => verifyNotice(organization, notice),

    async read({ ctx, server: organization, subject }) {
      if (!/^\d{1,30}$/.test(subject)) throw new PanelError('rejected', `${subject} is no subscription of Zoho Billing`);
      return factOf(subject, await new ZohoBillingClient(ctx, organization).subscription(subject));
    },

    async testConnection({ ctx, server: organization }) {
      const { organizationId } = organization;
      const name = (await new ZohoBillingClient(ctx, organization).organizations()).get(organizationId);
      if (name === undefined) throw new PanelError('invalid_config', `the refresh token may not read the organization ${organizationId}`);
      return { version: `Zoho Billing v1, ${name}`, warnings: [] };
    },
  },
);
