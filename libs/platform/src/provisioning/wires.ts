import type { InputSource, ProgramComponent, Sealer } from '@hostwright/core';
import { PanelError, type Json, type JsonObject } from '@hostwright/sdk';
import type { ComponentFacts } from './job-rows.js';

export type Wires = Pick<ProgramComponent, 'after' | 'inputs' | 'given'>;

/** A component that is there already, of the service itself or of the one it is added to. */
export interface OutsideComponent {
  readonly of: 'service' | 'parent';
  readonly serviceId: string;
  readonly facts: Pick<ComponentFacts, 'name' | 'remoteId' | 'properties'>;
}

type Wired = Pick<ComponentFacts, 'name' | 'wiring' | 'site'>;

/** How a component of a create is wired: to others of the job, of which its site may be one, and to what is there. Secrets of `given` are marked. Throws `conflict`. */
export function wiresOf(one: Wired, inJob: readonly Wired[], outside: readonly OutsideComponent[], sealer: Pick<Sealer, 'open'>): Wires {
  const inputs: Record<string, { component: string; output: string }> = {};
  const given: Record<string, Json | undefined> = {};
  for (const [field, source] of Object.entries(one.wiring)) {
    if ('component' in source && inJob.some(({ name }) => name === source.component)) inputs[field] = source;
    else given[field] = valueOf(source, outside, sealer);
  }
  const sources = Object.values(inputs).map(({ component }) => component);
  const { site } = one;
  const sites = inJob.flatMap(({ name }) => (site && 'component' in site && site.component === name ? [name] : []));
  const after = [...new Set([...sources, ...sites])];
  return {
    ...(after.length > 0 ? { after } : {}),
    ...(sources.length > 0 ? { inputs } : {}),
    ...(Object.keys(given).length > 0 ? { given } : {}),
  };
}

/** What is wired from others, or works for their site, goes before them. */
export function dependentsFirst({ name }: Wired, components: readonly Wired[]): Pick<Wires, 'after'> {
  const after = components.filter(({ wiring, site }) =>
    [...Object.values(wiring), ...(site ? [site] : [])].some((source) => 'component' in source && source.component === name),
  );
  return after.length > 0 ? { after: after.map((one) => one.name) } : {};
}

function valueOf(source: InputSource, outside: readonly OutsideComponent[], sealer: Pick<Sealer, 'open'>): Json | undefined {
  const [of, name] = 'component' in source ? (['service', source.component] as const) : (['parent', source.parent] as const);
  const there = outside.find((one) => one.of === of && one.facts.name === name);
  if (!there?.facts.remoteId)
    throw new PanelError('conflict', `'${name}' of the ${of === 'parent' ? 'service it is added to' : 'service'} is not there`);
  if (source.output === 'remoteId') return there.facts.remoteId;
  const opened = sealer.open(there.facts.properties, `service/${there.serviceId}/${name}`) as JsonObject;
  return opened[source.output];
}
