import { PanelError } from '@hostwright/sdk';
import type { Product, ProductStore } from './product.js';

type Parents = Pick<ProductStore, 'withCodes'>;

/**
 * The products to whose services one can be added. Throws `invalid_input` naming the field for one that is not there, is named twice, or is
 * itself an add-on of that product, by whatever way.
 */
export async function parentsOf({ code, addonOf }: Pick<Product, 'code' | 'addonOf'>, products: Parents): Promise<readonly Product[]> {
  if (addonOf.length === 0) return [];
  const found = await products.withCodes(addonOf);
  for (const [index, wanted] of addonOf.entries()) {
    const field = `addonOf.${index}`;
    const refuse = (why: string): never => {
      throw new PanelError('invalid_input', why, { field });
    };
    if (wanted === code) refuse('a product cannot be an add-on of itself');
    if (addonOf.indexOf(wanted) < index) refuse(`${field}: '${wanted}' is there twice`);
    const parent = found.find((one) => one.code === wanted);
    if (!parent) refuse(`${field}: there is no product '${wanted}'`);
    else if (await isBelow(parent, code, products)) refuse(`${field}: '${wanted}' is an add-on of '${code}' itself`);
  }
  return found;
}

async function isBelow(product: Product, code: string, products: Parents): Promise<boolean> {
  const seen = new Set([product.code]);
  for (let above = product.addonOf; above.length > 0;) {
    if (above.includes(code)) return true;
    for (const one of above) seen.add(one);
    above = (await products.withCodes(above)).flatMap(({ addonOf }) => addonOf.filter((one) => !seen.has(one)));
  }
  return false;
}

/** Components of the service it is added to that an add-on needs: those that it is wired from, and its site. */
export function neededOfParent({ components }: Pick<Product, 'components'>): readonly string[] {
  const named = components.flatMap(({ inputs, site }) => [...Object.values(inputs), ...(site ? [site] : [])]);
  return [...new Set(named.flatMap((source) => ('parent' in source ? [source.parent] : [])))];
}
