import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PgTriggerQueue } from '@hostwright/platform';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture } from './support/api-fixture.js';
import { signatureOf } from './support/fake-trigger.js';

const secret = 'bills-secret-hunter3';
let api: ApiFixture;
let serverId: string;
let events = 0;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop({ vmids: '900-1999', lan: '10.0.0.1-10.0.9.250' });
  const { json } = await api.call('POST', '/api/v1/servers', {
    body: { name: 'bills', extension: 'fake-bills', kind: 'trigger', settings: { host: 'a', secret } },
  });
  serverId = json.id;
  for (const [plan, product] of [
    ['small', 'wordpress-basic'],
    ['big', 'wordpress-standard'],
  ] as const)
    await map({ plan, product });
}, 60_000);
afterAll(() => api.stop());

const orderValues = { email: { from: 'email' }, publicIp: { from: 'metadata.ip' } };
const map = (over: object) => api.call('POST', '/api/v1/trigger-mappings', { body: { serverId, orderValues, ...over } });

/** As the other billing system tells. */
const tell = (about: string | null, over: { id?: string; signature?: string; body?: string; path?: string } = {}) => {
  const body = over.body ?? JSON.stringify({ id: over.id ?? `event-${(events += 1)}`, about });
  const headers = { 'x-signature': over.signature ?? signatureOf(body, secret) };
  return api.call('POST', over.path ?? '/triggers/fake-bills', { raw: body, headers, token: null });
};
const due = () => api.one<string>(`SELECT count(*) FROM trigger_subject WHERE due_at <= now() OR looking`);
/** A worker looks at all that is due. */
const look = async () => {
  const runner = api.looker();
  do {
    await runner.look();
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (Number(await due()) > 0);
  await runner.stop();
};
const letTimePass = () => api.one(`UPDATE trigger_subject SET due_at = now() WHERE due_at IS NOT NULL AND NOT looking`);
const serviceOf = async (subject: string) =>
  (
    await api.database.pool.query(`SELECT s.*, p.code FROM service s JOIN product p ON p.id = s.product_id WHERE external_id = $1`, [
      subject,
    ])
  ).rows;
const jobsOf = async (subject: string): Promise<string[]> =>
  (
    await api.database.pool.query(
      `SELECT operation FROM provisioning_job j JOIN service s ON s.id = j.service_id WHERE s.external_id = $1 ORDER BY j.id`,
      [subject],
    )
  ).rows.map(({ operation }) => operation);
const eventsOf = async (subject: string) => (await api.call('GET', `/api/v1/trigger-events?subject=${subject}`)).json.items;
const openTasks = async (about: string) =>
  (await api.call('GET', '/api/v1/operator-tasks?state=open&limit=200')).json.items.filter(({ title }: { title: string }) =>
    title.includes(about),
  );
/** As its create job had ended. */
const deliver = (subject: string, state = 'active') =>
  api.one(
    `WITH done AS (UPDATE provisioning_job j SET state = 'completed' FROM service s WHERE s.id = j.service_id AND s.external_id = $1)
     UPDATE service SET state = $2 WHERE external_id = $1`,
    [subject, state],
  );

describe('what another billing system tells', () => {
  it('fifty times at once is one event and one service', async () => {
    api.bills.stands('sub-fifty');
    const answers = await Promise.all(Array.from({ length: 50 }, () => tell('sub-fifty', { id: 'fifty' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"received":true}']));
    await Promise.all([look(), look(), look()]);
    expect(await eventsOf('sub-fifty')).toMatchObject([{ eventId: 'fifty', state: 'done', outcome: expect.stringContaining('ordered') }]);
    expect(await serviceOf('sub-fifty')).toMatchObject([{ external_source: `trigger:${serverId}`, code: 'wordpress-basic' }]);
    expect(await jobsOf('sub-fifty')).toEqual(['create']);
    // Long after it was seen to it has no effect either.
    await tell('sub-fifty', { id: 'fifty' });
    expect(await due()).toBe('0');
  });

  it('in fifty events at once is one service too', async () => {
    api.bills.stands('sub-many');
    await Promise.all(Array.from({ length: 50 }, () => tell('sub-many')));
    await Promise.all([look(), look(), look()]);
    expect(await jobsOf('sub-many')).toEqual(['create']);
    expect((await eventsOf('sub-many')).filter(({ state }: { state: string }) => state !== 'done')).toEqual([]);
  });

  it.each([
    ['signed with nothing', { signature: '' }],
    ['signed with another secret', { signature: signatureOf('{}', 'guess') }],
    ['signed for another body', { body: '{"id":"x","about":"sub-forged"}', signature: signatureOf('{"id":"y"}', secret) }],
  ])('%s is refused without a hint, and leaves nothing', async (_how, forged) => {
    const answer = await tell('sub-forged', forged);
    expect([answer.status, answer.json]).toEqual([401, { error: { code: 'unauthenticated', message: 'the signature is not valid' } }]);
    expect(await eventsOf('sub-forged')).toEqual([]);
  });

  it('to an address nobody is at, or for an extension without a server, is not found', async () => {
    for (const path of ['/triggers/unknown', '/triggers/fake-sites', '/triggers/..%2f', '/triggers/constructor'])
      expect((await tell(null, { path })).status).toBe(404);
  });

  it('and cannot be understood says what is wrong with it', async () => {
    const answer = await tell(null, { body: '{"about":"x"}' });
    expect([answer.status, answer.json.error.message]).toEqual([400, 'the event has no id']);
  });

  it('is taken as it was sent, as a form too, and refused when it is too large', async () => {
    const body = '{"id":"form-1",   "about":null}';
    const headers = { 'x-signature': signatureOf(body, secret), 'content-type': 'application/x-www-form-urlencoded' };
    expect((await api.call('POST', '/triggers/fake-bills?a=1', { raw: body, headers, token: null })).status).toBe(200);
    expect((await tell(null, { body: JSON.stringify({ id: 'x'.repeat(300_000) }) })).status).toBe(413);
    // Elsewhere a form is no body.
    const elsewhere = await api.call('POST', '/api/v1/auth/login', {
      raw: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      token: null,
    });
    expect(elsewhere.status).toBe(415);
  });

  it('about nothing that is sold is done at once', async () => {
    await tell(null, { id: 'nothing' });
    const { json } = await api.call('GET', `/api/v1/trigger-events?serverId=${serverId}&limit=1`);
    expect(json.items).toMatchObject([{ eventId: 'nothing', subject: null, state: 'done' }]);
    expect((await api.call('POST', `/api/v1/trigger-events/${json.items[0].id}/replay`)).status).toBe(409);
  });
});

describe('a service', () => {
  it('is not made when the cancellation overtook the purchase', async () => {
    api.bills.stands('sub-late', { state: 'ended' });
    await tell('sub-late', { id: 'late-cancelled' });
    await look();
    await tell('sub-late', { id: 'late-created' });
    await look();
    expect(await serviceOf('sub-late')).toEqual([]);
    expect(await eventsOf('sub-late')).toMatchObject([
      { state: 'done' },
      { state: 'done', outcome: 'it is ended, and nothing was ordered for it' },
    ]);
  });

  it('is not made before anything was paid', async () => {
    api.bills.stands('sub-wait', { state: 'waiting' });
    await tell('sub-wait');
    await look();
    expect(await serviceOf('sub-wait')).toEqual([]);
    api.bills.stands('sub-wait');
    await tell('sub-wait');
    await look();
    expect(await jobsOf('sub-wait')).toEqual(['create']);
  });

  it('follows its subscription: suspended unpaid, resumed paid, another product, ended', async () => {
    const follow = async (over: Parameters<typeof api.bills.stands>[1]) => {
      api.bills.stands('sub-life', over);
      await tell('sub-life');
      await look();
      return (await jobsOf('sub-life')).at(-1);
    };
    expect(await follow({})).toBe('create');
    await deliver('sub-life');
    expect(await follow({ state: 'overdue' })).toBe('create'); // by its mapping: nothing
    expect(await follow({ state: 'unpaid' })).toBe('suspend');
    await deliver('sub-life', 'suspended');
    expect(await follow({})).toBe('unsuspend');
    await deliver('sub-life');
    await letTimePass();
    await look();
    expect(await follow({ plan: 'big' })).toBe('changePackage');
    await deliver('sub-life');
    expect(await follow({ state: 'ended' })).toBe('terminate');
    expect(await jobsOf('sub-life')).toEqual(['create', 'suspend', 'unsuspend', 'changePackage', 'terminate']);
    // Paid again after its end: a person decides, and nothing is paid in silence.
    await deliver('sub-life', 'terminated');
    await follow({});
    expect(await openTasks('sub-life')).toMatchObject([{ title: expect.stringContaining('is paid, but its service') }]);
  });

  it('that somebody else suspended stays so, however often it is paid', async () => {
    api.bills.stands('sub-abuse');
    await tell('sub-abuse');
    await look();
    await deliver('sub-abuse', 'suspended');
    await api.one(`UPDATE service SET desired_state = 'suspended' WHERE external_id = 'sub-abuse'`);
    await tell('sub-abuse');
    await look();
    expect(await jobsOf('sub-abuse')).toEqual(['create']);
    expect((await eventsOf('sub-abuse'))[0].outcome).toContain('suspended by somebody else');
  });

  it('is that of the order when its payment is told of beside it', async () => {
    const fact = api.bills.stands('order-1');
    api.bills.facts.set('payment-1', () => Promise.resolve(fact));
    await Promise.all([tell('payment-1'), tell('order-1'), tell('payment-1')]);
    await Promise.all([look(), look()]);
    expect(await serviceOf('payment-1')).toEqual([]);
    expect(await jobsOf('order-1')).toEqual(['create']);
    expect(await eventsOf('order-1')).toHaveLength(3);
  });
});

describe('what a person has to mend', () => {
  it.each<[string, string, object, string]>([
    ['a plan that is not mapped', 'sub-unmapped', { plan: 'huge' }, 'no mapping names'],
    ['a customer without an address', 'sub-nobody', { customer: { email: null, name: 'Ada' } }, 'no valid e-mail address'],
    ['an address that is none', 'sub-odd', { customer: { email: 'ada at home', name: null } }, 'no valid e-mail address'],
    ['three that were bought', 'sub-three', { items: [{ names: ['small'], quantity: 3 }] }, 'paid for 3'],
    ['an order that lacks a value', 'sub-lacks', { values: {} }, 'publicIp'],
  ])('%s is an operator task that names it, and done when it is replayed after that', async (_what, subject, over, words) => {
    api.bills.stands(subject, over);
    await tell(subject);
    await look();
    const [event] = await eventsOf(subject);
    expect(event).toMatchObject({ state: 'failed', outcome: expect.stringContaining(words) });
    expect(await openTasks(subject)).toMatchObject([{ jobId: null, detail: expect.stringContaining('replay the event') }]);
    expect(await serviceOf(subject)).toEqual([]);
    // Told once more before it is mended there is still one task.
    await tell(subject);
    await look();
    expect(await openTasks(subject)).toHaveLength(1);
    api.bills.stands(subject);
    expect((await api.call('POST', `/api/v1/trigger-events/${event.id}/replay`)).json).toMatchObject({ id: event.id, state: 'pending' });
    await look();
    expect(await jobsOf(subject)).toEqual(['create']);
    expect(await openTasks(subject)).toEqual([]);
    expect((await eventsOf(subject)).map(({ state }: { state: string }) => state)).toEqual(['done', 'done']);
  });

  it('at the server is told at once, once, and what waits goes on by itself', async () => {
    const refuse = () => Promise.reject(new PanelError('invalid_config', 'the refresh token was refused'));
    for (const subject of ['sub-token-1', 'sub-token-2']) {
      api.bills.facts.set(subject, refuse);
      await tell(subject);
    }
    await look();
    expect(await openTasks('cannot be asked')).toMatchObject([{ detail: expect.stringContaining('the refresh token was refused') }]);
    expect((await eventsOf('sub-token-1'))[0]).toMatchObject({ state: 'pending', outcome: expect.stringContaining('invalid_config') });
    for (const subject of ['sub-token-1', 'sub-token-2']) api.bills.stands(subject);
    await letTimePass();
    await look();
    expect([...(await jobsOf('sub-token-1')), ...(await jobsOf('sub-token-2'))]).toEqual(['create', 'create']);
    expect(await openTasks('cannot be asked')).toEqual([]);
  });

  it('is said when the provider was not there for a whole day, and all that failed is replayed at once', async () => {
    api.bills.facts.set('sub-down', () => Promise.reject(new PanelError('unavailable', 'nobody listens')));
    await tell('sub-down');
    await look();
    await api.one(`UPDATE trigger_subject SET give_up_at = now() WHERE subject = 'sub-down'`);
    await letTimePass();
    await look();
    expect(await openTasks('sub-down')).toMatchObject([{ title: expect.stringContaining('24 hours') }]);
    api.bills.stands('sub-down');
    const { json } = await api.call('POST', '/api/v1/trigger-events/replay-failed', { body: { serverId } });
    expect(json.replayed).toBeGreaterThanOrEqual(1);
    await look();
    expect(await jobsOf('sub-down')).toEqual(['create']);
  });
});

describe('a worker', () => {
  it('that was lost between its claim and its order loses and doubles nothing', async () => {
    api.bills.stands('sub-crash');
    await tell('sub-crash');
    const queue = new PgTriggerQueue(api.database.pool);
    const [claimed] = await queue.claim(10, 8, 60_000); // and dies
    expect(claimed).toMatchObject({ subject: 'sub-crash', fence: '1' });
    expect(await queue.claim(10, 8, 60_000)).toEqual([]);
    await api.one(`UPDATE trigger_subject SET due_at = now() WHERE subject = 'sub-crash'`); // as if its lease were over
    await look();
    expect(await jobsOf('sub-crash')).toEqual(['create']);
    // Not dead after all: what it knows is worth nothing any more.
    expect(await queue.hold(claimed!, 60_000)).toBe(false);
    expect(await queue.fail(claimed!, { outcome: 'x', title: 'x', detail: 'x', suspended: false })).toBe(false);
  });

  it('that reads while another event comes looks once more, so that the older fact does not stay', async () => {
    let answer: () => void = () => undefined;
    const begun = new Promise<void>((reading) => {
      api.bills.facts.set('sub-turn', () => {
        reading();
        return new Promise((resolve) => (answer = () => resolve({ ...api.bills.stands('sub-turn'), state: 'waiting' })));
      });
    });
    await tell('sub-turn');
    const looking = look();
    await begun;
    await tell('sub-turn');
    answer();
    await looking;
    expect(await jobsOf('sub-turn')).toEqual(['create']);
  });

  it('whose question got no answer asks again', async () => {
    api.bills.facts.set('sub-silent', () => Promise.reject(new PanelError('unknown_outcome', 'no answer in time')));
    await tell('sub-silent');
    await look();
    expect((await eventsOf('sub-silent'))[0]).toMatchObject({ state: 'pending', nextLookAt: expect.any(String) });
    api.bills.stands('sub-silent');
    await letTimePass();
    await look();
    expect(await jobsOf('sub-silent')).toEqual(['create']);
  });
});
