import { PanelError, type SshTarget } from '@hostwright/sdk';
import type { ServerConfig } from './config.js';

const line =
  /^([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)\s+(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)):(\d{1,5})((?:\s+SHA256:[A-Za-z0-9+/]{43}=?)+)$/;

/**
 * The nodes that `sshNodes` lists, by name. One a line, empty lines left out: `pve1 192.0.2.11:22 SHA256:…`, where more than one
 * fingerprint may stand (a node has a key of each kind), and an IPv6 address stands in brackets.
 * Throws: `invalid_config` naming the line that is wrong.
 */
export function sshTargets(server: ServerConfig): Readonly<Record<string, SshTarget>> {
  const targets = new Map<string, SshTarget>();
  server.sshNodes.split('\n').forEach((text, index) => {
    const entry = text.trim();
    if (entry === '') return;
    const parts = line.exec(entry);
    const name = parts?.[1];
    const host = parts?.[2] ?? parts?.[3];
    const port = Number(parts?.[4]);
    const hostKey = parts?.[5]?.trim().split(/\s+/).join(' ');
    if (name === undefined || host === undefined || hostKey === undefined || port < 1 || port > 65535) {
      throw wrong(index, 'a node name, address:port and SHA256 fingerprint are due');
    }
    if (targets.has(name)) throw wrong(index, `${name} is there twice`);
    targets.set(name, { host, port, username: server.sshUser, privateKey: server.sshPrivateKey, hostKey });
  });
  if (targets.size === 0) throw new PanelError('invalid_config', 'Nodes over SSH: not one node is listed', { field: 'sshNodes' });
  return Object.fromEntries(targets);
}

function wrong(index: number, rule: string): PanelError {
  return new PanelError('invalid_config', `Nodes over SSH, line ${index + 1}: ${rule}`, { field: 'sshNodes' });
}

/**
 * The nodes that failover may use, none when the field is empty.
 * Throws: `invalid_config` for one that is not listed for SSH, since a container there could not be looked after.
 */
export function failoverNodes(server: ServerConfig): readonly string[] {
  const names = (server.haNodes ?? '').split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 0) return [];
  const known = sshTargets(server);
  const stranger = names.find((name) => known[name] === undefined);
  if (stranger !== undefined)
    throw new PanelError('invalid_config', `Failover nodes: ${stranger} is not listed under Nodes over SSH`, { field: 'haNodes' });
  if (!names.includes(server.homeNode))
    throw new PanelError('invalid_config', `Failover nodes: the home node ${server.homeNode} is missing`, { field: 'haNodes' });
  return [...new Set(names)];
}
