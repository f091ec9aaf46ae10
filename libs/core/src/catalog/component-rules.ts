import { PanelError } from '@hostwright/sdk';
import type { ProductComponent } from './product.js';

type WiredComponent = Pick<ProductComponent, 'name' | 'inputs' | 'site' | 'handOver'>;

/** Throws `invalid_input` unless there is a component, each has a name of its own, and one of them is handed over. */
export function refuseBadComponents(components: readonly Pick<ProductComponent, 'name' | 'handOver'>[]): void {
  if (components.length === 0) throw new PanelError('invalid_input', 'a product needs at least one component', { field: 'components' });
  const seen = new Set<string>();
  components.forEach(({ name }, index) => {
    if (seen.has(name)) throw new PanelError('invalid_input', `two components are named ${name}`, { field: `components.${index}.name` });
    seen.add(name);
  });
  if (components.every(({ handOver }) => handOver === 'later'))
    throw new PanelError('invalid_input', 'every component comes later, so nothing would ever be handed over', {
      field: 'components.0.handOver',
    });
}

/** The components of the same product that one waits for, each once: those that it is wired from, and its site. */
function sourcesOf({ inputs, site }: Pick<ProductComponent, 'inputs' | 'site'>): readonly string[] {
  const named = [...Object.values(inputs), ...(site ? [site] : [])];
  return [...new Set(named.flatMap((source) => ('component' in source ? [source.component] : [])))];
}

/**
 * Refuses wires and sites that lead nowhere, to their own component, or round in a circle, and those that would hold up the hand-over for what comes
 * after it. Throws `invalid_input` naming the field.
 */
export function refuseBadWires(components: readonly WiredComponent[]): void {
  const byName = new Map(components.map((one) => [one.name, one]));
  components.forEach((one, index) => {
    const named = Object.entries(one.inputs).map(([field, source]) => [`inputs.${field}`, source] as const);
    for (const [field, source] of one.site ? [...named, ['site', one.site] as const] : named) {
      if (!('component' in source)) continue;
      const at = `components.${index}.${field}`;
      const from = byName.get(source.component);
      if (!from) throw new PanelError('invalid_input', `${at}: there is no component '${source.component}'`, { field: at });
      if (from === one) throw new PanelError('invalid_input', `${at}: '${one.name}' cannot be wired from itself`, { field: at });
      if (one.handOver === 'awaited' && from.handOver === 'later')
        throw new PanelError('invalid_input', `${at}: '${from.name}' comes after the hand-over, which would wait for it`, { field: at });
      if (leadsTo(from, one.name, byName))
        throw new PanelError('invalid_input', `${at}: '${one.name}' and '${from.name}' would wait for each other`, { field: at });
    }
  });
}

function leadsTo(from: WiredComponent, name: string, byName: ReadonlyMap<string, WiredComponent>, seen = new Set<string>()): boolean {
  return sourcesOf(from).some((source) => {
    if (source === name) return true;
    const next = byName.get(source);
    if (!next || seen.has(source)) return false;
    seen.add(source);
    return leadsTo(next, name, byName, seen);
  });
}
