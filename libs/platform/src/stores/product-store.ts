import { Injectable } from '@nestjs/common';
import { ArrayContains, DataSource, In, MoreThan, type EntityManager } from 'typeorm';
import {
  pageOf,
  ProductStore,
  type NewProduct,
  type Page,
  type PageOf,
  type Product,
  type ProductComponent,
  type ProductState,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { meaning, notFound } from './constraints.js';
import { productComponentEntity, productEntity, type ProductComponentRow, type ProductRow } from './entities.js';

const meanings = {
  product_code_key: () => new PanelError('conflict', 'a product with this code exists', { field: 'code' }),
  product_component_server_group_id_fkey: () => new PanelError('invalid_input', 'there is no such server group', { field: 'components' }),
};

@Injectable()
export class TypeormProductStore extends ProductStore {
  constructor(private readonly db: DataSource) {
    super();
  }

  async get(id: string): Promise<Product> {
    const row = await this.db.getRepository(productEntity).findOneBy({ id });
    if (!row) throw notFound('product', id);
    return this.whole(row);
  }

  async findByCode(code: string): Promise<Product | undefined> {
    const row = await this.db.getRepository(productEntity).findOneBy({ code });
    return row ? this.whole(row) : undefined;
  }

  async add({ components, ...product }: NewProduct): Promise<Product> {
    const row = await meaning(
      this.db.transaction(async (transaction) => {
        const rows = transaction.getRepository(productEntity);
        const made = await rows.save(rows.create(product));
        await addComponents(transaction, made.id, components);
        return made;
      }),
      meanings,
    );
    return this.get(row.id);
  }

  async change(id: string, { components, ...change }: Partial<Omit<NewProduct, 'code'>>): Promise<Product> {
    await meaning(
      this.db.transaction(async (transaction) => {
        const { affected } = await transaction.getRepository(productEntity).update({ id }, { ...change, updatedAt: () => 'now()' });
        if (!affected) throw notFound('product', id);
        if (!components) return;
        await transaction.getRepository(productComponentEntity).delete({ productId: id });
        await addComponents(transaction, id, components);
      }),
      meanings,
    );
    return this.get(id);
  }

  async withCodes(codes: readonly string[]): Promise<readonly Product[]> {
    const rows = await this.db.getRepository(productEntity).findBy({ code: In([...codes]) });
    const components = await this.componentsOf(rows.map(({ id }) => id));
    return rows.map((row) => product(row, components));
  }

  async addonsOf(code: string, states: readonly ProductState[]): Promise<readonly Product[]> {
    const rows = await this.db
      .getRepository(productEntity)
      .find({ where: { addonOf: ArrayContains([code]), state: In([...states]) }, order: { id: 'ASC' } });
    const components = await this.componentsOf(rows.map(({ id }) => id));
    return rows.map((row) => product(row, components));
  }

  async list({ limit, after }: Page, filter: { readonly state?: ProductState }): Promise<PageOf<Product>> {
    const rows = await this.db
      .getRepository(productEntity)
      .find({ where: { ...filter, ...(after === undefined ? {} : { id: MoreThan(after) }) }, order: { id: 'ASC' }, take: limit + 1 });
    const page = pageOf(rows, limit);
    const components = await this.componentsOf(page.items.map(({ id }) => id));
    return { ...page, items: page.items.map((row) => product(row, components)) };
  }

  private async whole(row: ProductRow): Promise<Product> {
    return product(row, await this.componentsOf([row.id]));
  }

  private componentsOf(productIds: string[]): Promise<ProductComponentRow[]> {
    return this.db
      .getRepository(productComponentEntity)
      .find({ where: { productId: In(productIds) }, order: { position: 'ASC', id: 'ASC' } });
  }
}

async function addComponents(transaction: EntityManager, productId: string, components: readonly ProductComponent[]): Promise<void> {
  const rows = transaction.getRepository(productComponentEntity);
  await rows.save(
    components.map((component, position) => rows.create({ ...component, productId, position } as Partial<ProductComponentRow>)),
  );
}

function product(row: ProductRow, components: readonly ProductComponentRow[]): Product {
  const own = components.filter(({ productId }) => productId === row.id);
  return { ...row, components: own.map(({ id: _id, productId: _product, position: _position, ...component }) => component) };
}
