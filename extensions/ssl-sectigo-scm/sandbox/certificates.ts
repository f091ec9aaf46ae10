import { X509Certificate } from 'node:crypto';
import { namesOfRequest, type SandboxClock, type TestAuthority } from '@hostwright/sdk-testing';
import type { Looker } from './validation.js';

export type Status = 'Requested' | 'Applied' | 'Issued' | 'Declined' | 'Rejected' | 'Revoked' | 'Expired';

export interface Certificate {
  readonly id: number;
  readonly externalRequester: string;
  readonly comments: string;
  readonly term: number;
  status: Status;
  csr: string;
  names: readonly string[];
  readonly validated: Set<string>;
  pem: string;
  /** Those that it was replaced by another of, PEM, and which of them are revoked. */
  readonly before: string[];
  readonly revokedBefore: Set<string>;
  /** When its instructions appear, and when it can be collected. Milliseconds since 1970. */
  instructedAt: number;
  collectableAt: number;
  expires: number | undefined;
}

/** A refusal as it is thrown while a call is carried out. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const minute = 60_000;
const day = 86_400_000;
export const profiles: ReadonlyMap<number, readonly number[]> = new Map([[7, [90, 199]]]);

/** Certificates of one organization: approved, validated by what stands in the DNS, signed, and to be collected a little later. */
export class Certificates {
  readonly all = new Map<number, Certificate>();
  approves = true;
  private nextId = 146;

  constructor(
    private readonly clock: SandboxClock,
    private readonly authority: TestAuthority,
    private readonly look: Looker,
    private readonly now: () => number,
  ) {}

  find(id: string): Certificate {
    const found = this.all.get(Number(id));
    if (!found) throw new Refused(-124, 'Wrong certificate id', 404);
    return found;
  }

  add(wish: Pick<Certificate, 'csr' | 'term' | 'externalRequester' | 'comments'> & { readonly names: readonly string[] }): Certificate {
    checkRequest(wish.csr, wish.names);
    const certificate: Certificate = {
      ...wish,
      id: this.nextId++,
      status: 'Requested',
      validated: new Set(),
      pem: '',
      before: [],
      revokedBefore: new Set(),
      instructedAt: Infinity,
      collectableAt: Infinity,
      expires: undefined,
    };
    this.all.set(certificate.id, certificate);
    if (this.approves) this.approve(certificate);
    return certificate;
  }

  approve(certificate: Certificate): void {
    certificate.status = 'Applied';
    certificate.instructedAt = this.now() + this.clock.scaled(5_000);
    this.watch(certificate);
  }

  replace(certificate: Certificate, csr: string, names: readonly string[]): void {
    if (certificate.status !== 'Issued') throw new Refused(-130, 'The certificate is not issued');
    checkRequest(csr, names);
    certificate.before.push(certificate.pem);
    Object.assign(certificate, { csr, names, pem: '', expires: undefined });
    certificate.validated.clear();
    this.approve(certificate);
  }

  /** By the serial number of one that is there or was before. */
  revokeSerial(serial: string): void {
    const isIt = (pem: string): boolean => pem !== '' && new X509Certificate(pem).serialNumber.toUpperCase() === serial.toUpperCase();
    for (const one of this.all.values()) {
      const before = one.before.find(isIt);
      if (before === undefined && !isIt(one.pem)) continue;
      if (before === undefined ? one.status === 'Revoked' : one.revokedBefore.has(before))
        throw new Refused(-159, 'The certificate is revoked already');
      if (before === undefined) one.status = 'Revoked';
      else one.revokedBefore.add(before);
      return;
    }
    throw new Refused(-124, 'Wrong serial number', 404);
  }

  /** Looks at what stands in the DNS now, and signs once all of it does. */
  async validate(certificate: Certificate): Promise<void> {
    const { csr, names, validated } = certificate;
    for (const name of names) if (await this.look(csr, name)) validated.add(name);
    if (certificate.csr !== csr || certificate.status !== 'Applied' || !names.every((name) => validated.has(name))) return;
    await this.clock.wait(minute);
    const notBefore = new Date(this.now());
    const notAfter = new Date(notBefore.getTime() + certificate.term * day);
    const pem = await this.authority.sign(csr, { names, notBefore, notAfter });
    // It was withdrawn meanwhile.
    if (certificate.csr !== csr || (certificate.status as Status) !== 'Applied' || !this.all.has(certificate.id)) return;
    Object.assign(certificate, {
      pem,
      status: 'Issued',
      expires: notAfter.getTime(),
      collectableAt: this.now() + this.clock.scaled(minute),
    });
  }

  private watch(certificate: Certificate): void {
    const { csr } = certificate;
    const again = (): void => {
      if (certificate.csr !== csr || certificate.status !== 'Applied') return;
      void this.validate(certificate).then(() => this.clock.later(5 * minute, again));
    };
    this.clock.later(minute, again);
  }
}

function checkRequest(csr: string, names: readonly string[]): void {
  let asked: readonly string[];
  try {
    asked = namesOfRequest(csr);
  } catch {
    throw new Refused(-138, 'Invalid CSR');
  }
  if (asked.some((name) => !names.includes(name))) throw new Refused(-138, 'Invalid CSR: names');
}
