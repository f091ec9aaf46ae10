import type { ExtensionLoader } from '@hostwright/platform';
import type { Atlas } from '../atlas.js';
import type { SweepCase } from '../cases.js';
import { doneDeed } from '../crash-run.js';
import { declaredOperations } from './lives.js';

/** `examplevps create / power on`: an extension, its operation, and a step as that declares it. */
export type DeclaredStep = string;

/** All there is of a step that is not needed. */
const skipped = 'after record (skipped)';

interface Operation {
  readonly steps: readonly string[];
}

/** Every step that the modules of the case's product declare. */
export function declaredSteps(sold: SweepCase, loader: ExtensionLoader): readonly DeclaredStep[] {
  return componentsOf(sold).flatMap(({ extension }) =>
    [...declaredOperations([extension], loader)].flatMap(([name, operation]) =>
      (operation as unknown as Operation).steps.map((step) => `${extension} ${name} / ${step}`),
    ),
  );
}

/** Those of them that the services of the case have come to. */
export function begunSteps(sold: SweepCase, atlas: Atlas): readonly DeclaredStep[] {
  const components = new Map(componentsOf(sold).map(({ name, extension }) => [name, extension]));
  return atlas.matrix().runs.flatMap(({ scenario, key, boundary }) => {
    if (boundary === skipped) return [];
    const [component = '', step = ''] = key.split(' / ');
    const extension = components.get(component);
    return extension === undefined ? [] : [`${extension} ${operationOf(scenario)} / ${step}`];
  });
}

function componentsOf({ products, product }: SweepCase): SweepCase['products'][number]['components'] {
  return products.find(({ code }) => code === product)!.components;
}

/** Of the last deed: `site: suspend > changePackage (large) refused` is a `changePackage`. */
function operationOf(scenario: string): string {
  const path = doneDeed(scenario).slice(scenario.indexOf(': ') + 2);
  return path
    .split(' > ')
    .at(-1)!
    .replace(/ \(.*\)$/, '');
}
