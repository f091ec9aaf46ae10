import type { Provider } from '@nestjs/common';
import { defaultDeliveryRunnerSettings, DeliveryQueue, DeliveryRunner } from '@hostwright/core';
import { HttpWebhookSender, JsonVault, SystemClock, Vault, type Config, type SecretMask } from '@hostwright/platform';
import type { Log } from '@hostwright/sdk';

/** What sends webhooks. */
export function webhookWork({
  config,
  log,
  mask,
}: {
  readonly config: Config;
  readonly log: Log;
  readonly mask: SecretMask;
}): readonly Provider[] {
  const clock = new SystemClock();
  return [
    {
      provide: HttpWebhookSender,
      useFactory: () =>
        new HttpWebhookSender({
          rules: config.webhookReceivers,
          mask: (text) => mask.mask(text),
          nowMs: () => clock.now().getTime(),
        }),
    },
    {
      provide: DeliveryRunner,
      useFactory: (queue: DeliveryQueue, sender: HttpWebhookSender) =>
        new DeliveryRunner(
          {
            queue,
            sender,
            sealer: new JsonVault(new Vault(config.secretKeys, (plain) => mask.add(plain))),
            clock,
            random: Math.random,
            log,
          },
          { ...defaultDeliveryRunnerSettings, waitScale: config.waitScale },
        ),
      inject: [DeliveryQueue, HttpWebhookSender],
    },
  ];
}
