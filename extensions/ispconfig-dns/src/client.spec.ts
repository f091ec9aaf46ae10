import { describe, expect, it } from '@jest/globals';
import { putControl, sandboxFetch, testCtx, type FaultKind, type RunningSandbox } from '@hostwright/sdk-testing';
import {
  aNameServer,
  aSandbox,
  countCalls,
  ensureRecord,
  ensureZone,
  expectWholeZone,
  plantZone,
  recordsOf,
  settingsOf,
} from '../test/stage.js';
import { IspConfigClient } from './client.js';
import type { ServerConfig } from './config.js';
import { dns } from './dns.js';

function aClient(sandbox: RunningSandbox, more: Partial<ServerConfig> = {}, now?: string): IspConfigClient {
  return new IspConfigClient(testCtx(now === undefined ? {} : { now: () => now }), settingsOf(sandbox, more));
}

const zone = { name: 'customer.example', nameServer: 'ns1.example.net', mailbox: 'hostmaster.customer.example' };
const minutesOn = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

async function openSessions(sandbox: RunningSandbox): Promise<number> {
  const answer = await fetch(`${sandbox.controlUrl}/sessions`, { headers: { connection: 'close' } });
  return ((await answer.json()) as { open: number }).open;
}

/** The second call that adds an address is a while on its way. */
function slowSecondAddress(): ReturnType<typeof sandboxFetch> {
  const fetch = sandboxFetch();
  let adds = 0;
  return async (...call) => {
    if (call[0].endsWith('?dns_a_add') && (adds += 1) === 2) await new Promise((resolve) => setTimeout(resolve, 150));
    return fetch(...call);
  };
}

describe('a session', () => {
  it('is begun once for many clients of one server', async () => {
    const sandbox = await aSandbox();
    for (let time = 0; time < 3; time += 1) await aClient(sandbox).countPendingJobs();
    expect(countCalls(sandbox, 'login')).toBe(1);
  });

  it('is never shared with another server, nor with other credentials', async () => {
    const [one, two] = [await aSandbox(), await aSandbox()];
    await aClient(one).countPendingJobs();
    await aClient(two).countPendingJobs();
    expect([countCalls(one, 'login'), countCalls(two, 'login')]).toEqual([1, 1]);
    await expect(aClient(one, { password: 'another' }).countPendingJobs()).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('is begun again, once, when it is refused: at a read and at a change', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).countPendingJobs();
    await putControl(sandbox, '/sessions/expired');
    await aClient(sandbox).countPendingJobs();
    await putControl(sandbox, '/sessions/expired');
    expect(await aClient(sandbox).addZone(zone)).toBe(42);
    expect(countCalls(sandbox, 'login')).toBe(3);
    expect(countCalls(sandbox, 'dns_zone_add')).toBe(2);
  });

  it('that is refused again and again is given up as not executed', async () => {
    const sandbox = await aSandbox();
    const settings = settingsOf(sandbox);
    const fetch = sandboxFetch();
    const ctx = testCtx({
      fetch: async (...call) => {
        if (!call[0].endsWith('?login')) await putControl(sandbox, '/sessions/expired');
        return fetch(...call);
      },
    });
    await expect(new IspConfigClient(ctx, settings).addZone(zone)).rejects.toMatchObject({ code: 'unavailable' });
    expect(countCalls(sandbox, 'dns_zone_add')).toBe(2);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is not used in its last minute, and is left then', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).countPendingJobs();
    await aClient(sandbox, {}, minutesOn(28.5)).countPendingJobs();
    expect(countCalls(sandbox, 'login')).toBe(1);
    await aClient(sandbox, {}, minutesOn(29.5)).countPendingJobs();
    expect([countCalls(sandbox, 'login'), countCalls(sandbox, 'logout')]).toEqual([2, 1]);
    expect(await openSessions(sandbox)).toBe(1);
  });

  it('is not used after its half hour, however much it was used before', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).countPendingJobs();
    await aClient(sandbox, {}, minutesOn(20)).countPendingJobs();
    await aClient(sandbox, {}, minutesOn(31)).countPendingJobs();
    expect([countCalls(sandbox, 'login'), countCalls(sandbox, 'logout')]).toEqual([2, 0]);
  });

  it('that cannot be left holds nothing up', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).countPendingJobs();
    sandbox.fault({ kind: 'lost_reply', path: 'logout$' });
    await aClient(sandbox, {}, minutesOn(29.5)).countPendingJobs();
    expect(countCalls(sandbox, 'login')).toBe(2);
  });

  it('ends in the middle of a zone’s making, at every call of it, and the zone is whole', async () => {
    for (let call = 1; ; call += 1) {
      const sandbox = await aSandbox();
      const fetch = sandboxFetch();
      let calls = 0;
      const expiring: typeof fetch = async (...given) => {
        if ((calls += 1) === call) await putControl(sandbox, '/sessions/expired');
        return fetch(...given);
      };
      const made = await ensureZone(sandbox, { fetch: expiring });
      await made.sweep();
      expectWholeZone(sandbox);
      if (calls < call) break;
    }
  });

  it.each<FaultKind>(['error_before', 'error_after', 'lost_reply', 'malformed', 'wrong_shape', 'too_many_requests'])(
    'that cannot be begun because of %s leaves the call certainly not executed',
    async (kind) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, path: 'login$' });
      await expect(aClient(sandbox).addZone(zone)).rejects.toMatchObject({ code: 'unavailable' });
      expect(sandbox.ledger()).toEqual([]);
    },
  );

  it.each<[string, object, Partial<ServerConfig>, string, RegExp]>([
    ['a wrong password', {}, { password: 'wrong-password-3e' }, 'invalid_config', /log-in was refused/],
    ['a limit to other addresses', { refusedAddress: '198.51.100.7' }, {}, 'invalid_config', /may not log in from here/],
    ['maintenance', { maintenance: true }, {}, 'unavailable', /maintenance/],
  ])('is not begun with %s, and nothing is given away', async (_how, user, more, code, says) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/user', user);
    const failed = aClient(sandbox, more).countPendingJobs();
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringMatching(/wrong-password-3e|sandbox-ispconfig-password/) });
  });
});

describe('what ISPConfig refuses', () => {
  it.each([false, true])('a second zone of one name, said in texts: %s', async (texts) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/panel', { texts });
    await plantZone(sandbox, zone.name, { server_id: 2 });
    await expect(aClient(sandbox).addZone(zone)).rejects.toMatchObject({
      code: 'rejected',
      message: expect.not.stringMatching(/[<>\r\n]/),
    });
  });

  it.each([false, true])('a second address of one name, which is found to be ours, said in texts: %s', async (texts) => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await putControl(sandbox, '/panel', { texts });
    // The look before the call is answered without the record, as it is when an earlier call takes effect late.
    sandbox.fault({ kind: 'late_success', path: 'dns_a_add$', delayMs: 60 });
    await ensureRecord(sandbox, {}, { fetch: slowSecondAddress() });
    expect(countCalls(sandbox, 'dns_a_add')).toBe(4); // two of them the zone's own
    expect(recordsOf(sandbox).filter((record) => record.startsWith('A shop'))).toHaveLength(1);
  });

  it('an address of a new zone that took effect late', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'late_success', path: 'dns_a_add$', delayMs: 60 });
    await ensureZone(sandbox, { fetch: slowSecondAddress() });
    expect(countCalls(sandbox, 'dns_a_add')).toBe(3);
    expectWholeZone(sandbox);
  });

  it('what the remote user may not do', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/user', { without: ['dns_zone_add'] });
    await expect(aClient(sandbox).addZone(zone)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('dns_zone_add'),
    });
  });

  it('everything, while the API is switched off', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/panel', { disabled: true });
    await expect(aClient(sandbox).addZone(zone)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('disabled'),
    });
  });

  it('a field, naming all that is wrong with it', async () => {
    const sandbox = await aSandbox();
    const client = new IspConfigClient(testCtx({ recorded: false }), settingsOf(sandbox));
    const failed = client.addZone({ ...zone, nameServer: 'not a name', mailbox: 'no mailbox' });
    await expect(failed).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(/ns_error_regex; mbox_error_regex$/) });
  });
});

it.each(['', '/', '/remote', '/remote/json.php'])('the address may be given with "%s" at its end', async (end) => {
  const sandbox = await aSandbox();
  expect(await aClient(sandbox, { panelUrl: `${settingsOf(sandbox).panelUrl}${end}` }).countPendingJobs()).toBe(0);
});

it('a zone whose name only begins alike is not found', async () => {
  const sandbox = await aSandbox();
  await plantZone(sandbox, 'customer.example.com');
  expect(await aClient(sandbox).findZone('customer.example.co')).toBeUndefined();
  expect(await aClient(sandbox).findZone('customer.example')).toBeUndefined();
  expect(await aClient(sandbox).findZone('customer.example.com')).toMatchObject({ name: 'customer.example.com' });
});

describe('testing the connection', () => {
  const test = async (sandbox: RunningSandbox, more: Partial<ServerConfig> = {}): Promise<unknown> => {
    const lookUp = await aNameServer();
    return dns.testConnection!({ ctx: testCtx({ dnsServers: [lookUp.address] }), server: settingsOf(sandbox, more) });
  };

  it('names the DNS server', async () => {
    expect(await test(await aSandbox())).toEqual({ version: 'ISPConfig remote API, DNS server ns1.example.net', warnings: [] });
  });

  it('tries the password though a session is still open', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).countPendingJobs();
    await test(sandbox);
    expect([countCalls(sandbox, 'login'), countCalls(sandbox, 'logout')]).toEqual([2, 1]);
  });

  it.each([
    'server_get',
    'dns_zone_get',
    'dns_a_get',
    'dns_aaaa_get',
    'dns_cname_get',
    'dns_mx_get',
    'dns_ns_get',
    'dns_txt_get',
    'monitor_jobqueue_count',
  ])('fails for a remote user without %s, though the log-in works', async (right) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/user', { without: [right] });
    await expect(test(sandbox)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining(right.replace(/^server_get$/, 'server_get_all')),
    });
  });

  it.each<[string, Partial<ServerConfig>, string]>([
    ['a server that is not there', { serverId: 7 }, 'it has 1 (ns1.example.net), 2 (ns9.example.net)'],
    ['one name server twice', { nameServers: 'ns1.example.net NS1.example.net.' }, 'two different name servers'],
    ['a wrong password', { password: 'wrong' }, 'log-in was refused'],
  ])('fails with %s', async (_how, more, named) => {
    await expect(test(await aSandbox(), more)).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(named) });
  });

  it('changes nothing', async () => {
    const sandbox = await aSandbox();
    await test(sandbox);
    expect(sandbox.ledger()).toEqual([]);
    expect(sandbox.calls().filter(({ path }) => /_(add|update|delete)$/.test(path))).toEqual([]);
  });

  it('warns of a name server that the DNS does not know', async () => {
    expect(await test(await aSandbox(), { nameServers: 'ns1.example.net ns3.example.net' })).toMatchObject({
      warnings: [expect.stringContaining('ns3.example.net')],
    });
  });
});
