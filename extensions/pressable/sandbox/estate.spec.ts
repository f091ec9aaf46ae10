import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SandboxClock } from '@hostwright/sdk-testing';
import { Estate } from './estate.js';
import type { SandboxSite } from './site.js';

const clock = new SandboxClock(1);
afterEach(() => clock.stop());

describe('what reads show of a site', () => {
  it('follows its writes in their order, and never goes back behind what it has shown', async () => {
    const estate = new Estate(clock, { reservesNames: false, lagMs: 30 });
    const site = { id: estate.nextId(), name: 'a', state: 'live', deleted: false } as SandboxSite;
    estate.put(site);
    estate.write({ ...site, state: 'disabled' });
    expect(estate.find(site.id)).toMatchObject({ state: 'disabled' });
    expect(estate.seen(site.id)).toMatchObject({ state: 'live' });
    estate.put({ ...site, state: 'live' });
    await sleep(60);
    expect(estate.seen(site.id)).toMatchObject({ state: 'live' });
    estate.write({ ...site, state: 'disabled' });
    await sleep(60);
    expect(estate.seen(site.id)).toMatchObject({ state: 'disabled' });
  });
});
