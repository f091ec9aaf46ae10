import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReceiverSettings, WebhookEndpoints } from '@hostwright/core';
import { CryptoRandomText, PgWebhookEndpoints, PostgresAuditLog, SystemClock } from '@hostwright/platform';
import { makeTlsIdentity, type TlsIdentity } from '@hostwright/sdk-testing';
import { Webhook } from 'standardwebhooks';
import { Receiver } from '../../../libs/platform/src/webhooks/testing/receiver.js';
import { eventually } from './counting-loop.js';
import { Stage } from './support/stage.js';

let stage: Stage;
let identity: TlsIdentity;
let folder: string;
beforeAll(async () => {
  identity = await makeTlsIdentity('localhost');
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  await writeFile(join(folder, 'authority.pem'), identity.certificate);
  stage = await Stage.open({ environment: { WEBHOOK_NETWORKS: '127.0.0.0/8,::1', NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') } });
}, 60_000);
afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true });
});

/** As an order that was carried out tells of itself. */
const happened = () =>
  stage.db.pool.query(
    `INSERT INTO outbox (topic, payload) VALUES ('service.create.completed', '{"jobId":"7","serviceId":"3","operation":"create"}')`,
  );

describe('a worker process', () => {
  it('that is killed when the receiver has the event tells it again under the same id, and the log says so', async () => {
    let worker: ChildProcess | undefined = undefined as ChildProcess | undefined;
    const receiver = await Receiver.start(
      (_, at) => {
        if (at === 1) worker?.kill('SIGKILL');
        return { status: 204 };
      },
      { key: identity.privateKey, cert: identity.certificate },
    );
    const { pool } = stage.db;
    const endpoints = new WebhookEndpoints(
      new PgWebhookEndpoints(pool),
      new ReceiverSettings([], false),
      stage.provisioning.sealer,
      new CryptoRandomText(),
      new SystemClock(),
      new PostgresAuditLog(pool),
    );
    const { secret } = await endpoints.create({ url: receiver.url, events: ['service.*'] }, 'test');
    worker = await stage.startWorker();
    await happened();
    await eventually(() => worker?.signalCode === 'SIGKILL');
    const state = async () => (await pool.query<{ state: string }>('SELECT state FROM webhook_delivery')).rows[0]?.state;
    expect(await state()).toBe('sending');
    await pool.query('UPDATE webhook_delivery SET next_attempt_at = now()'); // as if its lease were over
    await stage.startWorker();
    await eventually(async () => (await state()) === 'delivered');
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(receiver.received).toHaveLength(2);
    const { body, headers } = receiver.received[1]!;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ data: { serviceId: '3' } });
    const { rows } = await pool.query('SELECT number, duration_ms IS NULL AS lost, error FROM webhook_attempt ORDER BY number');
    expect(rows).toEqual([
      { number: 1, lost: true, error: expect.stringContaining('lost before it could record') },
      { number: 2, lost: false, error: null },
    ]);
    expect(stage.lines.join('\n')).not.toContain(secret.slice(6));
    await receiver.stop();
  }, 60_000);
});
