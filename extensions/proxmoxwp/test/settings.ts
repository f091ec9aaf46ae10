import type { OrderConfig, ProductConfig, ServerConfig } from '../src/config.js';

/** The shape of a fingerprint. */
export const hostKey = `SHA256:${'k'.repeat(43)}`;

/** Settings as an admin would give them, for tests that name only what matters to them. */
export function aServer(changes: Partial<ServerConfig> = {}): ServerConfig {
  return {
    host: 'pve.example.net',
    port: 8006,
    tokenId: 'hostwright@pve!panel',
    tokenSecret: '11111111-2222-3333-4444-555555555555',
    sshNodes: `pve1 192.0.2.11:22 ${hostKey}\npve2 192.0.2.12:22 ${hostKey}`,
    sshUser: 'root',
    sshPrivateKey: 'a private key',
    homeNode: 'pve1',
    haNodes: 'pve1,pve2',
    storage: 'drbd',
    template: 'local:vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
    bridge: 'vmbr1',
    lan: '192.168.1.100-192.168.1.253',
    lanPrefix: 24,
    gateway: '192.168.1.1',
    vmids: '900-999',
    ...changes,
  };
}

export function aProduct(changes: Partial<ProductConfig> = {}): ProductConfig {
  return {
    plan: 'basic',
    domain: 'example.net',
    dnsTtl: 300,
    wordpressUrl: 'https://example.org/wordpress.tar.gz',
    wordpressSha256: 'a'.repeat(64),
    ...changes,
  };
}

export function anOrder(changes: Partial<OrderConfig> = {}): OrderConfig {
  return { email: 'customer@example.com', publicIp: '203.0.113.10', ...changes };
}
