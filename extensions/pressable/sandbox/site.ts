import type { JsonObject } from '@hostwright/sdk';
import type { Behaviour } from './behaviour.js';

export interface SandboxDomain {
  readonly id: number;
  readonly name: string;
  readonly primary: boolean;
}

export interface SandboxBackup {
  readonly requestId: number;
  readonly type: 'fs' | 'db';
  readonly status: 'creating' | 'completed';
}

export interface SandboxRestore {
  readonly id: number;
  readonly filesystemId: string | null;
  readonly databaseId: string | null;
  readonly status: string;
  readonly error: string | null;
}

/** A site as it is, or as it was shown at some moment. */
export interface SandboxSite {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly state: string;
  readonly staging: boolean;
  readonly datacenter: string;
  readonly phpVersion: string;
  readonly environment: string;
  readonly install: string | null;
  readonly adminEmail: string | null;
  readonly clonedFromId: number | null;
  readonly created: string;
  readonly tags: readonly { readonly id: number; readonly name: string }[];
  readonly domains: readonly SandboxDomain[];
  readonly backups: readonly SandboxBackup[];
  readonly restores: readonly SandboxRestore[];
  readonly deleted: boolean;
}

export const addressesOf = ({ id }: Pick<SandboxSite, 'id'>): readonly [string, string] => [
  `199.16.172.${id % 250}`,
  `199.16.173.${id % 250}`,
];

const datacenterNames: Readonly<Record<string, string>> = {
  AMS: 'Amsterdam, NL',
  BUR: 'Los Angeles, CA, USA',
  DCA: 'Washington, DC, USA',
  DFW: 'Dallas, TX, USA',
};
export const datacenters = Object.entries(datacenterNames).map(([code, name]) => ({ code, name }));
export const phpVersions: readonly string[] = ['8.2', '8.3', '8.4'];
export const installOptions: readonly string[] = ['wordpress', 'woocommerce'];
export const environments: readonly string[] = ['production', 'staging', 'development', 'local'];

export function answered(
  site: SandboxSite,
  { showsTags, showsUsage, showsPhpVersion }: Pick<Behaviour, 'showsTags' | 'showsUsage' | 'showsPhpVersion'>,
): JsonObject {
  const [one, two] = addressesOf(site);
  const primary = site.domains.find((domain) => domain.primary);
  return {
    id: site.id,
    created: site.created,
    accountId: 2,
    clonedFromId: site.clonedFromId,
    collaboratorsCount: 0,
    datacenterCode: site.datacenter,
    datacenterName: datacenterNames[site.datacenter] ?? 'N/A',
    displayName: site.displayName,
    domainsCount: site.domains.length,
    ...(showsUsage ? { fileSystemUsageBytes: 11_981_824, databaseUsageBytes: 12_656_507 } : {}),
    ipAddress: one,
    ipAddressOne: one,
    ipAddressTwo: two,
    name: site.name,
    state: site.state,
    url: primary?.name ?? `${site.name}.mystagingwebsite.com`,
    staging: site.staging,
    sandbox: false,
    sftpDomain: 'sftp.pressable.com',
    ...(showsPhpVersion ? { phpVersion: site.phpVersion } : {}),
    wpEnvironmentType: site.environment,
    ...(showsTags ? { tags: site.tags.map((tag) => ({ ...tag })) } : {}),
  };
}

export function answeredDomain({ id, name, primary }: SandboxDomain, site: SandboxSite): JsonObject {
  return {
    id,
    created: site.created,
    primary,
    name: name.split('.').length > 2 ? (name.split('.')[0] ?? null) : null,
    healthy: false,
    dnsConfirmed: false,
    provisioned: false,
    domainName: name,
    ipAddresses: [...addressesOf(site)],
  };
}

/** Of one that is made. */
export function numberOf(
  { requestId }: Pick<SandboxBackup, 'requestId'>,
  { renumbersBackups }: Pick<Behaviour, 'renumbersBackups'>,
): number {
  return renumbersBackups ? requestId + 70_000 : requestId;
}

export function answeredBackup(backup: SandboxBackup, site: SandboxSite, behaviour: Pick<Behaviour, 'renumbersBackups'>): JsonObject {
  const { requestId, type, status } = backup;
  const made = status === 'completed';
  return {
    id: made ? String(numberOf(backup, behaviour)) : null,
    requestId,
    siteId: site.id,
    completed: made ? 1_682_954_943 : null,
    status,
    type,
    bytes: made ? '9278' : null,
    requested: 1_682_954_869,
    createdBy: 'Reseller (reseller@example.com)',
    removedIn: '29 days and 21 hours from now',
  };
}

/** The one nightly backup that every site has. */
export function nightly({ id }: Pick<SandboxSite, 'id'>): { readonly databaseBackupId: number; readonly filesystemBackupId: number } {
  return { databaseBackupId: id * 10 + 1, filesystemBackupId: id * 10 + 2 };
}
