import type { Provider } from '@nestjs/common';
import { defaultTriggerRunnerSettings, TriggerLook, TriggerQueue, TriggerRunner } from '@hostwright/core';
import { PgTriggerMappings, PostgresServiceStore, type Config, type OpenProvisioning } from '@hostwright/platform';
import type { Log } from '@hostwright/sdk';
import type pg from 'pg';

/** What reads again what providers told of. */
export function createTriggerLook({ catalog, desk, triggers }: Pick<OpenProvisioning, 'catalog' | 'desk' | 'triggers'>, pool: pg.Pool) {
  return new TriggerLook({
    modules: triggers,
    mappings: new PgTriggerMappings(pool),
    services: new PostgresServiceStore(pool),
    catalog,
    desk,
  });
}

export function triggerWork({ waitScale }: Pick<Config, 'waitScale'>, log: Log): Provider {
  return {
    provide: TriggerRunner,
    useFactory: (queue: TriggerQueue, look: TriggerLook) =>
      new TriggerRunner({ queue, look, random: Math.random, log }, { ...defaultTriggerRunnerSettings, waitScale }),
    inject: [TriggerQueue, TriggerLook],
  };
}
