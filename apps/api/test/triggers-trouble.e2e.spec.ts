import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PgTriggerQueue } from '@hostwright/platform';
import { PanelError } from '@hostwright/sdk';
import { TriggerStage } from './support/trigger-stage.js';

let stage: TriggerStage;
beforeAll(async () => {
  stage = await TriggerStage.start();
}, 60_000);
afterAll(() => stage.api.stop());

describe('what a person has to mend', () => {
  it.each<[string, string, object, string]>([
    ['a plan that is not mapped', 'sub-unmapped', { plan: 'huge' }, 'no mapping names'],
    ['a customer without an address', 'sub-nobody', { customer: { email: null, name: 'Ada' } }, 'no valid e-mail address'],
    ['an address that is none', 'sub-odd', { customer: { email: 'ada at home', name: null } }, 'no valid e-mail address'],
    ['three that were bought', 'sub-three', { items: [{ names: ['small'], quantity: 3 }] }, 'paid for 3'],
    ['an order that lacks a value', 'sub-lacks', { values: {} }, 'publicIp'],
  ])('%s is an operator task that names it, and done when it is replayed after that', async (_what, subject, over, words) => {
    stage.api.bills.stands(subject, over);
    await stage.tell(subject);
    await stage.look();
    const [event] = await stage.eventsOf(subject);
    expect(event).toMatchObject({ state: 'failed', outcome: expect.stringContaining(words) });
    expect(await stage.openTasks(subject)).toMatchObject([
      {
        jobId: null,
        serverId: stage.serverId,
        title: expect.stringContaining(`${subject} of the server bills`),
        detail: expect.stringContaining('replay the event'),
      },
    ]);
    expect(await stage.serviceOf(subject)).toEqual([]);
    // Told once more before it is mended there is still one task.
    await stage.tell(subject);
    await stage.look();
    expect(await stage.openTasks(subject)).toHaveLength(1);
    stage.api.bills.stands(subject);
    expect((await stage.api.call('POST', `/api/v1/trigger-events/${event.id}/replay`)).json).toMatchObject({
      id: event.id,
      state: 'pending',
    });
    await stage.look();
    expect(await stage.jobsOf(subject)).toEqual(['create']);
    expect(await stage.openTasks(subject)).toEqual([]);
    expect((await stage.eventsOf(subject)).map(({ state }: { state: string }) => state)).toEqual(['done', 'done']);
  });

  it('is a subject that the provider does not have: it may be paid for, and read in another account', async () => {
    await stage.tell('sub-elsewhere');
    for (let look = 0; look < 6; look += 1) {
      await stage.look();
      await stage.letTimePass();
    }
    expect((await stage.eventsOf('sub-elsewhere'))[0]).toMatchObject({ state: 'failed' });
    expect(await stage.openTasks('sub-elsewhere')).toMatchObject([
      { detail: expect.stringContaining('the account that sends the notices') },
    ]);
  });

  it('is that more is paid for than was ordered, and whoever has seen to it is not asked again', async () => {
    const told = async (quantity: number) => {
      stage.api.bills.stands('sub-more', { items: [{ names: ['small'], quantity }] });
      await stage.tell('sub-more');
      await stage.look();
      return stage.openTasks('sub-more');
    };
    expect(await told(1)).toEqual([]);
    await stage.deliver('sub-more');
    const [task] = await told(3);
    expect(task).toMatchObject({ title: expect.stringContaining("is paid for 3 of 'small' now") });
    expect(await told(3)).toHaveLength(1);
    await stage.api.call('POST', `/api/v1/operator-tasks/${task.id}/resolve`, {
      body: { resolution: 'the other two stand for themselves' },
    });
    expect(await told(3)).toEqual([]);
    expect(await told(4)).toHaveLength(1);
    expect(await told(1)).toEqual([]);
    expect(await stage.jobsOf('sub-more')).toEqual(['create']);
  });

  it('at the server is told at once, once, and what waits goes on by itself', async () => {
    const refuse = () => Promise.reject(new PanelError('invalid_config', 'the refresh token was refused'));
    for (const subject of ['sub-token-1', 'sub-token-2']) {
      stage.api.bills.facts.set(subject, refuse);
      await stage.tell(subject);
    }
    await stage.look();
    expect(await stage.openTasks('the server bills cannot be asked')).toMatchObject([
      { serverId: stage.serverId, detail: expect.stringContaining('the refresh token was refused') },
    ]);
    expect((await stage.eventsOf('sub-token-1'))[0]).toMatchObject({
      state: 'pending',
      outcome: expect.stringContaining('invalid_config'),
    });
    for (const subject of ['sub-token-1', 'sub-token-2']) stage.api.bills.stands(subject);
    await stage.letTimePass();
    await stage.look();
    expect([...(await stage.jobsOf('sub-token-1')), ...(await stage.jobsOf('sub-token-2'))]).toEqual(['create', 'create']);
    expect(await stage.openTasks('cannot be asked')).toEqual([]);
  });

  it('at the server is seen to when it answers again, also where what it says is for a person', async () => {
    stage.api.bills.facts.set('sub-token-3', () => Promise.reject(new PanelError('invalid_config', 'the refresh token was refused')));
    await stage.tell('sub-token-3');
    await stage.look();
    expect(await stage.openTasks('cannot be asked')).toHaveLength(1);
    stage.api.bills.stands('sub-token-3', { plan: 'huge' });
    await stage.letTimePass();
    await stage.look();
    expect(await stage.openTasks('cannot be asked')).toEqual([]);
    expect(await stage.openTasks('sub-token-3')).toHaveLength(1);
  });

  it('is said when the provider was not there for a whole day, and all that failed is replayed at once', async () => {
    stage.api.bills.facts.set('sub-down', () => Promise.reject(new PanelError('unavailable', 'nobody listens')));
    await stage.tell('sub-down');
    await stage.look();
    await stage.api.one(`UPDATE trigger_subject SET give_up_at = now() WHERE subject = 'sub-down'`);
    await stage.letTimePass();
    await stage.look();
    expect(await stage.openTasks('sub-down')).toMatchObject([{ title: expect.stringContaining('24 hours') }]);
    stage.api.bills.stands('sub-down');
    const { json } = await stage.api.call('POST', '/api/v1/trigger-events/replay-failed', { body: { serverId: stage.serverId } });
    expect(json.replayed).toBeGreaterThanOrEqual(1);
    await stage.look();
    expect(await stage.jobsOf('sub-down')).toEqual(['create']);
  });
});

describe('a worker', () => {
  it('that was lost between its claim and its order loses and doubles nothing', async () => {
    stage.api.bills.stands('sub-crash');
    await stage.tell('sub-crash');
    const queue = new PgTriggerQueue(stage.api.database.pool);
    const [claimed] = await queue.claim(10, 8, 60_000); // and dies
    expect(claimed).toMatchObject({ subject: 'sub-crash', fence: '1' });
    expect(await queue.claim(10, 8, 60_000)).toEqual([]);
    await stage.api.one(`UPDATE trigger_subject SET due_at = now() WHERE subject = 'sub-crash'`); // as if its lease were over
    await stage.look();
    expect(await stage.jobsOf('sub-crash')).toEqual(['create']);
    // Not dead after all: what it knows is worth nothing any more.
    expect(await queue.hold(claimed!, 60_000)).toBe(false);
    expect(await queue.fail(claimed!, { outcome: 'x', title: 'x', detail: 'x', once: false, answered: true })).toBe(false);
  });

  it('that reads while another event comes looks once more, so that the older fact does not stay', async () => {
    let answer: () => void = () => undefined;
    const begun = new Promise<void>((reading) => {
      stage.api.bills.facts.set('sub-turn', () => {
        reading();
        return new Promise((resolve) => (answer = () => resolve({ ...stage.api.bills.stands('sub-turn'), state: 'waiting' })));
      });
    });
    await stage.tell('sub-turn');
    const looking = stage.look();
    await begun;
    await stage.tell('sub-turn');
    answer();
    await looking;
    expect(await stage.jobsOf('sub-turn')).toEqual(['create']);
  });

  it('whose question got no answer asks again', async () => {
    stage.api.bills.facts.set('sub-silent', () => Promise.reject(new PanelError('unknown_outcome', 'no answer in time')));
    await stage.tell('sub-silent');
    await stage.look();
    expect((await stage.eventsOf('sub-silent'))[0]).toMatchObject({ state: 'pending', nextLookAt: expect.any(String) });
    stage.api.bills.stands('sub-silent');
    await stage.letTimePass();
    await stage.look();
    expect(await stage.jobsOf('sub-silent')).toEqual(['create']);
  });
});
