import type { Ctx } from './context.js';
import type { Fields, ValuesOf } from './fields.js';
import type { Secret } from './json.js';
import type { ConnectionTest, ModuleLimits, TestArguments } from './module.js';
import type { Operation } from './operation.js';
import type { SubOperation } from './step.js';

/** For which names: lower case and ASCII (`xn--…`), a wildcard as `*.example.com`; the first is the common name. */
export type CertificateRequest = { readonly names: readonly string[] };

/** An order at the authority, and the names its next certificate is to have. */
export type CertificateOrder = CertificateRequest & { readonly orderId: string };

/** A certificate with its key. All in PEM. */
export type CertificateFiles = {
  readonly names: readonly string[];
  /** The certificate itself. */
  readonly certificate: string;
  /** Those that lead from it to the root, the nearest first; empty when there are none. */
  readonly chain: string;
  readonly privateKey: Secret;
};

export type IssuedCertificate = CertificateFiles & {
  readonly orderId: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Until when the order is paid; certificates are issued anew within it. As `validTo` where the authority knows no other. */
  readonly paidTo: string;
};

export type CertificateRevocation = {
  readonly orderId: string;
  /** PEM. */
  readonly certificate: string;
  readonly reason: 'unspecified' | 'keyCompromise' | 'affiliationChanged' | 'superseded' | 'cessationOfOperation';
};

/** - `awaiting validation`: the names' owner has yet to show that they are his */
export type CertificateState = 'awaiting validation' | 'processing' | 'issued' | 'cancelled' | 'rejected' | 'expired' | 'revoked';

/** How far the validation of one name is, whatever the authority calls it. */
export type NameValidation = {
  readonly name: string;
  readonly state: 'pending' | 'validated' | 'failed';
  /** What has to stand in the DNS. */
  readonly record?: ValidationRecord;
  /** The authority's own words on it. */
  readonly message?: string;
};

export type ValidationRecord = {
  /** Fully qualified, without a dot at the end. */
  readonly name: string;
  readonly type: 'CNAME' | 'TXT';
  readonly content: string;
};

export interface CertificateStatus {
  readonly state: CertificateState;
  readonly validations: readonly NameValidation[];
  readonly validTo?: string;
  readonly paidTo?: string;
}

/** What other modules ask of the connected certificate module. */
export interface CertificateCalls {
  /** Makes a key, orders, shows that the names are ours in the DNS of the connected dns module, and waits for the certificate. */
  obtain(request: CertificateRequest): SubOperation<IssuedCertificate>;
  /** Another certificate of the same order, with a key of its own. The one before stays good until it is revoked or ends. */
  reissue(order: CertificateOrder): SubOperation<IssuedCertificate>;
  /** Orders anew for what ends; the answer's order is another where the authority makes one. */
  renew(order: CertificateOrder): SubOperation<IssuedCertificate>;
  /** Makes the certificate worthless. One that is already counts as done. */
  revoke(revocation: CertificateRevocation): SubOperation<undefined>;
  /** Withdraws the order, and its certificate where the authority does so. None there counts as done. */
  cancel(order: { readonly orderId: string }): SubOperation<undefined>;
}

export interface CertificateOperationShape<Server extends Fields, Input, Output> {
  readonly input: { readonly server: ValuesOf<Server>; readonly input: Input };
  readonly output: Output;
}

export interface CertificateSpec<Server extends Fields> {
  readonly obtain: Operation<CertificateOperationShape<Server, CertificateRequest, IssuedCertificate>>;
  readonly reissue: Operation<CertificateOperationShape<Server, CertificateOrder, IssuedCertificate>>;
  readonly renew: Operation<CertificateOperationShape<Server, CertificateOrder, IssuedCertificate>>;
  readonly revoke: Operation<CertificateOperationShape<Server, CertificateRevocation, undefined>>;
  readonly cancel: Operation<CertificateOperationShape<Server, { readonly orderId: string }, undefined>>;
  /** How an order stands. Throws `not_found`. */
  status(args: { readonly ctx: Ctx; readonly server: ValuesOf<Server>; readonly orderId: string }): Promise<CertificateStatus>;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

export interface CertificateModule<Server extends Fields = Fields> extends CertificateSpec<Server> {
  readonly kind: 'certificate';
  readonly server: Server;
  readonly limits: ModuleLimits<Server>;
}

/** A module that obtains certificates. What such modules have in common is in `@hostwright/sdk-certificates`. */
export function defineCertificates<const Server extends Fields>(
  settings: { readonly server: Server; readonly limits?: ModuleLimits<Server> },
  spec: CertificateSpec<Server>,
): CertificateModule<Server> {
  return { kind: 'certificate', server: settings.server, limits: settings.limits ?? {}, ...spec };
}
