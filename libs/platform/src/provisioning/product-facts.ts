import { isDeepStrictEqual } from 'node:util';
import type { FailurePolicy } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { WantedComponent } from './job-making.js';
import type { ComponentFacts } from './job-rows.js';

/** A product as a service is made of it. */
export interface ProductFacts {
  readonly id: string;
  readonly code: string;
  readonly components: readonly {
    name: string;
    extension: string;
    server_group_id: string;
    settings: JsonObject;
    connections: Record<string, string>;
    inputs: ComponentFacts['wiring'];
    hand_over: ComponentFacts['handOver'];
  }[];
  readonly on_failure: FailurePolicy | null;
  readonly addon_of: readonly string[];
}

/** Each component with what the product makes of it. Throws `conflict` when the product consists of others. */
export function changed(
  components: readonly ComponentFacts[],
  product: ProductFacts,
): (WantedComponent & { readonly settings: JsonObject })[] {
  const made = components.map((component) => {
    const sold = product.components.find(({ name, extension }) => name === component.name && extension === component.extension);
    if (!sold || !isDeepStrictEqual(sold.inputs, component.wiring)) return undefined;
    // What it is wired with stays.
    const wired = (component.inputs?.['product'] ?? {}) as JsonObject;
    return { ...component, settings: { ...sold.settings, ...wired }, previous: component.settings };
  });
  const fits = made.filter((one) => one !== undefined);
  if (fits.length === components.length && fits.length === product.components.length) return fits;
  throw new PanelError(
    'conflict',
    `product '${product.code}' consists of other components, or is wired otherwise, so the service cannot become one of it`,
    {
      field: 'product',
    },
  );
}
