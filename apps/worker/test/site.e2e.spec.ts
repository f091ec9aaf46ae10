import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './support/stage.js';

describe.each([
  ['9', 'ha-rule'],
  ['8', 'ha-group'],
])('a site on a cluster of version %s', (version, placement) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ version });
    await stage.startLoop();
  });
  afterAll(() => stage.close());

  it('is built from an order, once, and taken away without a trace', async () => {
    const placed = await stage.order();
    expect(placed.reserved).toEqual({ site: { ip: '192.168.1.100', vmid: 900, subdomain: 'customer' } });
    await stage.until(placed.jobId, ['completed']);
    // Where it may run is a rule on a newer cluster and a group on an older one.
    expect(stage.flaws(1)).toEqual(placement === 'ha-rule' ? [] : ['0 of ha-rule, not 1']);
    expect(stage.ledger().filter((line) => line.startsWith(`${placement} `))).toHaveLength(1);
    expect(await stage.provisioning.inspector.inspect(placed.serviceId)).toMatchObject([
      { name: 'site', inspection: { state: 'running' } },
    ]);
    const { jobId } = await stage.terminate(placed.serviceId);
    await stage.until(jobId, ['completed']);
    expect(stage.ledger()).toEqual([]);
  });

  it('tells that each connection works', async () => {
    // The token of the cluster is an administrator's.
    const told: Readonly<Record<string, unknown>> = {
      provisioning: [expect.stringMatching(/^the API token may do more than is ever asked of it/)],
    };
    for (const [name, id] of Object.entries(stage.serverIds))
      expect((await stage.provisioning.probe.test(id)).warnings).toEqual(told[name] ?? []);
  });
});
