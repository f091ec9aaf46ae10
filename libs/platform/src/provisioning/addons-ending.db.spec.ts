import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AddonFixture, nothing } from './testing/addon-fixture.js';
import type { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, refused } from './testing/things.js';

describe('an add-on, when its parent is to end', () => {
  let addons: AddonFixture;
  let engine: EngineFixture;
  beforeAll(async () => {
    addons = await AddonFixture.make();
    engine = addons.engine;
  });
  afterAll(() => addons.end());
  beforeEach(() => addons.reset());

  it('is ended before its parent, and its parent waits for it', async () => {
    const { parent, child } = await addons.withBackup();
    const gate = new Gate();
    addons.ending = () => gate.pass();
    const { jobId } = await addons.ask(parent, 'terminate');
    await engine.when(() => gate.reached === 1);
    expect(await engine.view(jobId)).toMatchObject({ state: 'pending', service: 'active' });
    await expect(addons.addTo(parent)).rejects.toMatchObject({ code: 'conflict' });
    gate.release();
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'terminated' });
    expect(addons.log).toEqual([`terminate ${child}`, `terminate ${parent}`]);
  });

  it('that needs a person to be ended keeps its parent from being ended', async () => {
    const { parent, child } = await addons.withBackup();
    addons.ending = broken;
    const { jobId } = await addons.ask(parent, 'terminate');
    const childJob = await addons.jobOf(child, 'terminate');
    await engine.until(childJob, 'needs_operator');
    expect(await addons.ask(parent, 'terminate')).toEqual({ jobId, created: false });
    expect(await engine.view(jobId)).toMatchObject({ state: 'pending', service: 'active' });
    addons.ending = nothing;
    await engine.operators.retry(childJob, 'staff');
    await engine.until(jobId, 'completed');
    expect(addons.log).toEqual([`terminate ${child}`, `terminate ${parent}`]);
  });

  it('lets its parent go when a person has seen to its end', async () => {
    const { parent, child } = await addons.withBackup();
    addons.ending = refused;
    const { jobId } = await addons.ask(parent, 'terminate');
    const childJob = await addons.jobOf(child, 'terminate');
    await engine.until(childJob, 'needs_operator');
    await engine.operators.markResolved(childJob, 'removed by hand', 'staff');
    expect(await engine.until(jobId, 'completed')).toMatchObject({ service: 'terminated' });
  });

  it('that is still being made is stopped, and its parent goes after it', async () => {
    const parent = await addons.hosting();
    const gate = new Gate();
    addons.building = () => gate.pass();
    const { serviceId: child } = await addons.addTo(parent);
    await engine.when(() => gate.reached === 1);
    const { jobId } = await addons.ask(parent, 'terminate');
    gate.release();
    await engine.until(jobId, 'completed');
    expect(['cancelled', 'terminated']).toContain(await addons.stateOf(child));
  });

  it('of an add-on goes first of all', async () => {
    const { parent, child } = await addons.withBackup();
    addons.unwired();
    const grandchild = await addons.added(child, 'archive');
    const { jobId } = await addons.ask(parent, 'terminate');
    await engine.until(jobId, 'completed');
    expect(addons.log).toEqual([`terminate ${grandchild}`, `terminate ${child}`, `terminate ${parent}`]);
  });
});
