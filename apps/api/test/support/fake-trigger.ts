import { createHmac } from 'node:crypto';
import {
  defaultTriggerRunnerSettings,
  TriggerLook,
  TriggerRunner,
  type ModuleCatalog,
  type ProvisioningDesk,
  type Sealer,
  type TriggerModules,
} from '@hostwright/core';
import { PgTriggerMappings, PgTriggerQueue, PostgresServiceStore } from '@hostwright/platform';
import { defineExtension, defineTrigger, fields, PanelError, type Json, type JsonObject, type TriggerFact } from '@hostwright/sdk';
import type { Pool } from 'pg';

const server = fields({ host: { type: 'text', label: 'Host' }, secret: { type: 'secret', label: 'Secret' } });

/** A billing system of somebody else's, and the panel's module for it. Its signature is an HMAC of the body. */
export class Bills {
  /** How each subject stands now; a function is called, and may wait or throw. */
  readonly facts = new Map<string, TriggerFact | (() => Promise<TriggerFact | undefined>)>();
  /** Subjects that were read, in order. */
  readonly reads: string[] = [];

  readonly extension = defineExtension({
    id: 'fake-bills',
    name: 'Somebody else who bills',
    trigger: defineTrigger(
      { server },
      {
        verify: ({ server: { secret }, notice: { headers, body } }) => {
          if (headers['x-signature'] !== signatureOf(body, secret)) throw new PanelError('unauthenticated', 'not by me');
          const said = JSON.parse(body) as JsonObject;
          if (typeof said['id'] !== 'string') throw new PanelError('invalid_input', 'the event has no id');
          return { eventId: said['id'], eventType: String(said['type'] ?? 'changed'), subject: (said['about'] ?? null) as string | null };
        },
        read: async ({ subject }) => {
          this.reads.push(subject);
          const fact = this.facts.get(subject);
          if (fact === undefined) throw new PanelError('not_found', `no ${subject}`);
          return typeof fact === 'function' ? fact() : fact;
        },
      },
    ),
  });

  /** A subscription, paid, unless it is said otherwise. */
  stands(subject: string, over: Partial<TriggerFact> & { readonly plan?: string } = {}): TriggerFact {
    const { plan = 'small', ...rest } = over;
    const fact: TriggerFact = {
      subject,
      state: 'active',
      items: [{ names: [`id of ${plan}`, plan], quantity: 1 }],
      customer: { email: `${subject}@example.com`, name: 'Ada' },
      values: { 'metadata.ip': '203.0.113.10' },
      ...rest,
    };
    this.facts.set(subject, fact);
    return fact;
  }

  /** The servers of the database, their settings opened. */
  modules(pool: Pool, sealer: Sealer) {
    const find = async ({ serverId }: { readonly serverId: string }) => {
      const { rows } = await pool.query<{ extension: string; settings: JsonObject }>(
        'SELECT extension, settings FROM server WHERE id = $1',
        [serverId],
      );
      const opened = sealer.open(rows[0]!.settings, '') as Record<string, Json>;
      const plain = Object.fromEntries(
        Object.entries(opened).map(([name, value]) => [name, (value as { $secret?: string }).$secret ?? value]),
      );
      return { module: this.extension.trigger!, record: { id: serverId, ...rows[0]! }, server: plain };
    };
    return { find, open: async (ref: { readonly serverId: string }) => ({ ...(await find(ref)), ctx: {} }) } as never;
  }

  looker({
    pool,
    triggers,
    catalog,
    desk,
    line,
  }: {
    pool: Pool;
    triggers: TriggerModules;
    catalog: ModuleCatalog;
    desk: ProvisioningDesk;
    /** Takes what is logged. */
    line: (...said: unknown[]) => void;
  }): TriggerRunner {
    const look = new TriggerLook({
      modules: triggers,
      mappings: new PgTriggerMappings(pool),
      services: new PostgresServiceStore(pool),
      catalog,
      desk,
    });
    const log = { info: () => undefined, warn: line, error: line };
    return new TriggerRunner(
      { queue: new PgTriggerQueue(pool), look, random: () => 0, log },
      { ...defaultTriggerRunnerSettings, waitScale: 1 },
    );
  }
}

export function signatureOf(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
