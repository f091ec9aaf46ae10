import { randomBytes } from 'node:crypto';
import type { SandboxAnswer, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';
import { notFound, success, unprocessable } from './envelope.js';
import type { Provider } from './provider.js';
import { answeredBackup, answeredDomain, nightly, numberOf, type SandboxDomain, type SandboxRestore, type SandboxSite } from './site.js';

const backupMs = 40_000;
const restoreMs = 90_000;
/** Of each kind. */
const mostBackups = 3;

const password = (): string => randomBytes(9).toString('base64url');

/** What a site has inside: domains, SFTP users, WordPress, backups. */
export function insideRoutes(provider: Provider): readonly SandboxRoute[] {
  const { estate, behaviour } = provider;
  const shownDomains = (site: SandboxSite): SandboxAnswer => success(provider.list(site.domains.map((each) => answeredDomain(each, site))));
  const domainOf = (site: SandboxSite, { params }: SandboxRequest): SandboxDomain | undefined =>
    site.domains.find(({ id }) => String(id) === params['domainId']);

  function addDomain(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const { name } = provider.body(request, ['name']);
    if (typeof name !== 'string' || !/^(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}$/.test(name)) return unprocessable('Name is invalid');
    if (site.staging) return unprocessable('Domains cannot be added to a staging site');
    if (estate.isDomainTaken(name)) return unprocessable('Domain has already been taken');
    const twin = name.split('.').length === 2 ? [`www.${name}`] : [];
    const names = [name, ...twin.filter((each) => !estate.isDomainTaken(each))];
    const domains = [...site.domains, ...names.map((each) => ({ id: provider.nextDomainId(), name: each, primary: false }))];
    return shownDomains(estate.write({ ...site, domains }));
  }

  function makePrimary(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const domain = domainOf(site, request);
    if (domain === undefined) return notFound();
    const changed = estate.write({ ...site, domains: site.domains.map((each) => ({ ...each, primary: each.id === domain.id })) });
    return success(answeredDomain({ ...domain, primary: true }, changed));
  }

  function removeDomain(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const domain = domainOf(site, request);
    if (domain === undefined) return notFound();
    if (domain.primary && site.domains.length > 1) return unprocessable('The primary domain cannot be removed');
    estate.write({ ...site, domains: site.domains.filter((each) => each.id !== domain.id) });
    return success(null);
  }

  function users(site: SandboxSite) {
    const common = { accountId: 2, siteId: site.id, siteName: site.name, sftpDomain: 'sftp.pressable.com' };
    return [
      { id: site.id * 2, username: `collab${site.id}`, owner: false, email: 'janedoe@example.com', ...common },
      { id: site.id * 2 + 1, username: site.name, owner: true, email: 'reseller@example.com', ...common },
    ];
  }

  function createBackup(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const { backup_type: type } = provider.body(request, ['backup_type']);
    if (type !== 'fs' && type !== 'db') return unprocessable('Backup type is not valid');
    if (site.backups.filter((each) => each.type === type).length >= mostBackups) return unprocessable('Backup limit reached');
    const made = { requestId: provider.nextBackupId(), type, status: 'creating' } as const;
    estate.write({ ...site, backups: [...site.backups, made] });
    estate.later(backupMs, site.id, (then) => ({
      ...then,
      backups: then.backups.map((each) => (each.requestId === made.requestId ? { ...each, status: 'completed' } : each)),
    }));
    return success(answeredBackup(made, site, behaviour));
  }

  function deleteBackup(site: SandboxSite, { params }: SandboxRequest): SandboxAnswer {
    const backup = site.backups.find((each) => each.status === 'completed' && String(numberOf(each, behaviour)) === params['backupId']);
    if (backup === undefined) return notFound();
    estate.write({ ...site, backups: site.backups.filter((each) => each !== backup) });
    return success({ ...answeredBackup(backup, site, behaviour), status: 'deleting' });
  }

  function restore(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const { filesystem_id: files, database_id: database } = provider.body(request, ['filesystem_id', 'database_id']);
    const known = nightly(site);
    const made = (type: 'fs' | 'db', id: unknown): boolean =>
      site.backups.some((each) => each.type === type && each.status === 'completed' && numberOf(each, behaviour) === id);
    if (files === undefined && database === undefined) return unprocessable('Select a filesystem or a database backup');
    if (files !== undefined && files !== known.filesystemBackupId && !made('fs', files))
      return unprocessable('Filesystem backup is not valid');
    if (database !== undefined && database !== known.databaseBackupId && !made('db', database)) {
      return unprocessable('Database backup is not valid');
    }
    const begun: SandboxRestore = {
      id: provider.nextRestoreId(),
      filesystemId: files === undefined ? null : String(files as number),
      databaseId: database === undefined ? null : String(database as number),
      status: 'running',
      error: null,
    };
    const error = behaviour.restoreError;
    behaviour.restoreError = null;
    estate.write({ ...site, restores: [begun, ...site.restores] });
    estate.later(restoreMs, site.id, (then) => ({
      ...then,
      restores: then.restores.map((each) =>
        each.id === begun.id ? { ...each, status: error === null ? 'completed' : 'failed', error } : each,
      ),
    }));
    return success(null);
  }

  function logIn(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const { email } = provider.body(request, ['email', 'user_agent']);
    if (!behaviour.logsInToWordpress) return provider.noSuchCall();
    if (email !== site.adminEmail) return unprocessable('No WordPress user has this email address');
    return success({ url: `https://${site.name}.mystagingwebsite.com/wp-login.php?mpcp_token=${password()}` });
  }

  const read = (act: (site: SandboxSite, request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] => provider.readRoute(act);
  const one = (act: (site: SandboxSite, request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] => provider.siteRoute(act);
  const at = '/v1/sites/:id';
  const isUser = (site: SandboxSite, { params }: SandboxRequest): boolean =>
    users(site).some(({ username }) => username === params['username']);
  return [
    { method: 'GET', path: `${at}/domains`, handle: read(shownDomains) },
    { method: 'POST', path: `${at}/domains`, handle: one(addDomain) },
    { method: 'PUT', path: `${at}/domains/:domainId/primary`, handle: one(makePrimary) },
    { method: 'DELETE', path: `${at}/domains/:domainId`, handle: one(removeDomain) },
    { method: 'GET', path: `${at}/ftp`, handle: read((site) => success(users(site))) },
    {
      method: 'POST',
      path: `${at}/ftp/password/:username`,
      handle: one((site, request) => (isUser(site, request) ? success(password()) : notFound())),
    },
    { method: 'PUT', path: `${at}/wordpress/password-reset`, handle: one(() => success(password())) },
    {
      method: 'GET',
      path: `${at}/wordpress/phpmyadmin`,
      handle: read(() => success(`https://pressable.com/_pma_login?timestamp=1646159015&token=${password()}`)),
    },
    { method: 'POST', path: `${at}/one_press_login`, handle: one(logIn) },
    {
      method: 'GET',
      path: `${at}/backups`,
      handle: read((site) => success([{ timestamp: '2026-01-01-00-00', siteId: site.id, ...nightly(site) }])),
    },
    {
      method: 'GET',
      path: `${at}/restores`,
      handle: read((site) =>
        behaviour.listsRestores ? success(provider.list(site.restores.map((each) => ({ ...each })))) : provider.noSuchCall(),
      ),
    },
    { method: 'POST', path: `${at}/restores`, handle: one(restore) },
    {
      method: 'GET',
      path: `${at}/ondemand-backups`,
      handle: read((site) => success(provider.list(site.backups.map((each) => answeredBackup(each, site, behaviour))))),
    },
    { method: 'POST', path: `${at}/ondemand-backups`, handle: one(createBackup) },
    { method: 'DELETE', path: `${at}/ondemand-backups/:backupId`, handle: one(deleteBackup) },
  ];
}
