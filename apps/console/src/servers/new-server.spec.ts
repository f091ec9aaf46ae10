import { expect, it } from '@jest/globals';
import type { Extension } from '../api/index.js';
import { connectableModules } from './new-server.js';

const aModule = (kind: string, server: object = {}): Extension['modules'][number] => ({
  kind,
  server: server as Extension['modules'][number]['server'],
  product: null,
  order: null,
  properties: null,
  operations: [],
  actions: [],
  canTest: kind !== 'proxy',
  canSignOn: false,
  canAdopt: false,
  canServeSites: false,
  looks: [],
});

it('a server can be connected for each module of what is loaded, with the form that it declares', () => {
  const server = { required: ['host'], properties: { host: { title: 'Host', type: 'string', 'x-field-type': 'text' } } };
  const found = connectableModules([
    { id: 'zones', name: 'Zones', modules: [aModule('dns'), aModule('proxy')] },
    { id: 'broken', name: 'Broken', modules: [] },
    { id: 'accounts', name: 'Accounts', modules: [aModule('provisioning', server)] },
  ]);
  expect(found.map(({ key, label, canTest }) => [key, label, canTest])).toEqual([
    ['accounts/provisioning', 'Accounts: services', true],
    ['zones/dns', 'Zones: DNS', true],
    ['zones/proxy', 'Zones: reverse proxy', false],
  ]);
  expect(found[0]?.server).toBe(server);
});
