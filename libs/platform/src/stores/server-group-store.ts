import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { pageOf, ServerGroupStore, type Page, type PageOf, type ServerGroup } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { meaning, notFound } from './constraints.js';
import { serverGroupEntity } from './entities.js';

const meanings = {
  server_group_name_key: () => new PanelError('conflict', 'a server group with this name exists', { field: 'name' }),
  server_server_group_id_fkey: () => new PanelError('conflict', 'servers belong to this group'),
  product_component_server_group_id_fkey: () => new PanelError('conflict', 'products are placed on this group'),
};

@Injectable()
export class TypeormServerGroupStore extends ServerGroupStore {
  constructor(private readonly db: DataSource) {
    super();
  }

  async get(id: string): Promise<ServerGroup> {
    const found = await this.rows.findOneBy({ id });
    if (!found) throw notFound('server group', id);
    return found;
  }

  async add(group: Pick<ServerGroup, 'name' | 'fill'>): Promise<ServerGroup> {
    return meaning(this.rows.save(this.rows.create(group)), meanings);
  }

  async change(id: string, change: Partial<Pick<ServerGroup, 'name' | 'fill'>>): Promise<ServerGroup> {
    if (Object.keys(change).length > 0) await meaning(this.rows.update({ id }, change), meanings);
    return this.get(id);
  }

  async remove(id: string): Promise<void> {
    const { affected } = await meaning(this.rows.delete({ id }), meanings);
    if (!affected) throw notFound('server group', id);
  }

  async list({ limit, after }: Page): Promise<PageOf<ServerGroup>> {
    const found = await this.rows.find({
      where: after === undefined ? {} : { id: MoreThan(after) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(found, limit);
  }

  private get rows() {
    return this.db.getRepository(serverGroupEntity);
  }
}
