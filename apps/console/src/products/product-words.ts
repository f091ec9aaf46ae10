import type { Product } from '../api/index.js';

export const productStateLabels: Readonly<Record<Product['state'], string>> = {
  active: 'For sale',
  hidden: 'Sold, but not shown',
  retired: 'Not sold any more',
};

/** What becomes of a service that cannot be made; empty: what its modules say. */
export const onFailureLabels = {
  '': 'What its modules say, which is to roll back unless they say otherwise',
  'roll back': 'Roll back: everything that was made goes again',
  'keep for repair': 'Keep for repair: staff mend it and go on, or take it back',
} as const;

/** Whether the customer gets a component with the rest, or whenever it is there. */
export const handOverLabels: Readonly<Record<Product['components'][number]['handOver'], string>> = {
  awaited: 'With the others',
  later: 'After the others',
};

type Source = { readonly component?: string; readonly parent?: string; readonly output?: string };

/** Where a value or a site comes from, such as `address of site`. */
export function sourceText({ component, parent, output }: Source): string {
  const whose = component ?? `${parent} of the service it is added to`;
  return output === undefined ? whose : `${output} of ${whose}`;
}

/** Codes as they are typed, one on each line or after a comma, each once. */
export function codesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((code) => code !== ''))];
}
