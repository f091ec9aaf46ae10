import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signatureOf } from './support/fake-trigger.js';
import { billsSecret, TriggerStage } from './support/trigger-stage.js';

let stage: TriggerStage;
beforeAll(async () => {
  stage = await TriggerStage.start();
}, 60_000);
afterAll(() => stage.api.stop());

/** Told and looked at. Default: it is paid. */
async function toldOf(subject: string, state?: 'unpaid'): Promise<void> {
  stage.api.bills.stands(subject, state ? { state } : {});
  await stage.tell(subject);
  await stage.look();
}

describe('what another billing system tells', () => {
  it('fifty times at once is one event and one service', async () => {
    stage.api.bills.stands('sub-fifty');
    const answers = await Promise.all(Array.from({ length: 50 }, () => stage.tell('sub-fifty', { id: 'fifty' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"received":true}']));
    await Promise.all([stage.look(), stage.look(), stage.look()]);
    expect(await stage.eventsOf('sub-fifty')).toMatchObject([
      { eventId: 'fifty', state: 'done', outcome: expect.stringContaining('ordered') },
    ]);
    expect(await stage.serviceOf('sub-fifty')).toMatchObject([{ external_source: `trigger:${stage.serverId}`, code: 'wordpress-basic' }]);
    expect(await stage.jobsOf('sub-fifty')).toEqual(['create']);
    // Long after it was seen to it has no effect either.
    await stage.tell('sub-fifty', { id: 'fifty' });
    expect(await stage.due()).toBe('0');
  });

  it('in fifty events at once is one service too', async () => {
    stage.api.bills.stands('sub-many');
    await Promise.all(Array.from({ length: 50 }, () => stage.tell('sub-many')));
    await Promise.all([stage.look(), stage.look(), stage.look()]);
    expect(await stage.jobsOf('sub-many')).toEqual(['create']);
    expect((await stage.eventsOf('sub-many')).filter(({ state }: { state: string }) => state !== 'done')).toEqual([]);
  });

  it.each([
    ['signed with nothing', { signature: '' }],
    ['signed with another secret', { signature: signatureOf('{}', 'guess') }],
    ['signed for another body', { body: '{"id":"x","about":"sub-forged"}', signature: signatureOf('{"id":"y"}', billsSecret) }],
  ])('%s is refused without a hint, and leaves nothing', async (_how, forged) => {
    const answer = await stage.tell('sub-forged', forged);
    expect([answer.status, answer.json]).toEqual([401, { error: { code: 'unauthenticated', message: 'the signature is not valid' } }]);
    expect(await stage.eventsOf('sub-forged')).toEqual([]);
  });

  it('that is refused shows in the log once in a while, for a secret may have been changed at the provider only', async () => {
    for (let at = 0; at < 5; at += 1) await stage.tell('sub-forged', { signature: `no ${at}` });
    const lines = stage.api.lines.filter((line) => line.includes('none of the secrets that are entered'));
    expect(lines).toEqual([expect.stringContaining('fake-bills')]);
    expect(lines.join()).not.toContain(billsSecret);
  });

  it('to an address nobody is at, or for an extension without a server, is not found', async () => {
    for (const path of ['/triggers/unknown', '/triggers/fake-sites', '/triggers/..%2f', '/triggers/constructor'])
      expect((await stage.tell(null, { path })).status).toBe(404);
  });

  it('and cannot be understood says what is wrong with it', async () => {
    const answer = await stage.tell(null, { body: '{"about":"x"}' });
    expect([answer.status, answer.json.error.message]).toEqual([400, 'the event has no id']);
  });

  it('is taken as it was sent, as a form too, and refused when it is too large', async () => {
    const body = '{"id":"form-1",   "about":null}';
    const headers = { 'x-signature': signatureOf(body, billsSecret), 'content-type': 'application/x-www-form-urlencoded' };
    expect((await stage.api.call('POST', '/triggers/fake-bills?a=1', { raw: body, headers, token: null })).status).toBe(200);
    expect((await stage.tell(null, { body: JSON.stringify({ id: 'x'.repeat(300_000) }) })).status).toBe(413);
    // Elsewhere a form is no body.
    const elsewhere = await stage.api.call('POST', '/api/v1/auth/login', {
      raw: 'a=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      token: null,
    });
    expect(elsewhere.status).toBe(415);
  });

  it('about nothing that is sold is done at once', async () => {
    await stage.tell(null, { id: 'nothing' });
    const { json } = await stage.api.call('GET', `/api/v1/trigger-events?serverId=${stage.serverId}&limit=1`);
    expect(json.items).toMatchObject([{ eventId: 'nothing', subject: null, state: 'done' }]);
    expect((await stage.api.call('POST', `/api/v1/trigger-events/${json.items[0].id}/replay`)).status).toBe(409);
  });
});

describe('a service', () => {
  it('is not made when the cancellation overtook the purchase', async () => {
    stage.api.bills.stands('sub-late', { state: 'ended' });
    await stage.tell('sub-late', { id: 'late-cancelled' });
    await stage.look();
    await stage.tell('sub-late', { id: 'late-created' });
    await stage.look();
    expect(await stage.serviceOf('sub-late')).toEqual([]);
    expect(await stage.eventsOf('sub-late')).toMatchObject([
      { state: 'done' },
      { state: 'done', outcome: 'it is ended, and nothing was ordered for it' },
    ]);
  });

  it('is not made before anything was paid', async () => {
    stage.api.bills.stands('sub-wait', { state: 'waiting' });
    await stage.tell('sub-wait');
    await stage.look();
    expect(await stage.serviceOf('sub-wait')).toEqual([]);
    stage.api.bills.stands('sub-wait');
    await stage.tell('sub-wait');
    await stage.look();
    expect(await stage.jobsOf('sub-wait')).toEqual(['create']);
  });

  it('follows its subscription: suspended unpaid, resumed paid, another product, ended', async () => {
    const follow = async (over: Parameters<typeof stage.api.bills.stands>[1]) => {
      stage.api.bills.stands('sub-life', over);
      await stage.tell('sub-life');
      await stage.look();
      return (await stage.jobsOf('sub-life')).at(-1);
    };
    expect(await follow({})).toBe('create');
    await stage.deliver('sub-life');
    expect(await follow({ state: 'overdue' })).toBe('create'); // by its mapping: nothing
    expect(await follow({ state: 'unpaid' })).toBe('suspend');
    await stage.deliver('sub-life', 'suspended');
    expect(await follow({})).toBe('unsuspend');
    await stage.deliver('sub-life');
    await stage.letTimePass();
    await stage.look();
    expect(await follow({ plan: 'big' })).toBe('changePackage');
    await stage.deliver('sub-life');
    expect(await follow({ state: 'ended' })).toBe('terminate');
    expect(await stage.jobsOf('sub-life')).toEqual(['create', 'suspend', 'unsuspend', 'changePackage', 'terminate']);
    // Paid again after its end: a person decides, and nothing is paid in silence.
    await stage.deliver('sub-life', 'terminated');
    await follow({});
    expect(await stage.openTasks('sub-life')).toMatchObject([{ title: expect.stringContaining('is paid, but its service') }]);
  });

  it('that somebody else suspended stays so, however often it is paid', async () => {
    stage.api.bills.stands('sub-abuse');
    await stage.tell('sub-abuse');
    await stage.look();
    await stage.deliver('sub-abuse', 'suspended');
    await stage.api.one(`UPDATE service SET desired_state = 'suspended' WHERE external_id = 'sub-abuse'`);
    await stage.tell('sub-abuse');
    await stage.look();
    expect(await stage.jobsOf('sub-abuse')).toEqual(['create']);
    expect((await stage.eventsOf('sub-abuse'))[0].outcome).toContain('suspended by somebody else');
  });

  it('that staff resumed and then suspended themselves is theirs: a payment does not bring it back', async () => {
    const told = (state?: 'unpaid') => toldOf('sub-taken-over', state);
    await told();
    await stage.deliver('sub-taken-over');
    await told('unpaid');
    await stage.deliver('sub-taken-over', 'suspended');
    const [{ id }] = await stage.serviceOf('sub-taken-over');
    for (const [operation, state] of [
      ['unsuspend', 'active'],
      ['suspend', 'suspended'],
    ]) {
      await stage.api.call('POST', `/api/v1/services/${id}/operations`, { body: { operation } });
      await stage.deliver('sub-taken-over', state);
    }
    await told();
    expect(await stage.jobsOf('sub-taken-over')).toEqual(['create', 'suspend', 'unsuspend', 'suspend']);
    expect((await stage.eventsOf('sub-taken-over'))[0].outcome).toContain('suspended by somebody else');
  });

  it('keeps its server: connected anew, that would order once more whatever is told of again', async () => {
    stage.api.bills.stands('sub-kept');
    await stage.tell('sub-kept');
    await stage.look();
    await stage.api.one(`UPDATE trigger_event SET state = 'done', finished_at = now()`); // nothing else keeps it
    const { status, json } = await stage.api.call('DELETE', `/api/v1/servers/${stage.serverId}`);
    expect([status, json.error.message]).toEqual([409, expect.stringContaining('services that it told of')]);
  });

  it('that could not be resumed is resumed when it is told of again', async () => {
    const told = (state?: 'unpaid') => toldOf('sub-stuck', state);
    await told();
    await stage.deliver('sub-stuck');
    await told('unpaid');
    await stage.deliver('sub-stuck', 'suspended');
    await told();
    // As if the provider had refused: the service is meant to be what it is.
    await stage.api.one(
      `WITH refused AS (UPDATE provisioning_job SET state = 'failed', phase = 'ended' WHERE operation = 'unsuspend' AND state <> 'completed')
       UPDATE service SET desired_state = 'suspended' WHERE external_id = 'sub-stuck'`,
    );
    await stage.letTimePass();
    await stage.look();
    await told();
    expect(await stage.jobsOf('sub-stuck')).toEqual(['create', 'suspend', 'unsuspend', 'unsuspend']);
  });

  it('is that of the order when its payment is told of beside it', async () => {
    const fact = stage.api.bills.stands('order-1');
    stage.api.bills.facts.set('payment-1', () => Promise.resolve(fact));
    await Promise.all([stage.tell('payment-1'), stage.tell('order-1'), stage.tell('payment-1')]);
    await Promise.all([stage.look(), stage.look()]);
    expect(await stage.serviceOf('payment-1')).toEqual([]);
    expect(await stage.jobsOf('order-1')).toEqual(['create']);
    expect(await stage.eventsOf('order-1')).toHaveLength(3);
  });
});
