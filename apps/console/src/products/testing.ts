import { emptyPanel, type FakeApi } from '../testing/index.js';

const schema = (required: string[], properties: Record<string, object>) => ({ type: 'object', required, properties });
const text = (title: string, more: object = {}) => ({ title, type: 'string', 'x-field-type': 'text', ...more });

const extension = (id: string, name: string, module: object) => ({
  id,
  name,
  version: '1.0.0',
  state: 'loaded',
  reason: null,
  modules: [
    {
      kind: 'provisioning',
      server: schema([], {}),
      operations: [],
      actions: [],
      canTest: true,
      canSignOn: false,
      canAdopt: false,
      canServeSites: false,
      looks: [],
      ...module,
    },
  ],
});

const web = extension('web', 'Web hosting', {
  canServeSites: true,
  product: schema(['package'], {
    package: text('Package', { description: 'As the server has it', maxLength: 100, 'x-choices-from': 'packages' }),
    database: text('First database', {
      pattern: '^(?:[a-z0-9]{1,7})$',
      'x-pattern-text': 'at most 7 lower-case letters and digits',
    }),
    ttl: { title: 'DNS TTL (s)', type: 'integer', default: 3600, minimum: 60, maximum: 86400, 'x-field-type': 'integer' },
    ssl: { title: 'With certificate', type: 'boolean', default: true, 'x-field-type': 'boolean' },
    licence: { title: 'Licence key', type: 'string', format: 'secret-line', 'x-field-type': 'secret' },
  }),
  order: schema(['domain'], { domain: { ...text('Domain'), 'x-field-type': 'hostname' } }),
  properties: schema(['address', 'port'], { address: text('Address'), port: { title: 'Port', type: 'integer' } }),
});

const zone = extension('zone', 'DNS zone', {
  product: schema([], {}),
  order: schema(['domain'], { domain: { ...text('Domain'), 'x-field-type': 'hostname' } }),
  properties: schema(['domain', 'key'], {
    domain: { ...text('Zone'), 'x-field-type': 'hostname' },
    nameServers: text('Name servers'),
    key: { title: 'Transfer key', type: 'string', format: 'secret-line', 'x-field-type': 'secret' },
  }),
});

const server = (id: string, name: string, extension: string, kind: string, serverGroupId: string | null) => ({
  ...{ id, name, extension, kind, serverGroupId },
  ...{ settings: {}, state: 'active', capacity: null, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
});

const page = (items: readonly object[]) => ({ items, next: null });

/** A panel with two extensions, a server of each, and a DNS server. */
export function aPanel(): FakeApi {
  return emptyPanel()
    .answer('GET /api/v1/extensions', { items: [web, zone] })
    .answer('GET /api/v1/server-groups', page([aGroup('1', 'Hosting'), aGroup('2', 'Zones')]))
    .answer(
      'GET /api/v1/servers',
      page([
        server('11', 'web1', 'web', 'provisioning', '1'),
        server('12', 'zones', 'zone', 'provisioning', '2'),
        server('13', 'ns1', 'dns-at-home', 'dns', null),
      ]),
    )
    .answer('GET /api/v1/servers/11/choices/packages', page([aChoice('basic'), aChoice('large')]));
}

const aGroup = (id: string, name: string) => ({ id, name, fill: 'least_full', createdAt: '2026-01-01T00:00:00.000Z' });

export const aChoice = (value: string) => ({ value, label: value.toUpperCase() });

export const aComponent = (change: object) => ({
  ...{ name: 'site', extension: 'web', serverGroupId: '1', settings: {}, connections: {}, inputs: {}, site: null, handOver: 'awaited' },
  ...change,
});

/** A product that the panel has, wired from its zone. */
export const aProduct = (change: object = {}) => ({
  id: '5',
  code: 'hosting',
  name: 'Hosting',
  description: '',
  state: 'active',
  components: [
    aComponent({ name: 'zone', extension: 'zone', serverGroupId: '2', connections: { dns: '13' } }),
    aComponent({ settings: { package: 'basic', ttl: 300 }, inputs: { domain: { component: 'zone', output: 'domain' } } }),
  ],
  onFailure: null,
  addonOf: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...change,
});
