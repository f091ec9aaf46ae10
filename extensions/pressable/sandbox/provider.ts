import type { Json, JsonObject } from '@hostwright/sdk';
import {
  json,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
} from '@hostwright/sdk-testing';
import { Access } from './access.js';
import { usual, type Behaviour } from './behaviour.js';
import { notFound, notFoundPage, success } from './envelope.js';
import { Estate } from './estate.js';
import { insideRoutes } from './inside-routes.js';
import { siteRoutes } from './site-routes.js';
import type { SandboxSite } from './site.js';

const mark = /^hw-[a-z0-9]+-\d+$/;

/** One Pressable account, and an API application in it. */
export class Provider {
  readonly access: Access;
  readonly estate: Estate;
  readonly behaviour: Behaviour = { ...usual };
  readonly #tagIds = new Map<string, number>();
  #lastInner = { domain: 30, backup: 50_000, restore: 40 };

  constructor(
    clock: SandboxClock,
    private readonly violate: (what: string) => void,
  ) {
    this.access = new Access(violate);
    this.estate = new Estate(clock, this.behaviour);
  }

  /** The owner of a site is its tag; until it has one, the end of its name. */
  ledger(): readonly LedgerEntry[] {
    return this.estate.all().flatMap((site): LedgerEntry[] => {
      const { id, name, displayName, state, staging, phpVersion, environment, install, adminEmail } = site;
      const owner = site.tags.find((tag) => mark.test(tag.name))?.name ?? /hw-[a-z0-9]+-\d+$/.exec(name)?.[0];
      const tags = site.tags.map((tag) => tag.name);
      const restores = site.restores.length;
      const within = `site ${id}`;
      const details = { name, displayName, state, staging, phpVersion, environment, install, adminEmail, tags, restores };
      return [
        { kind: 'site', id: String(id), ...(owner === undefined ? {} : { owner }), details },
        ...site.domains.map(({ name: domain, primary }) => ({ kind: 'domain', id: `${id}/${domain}`, within, details: { primary } })),
        ...site.backups.map(({ type, requestId }) => ({ kind: 'backup', id: `${id}/${type}/${requestId}`, within, details: { type } })),
      ];
    });
  }

  routes(): readonly SandboxRoute[] {
    const account = (): SandboxAnswer => {
      const billable = this.estate.all().filter((site) => !site.staging).length;
      return success({
        email: 'reseller@example.com',
        name: 'Reseller',
        maxSites: 1_000,
        capacity: { sites: { maxBillable: 1_000, maxStaging: 11, billable } },
      });
    };
    return [
      { method: 'POST', path: '/auth/token', latencyMs: 200, handle: ({ body }) => this.access.logIn(body) },
      { method: 'GET', path: '/v1/account', handle: account },
      ...siteRoutes(this),
      ...insideRoutes(this),
    ];
  }

  control(): readonly SandboxRoute[] {
    const put = (path: string, act: (body: Readonly<Record<string, unknown>>, request: SandboxRequest) => void): SandboxRoute => ({
      method: 'PUT',
      path,
      handle: (request) => {
        act((request.body ?? {}) as Record<string, unknown>, request);
        return json(200, {});
      },
    });
    return [
      put('/behaviour', (body) => Object.assign(this.behaviour, body)),
      put('/access', (body) => Object.assign(this.access, body)),
      put('/tokens/expired', () => this.access.expireTokens()),
      put('/secret', ({ changed }) => this.access.changeSecret(changed === true)),
      put('/held', ({ name }) => this.estate.heldElsewhere.add(String(name))),
      put('/sites', (body) => this.#addByHand(body)),
      put('/sites/:id', (body, { params }) => this.#changeByHand(Number(params['id']), body)),
      {
        method: 'DELETE',
        path: '/sites/:id',
        handle: ({ params }) => {
          const site = this.estate.find(Number(params['id']));
          if (site !== undefined) this.estate.remove(site);
          return json(200, {});
        },
      },
    ];
  }

  /** A handler for a change of one site, as it is. Unknown ids and those of other accounts are answered alike. */
  siteRoute(act: (site: SandboxSite, request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] {
    return (request) => {
      const site = this.estate.find(Number(request.params['id']));
      return site === undefined ? notFound() : act(site, request);
    };
  }

  /** A handler for a look at one site, as reads show it. */
  readRoute(act: (site: SandboxSite, request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] {
    return (request) => {
      const site = this.estate.seen(Number(request.params['id']));
      return site === undefined ? notFound() : act(site, request);
    };
  }

  /** The body of a call, whose keys must be known. */
  body({ method, path, body }: SandboxRequest, keys: readonly string[]): Readonly<Record<string, unknown>> {
    const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
    for (const key of Object.keys(given)) {
      if (!keys.includes(key)) this.violate(`${method} ${path} was sent the unknown key ${key}`);
    }
    return given;
  }

  /** For a call that this Pressable does not have. */
  noSuchCall(): SandboxAnswer {
    return this.behaviour.unknownCalls === 'page' ? notFoundPage() : notFound();
  }

  list(items: readonly JsonObject[]): Json {
    return items.length === 0 && this.behaviour.nullLists ? null : items;
  }

  /** One tag is one thing, on however many sites. */
  tagId(name: string): number {
    const known = this.#tagIds.get(name) ?? 2_605 + this.#tagIds.size;
    this.#tagIds.set(name, known);
    return known;
  }

  nextDomainId(): number {
    return (this.#lastInner.domain += 1);
  }

  nextBackupId(): number {
    return (this.#lastInner.backup += 1);
  }

  nextRestoreId(): number {
    return (this.#lastInner.restore += 1);
  }

  #addByHand(body: Readonly<Record<string, unknown>>): void {
    const id = this.estate.nextId();
    const name = String(body['name'] ?? `site-${id}`);
    const plain: SandboxSite = {
      id,
      name,
      displayName: name,
      state: 'live',
      staging: false,
      datacenter: 'DFW',
      phpVersion: '8.3',
      environment: 'production',
      install: 'wordpress',
      adminEmail: null,
      clonedFromId: null,
      created: new Date().toISOString(),
      tags: [],
      domains: [],
      backups: [],
      restores: [],
      deleted: false,
    };
    this.estate.put({ ...plain, ...this.#withTags(body) });
  }

  #changeByHand(id: number, body: Readonly<Record<string, unknown>>): void {
    const site = this.estate.find(id);
    if (site === undefined) throw new TypeError(`there is no site ${id}`);
    this.estate.put({ ...site, ...this.#withTags(body) });
  }

  #withTags(body: Readonly<Record<string, unknown>>): Partial<SandboxSite> {
    const { tags, ...rest } = body;
    return {
      ...rest,
      ...(Array.isArray(tags) ? { tags: tags.map((name) => ({ id: this.tagId(String(name)), name: String(name) })) } : {}),
    };
  }
}
