import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateRevocation } from '@hostwright/sdk';
import type { CertificateState } from './answers.js';
import type { ManagerClient } from './client.js';
import type { ProductConfig } from './config.js';
import { isRefusedWith, isUnknown, notYet } from './refusal.js';

const reasonCodes = { unspecified: '0', keyCompromise: '1', affiliationChanged: '3', superseded: '4', cessationOfOperation: '5' } as const;
/** Revoked already. */
const revoked = [-110, -159];
const over: readonly CertificateState[] = ['declined', 'rejected', 'revoked', 'expired'];

export interface Ending {
  /** So that nothing of the order is left. Throws `rejected` when Sectigo keeps it: a person decides. */
  withdraw(id: string): Promise<void>;
  /** At the end of a service: a certificate that is issued is left to run out, or revoked where the product says so. */
  cancel(id: string): Promise<void>;
  /** Throws `unsupported` for one that another took the place of, where only the newest of an order is revoked. */
  revoke(revocation: CertificateRevocation): Promise<void>;
}

/** How a certificate ends: declined before it is approved, deleted before it is issued, revoked after. */
export function ending(api: ManagerClient, product: ProductConfig): Ending {
  const unlessRevoked = async (call: Promise<void>): Promise<void> => {
    try {
      await call;
    } catch (error) {
      if (!isRefusedWith(error, ...revoked)) throw error;
    }
  };
  const revokeNewest = (id: string, reason: CertificateRevocation['reason']): Promise<void> =>
    unlessRevoked(api.revoke(id, reasonCodes[reason], reason));
  /** Whether it is the newest of its order. While another is being made there is none; undefined: that one is revoked. */
  const isNewest = async (id: string, certificate: X509Certificate): Promise<boolean | undefined> => {
    try {
      return (await api.collect(id)).some((pem) => new X509Certificate(pem).fingerprint256 === certificate.fingerprint256);
    } catch (error) {
      if (isRefusedWith(error, ...revoked)) return undefined;
      if (isRefusedWith(error, ...notYet)) return false;
      throw error;
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
    withdraw: (id) => end(id, () => revokeNewest(id, 'cessationOfOperation')),
    cancel: (id) => end(id, () => (product.revokeAtEnd ? revokeNewest(id, 'cessationOfOperation') : Promise.resolve())),
    async revoke({ orderId, certificate, reason }) {
      const meant = new X509Certificate(certificate);
      const newest = await isNewest(orderId, meant);
      if (newest === true) return revokeNewest(orderId, reason);
      if (api.revokesBySerial) return unlessRevoked(api.revokeSerial(meant.serialNumber, reasonCodes[reason], reason));
      if (newest === false)
        throw new PanelError(
          'unsupported',
          `version 1 of the API revokes the newest certificate of an order only, and this one was replaced: revoke it at Sectigo, serial number ${meant.serialNumber}`,
        );
    },
  };
}
