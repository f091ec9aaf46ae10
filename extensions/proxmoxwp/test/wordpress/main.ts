import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isPanelError, PanelError } from '@hostwright/sdk';
import { Container, type ContainerHost } from './container.js';
import { Mirror } from './mirror.js';
import { help, readOptions, type Options } from './options.js';
import { Panel } from './panel.js';
import { checkPrerequisites } from './prerequisites.js';
import { PrivateNetwork } from './private-network.js';
import { minutesSoFar, proofsSoFar, say } from './proof.js';
import { RealNode } from './real-node.js';
import { refusedArchiveStory } from './refused-archive-story.js';
import { ensureRootSystem } from './root-system.js';
import { siteStory, type SiteFigures } from './site-story.js';
import { Stage } from './stage.js';
import { ensureArchive, type ServedArchive } from './wordpress-archive.js';
import { Workshop } from './workshop.js';

/** Whatever happens, nothing of ours is left running or mounted. */
const open = new Set<() => Promise<void>>();

let closing: Promise<void> | undefined;

/** Once, however many ask for it: whoever ends the process waits for it. */
function closeEverything(): Promise<void> {
  closing ??= (async () => {
    // One that cannot be closed must not leave the others open.
    for (const close of [...open].reverse()) await close().catch((error: unknown) => console.error(error));
  })();
  return closing;
}

async function prove(options: Options): Promise<void> {
  await checkPrerequisites(options);
  const workshop = await Workshop.open(options.fresh, async (folder, pid) => {
    await Panel.removeLeftOver(folder);
    await Container.removeLeftOvers(pid);
  });
  open.add(() => Promise.resolve(workshop.remove()));
  const network = await PrivateNetwork.open(options.without);
  open.add(() => network.close());
  if (!network.own) say('containers share the network of this machine: their firewall stays unloaded');
  const mirror = await Mirror.start(network.hostAddress, options.mirror.host, workshop.keptFolder('packages'));
  open.add(() => mirror.close());

  const kept = workshop.keptFolder(options.suite);
  const base = await ensureRootSystem(options, kept, mirror.address);
  const node = await RealNode.start(join(workshop.run, 'node'));
  open.add(() => node.stop());
  const host: ContainerHost = { folder: node.containers, base, network, proxy: mirror.address, without: options.without };
  const archive = await ensureArchive(host, kept);
  const url = mirror.serveArchive(archive.file);
  say(
    `the root file system is Debian ${options.suite}; sshd listens on 127.0.0.1:${node.port} with ${node.hostKey}; the archive is ${url}`,
  );

  const address = `127.0.0.1:${node.port} ${node.hostKey}`;
  const panel = await Panel.open({
    server: { ...network.settings, sshNodes: `pve1 ${address}\npve2 ${address}`, sshUser: 'root', sshPrivateKey: node.privateKey },
    product: { wordpressUrl: url, wordpressSha256: archive.sha256 },
    folder: workshop.run,
  });
  open.add(() => panel.close());
  const stage = new Stage(panel, node, host);
  open.add(() => stage.close());
  try {
    const { starts, status } = await tell(stage, { ...archive, url });
    const figures = `minutes ${minutesSoFar()}, workers killed ${stage.kills}, starts of the script ${starts}, HTTP status ${status}`;
    console.log(`\nall ${proofsSoFar()} hold; ${figures}`);
  } catch (error) {
    for (const line of panel.lines.slice(-20)) console.log(line);
    throw error;
  } finally {
    if (options.keep && closing === undefined) await stay(node);
  }
}

/** Both stories side by side, unless their containers would want the same port. */
async function tell(stage: Stage, archive: ServedArchive): Promise<SiteFigures> {
  if (stage.network.own) {
    const [figures] = await Promise.all([siteStory(stage, archive), refusedArchiveStory(stage)]);
    return figures;
  }
  const figures = await siteStory(stage, archive);
  await stage.stopContainers();
  await refusedArchiveStory(stage);
  return figures;
}

/** Until Ctrl-C, which the handler of signals answers. */
function stay(node: RealNode): Promise<never> {
  for (const vmid of readdirSync(node.containers)) say(node.howToEnter(Number(vmid)));
  say('everything is kept running; Ctrl-C ends it');
  return new Promise(() => setInterval(() => undefined, 60_000));
}

/** Throws `invalid_input` for what cannot be read. */
function options(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    throw error instanceof TypeError ? new PanelError('invalid_input', error.message, { cause: error }) : error;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    say('ending everything');
    void closeEverything().finally(() => process.exit(130));
  });
}
try {
  const read = options();
  if (read.help) console.log(help);
  else await prove(read);
  await closeEverything();
  process.exit(0);
} catch (error) {
  // Interrupted: what it stumbled over is of no interest.
  const interrupted = closing !== undefined;
  await closeEverything();
  if (!interrupted) console.error(isPanelError(error) ? error.message : error);
  process.exit(interrupted ? 130 : 1);
}
