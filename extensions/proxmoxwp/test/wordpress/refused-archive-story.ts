import { SetupInside } from './inside.js';
import { holds, until } from './proof.js';
import type { Stage } from './stage.js';

/** An archive that is not the one of its checksum is not installed; the order fails with the reason, and nothing of it stays. */
export async function refusedArchiveStory(stage: Stage): Promise<void> {
  const { panel, node } = stage;
  const order = await panel.order('wrong checksum');
  const container = await stage.boot(order);
  const inside = new SetupInside(container, order.claim);
  await until('the order with the wrong checksum is over', 1_800, async () => {
    const { state, phase } = await panel.job(order.jobId);
    return phase === 'ended' || state === 'needs_operator' || state === 'failed';
  });
  const job = await panel.job(order.jobId);
  const message = job.failure?.message ?? '';
  holds('the order with the wrong checksum failed', job.state === 'failed', `${job.state} ${message}`);
  holds(
    `its reason: ${message}`,
    message.includes('"WordPress files"') && message.includes('the WordPress archive does not have the checksum that was set for it'),
    message,
  );
  holds('a person is told of it, once', job.tasks.length === 1 && job.tasks[0]!.startsWith('failed:'), job.tasks.join('; '));
  holds('its script was begun once', node.starts(order.vmid) === 1, node.starts(order.vmid));
  const { code } = await container.exec(['test', '-e', '/var/www/html/wp-settings.php']);
  const kept = await container.exec(['test', '-e', '/var/lib/hostwright/wordpress.tar.gz']);
  holds('nothing of that archive is in the container', code === 1 && kept.code === 1);
  holds('its values are gone too', (await inside.file('data')) === undefined);
  const left = panel.ledger().filter((entry) => entry.includes(String(order.vmid)) || entry.includes(order.hostname));
  holds('what was made for it was taken back', left.length === 0, left.join(', '));
}
