import type { Ctx, ServiceDates, Skip, Step } from '@hostwright/sdk';
import type { CertificateValues } from './certificate-fields.js';
import { installing, issuing, type InstallingStep } from './issue.js';

export const keeping = ['look at the clock', ...installing] as const;

/** An authority may date the two some hours apart. */
const dayMs = 86_400_000;

interface Keeping {
  readonly ctx: Ctx;
  readonly step: Step<InstallingStep | 'look at the clock'>;
  readonly skip: Skip<InstallingStep>;
  readonly properties: CertificateValues;
  /** The product is installed on a site. */
  readonly installs: boolean;
  /** Orders and waits, and leaves the installation. */
  issue(): Promise<CertificateValues>;
}

/**
 * Another certificate for one that nears its end, and its installation: one job each. What one job has had issued is withdrawn when its
 * installation fails, and would be ordered again every day; so it is kept, and only its installation is tried again.
 */
export async function keep({ ctx, step, skip, properties, installs, issue }: Keeping): Promise<Partial<CertificateValues>> {
  const now = await step('look at the clock', { run: async () => ctx.now() });
  const { certificate, chain, privateKey, onSite = certificate } = properties;
  if (awaitsSite(properties) && privateKey && Date.parse(now) < agedAt(properties)) {
    for (const name of issuing) skip(name, 'it was issued already');
    const names = properties.names.split(', ');
    await step('install certificate', ctx.site.installCertificate({ names, certificate, chain, privateKey }));
    return { onSite: certificate };
  }
  const issued = await issue();
  return installs && issued.privateKey ? { ...issued, issuedAt: now, onSite } : issued;
}

/** One was issued since the site was given the one that it has. */
function awaitsSite({ onSite, certificate }: Pick<CertificateValues, 'onSite' | 'certificate'>): boolean {
  return onSite !== undefined && onSite !== certificate;
}

/** After two thirds of its life another is due. Milliseconds. */
function agedAt({ validFrom, validTo }: Pick<CertificateValues, 'validFrom' | 'validTo'>): number {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return from + ((to - from) * 2) / 3;
}

type Dated = Pick<CertificateValues, 'validFrom' | 'validTo' | 'paidTo' | 'issuedAt' | 'onSite' | 'certificate'>;

/**
 * When its upkeep begins, at once where one is to be installed, and when it ends: with what is paid. What would have to be paid again is left
 * to whoever renews the service.
 */
export function datesOf(left: Dated, free: boolean): ServiceDates {
  const { validTo, paidTo, issuedAt } = left;
  if (issuedAt !== undefined && awaitsSite(left)) return { expiresAt: paidTo, upkeepAt: issuedAt };
  const lasts = free || Date.parse(paidTo) - Date.parse(validTo) > dayMs;
  return { expiresAt: paidTo, ...(lasts ? { upkeepAt: new Date(agedAt(left)).toISOString() } : {}) };
}
