import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withinCall } from '@hostwright/core';
import { startNameServer, type NameServer } from '@hostwright/sdk-testing';
import { EngineFixture } from './testing/engine-fixture.js';
import { ExtensionModulesFixture } from './testing/extension-modules-fixture.js';

let engine: EngineFixture;
let server: NameServer;
beforeAll(async () => {
  engine = await EngineFixture.make();
  server = await startNameServer();
});
afterAll(async () => {
  await server.stop();
  await engine.end();
});

describe('the look-ups of a module', () => {
  const call = { label: 'a step', interactive: false };

  it('are answered by the name servers of the installation, inside a step and nowhere else', async () => {
    server.set('example.net', 'A', ['192.0.2.1']);
    const { ctx } = await new ExtensionModulesFixture(engine.pool, {}, [server.address]).open(engine.serverId);
    expect(() => ctx.resolve('example.net', 'A')).toThrow(/ctx\.resolve was used outside a step/);
    expect(server.asked()).toEqual([]);
    expect(await withinCall(call, () => ctx.resolve('example.net', 'A'))).toEqual(['192.0.2.1']);
  });

  it('are unavailable while the name servers do not answer', async () => {
    server.fail('example.net', 'fails');
    const { ctx } = await new ExtensionModulesFixture(engine.pool, {}, [server.address]).open(engine.serverId);
    await expect(withinCall(call, () => ctx.resolve('example.net', 'A'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});
