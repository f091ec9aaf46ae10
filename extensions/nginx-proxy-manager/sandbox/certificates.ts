import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxClock } from '@hostwright/sdk-testing';
import type { Account } from './accounts.js';
import { failure, internalError, notFound } from './errors.js';
import { domainsOf, now, type Hosts } from './hosts.js';

export interface Certificate {
  readonly id: number;
  readonly provider: string;
  readonly niceName: string;
  domains: readonly string[];
  readonly madeAt: string;
  expiresOn: string;
  readonly meta: JsonObject;
  /** Of one that was obtained elsewhere: its certificate and those that lead to the root, PEM. */
  files?: string;
}

/** What certbot takes to get a certificate over HTTP-01. */
const issueMs = 25_000;
const lifetimeMs = 90 * 24 * 60 * 60_000;

/** Certificates and the one certbot that gets them. */
export class Certificates {
  readonly #certificates = new Map<number, Certificate>();
  #lastId = 0;
  #certbotRuns = false;
  /** Let's Encrypt does not reach the domain. */
  fails = false;
  /** Let's Encrypt keeps certbot waiting for as long as this is so. */
  waits = false;
  /** The server stops while certbot runs: its row stays as it is. */
  dies = false;

  constructor(
    private readonly hosts: Hosts,
    private readonly account: Account,
    private readonly modern: boolean,
    private readonly clock: SandboxClock,
  ) {}

  all(): readonly Certificate[] {
    return [...this.#certificates.values()];
  }

  find(id: number): Certificate | undefined {
    return this.#certificates.get(id);
  }

  /** Blocks until certbot is done; the row is there from the beginning, and gone again when it fails. */
  async create(body: JsonObject): Promise<SandboxAnswer> {
    const domains = [...domainsOf(body)].sort();
    const provider = String(body['provider']);
    const meta = (body['meta'] ?? {}) as JsonObject;
    const at = now();
    const id = (this.#lastId += 1);
    const niceName = provider === 'letsencrypt' ? domains.join(', ') : String(body['nice_name'] ?? '');
    const certificate: Certificate = { id, provider, niceName, domains, madeAt: at, expiresOn: at, meta };
    if (provider !== 'letsencrypt') {
      this.#certificates.set(id, certificate);
      return json(201, this.answered(certificate));
    }
    if (domains.length === 0) return failure(400, 'Domains are invalid');
    const inUse = domains.flatMap((domain) => this.hosts.holding(domain)).filter((host) => host.served);
    for (const host of inUse) host.served = false;
    // Here the hosts that were taken down are not put back.
    if (this.modern && this.account.email === '') {
      return failure(400, "A valid email address must be set on your user account to use Let's Encrypt");
    }
    const restore = (): void => {
      for (const host of inUse) {
        if (this.hosts.find(host.id) !== undefined) this.hosts.configure(host);
      }
    };
    if (this.#certbotRuns) {
      restore();
      return failure(500, 'Another instance of Certbot is already running.');
    }
    if (!this.modern && (meta['letsencrypt_agree'] !== true || typeof meta['letsencrypt_email'] !== 'string')) {
      restore();
      return internalError();
    }
    this.#certificates.set(id, certificate);
    this.#certbotRuns = true;
    await this.clock.wait(issueMs);
    while (this.waits && !this.clock.stopped) await this.clock.wait(issueMs);
    this.#certbotRuns = false;
    restore();
    if (this.dies) return internalError();
    if (this.fails) {
      this.#certificates.delete(id);
      return internalError();
    }
    // The day is written as the database does, not in ISO 8601.
    certificate.expiresOn = new Date(Date.parse(at) + lifetimeMs).toISOString().slice(0, 19).replace('T', ' ');
    return json(201, this.answered(certificate));
  }

  /** Whether certificate and key belong together nobody looks at: nginx finds out. */
  upload(id: number, files: ReadonlyMap<string, string>): SandboxAnswer {
    const certificate = this.#certificates.get(id);
    if (!certificate) return notFound(id);
    if (certificate.provider === 'letsencrypt') return failure(400, 'Cannot upload certificates for this type of provider');
    const [pem, key] = [files.get('certificate'), files.get('certificate_key')];
    if (pem === undefined && key === undefined) return json(400, { error: 'No files were uploaded' });
    try {
      createPrivateKey(key ?? '');
    } catch {
      return failure(400, 'Result Validation Error: Certificate Key is not valid');
    }
    try {
      const leaf = new X509Certificate(pem ?? '');
      certificate.expiresOn = new Date(leaf.validTo).toISOString().slice(0, 19).replace('T', ' ');
      certificate.domains = [/^CN=(.+)$/m.exec(leaf.subject)?.[1] ?? ''].filter(Boolean);
    } catch {
      return failure(400, 'Certificate is not valid');
    }
    certificate.files = `${pem}${files.get('intermediate_certificate') ?? ''}`;
    return json(200, Object.fromEntries(files));
  }

  /** Not refused when hosts still use it. */
  remove(id: number): SandboxAnswer {
    return this.#certificates.delete(id) ? json(200, true) : notFound(id);
  }

  answered(certificate: Certificate): JsonObject {
    return {
      id: certificate.id,
      created_on: certificate.madeAt,
      modified_on: certificate.madeAt,
      owner_user_id: this.account.id,
      provider: certificate.provider,
      nice_name: certificate.niceName,
      domain_names: certificate.domains,
      expires_on: certificate.expiresOn,
      meta: certificate.meta,
    };
  }
}
