import { describe, expect, it } from '@jest/globals';
import type { Product, ProductComponent, SiteSource } from './product.js';
import { refuseBadSite } from './site-fit.js';

const component = (name: string, extension: string) => ({ name, extension }) as ProductComponent;
const parent = (code: string, extension: string) => ({ code, components: [component('web', extension)] }) as unknown as Product;
const check = (site: SiteSource | null, parents: readonly Product[] = []) =>
  refuseBadSite(site, 'site', {
    components: [component('web', 'panel'), component('dns', 'zones')],
    parents,
    servesSites: (extension) => extension === 'panel',
  });

describe('the site that a component works for', () => {
  it('is one on which certificates can be installed, or none', () => {
    expect(() => check(null)).not.toThrow();
    expect(() => check({ component: 'web' })).not.toThrow();
    expect(() => check({ parent: 'web' }, [parent('hosting', 'panel')])).not.toThrow();
    expect(() => check({ component: 'dns' })).toThrow(`site: 'dns' is of 'zones', which cannot install certificates`);
    expect(() => check({ component: 'mail' })).toThrow(`site: there is no component 'mail'`);
  });

  it('is there in every service that the product is added to', () => {
    expect(() => check({ parent: 'web' })).toThrow('only an add-on');
    expect(() => check({ parent: 'web' }, [parent('hosting', 'panel'), parent('zone', 'zones')])).toThrow(`'web of zone' is of 'zones'`);
    expect(() => check({ parent: 'site' }, [parent('hosting', 'panel')])).toThrow(`'hosting' has no component 'site'`);
  });
});
