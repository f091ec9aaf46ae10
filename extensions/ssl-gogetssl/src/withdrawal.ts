import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateRevocation, type Ctx } from '@hostwright/sdk';
import type { GoGetSslClient } from './client.js';
import { isRefused } from './refusal.js';

/** States in which an order stays for good. */
export const ended: readonly string[] = ['cancelled', 'rejected', 'expired'];

export interface Withdrawal {
  /** So that the order is paid back. Throws `rejected` when GoGetSSL does not take it back: a person decides. */
  withdraw(id: string): Promise<void>;
  /** At the end of a service: an order that is not taken back any more is left to run out. */
  cancel(id: string): Promise<void>;
  revoke(revocation: CertificateRevocation): Promise<void>;
}

/**
 * How an order ends: its cancellation is asked for, and people at GoGetSSL see to it, so it may be active for some time after that. There is
 * one call for it, whose refusals have no codes.
 */
export function withdrawal(ctx: Ctx, api: GoGetSslClient): Withdrawal {
  /** Answers the refusal, unless the order has ended already, which is what we wanted. */
  const refused = async (id: string, reason: string): Promise<PanelError | undefined> => {
    try {
      await api.cancel(id, reason);
    } catch (error) {
      if (!isRefused(error)) throw error;
      return (await hasEnded(api, id)) ? undefined : error;
    }
    return undefined;
  };
  return {
    async withdraw(id) {
      const error = await refused(id, 'The order was withdrawn');
      if (error) throw error;
    },
    async cancel(id) {
      const error = await refused(id, 'The service has ended');
      if (error) ctx.log.info(`GoGetSSL does not take order ${id} back`, { answer: error.message });
    },
    async revoke({ orderId, certificate, reason }) {
      const order = await api.status(orderId);
      if (ended.includes(order.state)) return;
      if (!isSame(order.certificate, certificate))
        throw new PanelError('unsupported', `GoGetSSL revokes with the order only, and order ${orderId} has another certificate by now`);
      const error = await refused(orderId, `Revoke the certificate: ${reason}`);
      if (error) throw error;
    },
  };
}

async function hasEnded(api: GoGetSslClient, id: string): Promise<boolean> {
  try {
    return ended.includes((await api.status(id)).state);
  } catch (error) {
    // There is no such order.
    if (isRefused(error)) return true;
    throw error;
  }
}

function isSame(one: string, other: string): boolean {
  try {
    return new X509Certificate(one).fingerprint256 === new X509Certificate(other).fingerprint256;
  } catch {
    return false;
  }
}
