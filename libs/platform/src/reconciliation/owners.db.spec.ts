import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Panel, type Provider } from './testing/panel.js';

describe('what belongs to somebody else', () => {
  let panel: Panel;
  let serverId: string;
  let provider: Provider;
  beforeAll(async () => {
    panel = await Panel.open();
  });
  afterAll(() => panel.close());
  beforeEach(async () => {
    ({ serverId, provider } = await panel.server());
  });

  it('is never reported as ours when two panels use one provider', async () => {
    const other = await Panel.open('theirs');
    try {
      const { serverId: theirServer } = await other.server(provider);
      await panel.healthy(serverId, '100');
      const theirs = await other.service(theirServer, '200');
      provider.put({ remoteId: '200', owner: other.mark(theirs) });
      const myEnded = await panel.service(serverId, '101', 'terminated');
      provider.put({ remoteId: '101', owner: panel.mark(myEnded) });
      provider.put({ remoteId: '201', owner: other.mark('424242') });
      await panel.reconcile(serverId);
      await other.reconcile(theirServer);
      expect(await panel.open(serverId)).toEqual([`orphan ended ${myEnded}`]);
      expect(await other.open(theirServer)).toEqual(['orphan unknown 424242']);
    } finally {
      await other.close();
    }
  });

  it('is not taken for the service whose recycled id it bears', async () => {
    const serviceId = await panel.service(serverId, '100');
    provider.put({ remoteId: '100', owner: 'hw-theirs-5', state: 'stopped' });
    await panel.reconcile(serverId);
    expect(await panel.open(serverId)).toEqual([`missing taken ${serviceId}`]);
  });

  it('is a drift of the owner when the mark is gone', async () => {
    const serviceId = await panel.service(serverId, '100');
    provider.put({ remoteId: '100' });
    await panel.reconcile(serverId);
    expect(await panel.openFindings(serverId)).toMatchObject([
      { aspect: 'owner', serviceId, details: { expected: panel.mark(serviceId), found: null } },
    ]);
  });

  it('is not an orphan of the other server when two servers are two ways to one provider', async () => {
    const { serverId: secondWay } = await panel.server(provider);
    await panel.healthy(serverId, '100');
    await panel.reconcile(secondWay);
    expect(await panel.open(secondWay)).toEqual([]);
  });

  it('is an orphan when its service moved to another provider and left it behind', async () => {
    const { serverId: elsewhere, provider: second } = await panel.server();
    const serviceId = await panel.service(elsewhere, '500');
    second.put({ remoteId: '500', owner: panel.mark(serviceId) });
    provider.put({ remoteId: '100', owner: panel.mark(serviceId) });
    await panel.reconcile(serverId);
    await panel.reconcile(elsewhere);
    expect(await panel.open(serverId)).toEqual([`orphan elsewhere ${serviceId}`]);
    expect(await panel.open(elsewhere)).toEqual([]);
  });
});
