import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './support/stage.js';

describe.each(['9', '8'])('a WordPress site on Proxmox VE %s', (version) => {
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
    const ledger = stage.ledger();
    expect(ledger.filter((line) => line.startsWith('container'))).toHaveLength(1);
    expect(ledger.filter((line) => line.startsWith('dns-record'))).toHaveLength(1);
    expect(ledger.filter((line) => line.startsWith('proxy-host'))).toHaveLength(1);
    expect(ledger.filter((line) => line.startsWith('certificate'))).toHaveLength(1);
    expect(ledger.filter((line) => line.startsWith('wordpress'))).toHaveLength(1);
    expect(await stage.provisioning.inspector.inspect(placed.serviceId)).toMatchObject([
      { name: 'site', inspection: { state: 'running' } },
    ]);
    const { jobId } = await stage.terminate(placed.serviceId);
    await stage.until(jobId, ['completed']);
    expect(stage.ledger()).toEqual([]);
  });

  it('tells that each connection works', async () => {
    for (const id of Object.values(stage.serverIds)) expect((await stage.provisioning.probe.test(id)).warnings).toEqual([]);
  });
});
