import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { owner, Stage } from '../../test/stage.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });

describe('suspending', () => {
  it('disables the site with PUT and enables it again, however often either is asked for', async () => {
    stage = await Stage.start();
    const { siteId } = stage.properties;
    const before = stage.changes().length;
    for (let time = 0; time < 2; time += 1) await stage.run('suspend');
    expect(stage.site()).toMatchObject({ state: 'disabled' });
    expect(await stage.inspect()).toMatchObject({ state: 'stopped' });
    for (let time = 0; time < 2; time += 1) await stage.run('unsuspend');
    expect(stage.site()).toMatchObject({ state: 'live' });
    expect(stage.changes().slice(before)).toEqual([`PUT /sites/${siteId}/disable`, `PUT /sites/${siteId}/enable`]);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'malformed', 'too_many_requests'])(
    'is done when the call shows %s',
    async (kind) => {
      stage = await Stage.start();
      for (const operation of ['suspend', 'unsuspend'] as const) {
        stage.sandbox.fault({ kind, method: 'PUT', times: 2 });
        await stage.run(operation);
        stage.sandbox.clearFaults();
        expect(stage.site()).toMatchObject({ state: operation === 'suspend' ? 'disabled' : 'live' });
      }
    },
  );

  it('reaches every site of the service, also one past the first page', async () => {
    stage = await Stage.start({ behaviour: { alwaysPaginates: true } });
    // More of ours than a page has.
    for (let made = 0; made < 50; made += 1) await stage.put('/sites', { tags: made % 2 === 0 ? [owner] : ['hw-other-7'] });
    await stage.run('suspend');
    const disabled = stage.sandbox.ledger().filter(({ kind, details }) => kind === 'site' && details?.['state'] === 'disabled');
    expect(disabled).toHaveLength(26);
    expect(disabled.every((entry) => entry.owner === owner)).toBe(true);
  });

  it('of several sites says which one failed, and is taken up there', async () => {
    stage = await Stage.start();
    await stage.put('/sites', { tags: [owner], state: 'deploying' });
    const failure = await failureOf(stage.run('suspend', { attempts: 3 }));
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringMatching(/1630892\/disable: refused: Site is deploying/) });
    expect(stage.site()).toMatchObject({ state: 'disabled' });
    await stage.put('/sites/1630892', { state: 'live' });
    await stage.run('suspend');
    expect(stage.details('site', '1630892')).toMatchObject({ state: 'disabled' });
  });

  it.each(['live', 'running'])(
    'of several sites that staff take back leaves none out of reach, whatever that is called: %s',
    async (liveState) => {
      stage = await Stage.start({ behaviour: { liveState } });
      await stage.put('/sites', { tags: [owner], state: 'deploying' });
      const failure = await failureOf(stage.run('suspend', { attempts: 3 }));
      expect(stage.site()).toMatchObject({ state: 'disabled' });
      await failure.undo();
      expect(stage.site()).toMatchObject({ state: liveState });
      expect(stage.changes().filter((call) => call.endsWith('/enable'))).toHaveLength(1);
    },
  );

  it('is not believed before it shows', async () => {
    stage = await Stage.start();
    const site = String(stage.properties.siteId);
    let looks = 0;
    // Accepted, and put back by somebody at once.
    stage.before = async (method) => {
      if (method !== 'GET') return;
      looks += 1;
      stage.laterMs += 30_000;
      await stage.put(`/sites/${site}`, { state: 'live' });
    };
    const failure = await failureOf(stage.run('suspend', { attempts: 2 }));
    expect(failure).toMatchObject({ code: 'unknown_outcome', message: expect.stringMatching(/accepted and does not show/) });
    expect(looks).toBeGreaterThan(3);
  });
});

describe.each(['suspend', 'unsuspend'] as const)('%s', (operation) => {
  it('touches no site that does not bear our tag, whatever its id: ids can be guessed', async () => {
    stage = await Stage.start();
    await stage.put('/sites', { name: 'of-somebody', tags: ['hw-other-7'], state: operation === 'suspend' ? 'live' : 'disabled' });
    stage.properties = { ...stage.properties, siteId: stage.properties.siteId + 1 };
    const before = { ledger: stage.sandbox.ledger(), changes: stage.changes() };
    await expect(stage.run(operation)).rejects.toThrow(withCode('not_owned'));
    expect({ ledger: stage.sandbox.ledger(), changes: stage.changes() }).toEqual(before);
  });

  it('says that a site is gone rather than that it was done', async () => {
    stage = await Stage.start();
    await stage.run('terminate');
    await expect(stage.run(operation)).rejects.toThrow(/site 1630891 is gone/);
  });
});
