import type { Product } from '../api/index.js';
import type { AskedField, Choice } from '../shell/index.js';
import { chosenSource, sourceChoice, type FilledComponent } from './component-values.js';
import { mayFit, type DeliveringModule, type Modules } from './modules.js';

/** What a component may be wired from. */
export interface SourceParts {
  /** All of the product. */
  readonly components: readonly FilledComponent[];
  /** The products to whose services it can be added. */
  readonly parents: readonly Product[];
  readonly modules: Modules;
}

interface Whose {
  readonly label: string;
  readonly module: DeliveringModule;
  readonly choice: (output?: string) => string;
}

/** What a field of the component can be wired from. What is chosen stays a choice, whether it can be or not. */
export function wireChoices(field: AskedField, chosen: string, key: string, parts: SourceParts): Choice[] {
  const choices = everybody(key, parts).flatMap(({ label, module, choice }) =>
    module.outputs
      .filter((output) => mayFit(output, field))
      .map((output) => ({ value: choice(output.name), label: `${output.label} of ${label}` })),
  );
  return withChosen(choices, chosen, parts);
}

/** Whose site it can work for. */
export function siteChoices(chosen: string, key: string, parts: SourceParts): Choice[] {
  const choices = everybody(key, parts)
    .filter(({ module }) => module.canServeSites)
    .map(({ label, choice }) => ({ value: choice(), label }));
  return withChosen(choices, chosen, parts);
}

/** The other components, and those that every product has to whose services it can be added. */
function everybody(key: string, { components, parents, modules }: SourceParts): Whose[] {
  const own = components.filter((one) => one.key !== key).map((one) => ({ ...one, label: labelIn(one), source: { key: one.key } }));
  const [first, ...rest] = parents;
  const shared = (first?.components ?? []).filter(({ name }) => rest.every((one) => one.components.some((theirs) => theirs.name === name)));
  const above = shared.map(({ name, extension }) => ({
    extension,
    label: `${name} of the service it is added to`,
    source: { parent: name },
  }));
  return [...own, ...above].flatMap(({ extension, label, source }): Whose[] => {
    const module = modules.get(extension);
    return module ? [{ label, module, choice: (output) => sourceChoice({ ...source, ...(output !== undefined && { output }) }) }] : [];
  });
}

const labelIn = ({ name, key }: FilledComponent): string => (name.trim() === '' ? `component ${Number(key) + 1}` : name.trim());

function withChosen(choices: Choice[], chosen: string, { components }: SourceParts): Choice[] {
  const source = chosenSource(chosen);
  if (!source || choices.some(({ value }) => value === chosen)) return choices;
  const one = 'key' in source ? components.find(({ key }) => key === source.key) : undefined;
  const whose = 'parent' in source ? source.parent : one ? labelIn(one) : 'a component that is gone';
  const what = source.output === undefined ? whose : `${source.output} of ${whose}`;
  return [...choices, { value: chosen, label: `${what} (cannot be chosen)` }];
}
