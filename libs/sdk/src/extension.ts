import type { CertificateModule } from './certificate.js';
import type { DnsModule } from './dns.js';
import type { ProvisioningModule } from './provisioning.js';
import type { ProxyModule } from './proxy.js';
import type { TriggerModule } from './trigger.js';

/** The version of this contract. A manifest names the one it was written for, and another is refused. */
export const sdkVersion = 1;

/**
 * The `hostwright` key of an extension's `package.json`: plain JSON, read and checked before any of its code runs.
 */
export interface Manifest {
  readonly sdk: number;
  /**
   * Where `ctx.fetch` may go, `host:port` each; `{server.field}` stands for the value of that server field, which may be a host, a
   * port or a URL (then it gives both). Example: `{server.host}:8006`.
   */
  readonly egress: readonly string[];
  /** The provider's sandbox, relative to the package. Never loaded in production. */
  readonly sandbox?: string;
}

/** What an extension offers: one module of each kind at the most. */
export interface Extension {
  /** As its folder and manifest: kebab-case. Stays the same for ever. */
  readonly id: string;
  readonly name: string;
  // `any` because a module's own field types are its own business; the host reads them as data.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly provisioning?: ProvisioningModule<any, any, any, any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly dns?: DnsModule<any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly proxy?: ProxyModule<any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly certificate?: CertificateModule<any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly trigger?: TriggerModule<any>;
}

/** The default export of an extension. */
export function defineExtension(extension: Extension): Extension {
  return extension;
}
