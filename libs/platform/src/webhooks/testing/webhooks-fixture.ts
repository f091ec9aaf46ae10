import { createSecretKey, randomBytes } from 'node:crypto';
import {
  defaultDeliveryRunnerSettings,
  DeliveryRunner,
  ReceiverSettings,
  WebhookEndpoints,
  WebhookReplays,
  type AuditEntry,
  type DeliveryQueue,
  type DeliveryRunnerSettings,
  type NewWebhook,
  type WebhookDeliveryDetails,
  type WebhookWithSecret,
} from '@hostwright/core';
import { SecretMask } from '../../logging/index.js';
import { OutboxRelay } from '../../queue/index.js';
import { JsonVault, Vault } from '../../secrets/index.js';
import { CryptoRandomText, PostgresAuditLog, SystemClock } from '../../stores/index.js';
import { createTestDatabase, type TestDatabase } from '../../testing/index.js';
import { HttpWebhookSender, PgDeliveryQueue, PgWebhookEndpoints, PgWebhookLog, WebhookFanOut } from '../index.js';
import { Receiver, type Answering } from './receiver.js';

const patientMs = 60_000;

/** Webhooks as the panel has them, over a database of their own, with receivers on loopback. */
export class WebhooksFixture {
  readonly mask = new SecretMask();
  readonly lines: string[] = [];
  readonly rings: [string, number][] = [];
  readonly endpoints: WebhookEndpoints;
  readonly replays: WebhookReplays;
  readonly log: PgWebhookLog;
  readonly queue: PgDeliveryQueue;
  /** How long an attempt may take, of runners made from now on. So long that only a receiver that hangs can miss it. */
  deadlineMs = patientMs;
  private readonly vault: JsonVault;
  private readonly receivers: Receiver[] = [];
  private readonly senders: HttpWebhookSender[] = [];
  private readonly runners: DeliveryRunner[] = [];
  private readonly doorbell = { ring: (queue: string, count = 1) => Promise.resolve(void this.rings.push([queue, count])) };
  private readonly rules = new ReceiverSettings(['127.0.0.0/8'], true);

  private constructor(readonly db: TestDatabase) {
    const { pool } = db;
    const clock = new SystemClock();
    const audit = new PostgresAuditLog(pool);
    this.vault = new JsonVault(new Vault([{ id: '1', key: createSecretKey(randomBytes(32)) }], (plain) => this.mask.add(plain)));
    this.log = new PgWebhookLog(pool);
    this.queue = new PgDeliveryQueue(pool);
    this.endpoints = new WebhookEndpoints(new PgWebhookEndpoints(pool), this.rules, this.vault, new CryptoRandomText(), clock, audit);
    this.replays = new WebhookReplays(this.log, this.doorbell, clock, audit);
  }

  static async open(): Promise<WebhooksFixture> {
    return new WebhooksFixture(await createTestDatabase());
  }

  async close(): Promise<void> {
    await this.reset();
    await this.db.drop();
  }

  /** Nobody is told of anything, and nothing has happened. */
  async reset(): Promise<void> {
    await Promise.all(this.runners.splice(0).map((runner) => runner.stop()));
    await Promise.all(this.senders.splice(0).map((sender) => sender.close()));
    await Promise.all(this.receivers.splice(0).map((receiver) => receiver.stop()));
    await this.db.pool.query('TRUNCATE webhook_endpoint, webhook_event, outbox, operator_task, queue_task CASCADE');
    this.rings.length = 0;
    this.lines.length = 0;
    this.deadlineMs = patientMs;
  }

  async receiver(answering?: Answering): Promise<Receiver> {
    const receiver = await Receiver.start(answering);
    this.receivers.push(receiver);
    return receiver;
  }

  /** Told of everything, unless said otherwise. */
  endpoint(of: { readonly url: string } & Partial<NewWebhook>): Promise<WebhookWithSecret> {
    return this.endpoints.create({ events: ['*'], ...of }, 'test');
  }

  /** A worker of its own. */
  runner({
    queue = this.queue,
    random = () => 0.5,
    ...settings
  }: Partial<DeliveryRunnerSettings> & { queue?: DeliveryQueue; random?: () => number } = {}) {
    const sender = new HttpWebhookSender({
      rules: this.rules,
      mask: (text) => this.mask.mask(text),
      nowMs: () => Date.now(),
      deadlineMs: this.deadlineMs,
    });
    this.senders.push(sender);
    const write = (line: string, details: object = {}) => void this.lines.push(line + JSON.stringify(details));
    const runner = new DeliveryRunner(
      { queue, sender, sealer: this.vault, clock: new SystemClock(), random, log: { info: write, warn: write, error: write } },
      { ...defaultDeliveryRunnerSettings, ...settings },
    );
    this.runners.push(runner);
    return runner;
  }

  async happened(topic: string, payload: object = {}): Promise<void> {
    await this.db.pool.query('INSERT INTO outbox (topic, payload) VALUES ($1, $2)', [topic, payload]);
  }

  relay(): Promise<number> {
    const fanOut = new WebhookFanOut((text) => this.mask.mask(text));
    return new OutboxRelay(this.db.pool, {}, this.doorbell, { error: (line) => void this.lines.push(line) }, [fanOut]).run();
  }

  /** As if every wait and every lease were over. */
  async letTimePass(): Promise<void> {
    await this.db.pool.query(`UPDATE webhook_delivery SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL`);
  }

  /** Every delivery with its attempts, oldest first. */
  async deliveries(): Promise<WebhookDeliveryDetails[]> {
    const { rows } = await this.rows<{ id: string; endpoint: string }>(
      `SELECT id, endpoint_id AS endpoint FROM webhook_delivery ORDER BY id`,
    );
    return Promise.all(rows.map(({ id, endpoint }) => this.log.get(endpoint, id)));
  }

  rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<{ rows: Row[] }> {
    return this.db.pool.query<Row & Record<string, unknown>>(text, [...values]);
  }

  async audited(): Promise<AuditEntry[]> {
    const { rows } = await this.rows<AuditEntry>(`SELECT * FROM audit WHERE action LIKE 'webhook.%' ORDER BY id`);
    return rows;
  }
}

/** Waits until it holds; Jest's own time limit ends a wait in vain. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
