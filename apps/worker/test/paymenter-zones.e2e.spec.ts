import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PaymenterPanel, type Answer } from './support/paymenter-panel.js';

const nameServers = ['ns1.example.net', 'ns2.example.net'];
const proxyIp = '203.0.113.10';
const success = { status: 200, text: 'success' };

interface ShownRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly data: string;
  readonly ttl: number;
  readonly priority: number | null;
  readonly active: string;
}

describe("DNS zones that another panel's users keep over HTTP", () => {
  jest.setTimeout(60_000);
  let panel: PaymenterPanel;
  beforeAll(async () => {
    panel = await PaymenterPanel.open();
    for (const domain of ['shop.example', 'bücher.example', 'killed.example', 'late.example'])
      panel.names.set(domain === 'bücher.example' ? 'xn--bcher-kva.example' : domain, 'NS', [...nameServers, 'ns3.example.org']);
    panel.names.set('half.example', 'NS', nameServers.slice(0, 1));
  });
  afterAll(() => panel?.close());

  const add = (domain: string, user_id = '7') => panel.post('/customdomain/add/zone', { user_id, domain });
  const remove = (domain: string) => panel.post('/customdomain/delete/zone', { domain });
  const zonesOf = async (user_id: string): Promise<{ id: string; name: string; records: Record<string, ShownRecord> }[]> => {
    const { status, json } = await panel.post('/customdomain/getdata', { user_id });
    expect(status).toBe(200);
    return json.zones.map(({ zone }: { zone: object }) => zone);
  };
  const theZone = async (name = 'shop.example') => (await zonesOf('7')).find((zone) => zone.name === name)!;
  const lines = async () =>
    Object.values((await theZone()).records)
      .map(({ type, name, data, priority }) => `${type} ${name} ${priority === null ? '' : `${priority} `}${data}`)
      .sort();
  const record = (body: Record<string, string | number>) => panel.post('/customdomain/add/record', { ttl: 300, ...body });
  const standing = (kind: string) => panel.zones.ledger().filter((entry) => entry.kind === kind);
  const zonesNamed = (name: string) => standing('dns-zone').filter((entry) => JSON.stringify(entry).includes(`"${name}.`));
  const refused = (status: number, text: RegExp) => ({ status, text: expect.stringMatching(text) });
  const begun = ({ status, text }: Answer) => expect([status, text]).toEqual([200, expect.stringMatching(/^success/)]);

  it('are made only of domains that are delegated to our name servers, and nothing is left of the others', async () => {
    expect(await add('half.example')).toMatchObject(refused(400, /^half.example must have the name servers .*ns2.example.net is missing/));
    expect(await add('nowhere.example')).toMatchObject(refused(400, /^nowhere.example must have the name servers/));
    expect(await add('not a domain')).toMatchObject(refused(400, /is not a domain/));
    expect(panel.zones.ledger()).toEqual([]);
    expect(await zonesOf('7')).toEqual([]);
    panel.names.set('half.example', 'NS', nameServers);
    expect(await add('half.example')).toMatchObject(success);
    expect(await remove('half.example')).toMatchObject(success);
    expect(panel.zones.ledger()).toEqual([]);
  });

  it('are made once, however often they are asked for, with their first records', async () => {
    const answers = await Promise.all([add('Shop.example'), add('shop.example'), add('shop.example')]);
    for (const answer of answers) expect(answer).toMatchObject(success);
    expect(await add('shop.example')).toMatchObject(success);
    expect(standing('dns-zone')).toHaveLength(1);
    expect(await add('bücher.example')).toMatchObject(success);
    expect((await zonesOf('7')).map(({ name }) => name)).toEqual(['shop.example', 'xn--bcher-kva.example']);
    expect(await lines()).toEqual([
      `A shop.example. ${proxyIp}`,
      `A www.shop.example. ${proxyIp}`,
      'NS shop.example. ns1.example.net.',
      'NS shop.example. ns2.example.net.',
    ]);
    const [[id, first]] = Object.entries((await theZone()).records) as [[string, ShownRecord]];
    expect(first).toEqual({
      id,
      type: expect.any(String),
      name: expect.stringMatching(/\.$/),
      data: expect.any(String),
      ttl: 3600,
      priority: null,
      active: 'y',
    });
  });

  it('have records of every kind, which the zone is found by', async () => {
    const wanted: Record<string, string | number>[] = [
      { type: 'a', name: 'a.shop.example', ip: '192.0.2.1' },
      { type: 'A', name: 'proxy.shop.example.', ip: 'PROXYSRV' },
      { type: 'aaaa', name: 'a.shop.example', ip: '2001:db8::1' },
      { type: 'cname', name: 'blog.shop.example', target: 'hosting.example.org.' },
      { type: 'mx', name: 'shop.example', exchange: 'mail.example.org', priority: 10 },
      { type: 'txt', name: 'shop.example', txt: 'v=spf1 mx -all' },
      { type: 'ns', name: 'sub.shop.example', ns: 'ns1.example.org' },
    ];
    for (const one of wanted) expect(await record(one)).toMatchObject(success);
    const { id } = await theZone();
    expect(await record({ zone_id: Number(id), type: 'txt', name: '@', txt: 'second' })).toMatchObject(success);
    expect(await record({ zone_id: id, type: 'a', name: 'short', ip: '192.0.2.2', user_id: '7' })).toMatchObject(success);
    // An answer was lost: the same again is the same record.
    expect(await record(wanted[0]!)).toMatchObject(success);
    expect(await lines()).toEqual(
      [
        'A a.shop.example. 192.0.2.1',
        `A proxy.shop.example. ${proxyIp}`,
        `A shop.example. ${proxyIp}`,
        'A short.shop.example. 192.0.2.2',
        `A www.shop.example. ${proxyIp}`,
        'AAAA a.shop.example. 2001:db8::1',
        'CNAME blog.shop.example. hosting.example.org.',
        'MX shop.example. 10 mail.example.org.',
        'NS shop.example. ns1.example.net.',
        'NS shop.example. ns2.example.net.',
        'NS sub.shop.example. ns1.example.org.',
        'TXT shop.example. second',
        'TXT shop.example. v=spf1 mx -all',
      ].sort(),
    );
  });

  it.each<[string, Record<string, string | number>, number, RegExp]>([
    ['no zone', { type: 'a', name: 'www.other.example', ip: '192.0.2.1' }, 404, /there is no zone that www.other.example is in/],
    ['a relative name', { type: 'a', name: 'www', ip: '192.0.2.1' }, 404, /give its whole name/],
    ['a name elsewhere', { type: 'cname', name: 'a.shop.example', target: 'x.example.org' }, 409, /a\.shop\.example/],
    ['an address of another kind', { type: 'aaaa', name: 'b.shop.example', ip: '192.0.2.1' }, 400, /is no content/],
    ['an unknown type', { type: 'srv', name: 'b.shop.example', ip: '192.0.2.1' }, 400, /type must be one of a, aaaa/],
    ['no content', { type: 'txt', name: 'b.shop.example', ip: '192.0.2.1' }, 400, /txt is missing/],
    ['a short TTL', { type: 'a', name: 'b.shop.example', ip: '192.0.2.1', ttl: 5 }, 400, /ttl must be a whole number/],
    ['no priority', { type: 'mx', name: 'shop.example', exchange: 'mail.example.org' }, 400, /priority is missing/],
    ['a mark of ours', { type: 'txt', name: '_hostwright.shop.example', txt: 'x' }, 400, /kept for the panel/],
  ])('refuse a record with %s, and say why', async (_, body, status, text) => {
    const before = standing('dns-record').length;
    expect(await record(body)).toMatchObject(refused(status, text));
    expect(standing('dns-record')).toHaveLength(before);
  });

  it('lose a record that is taken away, and only that', async () => {
    const before = await lines();
    const zone = await theZone();
    const other = await theZone('xn--bcher-kva.example');
    const { id } = Object.values(zone.records).find(({ type }) => type === 'MX')!;
    const call = (zone_id: string, rc_id: string) =>
      panel.post('/customdomain/delete/record', { zone_id: Number(zone_id), rc_id: Number(rc_id) });
    expect(await call(other.id, id)).toMatchObject(refused(404, /there is no record/));
    expect(await call(zone.id, id)).toMatchObject(success);
    expect(await call(zone.id, id)).toMatchObject(refused(404, /there is no record/));
    expect(await lines()).toEqual(before.filter((line) => !line.startsWith('MX')));
    const own = Object.values(zone.records).find(({ type, data }) => type === 'NS' && data.startsWith('ns1.example.net'))!;
    expect(await call(zone.id, own.id)).toMatchObject(refused(400, /name server/));
  });

  it('are their user’s alone', async () => {
    const zone = await theZone();
    const [first] = Object.keys(zone.records);
    expect(await zonesOf('8')).toEqual([]);
    expect(await add('shop.example', '8')).toMatchObject(refused(409, /^the zone shop.example is there already$/));
    const theirs = { user_id: '8', zone_id: zone.id };
    for (const answer of [
      await panel.post('/customdomain/delete/zone', { domain: 'shop.example', user_id: '8' }),
      await panel.post('/customdomain/delete/record', { ...theirs, rc_id: first! }),
      await record({ ...theirs, type: 'a', name: 'x.shop.example', ip: '192.0.2.9' }),
      await record({ user_id: '8', type: 'a', name: 'x.shop.example', ip: '192.0.2.9' }),
    ])
      expect(answer).toMatchObject(refused(404, /^there is no zone/));
    expect((await theZone()).records).toEqual(zone.records);
    // No id of a service that is no zone is one.
    expect(await panel.post('/customdomain/delete/record', { zone_id: 999_999, rc_id: 1 })).toMatchObject({ status: 404 });
  });

  it('come to their end when the worker is killed in the middle, once', async () => {
    const answer = add('killed.example');
    await panel.until('the zone is being made', () => Promise.resolve(zonesNamed('killed.example')[0]));
    panel.worker.kill('SIGKILL');
    panel.worker = await panel.stage.startWorker();
    begun(await answer);
    await panel.atRest();
    begun(await add('killed.example'));
    expect(zonesNamed('killed.example')).toHaveLength(1);
    expect(Object.keys((await theZone('killed.example')).records)).toHaveLength(4);
  });

  it('are made once though the provider’s answer was lost', async () => {
    panel.zones.fault({ kind: 'lost_reply', path: 'zone_add$' });
    begun(await add('late.example'));
    await panel.atRest();
    expect(zonesNamed('late.example')).toHaveLength(1);
  });

  it('go with every record in them, and may be asked for again', async () => {
    for (const domain of ['shop.example', 'bücher.example', 'killed.example', 'late.example', 'shop.example']) begun(await remove(domain));
    await panel.atRest();
    expect(panel.zones.ledger()).toEqual([]);
    expect(await zonesOf('7')).toEqual([]);
    expect(await remove('never.example')).toMatchObject(refused(404, /^there is no zone never.example$/));
    expect(await add('shop.example', '8')).toMatchObject(success);
    expect(await zonesOf('7')).toEqual([]);
    expect((await zonesOf('8')).map(({ name }) => name)).toEqual(['shop.example']);
    expect(await remove('shop.example')).toMatchObject(success);
    expect(panel.zones.ledger()).toEqual([]);
    expect(panel.zones.violations()).toEqual([]);
    expect(await panel.tasks()).toEqual([]);
  });
});
