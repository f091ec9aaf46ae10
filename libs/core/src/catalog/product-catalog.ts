import { Injectable } from '@nestjs/common';
import { isPanelError, PanelError } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { ModuleCatalog, ServerGroupStore, ServerStore } from '../servers/index.js';
import { ProductStore, refuseBadComponents, type NewProduct, type Product, type ProductComponent } from './product.js';

/** Puts products together and on sale. */
@Injectable()
export class ProductCatalog {
  constructor(
    private readonly products: ProductStore,
    private readonly modules: ModuleCatalog,
    private readonly servers: ServerStore,
    private readonly groups: ServerGroupStore,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `invalid_input` naming the component and setting at fault; `conflict` when the code is taken. */
  async add(product: NewProduct, actor: string): Promise<Product> {
    const made = await this.products.add({ ...product, components: await this.checked(product.components) });
    await this.audit.record({ actor, action: 'product.added', subject: `product:${made.id}`, details: { code: made.code } });
    return made;
  }

  /** Services that run keep the settings they were made with. Throws as `add`, and `not_found`. */
  async change(id: string, change: Partial<Omit<NewProduct, 'code'>>, actor: string): Promise<Product> {
    const { components, ...rest } = change;
    const changed = await this.products.change(id, { ...rest, ...(components ? { components: await this.checked(components) } : {}) });
    await this.audit.record({ actor, action: 'product.changed', subject: `product:${id}`, details: { changed: Object.keys(change) } });
    return changed;
  }

  private async checked(components: readonly ProductComponent[]): Promise<ProductComponent[]> {
    refuseBadComponents(components);
    return Promise.all(components.map((component, index) => this.checkedComponent(component, `components.${index}`)));
  }

  private async checkedComponent(component: ProductComponent, at: string): Promise<ProductComponent> {
    const fields = this.modules.find(component.extension, 'provisioning')?.product;
    if (!fields) {
      throw new PanelError('invalid_input', `no loaded extension ${component.extension} delivers services`, { field: `${at}.extension` });
    }
    const secretField = Object.keys(fields).find((name) => fields[name]?.type === 'secret');
    if (secretField !== undefined) {
      throw new PanelError(
        'unsupported',
        `${component.extension} asks for the secret ${secretField} per product; secrets belong to servers`,
      );
    }
    const settings = this.modules.check(fields, component.settings, `${at}.settings`);
    await present(this.groups.get(component.serverGroupId), `server group ${component.serverGroupId}`, `${at}.serverGroupId`);
    for (const [kind, serverId] of Object.entries(component.connections)) {
      const field = `${at}.connections.${kind}`;
      const server = await present(this.servers.get(serverId), `server ${serverId}`, field);
      if (kind === 'provisioning' || server.kind !== kind) {
        throw new PanelError('invalid_input', `server ${serverId} is of kind ${server.kind}, it cannot be connected as ${kind}`, { field });
      }
    }
    return { ...component, settings };
  }
}

/** What the caller named must be there: a missing one is the caller's mistake. */
async function present<T>(wanted: Promise<T>, what: string, field: string): Promise<T> {
  try {
    return await wanted;
  } catch (error) {
    if (isPanelError(error) && error.code === 'not_found')
      throw new PanelError('invalid_input', `there is no ${what}`, { field, cause: error });
    throw error;
  }
}
