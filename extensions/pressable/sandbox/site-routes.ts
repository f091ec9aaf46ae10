import type { JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';
import { success, unprocessable } from './envelope.js';
import type { Provider } from './provider.js';
import { answered, datacenters, environments, installOptions, phpVersions, type SandboxSite } from './site.js';

const deployMs = 25_000;
const cloneMs = 60_000;
const malformedName =
  'Site name is not formatted correctly. Periods, spaces, and other special characters are not permitted in site names. ' +
  'Dashes are fine, but name cannot start or end with a dash. Name must be at least 3 characters in length';

/** Sites: list, make, change, switch, convert, tag, delete. */
export function siteRoutes(provider: Provider): readonly SandboxRoute[] {
  const { estate, behaviour } = provider;
  const shown = (site: SandboxSite): SandboxAnswer => success(answered(site, behaviour));

  function list({ query }: SandboxRequest): SandboxAnswer {
    const tag = query.get('tag_name');
    const all = estate.allSeen();
    const sites = tag === null || !behaviour.filtersByTag ? all : all.filter((site) => site.tags.some(({ name }) => name === tag));
    const told = (some: readonly SandboxSite[]): JsonObject[] => some.map((site) => answered(site, behaviour));
    if (query.get('paginate') !== 'true' && !behaviour.alwaysPaginates) return success(provider.list(told(sites)));
    const asked = Number(query.get('per_page') ?? 20);
    const perPage = asked === 0 ? 0 : Math.min(50, Math.max(1, asked));
    const currentPage = Math.max(1, Number(query.get('page') ?? 1));
    const lastPage = perPage === 0 ? 1 : Math.max(1, Math.ceil(sites.length / perPage));
    const nextPage = currentPage < lastPage ? currentPage + 1 : null;
    const page = { currentPage, nextPage, lastPage, perPage, totalItems: sites.length };
    return success(provider.list(told(sites.slice((currentPage - 1) * perPage, currentPage * perPage))), page);
  }

  function problemOf(name: unknown): string | undefined {
    if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9-]{1,61}[A-Za-z0-9]$/.test(name)) return malformedName;
    return estate.isNameTaken(name) ? 'Name has already been taken' : undefined;
  }

  function validate(request: SandboxRequest): SandboxAnswer {
    const { name } = provider.body(request, ['name']);
    const problem = problemOf(name);
    // Taken or malformed, the answer is 200.
    return { status: 200, json: { message: problem ?? 'Success', data: { valid: problem === undefined }, errors: null } };
  }

  function create(request: SandboxRequest): SandboxAnswer {
    const keys = ['name', 'datacenter_code', 'php_version', 'staging', 'install', 'template', 'wp_admin_email'];
    const {
      name,
      datacenter_code: datacenter,
      php_version: php,
      staging,
      install,
      template,
      wp_admin_email: email,
    } = provider.body(request, keys);
    const problem = problemOf(name);
    if (problem !== undefined) return { status: 422, json: { message: 'Unable to create site', errors: [problem], data: null } };
    if (!datacenters.some(({ code }) => code === datacenter)) return unprocessable('Datacenter is not valid');
    if (!phpVersions.includes(String(php))) return unprocessable('Php version is not valid');
    if (install !== undefined && !installOptions.includes(String(install))) return unprocessable('Install is not valid');
    const copied = template === undefined ? undefined : estate.find(Number(template));
    if (template !== undefined && copied === undefined) return unprocessable('Template is not valid');
    const id = estate.nextId();
    const site = estate.write({
      id,
      name: String(name),
      displayName: String(name),
      state: 'deploying',
      staging: staging === true,
      datacenter: String(datacenter),
      phpVersion: String(php),
      environment: staging === true ? 'staging' : 'production',
      install: install === undefined ? null : String(install),
      adminEmail: typeof email === 'string' ? email : null,
      clonedFromId: copied?.id ?? null,
      created: new Date().toISOString(),
      tags: [],
      domains: [],
      backups: [],
      restores: [],
      deleted: false,
    });
    if (copied !== undefined) estate.later(deployMs, id, (then) => ({ ...then, state: 'cloning' }));
    estate.later(copied === undefined ? deployMs : deployMs + cloneMs, id, (then) => ({ ...then, state: behaviour.liveState }));
    return shown(site);
  }

  function change(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const {
      name,
      php_version: php,
      wp_environment_type: environment,
    } = provider.body(request, ['name', 'php_version', 'wp_environment_type']);
    // All three must be sent even to change one.
    const missing = Object.entries({ Name: name, 'Php version': php, 'Wp environment type': environment }).filter(([, value]) => !value);
    if (missing.length > 0) return unprocessable(...missing.map(([key]) => `${key} can't be blank`));
    if (!phpVersions.includes(String(php))) return unprocessable('Php version is not valid');
    if (!environments.includes(String(environment))) return unprocessable('Wp environment type is not valid');
    return shown(estate.write({ ...site, displayName: String(name), phpVersion: String(php), environment: String(environment) }));
  }

  function switchTo(state: 'live' | 'disabled', site: SandboxSite): SandboxAnswer {
    const { liveState, disabledState, acceptsRepeats } = behaviour;
    const [from, to] = state === 'live' ? [disabledState, liveState] : [liveState, disabledState];
    if (site.state !== from && !(acceptsRepeats && site.state === to)) return unprocessable(`Site is ${site.state}`);
    return shown(estate.write({ ...site, state: to }));
  }

  function convert(staging: boolean, site: SandboxSite): SandboxAnswer {
    if (staging && site.domains.length > 0) return unprocessable('A site with domains cannot be converted to staging');
    return shown(estate.write({ ...site, staging }));
  }

  function tag(site: SandboxSite, request: SandboxRequest): SandboxAnswer {
    const body = provider.body(request, ['tag_names', 'tags']);
    const asNames = Array.isArray(body['tag_names']) ? (body['tag_names'] as unknown[]).map(String) : [];
    const asObjects = Array.isArray(body['tags']) ? (body['tags'] as { name?: unknown }[]).map(({ name }) => String(name)) : [];
    if (behaviour.takesTagsAs === 'objects only' && body['tags'] === undefined) return unprocessable('Tags is missing');
    if (behaviour.takesTagsAs === 'names only' && body['tag_names'] === undefined) return unprocessable('Tag names is missing');
    const names = behaviour.takesTagsAs.startsWith('names') ? asNames : asObjects;
    const added = [...new Set(names)].filter((name) => !site.tags.some((one) => one.name === name));
    const tags = [...site.tags, ...added.map((name) => ({ id: provider.tagId(name), name }))];
    const tagged = estate.write({ ...site, tags });
    return shown(behaviour.answersBefore ? site : tagged);
  }

  const one = (act: (site: SandboxSite, request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] => provider.siteRoute(act);
  const conversion = (staging: boolean): SandboxRoute['handle'] =>
    one((site) => (behaviour.namesConversions ? convert(staging, site) : provider.noSuchCall()));
  const at = '/v1/sites/:id';
  return [
    { method: 'GET', path: '/v1/sites', handle: list },
    { method: 'POST', path: '/v1/sites', latencyMs: 800, handle: create },
    { method: 'POST', path: '/v1/sites/validate', handle: validate },
    { method: 'GET', path: '/v1/sites/datacenters', handle: () => success(datacenters.map((each) => ({ ...each }))) },
    { method: 'GET', path: '/v1/sites/php-versions', handle: () => success([...phpVersions]) },
    { method: 'GET', path: '/v1/sites/install-options', handle: () => success([...installOptions]) },
    { method: 'GET', path: at, handle: provider.readRoute((site) => shown(site)) },
    { method: 'PUT', path: at, handle: one(change) },
    {
      method: 'DELETE',
      path: at,
      handle: one((site) => {
        if (!behaviour.deletesDeploying && ['deploying', 'cloning'].includes(site.state)) return unprocessable(`Site is ${site.state}`);
        estate.remove(site);
        return success(null);
      }),
    },
    { method: 'PUT', path: `${at}/disable`, handle: one((site) => switchTo('disabled', site)) },
    { method: 'PUT', path: `${at}/enable`, handle: one((site) => switchTo('live', site)) },
    { method: 'PUT', path: `${at}/convert`, handle: one((site) => convert(!site.staging, site)) },
    { method: 'PUT', path: `${at}/convert/live`, handle: conversion(false) },
    { method: 'PUT', path: `${at}/convert/staging`, handle: conversion(true) },
    { method: 'POST', path: `${at}/tags`, handle: one(tag) },
  ];
}
