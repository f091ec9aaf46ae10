import { isPanelError, type Choice, type Ctx, type JsonObject } from '@hostwright/sdk';
import {
  readAccount,
  readAddress,
  readBackup,
  readDatacenter,
  readDomain,
  readList,
  readOnDemandBackup,
  readPassword,
  readRestore,
  readSftpUser,
  readSite,
  readText,
  odd,
  type Account,
  type Backup,
  type BackupType,
  type OnDemandBackup,
  type Restore,
  type Site,
  type SiteDomain,
} from './answers.js';
import type { ServerConfig } from './config.js';
import { asObject, isForbidden, isNoSuchCall, isNotFound, isRejected } from './refusal.js';
import { Transport } from './transport.js';

/** More than that Pressable does not give. */
const perPage = 50;
const mostPages = 1_000;

export type NewSite = {
  readonly name: string;
  readonly datacenter_code: string;
  readonly php_version: string;
  /** Not for a copy. */
  readonly install?: string;
  readonly staging: boolean;
  readonly template?: number;
  readonly wp_admin_email?: string;
};

/** All three, even to change one. `name` is the one that is shown; the name of a site itself never changes. */
export type SiteChange = { readonly name: string; readonly php_version: string; readonly wp_environment_type: string };

/** Everything that is asked of Pressable, a call each. */
export class PressableClient {
  readonly #transport: Transport;

  constructor(ctx: Pick<Ctx, 'fetch' | 'now'>, server: ServerConfig) {
    this.#transport = new Transport(ctx, server);
  }

  forgive(): void {
    this.#transport.forgive();
  }

  async account(): Promise<Account> {
    return this.#one('GET', '/account', readAccount);
  }

  /** One site at the most: shows that sites may be read. */
  async probe(): Promise<void> {
    await this.#list('/sites?paginate=true&per_page=1', readSite);
  }

  /** Every site of the account, or those with a tag. Without `paginate` the list is whole; should it ever not be, the pages are walked. */
  async sites(tag?: string): Promise<readonly Site[]> {
    const filter = tag === undefined ? '' : `tag_name=${encodeURIComponent(tag)}`;
    const path = `/sites${filter === '' ? '' : `?${filter}`}`;
    const { data, totalItems } = await this.#transport.call('GET', path);
    const sites = readList(data, 'GET /v1/sites', readSite);
    return totalItems === undefined || sites.length >= totalItems ? sites : this.#pages(filter);
  }

  async findSite(id: number): Promise<Site | undefined> {
    try {
      return await this.#one('GET', `/sites/${id}`, readSite);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Why a name cannot be had; undefined when it can. A name that cannot is answered with 200. */
  async refusalOfName(name: string): Promise<string | undefined> {
    const { data, message } = await this.#transport.call('POST', '/sites/validate', { name });
    const valid = asObject(data)?.['valid'];
    if (typeof valid !== 'boolean') throw odd('POST /v1/sites/validate', 'valid');
    return valid ? undefined : message === '' || message === 'Success' ? 'it is taken or not allowed' : message.slice(0, 300);
  }

  async createSite(site: NewSite): Promise<Site> {
    return this.#one('POST', '/sites', readSite, site);
  }

  async changeSite(id: number, change: SiteChange): Promise<void> {
    await this.#transport.call('PUT', `/sites/${id}`, change);
  }

  async disableSite(id: number): Promise<void> {
    await this.#transport.call('PUT', `/sites/${id}/disable`);
  }

  async enableSite(id: number): Promise<void> {
    await this.#transport.call('PUT', `/sites/${id}/enable`);
  }

  /** Gone counts as deleted. It is removed some time after the answer. */
  async deleteSite(id: number): Promise<void> {
    await this.#gone(this.#transport.call('DELETE', `/sites/${id}`));
  }

  /** Adds tags; those that are there stay. Newer documents name the key otherwise: one that is not known is passed over, or refused. */
  async tagSite(id: number, names: readonly string[]): Promise<void> {
    const path = `/sites/${id}/tags`;
    let isTaken = false;
    try {
      const { data } = await this.#transport.call('POST', path, { tag_names: names });
      isTaken = true;
      const tags = asObject(data) === undefined ? undefined : readSite(data, `POST /v1${path}`).tags;
      if (tags === undefined || names.every((name) => tags.includes(name))) return;
    } catch (error) {
      if (!isRejected(error)) throw error;
    }
    try {
      await this.#transport.call('POST', path, { tags: names.map((name) => ({ name })) });
    } catch (error) {
      // The first form was the right one, and its answer did not show the change yet.
      if (!isTaken || !isRejected(error)) throw error;
    }
  }

  /**
   * Between a staging site and a live one. Must be the other one: where Pressable has but one call for both, it toggles. That one is answered
   * also when nobody knows whether it worked, for it must show first: made once more it would take back what it did.
   */
  async convertSite(id: number, to: 'staging' | 'live'): Promise<void> {
    try {
      await this.#transport.call('PUT', `/sites/${id}/convert/${to}`);
      return;
    } catch (error) {
      if (!isNoSuchCall(error)) throw error;
    }
    try {
      await this.#transport.call('PUT', `/sites/${id}/convert`);
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
    }
  }

  async domains(siteId: number): Promise<readonly SiteDomain[]> {
    return this.#list(`/sites/${siteId}/domains`, readDomain);
  }

  async addDomain(siteId: number, name: string): Promise<void> {
    await this.#transport.call('POST', `/sites/${siteId}/domains`, { name });
  }

  async makePrimary(siteId: number, domainId: number): Promise<void> {
    await this.#transport.call('PUT', `/sites/${siteId}/domains/${domainId}/primary`);
  }

  /** Gone counts as removed. */
  async removeDomain(siteId: number, domainId: number): Promise<void> {
    await this.#gone(this.#transport.call('DELETE', `/sites/${siteId}/domains/${domainId}`));
  }

  /** The user of whoever owns the site, among those of its collaborators. */
  async sftpUser(siteId: number): Promise<string | undefined> {
    return (await this.#list(`/sites/${siteId}/ftp`, readSftpUser)).find(({ isOwner }) => isOwner)?.username;
  }

  async resetSftpPassword(siteId: number, username: string): Promise<string> {
    return this.#one('POST', `/sites/${siteId}/ftp/password/${encodeURIComponent(username)}`, readPassword);
  }

  async resetWordpressPassword(siteId: number): Promise<string> {
    return this.#one('PUT', `/sites/${siteId}/wordpress/password-reset`, readPassword);
  }

  /** Good for a short time: for whoever clicks now. */
  async phpMyAdminUrl(siteId: number): Promise<string> {
    return this.#one('GET', `/sites/${siteId}/wordpress/phpmyadmin`, readAddress);
  }

  /**
   * Logs in once, as the WordPress user with that address. Undefined where Pressable has no such call or knows no such user, or the API
   * application may not make it.
   */
  async loginUrl(siteId: number, email: string): Promise<string | undefined> {
    try {
      const read = (data: unknown, what: string): string => readAddress(asObject(data)?.['url'], what);
      return await this.#one('POST', `/sites/${siteId}/one_press_login`, read, { email });
    } catch (error) {
      if (isNoSuchCall(error) || isForbidden(error) || isRejected(error)) return undefined;
      throw error;
    }
  }

  async backups(siteId: number): Promise<readonly Backup[]> {
    return this.#list(`/sites/${siteId}/backups`, readBackup);
  }

  async restore(siteId: number, ids: { readonly filesystem_id?: number; readonly database_id?: number }): Promise<void> {
    await this.#transport.call('POST', `/sites/${siteId}/restores`, ids);
  }

  /** The restorations so far. Undefined where Pressable has no such list. */
  async restores(siteId: number): Promise<readonly Restore[] | undefined> {
    try {
      return await this.#list(`/sites/${siteId}/restores`, readRestore);
    } catch (error) {
      if (isNoSuchCall(error)) return undefined;
      throw error;
    }
  }

  async onDemandBackups(siteId: number): Promise<readonly OnDemandBackup[]> {
    return this.#list(`/sites/${siteId}/ondemand-backups`, readOnDemandBackup);
  }

  async createOnDemandBackup(siteId: number, type: BackupType): Promise<void> {
    await this.#transport.call('POST', `/sites/${siteId}/ondemand-backups`, { backup_type: type });
  }

  /** Gone counts as deleted. */
  async deleteOnDemandBackup(siteId: number, backupId: string): Promise<void> {
    await this.#gone(this.#transport.call('DELETE', `/sites/${siteId}/ondemand-backups/${encodeURIComponent(backupId)}`));
  }

  async datacenters(): Promise<readonly Choice[]> {
    return this.#list('/sites/datacenters', readDatacenter);
  }

  async phpVersions(): Promise<readonly string[]> {
    return this.#list('/sites/php-versions', readText);
  }

  async installOptions(): Promise<readonly string[]> {
    return this.#list('/sites/install-options', readText);
  }

  async #pages(filter: string): Promise<readonly Site[]> {
    const found = new Map<number, Site>();
    for (let page = 1; page <= mostPages; page += 1) {
      const query = `paginate=true&per_page=${perPage}&page=${page}${filter === '' ? '' : `&${filter}`}`;
      const { data, totalItems } = await this.#transport.call('GET', `/sites?${query}`);
      const sites = readList(data, 'GET /v1/sites', readSite);
      for (const site of sites) found.set(site.id, site);
      // What is left out of a list counts as gone, so it ends with the number that was promised and not before.
      if (totalItems === undefined ? sites.length === 0 : found.size >= totalItems) return [...found.values()];
      if (sites.length === 0) break;
    }
    throw odd('GET /v1/sites', 'page');
  }

  async #one<Result>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    read: (value: unknown, what: string) => Result,
    body?: JsonObject,
  ): Promise<Result> {
    const { data } = await this.#transport.call(method, path, body);
    return read(data, `${method} /v1${path}`);
  }

  async #list<Item>(path: string, read: (item: unknown, what: string) => Item): Promise<readonly Item[]> {
    const { data } = await this.#transport.call('GET', path);
    return readList(data, `GET /v1${path.replace(/\?.*$/, '')}`, read);
  }

  async #gone(asked: Promise<unknown>): Promise<void> {
    try {
      await asked;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
