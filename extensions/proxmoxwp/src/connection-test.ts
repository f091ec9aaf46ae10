import { PanelError, type ConnectionTest, type Ctx } from '@hostwright/sdk';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';
import { NodeShell } from './node-shell.js';
import { missingPrivileges, type Permissions } from './permissions.js';
import { failoverNodes, sshTargets } from './ssh-nodes.js';

const containerPrivileges = [
  'VM.Allocate',
  'VM.Audit',
  'VM.Config.CPU',
  'VM.Config.Disk',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.Options',
  'VM.PowerMgmt',
  'VM.Snapshot',
];

/** What the token must be allowed to do, by path. The README tells the admin the same. */
export function neededPrivileges(server: ServerConfig): readonly (readonly [string, readonly string[]])[] {
  const templates = storageOf(server.template);
  return [
    ['/vms', containerPrivileges],
    [`/storage/${server.storage}`, ['Datastore.AllocateSpace']],
    [`/storage/${templates}`, ['Datastore.Audit']],
    [`/sdn/zones/localnetwork/${server.bridge}`, ['SDN.Use']],
    ...(failoverNodes(server).length === 0 ? [] : ([['/', ['Sys.Audit', 'Sys.Console']]] as const)),
  ];
}

/** Beside what is needed, what the README has the admin grant on a storage. */
function usefulPrivileges(server: ServerConfig): readonly (readonly [string, readonly string[]])[] {
  return [...neededPrivileges(server), [`/storage/${server.storage}`, ['Datastore.Audit']]];
}

/** What is granted and never used, as `Privilege on /path`. What is handed down to a path where it is needed counts as needed. */
export function excessPrivileges(permissions: Permissions, needed: readonly (readonly [string, readonly string[]])[]): readonly string[] {
  const isNeeded = (path: string, privilege: string): boolean =>
    needed.some(([at, privileges]) => privileges.includes(privilege) && (at === path || path === '/' || at.startsWith(`${path}/`)));
  return [...permissions].flatMap(([path, privileges]) =>
    [...privileges.keys()].filter((privilege) => !isNeeded(path, privilege)).map((privilege) => `${privilege} on ${path}`),
  );
}

function storageOf(volume: string): string {
  return volume.slice(0, volume.indexOf(':'));
}

/** Tries everything that an order will need, and changes nothing. Throws the first thing to mend. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const targets = sshTargets(server);
  if (targets[server.homeNode] === undefined) {
    throw new PanelError('invalid_config', `Home node: ${server.homeNode} is not listed under Nodes over SSH`, { field: 'homeNode' });
  }
  const failover = failoverNodes(server);
  const pve = new ProxmoxClient(ctx, server);
  const version = await pve.version();
  const major = Number.parseInt(version, 10);
  if (major !== 8 && major !== 9) throw new PanelError('unsupported', `Proxmox VE ${version} is not 8 or 9`);

  const permissions = await pve.permissions();
  const missing = missingPrivileges(permissions, neededPrivileges(server));
  if (missing.length > 0) throw new PanelError('invalid_config', `the API token lacks ${missing.join(', ')}`, { field: 'tokenId' });

  const warnings: string[] = [];
  const excess = excessPrivileges(permissions, usefulPrivileges(server));
  if (excess.length > 0) {
    const more = excess.length > 3 ? ` and ${excess.length - 3} more` : '';
    warnings.push(`the API token may do more than is ever asked of it: ${excess.slice(0, 3).join(', ')}${more}`);
  }
  const nodes = await pve.nodes();
  for (const name of new Set([...Object.keys(targets), ...failover])) {
    const online = nodes.get(name);
    if (online === undefined)
      throw new PanelError('invalid_config', `Nodes over SSH: the cluster has no node ${name}`, { field: 'sshNodes' });
    if (!online) warnings.push(`node ${name} is offline`);
  }
  for (const name of nodes.keys()) {
    if (targets[name] === undefined && failover.length === 0)
      warnings.push(`node ${name} is not listed for SSH; a container moved there could not be looked after`);
  }
  await requireStorage(pve, server);
  for (const name of Object.keys(targets)) {
    if (nodes.get(name) === true) await new NodeShell(ctx).reachable(name);
  }
  return { version: `Proxmox VE ${version}`, warnings };
}

async function requireStorage(pve: ProxmoxClient, server: ServerConfig): Promise<void> {
  const content = (await pve.storages(server.homeNode)).get(server.storage);
  if (content === undefined) {
    throw new PanelError('invalid_config', `Storage: ${server.homeNode} has no storage ${server.storage}, or the token may not see it`, {
      field: 'storage',
    });
  }
  if (!content.includes('rootdir'))
    throw new PanelError('invalid_config', `Storage: ${server.storage} holds no containers`, { field: 'storage' });
  const templates = await pve.templates(server.homeNode, storageOf(server.template));
  if (!templates.includes(server.template)) {
    throw new PanelError('invalid_config', `Template: ${server.template} is not on ${server.homeNode}`, { field: 'template' });
  }
}
