import { ApiFixture } from './api-fixture.js';
import { signatureOf } from './fake-trigger.js';

export const billsSecret = 'bills-secret-hunter3';

/** A look takes milliseconds. */
const patienceMs = 20_000;

/** An API that another billing system is connected to, with two plans mapped, and what a worker does about what it tells. */
export class TriggerStage {
  private events = 0;

  private constructor(
    readonly api: ApiFixture,
    readonly serverId: string,
  ) {}

  static async start(): Promise<TriggerStage> {
    const api = await ApiFixture.start();
    await api.shop({ vmids: '900-1999', lan: '10.0.0.1-10.0.9.250' });
    const { json } = await api.call('POST', '/api/v1/servers', {
      body: { name: 'bills', extension: 'fake-bills', kind: 'trigger', settings: { host: 'a', secret: billsSecret } },
    });
    const stage = new TriggerStage(api, json.id);
    await stage.map({ plan: 'small', product: 'wordpress-basic' });
    await stage.map({ plan: 'big', product: 'wordpress-standard' });
    return stage;
  }

  map(over: object) {
    const orderValues = { email: { from: 'email' }, publicIp: { from: 'metadata.ip' } };
    return this.api.call('POST', '/api/v1/trigger-mappings', { body: { serverId: this.serverId, orderValues, ...over } });
  }

  /** As the other billing system tells. */
  tell(about: string | null, over: { id?: string; signature?: string; body?: string; path?: string } = {}) {
    const body = over.body ?? JSON.stringify({ id: over.id ?? `event-${(this.events += 1)}`, about });
    const headers = { 'x-signature': over.signature ?? signatureOf(body, billsSecret) };
    return this.api.call('POST', over.path ?? '/triggers/fake-bills', { raw: body, headers, token: null });
  }

  due(): Promise<string> {
    return this.api.one(`SELECT count(*) FROM trigger_subject WHERE due_at <= now() OR looking`);
  }

  /** A worker looks at all that is due. */
  async look(): Promise<void> {
    const runner = this.api.looker();
    const until = Date.now() + patienceMs;
    do {
      await runner.look();
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (Date.now() > until) throw new Error(`what is due is not worked off; the log says\n${this.api.lines.slice(-20).join('\n')}`);
    } while (Number(await this.due()) > 0);
    await runner.stop();
  }

  letTimePass(): Promise<string> {
    return this.api.one(`UPDATE trigger_subject SET due_at = now() WHERE due_at IS NOT NULL AND NOT looking`);
  }

  async serviceOf(subject: string) {
    const services = 'SELECT s.*, p.code FROM service s JOIN product p ON p.id = s.product_id WHERE external_id = $1';
    return (await this.api.database.pool.query(services, [subject])).rows;
  }

  async jobsOf(subject: string): Promise<string[]> {
    const { rows } = await this.api.database.pool.query<{ operation: string }>(
      `SELECT operation FROM provisioning_job j JOIN service s ON s.id = j.service_id WHERE s.external_id = $1 ORDER BY j.id`,
      [subject],
    );
    return rows.map(({ operation }) => operation);
  }

  async eventsOf(subject: string) {
    return (await this.api.call('GET', `/api/v1/trigger-events?subject=${subject}`)).json.items;
  }

  async openTasks(about: string) {
    const { json } = await this.api.call('GET', '/api/v1/operator-tasks?state=open&limit=200');
    return json.items.filter(({ title }: { title: string }) => title.includes(about));
  }

  /** As its create job had ended. */
  deliver(subject: string, state = 'active'): Promise<string> {
    return this.api.one(
      `WITH done AS (UPDATE provisioning_job j SET state = 'completed' FROM service s WHERE s.id = j.service_id AND s.external_id = $1)
       UPDATE service SET state = $2 WHERE external_id = $1`,
      [subject, state],
    );
  }
}
