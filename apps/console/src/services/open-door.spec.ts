import { describe, expect, it } from '@jest/globals';
import { DoorShut, openDoor } from './open-door.js';

function aTab() {
  const went: string[] = [];
  const tab = {
    opener: 'this page' as unknown,
    closed: false,
    location: { replace: (url: string) => void went.push(url) },
    close: () => void (tab.closed = true),
  };
  return { tab, went };
}

describe('a way into a service', () => {
  it('leads the tab there, which knows nothing of this page', async () => {
    const { tab, went } = aTab();
    await openDoor(tab, () => {
      expect(tab.opener).toBeNull();
      return Promise.resolve({ url: 'https://door.example/once' });
    });
    expect([went, tab.closed]).toEqual([['https://door.example/once'], false]);
  });

  it('is not asked for when the browser opened no tab: the address would be lost', async () => {
    let asked = false;
    const opening = openDoor(null, () => {
      asked = true;
      return Promise.resolve({ url: 'https://door.example/once' });
    });
    await expect(opening).rejects.toThrow(/blocked/);
    expect(asked).toBe(false);
  });

  it('leaves no empty tab when the provider refuses', async () => {
    const { tab, went } = aTab();
    const refusal = new Error('no');
    await expect(openDoor(tab, () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect([tab.closed, went]).toEqual([true, []]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'http://door.example/', '/app', ''])('never leads to %j', async (url) => {
    const { tab, went } = aTab();
    await expect(openDoor(tab, () => Promise.resolve({ url }))).rejects.toBeInstanceOf(DoorShut);
    expect([tab.closed, went]).toEqual([true, []]);
  });
});
