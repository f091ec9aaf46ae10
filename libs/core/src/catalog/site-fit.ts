import { PanelError } from '@hostwright/sdk';
import type { Product, ProductComponent, SiteSource } from './product.js';

/** What there is to be a site. */
export interface SiteChoices {
  /** Of the product itself. */
  readonly components: readonly ProductComponent[];
  /** The products to whose services it can be added. */
  readonly parents: readonly Product[];
  /** Whether certificates can be installed on what the extension delivers. */
  servesSites(extension: string): boolean;
}

/** Refuses a site on which no certificate can be installed, or that no service which it is added to has. Throws `invalid_input`. */
export function refuseBadSite(site: SiteSource | null, at: string, { components, parents, servesSites }: SiteChoices): void {
  if (!site) return;
  const refuse = (why: string): never => {
    throw new PanelError('invalid_input', `${at}: ${why}`, { field: at });
  };
  const check = (component: ProductComponent, label: string): void => {
    if (!servesSites(component.extension)) refuse(`'${label}' is of '${component.extension}', which cannot install certificates`);
  };
  if ('component' in site) {
    const one = components.find(({ name }) => name === site.component);
    return one ? check(one, one.name) : refuse(`there is no component '${site.component}'`);
  }
  if (parents.length === 0) refuse('only an add-on has a service that it is added to');
  for (const { code, components: theirs } of parents) {
    const one = theirs.find(({ name }) => name === site.parent);
    if (one) check(one, `${one.name} of ${code}`);
    else refuse(`'${code}' has no component '${site.parent}'`);
  }
}
