import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PgUpkeepDesk } from './pg-upkeep-desk.js';
import { AddonFixture, nothing } from './testing/addon-fixture.js';
import { verb } from './testing/bundle.js';
import type { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, refused } from './testing/things.js';

describe('an add-on, when its parent is suspended', () => {
  let addons: AddonFixture;
  let engine: EngineFixture;
  beforeAll(async () => {
    addons = await AddonFixture.make();
    engine = addons.engine;
  });
  afterAll(() => addons.end());
  beforeEach(() => addons.reset());

  it('is suspended and resumed with its parent', async () => {
    const { parent, child } = await addons.withBackup();
    await addons.ask(parent, 'suspend');
    await addons.isOver(child, 'suspended');
    await addons.isOver(parent, 'suspended');
    await addons.ask(parent, 'unsuspend');
    await addons.isOver(child, 'active');
    await addons.isOver(parent, 'active');
  });

  it('that was suspended by itself stays so when its parent is resumed', async () => {
    const { parent, child } = await addons.withBackup();
    await addons.done(child, 'suspend');
    await addons.done(parent, 'suspend');
    await addons.done(parent, 'unsuspend');
    expect(await addons.stateOf(child)).toBe('suspended');
    expect(addons.log.filter((line) => line.endsWith(` ${child}`))).toEqual([`suspend ${child}`]);
  });

  it('that is still being made is suspended once it is there', async () => {
    const parent = await addons.hosting();
    const gate = new Gate();
    addons.building = () => gate.pass();
    const { serviceId: child, jobId } = await addons.addTo(parent);
    await engine.when(() => gate.reached === 1);
    await addons.done(parent, 'suspend');
    gate.release();
    await engine.until(jobId, 'completed');
    await addons.isOver(child, 'suspended');
    await addons.done(parent, 'unsuspend');
    await addons.isOver(child, 'active');
  });

  it('that cannot be suspended runs on under a suspended parent', async () => {
    const { parent, child } = await addons.withBackup();
    const { suspend: _suspend, ...others } = engine.others['vault']!;
    engine.others['vault'] = others as never;
    await addons.done(parent, 'suspend');
    expect(await addons.stateOf(child)).toBe('active');
    await addons.done(parent, 'unsuspend');
    expect(addons.log).toEqual([`suspend ${parent}`, `unsuspend ${parent}`]);
  });

  it('that is made anew under a suspended parent is suspended once it is there, and resumed with that', async () => {
    const parent = await addons.hosting();
    addons.building = refused;
    const { jobId: adding, serviceId: child } = await addons.addTo(parent);
    await engine.until(adding, 'failed');
    await addons.done(parent, 'suspend');
    addons.building = nothing;
    await engine.until(await engine.operators.retry(adding, 'staff'), 'completed');
    await addons.isOver(child, 'suspended');
    await addons.done(parent, 'unsuspend');
    await addons.isOver(child, 'active');
  });

  it('whose extension is not loaded does not keep its parent from being suspended', async () => {
    const { parent, child } = await addons.withBackup();
    const { vault: _vault, ...others } = engine.others;
    engine.others = others;
    await addons.done(parent, 'suspend');
    expect(await addons.stateOf(child)).toBe('active');
  });

  describe('whose parent comes to run on although it was to be suspended', () => {
    let upkeep: PgUpkeepDesk;
    beforeEach(() => {
      upkeep = new PgUpkeepDesk(engine.ports);
      engine.others['site'] = { ...engine.others['site']!, suspend: verb('suspend', () => refused()) };
    });
    const failing = async (parent: string) => {
      const { jobId } = await addons.ask(parent, 'suspend');
      await engine.until(jobId, 'needs_operator');
      return jobId;
    };

    it('is resumed, once a person has decided so, with what was added to it', async () => {
      const { parent, child } = await addons.withBackup();
      addons.unwired();
      const grandchild = await addons.added(child, 'archive');
      const jobId = await failing(parent);
      await addons.isOver(grandchild, 'suspended');
      expect(await upkeep.resumeAddons(10)).toBe(0);
      await engine.operators.rollBack(jobId, 'staff');
      await engine.until(jobId, 'cancelled');
      expect(await upkeep.resumeAddons(10)).toBe(1);
      await addons.isOver(child, 'active');
      await addons.isOver(grandchild, 'active');
      expect(await upkeep.resumeAddons(10)).toBe(0);
    });

    it('stays suspended when it was so by itself, and when it is to end', async () => {
      const { parent, child } = await addons.withBackup();
      await addons.done(child, 'suspend');
      const other = await addons.added(parent);
      const jobId = await failing(parent);
      await addons.isOver(other, 'suspended');
      addons.ending = broken;
      await engine.until((await addons.ask(other, 'terminate')).jobId, 'needs_operator');
      await engine.operators.markResolved(jobId, 'it runs on', 'staff');
      expect(await upkeep.resumeAddons(10)).toBe(0);
    });

    it('that was never made is made and runs', async () => {
      const parent = await addons.hosting();
      addons.building = refused;
      const { jobId: adding, serviceId: child } = await addons.addTo(parent);
      await engine.until(adding, 'failed');
      await engine.operators.markResolved(await failing(parent), 'it runs on', 'staff');
      expect(await upkeep.resumeAddons(10)).toBe(1);
      addons.building = nothing;
      await engine.until(await engine.operators.retry(adding, 'staff'), 'completed');
      expect([await addons.stateOf(child), addons.log]).toEqual(['active', []]);
    });
  });
});
