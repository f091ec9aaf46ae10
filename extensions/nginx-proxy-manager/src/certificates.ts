import { absent, done, failed, isPanelError, PanelError, pending, type Ctx, type Found, type Polled } from '@hostwright/sdk';
import type { NginxProxyManagerClient } from './client.js';
import { isOurCertificate, isOurHost, markedConfig, stateOf, type CertificateClaim } from './ownership.js';
import { isMissingEmail } from './refusal.js';

/** A certificate as the journal keeps it. */
export type CertificateHandle = { readonly certificateId: number };

type Context = Pick<Ctx, 'owner' | 'now' | 'log'>;

/** Between looks at a certificate that certbot is working on. */
const pollMs = 5_000;

/** Our certificate for the claim: the oldest that can be used, else one under way. */
export async function findCertificate(
  npm: NginxProxyManagerClient,
  ctx: Context,
  claim: CertificateClaim,
): Promise<Found<CertificateHandle, CertificateHandle>> {
  const ours = (await npm.listCertificates()).filter((each) => isOurCertificate(each, claim)).sort((a, b) => a.id - b.id);
  const issued = ours.find((each) => stateOf(each, ctx.now()) === 'issued');
  if (issued !== undefined) return done({ certificateId: issued.id });
  const underWay = ours.find((each) => stateOf(each, ctx.now()) === 'under way');
  return underWay === undefined ? absent : pending({ certificateId: underWay.id }, pollMs);
}

/** Answers at the latest some 20 s after certbot began. */
export async function issueCertificate(
  npm: NginxProxyManagerClient,
  ctx: Context,
  claim: CertificateClaim,
  hostId: number,
): Promise<CertificateHandle> {
  for (const each of await npm.listCertificates()) {
    if (isOurCertificate(each, claim) && stateOf(each, ctx.now()) === 'dead') await npm.deleteCertificate(each.id);
  }
  try {
    return { certificateId: (await npm.issueCertificate([claim.domain, ...(claim.aliases ?? [])])).id };
  } catch (error) {
    // It took our host down for the challenge and does not put it back: saving the host does.
    if (isMissingEmail(error)) await npm.changeHost(hostId, { advanced_config: markedConfig(ctx.owner) });
    if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
    // Certbot goes on without us, and its row is there from the beginning.
    const begun = await findCertificate(npm, ctx, claim).catch(() => absent);
    if (begun.state === 'absent') throw error;
    return begun.state === 'done' ? begun.output : begun.task;
  }
}

export async function certificateState(
  npm: NginxProxyManagerClient,
  ctx: Context,
  domain: string,
  task: CertificateHandle,
): Promise<Polled<CertificateHandle, CertificateHandle>> {
  const certificate = await npm.findCertificate(task.certificateId);
  const state = certificate === undefined ? 'dead' : stateOf(certificate, ctx.now());
  if (state === 'issued') return done(task);
  if (state === 'under way') return pending(task, pollMs);
  // The row of a request that failed is deleted.
  const message = `no certificate was issued for ${domain}: it must lead to the proxy and port 80 must be open; the log of Nginx Proxy Manager has the reason`;
  return failed(new PanelError('rejected', message));
}

/**
 * Revokes and deletes a certificate that is ours by claim, after detaching it from our host. Gone counts as done.
 * Throws `not_owned`, and deletes nothing, when it is not for the names of our host alone or somebody else's host uses it.
 */
export async function removeCertificate(
  npm: NginxProxyManagerClient,
  ctx: Context,
  claim: CertificateClaim,
  certificateId: number,
): Promise<void> {
  const certificate = await npm.findCertificate(certificateId);
  if (certificate === undefined) return;
  if (!isOurCertificate(certificate, claim)) {
    throw new PanelError('not_owned', `certificate ${certificateId} was not made for the host of ${claim.domain} and was not deleted`);
  }
  const users = (await npm.listHosts()).filter((host) => host.certificateId === certificateId);
  const stranger = users.find((host) => !isOurHost(host, ctx.owner, claim));
  if (stranger !== undefined) {
    throw new PanelError(
      'not_owned',
      `certificate ${certificateId} of ${claim.domain} is used by proxy host ${stranger.id} of somebody else`,
    );
  }
  for (const host of users) await detach(npm, host.id);
  await npm.deleteCertificate(certificateId);
}

/** Removes every certificate of the claim but the one to keep, those that nobody finished included. */
export async function sweepCertificates(
  npm: NginxProxyManagerClient,
  ctx: Context,
  claim: CertificateClaim,
  keep: CertificateHandle | undefined,
): Promise<void> {
  for (const each of await npm.listCertificates()) {
    if (isOurCertificate(each, claim) && each.id !== keep?.certificateId) await removeCertificate(npm, ctx, claim, each.id);
  }
}

/** What needs a certificate is reset with it. */
export async function detach(npm: NginxProxyManagerClient, hostId: number): Promise<void> {
  await npm.changeHost(hostId, { certificate_id: 0, ssl_forced: false, http2_support: false });
}
