import type { CertificateRevocation } from '@hostwright/sdk';
import type { CertificateState } from './answers.js';
import type { ManagerClient } from './client.js';
import type { ProductConfig } from './config.js';
import { isRefusedWith, isUnknown } from './refusal.js';

const reasonCodes = { unspecified: '0', keyCompromise: '1', affiliationChanged: '3', superseded: '4', cessationOfOperation: '5' } as const;
/** Revoked already. */
const revoked = [-110, -159];
const over: readonly CertificateState[] = ['declined', 'rejected', 'revoked', 'expired'];

export interface Ending {
  /** So that nothing of the order is left. Throws `rejected` when Sectigo keeps it: a person decides. */
  withdraw(id: string): Promise<void>;
  /** At the end of a service: a certificate that is issued is left to run out, or revoked where the product says so. */
  cancel(id: string): Promise<void>;
  revoke(id: string, reason: CertificateRevocation['reason']): Promise<void>;
}

/** How a certificate ends: declined before it is approved, deleted before it is issued, revoked after. */
export function ending(api: ManagerClient, product: ProductConfig): Ending {
  const revoke = async (id: string, reason: CertificateRevocation['reason']): Promise<void> => {
    try {
      await api.revoke(id, reasonCodes[reason], reason);
    } catch (error) {
      if (!isRefusedWith(error, ...revoked)) throw error;
    }
  };
  const end = async (id: string, issued: () => Promise<void>): Promise<void> => {
    try {
      const { state } = await api.certificate(id);
      if (over.includes(state)) return;
      if (state === 'issued') await issued();
      else if (state === 'requested') await api.decline(id);
      else await api.delete(id);
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  };
  return {
    withdraw: (id) => end(id, () => revoke(id, 'cessationOfOperation')),
    cancel: (id) => end(id, () => (product.revokeAtEnd ? revoke(id, 'cessationOfOperation') : Promise.resolve())),
    revoke,
  };
}
