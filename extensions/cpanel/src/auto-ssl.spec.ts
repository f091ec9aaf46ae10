import { describe, expect, it } from '@jest/globals';
import { Stage, username } from '../test/stage.js';
import { provisioning } from './provisioning.js';

const day = 86_400;
const dates = (stage: Stage) => provisioning.dates!({ product: stage.product, properties: stage.properties });
const later = (stage: Stage, minutes: number): void => {
  stage.now = new Date(Date.parse(stage.now) + minutes * 60_000).toISOString();
};

describe('a certificate that AutoSSL is asked for', () => {
  it.each([
    ['the check has not begun yet', false],
    ['the authority has the order, and the check is over', true],
  ])('is waited for while %s and nothing is wrong', async (_what, began) => {
    const stage = await Stage.empty();
    // The host's queue is long, or its authority is slow: nobody is at it, and there is no problem either.
    let looks = 0;
    stage.before = async () => {
      if (!stage.sent.at(-1)?.url.includes('is_autossl_check_in_progress')) return;
      looks += 1;
      // The sandbox's own check, which takes 18 ms of its time, is over.
      if (looks === 1) await new Promise((resolve) => setTimeout(resolve, 100));
      later(stage, 1);
      const there = looks >= 8 ? 'autossl' : 'self-signed';
      await stage.control('/account', { user: username, change: { autoSslRunning: began && looks < 2, certificate: there } });
    };
    await stage.create({ attempts: 40 });
    expect([stage.properties.certificate, looks]).toEqual(['issued', 8]);
  });

  it('is looked for again every day while the domain leads elsewhere, and then the customer is told that it is there', async () => {
    const stage = await Stage.empty();
    await stage.control('/domains', { leadHere: false });
    await stage.create();
    const { madeAt = 0 } = stage.properties;
    expect([stage.properties.certificate, dates(stage)]).toEqual(['waiting', { upkeepAt: new Date((madeAt + day) * 1000).toISOString() }]);
    const before = stage.changes().length;
    const first = await stage.run('upkeep');
    expect(first.output).toEqual({ certificateSeenAt: stage.now });
    stage.properties = { ...stage.properties, ...(first.output as object) };
    expect(dates(stage)).toEqual({ upkeepAt: new Date(Date.parse(stage.now) + day * 1000).toISOString() });
    await stage.control('/account', { user: username, change: { certificate: 'autossl' } });
    const second = await stage.run('upkeep');
    stage.properties = { ...stage.properties, ...(second.output as object) };
    expect([stage.properties.certificate, dates(stage)]).toEqual(['issued', {}]);
    expect(stage.changes().slice(before)).toEqual([]);
  });

  it('is not looked for where none is waited for, and an account that is gone is not told to have one', async () => {
    const stage = await Stage.start();
    expect(dates(stage)).toEqual({});
    await stage.control('/removed', { user: username });
    stage.properties = { ...stage.properties, certificate: 'waiting' };
    expect((await stage.run('upkeep')).output).toEqual({ certificateSeenAt: stage.now });
  });
});
