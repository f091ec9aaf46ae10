import type { NewProduct, ProductComponent } from '../api/index.js';
import { filledWith, initialValues, valuesIn, type Filled } from '../shell/index.js';
import { settingsOf, type Modules } from './modules.js';

/** A component as a form holds it. */
export interface FilledComponent {
  /** The form's own, as names may change while it is filled in. */
  readonly key: string;
  readonly name: string;
  readonly extension: string;
  readonly serverGroupId: string;
  readonly settings: Filled;
  /** Module kind → server id; empty: none. */
  readonly connections: Readonly<Record<string, string>>;
  /** Field → `sourceChoice` of where it comes from; empty: not chosen yet. */
  readonly inputs: Readonly<Record<string, string>>;
  /** `sourceChoice` of whose site it works for; empty: nobody's. */
  readonly site: string;
  readonly handOver: ProductComponent['handOver'];
}

/** Where a value comes from, or whose site is meant: a component of the form, by its key, or one of the service it is added to, by its name. */
export type FilledSource = { readonly key: string; readonly output?: string } | { readonly parent: string; readonly output?: string };

/** A source as the choice of a drop-down. Neither names nor keys have a colon in them. */
export function sourceChoice(source: FilledSource): string {
  const whose = 'key' in source ? `component:${source.key}` : `parent:${source.parent}`;
  return source.output === undefined ? whose : `${whose}:${source.output}`;
}

/** The source of a choice; undefined while none is chosen. */
export function chosenSource(choice: string): FilledSource | undefined {
  const [of, whose, output] = choice.split(':');
  if (whose === undefined) return undefined;
  return { ...(of === 'component' ? { key: whose } : { parent: whose }), ...(output !== undefined && { output }) };
}

/** One that nothing is known of yet. */
export function emptyComponent(others: readonly FilledComponent[]): FilledComponent {
  const key = String(1 + Math.max(-1, ...others.map((one) => Number(one.key))));
  return { key, name: '', extension: '', serverGroupId: '', settings: {}, connections: {}, inputs: {}, site: '', handOver: 'awaited' };
}

type Source = { readonly component?: string; readonly parent?: string; readonly output?: string };

/** The components of a product as a form begins with them. */
export function filledComponents(components: readonly ProductComponent[], modules: Modules): FilledComponent[] {
  const keys = new Map(components.map(({ name }, index) => [name, String(index)]));
  const choice = ({ component, parent = '', output }: Source): string => {
    const whose = component === undefined ? { parent } : { key: keys.get(component) ?? '' };
    return sourceChoice({ ...whose, ...(output !== undefined && { output }) });
  };
  return components.map(({ name, extension, serverGroupId, settings, connections, inputs, site, handOver }, index) => ({
    key: String(index),
    name,
    extension,
    serverGroupId,
    settings: filledWith(modules.get(extension)?.product ?? [], settings),
    connections: connections as Record<string, string>,
    inputs: Object.fromEntries(Object.entries(inputs as Record<string, Source>).map(([field, source]) => [field, choice(source)])),
    site: site === null ? '' : choice(site),
    handOver,
  }));
}

/** The component delivered by another extension: settings as that begins, and nothing wired any more. */
export function ofExtension(component: FilledComponent, extension: string, modules: Modules): FilledComponent {
  return { ...component, extension, settings: initialValues(modules.get(extension)?.product ?? []), inputs: {} };
}

/** The others, with nothing wired from the one that goes. */
export function without(components: readonly FilledComponent[], key: string): FilledComponent[] {
  const stays = (choice: string): boolean => {
    const source = chosenSource(choice);
    return !(source && 'key' in source && source.key === key);
  };
  return components
    .filter((one) => one.key !== key)
    .map((one) => ({
      ...one,
      inputs: Object.fromEntries(Object.entries(one.inputs).filter(([, choice]) => stays(choice))),
      site: stays(one.site) ? one.site : '',
    }));
}

/** The components as the panel takes them. */
export function sentComponents(components: readonly FilledComponent[], modules: Modules): NewProduct['components'] {
  const names = new Map(components.map(({ key, name }) => [key, name.trim()]));
  const source = (choice: string): Source | undefined => {
    const chosen = chosenSource(choice);
    if (!chosen) return undefined;
    const whose = 'key' in chosen ? { component: names.get(chosen.key) ?? '' } : { parent: chosen.parent };
    return { ...whose, ...(chosen.output !== undefined && { output: chosen.output }) };
  };
  return components.map(({ name, extension, serverGroupId, settings, connections, inputs, site, handOver }) => {
    const module = modules.get(extension);
    return {
      name: name.trim(),
      extension,
      serverGroupId,
      settings: module ? valuesIn(settingsOf(module, inputs), settings) : {},
      connections: Object.fromEntries(Object.entries(connections).filter(([, id]) => id !== '')),
      inputs: Object.fromEntries(Object.entries(inputs).flatMap(([field, choice]) => (choice === '' ? [] : [[field, source(choice)]]))),
      site: source(site) ?? null,
      handOver,
    };
  });
}
