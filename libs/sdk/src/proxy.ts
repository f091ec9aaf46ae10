import type { CertificateFiles } from './certificate.js';
import type { Ctx } from './context.js';
import type { Fields, ValuesOf } from './fields.js';
import type { Operation } from './operation.js';
import type { SubOperation } from './step.js';
import type { ConnectionTest, ModuleLimits, TestArguments } from './module.js';

/** A reverse-proxy host as the caller wants it. */
export type ProxyHostInput = {
  /** Fully qualified, lower case. */
  readonly domain: string;
  /**
   * More names that it answers to and that its certificate is for, each leading to the proxy. One that another host answers to already
   * stays with that one.
   */
  readonly aliases?: readonly string[];
  readonly forwardHost: string;
  readonly forwardPort: number;
  readonly forwardScheme: 'http' | 'https';
  readonly certificate: 'none' | 'letsencrypt';
  readonly http2: boolean;
  readonly caching: boolean;
  readonly websockets: boolean;
};

export type ProxyHost = ProxyHostInput & {
  readonly remoteId: string;
  readonly enabled: boolean;
  /** ISO 8601; absent without a certificate. */
  readonly certificateExpiresAt?: string;
};

/**
 * A host is known by its domain and by where it forwards to, which is how we tell ours. `aliases`: those it was asked for with; one that
 * answers to any other name is not ours any more.
 */
export type ProxyHostKey = Pick<ProxyHostInput, 'domain' | 'aliases' | 'forwardHost'>;

/** A certificate that was obtained elsewhere, for those of our hosts that forward there and whose domains are among its names. */
export type ProxyCertificate = { readonly forwardHost: string; readonly certificate: CertificateFiles };
/** Names that a certificate is to be for, and where the hosts forward to that are to serve them. */
export type ProxyNames = { readonly forwardHost: string; readonly names: readonly string[] };
export type ProxyCertificateRemoval = {
  readonly forwardHost: string;
  readonly certificate: Pick<CertificateFiles, 'names' | 'certificate'>;
};

/** What other modules ask of the connected proxy module. */
export interface ProxyCalls {
  /** Makes the host with its certificate, or adopts the one that is ours. The domain is somebody else's: `not_owned`. */
  ensureHost(host: ProxyHostInput): SubOperation<ProxyHost>;
  enableHost(host: ProxyHostKey): SubOperation<undefined>;
  disableHost(host: ProxyHostKey): SubOperation<undefined>;
  /** Our host as it stands. Throws: `not_found` when there is none, `not_owned` when the domain is somebody else's. */
  readHost(host: ProxyHostKey): SubOperation<ProxyHost>;
  /** Removes our host and its certificate. None there counts as done. */
  removeHost(host: ProxyHostKey): SubOperation<undefined>;
  /** Changes nothing. A name that none of our hosts which forward there serves: `invalid_input`, and the message says which. */
  checkNames(names: ProxyNames): SubOperation<undefined>;
  /** Serves our hosts with it, in place of any before it. A name that none of them serves: `invalid_input`. */
  installCertificate(installed: ProxyCertificate): SubOperation<undefined>;
  /** Serves them without it: with their own certificate where they have one. Another certificate there, or none, counts as done. */
  removeCertificate(installed: ProxyCertificateRemoval): SubOperation<undefined>;
}

export interface ProxyOperationShape<Server extends Fields, Input, Output> {
  readonly input: { readonly server: ValuesOf<Server>; readonly input: Input };
  readonly output: Output;
}

export interface ProxySpec<Server extends Fields> {
  readonly ensureHost: Operation<ProxyOperationShape<Server, ProxyHostInput, ProxyHost>>;
  readonly enableHost: Operation<ProxyOperationShape<Server, ProxyHostKey, undefined>>;
  readonly disableHost: Operation<ProxyOperationShape<Server, ProxyHostKey, undefined>>;
  readonly readHost: Operation<ProxyOperationShape<Server, ProxyHostKey, ProxyHost>>;
  readonly removeHost: Operation<ProxyOperationShape<Server, ProxyHostKey, undefined>>;
  /** With it go `removeCertificate` and `checkNames`. */
  readonly installCertificate?: Operation<ProxyOperationShape<Server, ProxyCertificate, undefined>>;
  readonly removeCertificate?: Operation<ProxyOperationShape<Server, ProxyCertificateRemoval, undefined>>;
  readonly checkNames?: Operation<ProxyOperationShape<Server, ProxyNames, undefined>>;
  /** Every host of a domain, ours or not. */
  listHosts(args: { readonly ctx: Ctx; readonly server: ValuesOf<Server>; readonly domain: string }): Promise<readonly ProxyHost[]>;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

export interface ProxyModule<Server extends Fields = Fields> extends ProxySpec<Server> {
  readonly kind: 'proxy';
  readonly server: Server;
  readonly limits: ModuleLimits<Server>;
}

/** A module that keeps reverse-proxy hosts. */
export function defineProxy<const Server extends Fields>(
  settings: { readonly server: Server; readonly limits?: ModuleLimits<Server> },
  spec: ProxySpec<Server>,
): ProxyModule<Server> {
  return { kind: 'proxy', server: settings.server, limits: settings.limits ?? {}, ...spec };
}
