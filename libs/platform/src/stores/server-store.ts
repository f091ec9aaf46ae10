import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { pageOf, ServerStore, triggerSource, type Page, type PageOf, type Server, type ServerFilter } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { meaning, notFound } from './constraints.js';
import { serverEntity } from './entities.js';
import { usedPlaces } from './server-placement.js';

const meanings = {
  server_name_key: () => new PanelError('conflict', 'a server with this name exists', { field: 'name' }),
  server_server_group_id_fkey: () => new PanelError('invalid_input', 'there is no such server group', { field: 'serverGroupId' }),
  service_component_server_id_fkey: () =>
    new PanelError('conflict', 'services are on this server, or were; while it drains it takes no new ones'),
};

@Injectable()
export class TypeormServerStore extends ServerStore {
  constructor(private readonly db: DataSource) {
    super();
  }

  async newId(): Promise<string> {
    const rows: { id: string }[] = await this.db.query(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`);
    const first = rows[0];
    if (!first) throw new Error('the sequence of server ids answered nothing');
    return first.id;
  }

  async get(id: string): Promise<Server> {
    const found = await this.rows.findOneBy({ id });
    if (!found) throw notFound('server', id);
    return found;
  }

  async add(server: Omit<Server, 'createdAt' | 'updatedAt'>): Promise<Server> {
    // The id was drawn beforehand, which TypeORM's insert into an identity column cannot say.
    const insert = this.db.query(
      `INSERT INTO server (id, name, extension, kind, server_group_id, settings, state, capacity) OVERRIDING SYSTEM VALUE
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        server.id,
        server.name,
        server.extension,
        server.kind,
        server.serverGroupId,
        JSON.stringify(server.settings),
        server.state,
        server.capacity,
      ],
    );
    await meaning(insert, meanings);
    return this.get(server.id);
  }

  async change(id: string, change: Partial<Pick<Server, 'name' | 'serverGroupId' | 'settings' | 'state' | 'capacity'>>): Promise<Server> {
    if (Object.keys(change).length > 0) await meaning(this.rows.update({ id }, change as Parameters<typeof this.rows.update>[1]), meanings);
    if (change.settings !== undefined || change.state !== undefined) await this.wakeWhatWaits(id);
    return this.get(id);
  }

  /**
   * Steps in trouble at the server are tried again with what it is now, as their next try may be minutes away: as soon as every process has
   * read the new settings.
   */
  private async wakeWhatWaits(id: string): Promise<void> {
    await this.db.query(
      `WITH due AS (
         UPDATE provisioning_step t SET wake_at = now() + interval '2 seconds' FROM provisioning_job p
         WHERE t.server_id = $1 AND t.trouble_since IS NOT NULL AND t.wake_at > now() + interval '2 seconds'
           AND p.id = t.job_id AND p.worker_id IS NULL AND p.wake_at IS NOT NULL
         RETURNING t.job_id)
       UPDATE provisioning_job p SET wake_at = least(p.wake_at, now() + interval '2 seconds')
       FROM due WHERE p.id = due.job_id AND p.worker_id IS NULL AND p.wake_at IS NOT NULL`,
      [id],
    );
  }

  async remove(id: string): Promise<void> {
    await this.db.transaction(async (transaction) => {
      const connected: unknown[] = await transaction.query(
        `SELECT 1 FROM product_component p, jsonb_each_text(p.connections) c WHERE c.value = $1
         UNION ALL SELECT 1 FROM service_component s, jsonb_each_text(s.connections) c WHERE c.value = $1 LIMIT 1`,
        [id],
      );
      if (connected.length > 0) throw new PanelError('conflict', 'products or services are connected to this server');
      const open: unknown[] = await transaction.query(`SELECT 1 FROM trigger_event WHERE server_id = $1 AND state <> 'done' LIMIT 1`, [id]);
      if (open.length > 0) throw new PanelError('conflict', 'it told of subscriptions or payments that have not been seen to');
      // Connected anew it has another id, under which none of its subscriptions is known: each would be ordered once more.
      const followed: unknown[] = await transaction.query(
        `SELECT 1 FROM service WHERE external_source = $1 AND state NOT IN ('terminated', 'cancelled') LIMIT 1`,
        [triggerSource(id)],
      );
      if (followed.length > 0) throw new PanelError('conflict', 'services that it told of are in use; change its settings instead');
      const { affected } = await meaning(transaction.getRepository(serverEntity).delete({ id }), meanings);
      if (!affected) throw notFound('server', id);
    });
  }

  async used(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ids.length === 0) return new Map();
    const rows: { id: string; used: number }[] = await this.db.query(usedPlaces, [ids]);
    return new Map(rows.map(({ id, used }) => [id, used]));
  }

  async list({ limit, after }: Page, filter: ServerFilter): Promise<PageOf<Server>> {
    const found = await this.rows.find({
      where: { ...filter, ...(after === undefined ? {} : { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }

  private get rows() {
    return this.db.getRepository(serverEntity);
  }
}
