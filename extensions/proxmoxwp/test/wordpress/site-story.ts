import { setupState, startSetup } from '@hostwright/ext-proxmoxwp/scripts';
import { createSsh } from '@hostwright/platform';
import type { SshResult } from '@hostwright/sdk';
import type { Container } from './container.js';
import { SetupInside } from './inside.js';
import type { PlacedOrder } from './panel.js';
import { holds, say, until } from './proof.js';
import type { ServedArchive } from './wordpress-archive.js';
import type { Stage } from './stage.js';
import { ask, listens } from './web.js';

export interface SiteFigures {
  /** Of the set-up, for one order and two killed workers. */
  readonly starts: number;
  readonly status: number;
}

const title = 'Set up by a machine';
const installation = {
  weblog_title: title,
  user_name: 'owner',
  admin_password: 'a-Long-passphrase-for-one-run',
  admin_password2: 'a-Long-passphrase-for-one-run',
  admin_email: 'owner@example.com',
  blog_public: '0',
  language: '',
};

/** An order becomes a WordPress site, although two workers are killed on the way. */
export async function siteStory(stage: Stage, archive: ServedArchive): Promise<SiteFigures> {
  const order = await stage.panel.order('good');
  const container = await stage.boot(order);
  const inside = new SetupInside(container, order.claim);
  try {
    await survivesKilledWorkers(stage, order, inside);
    const starts = stage.node.starts(order.vmid);
    const status = await isWordPress(stage, order, container, inside);
    await mayRunAgain(stage, order, container, inside, archive);
    return { starts, status };
  } catch (error) {
    const log = await inside.file('log').catch(() => undefined);
    if (log !== undefined)
      console.log(`\nThe end of the set-up's log in container ${order.vmid}:\n${log.split('\n').slice(-30).join('\n')}\n`);
    throw error;
  }
}

async function survivesKilledWorkers(stage: Stage, order: PlacedOrder, inside: SetupInside): Promise<void> {
  const { node, panel } = stage;
  const { vmid, jobId } = order;
  // The first worker never hears that the set-up was begun: its journal knows only that it meant to.
  node.hold(vmid);
  await stage.startWorker();
  await until('the set-up is begun', 180, () => node.starts(vmid) > 0);
  await until('the set-up is at work', 30, async () => (await inside.runners()).length > 0);
  const runners = await inside.runners();
  await stage.killWorker();
  node.letGo(vmid);
  const intended = (await panel.job(jobId)).step;
  holds('the killed worker had written that it meant to begin the set-up, and no more', intended?.state === 'intended', intended?.state);
  holds('the set-up goes on without it: one process, its lock held, no exit status', await atWork(inside, runners));
  const second = await runByHand(stage, order, startSetup, {
    domain: order.hostname,
    databasePassword: 'x',
    wordpressUrl: 'http://x',
    wordpressSha256: '0'.repeat(64),
  });
  holds('a second start finds the first', second.stdout === 'running\n' && second.exitCode === 0, JSON.stringify(second));

  await stage.startWorker();
  await until('the second worker waits for the set-up', 60, async () => (await panel.job(jobId)).step?.state === 'waiting');
  await until('the set-up installs packages', 300, async () => (await inside.file('phase')) === 'packages');
  holds('the second worker has found it and waits: still the same process', await atWork(inside, runners), await inside.runners());
  await stage.killWorker();
  await stage.startWorker();
  let phase: string | undefined;
  await until('the site is delivered', 1_500, async () => {
    const now = await inside.file('phase');
    if (now !== phase) say(`    set-up: ${(phase = now)}`);
    const { state } = await panel.job(jobId);
    if (['failed', 'cancelled', 'needs_operator'].includes(state))
      throw new Error(`the job is ${state}: ${JSON.stringify(await panel.job(jobId))}`);
    return state === 'completed';
  });
  const job = await panel.job(jobId);
  holds(
    'the third worker has delivered it, and no person is asked for anything',
    job.serviceState === 'active' && job.tasks.length === 0,
    job.tasks,
  );
  holds('the script was begun once', node.starts(vmid) === 1, JSON.stringify(node.calls(vmid)));
  const ended = [await inside.file('exit'), await inside.locked(), await inside.file('data'), (await inside.runners()).length];
  const ran = (await inside.file('setup')) ?? '';
  holds('what ran is the shipped script, byte for byte', ran.startsWith('#!/bin/bash\n') && startSetup.includes(`\n${ran}`));
  holds('it ended with 0; the lock is free and the file of its values gone', String(ended) === String(['0', false, undefined, 0]), ended);
}

/** Answers the HTTP status of the installer. */
async function isWordPress(stage: Stage, order: PlacedOrder, container: Container, inside: SetupInside): Promise<number> {
  const address = stage.network.reachedAt(order.address);
  const page = await ask(address, order.hostname, '/wp-admin/install.php');
  holds(`http://${address}/wp-admin/install.php as ${order.hostname} answers 200`, page.status === 200, page.status);
  holds(
    "it is WordPress' installer",
    /<title>WordPress[^<]*<\/title>/.test(page.body) && page.body.includes('install.php?step=2'),
    page.body,
  );
  for (const service of ['nginx', 'mariadb', await phpService(container)]) holds(`service ${service} runs`, await inside.serves(service));
  const password = await container.shell(`sed -n "s/^define('DB_PASSWORD', '\\(.*\\)');$/\\1/p" /var/www/html/wp-config.php`);
  const log = (await inside.file('log')) ?? '';
  holds('the password of the database is long, and not in the log of the set-up', password.length === 32 && !log.includes(password));
  const others = await inside.otherwiseOwned();
  holds(
    "files are www-data's with 755 and 644, wp-config.php root's with 640",
    others === '/var/www/html/wp-config.php f 640 root:www-data',
    others,
  );
  await isGuarded(stage, address, container, log);
  const hidden = await ask(address, order.hostname, '/.htaccess');
  holds('hidden files are not given out', hidden.status === 403, hidden.status);
  const finished = await ask(address, order.hostname, '/wp-admin/install.php?step=2', installation);
  holds(
    'a customer who finishes the installer has a site',
    finished.status === 200 && finished.body.includes('<h1>Success!</h1>'),
    finished.body,
  );
  const front = await ask(address, order.hostname, '/');
  holds('its front page is there', front.status === 200 && front.body.includes(`<title>${title}`), `${front.status} ${front.location}`);
  return page.status;
}

async function isGuarded(stage: Stage, address: string, container: Container, log: string): Promise<void> {
  if (!stage.network.own || container.first !== 'systemd') {
    holds('the firewall was not loaded, and the log says so', log.includes('the firewall was written but not loaded'), log);
    return;
  }
  await container.shell('setsid --fork php -S 0.0.0.0:8080 -t /tmp >/dev/null 2>&1 </dev/null');
  await until('a stray server listens inside', 10, async () => (await container.exec(['curl', '-s', 'http://127.0.0.1:8080/'])).code === 0);
  holds('the firewall lets nobody from outside reach it', !(await listens(address, 8080)));
  await container.exec(['pkill', '-f', '0.0.0.0:8080']);
}

/** Begun again it finds what it did; and run a second time, as after a crash at its very end, it leaves everything as it is. */
async function mayRunAgain(
  stage: Stage,
  order: PlacedOrder,
  container: Container,
  inside: SetupInside,
  archive: ServedArchive,
): Promise<void> {
  const databasePassword = await container.shell(`sed -n "s/^define('DB_PASSWORD', '\\(.*\\)');$/\\1/p" /var/www/html/wp-config.php`);
  const values = { domain: order.hostname, databasePassword, wordpressUrl: archive.url, wordpressSha256: archive.sha256 };
  const before = await inside.everything();
  const again = await runByHand(stage, order, startSetup, values);
  holds('begun again it is done already', again.stdout === 'done\n', JSON.stringify(again));
  holds('and nothing has changed', (await inside.everything()) === before);
  await inside.forgetExit();
  const anew = await runByHand(stage, order, startSetup, values);
  holds('without its exit status it is begun anew', anew.stdout === 'started\n', JSON.stringify(anew));
  let said = '';
  await until('the second run ends', 300, async () => {
    said = (await runByHand(stage, order, setupState, {})).stdout.trim();
    return !said.startsWith('running');
  });
  holds('the second run of the script ends well', said === 'done', said);
  holds('and nothing has changed', (await inside.everything()) === before, differences(before, await inside.everything()));
}

async function atWork(inside: SetupInside, runners: readonly string[]): Promise<boolean> {
  const now = await inside.runners();
  return now.length === 1 && now[0] === runners[0] && (await inside.locked()) && (await inside.file('exit')) === undefined;
}

async function phpService(container: Container): Promise<string> {
  return `php${await container.shell('ls /etc/php')}-fpm`;
}

/** A shipped script over the panel's own SSH client, with the pinned key. */
function runByHand(stage: Stage, order: PlacedOrder, script: string, more: Readonly<Record<string, string>>): Promise<SshResult> {
  const { port, hostKey, privateKey } = stage.node;
  const target = { host: '127.0.0.1', port, username: 'root', hostKey, privateKey };
  const ssh = createSsh({ extension: 'proxmoxwp', serverId: '1', targets: () => ({ pve1: target }) });
  return ssh.run('pve1', script, { vmid: order.vmid, claim: order.claim, ...more }, { timeoutMs: 60_000 });
}

function differences(before: string, after: string): string {
  const known = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !known.has(line))
    .join('\n');
}
