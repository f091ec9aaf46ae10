import {
  action,
  code,
  defineDns,
  defineExtension,
  defineProvisioning,
  fields,
  ipv4,
  label,
  number,
  operation,
  PanelError,
  password,
  type CreateShape,
  type DnsOperationShape,
  type Fields,
  type LaterShape,
  type PasswordShape,
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
type NewPassword = PasswordShape<typeof server, typeof product, typeof order, typeof properties>;

const nothing = operation<Later>({ steps: [], run: () => Promise.resolve(undefined) });
const restart = action<Later>({ label: 'Restart', shownTo: 'customer', steps: ['restart'], run: () => Promise.resolve(undefined) });
const listBackups = action<Later>({
  label: 'Backups',
  shownTo: 'customer',
  reads: true,
  steps: ['list'],
  run: () => Promise.resolve({ backups: [] }),
});
const deleteBackup = action<Later>({
  label: 'Delete a backup',
  confirm: 'It is gone for good.',
  input: fields({ backup: { type: 'text', label: 'Backup', pattern: '^[A-Z0-9-]+$', maxLength: 40 } }),
  shownTo: 'customer',
  steps: ['delete'],
  run: () => Promise.resolve(undefined),
});
const backUp = action<Later>({
  label: 'Back up',
  input: fields({ name: { type: 'text', label: 'Name', maxLength: 20 } }),
  when: ['active', 'suspended'],
  steps: ['back up'],
  run: () => Promise.resolve({ name: 'a' }),
});

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
      unsuspend: nothing,
      changePackage: nothing as never,
      changePassword: operation<NewPassword>({ steps: ['set'], run: () => Promise.resolve(undefined) }),
      singleSignOn: () => Promise.reject(new Error('no provider is asked in these tests')),
      files: () => ({ files: [{ name: 'shop.key', content: 'none is read in these tests' }] }),
      allowChange({ from, to }) {
        if (from.plan === 'premium' && to.plan === 'basic')
          throw new PanelError('conflict', 'a premium site does not fit into a basic one');
      },
      actions: { restart, backUp, listBackups, deleteBackup },
      addDomain: nothing as never,
      removeDomain: nothing as never,
      domainQuota: ({ plan }) => (plan === 'basic' ? 1 : 3),
      domainTarget: () => ({ addresses: ['203.0.113.10'], nameServers: ['ns1.panel.example', 'ns2.panel.example'] }),
      ownZones: () => ['panel.example'],
      inspect: () => Promise.resolve({ state: 'running' }),
      listAccounts: () => Promise.resolve([]),
      usage: () => Promise.resolve([]),
      testConnection: () => Promise.resolve({ version: 'Fake 1', warnings: [] }),
    },
  ),
});

const none = fields({});
const asked = fields({
  email: { type: 'email', label: 'E-mail' },
  firstname: { type: 'text', label: 'First name' },
  lastname: { type: 'text', label: 'Last name' },
});
const nothingOfKeys = operation<LaterShape<typeof none, typeof none, typeof asked, typeof none>>({
  steps: [],
  run: () => Promise.resolve(undefined),
});

export const keys = defineExtension({
  id: 'fake-keys',
  name: 'Keys that open nothing',
  provisioning: defineProvisioning(
    { server: none, product: none, order: asked, properties: none },
    {
      create: operation({
        reserve: { key: code({ prefix: 'SUP-', length: 16 }) },
        steps: ['issue'],
        run: () => Promise.reject(new Error('no worker runs in these tests')),
      }),
      suspend: nothingOfKeys,
      unsuspend: nothingOfKeys,
      terminate: nothingOfKeys,
      inspect: () => Promise.resolve({ state: 'running' }),
    },
  ),
});

const zoneOrder = fields({ domain: { type: 'hostname', label: 'Domain' } });
const ofZones = <const Input extends Fields>(input: Input) =>
  action<LaterShape<typeof none, typeof none, typeof zoneOrder, typeof none>, Input>({
    label: 'Change a record',
    input,
    shownTo: 'customer',
    steps: ['change'],
    run: () => Promise.resolve(undefined),
  });

export const zones = defineExtension({
  id: 'fake-zones',
  name: 'Zones that nobody asks',
  provisioning: defineProvisioning(
    { server: none, product: none, order: zoneOrder, properties: none },
    {
      create: operation({
        steps: ['make'],
        onRefusal: 'withdraw',
        run: () => Promise.reject(new Error('no worker runs in these tests')),
      }),
      terminate: operation({ steps: ['remove'], run: () => Promise.resolve(undefined) }),
      actions: {
        addRecord: ofZones(
          fields({
            name: { type: 'text', label: 'Name', maxLength: 254 },
            type: { type: 'text', label: 'Type' },
            content: { type: 'text', label: 'Content' },
            ttl: { type: 'integer', label: 'TTL' },
            priority: { type: 'integer', label: 'Priority', optional: true },
          }),
        ),
        removeRecord: ofZones(
          fields({
            name: { type: 'text', label: 'Name' },
            type: { type: 'text', label: 'Type' },
            content: { type: 'text', label: 'Content' },
            priority: { type: 'integer', label: 'Priority', optional: true },
          }),
        ),
      },
      inspect: () => Promise.resolve({ state: 'running' }),
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
