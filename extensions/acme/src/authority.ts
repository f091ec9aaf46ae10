import { X509Certificate } from 'node:crypto';
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
import { isOfRequest, requestDer, type CertificateAuthority, type IssuedFiles } from '@hostwright/sdk-certificates';
import type { Authorization, Order } from './answers.js';
import { recordFor } from './challenge.js';
import { AcmeClient } from './client.js';
import type { ServerConfig } from './config.js';
import { base64url } from './jose.js';
import { isNotOurs, isRefusal, saidOf } from './problem.js';

const reasons: Readonly<Record<CertificateRevocation['reason'], number>> = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
};

type Validations = { readonly order: Order; readonly all: readonly (Authorization & { readonly url: string })[] };

/** An authority that speaks ACME, for one server's settings. An order there costs nothing and ends by itself, so a second one is no harm. */
export function acmeAuthority(ctx: Ctx, server: ServerConfig): CertificateAuthority {
  const acme = new AcmeClient(ctx, server);
  // One after the other, however many names: each answer brings the nonce of the next call, and authorities limit how many they give out.
  const validations = async (url: string): Promise<Validations> => {
    const order = await acme.order(url);
    const all: (Authorization & { readonly url: string })[] = [];
    // An authority may forget the validations of an order that has run out before it forgets the order.
    if (order.status === 'invalid' && hasExpired(ctx, order)) return { order, all };
    for (const at of order.authorizations) all.push({ ...(await acme.authorization(at)), url: at });
    return { order, all };
  };
  /** Gives up what is not finished. Of an order that is forgotten by now, or not this account's, nothing is left to give up. */
  const giveUp = async (orderId: string): Promise<void> => {
    // The server was connected to another authority then, which is not reached any more; the order ends by itself.
    if (!isOf(orderId, server.directoryUrl)) return;
    try {
      const { order, all } = await validations(orderId);
      // A certificate whose key is wiped is of no use to anybody, and revoking it counts against nobody's limits but ours.
      if (order.status === 'valid') return;
      for (const { status, url } of all) if (status === 'pending') await deactivate(acme, url);
    } catch (error) {
      if (!isNotOurs(error)) throw error;
    }
  };
  return {
    keyType: server.keyType,
    looksOnce: true,
    forgetsOrders: true,
    order: {
      async run({ names }) {
        return { orderId: (await acme.newOrder(names)).url };
      },
      undo: ({ orderId }) => giveUp(orderId),
    },
    async records({ orderId }) {
      const { order, all } = await validations(orderId);
      if (order.status === 'invalid') return failed(refusal(ctx, order, all));
      const records: ValidationRecord[] = [];
      for (const one of all) if (one.status === 'pending') records.push(await recordFor(ctx, one, acme.key.thumbprint));
      return done(records);
    },
    async confirm({ orderId }) {
      const { all } = await validations(orderId);
      for (const { status, challenge } of all)
        if (status === 'pending' && challenge?.status === 'pending') await acme.answerChallenge(challenge.url);
    },
    async validated({ orderId }): Promise<Polled<undefined, undefined>> {
      const { order, all } = await validations(orderId);
      const isOver = order.status === 'invalid' || (order.status === 'pending' && all.some(hasFailed));
      if (isOver) return failed(refusal(ctx, order, all));
      return order.status === 'pending' ? pending(undefined, order.afterMs) : done();
    },
    finish: {
      async find({ orderId }) {
        return ['processing', 'valid'].includes((await acme.order(orderId)).status);
      },
      async run({ orderId }, csr) {
        const order = await acme.order(orderId);
        if (order.status === 'invalid') throw refusal(ctx, order, []);
        await acme.finalize(order.finalize, requestDer(csr).toString('base64url'));
      },
    },
    async issued({ orderId }, csr): Promise<Polled<undefined, IssuedFiles>> {
      const order = await acme.order(orderId);
      if (order.status === 'invalid') return failed(refusal(ctx, order, []));
      if (order.status !== 'valid' || order.certificate === undefined) return pending(undefined, order.afterMs);
      const chains = await acme.certificate(order.certificate, server.preferredChain !== undefined);
      // Authorities answer an order that is open already to whoever orders the same names, and only one request is taken.
      if (!isOfRequest(chains[0]!, csr))
        return failed(new PanelError('rejected', 'another order of the same names was finished first: order again'));
      return done({ pems: [preferred(chains, server.preferredChain)] });
    },
    async revoke({ certificate, reason }) {
      await acme.revoke(base64url(new X509Certificate(certificate).raw), reasons[reason]);
    },
    cancel: giveUp,
    async status(orderId): Promise<CertificateStatus> {
      const forgotten = new PanelError('not_found', `the authority does not know the order any more: ${orderId}`);
      if (!isOf(orderId, server.directoryUrl)) throw forgotten;
      let found: Validations;
      try {
        found = await validations(orderId);
      } catch (error) {
        throw isNotOurs(error) ? forgotten : error;
      }
      const { order, all } = found;
      // Whatever came of it: also one whose certificate was issued is called invalid then.
      if (order.status === 'invalid' && hasExpired(ctx, order)) throw forgotten;
      const states = {
        pending: 'awaiting validation',
        ready: 'processing',
        processing: 'processing',
        valid: 'issued',
        invalid: 'rejected',
      } as const;
      const names: NameValidation[] = [];
      for (const one of all) names.push(await validationOf(ctx, one, acme.key.thumbprint));
      return { state: states[order.status], validations: names };
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

/** What came to its own end meanwhile is given up as well. */
async function deactivate(acme: AcmeClient, url: string): Promise<void> {
  try {
    await acme.deactivate(url);
  } catch (error) {
    if (!isRefusal(error) || (await acme.authorization(url)).status === 'pending') throw error;
  }
}

async function validationOf(ctx: Ctx, one: Authorization, thumbprint: string): Promise<NameValidation> {
  const message = saidOf(one.challenge?.error);
  const state = one.status === 'pending' ? 'pending' : one.status === 'valid' ? 'validated' : 'failed';
  return {
    name: one.wildcard ? `*.${one.name}` : one.name,
    state,
    ...(state === 'pending' && one.challenge ? { record: await recordFor(ctx, one, thumbprint) } : {}),
    ...(message === '' ? {} : { message }),
  };
}

/** Why the authority does not issue it. What failed stays failed: the next try is a new order. */
function refusal(ctx: Pick<Ctx, 'now'>, order: Order, all: readonly Authorization[]): PanelError {
  const said = [
    saidOf(order.error),
    ...all.filter(hasFailed).map(({ name, status, challenge }) => `${name}: ${saidOf(challenge?.error) || `its validation is ${status}`}`),
    hasExpired(ctx, order) ? `the order ended unfinished at ${order.expires}` : '',
  ].filter((text) => text !== '');
  const why = said.length === 0 ? 'it gives no reason' : said.join('; ');
  return new PanelError('rejected', `the authority does not issue the certificate: ${why}. Mend that and order again`);
}

function hasFailed({ status }: Authorization): boolean {
  return status !== 'valid' && status !== 'pending';
}

function hasExpired({ now }: Pick<Ctx, 'now'>, { expires }: Order): boolean {
  return expires !== undefined && Date.parse(expires) <= Date.parse(now());
}

function isOf(orderId: string, directoryUrl: string): boolean {
  return URL.canParse(orderId) && new URL(orderId).origin === new URL(directoryUrl).origin;
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
