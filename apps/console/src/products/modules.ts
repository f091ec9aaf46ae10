import type { Extension } from '../api/index.js';
import { askedFields, isSecret, type AskedField } from '../shell/index.js';

/** What an installed extension that delivers services asks for, and leaves. */
export interface DeliveringModule {
  readonly extension: string;
  readonly name: string;
  /** What the seller chooses per product. */
  readonly product: readonly AskedField[];
  /** What is asked at checkout. */
  readonly order: readonly AskedField[];
  /** What others may be wired from. */
  readonly outputs: readonly AskedField[];
  readonly canServeSites: boolean;
}

export type Modules = ReadonlyMap<string, DeliveringModule>;

/** Every module has it, and it is always there. */
const remoteId: AskedField = { name: 'remoteId', label: 'Remote id', kind: 'text', required: true, choices: [], initial: '' };

/** Those of which a product can be made, by extension. */
export function deliveringModules(extensions: readonly Extension[]): Modules {
  const found = extensions.flatMap(({ id, name, modules }) =>
    modules.flatMap(({ kind, product, order, properties, canServeSites }): DeliveringModule[] => {
      if (kind !== 'provisioning' || product === null) return [];
      const outputs = [...askedFields(properties ?? {}), remoteId];
      return [{ extension: id, name, product: askedFields(product), order: askedFields(order ?? {}), outputs, canServeSites }];
    }),
  );
  return new Map(found.map((module) => [module.extension, module]));
}

/** The fields that may get their value from another component. One of the order goes before one of the product of the same name. */
export function wireableFields({ order, product }: DeliveringModule): AskedField[] {
  const asked = new Set(order.map(({ name }) => name));
  return [...order, ...product.filter(({ name }) => !asked.has(name))];
}

/** What the form of a component asks for: settings that are not wired. A secret is none, as secrets belong to servers. */
export function settingsOf(module: DeliveringModule, inputs: Readonly<Record<string, unknown>>): AskedField[] {
  const asked = new Set(module.order.map(({ name }) => name));
  return module.product.filter((field) => !isSecret(field) && (asked.has(field.name) || !Object.hasOwn(inputs, field.name)));
}

/** Whether what is left could be what a field takes; the panel looks closer when the product is saved. */
export function mayFit(output: AskedField, field: AskedField): boolean {
  if (isSecret(output) && !isSecret(field)) return false;
  if (field.required && !output.required) return false;
  const isText = ({ kind }: AskedField): boolean => kind !== 'integer' && kind !== 'flag';
  return isText(output) === isText(field) && (isText(output) || output.kind === field.kind);
}
