import { describe, expect, it } from '@jest/globals';
import { failureOf, putControl, testCtx, type FaultKind, type RunningSandbox } from '@hostwright/sdk-testing';
import { aHost, allSteps, aSandbox, byHand, ensure, key, kinds, mark, run, site } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { proxy } from './proxy.js';

const www = `www.${site.domain}`;
const both = { aliases: [www] };
const bothKey = { ...key, ...both };
const remove = (sandbox: RunningSandbox) => run(sandbox, proxy.removeHost, bothKey);

/** What hosts and certificates are for, hosts first. */
const namesOf = (sandbox: RunningSandbox) => sandbox.ledger().map(({ kind, details }) => [kind, details?.['domains']]);
const whole = [
  ['proxy-host', [site.domain, www]],
  ['certificate', [site.domain, www]],
];

describe('a host with an alias', () => {
  it.each(['2.12', '2.15'])('answers to both names, with one certificate for both, on version %s', async (version) => {
    const sandbox = await aSandbox({ version });
    const { output } = await ensure(sandbox, both);
    expect(output).toMatchObject({ domain: site.domain, aliases: [www], certificate: 'letsencrypt' });
    expect(namesOf(sandbox)).toEqual(whole);
    expect((await ensure(sandbox, both)).output).toEqual(output);
    expect(namesOf(sandbox)).toEqual(whole);
  });

  it('is known whatever order its names are kept in', async () => {
    const sandbox = await aSandbox();
    const late = { domain: 'zoo.example.net', aliases: ['www.zoo.example.net'] };
    await ensure(sandbox, late);
    expect((await ensure(sandbox, late)).output).toMatchObject(late);
    await run(sandbox, proxy.removeHost, { ...key, ...late });
    expect(sandbox.ledger()).toEqual([]);
  });

  it.each(allSteps)('stands once after a crash at the end of "%s"', async (name) => {
    const sandbox = await aSandbox();
    await ensure(sandbox, both, { crashAtEnd: name });
    expect(namesOf(sandbox)).toEqual(whole);
  });

  const faults: readonly FaultKind[] = ['ghost_success', 'lost_reply', 'error_before', 'error_after', 'malformed', 'wrong_shape'];
  it.each(faults.flatMap((kind) => ['/proxy-hosts$', '/certificates$'].map((path) => [kind, path] as const)))(
    'stands once after %s at %s, and goes with its certificate',
    async (kind, path) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, method: 'POST', path });
      const { sweep } = await ensure(sandbox, both);
      await sweep();
      expect(namesOf(sandbox)).toEqual(whole);
      await remove(sandbox);
      expect(sandbox.ledger()).toEqual([]);
    },
  );

  it('is undone with its certificate', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox, both);
    await undo();
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is switched, read and listed by its domain', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, both);
    await run(sandbox, proxy.disableHost, bothKey);
    expect((await run(sandbox, proxy.readHost, bothKey)).output).toMatchObject({ ...bothKey, enabled: false });
    const listed = await proxy.listHosts({ ctx: testCtx(), server: sandbox.server as ServerConfig, domain: www });
    expect(listed).toMatchObject([{ domain: www, aliases: [site.domain] }]);
  });

  it('is somebody else’s once it answers to a name that was not asked for', async () => {
    const sandbox = await aSandbox();
    const { output } = await ensure(sandbox, both);
    await byHand(sandbox, 'PUT', `/nginx/proxy-hosts/${output.remoteId}`, { domain_names: [site.domain, www, 'other.example.net'] });
    expect((await failureOf(ensure(sandbox, both))).cause).toMatchObject({ code: 'not_owned' });
    expect((await failureOf(run(sandbox, proxy.disableHost, bothKey))).cause).toMatchObject({ code: 'not_owned' });
    await remove(sandbox);
    expect(kinds(sandbox)).toEqual(['proxy-host', 'certificate']);
  });
});

describe('an alias that is in use', () => {
  it.each([
    ['a host of somebody else', {}],
    ['a host of ours', { advanced_config: `# hw-owner: ${mark}\n` }],
  ])('by %s stays there', async (_who, more) => {
    const sandbox = await aSandbox();
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: [www], ...more });
    const { output } = await ensure(sandbox, both);
    expect(output).not.toHaveProperty('aliases');
    expect(namesOf(sandbox)).toEqual([
      ['proxy-host', [www]],
      ['proxy-host', [site.domain]],
      ['certificate', [site.domain]],
    ]);
    await remove(sandbox);
    expect(namesOf(sandbox)).toEqual([['proxy-host', [www]]]);
  });

  it('by a host that the list does not show stays there', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/held', { domain: www });
    await ensure(sandbox, both);
    expect(namesOf(sandbox)).toEqual([
      ['proxy-host', [site.domain]],
      ['certificate', [site.domain]],
    ]);
  });

  it('by the host of the domain above it gets none of its own, and is told so', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, both);
    const failed = await failureOf(ensure(sandbox, { domain: www }));
    expect(failed.cause).toMatchObject({ code: 'conflict', message: `${www} is served already, with ${site.domain}` });
    await failed.undo();
    expect(namesOf(sandbox)).toEqual(whole);
  });

  it('is refused when it is none', async () => {
    const sandbox = await aSandbox();
    expect((await failureOf(ensure(sandbox, { aliases: ['*.example.net'] }))).cause).toMatchObject({
      code: 'invalid_input',
      field: 'aliases',
    });
    expect(sandbox.calls()).toEqual([]);
  });
});
