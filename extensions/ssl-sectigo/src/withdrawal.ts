import type { Ctx } from '@hostwright/sdk';
import type { OrderState } from './answers.js';
import type { SectigoClient } from './client.js';
import type { ProductConfig } from './config.js';
import { isRefused, isRefusedWith } from './refusal.js';

export interface Withdrawal {
  /** So that nothing of the order is left and it is not paid for. Throws `rejected` when Sectigo does not give the money back. */
  withdraw(orderNumber: string): Promise<void>;
  /** At the end of a service: what can be given back is, and the certificate is revoked where the product says so. */
  cancel(orderNumber: string): Promise<void>;
}

/** What says that nothing is left to do. The numbers are each call's own; -4: the number is none of the account's orders. */
const gone = { reject: [-20, -21], refund: [-18, -20, -21], revoke: [-4, -20, -21, -35] };

/** How an order ends: rejected before there is a certificate, given back after. */
export function withdrawal(ctx: Ctx, api: SectigoClient, product: ProductConfig): Withdrawal {
  /** False: there is a certificate, so it takes more than that. */
  const rejected = async (orderNumber: string): Promise<boolean> => {
    if ((await stateOf(api, orderNumber)) === 'issued') return false;
    try {
      await api.reject(orderNumber);
    } catch (error) {
      if (isRefusedWith(error, ...gone.reject)) return true;
      // Issued a moment ago, or before where the state does not tell: then it is not to be rejected, and giving it back tells for sure.
      if (isRefused(error)) return false;
      throw error;
    }
    return true;
  };
  const refund = (orderNumber: string): Promise<void> => unlessGone(api.refund(orderNumber), gone.refund);
  return {
    async withdraw(orderNumber) {
      if (!(await rejected(orderNumber))) await refund(orderNumber);
    },
    async cancel(orderNumber) {
      if (await rejected(orderNumber)) return;
      if (product.revokeAtEnd) await unlessGone(api.revoke({ orderNumber }, 'The service has ended', '5'), gone.revoke);
      try {
        await refund(orderNumber);
      } catch (error) {
        // For a product of several names, or too late: what was paid for is used up.
        if (!isRefused(error)) throw error;
        ctx.log.info(`Sectigo does not give order ${orderNumber} back`, { answer: error.message });
      }
    },
  };
}

async function stateOf(api: SectigoClient, orderNumber: string): Promise<OrderState | undefined> {
  try {
    return await api.state({ orderNumber });
  } catch (error) {
    if (isRefused(error)) return undefined; // whatever has become of it, rejecting tells
    throw error;
  }
}

async function unlessGone(call: Promise<void>, numbers: readonly number[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isRefusedWith(error, ...numbers)) throw error;
  }
}
