import { afterEach, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { owner, Stage } from '../../test/stage.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });

it('deletes the site, waits until it is gone, and takes its record back', async () => {
  stage = await Stage.start({ speed: 0.002 });
  const { asked } = await stage.run('terminate');
  expect(stage.sandbox.ledger()).toEqual([]);
  expect([...asked.values()]).toEqual([{ kind: 'dns', operation: 'removeRecord', input: { name: 'shop.nodepoint.eu', type: 'CNAME' } }]);
  expect(stage.changes().filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
});

it('is done when the site is gone already', async () => {
  stage = await Stage.start();
  await stage.run('terminate');
  const { skipped } = await stage.run('terminate');
  expect(skipped).toEqual(['delete site']);
});

it('takes nothing back in the DNS where nothing was published', async () => {
  stage = await Stage.start({ product: { dnsRecord: 'none' } });
  expect((await stage.run('terminate')).asked.size).toBe(0);
});

it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed', 'too_many_requests'])(
  'is done when the call shows %s',
  async (kind) => {
    stage = await Stage.start();
    stage.sandbox.fault({ kind, method: 'DELETE', times: 2 });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  },
);

it('reaches every site that bears our tag, also past the first page, and none that does not', async () => {
  stage = await Stage.start({ behaviour: { alwaysPaginates: true } });
  // More of ours than a page has.
  for (let made = 0; made < 50; made += 1) await stage.put('/sites', { tags: made % 2 === 0 ? [owner] : ['hw-other-7'] });
  await stage.run('terminate');
  const left = stage.sandbox.ledger().filter(({ kind }) => kind === 'site');
  expect(left).toHaveLength(25);
  expect(left.every((entry) => entry.owner === 'hw-other-7')).toBe(true);
});

it('never deletes a site that bears another tag or none, although its id is that of the service', async () => {
  stage = await Stage.start();
  for (const tags of [['hw-other-7'], [], [`${owner}1`]]) {
    await stage.put(`/sites/${stage.properties.siteId}`, { tags });
    await expect(stage.run('terminate')).rejects.toThrow(withCode('not_owned'));
  }
  expect(stage.names('site')).toEqual(['1630891']);
});

it('reads the tag back right before it deletes', async () => {
  stage = await Stage.start();
  let looks = 0;
  stage.before = async (method, path) => {
    // Given away between the first look and the call.
    if (method === 'GET' && /\/sites\/\d+$/.test(path) && (looks += 1) === 2) {
      await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
    }
  };
  await expect(stage.run('terminate')).rejects.toThrow(withCode('not_owned'));
  expect(stage.names('site')).toEqual(['1630891']);
});

it('does not say that a site is gone while it is there', async () => {
  stage = await Stage.start({ speed: 1 / 200 });
  let deleted = false;
  stage.before = (method) => {
    deleted ||= method === 'DELETE';
    if (deleted) stage.laterMs += 120_000;
  };
  const failure = await failureOf(stage.run('terminate', { attempts: 1, pauseMs: 1 }));
  expect(failure).toMatchObject({ code: 'unknown_outcome', message: expect.stringMatching(/is still there/) });
});
