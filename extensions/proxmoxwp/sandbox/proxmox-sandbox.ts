import { createHash, randomUUID } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import {
  json,
  makeSshKey,
  sandboxParts,
  startHttpSandbox,
  startSshNode,
  type InspectedSandbox,
  type ProviderAnswers,
  type SandboxOptions,
} from '@hostwright/sdk-testing';
import {
  pveRoute,
  refusalAnswer,
  refuseStrangers,
  type PveRoute,
  clusterRoutes,
  containerRoutes,
  haRoutes,
  poolRoutes,
  powerRoutes,
  snapshotRoutes,
  taskRoutes,
} from './routes/index.js';
import { died, PveRefusal } from './api/index.js';
import { allPrivileges, Cluster, type ClusterVersion, ledgerOf } from './cluster/index.js';
import { controlCalls, controlsOf, type ProxmoxControls } from './controls.js';
import { pctCommands, type Archive } from './node/index.js';

const tokenId = 'hostwright@pve!panel';
const sshUser = 'root';

export interface ProxmoxSandbox extends InspectedSandbox, ProxmoxControls {
  /** As `server`, with a token that may do nothing. */
  readonly powerless: JsonObject;
}

/** A cluster of two nodes, its API over https, and each node over SSH. `version`: `9` (default), `8`, or `9-migrating`. */
export async function startProxmoxSandbox(options: SandboxOptions = {}): Promise<ProxmoxSandbox> {
  const parts = sandboxParts(options);
  const cluster = new Cluster(versionOf(options.version), parts);
  const powerful = { id: tokenId, secret: randomUUID(), rights: { '/': allPrivileges } };
  const powerless = { id: 'hostwright@pve!powerless', secret: randomUUID(), rights: {} };
  cluster.tokens.push(powerful, powerless);
  const archive: Archive = {
    url: 'https://wordpress.org/wordpress-6.8.3.tar.gz',
    sha256: createHash('sha256').update('the archive of this sandbox').digest('hex'),
  };

  const controls = controlsOf(cluster);
  const http = await startHttpSandbox({
    parts,
    tls: true,
    port: options.port,
    routes: allRoutes(cluster).map((route) => pveRoute(cluster, route)),
    answers: answersOf(cluster),
    before: (request) => refuseStrangers(cluster, request),
    ledger: () => ledgerOf(cluster),
    control: controlCalls(controls),
  });
  const clientKey = makeSshKey();
  const nodes = await Promise.all(
    cluster.nodes.map(async ({ name }) => ({
      name,
      ssh: await startSshNode({ parts, user: sshUser, clientKey: clientKey.parsed, commands: pctCommands(cluster, name, archive) }),
    })),
  );
  const server = {
    host: http.host,
    port: http.port,
    tokenId,
    tokenSecret: powerful.secret,
    tlsFingerprint: http.tlsFingerprint ?? '',
    sshNodes: nodes.map(({ name, ssh }) => `${name} ${ssh.host}:${ssh.port} ${ssh.hostKey}`).join('\n'),
    sshUser,
    sshPrivateKey: clientKey.privateKey,
    homeNode: 'pve1',
    haNodes: 'pve1,pve2',
    storage: 'drbd',
    template: [...cluster.templates.keys()][0] ?? '',
    bridge: 'vmbr1',
    lan: '192.168.1.100-192.168.1.253',
    lanPrefix: 24,
    gateway: '192.168.1.1',
    vmids: '900-999',
  };
  const running = http.running({
    server,
    product: { plan: 'basic', domain: 'nodepoint.eu', dnsTtl: 300, wordpressUrl: archive.url, wordpressSha256: archive.sha256 },
    stopAlso: async () => void (await Promise.all(nodes.map(({ ssh }) => ssh.stop()))),
  });
  return { ...running, ...controls, powerless: { ...server, tokenId: powerless.id, tokenSecret: powerless.secret } };
}

function versionOf(version: string | undefined): ClusterVersion {
  if (version === undefined || version === '9') return '9';
  if (version === '8' || version === '9-migrating') return version;
  throw new TypeError(`version: 8, 9 or 9-migrating, not ${version}`);
}

function allRoutes(cluster: Cluster): readonly PveRoute[] {
  return [
    ...clusterRoutes(cluster),
    ...containerRoutes(cluster),
    ...powerRoutes(cluster),
    ...snapshotRoutes(cluster),
    ...taskRoutes(cluster),
    ...haRoutes(cluster),
    ...poolRoutes(cluster),
  ];
}

/** How this provider fails where no condition of its own is the reason. */
function answersOf(cluster: Cluster): ProviderAnswers {
  return {
    // Says nothing of whether the worker ran: a caller must look.
    internalError: () => refusalAnswer(cluster, died('got no worker upid - start worker failed')),
    tooManyRequests: () => json(429, { data: null }, { 'retry-after': '1' }),
    wrongShape: () => json(200, { data: { unexpected: [{ shape: 1 }] } }),
    notFound: (request) =>
      refusalAnswer(
        cluster,
        new PveRefusal(501, `Method '${request.method} ${request.path.replace(/^\/api2\/json/, '')}' not implemented`),
      ),
    unreadableBody: () => refusalAnswer(cluster, new PveRefusal(400, 'unable to parse request body')),
    tooLarge: () => refusalAnswer(cluster, new PveRefusal(413, 'Request Entity Too Large')),
  };
}
