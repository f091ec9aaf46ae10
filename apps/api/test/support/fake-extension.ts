import {
  defineDns,
  defineExtension,
  defineProvisioning,
  fields,
  ipv4,
  label,
  number,
  operation,
  password,
  type CreateShape,
  type DnsOperationShape,
  type LaterShape,
} from '@hostwright/sdk';

const server = fields({
  host: { type: 'text', label: 'Host', maxLength: 100 },
  token: { type: 'secret', label: 'Token' },
  note: { type: 'text', label: 'Note', optional: true },
  lan: { type: 'ipv4-range', label: 'Addresses' },
  vmids: { type: 'integer-range', label: 'Ids' },
});
const product = fields({ plan: { type: 'choice', label: 'Plan', choices: ['basic', 'standard', 'premium'] } });
const order = fields({ email: { type: 'email', label: 'E-mail' }, publicIp: { type: 'ipv4', label: 'Public address' } });
const properties = fields({
  hostname: { type: 'hostname', label: 'Site', shownTo: 'customer' },
  node: { type: 'text', label: 'Node' },
  password: { type: 'secret', label: 'Password', shownTo: 'customer' },
});

type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
type Later = LaterShape<typeof server, typeof product, typeof order, typeof properties>;

const nothing = operation<Later>({ steps: [], run: () => Promise.resolve(undefined) });

export const sites = defineExtension({
  id: 'fake-sites',
  name: 'Sites that do nothing',
  provisioning: defineProvisioning(
    { server, product, order, properties },
    {
      create: operation<Create>({
        reserve: {
          ip: ipv4('lan'),
          vmid: number('vmids'),
          subdomain: label(({ order: asked }) => String(asked['email'])),
          databasePassword: password(),
        },
        steps: ['make', 'start'],
        run: () => Promise.reject(new Error('no worker runs in these tests')),
      }),
      terminate: nothing,
      suspend: nothing,
      inspect: () => Promise.resolve({ state: 'running' }),
      listAccounts: () => Promise.resolve([]),
      usage: () => Promise.resolve([]),
      testConnection: () => Promise.resolve({ version: 'Fake 1', warnings: [] }),
    },
  ),
});

const dnsServer = fields({ zone: { type: 'hostname', label: 'Zone' } });
const dnsNothing = <I, O>() =>
  operation<DnsOperationShape<typeof dnsServer, I, O>>({
    steps: [],
    run: () => Promise.reject(new Error('no worker runs in these tests')),
  });

export const names = defineExtension({
  id: 'fake-names',
  name: 'Names that do nothing',
  dns: defineDns({ server: dnsServer }, { ensureRecord: dnsNothing(), removeRecord: dnsNothing(), listRecords: () => Promise.resolve([]) }),
});
