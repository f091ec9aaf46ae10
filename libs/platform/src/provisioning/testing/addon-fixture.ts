import { fields, secret, type JsonObject } from '@hostwright/sdk';
import { bundle, order, played, verb } from './bundle.js';
import { EngineFixture } from './engine-fixture.js';

/** What a backup takes from the hosting that it is added to. */
export const backupInputs = { site: { parent: 'site', output: 'address' }, token: { parent: 'site', output: 'token' } };

/** What happens when nothing else does. */
export const nothing = (): void => undefined;

/** The engine with `hosting` for sale, a `backup` that can be added to it, and an `archive` that can be added to a backup. */
export class AddonFixture {
  /** What was done to services, in order. */
  log: string[] = [];
  /** What the last add-on was made with. */
  madeWith: JsonObject | undefined;
  /** What happens when an add-on is made, and when one is ended. */
  building: () => void | Promise<void> = nothing;
  ending: (serviceId: string) => void | Promise<void> = nothing;

  private constructor(readonly engine: EngineFixture) {}

  static async make(): Promise<AddonFixture> {
    const engine = await EngineFixture.make();
    await bundle(engine, 'hosting', [{ name: 'site' }]);
    await bundle(engine, 'backup', [{ name: 'vault', inputs: backupInputs }], { addonOf: ['hosting'] });
    await bundle(engine, 'archive', [{ name: 'vault' }], { addonOf: ['backup'] });
    await engine.runner().start();
    return new AddonFixture(engine);
  }

  end(): Promise<void> {
    return this.engine.end();
  }

  /** Nothing has happened yet, and modules do what they should. */
  reset(): void {
    this.engine.reset();
    this.log = [];
    this.madeWith = undefined;
    this.building = this.ending = nothing;
    this.engine.others = { site: this.site(), vault: this.vault() };
  }

  private site() {
    return played({
      properties: fields({ address: { type: 'text', label: 'Address' }, token: { type: 'secret', label: 'Token' } }),
      steps: ['make'],
      async create({ step, service }) {
        await step('make', { run: async () => undefined });
        return { remoteId: `site${service.id}`, address: 'a.example', token: { ...secret('t0ken') } };
      },
      more: { suspend: this.logged('suspend'), unsuspend: this.logged('unsuspend'), terminate: this.logged('terminate') },
    });
  }

  private logged(name: string) {
    return verb(name, (id) => void this.log.push(`${name} ${id}`));
  }

  private vault() {
    return played({
      order: fields({
        site: { type: 'text', label: 'Site', optional: true },
        token: { type: 'secret', label: 'Token', optional: true },
      }),
      steps: ['make'],
      create: async ({ step, service, order: values }) => {
        this.madeWith = values as JsonObject;
        await step('make', { run: async () => this.building() });
        return { remoteId: `vault${service.id}` };
      },
      more: {
        suspend: this.logged('suspend'),
        unsuspend: this.logged('unsuspend'),
        terminate: verb('terminate', async (id) => {
          await this.ending(id);
          this.log.push(`terminate ${id}`);
        }),
      },
    });
  }

  /** An add-on that takes nothing from what it is added to, so it can be added to an add-on too. */
  unwired(): void {
    this.engine.others['vault'] = { ...this.engine.others['vault']!, order: fields({}) };
  }

  addTo(parentId: string, productCode = 'backup', more: object = {}) {
    return this.engine.desk.placeAddon({ parentId, productCode, order: {}, requestedBy: 'test', ...more });
  }

  /** A service that runs. */
  async hosting(): Promise<string> {
    const { jobId, serviceId } = await order(this.engine, 'hosting');
    await this.engine.until(jobId, 'completed');
    return serviceId;
  }

  /** The add-on, once it runs. */
  async added(parentId: string, productCode = 'backup'): Promise<string> {
    const { jobId, serviceId } = await this.addTo(parentId, productCode);
    await this.engine.until(jobId, 'completed');
    return serviceId;
  }

  async withBackup(): Promise<{ parent: string; child: string }> {
    const parent = await this.hosting();
    return { parent, child: await this.added(parent) };
  }

  ask(serviceId: string, operation: string) {
    return this.engine.desk.request(serviceId, operation, 'test');
  }

  /** Has it done. */
  async done(serviceId: string, operation: string): Promise<void> {
    await this.engine.until((await this.ask(serviceId, operation)).jobId, 'completed');
  }

  async stateOf(serviceId: string): Promise<string> {
    const { rows } = await this.engine.pool.query<{ state: string }>(`SELECT state FROM service WHERE id = $1`, [serviceId]);
    return rows[0]!.state;
  }

  /** Waits until the service is in this state. */
  isOver(serviceId: string, state: string): Promise<void> {
    return this.engine.when(async () => (await this.stateOf(serviceId)) === state);
  }

  /** The last job of that operation. */
  async jobOf(serviceId: string, operation: string): Promise<string> {
    const { rows } = await this.engine.pool.query<{ id: string }>(
      `SELECT id FROM provisioning_job WHERE service_id = $1 AND operation = $2 ORDER BY id DESC`,
      [serviceId, operation],
    );
    return rows[0]!.id;
  }
}
