import { Injectable } from '@nestjs/common';
import { isPanelError, PanelError, type Fields, type JsonObject } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { refuseReservationsOnWires } from '../provisioning/index.js';
import { ModuleCatalog, ServerGroupStore, ServerStore, type ModuleDescription } from '../servers/index.js';
import { parentsOf } from './addon-rules.js';
import { refuseBadComponents, refuseBadWires } from './component-rules.js';
import { refuseMisfit, wiredField } from './input-fit.js';
import { orderFieldsOf } from './order-fields.js';
import { askedAtOrder } from './order-questions.js';
import { refuseBadSite } from './site-fit.js';
import { ProductStore, type NewProduct, type Product, type ProductComponent } from './product.js';

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
    const made = await this.products.add({ ...product, components: await this.checked(product) });
    await this.audit.record({ actor, action: 'product.added', subject: `product:${made.id}`, details: { code: made.code } });
    return made;
  }

  /** Services that run keep the settings they were made with. Throws as `add`, `not_found`, and `conflict` when an add-on of it needs what would go. */
  async change(id: string, change: Partial<Omit<NewProduct, 'code'>>, actor: string): Promise<Product> {
    const before = await this.products.get(id);
    const after = { ...before, ...change };
    const isSoldAgain = before.state === 'retired' && after.state !== 'retired';
    const checks = change.components !== undefined || change.addonOf !== undefined || isSoldAgain;
    const checked = checks ? await this.checked(after) : undefined;
    if (change.components) await this.checkAddons(after);
    const changed = await this.products.change(id, { ...change, ...(change.components && checked ? { components: checked } : {}) });
    await this.audit.record({ actor, action: 'product.changed', subject: `product:${id}`, details: { changed: Object.keys(change) } });
    return changed;
  }

  /** JSON Schema of what is asked when it is ordered. Throws `not_found`; `conflict` while an extension that it needs is not loaded. */
  async orderSchema(id: string): Promise<JsonObject> {
    const { code, components } = await this.products.get(id);
    const lacking = components.find(({ extension }) => !this.modules.find(extension, 'provisioning'));
    if (lacking)
      throw new PanelError(
        'conflict',
        `nobody can order '${code}' while the extension '${lacking.extension}' is not loaded; see the extensions`,
      );
    return this.modules.schemaOf(askedAtOrder(components, this.modules));
  }

  private async checked({ code, components, addonOf }: Pick<Product, 'code' | 'components' | 'addonOf'>): Promise<ProductComponent[]> {
    refuseBadComponents(components);
    refuseBadWires(components);
    const parents = await parentsOf({ code, addonOf }, this.products);
    const modules = components.map(({ extension }, index) => this.module(extension, `components.${index}.extension`));
    const asking = components.map(({ name, inputs }, index) => ({ name, inputs, order: modules[index]!.order ?? {} }));
    this.checkFit(components, parents);
    orderFieldsOf(asking);
    return Promise.all(components.map((component, index) => this.checkedComponent(component, modules[index]!, `components.${index}`)));
  }

  /** Every wire and site of the components leads to what is there and fits. */
  private checkFit(components: readonly ProductComponent[], parents: readonly Product[]): void {
    components.forEach((component, index) => this.checkInputs(component, `components.${index}`, components, parents));
    const servesSites = (extension: string): boolean => this.modules.find(extension, 'provisioning')?.canServeSites === true;
    components.forEach(({ site }, index) => refuseBadSite(site, `components.${index}.site`, { components, parents, servesSites }));
  }

  /** What is for sale as an add-on of a product must still find in it what it is wired from. Throws `conflict`. */
  private async checkAddons(product: Product): Promise<void> {
    for (const addon of await this.products.addonsOf(product.code, ['active', 'hidden'])) {
      try {
        this.checkFit(addon.components, [product]);
      } catch (error) {
        if (!isPanelError(error)) throw error;
        const why = `the add-on '${addon.code}' could not be made of it any more (${error.message}): retire that first`;
        throw new PanelError('conflict', why, { field: 'components', cause: error });
      }
    }
  }

  private module(extension: string, field: string): ModuleDescription {
    const module = this.modules.find(extension, 'provisioning');
    if (!module?.product) throw new PanelError('invalid_input', `no loaded extension ${extension} delivers services`, { field });
    return module;
  }

  /** Every wire of a component comes from something that is there and fits its field. */
  private checkInputs(
    { name, extension, inputs, settings }: ProductComponent,
    path: string,
    components: readonly ProductComponent[],
    parents: readonly Product[],
  ): void {
    const { order = {}, product = {}, reserve = {} } = this.module(extension, path);
    for (const [field, source] of Object.entries(inputs)) {
      const at = `${path}.inputs.${field}`;
      const target = wiredField(field, order, product, name, at);
      if (!Object.hasOwn(order, field) && settings[field] !== undefined)
        throw new PanelError('invalid_input', `${at}: it is wired, so it is not set as well`, { field: at });
      const { output } = source;
      const from = (component: ProductComponent, label: string): void => {
        const { properties = {} } = this.module(component.extension, at);
        refuseMisfit(target, { properties, output, source: label, at });
      };
      if ('component' in source) {
        from(
          components.find((one) => one.name === source.component)!,
          source.component,
        );
        continue;
      }
      if (parents.length === 0)
        throw new PanelError('invalid_input', `${at}: only an add-on has a service that it is added to`, { field: at });
      for (const parent of parents) {
        const component = parent.components.find((one) => one.name === source.parent);
        if (!component) throw new PanelError('invalid_input', `${at}: '${parent.code}' has no component '${source.parent}'`, { field: at });
        from(component, `${source.parent} of ${parent.code}`);
      }
    }
    if (Object.keys(inputs).length > 0) refuseReservationsOnWires(reserve, settings, new Set(Object.keys(inputs)), path);
  }

  private async checkedComponent(
    component: ProductComponent,
    { order = {}, product = {} }: ModuleDescription,
    at: string,
  ): Promise<ProductComponent> {
    const isWired = (name: string): boolean => Object.hasOwn(component.inputs, name) && !Object.hasOwn(order, name);
    const wired = Object.keys(product).some(isWired);
    const fields: Fields = wired ? Object.fromEntries(Object.entries(product).filter(([name]) => !isWired(name))) : product;
    const secretField = Object.keys(fields).find((name) => fields[name]?.type === 'secret');
    if (secretField !== undefined) {
      throw new PanelError(
        'unsupported',
        `${component.extension} asks for the secret ${secretField} per product; secrets belong to servers, or are wired`,
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
