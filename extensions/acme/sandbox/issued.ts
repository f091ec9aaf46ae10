import { X509Certificate } from 'node:crypto';
import type { LedgerEntry, SandboxAnswer, SandboxRequest } from '@hostwright/sdk-testing';

interface SeenOrder {
  readonly names: readonly string[];
  /** Its request was handed in, so a certificate is made. */
  finished: boolean;
  revoked: boolean;
  certificateId: string | undefined;
}

/** What Pebble has issued, read from what goes through: it has no list itself. Orders that were not finished end by themselves. */
export class Issued {
  private readonly orders = new Map<string, SeenOrder>();

  ledger(): readonly LedgerEntry[] {
    return [...this.orders].flatMap(([id, { names, finished, revoked }]) =>
      finished && !revoked ? [{ kind: 'certificate', id, details: { names: [...names] } }] : [],
    );
  }

  /** Notes what a call that worked has come to. */
  saw({ path, params, body }: SandboxRequest, { status, headers = {}, text = '' }: SandboxAnswer): void {
    if (status >= 300) return;
    if (path === '/order-plz') this.made(lastOf(headers['location'] ?? ''), text);
    if (path.startsWith('/finalize-order/')) this.orders.get(params['id']!)!.finished = true;
    if (path.startsWith('/my-order/') || path.startsWith('/finalize-order/')) this.told(params['id']!, text);
    if (path === '/revoke-cert') this.revoked((body as { readonly payload: string }).payload);
  }

  private made(id: string, text: string): void {
    const { identifiers } = JSON.parse(text) as { readonly identifiers: readonly { readonly value: string }[] };
    this.orders.set(id, { names: identifiers.map(({ value }) => value), finished: false, revoked: false, certificateId: undefined });
  }

  private told(id: string, text: string): void {
    const { certificate } = JSON.parse(text) as { readonly certificate?: string };
    if (certificate !== undefined) this.orders.get(id)!.certificateId = lastOf(certificate);
  }

  private revoked(payload: string): void {
    const { certificate } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly certificate: string };
    const serial = plain(new X509Certificate(Buffer.from(certificate, 'base64url')).serialNumber);
    for (const order of this.orders.values())
      if (order.certificateId !== undefined && plain(order.certificateId) === serial) order.revoked = true;
  }
}

const lastOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
/** Pebble's ids of certificates are their serial numbers. */
const plain = (hex: string): string => hex.toLowerCase().replace(/^0+/, '');
