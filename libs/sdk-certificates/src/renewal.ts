import { PanelError, type Ctx, type Step } from '@hostwright/sdk';
import type { CertificateValues } from './certificate-fields.js';
import { installing, issue, type InstallingStep, type Issuing } from './issue.js';

export const renewing = ['look at the last renewal', ...installing, 'note renewal'] as const;

/** Whoever presses twice, or asks again because he sees nothing happen, has not bought two. */
const hourMs = 3_600_000;
/** Enough for every order that can still be good. */
const mostEarlier = 20;

interface Renewing extends Issuing {
  readonly ctx: Ctx;
  readonly step: Step<InstallingStep | 'look at the last renewal' | 'note renewal'>;
  readonly properties: CertificateValues;
  /** The order before this one is still paid for, and is to end with the service. */
  readonly keepsEarlier: boolean;
}

/** Orders anew for what ends. Throws `conflict` when that was done within the hour. */
export async function renewal({ properties, keepsEarlier, ...issuing }: Renewing): Promise<CertificateValues> {
  const { ctx, step } = issuing;
  const { renewedAt, orderId } = properties;
  await step('look at the last renewal', {
    run: async () => {
      if (renewedAt !== undefined && Date.parse(ctx.now()) - Date.parse(renewedAt) < hourMs)
        throw new PanelError('conflict', `it was renewed at ${renewedAt}; for an hour after that it is not renewed again`);
    },
  });
  const issued = await issue({ ...issuing, orderId });
  const now = await step('note renewal', { run: async () => ctx.now() });
  const replaced = keepsEarlier && issued.orderId !== orderId ? [orderId] : [];
  const earlier = [...earlierOrders(properties), ...replaced].slice(-mostEarlier);
  return { ...issued, renewedAt: now, ...(earlier.length === 0 ? {} : { earlierOrders: earlier.join(', ') }) };
}

/** Orders of the service that were renewed and may not have ended yet, the oldest first. */
export function earlierOrders({ earlierOrders: listed = '' }: Pick<CertificateValues, 'earlierOrders'>): readonly string[] {
  return listed.split(', ').filter(Boolean);
}
