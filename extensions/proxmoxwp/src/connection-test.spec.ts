import { beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { excessPrivileges, neededPrivileges, testConnection } from './connection-test.js';
import { missingPrivileges } from './permissions.js';
import { aServer } from '../test/settings.js';
import { ScriptedCtx } from '../test/scripted-ctx.js';

const everything = Object.fromEntries(
  neededPrivileges(aServer()).map(([path, privileges]) => [path, Object.fromEntries(privileges.map((name) => [name, 1]))]),
);
const withCode = (code: string) => expect.objectContaining({ code });

let pve: ScriptedCtx;
beforeEach(() => {
  pve = new ScriptedCtx()
    .on('GET /version', { data: { version: '9.1.2', release: '9.1', repoid: 'r' } })
    .on('GET /access/permissions', { data: everything })
    .on('GET /nodes', {
      data: [
        { node: 'pve1', status: 'online' },
        { node: 'pve2', status: 'online' },
      ],
    })
    .on('GET /nodes/pve1/storage', {
      data: [
        { storage: 'drbd', content: 'rootdir,images' },
        { storage: 'local', content: 'vztmpl,iso' },
      ],
    })
    .on('GET /nodes/pve1/storage/local/content', { data: [{ volid: aServer().template, size: 5 }] })
    .onSsh({ stdout: 'reachable\n' });
});

describe('the test of a server', () => {
  it('tells the version when everything an order needs is there, and changes nothing', async () => {
    expect(await testConnection(pve.ctx, aServer())).toEqual({ version: 'Proxmox VE 9.1.2', warnings: [] });
    expect(pve.calls().every((call) => call.startsWith('GET'))).toBe(true);
    expect(pve.ran.map(({ target }) => target)).toEqual(['pve1', 'pve2']);
  });

  it('does not pass a token without rights, though any token may ask for the version', async () => {
    pve.on('GET /access/permissions', { data: {} });
    await expect(testConnection(pve.ctx, aServer())).rejects.toThrow(
      /lacks VM\.Allocate on \/vms, .*SDN\.Use on \/sdn\/zones\/localnetwork\/vmbr1, Sys\.Audit on \//,
    );
  });

  it('warns of a token that may do more than is ever asked of it, and passes it', async () => {
    pve.on('GET /access/permissions', {
      data: {
        ...everything,
        '/': { 'Permissions.Modify': 1, 'Sys.Audit': 1, 'Sys.Console': 1, 'Sys.PowerMgmt': 1, 'User.Modify': 1 },
        '/pool': { 'Pool.Allocate': 1 },
      },
    });
    expect((await testConnection(pve.ctx, aServer())).warnings).toEqual([
      'the API token may do more than is ever asked of it: Permissions.Modify on /, Sys.PowerMgmt on /, User.Modify on / and 1 more',
    ]);
  });

  it.each([
    ['GET /version', { data: { version: '7.4-1' } }, 'unsupported', /7\.4-1/],
    ['GET /version', { status: 401, text: 'invalid token value!' }, 'invalid_config', /invalid token value/],
    ['GET /version', { data: ['what'] }, 'unavailable', /unreadable/],
    ['GET /version', { status: 501 }, 'unsupported', /is it Proxmox/],
    ['GET /nodes', { data: [{ node: 'pve1', status: 'online' }] }, 'invalid_config', /no node pve2/],
    ['GET /nodes/pve1/storage', { data: [] }, 'invalid_config', /no storage drbd/],
    ['GET /nodes/pve1/storage', { data: [{ storage: 'drbd', content: 'iso' }] }, 'invalid_config', /holds no containers/],
    ['GET /nodes/pve1/storage/local/content', { data: [] }, 'invalid_config', /Template/],
  ])('says what to mend: %s', async (call, reply, code, message) => {
    pve.on(call, reply);
    await expect(testConnection(pve.ctx, aServer())).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('fails when a node may not be entered over SSH', async () => {
    pve.onSsh();
    const refused = new ScriptedCtx().onSsh(new PanelError('invalid_config', 'the host key of pve1 is not the pinned one'));
    for (const call of ['/version', '/access/permissions', '/nodes', '/nodes/pve1/storage', '/nodes/pve1/storage/local/content']) {
      const reply = await pve.ctx.fetch(`https://pve.example.net:8006/api2/json${call}`);
      refused.on(`GET ${call}`, (await reply.json()) as { data: unknown });
    }
    await expect(testConnection(refused.ctx, aServer())).rejects.toThrow(withCode('invalid_config'));
  });

  it('warns of a node that is off, and does not try to enter it', async () => {
    pve.on('GET /nodes', {
      data: [
        { node: 'pve1', status: 'online' },
        { node: 'pve2', status: 'offline' },
      ],
    });
    expect((await testConnection(pve.ctx, aServer())).warnings).toEqual(['node pve2 is offline']);
    expect(pve.ran.map(({ target }) => target)).toEqual(['pve1']);
  });
});

describe('privileges', () => {
  const granted = (entries: Record<string, Record<string, boolean>>) =>
    new Map(Object.entries(entries).map(([path, privileges]) => [path, new Map(Object.entries(privileges))]));
  const needed = [['/storage/drbd', ['Datastore.AllocateSpace']]] as const;

  it('are handed down from above only where they say so', () => {
    expect(missingPrivileges(granted({ '/': { 'Datastore.AllocateSpace': true } }), needed)).toEqual([]);
    expect(missingPrivileges(granted({ '/storage': { 'Datastore.AllocateSpace': false } }), needed)).toEqual([
      'Datastore.AllocateSpace on /storage/drbd',
    ]);
    expect(missingPrivileges(granted({ '/storage/drbd': { 'Datastore.AllocateSpace': false } }), needed)).toEqual([]);
  });

  it('that are handed down to where they are needed are not in excess, others are', () => {
    const permissions = granted({
      '/': { 'Datastore.AllocateSpace': true, 'Sys.Modify': true },
      '/storage/other': { 'Datastore.AllocateSpace': true },
    });
    expect(excessPrivileges(permissions, needed)).toEqual(['Sys.Modify on /', 'Datastore.AllocateSpace on /storage/other']);
  });

  it('of an entry nearer by replace those from above', () => {
    expect(missingPrivileges(granted({ '/': { 'Datastore.AllocateSpace': true }, '/storage': {} }), needed)).toEqual([
      'Datastore.AllocateSpace on /storage/drbd',
    ]);
  });
});
