import { done, PanelError, pending, type Ctx, type Polled } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { AccountProperties, ServerConfig } from './config.js';

export type CertificateState = NonNullable<AccountProperties['certificate']>;
/** Since when AutoSSL is at it. ISO 8601. */
export type CertificateTask = { readonly since: string };

/** AutoSSL takes some minutes where the domain leads to the server; where it does not yet, it tries again every day. */
const patienceMs = 20 * 60_000;
/** A check that was asked for may not have begun, or be over and its order still be with the authority: of neither WHM says anything. */
const silenceMs = 10 * 60_000;
const lookAgainMs = 15_000;

/** Certificates of an account's domain. */
export class Certificates {
  private readonly whm: WhmClient;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now' | 'log'>,
    private readonly server: ServerConfig,
    private readonly username: string,
  ) {
    this.whm = new WhmClient(ctx, server);
  }

  async startAutoSsl(): Promise<CertificateTask> {
    await this.whm.startAutoSsl(this.username);
    return { since: this.ctx.now() };
  }

  /** `waiting` is an end too: the domain may lead elsewhere until its owner moves it, which is not for us to wait for. */
  async autoSslState({ since }: CertificateTask, domain: string): Promise<Polled<undefined, CertificateState>> {
    const waited = Date.parse(this.ctx.now()) - Date.parse(since);
    if (await this.whm.isAutoSslRunning(this.username)) return waited < patienceMs ? pending(undefined, lookAgainMs) : done('waiting');
    if (await this.whm.hasCertificate(this.username, domain)) return done('issued');
    const problem = (await this.whm.autoSslProblems(this.username)).get(domain);
    if (problem === undefined && waited < silenceMs) return pending(undefined, lookAgainMs);
    this.ctx.log.warn('AutoSSL issued no certificate yet', { domain, problem: problem?.slice(0, 300) ?? 'none was given' });
    return done('waiting');
  }

  /** The server's own, such as a wildcard one. As often as it likes. Throws `invalid_config` when the server has none. */
  async install(domain: string): Promise<CertificateState> {
    const { certificate, certificateKey: key, certificateChain: chain } = this.server;
    if (certificate === undefined || key === undefined) {
      throw new PanelError('invalid_config', 'the product installs the server’s certificate, and the server has none or no key for it', {
        field: certificate === undefined ? 'certificate' : 'certificateKey',
      });
    }
    await this.whm.installCertificate(this.username, domain, { certificate, key, ...(chain === undefined ? {} : { chain }) });
    return 'installed';
  }
}
