import { createHash, X509Certificate } from 'node:crypto';
import {
  done,
  failed,
  PanelError,
  pending,
  type CertificateRevocation,
  type CertificateStatus,
  type Ctx,
  type NameValidation,
  type Polled,
  type ValidationRecord,
} from '@hostwright/sdk';
import { requestDer, type CertificateAuthority, type IssuedFiles } from '@hostwright/sdk-certificates';
import type { Authorization, Order } from './answers.js';
import { AcmeClient } from './client.js';
import type { ServerConfig } from './config.js';
import { base64url } from './jose.js';
import { isNotFound, saidOf } from './problem.js';

const reasons: Readonly<Record<CertificateRevocation['reason'], number>> = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
};

/** An authority that speaks ACME, for one server's settings. An order there costs nothing and ends by itself, so a second one is no harm. */
export function acmeAuthority(ctx: Ctx, server: ServerConfig): CertificateAuthority {
  const acme = new AcmeClient(ctx, server);
  const validations = async (
    url: string,
  ): Promise<{ readonly order: Order; readonly all: readonly (Authorization & { url: string })[] }> => {
    const order = await acme.order(url);
    const all = await Promise.all(order.authorizations.map(async (at) => ({ ...(await acme.authorization(at)), url: at })));
    return { order, all };
  };
  return {
    keyType: server.keyType,
    order: {
      async run({ names }) {
        return { orderId: (await acme.newOrder(names)).url };
      },
      async undo({ orderId }) {
        const { order, all } = await validations(orderId);
        // A certificate whose key is wiped is of no use to anybody, and revoking it counts against nobody's limits but ours.
        if (order.status === 'valid' || order.status === 'invalid') return;
        await Promise.all(all.filter(({ status }) => status === 'pending').map(({ url }) => acme.deactivate(url)));
      },
    },
    async records({ orderId }) {
      const { order, all } = await validations(orderId);
      if (order.status === 'invalid') return failed(refusal(order, all));
      const open = all.filter(({ status }) => status === 'pending');
      return done(open.map((one) => recordFor(one, acme.key.thumbprint)));
    },
    async confirm({ orderId }) {
      const { all } = await validations(orderId);
      const waiting = all.filter(({ status, challenge }) => status === 'pending' && challenge?.status === 'pending');
      await Promise.all(waiting.map(({ challenge }) => acme.answerChallenge(challenge!.url)));
    },
    async validated({ orderId }): Promise<Polled<undefined, undefined>> {
      const { order, all } = await validations(orderId);
      if (order.status === 'invalid' || all.some(({ status }) => status !== 'pending' && status !== 'valid'))
        return failed(refusal(order, all));
      return order.status === 'pending' ? pending() : done();
    },
    finish: {
      async find({ orderId }) {
        return ['processing', 'valid'].includes((await acme.order(orderId)).status);
      },
      async run({ orderId }, csr) {
        const { finalize } = await acme.order(orderId);
        await acme.finalize(finalize, requestDer(csr).toString('base64url'));
      },
    },
    async issued({ orderId }): Promise<Polled<undefined, IssuedFiles>> {
      const order = await acme.order(orderId);
      if (order.status === 'invalid') return failed(refusal(order, []));
      if (order.status !== 'valid' || order.certificate === undefined) return pending();
      return done({ pems: [preferred(await acme.certificate(order.certificate), server.preferredChain)] });
    },
    async revoke({ certificate, reason }) {
      await acme.revoke(base64url(new X509Certificate(certificate).raw), reasons[reason]);
    },
    async cancel(orderId) {
      try {
        const { order, all } = await validations(orderId);
        if (order.status === 'valid') return;
        await Promise.all(all.filter(({ status }) => status === 'pending').map(({ url }) => acme.deactivate(url)));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    async status(orderId): Promise<CertificateStatus> {
      const { order, all } = await validations(orderId);
      const states = {
        pending: 'awaiting validation',
        ready: 'processing',
        processing: 'processing',
        valid: 'issued',
        invalid: 'rejected',
      } as const;
      return { state: states[order.status], validations: all.map((one) => validationOf(one, acme.key.thumbprint)) };
    },
  };
}

/** Tells by the terms of the account and an empty look whether the authority would take orders of ours. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<{ version: string; warnings: string[] }> {
  const acme = new AcmeClient(ctx, server);
  const account = await acme.account();
  const staging = /staging|pebble|localhost|127\.0\.0\.1/.test(server.directoryUrl);
  return {
    version: `ACME account ${new URL(account).pathname}`,
    warnings: staging ? ['certificates of this directory are for trials: browsers do not trust them'] : [],
  };
}

function recordFor({ name, challenge }: Authorization, thumbprint: string): ValidationRecord {
  if (!challenge) throw new PanelError('rejected', `the authority offers no validation of ${name} by DNS`);
  const content = base64url(createHash('sha256').update(`${challenge.token}.${thumbprint}`).digest());
  return { name: `_acme-challenge.${name}`, type: 'TXT', content };
}

function validationOf(one: Authorization, thumbprint: string): NameValidation {
  const message = saidOf(one.challenge?.error);
  const state = one.status === 'pending' ? 'pending' : one.status === 'valid' ? 'validated' : 'failed';
  return {
    name: one.wildcard ? `*.${one.name}` : one.name,
    state,
    ...(state === 'pending' && one.challenge ? { record: recordFor(one, thumbprint) } : {}),
    ...(message === '' ? {} : { message }),
  };
}

function refusal(order: Order, all: readonly Authorization[]): PanelError {
  const said = [
    saidOf(order.error),
    ...all.filter(({ status }) => status !== 'valid').map(({ name, challenge }) => `${name}: ${saidOf(challenge?.error)}`),
  ];
  return new PanelError('rejected', `the authority does not issue the certificate: ${said.filter((text) => text !== '').join('; ')}`);
}

/** The chain that leads to the wanted root; else the authority's own choice. */
function preferred(chains: readonly string[], root: string | undefined): string {
  if (root === undefined) return chains[0]!;
  return chains.find((chain) => issuerOfLast(chain).includes(`CN=${root}`)) ?? chains[0]!;
}

function issuerOfLast(chain: string): readonly string[] {
  const last = chain.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)?.at(-1);
  return last === undefined ? [] : new X509Certificate(last).issuer.split('\n');
}
