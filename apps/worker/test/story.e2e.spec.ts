import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grantApiKey } from './support/api-key.js';
import { Stage } from './support/stage.js';

interface Progress {
  readonly id: string;
  readonly type: string;
  readonly step: number;
  readonly total: number;
  readonly percentage: number;
  readonly message: string;
  readonly timestamp: string;
}

describe('a site ordered over HTTP by another panel', () => {
  jest.setTimeout(60_000);
  const key = `hwk_${'k'.repeat(12)}_${'s'.repeat(40)}`;
  const staffKey = `hwk_${'m'.repeat(12)}_${'s'.repeat(40)}`;
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-story-'));
  // Where the run keeps its records, if it does.
  const record = process.env['HOSTWRIGHT_RECORD'] ?? join(folder, 'exchanges.jsonl');
  let stage: Stage;
  let url: string;

  beforeAll(async () => {
    stage = await Stage.open({ speed: 0.005, environment: { HOSTWRIGHT_RECORD: record } });
    await grantApiKey(stage.db.pool, key, ['paymenter']);
    await grantApiKey(stage.db.pool, staffKey, ['jobs:read']);
    [url] = await Promise.all([stage.startApi(), stage.startWorker()]);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true });
  });

  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** Reads a job's progress, from the beginning or from after an event, until it ends or so many events came. */
  const follow = async (jobId: string, after?: string, most = Infinity): Promise<Progress[]> => {
    const response = await fetch(`${url}/api/v1/jobs/${jobId}/stream`, {
      headers: { authorization: `Bearer ${staffKey}`, ...(after ? { 'last-event-id': after } : {}) },
    });
    expect(response.status).toBe(200);
    const events: Progress[] = [];
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk as Uint8Array).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const id = /^id: ?(.+)$/m.exec(block)?.[1];
        const data = /^data: ?(.+)$/m.exec(block)?.[1];
        if (id && data) events.push({ id, ...(JSON.parse(data) as Omit<Progress, 'id'>) });
        // Leaving the loop ends the connection.
        if (events.length >= most) return events;
      }
    }
    return events;
  };

  const lastJob = async (): Promise<string> =>
    (await stage.db.pool.query<{ id: string }>(`SELECT max(id) AS id FROM provisioning_job`)).rows[0]!.id;

  it('is built, watched step by step, looked at, and taken away', async () => {
    const order = { service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.10' };
    const answer = { success: true, vmid: 900, private_ip: '192.168.1.100', subdomain: 'customer' };
    expect(await call('POST', '/create-site', order)).toEqual({ status: 200, body: answer });
    const jobId = await lastJob();

    const beginning = await follow(jobId, undefined, 4);
    const rest = await follow(jobId, beginning.at(-1)!.id);
    const events = [...beginning, ...rest];
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => `${jobId}:${index + 1}`));
    expect(events.at(-1)).toMatchObject({ type: 'complete', percentage: 100, step: events.at(-1)!.total });
    expect(events.map((event) => event.percentage)).toEqual([...events.map((event) => event.percentage)].sort((a, b) => a - b));
    for (const event of events) expect(Number.isNaN(Date.parse(event.timestamp))).toBe(false);

    expect(await call('POST', '/create-site', order)).toEqual({ status: 200, body: answer });
    const status = await call('GET', '/status?service_id=12345');
    expect(status).toMatchObject({
      status: 200,
      body: {
        service_id: '12345',
        vmid: 900,
        private_ip: '192.168.1.100',
        subdomain: 'customer',
        public_ip: '203.0.113.10',
        status: 'running',
        node: expect.any(String),
      },
    });

    expect(await call('POST', '/delete-site', { service_id: '12345' })).toMatchObject({ status: 200, body: { success: true } });
    expect((await follow(await lastJob())).at(-1)).toMatchObject({ type: 'complete' });
    expect(stage.ledger()).toEqual([]);
    expect(await call('POST', '/delete-site', { service_id: '12345' })).toMatchObject({ status: 200, body: { success: true } });
  });

  it('every exchange with a provider is recorded, without a secret', () => {
    const text = readFileSync(record, 'utf8');
    const exchanges = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; extension: string; method?: string; url?: string; status?: number });
    expect(new Set(exchanges.map((one) => one.extension))).toEqual(new Set(stage.extensions));
    expect(new Set(exchanges.map((one) => one.kind))).toEqual(new Set(['http', 'ssh']));
    const calls = exchanges.filter((one) => one.kind === 'http');
    for (const one of calls)
      expect(one).toMatchObject({ method: expect.any(String), url: expect.stringMatching(/^https?:/), status: expect.any(Number) });
    for (const secret of stage.secrets()) expect(text.includes(JSON.stringify(secret).slice(1, -1))).toBe(false);
    expect(text).not.toMatch(/"token":\s*"eyJ/);
  });
});
